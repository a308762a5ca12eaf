"""What devices do and sensors measure."""

from collections.abc import Sequence

from speaker.context import Context
from speaker.errors import HandlerError, Unclear
from speaker.home import EVERYWHERE, Device

from . import telling


def get(context: Context, name: str | None = None, kind: str | None = None, area: str | None = None) -> str:
    """The answer tells all that a yes or no would, since the question itself is not among the slots."""
    if name in context.words["anybody"]:
        name, kind = None, "motion"
    if name in context.words["batteries"]:
        return telling.weakest(context, known(context, context.home.devices))
    if kind is not None:
        return measured(context, kind, name, area)
    if name is None or name in context.words["anything"]:
        where = None if area is None or area == EVERYWHERE else context.home.area(area)
        return telling.anything(context, known(context, inside(context, where)), where)
    return telling.summary(context, known(context, meant(context, name, area)), name)


def measured(context: Context, kind: str, name: str | None, area: str | None) -> str:
    """One property, of what has that name or is in that area."""
    wanted = telling.property_of(context, kind)
    if wanted is None:
        raise HandlerError(context.reply("not_measured", kind=kind))
    if name is not None:
        return telling.readings(context, known(context, meant(context, name, area)), wanted, None)
    room = area or context.home.here
    where = None if room is None or room == EVERYWHERE else context.home.area(room)
    pairs = known(context, [d for d in inside(context, where) if wanted in d.told])
    if not area and not any(wanted in state.known() for _, state in pairs):  # not here, but perhaps elsewhere
        where, pairs = None, known(context, context.home.devices)
    return telling.readings(context, pairs, wanted, where)


def meant(context: Context, name: str, area: str | None) -> Sequence[Device]:
    """All devices that may be meant: it does no harm to tell of both doors where one was asked for."""
    kinds = {device.kind for device in context.home.devices}
    try:
        return context.home.some(kinds, area, name)
    except Unclear as unclear:
        if unclear.slot == "area":
            return [device for choice in unclear.choices for device in context.home.some(kinds, choice, name)]
        return [device for choice in unclear.choices for device in context.home.some(kinds, area, choice)]


def inside(context: Context, area: str | None) -> Sequence[Device]:
    return [device for device in context.home.devices if area is None or device.area == area]


def known(context: Context, devices: Sequence[Device]) -> list[telling.Known]:
    return [(device, context.home.state(device)) for device in devices]
