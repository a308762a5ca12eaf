"""The clock: local time, with the rules of the zone it is in."""

import os
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from zoneinfo import ZoneInfo

_SYSTEM = Path("/etc/localtime")
_read: tuple[tuple[int, ...], tzinfo] | None = None


def local_time() -> datetime:
    """Now, in the zone of the system; another zone, or new rules of it, are noticed while running.

    The zone knows when its clocks change, so that a time of next month can be reckoned with.
    """
    return datetime.now(UTC).astimezone(system_zone(os.environ.get("TZ")))


def system_zone(named: str | None = None, file: Path = _SYSTEM) -> tzinfo:
    """The zone ``named`` as in the variable TZ, else that of a file of rules; the same object until it changes.

    Where neither tells, the present distance from UTC, without rules.
    """
    name = None if named is None else named.removeprefix(":") or "UTC"
    try:
        if name and not name.startswith("/"):
            return ZoneInfo(name)
        return _zone_in(Path(name) if name else file)
    except (KeyError, ValueError, OSError):  # rules written out in TZ, a system without the file
        return datetime.now().astimezone().tzinfo or UTC


def _zone_in(file: Path) -> tzinfo:
    global _read
    at = file.stat()
    version = (at.st_dev, at.st_ino, at.st_mtime_ns)
    if _read is None or _read[0] != version:
        with file.open("rb") as rules:
            _read = version, ZoneInfo.from_file(rules)
    return _read[1]
