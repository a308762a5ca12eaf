"""Typed slots: the words that the language model points at become what the handler receives."""

import re
from datetime import date

from speaker import languages
from speaker.events import SlotSpec, SlotType, SlotValue
from speaker.slots.listed import nearest as nearest
from speaker.text import LONGEST, normalise


def value_of(slot: SlotSpec, words: str, today: date) -> SlotValue | None:
    """The value that some words of a command denote for a slot: of its list where it has one, else of its type."""
    if not slot.values:
        return resolve(slot.type, words, today)
    near = nearest(languages.current().grammar.name_of(normalise(words)), slot.values)
    return near[1] if near else None


def resolve(kind: SlotType, words: str, today: date) -> SlotValue | None:
    """The value that some words of a command denote, or None where they denote none of this type.

    duration: seconds; percent: 0 to 100; number: int or float; time: ``HH:MM``; date: ISO, or the weekday,
    ``today`` or ``tomorrow`` it was said as; repeat: ``daily``, ``weekdays``, ``weekends`` or a weekday; items: a
    tuple of text; expression: arithmetic as it is written, see ``speaker/languages/en/expressions.py``; the others: text, lower case.
    """
    said, words, grammar = words, normalise(words), languages.current().grammar
    match kind:
        case "duration":
            return grammar.duration_of(words)
        case "percent":
            return grammar.percent_of(words)
        case "number":
            return grammar.amount_of(words)
        case "expression":
            return grammar.expression_of(words)
        case "time":
            return grammar.time_of(words)
        case "date":
            return grammar.date_of(words, today)
        case "repeat":
            return grammar.repeat_of(words)
        case "items":
            listed = ",".join(normalise(part) for part in re.split(r",(?!\d)", said[:LONGEST]))
            return grammar.items_of(listed) or None
        case "area":
            return grammar.area_of(words) or None
        case "name" | "color" | "scene":
            return grammar.name_of(words) or None
        case "text" | "unit":
            return words or None
