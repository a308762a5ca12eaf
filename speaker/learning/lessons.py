"""What the model is taught: a plugin's examples with words in their slots, and sentences that it knew before."""

import gzip
import json
import random
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, TypeVar

from speaker.errors import ModelError
from speaker.events import IntentSpec, SlotSpec
from speaker.examples import Part, parts_of
from speaker.learning.lesson import Intents, Lesson
from speaker.spans import COLORS
from speaker.strangers import NONE
from speaker.text import normalise

T = TypeVar("T")

_OLD, _TALK = 0.32, 0.18  # shares of the lessons: what the model knew before, and what is no command
_JOINED = 0.08  # of the new ones that stand beside a command that it knew
_MANNERS = 0.3
_BROKEN, _LOST = 0.6, 0.25  # sentences of which words are lost, and of their words: no one word may decide alone
_POLITE = (
    "please {}",
    "{} please",
    "can you {}",
    "could you {}",
    "could you please {}",
    "would you {}",
    "i want you to {}",
    "i'd like you to {}",
    "hey {}",
    "ok {}",
    "{} now",
    "{} for me",
    "go ahead and {}",
    "{} thanks",
)
_ONES = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
).split()
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
_DAYS = "today tomorrow monday tuesday wednesday thursday friday saturday sunday".split()
_MONTHS = "january february march april may june july august september october november december".split()
_UNITS = "minutes seconds hours metres miles feet cups litres grams pounds kilos celsius fahrenheit inches".split()


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
    talk += NONE.read_text(encoding="utf-8").splitlines()
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
    return Lesson(f"{first.text} and {second.text}", first.intents + second.intents)


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
        text = fill.r.choice(_POLITE).format(text)
    return Lesson(text, ((spec.name, tuple(slots)),))


class _Fill:
    """Words for slots."""

    def __init__(self, r: random.Random, words: Sequence[str], areas: Sequence[str], names: Sequence[str]) -> None:
        self.r, self._words, self._areas, self._names = r, words, areas, names
        self._of: dict[str, Callable[[], str]] = {
            "duration": lambda: f"{self._number(1, 60)} {r.choice(('seconds', 'minutes', 'minutes', 'hours', 'days'))}",
            "time": self._time,
            "date": lambda: r.choice(
                (*_DAYS, f"the {r.randint(4, 20)}th of {r.choice(_MONTHS)}", f"next {r.choice(_DAYS[2:])}")
            ),
            "repeat": lambda: r.choice(
                ("every day", "every morning", "on weekdays", "at weekends", f"every {r.choice(_DAYS[2:])}")
            ),
            "percent": lambda: f"{self._number(1, 99)}{r.choice((' percent', ' percent', ' per cent', ''))}",
            "number": lambda: self._number(0, 99),
            "expression": lambda: (
                f"{self._number(1, 99)} {r.choice(('plus', 'minus', 'times', 'divided by'))} {self._number(1, 99)}"
            ),
            "unit": lambda: r.choice(_UNITS),
            "color": lambda: r.choice(COLORS),
            "area": lambda: r.choice(areas) if areas and r.random() < 0.7 else self._some(1, 2),
            "name": lambda: r.choice(names) if names and r.random() < 0.5 else self._some(1, 3),
            "items": lambda: " and ".join(self._some(1, 2) for _ in range(r.choice((1, 1, 2)))),
            "text": lambda: self._some(1, 4),
        }

    def slot(self, slot: SlotSpec) -> str:
        """Words that a slot may hold, normalised."""
        return normalise(self.r.choice(self.r.choice(slot.values)) if slot.values else self._of[slot.type]())

    def _some(self, least: int, most: int) -> str:
        return " ".join(self.r.choice(self._words) for _ in range(self.r.randint(least, most)))

    def _number(self, least: int, most: int) -> str:
        number = self.r.randint(least, most)
        if self.r.random() < 0.5:
            return str(number)
        if number < 20:
            return _ONES[number]
        tens, ones = divmod(number, 10)
        return f"{_TENS[tens - 2]} {_ONES[ones]}" if ones else _TENS[tens - 2]

    def _time(self) -> str:
        hour, r = self.r.randint(1, 12), self.r
        said = str(hour) if r.random() < 0.4 else _ONES[hour]
        ways = (said, f"{said} {r.choice(('am', 'pm', 'oclock', 'in the morning', 'in the evening'))}")
        return r.choice((*ways, f"half past {said}", f"{hour}:{r.randint(0, 59):02}", f"{said} thirty"))


def _intents(told: Any) -> Intents:
    return tuple((str(name), tuple((str(s), str(w)) for s, w in slots)) for name, slots in told or ())
