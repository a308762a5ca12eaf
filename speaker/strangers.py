"""Intents that the language model was never trained on, read from the example sentences of their manifests."""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache

from speaker import languages, places
from speaker.events import Candidate, IntentSpec, Pointed, Reading
from speaker.examples import Examples, parts_of
from speaker.meanings import Meanings
from speaker.ridge import Classifier
from speaker.spans import Finder, Span
from speaker.text import normalise, without_manners

_CLOSE = 6  # intents whose slots are looked for
_LOOSE = 0.9  # confidence of an example whose slots could hold anything: "stop {name}" is also "stop it"


@dataclass(frozen=True, slots=True)
class Guess:
    """What a command could be among the strange intents."""

    reading: Reading
    """The best intent with its slots; its confidence is the share of such commands that are what they are taken for."""
    best: tuple[tuple[str, float], ...]
    """The two best intents with their scores, best first: about 1 for an example itself, 0 for words unlike all.
    One, where the command is an example."""


class Strangers:
    """Reads commands in free wording. Nothing is kept from one to the next."""

    def __init__(
        self,
        strange: Collection[IntentSpec],
        rivals: Collection[IntentSpec] = (),
        areas: Collection[str] = (),
        names: Collection[str] = (),
    ) -> None:
        """Learn the examples of ``strange`` beside those of ``rivals``, the model's own, and what is no command.

        An example that is but a slot ("{text}", "please {text}") would fit everything, and is passed over. ``areas``
        and ``names`` are those of the home. Raises PluginError where an example has a slot that its intent has not.
        """
        strange = [replace(spec, examples=tuple(e for e in spec.examples if _says_something(e))) for spec in strange]
        self._examples = Examples(strange)
        self._verbatim = Verbatim([spec for spec in rivals if not spec.slots])
        self._finders = {spec.name: Finder(spec, areas, names) for spec in strange}
        learned = [(spec.name, wordings) for spec in strange for wordings in _wordings(spec)]
        self._classifier: Classifier | None = None
        if learned:
            others = [wordings for spec in rivals for wordings in _wordings(spec)]
            others += [(line,) for line in languages.current().none]
            labels = [*(name for name, _ in learned), *(None for _ in others)]
            meanings = _meanings(languages.current().name)
            every = [*(wordings for _, wordings in learned), *others]
            self._classifier = Classifier(every, labels, meanings.of if meanings else None)

    def read(self, text: str) -> Guess | None:
        """The strange intent that a command most likely is; None where there are no such intents, or no words.

        A command that is an example, with slots that are surely its own, has confidence 1.
        """
        words = _plain(text).split()
        if not words or self._classifier is None:
            return None
        exact = self._examples.read(text)
        if exact and all(self._finders[exact.intent].knows(each) for each in exact.slots):
            return _guess(exact.intent, exact.slots, 1.0, ((exact.intent, 1.0),))
        likely = self._likely(self._classifier, words)
        if exact and exact.intent == likely.reading.candidates[0].intent:
            return self._loose(exact, words)
        return likely

    def verbatim(self, text: str) -> Guess | None:
        """The model's own intent, one without slots, of which the command is an example, with confidence 1; else None.

        For what the model reads unsurely: "stop" has to work, whatever was said before it.
        """
        return self._verbatim.read(text)

    def placed(self, text: str, reading: Reading) -> Reading:
        """A reading by a model that was taught a strange intent, with its slots found here where they tell by themselves.

        Such a model knows what is wanted better than where the words of a type or a list begin and end. Free text stays
        where the model has it.
        """
        finder = self._finders.get(reading.candidates[0].intent) if len(reading.candidates) == 1 else None
        if finder is None:
            return reading
        candidate, words = reading.candidates[0], _plain(text).split()
        found = _pointed(words, [span for span in finder.find(words) if span.sure])
        there = {each.slot for each in found}
        free = tuple(each for each in candidate.slots if each.slot not in there and not finder.tells(each.slot))
        return replace(reading, candidates=(replace(candidate, slots=(*found, *free)),))

    def _loose(self, candidate: Candidate, words: Sequence[str]) -> Guess:
        """An example whose slots may hold what they should not, and that is also the likeliest."""
        finder, slots = self._finders[candidate.intent], candidate.slots
        if any(finder.is_thing(each) and not finder.knows(each) for each in slots):
            slots = _pointed(words, finder.find(words))
        return _guess(candidate.intent, slots, _LOOSE, ((candidate.intent, 1.0),))

    def _likely(self, classifier: Classifier, words: Sequence[str]) -> Guess:
        scores = classifier.scores(" ".join(words))
        names = classifier.classes
        found: dict[int, tuple[Span, ...]] = {}
        for at in map(int, scores.argsort()[::-1][:_CLOSE]):
            found[at] = self._finders[names[at]].find(words)
            if any(span.sure for span in found[at]):  # their words are those of the moment, and tell nothing
                scores[at] = max(scores[at], classifier.scores(_marked(words, found[at]))[at])
        first, *others = sorted(found, key=lambda at: -scores[at])
        best = tuple((names[at], round(float(scores[at]), 4)) for at in (first, *others[:1]))
        sure = round(classifier.confidence(scores), 4)
        return _guess(names[first], _pointed(words, found[first]), sure, best)


class Verbatim:
    """Reads only what is an example without slots: "stop" need not wait for a general model."""

    def __init__(self, specs: Collection[IntentSpec]) -> None:
        plain = [replace(spec, examples=tuple(e for e in spec.examples if "{" not in e)) for spec in specs]
        self._examples = Examples(plain)

    def read(self, text: str) -> Guess | None:
        """The intent, with confidence 1; None where it is none of them."""
        exact = self._examples.read(text)
        return _guess(exact.intent, exact.slots, 1.0, ((exact.intent, 1.0),)) if exact else None

    def verbatim(self, text: str) -> Guess | None:
        """As ``read``."""
        return self.read(text)

    def placed(self, text: str, reading: Reading) -> Reading:
        """The reading: nothing is known of where slots are."""
        return reading


def choose(own: Reading, guess: Guess | None, threshold: float) -> Reading:
    """What to believe: what the language model reads, or a strange intent.

    The surer of both. The model never saw the strange intent, so that its "none of these" says nothing against it;
    what it reads less surely than ``threshold`` (0 to 1) would not be done anyway.
    """
    if guess is None or guess.reading.confidence < threshold:
        return own
    known = own.confidence if own.candidates and own.confidence >= threshold else 0.0
    return guess.reading if guess.reading.confidence > known else own


def _guess(intent: str, slots: tuple[Pointed, ...], sure: float, best: tuple[tuple[str, float], ...]) -> Guess:
    return Guess(Reading((Candidate(intent, slots, sure),), sure), best)


def _says_something(example: str) -> bool:
    """Whether an example has words of its own, other than manners."""
    return not re.fullmatch(r"(\W*\{\w+\}\W*)+", without_manners(example.lower().strip()))


@cache
def _meanings(language: str) -> Meanings | None:
    """What its words mean; None where nobody has learned that yet, and likeness of letters has to do."""
    file = places.in_language(places.MEANINGS, language)
    return Meanings(file) if language == languages.DEFAULT or file.is_file() else None


def _plain(text: str) -> str:
    return without_manners(normalise(text))


def _wordings(spec: IntentSpec) -> Iterator[tuple[str, ...]]:
    """Each example with markers for its slots: with its optional words, and without."""
    for example in spec.examples:
        full: list[str] = []
        bare: list[str] = []
        optional = 0
        for part in parts_of(spec, example):
            if part.skip:
                optional = part.skip
                continue
            word = f"{{{part.slot.type}}}" if part.slot else part.word
            full.append(word)
            if not optional:
                bare.append(word)
            optional = max(0, optional - 1)
        yield tuple(dict.fromkeys(without_manners(" ".join(words)) for words in (full, bare)))


def _marked(words: Sequence[str], spans: Sequence[Span]) -> str:
    marked = list(words)
    for span in reversed([span for span in spans if span.sure]):
        marked[span.start : span.end] = [f"{{{span.slot.type}}}"]
    return " ".join(marked)


def _pointed(words: Sequence[str], spans: Sequence[Span]) -> tuple[Pointed, ...]:
    return tuple(Pointed(span.slot.name, " ".join(words[span.start : span.end])) for span in spans)
