"""Chance, from the system's own source of it."""

import random

from speaker.context import Context
from speaker.errors import HandlerError
from speaker.spoken import number as spoken

chance: random.Random = random.SystemRandom()
"""Where chance comes from; tests put a seeded one here."""

MOST_SIDES = 1000
FURTHEST = 10**15


def coin(context: Context) -> str:
    """Heads or tails."""
    return context.reply(chance.choice(("heads", "tails")))


def dice(context: Context, sides: float | None = None) -> str:
    """One die of six sides, or of as many as are named."""
    many = 6 if sides is None else whole(context, sides)
    if not 2 <= many <= MOST_SIDES:
        raise HandlerError(context.reply("no_die", most=spoken(MOST_SIDES)))
    rolled = chance.randint(1, many)
    if many == 6:
        return context.reply("rolled", rolled=rolled)
    return context.reply("rolled_of", rolled=rolled, sides=spoken(many))


def number(context: Context, low: float | None = None, high: float | None = None) -> str:
    """A whole number, both ends among them; where an end is not named it is the setting's, and is said."""
    first = whole(context, low) if low is not None else context.settings["low"]
    last = whole(context, high) if high is not None else context.settings["high"]
    if low is not None and high is None and last <= first:
        last = first + context.settings["high"]  # "a number above fifty"
    if high is not None and low is None and last < first:
        first = last - context.settings["high"]  # "a number below zero"
    first, last = min(first, last), max(first, last)
    if max(abs(first), abs(last)) > FURTHEST:
        raise HandlerError(context.reply("too_far"))
    picked = spoken(chance.randint(first, last))
    if low is not None and high is not None:
        return context.reply("picked", number=picked)
    return context.reply("picked_from", number=picked, low=spoken(first), high=spoken(last))


def whole(context: Context, value: float) -> int:
    """The value where it has no fraction; else declines."""
    if value != int(value):
        raise HandlerError(context.reply("no_fraction"))
    return int(value)
