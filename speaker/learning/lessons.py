"""What the model is taught: a plugin's examples with words in their slots, and sentences that it knew before."""

import gzip
import json
import random
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, TypeVar

from speaker import languages
from speaker.errors import ModelError
from speaker.events import IntentSpec, SlotSpec, SlotType
from speaker.examples import Part, parts_of
from speaker.learning.lesson import Intents, Lesson
from speaker.text import normalise

T = TypeVar("T")

_OLD, _TALK = 0.32, 0.18  # shares of the lessons: what the model knew before, and what is no command
_JOINED = 0.08  # of the new ones that stand beside a command that it knew
_MANNERS = 0.3
_BROKEN, _LOST = 0.6, 0.25  # sentences of which words are lost, and of their words: no one word may decide alone


def replay(path: Path) -> tuple[list[Lesson], list[Lesson]]:
    """What the model knew (to be taught again, to be measured by). Raises ModelError where the file is not there."""
    try:
        lines = gzip.decompress(path.read_bytes()).decode().splitlines()
    except (OSError, ValueError) as error:
        raise ModelError(f"{path} cannot be read: {error}; restore it") from error
    told: dict[bool, list[Lesson]] = {False: [], True: []}
    for line in map(json.loads, lines):
        lesson = Lesson(
            line["text"], _intents(line.get("intents")), _intents(line.get("before")), line.get("instead", False)
        )
        told[line["kept"]].append(lesson)
    return told[False], told[True]


def lessons(
    specs: Sequence[IntentSpec], known: Sequence[Lesson], areas: Sequence[str], names: Sequence[str], seed: int
) -> Iterator[Lesson]:
    """Without end: half of them of the examples of ``specs``, in equal shares, half of what was ``known``, and talk.

    ``areas`` and ``names`` are those of the home. Slots of no type and no list get any words, so that the model
    learns to point at what is said and not what was said.
    """
    r = random.Random(seed)
    words = sorted({word for lesson in known for word in lesson.text.split()})
    examples = {spec.name: [(spec, parts_of(spec, example)) for example in spec.examples] for spec in specs}
    fill = _Fill(r, words, areas, names)
    commands = [lesson for lesson in known if len(lesson.intents) == 1 and not lesson.before]
    talk = [lesson.text for lesson in known if not lesson.intents and not lesson.before]
    talk += languages.current().none
    while True:
        kind = r.random()
        if kind < _OLD:
            yield r.choice(known)
        elif kind < _OLD + _TALK:  # broken like the new ones, so that broken sentences are not taken for them
            yield Lesson(" ".join(_broken(r.choice(talk).split(), r)))
        else:
            lesson = _made(*r.choice(examples[r.choice(sorted(examples))]), fill)
            yield _beside(lesson, r.choice(commands), r) if r.random() < _JOINED else lesson


def _broken(words: list[T], r: random.Random) -> list[T]:
    """Most often without some of the words."""
    lost = _LOST if r.random() < _BROKEN else 0.0
    return [word for word in words if r.random() >= lost] or words


def _beside(lesson: Lesson, other: Lesson, r: random.Random) -> Lesson:
    """Both in one sentence."""
    first, second = (lesson, other) if r.random() < 0.5 else (other, lesson)
    return Lesson(f"{first.text} {languages.current().words.and_} {second.text}", first.intents + second.intents)


def _made(spec: IntentSpec, parts: Sequence[Part], fill: "_Fill") -> Lesson:
    """One sentence of an example."""
    said: list[str] = []
    slots: list[tuple[str, str]] = []
    skip = 0
    kept = set(_broken([at for at, part in enumerate(parts) if part.word], fill.r))
    for at, part in enumerate(parts):
        if part.skip:
            skip = part.skip if fill.r.random() < 0.5 else 0
        elif skip:
            skip -= 1
        elif part.slot:
            slots.append((part.slot.name, fill.slot(part.slot)))
            said.append(slots[-1][1])
        elif at in kept:
            said.append(part.word)
    text = " ".join(said)
    if fill.r.random() < _MANNERS:
        text = fill.r.choice(languages.current().words.polite).format(text)
    return Lesson(text, ((spec.name, tuple(slots)),))


class _Fill:
    """Words for slots."""

    def __init__(self, r: random.Random, words: Sequence[str], areas: Sequence[str], names: Sequence[str]) -> None:
        self.r, self._words, self._areas, self._names = r, words, areas, names

    def slot(self, slot: SlotSpec) -> str:
        """Words that a slot may hold, normalised."""
        return normalise(self.r.choice(self.r.choice(slot.values)) if slot.values else self._of(slot.type))

    def _of(self, kind: SlotType) -> str:
        """Those of the home, of the language, or any."""
        r, there = self.r, {"area": (self._areas, 0.7), "name": (self._names, 0.5)}
        if kind in there:
            home, share = there[kind]
            return r.choice(home) if home and r.random() < share else self._some(1, 2 if kind == "area" else 3)
        if kind == "color":
            return r.choice(languages.current().words.color_words)
        if kind == "items":
            and_ = f" {languages.current().words.and_} "
            return and_.join(self._some(1, 2) for _ in range(r.choice((1, 1, 2))))
        return languages.current().grammar.taught(kind, r) or self._some(1, 4)

    def _some(self, least: int, most: int) -> str:
        return " ".join(self.r.choice(self._words) for _ in range(self.r.randint(least, most)))


def _intents(told: Any) -> Intents:
    return tuple((str(name), tuple((str(s), str(w)) for s, w in slots)) for name, slots in told or ())
