"""Sentences of plugins that the language model was never trained on, matched as they are written."""

import re
from collections.abc import Collection

from speaker.events import Candidate, IntentSpec, Pointed, Reading
from speaker.text import normalise

_PARTS = re.compile(r"\{(\w+)\}|\[([^\]]*)\]|([^{\[]+)")
_WORDS = r"[^ ]+(?: [^ ]+){0,11}?"  # one to twelve words, as few as will do
_MANNERS = re.compile(r"^(?:(?:please|hey|ok|okay|can you|could you|would you|will you) )*(.*?)(?: please| thanks)*$")


class Examples:
    """Whole sentences with ``{slot}`` for words and ``[optional]`` parts."""

    def __init__(self, specs: Collection[IntentSpec]) -> None:
        """Take every example of every intent; their slots must be declared, as a manifest's are."""
        self._patterns = [(spec.name, _compile(example)) for spec in specs for example in spec.examples]

    def read(self, text: str) -> Reading | None:
        """The intent whose example the whole command is, with confidence 1; None where it is none.

        Of several, the one with the most words of its own. Manners ("please", "could you") are passed over.
        """
        manners = _MANNERS.match(normalise(text))
        words = _without_articles(manners[1] if manners else "")
        best: tuple[int, Candidate] | None = None
        for name, pattern in self._patterns:
            if match := pattern.fullmatch(words):
                slots = match.groupdict()
                own = len(words) - sum(len(value or "") for value in slots.values())
                if best is None or own > best[0]:
                    pointed = tuple(Pointed(slot, value) for slot, value in slots.items() if value)
                    best = own, Candidate(name, pointed, 1.0)
        return Reading((best[1],), 1.0) if best else None


def _without_articles(words: str) -> str:
    return " ".join(word for word in words.split() if word not in ("the", "a", "an"))


def _compile(example: str) -> re.Pattern[str]:
    """An example as a pattern over words with single spaces and without articles."""
    out: list[str] = []
    for slot, optional, plain in _PARTS.findall(example):
        if slot:
            out.append(f"(?P<{slot}>{_WORDS}) ")
        elif optional:
            out.append(f"(?:{_literal(optional)})?")
        else:
            out.append(_literal(plain))
    return re.compile("".join(out).removesuffix(" ") if not example.endswith("]") else _loose_end(out))


def _loose_end(out: list[str]) -> str:
    """The space before an optional last part is optional with it."""
    *head, last = out
    return (
        "".join(head).removesuffix(" ") + "(?: " + last.removeprefix("(?:").removesuffix(")?").removesuffix(" ") + ")?"
    )


def _literal(words: str) -> str:
    plain = _without_articles(normalise(words))
    return re.escape(plain).replace(r"\ ", " ") + " " if plain else ""
