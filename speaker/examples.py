"""Sentences of plugins that the language model was never trained on, matched as they are written."""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from speaker import languages
from speaker.errors import PluginError
from speaker.events import Candidate, IntentSpec, Pointed, SlotSpec
from speaker.slots import value_of
from speaker.text import normalise, without_manners

_PARTS = re.compile(r"\{(\w+)\}|\[([^\]]*)\]|([^{\[]+)")
_TYPED = 12  # words: no number, time or name is longer
_SOME_DAY = date(2024, 1, 1)  # whether words are a date at all hangs on no day


@dataclass(frozen=True, slots=True)
class Part:
    """A word of an example, one of its slots, or its leave to go on elsewhere."""

    word: str = ""
    slot: SlotSpec | None = None
    skip: int = 0
    """Parts that may be left out from here on."""


class Examples:
    """Whole sentences with ``{slot}`` for words and ``[optional]`` parts."""

    def __init__(self, specs: Collection[IntentSpec]) -> None:
        """Take every example of every intent. Raises PluginError where one has a slot that its intent has not."""
        examples = [(spec.name, parts_of(spec, example)) for spec in specs for example in spec.examples]
        self._examples = [(name, parts, _needed(parts)) for name, parts in examples]

    def read(self, text: str) -> Candidate | None:
        """The intent whose example the whole command is, with confidence 1; None where it is none.

        Of several, the one with the most words of its own. A slot takes as few words as will do, and none but
        such as have a value of its type. Manners ("please", "could you") and articles may differ.
        """
        said = normalise(text).split()
        plain = without_manners(" ".join(said)).split()
        return self._read(plain) or (self._read(said) if plain != said else None)

    def _read(self, words: list[str]) -> Candidate | None:
        best: tuple[int, Candidate] | None = None
        sentence = _Sentence(words)
        said = frozenset(words)
        for name, parts, needed in self._examples if words else ():
            pointed = sentence.fit(parts) if needed <= said else None
            if pointed is not None:
                own = len(words) - sum(len(each.words.split()) for each in pointed)
                if best is None or own > best[0]:
                    best = own, Candidate(name, pointed, 1.0)
        return best[1] if best else None


class _Sentence:
    """The words of a command, against which examples are held.

    Each pair of a part and a word is looked at once, so the time grows with their product and no faster.
    """

    def __init__(self, words: list[str]) -> None:
        self._words, self._articles = words, languages.current().words.articles
        self._denotes: dict[tuple[str, tuple[tuple[str, ...], ...], int, int], bool] = {}

    def fit(self, parts: tuple[Part, ...]) -> tuple[Pointed, ...] | None:
        """What the slots of an example point at, or None where it is not this sentence."""
        words, articles, hopeless = self._words, self._articles, set[tuple[int, int]]()

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

        def step(part: Part, i: int, j: int) -> tuple[Pointed, ...] | None:
            if part.skip:
                found = rest(i + 1, j)
                return found if found is not None else rest(i + 1 + part.skip, j)
            if part.slot:
                return taken(part.slot, i, j)
            if part.word in articles:
                return rest(i + 1, j + (j < len(words) and words[j] in articles))
            while j < len(words) and words[j] in articles:
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
        key = slot.type, slot.values, start, end
        if key not in self._denotes:
            self._denotes[key] = value_of(slot, " ".join(self._words[start:end]), _SOME_DAY) is not None
        return self._denotes[key]


def parts_of(spec: IntentSpec, example: str) -> tuple[Part, ...]:
    """An example taken apart. Raises PluginError where it has a slot that the intent has not."""
    made: list[Part] = []
    for name, optional, plain in _PARTS.findall(example):
        if name:
            slot = spec.slot(name)
            if slot is None:
                raise PluginError(f"{spec.name}: the example {example!r} has the undeclared slot {name!r}; declare it")
            made.append(Part(slot=slot))
            continue
        words = [Part(word=word) for word in normalise(optional or plain).split()]
        if optional and words:
            made.append(Part(skip=len(words)))
        made += words
    return tuple(made)


def _needed(parts: Iterable[Part]) -> frozenset[str]:
    """The words without which a command is not this example."""
    needed, optional, articles = set[str](), 0, languages.current().words.articles
    for part in parts:
        if part.skip:
            optional = part.skip
        elif optional:
            optional -= 1
        elif part.word and part.word not in articles:
            needed.add(part.word)
    return frozenset(needed)
