"""The climate of rooms: thermostats, and what else measures a temperature. Devices speak Celsius, people what they like."""

from collections.abc import Sequence

from speaker.context import Context
from speaker.errors import HandlerError
from speaker.home import CLIMATES, EVERYWHERE, Device
from speaker.spoken import joined, number

LEAST, MOST = 5.0, 35.0  # °C that a thermostat can be set to
NO_ROOM = 40  # degrees Celsius; whoever says more means Fahrenheit


def set(context: Context, temperature: float, area: str | None = None) -> str:
    """To a temperature."""
    fahrenheit = context.settings["unit"] == "fahrenheit" or temperature > NO_ROOM
    target = round((temperature - 32) / 1.8 if fahrenheit else temperature, 1)
    if not LEAST <= target <= MOST:
        low, high = shown(context, LEAST), shown(context, MOST)
        raise HandlerError(context.reply("no_temperature", low=low, high=high))
    thermostats = context.home.some(CLIMATES, area)
    context.home.change(thermostats, target=target)
    return context.reply("set", rooms=called(context, thermostats), degrees=shown(context, target))


def warmer(context: Context, area: str | None = None) -> str:
    """A step warmer."""
    return step(context, area, context.settings["step"])


def cooler(context: Context, area: str | None = None) -> str:
    """A step cooler."""
    return step(context, area, -context.settings["step"])


def get(context: Context, area: str | None = None) -> str:
    """What is measured, and what it is set to."""
    here = area or context.home.here
    room = context.home.area(here) if here else EVERYWHERE
    measured, targets = readings(context)
    rooms = [r for r in measured if r == room] or ([] if area and room != EVERYWHERE else list(measured))
    if not rooms:
        if area and room != EVERYWHERE:
            raise HandlerError(context.reply("not_measured_in", area=area))
        raise HandlerError(context.reply("not_measured"))
    said = joined(reading(context, room, measured[room]) for room in rooms)
    if len(rooms) == 1 and rooms[0] in targets:
        return context.reply("measured_set", list=said, degrees=shown(context, targets[rooms[0]]))
    return context.reply("measured", list=said)


def step(context: Context, area: str | None, degrees: float) -> str:
    """Change what thermostats are set to by so many degrees; one that does not say starts from what it measures."""
    thermostats = context.home.some(CLIMATES, area)
    change = degrees / 1.8 if context.settings["unit"] == "fahrenheit" else degrees
    before, wanted = [], []
    for device in thermostats:
        state = context.home.state(device)
        now = state.target if state.target is not None else state.temperature
        if now is None:
            raise HandlerError(context.reply("unknown", device=device.name))
        before.append(now)
        wanted.append(round(min(MOST, max(LEAST, now + change)), 1))
    if wanted == before:
        rooms = called(context, thermostats)
        raise HandlerError(
            context.reply("warmest", rooms=rooms) if degrees > 0 else context.reply("coolest", rooms=rooms)
        )
    for target in dict.fromkeys(wanted):
        context.home.change([d for d, w in zip(thermostats, wanted, strict=True) if w == target], target=target)
    if len(dict.fromkeys(wanted)) == 1:
        return context.reply("set", rooms=called(context, thermostats), degrees=shown(context, wanted[0]))
    pairs = zip(thermostats, wanted, strict=True)
    each = (context.fragment("one", room=d.area or d.name, degrees=shown(context, w)) for d, w in pairs)
    return context.reply("each", list=joined(each))


def readings(context: Context) -> tuple[dict[str, float], dict[str, float]]:
    """What is measured and wanted by area, °C; a thermostat's own reading only where nothing else measures."""
    measured: dict[str, float] = {}
    targets: dict[str, float] = {}
    for device in sorted(context.home.devices, key=lambda d: d.kind in CLIMATES):
        state = context.home.state(device)
        if state.temperature is not None:
            measured.setdefault(device.area, state.temperature)
        if state.target is not None:
            targets.setdefault(device.area, state.target)
    return measured, targets


def reading(context: Context, room: str, celsius: float) -> str:
    """ "20.5 degrees in the kitchen"."""
    degrees = shown(context, celsius)
    return (
        context.fragment("reading_in", degrees=degrees, room=room)
        if room
        else context.fragment("reading", degrees=degrees)
    )


def shown(context: Context, celsius: float) -> str:
    """Degrees as people here say them: "21", "20.5", "68"."""
    return number(round(celsius * 1.8 + 32) if context.settings["unit"] == "fahrenheit" else round(celsius, 1))


def called(context: Context, thermostats: Sequence[Device]) -> str:
    """What some thermostats together are called: by their rooms, or "heating" for all."""
    every = sum(device.kind in CLIMATES for device in context.home.devices)
    if len(thermostats) == every:
        return context.fragment("heating")
    return joined(dict.fromkeys(device.area or device.name for device in thermostats))
