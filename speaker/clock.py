"""The clocks: local time, with the rules of its zone; one that nobody sets; and whether local time is to be believed."""

import ctypes
import logging
import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from speaker.errors import StoreError

if TYPE_CHECKING:
    from speaker.store import PluginStore

log = logging.getLogger(__name__)

BUILT = datetime(2026, 1, 1, tzinfo=UTC).timestamp()
"""Seconds since 1970: a clock that shows less was never set, for Hark is younger."""

_SYSTEM = Path("/etc/localtime")
_BOOT = Path("/proc/sys/kernel/random/boot_id")
_TIME_ERROR = 5  # what adjtimex says of a clock that nothing keeps right
_NOTED = 3600.0  # seconds between two notes of the right time
_read: tuple[tuple[int, ...], tzinfo] | None = None


@dataclass(frozen=True, slots=True)
class Steady:
    """What a clock shows that nobody sets."""

    boot: str
    """Which start of the machine it counts from."""
    seconds: float
    """Since then; sleep counts."""


class Belief:
    """Whether the clock is to be believed.

    A Pi has no battery for it and may wake up in 1970, or when its image was made, until the network tells. So a
    clock is believed that the system keeps right (by NTP), or that shows no less than when it last did.
    """

    def __init__(
        self, store: "PluginStore", clock: Callable[[], datetime], kept_right: Callable[[], bool] | None = None
    ) -> None:
        """``store``: where the last right time is noted, once an hour. ``kept_right``: None asks the system."""
        self._store, self._clock, self._kept_right = store, clock, kept_right or kept_right_by_the_system
        self._last = float(store.get("right time", 0.0))

    def knows_time(self) -> bool:
        """Whether it is, just now."""
        now = self._clock().timestamp()
        if now >= BUILT and self._kept_right():
            self._note(now)
            return True
        return now >= max(BUILT, self._last)

    def _note(self, now: float) -> None:
        if abs(now - self._last) < _NOTED:
            return
        self._last = now
        try:
            with self._store.for_good():
                self._store.set("right time", now)
        except StoreError as error:
            log.warning("the right time is not noted: %s", error)


def steady_time() -> Steady:
    """Now, by the clock that nobody sets."""
    return Steady(_boot(), time.clock_gettime(time.CLOCK_BOOTTIME))


def kept_right_by_the_system() -> bool:
    """Whether the kernel says that something, such as NTP, keeps its clock right."""
    try:
        asked = ctypes.create_string_buffer(
            512
        )  # larger than any system's struct timex; all zero asks, and sets nothing
        return ctypes.CDLL(None).adjtimex(asked) not in (-1, _TIME_ERROR)
    except (OSError, AttributeError):
        return False


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


@cache
def _boot() -> str:
    try:
        return _BOOT.read_text().strip()
    except OSError:  # no Linux: then a start of this program counts
        return f"process {os.getpid()} of {time.time()}"
