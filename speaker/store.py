"""What survives a restart: each plugin's own keys and values, and what is due. One SQLite file."""

import json
import logging
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, tzinfo
from pathlib import Path
from typing import Any, Literal

import peewee

from speaker.errors import StoreError

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


@dataclass(frozen=True, slots=True)
class Change:
    """What stood in a place of the file before something was written there."""

    kind: str
    """``value`` or ``event``."""
    plugin: str
    key: str
    row: Mapping[str, Any] | None
    """All columns; None where there was nothing."""


_WAIT = 5.0  # seconds for another thread or process to finish writing


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

    class Meta:
        primary_key = peewee.CompositeKey("plugin", "key")
        table_name = "event"


_KINDS: dict[str, Any] = {"value": _Value, "event": _Event}


class Store:
    """The file. Several threads and processes may use it at once.

    All threads share one connection, one at a time: a handler's thread may end at any moment, and would
    leave a connection of its own behind.
    """

    def __init__(self, path: Path) -> None:
        """Open or make it. A damaged file is put aside, never deleted, and a new one begun.

        Raises StoreError where the folder cannot be written.
        """
        self._path, self._lock = path, threading.RLock()
        self._recorded: list[Change] | None = None
        self._thread = threading.local()
        try:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)  # what is said at home is nobody else's
            if path.exists() and not _sound(path):
                aside = _put_aside(path)
                log.error("%s is damaged; it was put aside as %s and a new one begun", path, aside.name)
            # FULL: what was confirmed is on the disk, also when the power goes.
            self._file = peewee.SqliteDatabase(
                str(path),
                pragmas={"journal_mode": "wal", "synchronous": "full"},
                timeout=_WAIT,
                thread_safe=False,
                check_same_thread=False,
            )
            with self._file.bind_ctx([_Value, _Event]):
                self._file.create_tables([_Value, _Event])
            self._add_wall()
        except (OSError, peewee.PeeweeException, sqlite3.Error) as error:
            raise StoreError(f"cannot keep data in {path} ({error}); choose another folder with --data") from error

    def of(self, plugin: str) -> "PluginStore":
        """One plugin's part."""
        return PluginStore(self, plugin)

    def due(self, now: float) -> list[Event]:
        """What is due by ``now`` (seconds since 1970), the longest overdue first."""
        return [_event(row) for row in self.run(_Event.select().where(_Event.due <= now).order_by(_Event.due))]

    def move(self, zone: tzinfo | None) -> None:
        """Let what is due at a wall time be due when the clocks of ``zone`` show it. Raises StoreError."""
        with self.atomic():
            for row in self.run(_Event.select().where(_Event.wall.is_null(False))):
                due = instant(datetime.fromisoformat(row.wall), zone)
                if due != row.due:
                    same = (_Event.plugin == row.plugin, _Event.key == row.key)
                    self.run(_Event.update(due=due).where(*same))

    @contextmanager
    def recording(self) -> Iterator[list[Change]]:
        """What is written meanwhile, by any thread that is not at it ``for_good``, can be taken back with ``restore``.

        The list fills as it goes on.
        """
        changes: list[Change] = []
        self._recorded = changes
        try:
            yield changes
        finally:
            self._recorded = None

    @contextmanager
    def for_good(self) -> Iterator[None]:
        """What this thread writes meanwhile is not recorded."""
        self._thread.for_good = True
        try:
            yield
        finally:
            self._thread.for_good = False

    def restore(self, changes: Sequence[Change]) -> None:
        """Put back what stood there before, all or nothing. Raises StoreError."""
        with self.atomic():
            for change in reversed(changes):
                table = _KINDS[change.kind]
                if change.row is None:
                    self.run(table.delete().where(table.plugin == change.plugin, table.key == change.key))
                else:
                    self.run(table.insert(**change.row).on_conflict("REPLACE"))

    def about_to_write(self, kind: str, plugin: str, key: str) -> None:
        """Note what stands there, where writes are being recorded."""
        if self._recorded is not None and not getattr(self._thread, "for_good", False):
            table = _KINDS[kind]
            rows = self.run(table.select().where(table.plugin == plugin, table.key == key))
            self._recorded.append(Change(kind, plugin, key, dict(rows[0].__data__) if rows else None))

    def run(self, query: Any) -> Any:
        """Run one query: rows of a select as a list, else how many rows were changed. Raises StoreError."""
        with self._alone():
            result = query.execute(self._file)
            return list(result) if isinstance(query, peewee.Select) else result

    @contextmanager
    def atomic(self) -> Iterator[None]:
        """All of it is kept, or none; nobody else writes meanwhile. Raises StoreError."""
        with self._alone(), self._file.atomic("IMMEDIATE"):
            yield

    def close(self) -> None:
        """Close the file."""
        with self._alone():
            self._file.close()

    def _add_wall(self) -> None:
        """Files of older versions have no wall times yet."""
        if not self._has_wall():
            with self._file.atomic("IMMEDIATE"):
                if not self._has_wall():  # another process may have been quicker
                    self._file.execute_sql("ALTER TABLE event ADD COLUMN wall TEXT")  # type: ignore[no-untyped-call]

    def _has_wall(self) -> bool:
        return any(column.name == "wall" for column in self._file.get_columns("event"))

    @contextmanager
    def _alone(self) -> Iterator[None]:
        if not self._lock.acquire(timeout=_WAIT):
            raise StoreError(f"{self._path} is busy: something has been writing to it for {_WAIT:.0f} s; try again")
        try:
            yield
        except peewee.PeeweeException as error:
            raise StoreError(f"cannot keep data in {self._path} ({error}); is the disk full?") from error
        finally:
            self._lock.release()


class PluginStore:
    """Keys with JSON values, and due events; no plugin sees another's. All of it may raise StoreError."""

    def __init__(self, store: Store, plugin: str, spend: Spend | None = None) -> None:
        """``spend`` is told of what will be written, and raises where it is too much."""
        self._store, self._plugin, self._spend = store, plugin, spend or _freely
        self.atomic, self.for_good = store.atomic, store.for_good

    def metered(self, spend: Spend) -> "PluginStore":
        """The same part, with what is written to it counted."""
        return PluginStore(self._store, self._plugin, spend)

    def get(self, key: str, default: Json = None) -> Any:
        """The value of a key."""
        rows = self._store.run(_Value.select().where(_Value.plugin == self._plugin, _Value.key == key))
        return json.loads(rows[0].value) if rows else default

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
        rows = self._store.run(_Value.select().where(_Value.plugin == self._plugin).order_by(_Value.key))
        return [(row.key, json.loads(row.value)) for row in rows]

    def set_event(self, key: str, due: float, payload: Json, wall: datetime | None = None) -> None:
        """Have something be due at ``due`` (seconds since 1970), in place of what had that key.

        ``wall``: the local time that ``due`` was reckoned from, without a zone; see ``Store.move``.
        """
        text = json.dumps(payload, ensure_ascii=False)
        self._spend("events", 1)
        self._spend("bytes", len(key) + len(text))
        self._store.about_to_write("event", self._plugin, key)
        row = {"plugin": self._plugin, "key": key, "due": due, "payload": text, "wall": wall and wall.isoformat()}
        self._store.run(_Event.insert(**row).on_conflict("REPLACE"))

    def delete_event(self, key: str, due: float | None = None) -> bool:
        """Let it not be due; whether it was. With ``due``, only where it is still due then, and for good: it has rung."""
        if due is None:
            self._store.about_to_write("event", self._plugin, key)
        query = _Event.delete().where(_Event.plugin == self._plugin, _Event.key == key)
        return bool(self._store.run(query if due is None else query.where(_Event.due == due)))

    def events(self) -> list[Event]:
        """What this plugin has due, the next first."""
        rows = self._store.run(_Event.select().where(_Event.plugin == self._plugin).order_by(_Event.due))
        return [_event(row) for row in rows]


def _freely(sort: str, amount: int) -> None:
    """What Hark itself writes is not counted."""


def instant(wall: datetime, zone: tzinfo | None) -> float:
    """When the clocks of a zone show ``wall``, in seconds since 1970.

    A time that they leave out counts on from before (02:30 is 03:30 then), one that they show twice is the first.
    """
    return wall.replace(tzinfo=zone, fold=0).timestamp()


def _event(row: Any) -> Event:
    return Event(row.plugin, row.key, row.due, json.loads(row.payload))


def _sound(path: Path) -> bool:
    """Whether SQLite finds nothing wrong with the file; raises sqlite3.OperationalError where it may not look."""
    # Read-only: otherwise closing a damaged file would delete its journal.
    connection = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", timeout=_WAIT, uri=True)
    try:
        return bool(connection.execute("PRAGMA quick_check").fetchone() == ("ok",))
    except sqlite3.OperationalError as error:
        if "locked" in str(error):  # another Hark is at work: it is sound enough for that one
            return True
        raise
    except sqlite3.DatabaseError:
        return False
    finally:
        connection.close()


def _put_aside(path: Path) -> Path:
    """Rename a damaged file and its journal; a new file beside an old journal would be damaged by it."""
    name = f"{path.name}.damaged-{time.strftime('%Y%m%d-%H%M%S')}"
    aside, count = path.with_name(name), 1
    while aside.exists():
        aside, count = path.with_name(f"{name}-{count}"), count + 1
    for end in ("-wal", "-shm", ""):
        part = path.with_name(path.name + end)
        if part.exists():
            part.rename(aside.with_name(aside.name + end))
    return aside
