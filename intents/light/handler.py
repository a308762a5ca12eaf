"""Lights of the home."""

from collections.abc import Callable

from speaker.context import Context
from speaker.errors import HandlerError, Unclear
from speaker.home import Device, State, color_meant
from speaker.spoken import joined

LEAST = 5  # percent that "dimmer" leaves; "off" is another word


def on(context: Context, area: str | None = None, name: str | None = None) -> str:
    """Switch lights on."""
    lights = switched(context, area, name)
    context.home.change(lights, on=True)
    return context.reply("on", lights=called(context, lights))


def off(context: Context, area: str | None = None, name: str | None = None) -> str:
    """Switch lights off."""
    lights = switched(context, area, name)
    context.home.change(lights, on=False)
    return context.reply("off", lights=called(context, lights))


def set(
    context: Context,
    area: str | None = None,
    name: str | None = None,
    brightness: int | None = None,
    color: str | None = None,
) -> str:
    """Give lights a brightness, a color, or both."""
    if brightness is None and color is None:
        raise HandlerError(context.reply("no_wish"))
    if brightness == 0:
        return off(context, area, name)
    lights = context.home.lights(area, name)
    change = {}
    if color is not None:
        if (known := color_meant(color)) is None:
            raise HandlerError(context.reply("no_color", color=color))
        lights, change["color"] = able(context, lights, lambda d: d.colored, "cannot_color"), known
    if brightness is not None:
        lights, change["brightness"] = able(context, lights, lambda d: d.dimmable, "cannot_dim"), brightness
    context.home.change(lights, on=True, **change)
    how = "both" if len(change) == 2 else next(iter(change))
    return context.reply(how, lights=called(context, lights), color=color, percent=brightness)


def brighter(context: Context, area: str | None = None, name: str | None = None) -> str:
    """A step more light."""
    return step(context, area, name, context.settings["step"])


def dimmer(context: Context, area: str | None = None, name: str | None = None) -> str:
    """A step less light, but not none."""
    return step(context, area, name, -context.settings["step"])


def step(context: Context, area: str | None, name: str | None, points: int) -> str:
    """Change the brightness by so many points; a light that is off comes from 0."""
    lights = able(context, context.home.lights(area, name), lambda d: d.dimmable, "cannot_dim")
    levels, before = [], []
    for light in lights:
        now: State = context.home.state(light)
        before.append((100 if now.brightness is None else now.brightness) if now.on else 0)
        levels.append(min(100, max(LEAST, before[-1] + points)))
    for level in dict.fromkeys(levels):
        some = [light for light, its in zip(lights, levels, strict=True) if its == level]
        context.home.change(some, on=True, brightness=level)
    names = called(context, lights)
    if levels == before:
        return context.reply("brightest", lights=names) if points > 0 else context.reply("dimmest", lights=names)
    if len(dict.fromkeys(levels)) == 1:
        return context.reply("brightness", lights=names, percent=levels[0])
    return context.reply("brighter", lights=names) if points > 0 else context.reply("dimmer", lights=names)


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


def able(
    context: Context, lights: tuple[Device, ...], can: Callable[[Device], bool], otherwise: str
) -> tuple[Device, ...]:
    """Those that can; declines where none can, with the reply of that name."""
    some = tuple(light for light in lights if can(light))
    if not some:
        raise HandlerError(context.reply(otherwise, lights=joined(light.name for light in lights)))
    return some


def called(context: Context, lights: tuple[Device, ...]) -> str:
    """What some lights together are called: one by its name, a room's by the room, all as all."""
    if len(lights) == 1:
        return lights[0].name
    areas = list(dict.fromkeys(light.area for light in lights))
    if len(areas) == 1:
        return context.fragment("of_room", room=areas[0])
    every = sum(d.is_light for d in context.home.devices)
    return context.fragment("all") if len(lights) == every else context.fragment("some", count=len(lights))
