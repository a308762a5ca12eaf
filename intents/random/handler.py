"""Chance, from the system's own source of it."""

import random

from speaker.context import Context
from speaker.errors import HandlerError

chance: random.Random = random.SystemRandom()
"""Where chance comes from; tests put a seeded one here."""

MOST_SIDES = 1000
FURTHEST = 10**15


def coin(context: Context) -> str:
    """Heads or tails."""
    return f"{chance.choice(('Heads', 'Tails'))}."


def dice(context: Context, sides: float | None = None) -> str:
    """One die of six sides, or of as many as are named."""
    many = 6 if sides is None else whole(sides)
    if not 2 <= many <= MOST_SIDES:
        raise HandlerError(f"A die has 2 to {MOST_SIDES:,} sides.")
    rolled = chance.randint(1, many)
    return f"{rolled}." if many == 6 else f"{rolled}, of {many:,} sides."


def number(context: Context, low: float | None = None, high: float | None = None) -> str:
    """A whole number, both ends among them; where an end is not named it is the setting's, and is said."""
    first = whole(low) if low is not None else context.settings["low"]
    last = whole(high) if high is not None else context.settings["high"]
    if low is not None and high is None and last <= first:
        last = first + context.settings["high"]  # "a number above fifty"
    if high is not None and low is None and last < first:
        first = last - context.settings["high"]  # "a number below zero"
    first, last = min(first, last), max(first, last)
    if max(abs(first), abs(last)) > FURTHEST:
        raise HandlerError("That is further than I can count.")
    picked = spoken(chance.randint(first, last)).capitalize()
    if low is not None and high is not None:
        return f"{picked}."
    return f"{picked}, from {spoken(first)} to {spoken(last)}."


def whole(value: float) -> int:
    """The value where it has no fraction; else declines."""
    if value != int(value):
        raise HandlerError("Only with whole numbers, please.")
    return int(value)


def spoken(value: int) -> str:
    """ "1,250"; "minus 5", as a dash is not read out."""
    return f"minus {-value:,}" if value < 0 else f"{value:,}"
