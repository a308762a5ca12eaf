"""States in words. Pure functions of devices and their states."""

from collections.abc import Iterable, Sequence

from speaker.errors import HandlerError
from speaker.home import CLIMATES, COVERS, LOCKS, VACUUMS, Device, State
from speaker.spoken import joined

Known = tuple[Device, State]
"""A device with what is known of it."""

ANYTHING = {"anything", "everything", "something", "all", "house", "flat", "home", "apartment"}
ANYBODY = {"anyone", "anybody", "someone", "somebody"}
BATTERIES = {"battery", "batteries"}

_KINDS = {
    "humidity": "humidity|humid|damp|dampness|moist|moisture|muggy|dry|relative humidity|air humidity",
    "temperature": "temperature|warm|hot|cold|cool",
    "motion": "motion|movement|presence|occupancy|activity",
    "battery": "battery|charge|charge level|battery charge|juice",
    "brightness": "brightness|bright",
    "position": "position|open",
    "target": "target|target temperature|setpoint",
}
_UNITS = {"temperature": "degrees", "target": "degrees"}
_ACTIVE = ("on", "open", "unlocked", "cleaning")
_FEW = 3  # are told one by one
_MANY = 5  # names are enough
_LOW = 20  # percent of a battery


def property_of(kind: str) -> str | None:
    """The property that a word asks for; None where none is like it."""
    return next((name for name, said in _KINDS.items() if kind in said.split("|")), None)


def doing(device: Device, state: State) -> str:
    """What one device does, after "is": "on at 40 percent"; "" where nothing is known."""
    if device.kind in LOCKS:
        parts = [_locked(state.locked), _open(state.open)]
    elif device.kind in COVERS:
        parts = ["moving" if state.moving else "", _position(state)]
    elif device.kind in CLIMATES:
        target = "" if state.target is None else f"set to {state.target:g} degrees"
        parts = ["off"] if state.on is False else [target, _measures(state)]
    elif device.kind in VACUUMS:
        parts = [_vacuum(state), "" if state.battery is None else f"charged to {state.battery} percent"]
    elif state.on is not None:
        dimmed = state.on and device.dimmable and state.brightness not in (None, 100)
        tinted = state.on and device.colored and state.color not in (None, "white")
        parts = [
            ("on" if state.on else "off") + (f" at {state.brightness} percent" if dimmed else ""),
            f"{state.color}" if tinted else "",
        ]
    else:
        motion = "" if state.motion is None else "sensing motion" if state.motion else "sensing no motion"
        parts = [_open(state.open), motion, _measures(state)]
    said = [part for part in parts if part]
    return joined(said) if said else ""


def summary(pairs: Sequence[Known], name: str) -> str:
    """What some devices do: few of them one by one, of many those that are on, open or unlocked."""
    told = [(device, state) for device, state in pairs if doing(device, state)]
    if not told:
        raise HandlerError(f"I do not know what the {name} {'does' if len(pairs) == 1 else 'do'} now.")
    if len(told) <= _FEW:
        return _sentence(_groups((device.name, doing(device, state)) for device, state in told))
    groups = _groups((device.name, coarse(device, state) or doing(device, state)) for device, state in told)
    active = {what: names for what, names in groups.items() if what in _ACTIVE}
    if active:
        return _sentence(active)
    if len(groups) == 1:
        kinds = {f"{device.kind}s" for device, _ in told}
        return f"All {len(told)} {kinds.pop() if len(kinds) == 1 else 'of them'} are {next(iter(groups))}."
    return _sentence(groups)


def anything(pairs: Iterable[Known], area: str | None) -> str:
    """What is on, open, unlocked or cleaning, of all there is."""
    groups = _groups((device.name, what) for device, state in pairs if (what := coarse(device, state)) in _ACTIVE)
    if not groups:
        return f"Nothing is on, open or unlocked{f' in the {area}' if area else ''}."
    return _sentence({what: groups[what] for what in _ACTIVE if what in groups})


def coarse(device: Device, state: State) -> str | None:
    """What a device does in one word, to be told together with others that do the same."""
    if device.kind in CLIMATES:
        return None
    if device.kind in LOCKS:
        return "open" if state.open else _locked(state.locked) or None
    if device.kind in COVERS:
        return None if (share := _share(state)) is None else "open" if share else "closed"
    if device.kind in VACUUMS:
        return "cleaning" if state.cleaning else None
    return _open(state.open) or (None if state.on is None else "on" if state.on else "off")


def readings(pairs: Iterable[Known], wanted: str, area: str | None) -> str:
    """One property of some devices: "62 percent in the bathroom". Raises HandlerError where none tells it."""
    told = {}
    for device, state in pairs:
        if (value := state.known().get(wanted)) is not None:
            told.setdefault(device.area if wanted in ("humidity", "temperature", "motion") else device.name, value)
    if not told:
        raise HandlerError(f"Nothing tells the {wanted}{f' in the {area}' if area else ''}.")
    if wanted == "motion":
        moving = [room for room, value in told.items() if value]
        where = joined(f"the {room}" for room in (moving or told))
        return f"There is {'' if moving else 'no '}motion in {where}."
    unit = _UNITS.get(wanted, "percent")
    place = "in the" if wanted in ("humidity", "temperature") else "for the"
    said = [f"{value:g} {unit} {place} {where}" for where, value in list(told.items())[:_MANY]]
    return f"{joined(said).capitalize()}."


def weakest(pairs: Iterable[Known]) -> str:
    """Which batteries are low."""
    levels = {device.name: state.battery for device, state in pairs if state.battery is not None}
    if not levels:
        raise HandlerError("Nothing tells of its battery.")
    low = {name: level for name, level in levels.items() if level < _LOW}
    if not low:
        name = min(levels, key=lambda n: levels[n])
        return f"No battery is low; the lowest is that of the {name}, at {levels[name]} percent."
    return f"{joined(f'The {name} is at {level} percent' for name, level in list(low.items())[:_MANY])}."


def _groups(told: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    """The names of devices by what they do."""
    groups: dict[str, list[str]] = {}
    for name, what in told:
        groups.setdefault(what, []).append(name)
    return groups


def _sentence(groups: dict[str, list[str]]) -> str:
    """ "The kettle and the fan are on, and the garage door is open."."""
    parts = []
    for what, names in groups.items():
        shown = [f"the {name}" for name in names[:_MANY]]
        rest = len(names) - len(shown)
        parts.append(f"{joined([*shown, f'{rest} more'] if rest else shown)} {_is(names)} {what}")
    text = ", and ".join(parts)
    return f"{text[0].upper()}{text[1:]}."


def _is(names: Sequence[str]) -> str:
    """The verb; "the garden lights" are many by themselves."""
    return "are" if len(names) > 1 or (names[0].endswith("s") and not names[0].endswith("ss")) else "is"


def _locked(locked: bool | None) -> str:
    return "" if locked is None else "locked" if locked else "unlocked"


def _open(open_: bool | None) -> str:
    return "" if open_ is None else "open" if open_ else "closed"


def _share(state: State) -> int | None:
    """How far a cover is open, 0 to 100."""
    return state.position if state.position is not None or state.open is None else 100 * state.open


def _position(state: State) -> str:
    share = _share(state)
    if share is None or share in (0, 100):
        return "" if share is None else "open" if share else "closed"
    return f"{share} percent open"


def _measures(state: State) -> str:
    degrees = None if state.temperature is None else f"{state.temperature:g} degrees"
    humid = None if state.humidity is None else f"{state.humidity:g} percent humidity"
    said = [part for part in (degrees, humid) if part]
    return f"measuring {joined(said)}" if said else ""


def _vacuum(state: State) -> str:
    if state.cleaning:
        return f"cleaning{f' the {state.room}' if state.room else ''}"
    return "docked" if state.docked else "standing still" if state.docked is False else ""
