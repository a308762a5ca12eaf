"""Locks of the home. Unlocking is asked for a yes first: the manifest says so, and what is said in a turn never skips it."""

from speaker.context import Context
from speaker.errors import Unclear
from speaker.home import EVERYWHERE, LOCKS, Device
from speaker.spoken import joined


def lock(context: Context, name: str) -> str:
    """Lock one or several."""
    return turn(context, name, locked=True)


def unlock(context: Context, name: str) -> str:
    """Unlock one or several."""
    return turn(context, name, locked=False)


def turn(context: Context, name: str, locked: bool) -> str:
    locks = meant(context, name)
    context.home.change(locks, locked=locked)
    names = joined(device.name for device in locks)
    return context.reply("locked", locks=names) if locked else context.reply("unlocked", locks=names)


def meant(context: Context, name: str) -> tuple[Device, ...]:
    """The locks of a name; where several rooms have one of that name, the question takes the room with the name."""
    if name in context.words["all"]:
        return context.home.some(LOCKS, EVERYWHERE)
    try:
        return context.home.some(LOCKS, name=name)
    except Unclear as unclear:
        if unclear.slot == "name":
            raise
        raise Unclear(str(unclear), "name", tuple(f"{area} {name}" for area in unclear.choices)) from None
