"""Announcements. There is one loudspeaker, this one, so that is where they are heard."""

from speaker.context import Context
from speaker.home import EVERYWHERE


def broadcast(context: Context, message: str, area: str | None = None) -> str:
    """The reply is the announcement; it says so where another room was meant."""
    said = message[:1].upper() + message[1:]
    if area is None or area == EVERYWHERE:
        return f"Attention please. {said}."
    room = context.home.area(area)
    if room == context.home.here:
        return f"Attention please. {said}."
    return f"I can only say it here, not in the {room}. {said}."
