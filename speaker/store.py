"""What survives a restart: each plugin's own keys and values, and what is due. One SQLite file."""

import errno
import json
import logging
import os
import sqlite3
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, tzinfo
from pathlib import Path
from typing import Any, Literal

import peewee

from speaker import salvage
from speaker.clock import BUILT, Steady
from speaker.errors import HandlerError, StoreError
from speaker.languages import fragment, say

log = logging.getLogger(__name__)

Json = None | bool | int | float | str | list[Any] | dict[str, Any]

Spend = Callable[[Literal["bytes", "events"], int], None]
"""Told of bytes and events that will be written; raises where they are too many."""


@dataclass(frozen=True, slots=True)
class Event:
    """Something that is due."""

    plugin: str
    key: str
    due: float
    """Seconds since 1970, UTC."""
    payload: Json
    steady: Steady | None = None
    """When it is due by a clock that nobody sets; None for what is due at a time of day."""

    def measured_by(self, steady: Steady) -> bool:
        """Whether it is a length of time, and began since the machine started."""
        return self.steady is not None and self.steady.boot == steady.boot

    def overdue(self, now: float, steady: Steady) -> float:
        """Seconds since it was due, below 0 for what is to come; ``now`` is in seconds since 1970."""
        if self.steady is not None and self.steady.boot == steady.boot:
            return steady.seconds - self.steady.seconds
        return now - self.due if self.due >= BUILT else 0.0  # when the clock was not set, nobody knows


@dataclass(frozen=True, slots=True)
class Change:
    """What stood in a place of the file before something was written there."""

    kind: str
    """``value`` or ``event``."""
    plugin: str
    key: str
    row: Mapping[str, Any] | None
    """All columns; None where there was nothing."""


Back = Callable[[], None]
"""Takes back something that was done elsewhere than in the file; may raise HandlerError."""

Done = Change | Back
"""What can be taken back."""

_WAIT = 5.0  # seconds for another thread or process to finish writing
_ADVICE = {
    salvage.FULL: "make room",
    salvage.READ_ONLY: "mount it for writing, or name another folder with --data",
    salvage.BARRED: "see to its permissions, or name another folder with --data",
    salvage.DAMAGED: "start Hark again, which saves what can be saved",
}


class _Value(peewee.Model):
    plugin = peewee.TextField()
    key = peewee.TextField()
    value = peewee.TextField()

    class Meta:
        primary_key = peewee.CompositeKey("plugin", "key")
        table_name = "value"


class _Event(peewee.Model):
    plugin = peewee.TextField()
    key = peewee.TextField()
    due = peewee.FloatField(index=True)
    payload = peewee.TextField()
    wall = peewee.TextField(null=True)
    boot = peewee.TextField(null=True)
    steady = peewee.FloatField(null=True)

    class Meta:
        primary_key = peewee.CompositeKey("plugin", "key")
        table_name = "event"


_KINDS: dict[str, Any] = {"value": _Value, "event": _Event}
_LATER = {"wall": "TEXT", "boot": "TEXT", "steady": "REAL"}
"""Columns of an event that files of older versions do not have."""
_EVENT = (_Event.plugin, _Event.key, _Event.due, _Event.payload, _Event.boot, _Event.steady)


class Store:
    """The file. Several threads and processes may use it at once.

    All threads share one connection, one at a time: a handler's thread may end at any moment, and would
    leave a connection of its own behind.
    """

    def __init__(self, path: Path) -> None:
        """Open or make it.

        A damaged file is put aside, never deleted, and what can be read of it goes into a new one. Where the disk is
        full or cannot be written, what is there is read, and writing raises StoreError. Raises StoreError where the
        folder cannot be one.
        """
        self._path, self._lock = path, threading.RLock()
        self._recorded: list[Done] | None = None
        self._thread = threading.local()
        self._refusal: StoreError | None = None
        self.notice = ""
        """What a person should hear at the start: a sentence; "" where all is well."""
        try:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)  # what is said at home is nobody else's
            salvage.finish(path)
            if path.exists() and not salvage.sound(path):
                self._rescue()
            self._open(str(path))
            if not os.access(path, os.W_OK):  # SQLite reads such a file without a word
                raise PermissionError(errno.EACCES, "the file cannot be written")
        except (OSError, peewee.PeeweeException, sqlite3.Error) as error:
            self._do_without(error)

    @property
    def keeps(self) -> bool:
        """Whether what is written is kept; it is not while the disk is full or cannot be written at the start."""
        return self._refusal is None

    def of(self, plugin: str) -> "PluginStore":
        """One plugin's part."""
        return PluginStore(self, plugin)

    def due(self, now: float) -> list[Event]:
        """What is due by ``now`` (seconds since 1970), the longest overdue first."""
        return _events(self.run(_Event.select(*_EVENT).where(_Event.due <= now).order_by(_Event.due)))

    def move(self, zone: tzinfo | None, now: float, steady: Steady) -> None:
        """Reckon again when what is due is due: the clocks were set, or their zone is another. Raises StoreError.

        What is due at a wall time is due when the clocks of ``zone`` show it; a length of time ends when it ends,
        whatever they show. ``now`` (seconds since 1970) and ``steady`` are the same moment.
        """
        lengths = (_Event.boot == steady.boot, _Event.steady.is_null(False))
        with self.atomic():
            self.run(_Event.update(due=_Event.steady + (now - steady.seconds)).where(*lengths))
            for row in self.run(_Event.select().where(_Event.wall.is_null(False))):
                plugin, key, old, _, wall, *_ = row
                due = instant(datetime.fromisoformat(wall), zone)
                if due != old:
                    self.run(_Event.update(due=due).where(_Event.plugin == plugin, _Event.key == key))

    def copy(self) -> None:
        """Keep a copy of everything beside the file, for when it is damaged. Raises StoreError."""
        if self._refusal is None:
            try:
                with self._alone():
                    salvage.make_copy(self._file.connection(), self._path)  # type: ignore[no-untyped-call]
            except OSError as error:
                raise self._refused(error) from error

    @property
    def copied(self) -> float:
        """When the last copy was made, in seconds since 1970; 0 where there is none."""
        copy = salvage.copy_of(self._path)
        return copy.stat().st_mtime if copy.exists() else 0.0

    @contextmanager
    def recording(self) -> Iterator[list[Done]]:
        """What is written meanwhile, by any thread that is not at it ``for_good``, can be taken back with ``restore``.

        The list fills as it goes on.
        """
        changes: list[Done] = []
        self._recorded = changes
        try:
            yield changes
        finally:
            self._recorded = None

    @contextmanager
    def for_good(self) -> Iterator[None]:
        """What this thread writes meanwhile is not recorded."""
        before, self._thread.for_good = self._is_for_good(), True
        try:
            yield
        finally:
            self._thread.for_good = before

    def restore(self, changes: Sequence[Done]) -> None:
        """Put back what stood there before, all or nothing; then what was done elsewhere, the last first.

        Raises StoreError, and what the latter raises, after all of it has been tried.
        """
        with self.atomic():
            for change in reversed([c for c in changes if isinstance(c, Change)]):
                table = _KINDS[change.kind]
                if change.row is None:
                    self.run(table.delete().where(table.plugin == change.plugin, table.key == change.key))
                else:
                    self.run(table.insert(**change.row).on_conflict("REPLACE"))
        refused: HandlerError | None = None
        for back in reversed([c for c in changes if not isinstance(c, Change)]):
            try:
                back()
            except HandlerError as error:
                refused = refused or error
        if refused:
            raise refused

    def taken_back_by(self, back: Back) -> None:
        """Note how to take back what is about to be done elsewhere, where writes are being recorded."""
        if self._recorded is not None and not self._is_for_good():
            self._recorded.append(back)

    def about_to_write(self, kind: str, plugin: str, key: str | None) -> None:
        """Note what stands there, where writes are being recorded; without a key, all of a plugin's of that kind.

        Raises StoreError where nothing can be kept.
        What is done when something is due is done even so: it rings, and is only forgotten with the next start.
        """
        if self._is_for_good():
            return
        if self._refusal is not None:
            raise self._refusal
        if self._recorded is not None:
            table = _KINDS[kind]
            which = table.plugin == plugin if key is None else (table.plugin == plugin) & (table.key == key)
            names = table._meta.sorted_field_names
            rows = [dict(zip(names, row, strict=True)) for row in self.run(table.select().where(which))]
            self._recorded += [Change(kind, plugin, row["key"], row) for row in rows]
            if key is not None and not rows:
                self._recorded.append(Change(kind, plugin, key, None))

    def _is_for_good(self) -> bool:
        return getattr(self._thread, "for_good", False)

    def run(self, query: Any) -> Any:
        """Run one query: a select's rows as a list of tuples, else how many rows were changed. Raises StoreError."""
        with self._alone():
            if isinstance(query, peewee.Select):
                cursor: sqlite3.Cursor = self._file.execute(query)  # type: ignore[no-untyped-call]
                return cursor.fetchall()  # there may be many: no objects of peewee's for them
            return query.execute(self._file)

    @contextmanager
    def atomic(self) -> Iterator[None]:
        """All of it is kept, or none; nobody else writes meanwhile. Raises StoreError."""
        with self._alone(), self._file.atomic("IMMEDIATE"):
            yield

    def close(self) -> None:
        """Close the file."""
        with self._alone():
            self._file.close()

    def _open(self, path: str, saved: salvage.Saved | None = None) -> None:
        """Open or make the file, and put in what was saved of another."""
        # FULL: what was confirmed is on the disk, also when the power goes.
        self._file = peewee.SqliteDatabase(
            path,
            pragmas={"journal_mode": "wal", "synchronous": "full"},
            timeout=_WAIT,
            thread_safe=False,
            check_same_thread=False,
        )
        with self._file.bind_ctx([_Value, _Event]):
            self._file.create_tables([_Value, _Event])
        with self._file.atomic("IMMEDIATE"):
            for column in self._lacking():
                self._file.execute_sql(f"ALTER TABLE event ADD COLUMN {column} {_LATER[column]}")  # type: ignore[no-untyped-call]
            for kind, rows in saved.rows.items() if saved else ():
                for row in rows:
                    _KINDS[kind].insert(**row).on_conflict("REPLACE").execute(self._file)

    def _rescue(self) -> None:
        """Write what can be read of the damaged file into a new one, and only then put it aside."""
        saved, well = salvage.rescue(self._path)
        fresh = salvage.fresh_of(self._path)
        fresh.unlink(missing_ok=True)
        self._open(str(fresh), saved)
        self._file.close()
        aside = salvage.put_aside(self._path)
        salvage.finish(self._path)
        log.error("%s is damaged; it was put aside as %s and a new one begun; %s", self._path, aside.name, well)
        self.notice = say("was_damaged", well=well)

    def _do_without(self, error: Exception) -> None:
        """Go on with what can be read, in memory; raises StoreError where it is the place that is wrong."""
        self._refusal = self._refused(error)
        there = self._path.is_file() and self._path.stat().st_size > 0
        if self._refusal.spoken == salvage.BUSY:
            raise self._refusal from error
        if not there and self._refusal.spoken not in (salvage.FULL, salvage.READ_ONLY):
            raise StoreError(
                f"cannot keep data in {self._path} ({error}); choose another folder with --data"
            ) from error
        log.error("%s", self._refusal)
        self.notice = say("keeps_nothing", why=fragment(self._refusal.spoken))
        self._open(":memory:", salvage.rescue(self._path)[0] if there else None)

    def _lacking(self) -> set[str]:
        return _LATER.keys() - {column.name for column in self._file.get_columns("event")}

    def _refused(self, error: Exception) -> StoreError:
        error = salvage.first(error)
        reason = salvage.why(error, self._path.parent)
        return StoreError(f"cannot keep data in {self._path} ({error}); {_ADVICE.get(reason, 'try again')}", reason)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        if not self._lock.acquire(timeout=_WAIT):
            raise StoreError(
                f"{self._path} is busy: something has been writing to it for {_WAIT:.0f} s; try again",
                salvage.BUSY,
            )
        try:
            yield
        except (peewee.PeeweeException, sqlite3.Error) as error:
            raise self._refused(error) from error
        finally:
            self._lock.release()


class PluginStore:
    """Keys with JSON values, and due events; no plugin sees another's. All of it may raise StoreError."""

    def __init__(self, store: Store, plugin: str, spend: Spend | None = None) -> None:
        """``spend`` is told of what will be written, and raises where it is too much."""
        self._store, self._plugin, self._spend = store, plugin, spend or _freely
        self.atomic, self.for_good, self.taken_back_by = store.atomic, store.for_good, store.taken_back_by

    def metered(self, spend: Spend) -> "PluginStore":
        """The same part, with what is written to it counted."""
        return PluginStore(self._store, self._plugin, spend)

    def get(self, key: str, default: Json = None) -> Any:
        """The value of a key."""
        rows = self._store.run(_Value.select(_Value.value).where(_Value.plugin == self._plugin, _Value.key == key))
        return json.loads(rows[0][0]) if rows else default

    def set(self, key: str, value: Json) -> None:
        """Keep a value; it is on the disk when this returns, or when the ``atomic`` around it ends."""
        text = json.dumps(value, ensure_ascii=False)
        self._spend("bytes", len(key) + len(text))
        self._store.about_to_write("value", self._plugin, key)
        self._store.run(_Value.insert(plugin=self._plugin, key=key, value=text).on_conflict("REPLACE"))

    def delete(self, key: str) -> bool:
        """Forget a key; whether it was there."""
        self._store.about_to_write("value", self._plugin, key)
        return bool(self._store.run(_Value.delete().where(_Value.plugin == self._plugin, _Value.key == key)))

    def items(self) -> list[tuple[str, Any]]:
        """All keys and values, by key."""
        columns = _Value.select(_Value.key, _Value.value)
        rows = self._store.run(columns.where(_Value.plugin == self._plugin).order_by(_Value.key))
        return [(key, json.loads(value)) for key, value in rows]

    def set_event(
        self, key: str, due: float, payload: Json, wall: datetime | None = None, steady: Steady | None = None
    ) -> None:
        """Have something be due at ``due`` (seconds since 1970), in place of what had that key.

        ``wall``: the local time that ``due`` was reckoned from, without a zone; ``steady``: when it is due by the
        clock that nobody sets; see ``Store.move``.
        """
        text = json.dumps(payload, ensure_ascii=False)
        self._spend("events", 1)
        self._spend("bytes", len(key) + len(text))
        self._store.about_to_write("event", self._plugin, key)
        row = {"plugin": self._plugin, "key": key, "due": due, "payload": text, "wall": wall and wall.isoformat()}
        row |= {"boot": steady.boot, "steady": steady.seconds} if steady else {}
        self._store.run(_Event.insert(**row).on_conflict("REPLACE"))

    def delete_event(self, key: str, due: float | None = None) -> bool:
        """Let it not be due; whether it was. With ``due``, only where it is still due then, and for good: it has rung."""
        if due is None:
            self._store.about_to_write("event", self._plugin, key)
        query = _Event.delete().where(_Event.plugin == self._plugin, _Event.key == key)
        return bool(self._store.run(query if due is None else query.where(_Event.due == due)))

    def clear(self) -> None:
        """Forget all keys, and all that is due."""
        with self._store.atomic():
            for kind, table in _KINDS.items():
                self._store.about_to_write(kind, self._plugin, None)
                self._store.run(table.delete().where(table.plugin == self._plugin))

    def events(self, most: int | None = None) -> list[Event]:
        """What this plugin has due, the next first; ``most``: no more than so many."""
        rows = _Event.select(*_EVENT).where(_Event.plugin == self._plugin).order_by(_Event.due).limit(most)
        return _events(self._store.run(rows))

    def count_events(self) -> int:
        """How many there are."""
        rows: list[tuple[int]] = self._store.run(
            _Event.select(peewee.fn.COUNT(_Event.key)).where(_Event.plugin == self._plugin)
        )
        return rows[0][0]


def _freely(sort: str, amount: int) -> None:
    """What Hark itself writes is not counted."""


def instant(wall: datetime, zone: tzinfo | None) -> float:
    """When the clocks of a zone show ``wall``, in seconds since 1970.

    A time that they leave out counts on from before (02:30 is 03:30 then), one that they show twice is the first.
    """
    return wall.replace(tzinfo=zone, fold=0).timestamp()


def _events(rows: Sequence[tuple[str, str, float, str, str | None, float | None]]) -> list[Event]:
    payloads = json.loads(f"[{','.join(row[3] for row in rows)}]")  # one after another takes three times as long
    return [
        Event(plugin, key, due, payload, None if boot is None or steady is None else Steady(boot, steady))
        for (plugin, key, due, _, boot, steady), payload in zip(rows, payloads, strict=True)
    ]
