"""A coffee machine that is only imagined: what it would brew is kept in the store."""

from speaker.context import Context
from speaker.errors import HandlerError

BEANS = 20  # cups that a filling of beans makes


def order(context: Context, drink: str, shots: str = "", milk: str = "", sugar: str = "", **others: str) -> str:
    """Brew a cup; ``others`` are size and roast."""
    cups = context.store.get("cups", 0) + 1
    if cups > BEANS:
        raise HandlerError(context.reply("empty"))
    asked = {"drink": drink, "shots": shots, "milk": milk, "sugar": sugar, **others}
    with context.store.atomic():
        context.store.set("cups", cups)
        context.store.set("last", {**asked, "strength": context.settings["strength"]})
    before = [others.get("size", ""), others.get("roast", ""), shots]
    what = " ".join(word for word in [*before, drink] if word)
    extras = " and ".join(word for word in (milk, sugar) if word)
    return context.reply("with", what=what, extras=extras) if extras else context.reply("plain", what=what)


def rinse(context: Context) -> str:
    """Rinse, and take it that someone fills up the beans meanwhile."""
    context.store.set("cups", 0)
    return context.reply("rinsing")
