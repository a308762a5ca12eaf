"""The home: areas, and in them devices with a state. Simulated: what is switched is a value in the store."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ConfigDict, model_validator
from rapidfuzz import fuzz

from speaker.errors import HandlerError
from speaker.store import PluginStore

EVERYWHERE = "all"
"""The area that means every room."""

_LIKE_ENOUGH = 84  # of 100: a plural, an article, a letter misheard
_GENERIC = {"light", "lights", "lamp", "lamps", "lighting"}


class DeviceConfig(BaseModel):
    """A device as the configuration describes it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: str = "switch"
    """light, or any other word: fan, plug, television …"""
    aliases: tuple[str, ...] = ()
    brightness: bool = True
    """Whether a light can be dimmed."""
    color: bool = True
    """Whether a light can change its color."""


class HomeConfig(BaseModel):
    """The home as the configuration describes it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    here: str | None = None
    """The area where this speaker stands: "the lights" alone means those here. None: all of them."""
    areas: Mapping[str, Mapping[str, DeviceConfig]] = {
        "kitchen": {
            "kitchen light": DeviceConfig(kind="light", aliases=("ceiling light",)),
            "coffee machine": DeviceConfig(aliases=("coffee maker",)),
            "kettle": DeviceConfig(),
        },
        "living room": {
            "living room light": DeviceConfig(kind="light", aliases=("ceiling light",)),
            "floor lamp": DeviceConfig(kind="light"),
            "television": DeviceConfig(aliases=("tv", "telly")),
            "fan": DeviceConfig(kind="fan"),
        },
        "bedroom": {
            "bedroom light": DeviceConfig(kind="light", aliases=("ceiling light",)),
            "bedside lamp": DeviceConfig(kind="light", aliases=("reading lamp",)),
            "heater": DeviceConfig(),
        },
        "bathroom": {"bathroom light": DeviceConfig(kind="light"), "extractor fan": DeviceConfig(kind="fan")},
        "office": {
            "office light": DeviceConfig(kind="light", aliases=("ceiling light",)),
            "desk lamp": DeviceConfig(kind="light"),
            "printer": DeviceConfig(),
            "plug": DeviceConfig(kind="plug", aliases=("smart plug", "socket")),
        },
        "hall": {"hall light": DeviceConfig(kind="light", aliases=("hallway light",))},
        "garden": {"garden lights": DeviceConfig(kind="light", color=False), "fountain": DeviceConfig()},
    }

    @model_validator(mode="after")
    def _here_is_an_area(self) -> "HomeConfig":
        if self.here is not None and self.here not in self.areas:
            raise ValueError(f"'here' should be one of the areas: {', '.join(self.areas)}")
        return self


@dataclass(frozen=True, slots=True)
class Device:
    """One device."""

    name: str
    area: str
    kind: str
    aliases: tuple[str, ...]
    dimmable: bool
    colored: bool

    @property
    def is_light(self) -> bool:
        return self.kind == "light"


@dataclass(frozen=True, slots=True)
class State:
    """What a device does."""

    on: bool = False
    brightness: int = 100
    """0 to 100; of lights."""
    color: str = "white"


class Home:
    """Finds devices by what people call them, and keeps their state."""

    def __init__(self, config: HomeConfig, store: PluginStore) -> None:
        self._store = store
        self.here = config.here
        self.devices = tuple(
            Device(name, area, d.kind, d.aliases, d.kind == "light" and d.brightness, d.kind == "light" and d.color)
            for area, devices in config.areas.items()
            for name, d in devices.items()
        )
        self.areas = tuple(config.areas)

    @property
    def names(self) -> tuple[str, ...]:
        """What the devices are called, aliases among them."""
        return tuple(name for device in self.devices for name in (device.name, *device.aliases))

    def lights(self, area: str | None = None, name: str | None = None) -> tuple[Device, ...]:
        """The lights that are meant; without a name all of an area, without either those here, or all.

        Raises HandlerError, with what there is, for an unknown or ambiguous name or area.
        """
        if name and _singular(name) not in _GENERIC and not (area is None and self._area(name) in self.areas):
            return (self.device(name, area, lights=True),)
        if name and area is None and self._area(name):
            area = name
        area = area or self.here
        lights = [d for d in self.devices if d.is_light and (area is None or d.area in self._within(area))]
        if not lights:
            raise HandlerError(f"There is no light in the {area}." if area else "There are no lights in this home.")
        return tuple(lights)

    def device(self, name: str, area: str | None = None, lights: bool = False) -> Device:
        """The one device of that name; ``lights`` prefers lights, else other things are preferred.

        Raises HandlerError, with what there is, where there is none or more than one.
        """
        within = self._within(area) if area else set(self.areas)
        there = [d for d in self.devices if d.area in within]
        preferred = [d for d in there if d.is_light == lights]
        for some in (preferred, there):
            found = _nearest(name, some)
            if len(found) > 1 and self.here:
                found = [d for d in found if d.area == self.here] or found
            if len(found) == 1:
                return found[0]
            if found:
                which = _or(f"the one in the {d.area}" for d in found)
                raise HandlerError(f"There are {len(found)} called {name}. Which one: {which}?")
        known = ", ".join(d.name for d in preferred or there)
        where = f" in the {area}" if area else ""
        raise HandlerError(f"There is no {name}{where}; I know: {known}." if known else f"There is no {name}{where}.")

    def state(self, device: Device) -> State:
        """What a device does now."""
        return State(**self._store.get(_key(device), {}))

    def change(self, devices: Iterable[Device], **values: Any) -> None:
        """Set fields of the State of some devices; they are kept when this returns."""
        with self._store.atomic():
            for device in devices:
                state = self._store.get(_key(device), {})
                self._store.set(_key(device), {**state, **values})

    def _within(self, area: str) -> Collection[str]:
        """The areas that are meant by a name."""
        if area == EVERYWHERE:
            return self.areas
        if found := self._area(area):
            return {found}
        raise HandlerError(f"There is no {area}; I know: {', '.join(self.areas)}.")

    def _area(self, name: str) -> str | None:
        scores = {area: fuzz.ratio(_singular(name), _singular(area)) for area in self.areas}
        scores |= {a: 100 for a in self.areas if _singular(name) in (f"{_singular(a)}way", f"{_singular(a)} room")}
        best = max(scores, key=lambda area: scores[area], default=None)
        return best if best is not None and scores[best] >= _LIKE_ENOUGH else None


def _nearest(name: str, devices: Iterable[Device]) -> list[Device]:
    """The devices whose name, or one of whose aliases, is most like this one, if any is like enough."""
    wanted = _singular(name)
    scored = []
    for device in devices:
        called = (device.name, *device.aliases, f"{device.area} {device.name}")
        scored.append((max(fuzz.ratio(wanted, _singular(c)) for c in called), device))
    best = max((score for score, _ in scored), default=0)
    if best >= _LIKE_ENOUGH:
        return [device for score, device in scored if score == best]
    return [device for _, device in scored if _singular(device.kind) == wanted]


def _singular(name: str) -> str:
    """Without articles and plural endings, so that "the lights" is "light"."""
    words = [word for word in name.lower().replace("-", " ").split() if word not in ("the", "my", "our", "a", "an")]
    return " ".join(word.removesuffix("s") if len(word) > 3 and not word.endswith("ss") else word for word in words)


def _key(device: Device) -> str:
    return f"{device.area}/{device.name}"


def _or(choices: Iterable[str]) -> str:
    *head, last = choices
    return f"{', '.join(head)} or {last}" if head else last
