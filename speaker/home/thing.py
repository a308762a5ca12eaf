"""A device that is reached by messages: what its messages tell, and which ones it is told by."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from speaker.errors import HomeError
from speaker.home.colors import alike
from speaker.home.device import Device, State
from speaker.languages import fragment, say

LONGEST_NAME = 60
"""Letters of a name that comes from outside; the rest is cut off."""

Message = tuple[str, str]
"""A topic and what is said there."""

Read = Callable[[str], Mapping[str, Any]]
"""What a message tells, by property of State; what it does not tell, or is not understood, is left out."""

_HARDWARE = re.compile(r"^(0x[0-9a-f]{8,}|[0-9a-f]{12,})$")
_SPOKEN = re.compile(r"[^\w '\-]+")
_HAS = (
    "on",
    "brightness",
    "color",
    "position",
    "moving",
    "locked",
    "target",
    "cleaning",
    "docked",
    "room",
)  # have words
_SLOW = frozenset({"position", "moving", "cleaning", "docked"})  # it takes them long; begun is done


@dataclass(frozen=True, slots=True)
class Report:
    """Where a device tells something."""

    topic: str
    read: Read


@dataclass(frozen=True, slots=True)
class Presence:
    """Where it is told whether a device is there at all."""

    topic: str
    read: Callable[[str], bool | None]
    """None where a message says nothing of it."""


@dataclass(frozen=True, slots=True)
class Thing:
    """A device, and how it is spoken with."""

    device: Device
    reports: tuple[Report, ...]
    order: Callable[[State], list[Message]]
    """The messages that have it take on what is wanted; raises HomeError where it cannot."""
    told: frozenset[str]
    """The properties that its reports tell: what is not among them cannot be confirmed."""
    asks: tuple[Message, ...] = ()
    """What makes it tell its state."""
    presences: tuple[Presence, ...] = ()

    @property
    def listeners(self) -> tuple["Report | Presence", ...]:
        """All that takes messages in."""
        return (*self.reports, *self.presences)


def those(**each: bool) -> frozenset[str]:
    """The names of those that are so: ``those(dimmable=True, colored=False)``."""
    return frozenset(name for name, so in each.items() if so)


def shows(told: Mapping[str, Any], wanted: State, known: frozenset[str]) -> bool:
    """Whether what a device tells is what was wanted, as far as it can be ``known`` and soon."""
    dark = wanted.on is False
    return all(
        _same(name, told.get(name), value)
        for name, value in wanted.known().items()
        if name in known and name not in _SLOW and not (dark and name in ("brightness", "color"))
    )


def unable(device: Device, name: str) -> HomeError:
    """What a device is told nothing of."""
    return HomeError(say("has_no", device=device.name, what=fragment(f"has_{name if name in _HAS else 'other'}")))


def spoken(name: object) -> str:
    """A name from outside as people say it: "Kitchen_Lamp" is "kitchen lamp"; "" where there is nothing to say."""
    if not isinstance(name, str) or _HARDWARE.match(name.strip().lower()):
        return ""
    words = _SPOKEN.sub(" ", name[: 4 * LONGEST_NAME].replace("_", " ").lower()).split()
    return " ".join(words)[:LONGEST_NAME].strip()


def _same(name: str, told: Any, wanted: Any) -> bool:
    if told is None:
        return False
    if name == "brightness":
        return bool(abs(told - wanted) <= 2)  # of 254 steps, some are not on a percent
    if name == "target":
        return bool(abs(told - wanted) <= 0.5)
    if name == "color":
        return alike(wanted, told)
    return bool(told == wanted)
