"""Whether the machine is too hot, or its power supply too weak: then Hark does without what can be done without."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from speaker.languages import say
from speaker.looking import Looking

log = logging.getLogger(__name__)

HOT, COOL = 80.0, 72.0
"""Degrees Celsius: a Pi slows itself down from the first on; below the second it has cooled down."""

_STEADY = 60.0  # seconds without a complaint after which the supply counts as strong again
_LOOK = 10.0


@dataclass(frozen=True, slots=True)
class Reading:
    """What the kernel tells of the machine."""

    degrees: float | None
    """Celsius, of its hottest part; None: not told."""
    weak: bool
    """Whether the voltage is too low just now."""


def read(root: Path = Path("/")) -> Reading:
    """As it is now; ``root``: where /sys is. The voltage is told on a Raspberry Pi alone (its driver raspberrypi-hwmon)."""
    degrees = [value / 1000 for zone in root.glob("sys/class/thermal/thermal_zone*/temp") if (value := _number(zone))]
    alarms = [
        _number(chip.with_name("in0_lcrit_alarm"))
        for chip in root.glob("sys/class/hwmon/hwmon*/name")
        if _text(chip) == "rpi_volt"
    ]
    return Reading(max((d for d in degrees if 0 < d < 150), default=None), any(alarms))


class Strain:
    """Decides from readings; what was decided stays until the machine is clearly well again."""

    def __init__(self) -> None:
        self._hot, self._complained = False, float("-inf")
        self._said: set[str] = set()
        self.causes: tuple[str, ...] = ()
        """Of "hot" and "weak", what is so now."""

    def update(self, reading: Reading, now: float) -> tuple[str, ...]:
        """Take in a reading of the moment ``now``, in seconds; which causes are worth saying, each once."""
        if reading.degrees is not None:
            self._hot = reading.degrees >= (COOL if self._hot else HOT)
        if reading.weak:
            self._complained = now
        weak = now - self._complained < _STEADY
        self.causes = tuple(cause for cause, so in (("hot", self._hot), ("weak", weak)) if so)
        fresh = [cause for cause in self.causes if cause not in self._said]
        self._said |= set(fresh)
        return tuple(fresh)


class StrainWatch(Looking):
    """A thread that looks every ten seconds. What it has to say waits until someone is there to hear it."""

    def __init__(self, read: Callable[[], Reading], clock: Callable[[], float]) -> None:
        """``clock``: seconds of a clock that is not set."""
        super().__init__("strain")
        self._read, self._clock, self._strain = read, clock, Strain()
        self._news: list[str] = []

    @property
    def pause(self) -> float:
        return _LOOK

    @property
    def strained(self) -> bool:
        """Whether to do without what can be done without."""
        return bool(self._strain.causes)

    def look(self) -> None:
        before = self._strain.causes
        self._news += self._strain.update(self._read(), self._clock())
        if self._strain.causes != before:
            log.warning("the machine is %s", " and ".join(self._strain.causes) or "well again")

    def news(self) -> str:
        """What has not been said yet; "" for nothing."""
        news, self._news = self._news, []
        return " ".join(say(f"strain_{cause}") for cause in news)


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="ascii").strip()
    except (OSError, ValueError):
        return ""


def _number(file: Path) -> float:
    try:
        return float(_text(file))
    except ValueError:
        return 0.0
