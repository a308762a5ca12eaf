"""Sentences of plugins that the language model was never trained on, matched as they are written."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from speaker.errors import PluginError
from speaker.events import Candidate, IntentSpec, Pointed, Reading, SlotSpec
from speaker.slots import resolve
from speaker.text import normalise

_PARTS = re.compile(r"\{(\w+)\}|\[([^\]]*)\]|([^{\[]+)")
_ARTICLES = ("the", "a", "an")
_BEFORE = ("please", "hey", "ok", "okay", "can you", "could you", "would you", "will you")
_AFTER = ("please", "thanks", "thank you")
_TYPED = 12  # words: no number, time or name is longer
_SOME_DAY = date(2024, 1, 1)  # whether words are a date at all hangs on no day


@dataclass(frozen=True, slots=True)
class _Part:
    """A word of an example, one of its slots, or its leave to go on elsewhere."""

    word: str = ""
    slot: SlotSpec | None = None
    skip: int = 0
    """Parts that may be left out from here on."""


class Examples:
    """Whole sentences with ``{slot}`` for words and ``[optional]`` parts."""

    def __init__(self, specs: Collection[IntentSpec]) -> None:
        """Take every example of every intent. Raises PluginError where one has a slot that its intent has not."""
        self._examples = [(spec.name, _parts(spec, example)) for spec in specs for example in spec.examples]

    def read(self, text: str) -> Reading | None:
        """The intent whose example the whole command is, with confidence 1; None where it is none.

        Of several, the one with the most words of its own. A slot takes as few words as will do, and none but
        such as have a value of its type. Manners ("please", "could you") and articles may differ.
        """
        said = normalise(text).split()
        plain = _without_manners(said)
        return self._read(plain) or (self._read(said) if plain != said else None)

    def _read(self, words: list[str]) -> Reading | None:
        best: tuple[int, Candidate] | None = None
        sentence = _Sentence(words)
        for name, parts in self._examples if words else ():
            pointed = sentence.fit(parts)
            if pointed is not None:
                own = len(words) - sum(len(each.words.split()) for each in pointed)
                if best is None or own > best[0]:
                    best = own, Candidate(name, pointed, 1.0)
        return Reading((best[1],), 1.0) if best else None


class _Sentence:
    """The words of a command, against which examples are held.

    Each pair of a part and a word is looked at once, so the time grows with their product and no faster.
    """

    def __init__(self, words: list[str]) -> None:
        self._words = words
        self._denotes: dict[tuple[str, int, int], bool] = {}

    def fit(self, parts: tuple[_Part, ...]) -> tuple[Pointed, ...] | None:
        """What the slots of an example point at, or None where it is not this sentence."""
        words, hopeless = self._words, set[tuple[int, int]]()

        def rest(i: int, j: int) -> tuple[Pointed, ...] | None:
            """The parts from ``i`` on against the words from ``j`` on."""
            if i == len(parts):
                return () if j == len(words) else None
            if (i, j) in hopeless:
                return None
            found = step(parts[i], i, j)
            if found is None:
                hopeless.add((i, j))
            return found

        def step(part: _Part, i: int, j: int) -> tuple[Pointed, ...] | None:
            if part.skip:
                found = rest(i + 1, j)
                return found if found is not None else rest(i + 1 + part.skip, j)
            if part.slot:
                return taken(part.slot, i, j)
            if part.word in _ARTICLES:
                return rest(i + 1, j + (j < len(words) and words[j] in _ARTICLES))
            while j < len(words) and words[j] in _ARTICLES:
                j += 1
            return rest(i + 1, j + 1) if j < len(words) and words[j] == part.word else None

        def taken(slot: SlotSpec, i: int, j: int) -> tuple[Pointed, ...] | None:
            most = len(words) if slot.type in ("text", "items", "expression") else min(len(words), j + _TYPED)
            for end in range(j + 1, most + 1):
                following = rest(i + 1, end)
                if following is not None and self._is(slot, j, end):
                    return Pointed(slot.name, " ".join(words[j:end])), *following
            return None

        return rest(0, 0)

    def _is(self, slot: SlotSpec, start: int, end: int) -> bool:
        key = slot.type, start, end
        if key not in self._denotes:
            self._denotes[key] = resolve(slot.type, " ".join(self._words[start:end]), _SOME_DAY) is not None
        return self._denotes[key]


def _parts(spec: IntentSpec, example: str) -> tuple[_Part, ...]:
    parts: list[_Part] = []
    for name, optional, plain in _PARTS.findall(example):
        if name:
            slot = spec.slot(name)
            if slot is None:
                raise PluginError(f"{spec.name}: the example {example!r} has the undeclared slot {name!r}; declare it")
            parts.append(_Part(slot=slot))
            continue
        words = [_Part(word=word) for word in normalise(optional or plain).split()]
        if optional and words:
            parts.append(_Part(skip=len(words)))
        parts += words
    return tuple(parts)


def _without_manners(words: list[str]) -> list[str]:
    said = " ".join(words)
    changed = True
    while changed:
        before = said
        for manner in _BEFORE:
            said = said.removeprefix(manner + " ")
        for manner in _AFTER:
            said = said.removesuffix(" " + manner)
        changed = said != before
    return said.split()
