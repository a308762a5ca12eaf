"""The home as its owner describes it: areas, the devices in them, scenes."""

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, field_validator, model_validator
from rapidfuzz import fuzz, process

from speaker import languages
from speaker.errors import HandlerError
from speaker.home.connections import DriversConfig
from speaker.home.device import COVERS, KINDS, LIGHTS, SENSORS, VACUUMS, Device, State, refusal
from speaker.home.finder import Finder
from speaker.home.names import EVERYWHERE, is_kind, singular


def _state(written: Any) -> Any:
    """A state as it is written: ``off``, or ``{on: true, brightness: 40}``. YAML takes ``on`` for true, as a key too."""
    if isinstance(written, bool):
        return State(on=written)
    if not isinstance(written, Mapping):
        return written
    return State.of({"on" if name is True else name: value for name, value in written.items()})


StateConfig = Annotated[State, BeforeValidator(_state)]


class DeviceConfig(BaseModel):
    """A device as the configuration describes it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: str = "switch"
    """One of ``KINDS``, or any other word for a thing that is switched."""
    aliases: tuple[str, ...] = ()
    brightness: bool = True
    """Whether a light can be dimmed."""
    color: bool = True
    """Whether a light can change its color."""
    position: bool = True
    """Whether a cover can stand half open."""
    rooms: bool = False
    """Whether a vacuum can be sent to one room."""
    driver: str = "simulated"
    """What reaches it."""
    address: Mapping[str, Any] = {}
    """What its driver needs to know of it."""
    state: StateConfig = State()
    """What a simulated one does, or measures, at first."""

    @field_validator("kind")
    @classmethod
    def _known(cls, kind: str) -> str:
        """The word that ``KINDS`` has for it; one that is nearly one of those is a mistake, not a new one."""
        word = singular(kind)
        if word.removesuffix(" sensor") in SENSORS:
            word = word.removesuffix(" sensor")
        if found := is_kind({"lamp": "light", "bulb": "light"}.get(word, word), KINDS):
            return found[0]
        if near := process.extractOne(word, list(KINDS), scorer=fuzz.ratio, score_cutoff=75):
            raise ValueError(f"there is no kind {kind!r}; did you mean {near[0]!r}?")
        return kind

    def named(self, name: str, area: str) -> Device:
        """The device that it describes."""
        has = {
            "dimmable": self.kind in LIGHTS and self.brightness,
            "colored": self.kind in LIGHTS and self.color,
            "positioned": self.kind in COVERS and self.position,
            "rooms": self.kind in VACUUMS and self.rooms,
        }
        features = frozenset(feature for feature, there in has.items() if there)
        return Device(name, area, self.kind, self.aliases, features, self.driver, self.address, self.state)


class HomeConfig(BaseModel):
    """The home as the configuration describes it; where it describes none, one to try things in."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    here: str | None = None
    """The area where this speaker stands: "the lights" alone means those here. None: all of them."""
    areas: Mapping[str, Mapping[str, DeviceConfig]] = {}
    """Areas with their devices; the key ``aliases`` in one is what else the area is called."""
    aliases: Mapping[str, tuple[str, ...]] = {}
    """Of areas; taken from there."""
    drivers: DriversConfig = DriversConfig()
    """What reaches devices that are not simulated."""
    scenes: Mapping[str, Mapping[str, StateConfig]] = {}
    """What devices do in a scene, by their name, or by a kind in plural: "all lights", "kitchen blinds"."""

    @model_validator(mode="before")
    @classmethod
    def _plain(cls, written: Any) -> Any:
        """Take the aliases out of the areas; a device or area of which nothing is said has nothing special."""
        if not isinstance(written, Mapping):
            return written
        if "areas" not in written and any((written.get("drivers") or {}).values()):
            return {**written, "areas": {}}  # those who have devices need none to try things with
        if "areas" not in written:
            return {**languages.current().home, **written}
        if not isinstance(written["areas"], Mapping):
            return written
        areas, aliases = {}, dict(written.get("aliases") or {})
        for area, inside in written["areas"].items():
            areas[area] = inside if inside is not None else {}
            if isinstance(inside, Mapping):
                areas[area] = {name: {} if device is None else device for name, device in inside.items()}
                if isinstance(inside.get("aliases"), list):
                    aliases[area] = areas[area].pop("aliases")
        return {**written, "areas": areas, "aliases": aliases}

    @model_validator(mode="after")
    def _fits(self) -> "HomeConfig":
        if self.here is not None and self.here not in self.areas:
            raise ValueError(f"'here' should be one of the areas: {', '.join(self.areas)}")
        if EVERYWHERE in self.areas:
            raise ValueError(f"no area can be called {EVERYWHERE!r}: that is what means every one")
        for area in self.aliases:
            if area not in self.areas:
                raise ValueError(f"'aliases' are of areas, and {area!r} is none of: {', '.join(self.areas)}")
        finder = Finder(self.devices(), self.names_of_areas())
        for scene, states in self.scenes.items():
            for name, wanted in states.items():
                if reason := _unfit(finder, name, wanted):
                    raise ValueError(f"scenes.{scene}.{name}: {reason}")
        return self

    def devices(self) -> tuple[Device, ...]:
        """All that are described."""
        return tuple(d.named(name, area) for area, devices in self.areas.items() for name, d in devices.items())

    def names_of_areas(self) -> Mapping[str, tuple[str, ...]]:
        """Each area with its aliases."""
        return {area: tuple(self.aliases.get(area, ())) for area in self.areas}


def _unfit(finder: Finder, name: str, wanted: State) -> str | None:
    """Why a scene cannot have some devices do this; None where it can."""
    if wanted.locked is False:
        return "a scene cannot unlock; Hark asks before it does that"
    try:
        reasons = [refusal(device, wanted) for device in finder.described(name)]
    except HandlerError as error:
        return str(error)
    return next((reason for reason in reasons if reason), None)
