"""States in words: what devices do, and what they measure."""

from collections.abc import Iterable, Sequence

from speaker.context import Context
from speaker.errors import HandlerError
from speaker.home import CLIMATES, COVERS, LOCKS, VACUUMS, Device, State, color_called, kind_called
from speaker.spoken import how_many, joined, number, plural, the

Known = tuple[Device, State]
"""A device with what is known of it."""

DEGREES = ("temperature", "target")  # properties that are no percentages
OF_ROOMS = ("humidity", "temperature", "motion")  # and those that are a room's
ACTIVE = ("on", "open", "unlocked", "cleaning")
FEW = 3  # are told one by one
MANY = 5  # names are enough
LOW = 20  # percent of a battery


def property_of(context: Context, kind: str) -> str | None:
    """The property that a word asks for; None where none is like it."""
    return next((name for name, said in context.words["properties"].items() if kind in said), None)


def doing(context: Context, device: Device, state: State) -> str:
    """What one device does, after "is": "on at 40 percent"; "" where nothing is known."""
    if device.kind in LOCKS:
        parts = [_is(context, _locked(state)), _is(context, _open(state))]
    elif device.kind in COVERS:
        parts = [_is(context, "moving" if state.moving else None), _position(context, state)]
    elif device.kind in CLIMATES:
        target = "" if state.target is None else context.fragment("is_set", degrees=number(state.target))
        parts = [_is(context, "off")] if state.on is False else [target, _measures(context, state)]
    elif device.kind in VACUUMS:
        charged = "" if state.battery is None else context.fragment("is_charged", percent=state.battery)
        parts = [_vacuum(context, state), charged]
    elif state.on is not None:
        parts = _shining(context, device, state)
    else:
        sensing = None if state.motion is None else "sensing" if state.motion else "sensing_none"
        parts = [_is(context, _open(state)), _is(context, sensing), _measures(context, state)]
    return joined(part for part in parts if part)


def summary(context: Context, pairs: Sequence[Known], name: str) -> str:
    """What some devices do: few of them one by one, of many those that are on, open or unlocked."""
    told = [(device, state, what) for device, state in pairs if (what := doing(context, device, state))]
    if not told:
        raise HandlerError(context.reply("unknown", count=len(pairs), name=name))
    if len(told) <= FEW:
        return _sentence(context, _groups((device.name, what) for device, _, what in told))
    groups = _groups((device.name, _is(context, coarse(device, state)) or what) for device, state, what in told)
    active = {what: groups[what] for what in groups if what in [_is(context, each) for each in ACTIVE]}
    if active or len(groups) > 1:
        return _sentence(context, active or groups)
    kinds, what = {device.kind for device, _, _ in told}, next(iter(groups))
    if len(kinds) == 1:
        return context.reply("all_kind", count=len(told), kind=plural(kind_called(kinds.pop())), what=what)
    return context.reply("all_of_them", count=len(told), what=what)


def anything(context: Context, pairs: Iterable[Known], area: str | None) -> str:
    """What is on, open, unlocked or cleaning, of all there is."""
    groups = _groups((device.name, what) for device, state in pairs if (what := coarse(device, state)) in ACTIVE)
    if not groups:
        return context.reply("nothing_in", area=area) if area else context.reply("nothing")
    return _sentence(context, {_is(context, what): groups[what] for what in ACTIVE if what in groups})


def coarse(device: Device, state: State) -> str | None:
    """What a device does by one name, to be told together with others that do the same."""
    if device.kind in CLIMATES:
        return None
    if device.kind in LOCKS:
        return "open" if state.open else _locked(state)
    if device.kind in COVERS:
        return None if (share := _share(state)) is None else "open" if share else "closed"
    if device.kind in VACUUMS:
        return "cleaning" if state.cleaning else None
    return _open(state) or (None if state.on is None else "on" if state.on else "off")


def readings(context: Context, pairs: Iterable[Known], wanted: str, area: str | None) -> str:
    """One property of some devices: "62 percent in the bathroom". Raises HandlerError where none tells it."""
    told = {}
    for device, state in pairs:
        if (value := state.known().get(wanted)) is not None:
            told.setdefault(device.area if wanted in OF_ROOMS else device.name, value)
    if not told:
        kind = context.fragment(f"property_{wanted}")
        raise HandlerError(
            context.reply("not_told_in", kind=kind, area=area) if area else context.reply("not_told", kind=kind)
        )
    if wanted == "motion":
        moving = [room for room, value in told.items() if value]
        places = joined(the(room) for room in (moving or told))
        return context.reply("motion", places=places) if moving else context.reply("no_motion", places=places)
    of = f"{'degrees' if wanted in DEGREES else 'percent'}_{'in' if wanted in OF_ROOMS else 'for'}"
    said = (context.fragment(of, value=number(value), where=where) for where, value in list(told.items())[:MANY])
    return context.reply("all", list=joined(said))


def weakest(context: Context, pairs: Iterable[Known]) -> str:
    """Which batteries are low."""
    levels = {device.name: state.battery for device, state in pairs if state.battery is not None}
    if not levels:
        raise HandlerError(context.reply("no_battery"))
    low = {name: level for name, level in levels.items() if level < LOW}
    if not low:
        name = min(levels, key=lambda n: levels[n])
        return context.reply("no_low_battery", name=name, percent=levels[name])
    each = (context.fragment("low_battery", name=name, percent=level) for name, level in list(low.items())[:MANY])
    return context.reply("all", list=joined(each))


def _groups(told: Iterable[tuple[str, str | None]]) -> dict[str, list[str]]:
    """The names of devices by what they do."""
    groups: dict[str, list[str]] = {}
    for name, what in told:
        if what:
            groups.setdefault(what, []).append(name)
    return groups


def _sentence(context: Context, groups: dict[str, list[str]]) -> str:
    """ "The kettle and the fan are on, and the garage door is open."."""
    parts = []
    for what, names in groups.items():
        shown = [the(name) for name in names[:MANY]]
        rest = len(names) - len(shown)
        every = joined([*shown, context.fragment("more", count=rest)] if rest else shown)
        parts.append(context.fragment("does", count=how_many(names), names=every, what=what))
    return context.reply("all", list=context.fragment("between").join(parts))


def _is(context: Context, what: str | None) -> str:
    return context.fragment(f"is_{what}") if what else ""


def _locked(state: State) -> str | None:
    return None if state.locked is None else "locked" if state.locked else "unlocked"


def _open(state: State) -> str | None:
    return None if state.open is None else "open" if state.open else "closed"


def _share(state: State) -> int | None:
    """How far a cover is open, 0 to 100."""
    return state.position if state.position is not None or state.open is None else 100 * state.open


def _position(context: Context, state: State) -> str:
    share = _share(state)
    if share is None or share in (0, 100):
        return "" if share is None else _is(context, "open" if share else "closed")
    return context.fragment("is_open_to", percent=share)


def _shining(context: Context, device: Device, state: State) -> list[str]:
    """What is switched, with the brightness and color of a light."""
    if not state.on:
        return [_is(context, "off")]
    dimmed = device.dimmable and state.brightness not in (None, 100)
    tinted = device.colored and state.color not in (None, "white")
    on = context.fragment("is_on_at", percent=state.brightness) if dimmed else _is(context, "on")
    return [on, color_called(state.color) if tinted and state.color else ""]


def _measures(context: Context, state: State) -> str:
    degrees = "" if state.temperature is None else context.fragment("degrees", degrees=number(state.temperature))
    humid = "" if state.humidity is None else context.fragment("humid", percent=number(state.humidity))
    said = [part for part in (degrees, humid) if part]
    return context.fragment("is_measuring", list=joined(said)) if said else ""


def _vacuum(context: Context, state: State) -> str:
    if state.cleaning and state.room:
        return context.fragment("is_cleaning_room", room=state.room)
    if state.cleaning:
        return _is(context, "cleaning")
    return _is(context, None if state.docked is None else "docked" if state.docked else "still")
