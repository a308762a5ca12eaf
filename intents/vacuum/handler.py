"""Robot vacuums."""

from speaker.context import Context
from speaker.home import EVERYWHERE, VACUUMS
from speaker.spoken import joined


def start(context: Context, area: str | None = None) -> str:
    """Clean everywhere, or one room where the robot can be sent to one: never more than was said."""
    if area is None or area == EVERYWHERE:
        vacuums = context.home.some(VACUUMS, EVERYWHERE)
        context.home.change(vacuums, cleaning=True)
        return context.reply("starts", count=len(vacuums), vacuums=joined(v.name for v in vacuums))
    room = context.home.area(area)
    vacuum, *others = context.home.some(VACUUMS, EVERYWHERE)
    able = next((v for v in (vacuum, *others) if "rooms" in v.features), vacuum)
    context.home.change([able], cleaning=True, room=room)
    return context.reply("cleans", vacuum=able.name, room=room)


def dock(context: Context) -> str:
    """Send it home."""
    vacuums = context.home.some(VACUUMS, EVERYWHERE)
    context.home.change(vacuums, docked=True)
    return context.reply("goes_home", count=len(vacuums), vacuums=joined(v.name for v in vacuums))
