"""How the conversation puts things: questions, commands in words, and one reply for several."""

import re
from collections.abc import Sequence

from speaker.events import Intent, IntentSpec, Reply, SlotSpec, SlotType

NOT_UNDERSTOOD = "Sorry, I did not understand that."
NOT_HEARD = "Sorry, I did not hear that clearly."
LEFT = "All right, I leave it."
UNDONE = "All right, that is undone."
NOTHING_TO_UNDO = "There is nothing to undo."
GIVEN_UP = "Sorry, I still do not understand, so I leave it."

_ASK: dict[SlotType, str] = {
    "duration": "For how long?",
    "time": "At what time?",
    "date": "On which day?",
    "repeat": "How often?",
    "percent": "To how many percent?",
    "number": "What number?",
    "expression": "What should I work out?",
    "unit": "In which unit?",
    "items": "What exactly?",
    "area": "In which room?",
    "name": "Which one?",
    "color": "In which color?",
}
_SEVERAL = 5  # values that a question can name
_SLOT = re.compile(r"\{(\w+)\}")


def question(slot: SlotSpec) -> str:
    """What is asked for a slot: as its manifest says, else what fits its values or its type."""
    if slot.ask:
        return slot.ask
    if 1 < len(slot.values) <= _SEVERAL:
        return f"Which {slot.name.replace('_', ' ')}: {either([value[0] for value in slot.values])}?"
    return _ASK.get(slot.type, f"Which {slot.name.replace('_', ' ')}?")


def either(choices: Sequence[str]) -> str:
    """ "the desk lamp, the floor lamp or the fan" of what a question offers."""
    *head, last = choices
    return f"{', '.join(head)} or {last}" if head else last


def in_words(intent: Intent, spec: IntentSpec) -> str:
    """An intent as a command, with the words of its slots: the example that has the most of them and no others."""

    def fit(example: str) -> tuple[int, int]:
        slots = set(_SLOT.findall(example))
        return len(slots - intent.said.keys()), -len(slots & intent.said.keys())

    example = re.sub(r"\[[^]]*\]", "", min(spec.examples, key=fit))
    return " ".join(_SLOT.sub(lambda found: intent.said.get(found[1], f"some {found[1]}"), example).split())


def joined(settled: Sequence[tuple[Intent, Reply]]) -> Reply:
    """One reply for several intents, none said twice; what failed comes last and says what it was."""
    good = [reply.text.strip() for _, reply in settled if reply.ok]
    bad = [(intent, reply.text.strip()) for intent, reply in settled if not reply.ok]
    said = _once(good)
    if any(good) and bad:
        said += _once([f"But {_topic(intent)}: {_lower(text)}" if text else "" for intent, text in bad])
    else:
        said += _once([text for _, text in bad])
    return Reply(" ".join(said), ok=not bad)


def _once(sentences: Sequence[str]) -> list[str]:
    ended = (
        [text if text[-1] in ".?!" else f"{text}." for text in sentences if text] if len(sentences) > 1 else sentences
    )
    return [text for text in dict.fromkeys(ended) if text]


def _topic(intent: Intent) -> str:
    """What an intent is about: "the fan", "the timer"."""
    named = intent.said.get("name") or intent.name.split(".")[0].replace("_", " ")
    return named if named.startswith(("the ", "my ")) else f"the {named}"


def _lower(text: str) -> str:
    """A sentence as it goes on after a colon."""
    text = text.removeprefix("Sorry, ")
    first = text.split(" ", 1)[0]
    return (
        text if first in ("I", "I'm") or (not first[1:].islower() and len(first) > 1) else text[:1].lower() + text[1:]
    )
