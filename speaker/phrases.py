"""Sentences that the active plugins know, written out: what recognition leans on."""

import random
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from speaker import languages
from speaker.events import IntentSpec, SlotSpec, SlotType

_SLOT = re.compile(r"\{(\w+)\}")
_OPTIONAL = re.compile(r"\[([^\]]*)\]")


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
        for example in spec.examples:
            choose = random.Random(example)  # of its own, so that no other plugin changes what is drawn here
            for _ in range(each if _SLOT.search(example) or _OPTIONAL.search(example) else each // 4):
                yield filled(example, spec, areas, names, scenes, choose)[0]


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
