"""Lights of the home."""

from collections.abc import Callable

from speaker.context import Context
from speaker.errors import HandlerError, Unclear
from speaker.home import Device, State
from speaker.spoken import joined

COLORS = {
    "red", "green", "blue", "white", "yellow", "orange", "purple", "pink", "violet", "turquoise", "cyan", "magenta",
    "warm white", "cool white", "cold white", "soft white", "daylight", "teal", "lime", "gold", "amber", "indigo", "lavender",
    "light blue", "dark blue", "sky blue", "navy", "light green", "dark green", "dark red", "crimson", "peach", "salmon", "coral",
    "mint", "aqua", "brown", "candlelight", "hot pink", "lilac",
}  # fmt: skip

LEAST = 5  # percent that "dimmer" leaves; "off" is another word


def on(context: Context, area: str | None = None, name: str | None = None) -> str:
    """Switch lights on."""
    lights = switched(context, area, name)
    context.home.change(lights, on=True)
    return f"{called(context, lights)} on."


def off(context: Context, area: str | None = None, name: str | None = None) -> str:
    """Switch lights off."""
    lights = switched(context, area, name)
    context.home.change(lights, on=False)
    return f"{called(context, lights)} off."


def set(
    context: Context,
    area: str | None = None,
    name: str | None = None,
    brightness: int | None = None,
    color: str | None = None,
) -> str:
    """Give lights a brightness, a color, or both."""
    if brightness is None and color is None:
        raise HandlerError("To what? Please say a brightness or a color.")
    if brightness == 0:
        return off(context, area, name)
    lights = context.home.lights(area, name)
    said, change = [], {}
    if color is not None:
        if color not in COLORS:
            raise HandlerError(f"I do not know the color {color}.")
        lights, change["color"] = able(lights, lambda d: d.colored, "change color"), color
        said.append(color)
    if brightness is not None:
        lights, change["brightness"] = able(lights, lambda d: d.dimmable, "be dimmed"), brightness
        said.append(f"at {brightness} percent")
    context.home.change(lights, on=True, **change)
    return f"{called(context, lights)} {' '.join(said)}."


def brighter(context: Context, area: str | None = None, name: str | None = None) -> str:
    """A step more light."""
    return step(context, area, name, context.settings["step"])


def dimmer(context: Context, area: str | None = None, name: str | None = None) -> str:
    """A step less light, but not none."""
    return step(context, area, name, -context.settings["step"])


def step(context: Context, area: str | None, name: str | None, points: int) -> str:
    """Change the brightness by so many points; a light that is off comes from 0."""
    lights = able(context.home.lights(area, name), lambda d: d.dimmable, "be dimmed")
    levels, before = [], []
    for light in lights:
        now: State = context.home.state(light)
        before.append((100 if now.brightness is None else now.brightness) if now.on else 0)
        levels.append(min(100, max(LEAST, before[-1] + points)))
    for level in dict.fromkeys(levels):
        some = [light for light, its in zip(lights, levels, strict=True) if its == level]
        context.home.change(some, on=True, brightness=level)
    if levels == before:
        return f"{called(context, lights)} already as {'bright' if points > 0 else 'dim'} as can be."
    if len(dict.fromkeys(levels)) == 1:
        return f"{called(context, lights)} at {levels[0]} percent."
    return f"{called(context, lights)} {'brighter' if points > 0 else 'dimmer'}."


def switched(context: Context, area: str | None, name: str | None) -> tuple[Device, ...]:
    """The lights that are meant, or where no light has that name, what else is switched: the kettle, after a lamp."""
    try:
        return context.home.lights(area, name)
    except Unclear:
        raise
    except HandlerError:
        if name is None:
            raise
        try:
            return context.home.switched(area, name)
        except HandlerError:
            pass
        raise


def able(lights: tuple[Device, ...], can: Callable[[Device], bool], what: str) -> tuple[Device, ...]:
    """Those that can; declines where none can."""
    some = tuple(light for light in lights if can(light))
    if not some:
        raise HandlerError(f"The {joined(light.name for light in lights)} cannot {what}.")
    return some


def called(context: Context, lights: tuple[Device, ...]) -> str:
    """What some lights together are called: one by its name, a room's by the room, all as all."""
    if len(lights) == 1:
        return lights[0].name.capitalize()
    areas = list(dict.fromkeys(light.area for light in lights))
    if len(areas) == 1:
        return f"{areas[0]} lights".capitalize()
    every = sum(d.is_light for d in context.home.devices)
    return "All lights" if len(lights) == every else f"{len(lights)} lights"
