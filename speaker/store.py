"""What survives a restart: each plugin's own keys and values, and what is due. One SQLite file."""

import json
import logging
import sqlite3
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import peewee

from speaker.errors import StoreError

log = logging.getLogger(__name__)

Json = None | bool | int | float | str | list[Any] | dict[str, Any]


@dataclass(frozen=True, slots=True)
class Event:
    """Something that is due."""

    plugin: str
    key: str
    due: float
    """Seconds since 1970, UTC."""
    payload: Json


_database: peewee.DatabaseProxy = peewee.DatabaseProxy()


class _Row(peewee.Model):
    class Meta:
        database = _database


class _Value(_Row):
    plugin = peewee.TextField()
    key = peewee.TextField()
    value = peewee.TextField()

    class Meta:
        primary_key = peewee.CompositeKey("plugin", "key")
        table_name = "value"


class _Event(_Row):
    plugin = peewee.TextField()
    key = peewee.TextField()
    due = peewee.FloatField(index=True)
    payload = peewee.TextField()

    class Meta:
        primary_key = peewee.CompositeKey("plugin", "key")
        table_name = "event"


class Store:
    """The file. Several threads and processes may use it at once."""

    def __init__(self, path: Path) -> None:
        """Open or make it. A damaged file is put aside, never deleted, and a new one begun.

        Raises StoreError where the folder cannot be written.
        """
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            if path.exists() and not _sound(path):
                aside = path.with_name(f"{path.name}.damaged-{time.strftime('%Y%m%d-%H%M%S')}")
                path.replace(aside)
                log.error("%s is damaged; it was put aside as %s and a new one begun", path, aside.name)
            self._open(path)
        except (OSError, peewee.PeeweeException, sqlite3.Error) as error:
            raise StoreError(f"cannot keep data in {path} ({error}); choose another folder with --data") from error

    def _open(self, path: Path) -> None:
        # FULL: what was confirmed is on the disk, also when the power goes.
        self._file = peewee.SqliteDatabase(str(path), pragmas={"journal_mode": "wal", "synchronous": "full"}, timeout=5)
        _database.initialize(self._file)
        self._file.create_tables([_Value, _Event])

    def of(self, plugin: str) -> "PluginStore":
        """One plugin's part."""
        return PluginStore(plugin)

    def due(self, now: float) -> list[Event]:
        """What is due by ``now`` (seconds since 1970), the longest overdue first."""
        rows = _Event.select().where(_Event.due <= now).order_by(_Event.due)
        return [_event(row) for row in rows]

    def close(self) -> None:
        """Close this thread's connection."""
        if not self._file.is_closed():
            self._file.close()


class PluginStore:
    """Keys with JSON values, and due events; no plugin sees another's."""

    def __init__(self, plugin: str) -> None:
        self._plugin = plugin

    def get(self, key: str, default: Json = None) -> Any:
        """The value of a key."""
        row = _Value.get_or_none(_Value.plugin == self._plugin, _Value.key == key)
        return json.loads(row.value) if row else default

    def set(self, key: str, value: Json) -> None:
        """Keep a value; it is on the disk when this returns."""
        text = json.dumps(value, ensure_ascii=False)
        _Value.insert(plugin=self._plugin, key=key, value=text).on_conflict("REPLACE").execute()

    def delete(self, key: str) -> bool:
        """Forget a key; whether it was there."""
        gone = _Value.delete().where(_Value.plugin == self._plugin, _Value.key == key).execute()
        return bool(gone)

    def items(self) -> Iterator[tuple[str, Any]]:
        """All keys and values, by key."""
        for row in _Value.select().where(_Value.plugin == self._plugin).order_by(_Value.key):
            yield row.key, json.loads(row.value)

    def set_event(self, key: str, due: float, payload: Json) -> None:
        """Have something be due at ``due`` (seconds since 1970), in place of what had that key."""
        text = json.dumps(payload, ensure_ascii=False)
        _Event.insert(plugin=self._plugin, key=key, due=due, payload=text).on_conflict("REPLACE").execute()

    def delete_event(self, key: str) -> bool:
        """Let it not be due; whether it was."""
        gone = _Event.delete().where(_Event.plugin == self._plugin, _Event.key == key).execute()
        return bool(gone)

    def events(self) -> list[Event]:
        """What this plugin has due, the next first."""
        rows = _Event.select().where(_Event.plugin == self._plugin).order_by(_Event.due)
        return [_event(row) for row in rows]


def _event(row: Any) -> Event:
    return Event(row.plugin, row.key, row.due, json.loads(row.payload))


def _sound(path: Path) -> bool:
    """Whether SQLite finds nothing wrong with the file."""
    connection = sqlite3.connect(path, timeout=5)
    try:
        return bool(connection.execute("PRAGMA quick_check").fetchone() == ("ok",))
    except sqlite3.OperationalError as error:
        return "locked" in str(error)  # another Hark is at work: it is sound enough for that one
    except sqlite3.DatabaseError:
        return False
    finally:
        connection.close()
