"""The home: finds the devices that are meant, and tells the drivers that reach them."""

from collections.abc import Collection, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Any

from speaker.errors import ConfigError, HandlerError, HomeError, Unclear
from speaker.home.description import HomeConfig
from speaker.home.device import LIGHTS, SCENES, Device, State, former, refusal
from speaker.home.driver import Driver
from speaker.home.finder import Finder
from speaker.home.names import Areas, choice_of, some
from speaker.home.simulated import Simulated
from speaker.languages import say
from speaker.spoken import either
from speaker.store import PluginStore


@dataclass(frozen=True, slots=True)
class Done:
    """What was wanted of a device."""

    device: Device
    wanted: State
    before: State | None
    """What has to be wanted to take it back; None where that is not known, or not done."""


class Home:
    """All devices, whatever reaches them."""

    def __init__(self, config: HomeConfig, store: PluginStore, drivers: Iterable[Driver] = ()) -> None:
        """``drivers``: those beside the simulated one; ``close`` closes them.

        Raises ConfigError where a device is described for a driver that is not there.
        """
        self._config, self._store = config, store
        self._drivers: dict[str, Driver] = {d.name: d for d in (Simulated(store), *drivers)}
        self._described = config.devices()
        self._addresses = {_address(device) for device in self._described}
        self.here = config.here
        for device in self._described:
            if device.driver not in self._drivers:
                raise ConfigError(
                    f"home.areas.{device.area}.{device.name}.driver: there is no driver {device.driver!r}; "
                    f"there are {', '.join(self._drivers)}"
                )

    @property
    def devices(self) -> tuple[Device, ...]:
        """All that there are: those that are described, then those that drivers found by themselves."""
        keys = {device.key for device in self._described}
        found: dict[str, Device] = {}  # what two drivers found under one name is one device: the first one's
        for driver in self._drivers.values():
            for device in driver.devices():
                if device.key not in keys and not self._is_described(device):
                    found.setdefault(device.key, device)
        return (*self._described, *found.values())

    @property
    def areas(self) -> tuple[str, ...]:
        """The areas that there are, and what else they are called."""
        return tuple(dict.fromkeys(name for area, also in self._areas().items() for name in (area, *also)))

    @property
    def names(self) -> tuple[str, ...]:
        """What the devices are called, aliases among them."""
        return tuple(name for device in self.devices for name in (device.name, *device.aliases))

    @property
    def scenes(self) -> tuple[str, ...]:
        """What the scenes are called: those that are described, then those that drivers found."""
        return tuple(dict.fromkeys([*self._config.scenes, *(d.name for d in self.devices if d.kind in SCENES)]))

    def lights(self, area: str | None = None, name: str | None = None) -> tuple[Device, ...]:
        """The lights that are meant; without a name all of an area, without either those here, or all.

        Raises HandlerError, with what there is, for an unknown name or area, Unclear for an ambiguous one.
        """
        return self.some(LIGHTS, area, name)

    def some(self, kinds: Collection[str], area: str | None = None, name: str | None = None) -> tuple[Device, ...]:
        """The devices of some kinds that are meant: the one of that name, all those of a kind ("blinds"), or all.

        Without an area they are those here, or where ``here`` is not known, all; a name may be an area's, or begin
        with one. Raises HandlerError, with what there is, for an unknown name or area, Unclear for an ambiguous one.
        """
        return self._finder().some(kinds, area, name)

    def switched(self, area: str | None, name: str) -> tuple[Device, ...]:
        """What is switched on and off under a name: fans, plugs and the like before lights and heating.

        Raises as ``some``.
        """
        return self._finder().switched(area, name)

    def device(self, name: str, area: str | None = None, lights: bool = False) -> Device:
        """The one device of that name; ``lights`` prefers lights, else other things that are switched are preferred.

        Raises HandlerError, with what there is, where there is none, Unclear where there is more than one.
        """
        return self._finder().one(name, area, lambda d: d.is_light if lights else d.is_switched)

    def area(self, said: str) -> str:
        """What an area is called that is meant; ``EVERYWHERE`` is one. Raises HandlerError, with what there is."""
        return self._finder().area(said)

    def state(self, device: Device) -> State:
        """What is known of what a device does now."""
        return self._drivers[device.driver].state(device)

    def change(self, devices: Iterable[Device], **wanted: Any) -> None:
        """Have devices take on some properties of ``State``; they have when this returns. "Undo" takes it back.

        Raises HandlerError where one of them cannot do that, and then changes none; HomeError where a driver could
        not do it, after all of them have tried.
        """
        devices, state = list(devices), State(**wanted)
        for device in devices:
            if reason := refusal(device, state):
                raise HandlerError(reason)
        self._tell([(device, state) for device in devices])

    def activate(self, scene: str) -> str:
        """Have devices do what they do in a scene; its name. Raises as ``change``, and for an unknown scene."""
        found = choice_of(scene, self.scenes)
        if len(found) > 1:
            raise Unclear(say("which_device", choices=either(found)), "name", tuple(found))
        if not found:
            sentence = "no_scene_known" if self.scenes else "no_scene"
            raise HandlerError(say(sentence, scene=scene, known=some(self.scenes) if self.scenes else ""))
        if found[0] not in self._config.scenes:
            self._tell([(d, State(on=True)) for d in self.devices if d.kind in SCENES and d.name == found[0]])
            return found[0]
        finder, states = self._finder(), self._config.scenes[found[0]]
        self._tell([(device, state) for name, state in states.items() for device in finder.described(name)])
        return found[0]

    def close(self) -> None:
        """Close the drivers."""
        for driver in self._drivers.values():
            driver.close()

    def _tell(self, wanted: Sequence[tuple[Device, State]]) -> None:
        """Have devices do what is wanted of each, and note how to take it back."""
        done = [Done(device, state, former(self.state(device), state)) for device, state in wanted]
        self._store.taken_back_by(partial(self._take_back, done))
        self._order(wanted)

    def _take_back(self, done: Sequence[Done]) -> None:
        """Have devices do what they did before; as a ``Back`` of the store. What cannot be, is said at the end."""
        known = [(d.device, d.before) for d in done if d.before is not None]
        # What failed, or has been done with long since, is left alone.
        self._order(
            [(device, before) for device, before in known if self.state(device).but(before) != self.state(device)]
        )
        for lost in (d for d in done if d.before is None):
            if lost.wanted.locked:
                raise HomeError(say("stays_locked", device=lost.device.name))
            raise HomeError(say("before_unknown", device=lost.device.name))

    def _order(self, wanted: Sequence[tuple[Device, State]]) -> None:
        """Tell the drivers, all at once; each those of its devices together that should do the same."""
        groups: dict[tuple[str, State], list[Device]] = {}
        for device, state in wanted:
            groups.setdefault((device.driver, state), []).append(device)
        with ThreadPoolExecutor(max(1, len(groups)), "home") as pool:
            waiting = []
            for (driver, state), devices in groups.items():
                order = partial(self._drivers[driver].change, devices, state)
                if driver == Simulated.name:
                    order()  # here: this thread may be writing to the store already
                else:
                    waiting.append(pool.submit(order))
        errors = [error for each in waiting if (error := each.exception())]
        for error in errors:
            if not isinstance(error, HomeError):
                raise error
        if errors:
            raise HomeError(" ".join(dict.fromkeys(map(str, errors))))

    def _finder(self) -> Finder:
        return Finder(self.devices, self._areas(), self.here)

    def _areas(self) -> Areas:
        described = self._config.names_of_areas()
        return {**described, **{d.area: () for d in self.devices if d.area and d.area not in described}}

    def _is_described(self, device: Device) -> bool:
        return bool(device.address) and _address(device) in self._addresses


def _address(device: Device) -> str:
    return f"{device.driver} {sorted(device.address.items())}"
