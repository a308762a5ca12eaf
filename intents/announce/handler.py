"""Announcements. There is one loudspeaker, this one, so that is where they are heard."""

from speaker.context import Context
from speaker.home import EVERYWHERE


def broadcast(context: Context, message: str, area: str | None = None) -> str:
    """The reply is the announcement; it says so where another room was meant."""
    said = message[:1].upper() + message[1:]
    room = EVERYWHERE if area is None or area == EVERYWHERE else context.home.area(area)
    if room in (EVERYWHERE, context.home.here):
        return context.reply("here", message=said)
    return context.reply("only_here", room=room, message=said)
