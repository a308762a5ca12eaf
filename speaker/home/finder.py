"""Finding the devices that a command means, among those that there are: a decision without a driver inside."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace

from speaker import languages
from speaker.errors import HandlerError, Unclear
from speaker.home.device import LIGHTS, Device, abilities, kind_called
from speaker.home.names import (
    EVERYWHERE,
    MANY,
    Areas,
    area_of,
    called,
    ending,
    is_kind,
    is_plural,
    matching,
    nearest,
    singular,
    some,
    split,
)
from speaker.languages import fragment, say
from speaker.spoken import either, joined, the


@dataclass(frozen=True, slots=True)
class Finder:
    """What there is. Its methods raise HandlerError, with what there is, for what is not; Unclear asks which one."""

    devices: Sequence[Device]
    areas: Areas
    here: str | None = None
    """The area that is meant where none is said; None: all of them."""

    def some(self, kinds: Collection[str], area: str | None, name: str | None) -> tuple[Device, ...]:
        """The devices of some kinds that are meant; see ``Home.some``."""
        if name and area is None:
            area, name = self._parted(kinds, name)
        every = [d for d in self.devices if d.kind in kinds]
        if name is None:
            return self._all(every, area, _called(kinds))
        there = [d for d in self.inside(area) if d.kind in kinds]
        own = [] if is_plural(name) or set(kinds) <= LIGHTS else called(name, there)
        if not own and (narrower := is_kind(name, kinds)):
            also = ending(name, every) if is_plural(name) else []  # the doors are sensors, and the front door's lock
            found = self._all([d for d in every if d.kind in narrower or d in also], area, singular(name))
            one = is_plural(name) or set(kinds) <= LIGHTS  # "the light" is what lights a room
            return found if one else (self._only(name, found),)
        found = tuple(matching(name, there, self.areas))
        if len(found) > 1 and is_plural(name):
            return self._those_here(found)
        if not found and singular(name) in languages.current().words.lamps and set(kinds) <= LIGHTS:
            return self._all(every, area, name)
        return (self._only(name, found) if found else self._none(name, there, area),)

    def one(self, name: str, area: str | None, preferred: Callable[[Device], bool]) -> Device:
        """The one device of a name, among those that are preferred if it is there, else among all."""
        there = self.inside(area)
        pool = [d for d in there if preferred(d)]
        found = matching(name, pool, self.areas) or matching(name, there, self.areas)
        return self._only(name, found) if found else self._none(name, pool or there, area)

    def switched(self, area: str | None, name: str) -> tuple[Device, ...]:
        """What is switched under a name; things that are nothing but switched before lights and heating."""
        things = {d.kind for d in self.devices if d.is_switched}
        others = {d.kind for d in self.devices if "on" in d.wanted}
        first = matching(name, [d for d in self.inside(area) if d.kind in things], self.areas)
        return self.some(things if first else others, area, name)

    def described(self, name: str) -> tuple[Device, ...]:
        """What a scene means by a name: one device, or all of a kind in plural ("all lights", "kitchen blinds").

        A scene is the same wherever it is asked for.
        """
        anywhere = replace(self, here=None)
        if len(own := called(name, self.devices)) == 1:
            return tuple(own)
        kinds = {device.kind for device in self.devices}
        if is_plural(name):
            parts = split(name, self.areas)
            if is_kind(name, kinds) or (parts and is_kind(parts[1], kinds)):
                return anywhere.some(kinds, None, name)
        return (anywhere.one(name, None, lambda _: True),)

    def inside(self, area: str | None) -> Sequence[Device]:
        """The devices of an area; of all where it is None or EVERYWHERE."""
        if area is None or area == EVERYWHERE:
            return self.devices
        found = self.area(area)
        return [d for d in self.devices if d.area == found]

    def area(self, said: str) -> str:
        """The name of an area; EVERYWHERE is one."""
        found = said if said == EVERYWHERE else area_of(said, self.areas)
        if found is None:
            raise HandlerError(say("no_area", area=said, known=some(list(self.areas))))
        return found

    def _parted(self, kinds: Collection[str], name: str) -> tuple[str | None, str | None]:
        """The area and the name, where a name is an area's or begins with one: "kitchen", "kitchen blinds"."""
        parts = split(name, self.areas)
        if parts and is_plural(name) and is_kind(parts[1], kinds):
            return parts
        if is_kind(name, kinds) or matching(name, [d for d in self.devices if d.kind in kinds], self.areas):
            return None, name
        if area := area_of(name, self.areas):
            return area, None
        return parts or (None, name)

    def _all(self, every: Sequence[Device], area: str | None, what: str) -> tuple[Device, ...]:
        """Those of some devices that are in an area; without one those here, or the only one there is."""
        if not every:
            raise HandlerError(say("no_kind_in", what=what, area=area) if area else say("no_kind", what=what))
        wanted = area or self.here
        there = {d.key for d in self.inside(wanted)}
        found = tuple(d for d in every if d.key in there)
        if not found and area is None and len(every) == 1:
            return tuple(every)
        if not found:
            others = joined(the(a) for a in list(dict.fromkeys(d.area for d in every if d.area))[:MANY])
            raise HandlerError(say("kind_elsewhere", what=what, area=wanted, others=others))
        return found

    def _only(self, name: str, found: Sequence[Device]) -> Device:
        """The one of those found, or of those here."""
        found = self._those_here(found)
        if len(found) == 1:
            return found[0]
        names = tuple(dict.fromkeys(device.name for device in found))
        if len(names) > 1:
            question = say("which_device", choices=either(map(the, names)))
            raise Unclear(question if len(names) <= MANY else say("which_of_many", name=name), "name", names)
        areas = tuple(dict.fromkeys(device.area for device in found))
        question = say("which_area", name=names[0], choices=either(map(the, areas)))
        raise Unclear(question if len(areas) <= MANY else say("which_room", name=names[0]), "area", areas)

    def _those_here(self, found: Sequence[Device]) -> tuple[Device, ...]:
        return tuple(d for d in found if d.area == self.here) or tuple(found)

    def _none(self, name: str, there: Sequence[Device], area: str | None) -> Device:
        if other := matching(name, self.inside(area), self.areas):
            raise HandlerError(abilities(other[0]))
        within = "_in" if area and area != EVERYWHERE else ""
        known = some(nearest(name, there)) if there else ""
        raise HandlerError(say(f"no_device{within}{'_known' * bool(there)}", name=name, area=area, known=known))


def _called(kinds: Collection[str]) -> str:
    """What some kinds are called, singular."""
    return kind_called(next(iter(kinds))) if len(kinds) == 1 else fragment("any_kind")
