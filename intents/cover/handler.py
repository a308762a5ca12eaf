"""Covers of the home: blinds, curtains, shutters, gates, garage doors."""

from collections.abc import Sequence

from speaker.context import Context
from speaker.errors import HandlerError
from speaker.home import COVERS, Device, kind_called
from speaker.spoken import joined, plural

OPEN, CLOSED = 100, 0  # percent
FEW = 3  # are called by their names


def open(context: Context, name: str, area: str | None = None) -> str:
    """All the way."""
    covers = context.home.some(COVERS, area, name)
    context.home.change(covers, position=OPEN)
    return context.reply("opening", covers=called(covers))


def close(context: Context, name: str, area: str | None = None) -> str:
    """All the way."""
    covers = context.home.some(COVERS, area, name)
    context.home.change(covers, position=CLOSED)
    return context.reply("closing", covers=called(covers))


def set(context: Context, name: str, position: int, area: str | None = None) -> str:
    """Some of the way; 100 percent is open."""
    if position in (OPEN, CLOSED):
        return (open if position else close)(context, name, area)
    covers = context.home.some(COVERS, area, name)
    context.home.change(covers, position=position)
    return context.reply("setting", covers=called(covers), position=position)


def stop(context: Context, name: str | None = None, area: str | None = None) -> str:
    """Those that move, or may move."""
    covers = context.home.some(COVERS, area, name)
    moving = [cover for cover in covers if context.home.state(cover).moving is not False]
    if not moving:
        raise HandlerError(context.reply("not_moving", count=len(covers), covers=called(covers)))
    context.home.change(moving, moving=False)
    return context.reply("stopping", covers=called(moving))


def called(covers: Sequence[Device]) -> str:
    """What some covers together are called: a few by their names, many by their kinds."""
    if len(covers) <= FEW:
        return joined(cover.name for cover in covers)
    return joined(dict.fromkeys(plural(kind_called(cover.kind)) for cover in covers))
