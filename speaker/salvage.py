"""When the file of the store is damaged, or the disk refuses: what is wrong, what can be saved, and a daily copy."""

import errno
import json
import logging
import math
import os
import sqlite3
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from speaker.languages import fragment
from speaker.spoken import calendar

log = logging.getLogger(__name__)

Row = dict[str, Any]

FULL, READ_ONLY, BARRED = "memory_full", "memory_read_only", "memory_barred"
DAMAGED, BUSY = "memory_damaged", "memory_busy"
"""Why nothing can be kept: names of sentences, see ``speaker.languages``."""

_WAIT = 5.0  # seconds for another process to finish writing
_HEADER = 100  # bytes, of a file of SQLite's
_FARTHEST = 1 << 40  # rows behind a damaged page that are looked for
_COLUMNS = {"value": ("plugin", "key", "value"), "event": ("plugin", "key", "due", "payload", "wall", "boot", "steady")}


@dataclass(frozen=True, slots=True)
class Saved:
    """What could be read of a file."""

    rows: dict[str, list[Row]]
    """By table."""
    whole: bool
    """Whether nothing is missing, as far as can be told."""

    @property
    def count(self) -> int:
        return sum(map(len, self.rows.values()))


def sound(path: Path) -> bool:
    """Whether SQLite finds nothing wrong with the file; raises sqlite3.OperationalError where it may not look.

    An empty file is one that was just begun, unless there is a copy of what was in it.
    """
    size = path.stat().st_size
    if size == 0:
        return not copy_of(path).exists()
    if size < _HEADER or size % _page_size(path):  # SQLite would take what is missing for zeros
        return False
    # Read-only: otherwise closing a damaged file would delete its journal.
    connection = sqlite3.connect(_uri(path, "mode=ro"), timeout=_WAIT, uri=True)
    try:
        return bool(connection.execute("PRAGMA quick_check").fetchone() == ("ok",))
    except sqlite3.OperationalError as error:
        if "locked" in str(error):  # another Hark is at work: it is sound enough for that one
            return True
        if _code(error) == sqlite3.SQLITE_CORRUPT:
            return False
        raise
    except sqlite3.DatabaseError:
        return False
    finally:
        connection.close()


def put_aside(path: Path) -> Path:
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


def copy_of(path: Path) -> Path:
    """Where the daily copy of a file lies."""
    return path.with_name(path.name + ".copy")


def make_copy(connection: sqlite3.Connection, path: Path) -> None:
    """Copy what is in the file at ``path``; the copy of before stays until this one is whole and on the disk.

    Raises sqlite3.Error or OSError where there is no room.
    """
    copy = copy_of(path)
    fresh = copy.with_name(copy.name + ".new")
    try:
        fresh.unlink(missing_ok=True)
        target = sqlite3.connect(fresh)
        try:
            connection.backup(target)
            target.execute("PRAGMA journal_mode=delete")  # one file, that needs none beside it
            if target.execute("PRAGMA quick_check").fetchone() != ("ok",):
                raise sqlite3.DatabaseError("it is damaged")
        finally:
            target.close()
        with fresh.open("rb") as file:
            os.fsync(file.fileno())
        fresh.replace(copy)
    finally:
        fresh.unlink(missing_ok=True)


def fresh_of(path: Path) -> Path:
    """Where the new file is made that takes the place of a damaged one."""
    return path.with_name(path.name + ".new")


def finish(path: Path) -> None:
    """Put the new file into its place, where the damaged one is out of it; a power cut may have come between."""
    if not path.exists() and fresh_of(path).exists():
        fresh_of(path).rename(path)


def rescue(damaged: Path) -> tuple[Saved, str]:
    """What can be had of a damaged file, and what cannot from its daily copy; in words, how well that went.

    What was deleted since the copy was made may be there again: rather twice than never.
    """
    saved = read(damaged)
    if saved.whole:
        return saved, fragment("saved_all")
    copy = copy_of(damaged)
    old = read(copy) if copy.exists() else Saved({table: [] for table in _COLUMNS}, whole=False)
    rows = {}
    for table in _COLUMNS:
        known = {(row["plugin"], row["key"]) for row in saved.rows[table]}
        rows[table] = saved.rows[table] + [r for r in old.rows[table] if (r["plugin"], r["key"]) not in known]
    both = Saved(rows, whole=False)
    if old.count:
        day = calendar(date.fromtimestamp(copy.stat().st_mtime))
        return both, fragment("saved_since", day=day)
    return both, fragment("saved_some" if both.count else "saved_none")


def read(path: Path) -> Saved:
    """Everything that can be read of a file, which is not changed."""
    rows: dict[str, list[Row]] = {table: [] for table in _COLUMNS}
    for access in ("mode=ro", "immutable=1"):  # the second needs no journal, for a folder that cannot be written
        try:
            connection = sqlite3.connect(_uri(path, access), timeout=_WAIT, uri=True)
        except sqlite3.Error:
            continue
        try:
            whole = True
            for table, found in rows.items():
                for row in _rows(connection, table):
                    whole = whole and row is not None
                    if row is not None:
                        found.append(row)
            if any(rows.values()) or whole:
                return Saved(rows, whole)
        finally:
            connection.close()
    return Saved(rows, whole=False)


def first(error: Exception) -> Exception:
    """The error of SQLite's that another library's errors hide, and the failure to roll back after it."""
    inner: BaseException | None = error
    while inner is not None and _code(inner) in (None, sqlite3.SQLITE_ERROR):
        inner = inner.__context__
    return inner if isinstance(inner, sqlite3.Error) else error


def why(error: Exception, folder: Path) -> str:
    """What the disk has against it, by the name of the sentence; ``error`` is the first."""
    code, number = _code(error), getattr(error, "errno", None)
    if code == sqlite3.SQLITE_FULL or number in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return FULL
    if code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
        return DAMAGED
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return BUSY
    if number == errno.EROFS or _read_only(folder):
        return READ_ONLY
    if code == sqlite3.SQLITE_READONLY or number in (errno.EACCES, errno.EPERM) or not os.access(folder, os.W_OK):
        return BARRED
    return "memory_refused" if code == sqlite3.SQLITE_IOERR else "memory_unusable"


def _rows(connection: sqlite3.Connection, table: str) -> Iterator[Row | None]:
    """The rows of a table, and None for each place that cannot be read; behind it, it goes on with longer steps."""
    at, step, bad = -1, 1, False
    try:
        there = [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]
    except sqlite3.Error:
        there = []
    columns = [column for column in _COLUMNS[table] if column in there]
    if not {"plugin", "key"} < set(columns):
        yield None
        return
    query = f"SELECT rowid, {', '.join(columns)} FROM {table} WHERE rowid > ? ORDER BY rowid"
    while at < _FARTHEST:
        try:
            for number, *values in connection.execute(query, (at,)):
                at, step, bad = number, 1, False
                row = dict(zip(columns, values, strict=True))
                yield row if _makes_sense(row) else None
            return
        except sqlite3.Error:
            if not bad:
                yield None
            at, step, bad = at + step, 2 * step, True


def _page_size(path: Path) -> int:
    with path.open("rb") as file:
        size = int.from_bytes(file.read(_HEADER)[16:18], "big")
    return 65_536 if size == 1 else size or 1


def _makes_sense(row: Row) -> bool:
    """Whether a row is one that Hark writes."""
    try:
        json.loads(row["value"] if "value" in row else row["payload"])
        due = "value" in row or math.isfinite(row["due"])
    except (KeyError, TypeError, ValueError):
        return False
    return due and isinstance(row["plugin"], str) and isinstance(row["key"], str)


def _read_only(folder: Path) -> bool:
    there = next(place for place in (folder, *folder.absolute().parents) if place.exists())
    return bool(os.statvfs(there).f_flag & os.ST_RDONLY)


def _code(error: BaseException) -> int | None:
    """SQLite's primary result code."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF or None


def _uri(path: Path, access: str) -> str:
    return f"{path.resolve().as_uri()}?{access}"
