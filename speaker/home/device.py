"""Devices and what they do: kinds, properties, states."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from rapidfuzz import process

from speaker import languages
from speaker.languages import fragment, say
from speaker.spoken import either

Value = bool | int | float | str


@dataclass(frozen=True, slots=True)
class State:
    """What is known of what a device does, or what is wanted of it; None is what is not known, or not wanted.

    Raises ValueError where a value is not of its property's type, or out of its range (see ``RANGES``).
    """

    on: bool | None = None
    brightness: int | None = None
    """0 to 100, of a light; it stays the same while the light is off."""
    color: str | None = None
    """By name, as it is said: "warm white"."""
    position: int | None = None
    """Of a cover: 0 is closed, 100 open."""
    moving: bool | None = None
    """Of a cover; wanted False stops it."""
    open: bool | None = None
    """Of a cover, a door or a window; only known, never wanted: that is a position."""
    locked: bool | None = None
    temperature: float | None = None
    """As measured, °C."""
    target: float | None = None
    """The temperature that a thermostat keeps, °C."""
    humidity: float | None = None
    """Relative, 0 to 100 %."""
    battery: int | None = None
    """0 to 100 %."""
    motion: bool | None = None
    cleaning: bool | None = None
    """Of a vacuum; wanted True starts it."""
    docked: bool | None = None
    """Of a vacuum; wanted True sends it back."""
    room: str | None = None
    """Of a vacuum: the area that it cleans; wanted with ``cleaning``, of those that have rooms."""

    def __post_init__(self) -> None:
        for name, value in self.known().items():
            if reason := _wrong(name, value):
                raise ValueError(reason)

    def known(self) -> dict[str, Value]:
        """The properties that are known, with their values."""
        return {name: value for name in PROPERTIES if (value := getattr(self, name)) is not None}

    def but(self, other: "State") -> "State":
        """This state, with what is known in another one in its place."""
        return State(**self.known() | other.known())  # type: ignore[arg-type]

    def only(self, names: frozenset[str]) -> "State":
        """Some of its properties."""
        return State(**{name: value for name, value in self.known().items() if name in names})  # type: ignore[arg-type]

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> "State":
        """As a person wrote it. Raises ValueError: no such property (with the nearest), a wrong value."""
        for name in values:
            if name not in PROPERTIES:
                near = process.extractOne(str(name), PROPERTIES, score_cutoff=60)
                known = f"did you mean {near[0]!r}?" if near else f"there are {', '.join(PROPERTIES)}"
                raise ValueError(f"there is no property {name!r}; {known}")
        return cls(**values)

    @classmethod
    def believed(cls, values: Mapping[str, Any]) -> "State":
        """As a device told it: what is no property, or no value of it, is left out."""
        return cls(**{name: v for name, v in values.items() if name in PROPERTIES and not _wrong(name, v)})


PROPERTIES = tuple(each.name for each in fields(State))
RANGES: Mapping[str, tuple[float, float]] = {
    "brightness": (0, 100),
    "position": (0, 100),
    "temperature": (-100, 200),
    "target": (5, 35),
    "humidity": (0, 100),
    "battery": (0, 100),
}
"""The least and the most of the properties that are numbers; those that are not there are yes or no, but for color and room."""

_WHOLE = ("brightness", "position", "battery")


def _wrong(name: str, value: Any) -> str | None:
    """Why a property cannot have a value; None where it can."""
    if name in ("color", "room"):
        return None if isinstance(value, str) and value else f"{name} should be a name, not {value!r}"
    if name not in RANGES:
        return None if isinstance(value, bool) else f"{name} should be true or false, not {value!r}"
    low, high = RANGES[name]
    number = isinstance(value, int) or (isinstance(value, float) and name not in _WHOLE)
    if isinstance(value, bool) or not number or not low <= value <= high:
        return f"{name} should be a {'whole ' * (name in _WHOLE)}number from {low:g} to {high:g}, not {value!r}"
    return None


@dataclass(frozen=True, slots=True)
class Kind:
    """What devices of a kind can be asked to do, and can tell."""

    wanted: frozenset[str]
    """The properties that can be changed."""
    told: frozenset[str]
    """Further ones that can be known."""


def _kind(wanted: str, told: str = "") -> Kind:
    return Kind(frozenset(wanted.split()), frozenset(told.split()))


_COVER = "position moving", "open battery"
KINDS: Mapping[str, Kind] = {
    "light": _kind("on brightness color"),
    "switch": _kind("on"),
    "plug": _kind("on"),
    "fan": _kind("on"),
    "television": _kind("on"),
    "blind": _kind(*_COVER),
    "curtain": _kind(*_COVER),
    "shutter": _kind(*_COVER),
    "awning": _kind(*_COVER),
    "gate": _kind(*_COVER),
    "garage door": _kind(*_COVER),
    "thermostat": _kind("target on", "temperature humidity battery"),
    "lock": _kind("locked", "battery open"),
    "vacuum": _kind("cleaning docked room", "battery"),
    "temperature": _kind("", "temperature humidity battery"),
    "humidity": _kind("", "humidity temperature battery"),
    "motion": _kind("", "motion battery"),
    "door": _kind("", "open battery"),
    "window": _kind("", "open battery"),
    "battery": _kind("", "battery"),
    "scene": _kind("on"),
}
"""The kinds that Hark knows; any other word is a kind too, of things that are switched. The language has words for each."""

LIGHTS = frozenset({"light"})
COVERS = frozenset({"blind", "curtain", "shutter", "awning", "gate", "garage door"})
CLIMATES = frozenset({"thermostat"})
LOCKS = frozenset({"lock"})
VACUUMS = frozenset({"vacuum"})
SCENES = frozenset({"scene"})
"""Of a hub's own; those of the description are no devices."""
SENSORS = frozenset({"temperature", "humidity", "motion", "door", "window", "battery"})


@dataclass(frozen=True, slots=True)
class Device:
    """One device."""

    name: str
    area: str
    """"" where it is in none."""
    kind: str
    """One of ``KINDS``, or any other word for a thing that is switched."""
    aliases: tuple[str, ...] = ()
    features: frozenset[str] = frozenset()
    """dimmable, colored: of lights; positioned: a cover that can stand half open; rooms: a vacuum that can be sent to one."""
    driver: str = "simulated"
    """The name of the driver that reaches it."""
    address: Mapping[str, Any] = field(default_factory=dict, hash=False)
    """What its driver needs to know: a topic, an entity's id, a pin."""
    start: State = field(default=State(), compare=False)
    """What a simulated device does at first."""

    @property
    def key(self) -> str:
        """What no other device is called: its area and its name."""
        return f"{self.area}/{self.name}"

    @property
    def is_light(self) -> bool:
        return self.kind in LIGHTS

    @property
    def is_switched(self) -> bool:
        """Whether it is nothing but switched: a fan, a plug, a television."""
        return kind_of(self).wanted == {"on"}

    @property
    def dimmable(self) -> bool:
        return "dimmable" in self.features

    @property
    def colored(self) -> bool:
        return "colored" in self.features

    @property
    def wanted(self) -> frozenset[str]:
        """The properties that can be changed."""
        return kind_of(self).wanted

    @property
    def told(self) -> frozenset[str]:
        """The properties that can be known."""
        return kind_of(self).wanted | kind_of(self).told


def kind_called(kind: str) -> str:
    """What a kind is called in the language of the house, singular."""
    return languages.current().words.kinds.get(kind, (kind,))[0]


def kind_of(device: Device) -> Kind:
    """What a device can do."""
    return KINDS.get(device.kind) or KINDS["switch"]


_DONE_TO = ("on", "brightness", "color", "position", "moving", "locked", "target", "cleaning", "docked")
"""What has a word for having it changed: ``can_on`` and so on in the language."""


def refusal(device: Device, wanted: State) -> str | None:
    """Why a device cannot have what is wanted, as a sentence; None where it can."""
    for name in wanted.known():
        if name not in device.wanted or (name == "color" and not device.colored):
            return _cannot(device, name if name in _DONE_TO else "other")
        if name == "brightness" and not device.dimmable:
            return _cannot(device, name)
    if wanted.position not in (None, 0, 100) and "positioned" not in device.features:
        return say("can_only", device=device.name, what=fragment("can_position"))
    if wanted.room is not None and "rooms" not in device.features:
        return _cannot(device, "room")
    return None


def _cannot(device: Device, what: str) -> str:
    return say("cannot", device=device.name, what=fragment(f"can_{what}"))


def abilities(device: Device) -> str:
    """A sentence of what can be done with a device."""
    verbs = dict.fromkeys(fragment(f"can_{name}") for name in PROPERTIES if name in device.wanted and name in _DONE_TO)
    return say("can_only", device=device.name, what=either(verbs) if verbs else fragment("can_nothing"))


def former(before: State, wanted: State) -> State | None:
    """What has to be wanted to take back what was; None where what it did before is not known.

    A lock is never opened by taking something back, and what has been stopped does not move on.
    """
    back: dict[str, Any] = {}
    known = before.known()
    for name in wanted.known():
        if name == "position" and before.position is None and before.open is not None:
            back[name] = 100 if before.open else 0
        elif name in ("cleaning", "docked"):
            back |= {other: True for other in ("cleaning", "docked") if known.get(other)}
        elif name in known and name != "moving" and (name, known[name]) != ("locked", False):
            back[name] = known[name]
    return State(**back) if back else None
