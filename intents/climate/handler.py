"""The climate of rooms: thermostats, and what else measures a temperature. Devices speak Celsius, people what they like."""

from collections.abc import Sequence

from speaker.context import Context
from speaker.errors import HandlerError
from speaker.home import CLIMATES, EVERYWHERE, Device
from speaker.spoken import joined

LEAST, MOST = 5.0, 35.0  # °C that a thermostat can be set to
NO_ROOM = 40  # degrees Celsius; whoever says more means Fahrenheit


def set(context: Context, temperature: float, area: str | None = None) -> str:
    """To a temperature."""
    fahrenheit = context.settings["unit"] == "fahrenheit" or temperature > NO_ROOM
    target = round((temperature - 32) / 1.8 if fahrenheit else temperature, 1)
    if not LEAST <= target <= MOST:
        low, high = shown(context, LEAST), shown(context, MOST)
        raise HandlerError(f"That is no temperature for a room; say one from {low} to {high} degrees.")
    thermostats = context.home.some(CLIMATES, area)
    context.home.change(thermostats, target=target)
    return f"{called(context, thermostats).capitalize()} at {shown(context, target)} degrees."


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
        where = f" in the {area}" if area and room != EVERYWHERE else ""
        raise HandlerError(f"Nothing measures the temperature{where}.")
    said = [f"{shown(context, measured[r])} degrees" + (f" in the {r}" if r else "") for r in rooms]
    if len(rooms) == 1 and rooms[0] in targets:
        return f"{said[0].capitalize()}; it is set to {shown(context, targets[rooms[0]])}."
    return f"{joined(said).capitalize()}."


def step(context: Context, area: str | None, degrees: float) -> str:
    """Change what thermostats are set to by so many degrees; one that does not say starts from what it measures."""
    thermostats = context.home.some(CLIMATES, area)
    change = degrees / 1.8 if context.settings["unit"] == "fahrenheit" else degrees
    before, wanted = [], []
    for device in thermostats:
        state = context.home.state(device)
        now = state.target if state.target is not None else state.temperature
        if now is None:
            raise HandlerError(f"I do not know what the {device.name} is set to; please say a temperature.")
        before.append(now)
        wanted.append(round(min(MOST, max(LEAST, now + change)), 1))
    if wanted == before:
        raise HandlerError(
            f"{called(context, thermostats).capitalize()} is as {'warm' if degrees > 0 else 'cool'} as can be."
        )
    for target in dict.fromkeys(wanted):
        context.home.change([d for d, w in zip(thermostats, wanted, strict=True) if w == target], target=target)
    if len(dict.fromkeys(wanted)) == 1:
        return f"{called(context, thermostats).capitalize()} at {shown(context, wanted[0])} degrees."
    each = (f"{d.area or d.name} at {shown(context, w)}" for d, w in zip(thermostats, wanted, strict=True))
    return f"{joined(each).capitalize()} degrees."


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


def shown(context: Context, celsius: float) -> str:
    """Degrees as people here say them: "21", "20.5", "68"."""
    return f"{round(celsius * 1.8 + 32)}" if context.settings["unit"] == "fahrenheit" else f"{round(celsius, 1):g}"


def called(context: Context, thermostats: Sequence[Device]) -> str:
    """What some thermostats together are called: by their rooms, or "heating" for all."""
    every = sum(device.kind in CLIMATES for device in context.home.devices)
    if len(thermostats) == every:
        return "heating"
    return joined(dict.fromkeys(device.area or device.name for device in thermostats))
