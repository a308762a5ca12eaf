"""Sentences that the active plugins know, written out: what recognition leans on."""

import random
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from speaker import languages
from speaker.events import IntentSpec, SlotSpec, SlotType
from speaker.languages.words import Words

_SLOT = re.compile(r"\{(\w+)\}")
_RUN = re.compile(r"\{\w+\}(?: \{\w+\})*")
_OPTIONAL = re.compile(r"\[([^\]]*)\]")

_ANYTHING: tuple[SlotType, ...] = ("text", "items", "expression")
_ANSWERS = 150
"""Values of a slot that an answer may be."""


def sentences(
    specs: Iterable[IntentSpec],
    areas: Sequence[str],
    names: Sequence[str],
    scenes: Sequence[str] = (),
    each: int = 60,
) -> Iterator[str]:
    """Each example of each intent, with ``each`` choices of words for its slots; the same every time.

    ``areas``, ``names`` and ``scenes`` are those of the home. Lower case, without punctuation.
    """
    for spec in specs:
        loose = _Loose(spec)
        for example in spec.examples:
            choose = random.Random(example)  # of its own, so that no other plugin changes what is drawn here
            for number in range(each if _SLOT.search(example) or _OPTIONAL.search(example) else each // 4):
                said = loose.said(example, choose) if number % 2 else example
                yield filled(said, spec, areas, names, scenes, choose)[0]


def answers(
    slots: Sequence[SlotSpec],
    options: Sequence[str],
    areas: Sequence[str],
    names: Sequence[str],
) -> tuple[str, ...]:
    """What is likely to be answered: a yes or no, one of some ``options``, or values of one of some ``slots``.

    Empty where a slot is free text, which may be anything.
    """
    if any(not slot.values and slot.type in _ANYTHING for slot in slots):
        return ()
    words = languages.current().words
    said = sorted(words.no if slots or options else words.yes | words.no)
    if options:
        one = [
            f"{article}{place}"
            for place in (*words.places[: len(options)], *sorted(words.last))
            for article in _the(words)
        ]
        said += [*one, *(f"{place} {words.ones}" for place in one), *words.several]
        said += [f"{article}{option}" for option in options for article in _the(words)]
    things: dict[SlotType, Sequence[str]] = {"area": areas, "name": names}
    choose = random.Random(0)
    for slot in slots:
        values = [_tidy(_value(slot, things, choose)) for _ in range(_ANSWERS)]
        lead = sorted(words.lead)
        said += [f"{choose.choice(lead)} {value}" if choose.random() < 0.3 else value for value in values]
    return tuple(map(_tidy, said))


def _the(words: Words) -> tuple[str, str]:
    """With an article and without."""
    return "", f"{words.alike[0]} "


class _Loose:
    """Says the examples of an intent with other slots than they have, or with their slots in another order."""

    def __init__(self, spec: IntentSpec) -> None:
        self._words = languages.current().words
        joined = re.compile(rf"(\{{\w+\}}) {self._words.and_} (?:[\w' ]+ )?(\{{\w+\}})")
        self._request = _any_of(self._words.requests, "^{}\\b")
        self._amount = _any_of(self._words.amounts, "\\b{} (?=\\{{)")
        self._with = _any_of((*self._words.along, self._words.and_), "(?P<with>\\b{} )(?P<slot>\\{{\\w+\\}})")
        runs = [_SLOT.findall(run) for example in spec.examples for run in _RUN.findall(example)]
        self._behind = {run[-1] for run in runs if len(run) > 1}
        self._before = sorted({slot for run in runs for slot in run[:-1]})
        """Slots that stand before another: they may do so in any number and order."""
        pairs = [pair for example in spec.examples for pair in joined.findall(example)]
        self._joined = sorted({slot for pair in pairs for slot in pair})
        """Slots that "and" joins: each may stand where another does."""

    def said(self, example: str, choose: random.Random) -> str:
        """The example in another way."""
        places = [slot for slot in self._joined if slot in example]
        other = dict(zip(places, choose.sample(self._joined, len(places)), strict=True))
        text = _SLOT.sub(lambda m: other.get(m[0], m[0]), example)
        text = _RUN.sub(lambda m: self._run(m[0], choose), text)
        if self._words.requests:
            text = self._request.sub(lambda _: choose.choice(self._words.requests), text)
        if self._words.amounts:
            text = self._with.sub(lambda m: m["with"] + self._some(m["slot"], choose), text)
            text = self._amount.sub(lambda _: f"{choose.choice(self._words.amounts)} ", text)
        return text

    def _some(self, slot: str, choose: random.Random) -> str:
        some = slot in self._joined and choose.random() < 0.5
        return f"{choose.choice(self._words.amounts)} {slot}" if some else slot

    def _run(self, run: str, choose: random.Random) -> str:
        *_, last = _SLOT.findall(run)
        if last in self._before or last not in self._behind:
            return run
        few = choose.sample(self._before, choose.randint(0, min(len(self._before), 3)))
        return " ".join(f"{{{slot}}}" for slot in (*few, last))


def _any_of(ways: Sequence[str], form: str) -> re.Pattern[str]:
    """A pattern of any of some words, the longest first."""
    longest = "|".join(map(re.escape, sorted(ways, key=len, reverse=True)))
    return re.compile(form.format(f"(?:{longest})"))


def filled(
    example: str,
    spec: IntentSpec,
    areas: Sequence[str],
    names: Sequence[str],
    scenes: Sequence[str],
    choose: random.Random,
    given: Mapping[str, str] | None = None,
) -> tuple[str, Mapping[str, str]]:
    """An example as someone would say it, and the words of each slot; those of some slots may be ``given``.

    A slot has no words ("") where the home has nothing of its kind.
    """
    words: dict[SlotType, Sequence[str]] = {"area": areas, "name": names, "scene": scenes}
    kept = _OPTIONAL.sub(lambda m: m[1] if choose.random() < 0.5 else "", example)
    plain, *rest = _SLOT.split(kept)  # plain, slot, plain, slot, …
    said: dict[str, str] = {}
    for name, after in zip(rest[::2], rest[1::2], strict=True):
        slot = spec.slot(name)
        assert slot is not None  # a manifest with another is refused
        said[name] = (given or {}).get(name) or _tidy(_value(slot, words, choose))
        plain += said[name] + after
    return _tidy(plain), said


def _tidy(text: str) -> str:
    return " ".join(text.lower().split())


def _value(slot: SlotSpec, words: Mapping[SlotType, Sequence[str]], choose: random.Random) -> str:
    if slot.values:
        return choose.choice([said for value in slot.values for said in value])
    if slot.type in words:
        return choose.choice(words[slot.type]).replace("-", " ") if words[slot.type] else ""
    return languages.current().grammar.sample(slot.type, choose)
