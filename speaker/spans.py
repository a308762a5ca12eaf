"""The words of a command that belong to an intent's slots, found without a model: by type, by list, by what stands around."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from speaker import languages
from speaker.events import IntentSpec, Pointed, SlotSpec
from speaker.examples import Part, parts_of
from speaker.slots import nearest, resolve

_ORDER = (*"duration time repeat date percent expression number color area name scene unit text items".split(),)
"""The most telling types first: a number inside a length of time is none of its own."""
_LONGEST = {"duration": 8, "time": 6, "repeat": 5, "date": 7, "percent": 6, "expression": 12, "number": 6}  # words
_LONGEST_NAME = 3  # words of a name or an area that the home has not
_STRICT = 4  # power: how much likeness counts against length
_CERTAIN = 3  # words around a slot that are as in an example: beyond doubt
_MOST = 40  # words: more is no command
_SOME_DAY = date(2024, 1, 1)  # whether words are a date at all hangs on no day
_BEGIN, _END = "^", "$"


@dataclass(frozen=True, slots=True)
class _Around:
    """What stands around a slot in one example, nearest first; it ends at another slot, or at the sentence's border."""

    before: tuple[str, ...]
    after: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Span:
    """Words of a command, from ``start`` to before ``end``, that a slot holds."""

    slot: SlotSpec
    start: int
    end: int
    sure: bool = True
    """By type or by list; not only by where it stands."""


class Finder:
    """Finds the slots of one intent."""

    def __init__(self, spec: IntentSpec, areas: Iterable[str], names: Iterable[str]) -> None:
        """``areas`` and ``names`` are those of the home."""
        examples = [parts_of(spec, example) for example in spec.examples]
        language = languages.current()
        self._words, self._grammar = language.words, language.grammar
        self._slots = sorted(spec.slots, key=lambda slot: (not slot.values, _ORDER.index(slot.type)))
        own = [part.word for example in examples for part in example if part.word]
        self._own = frozenset(form for word in own for form in language.grammar.inflections(word))
        self._around = {slot.name: tuple(_around(examples, slot.name)) for slot in spec.slots}
        self._known = {"area": tuple((area,) for area in areas), "name": tuple((name,) for name in names)}

    def find(self, words: Sequence[str]) -> tuple[Span, ...]:
        """The slots of a command, in its order; no word is in two.

        A slot with a list, an area or a name takes the words most like one that there is; a duration, time, date,
        percent or number the longest words that are one; text what stands where the examples have it. Where
        nothing does, a required text takes the longest words that no example knows. Of more than 40 words: nothing.
        """
        if len(words) > _MOST:
            return ()
        free = [True] * len(words)
        found = self._listed(words, free)
        for slot in self._slots:
            if all(span.slot is not slot for span in found) and (span := self._find(slot, words, free)):
                found.append(span)
                free[span.start : span.end] = [False] * (span.end - span.start)
        return tuple(sorted(found, key=lambda span: span.start))

    def knows(self, pointed: Pointed) -> bool:
        """Whether the words of a slot are surely its own: by their type, or by a list."""
        slot = next(slot for slot in self._slots if slot.name == pointed.slot)
        if slot.values or slot.type in _LONGEST:
            return True
        if slot.type == "color":
            return pointed.words.split()[-1] in self._words.color_words
        return nearest(self._grammar.name_of(pointed.words), self._known.get(slot.type, ())) is not None

    def tells(self, slot: str) -> bool:
        """Whether the words of a slot tell by themselves that they are its own: by their type, or by a list."""
        return any(each.name == slot and (each.values or each.type in (*_LONGEST, "color")) for each in self._slots)

    def is_thing(self, pointed: Pointed) -> bool:
        """Whether a slot holds what the home has: an area, or the name of a device."""
        return any(slot.name == pointed.slot and slot.type in self._known and not slot.values for slot in self._slots)

    def _find(self, slot: SlotSpec, words: Sequence[str], free: Sequence[bool]) -> Span | None:
        if slot.values:
            return None
        if slot.type in _LONGEST:
            return self._typed(slot, words, free)
        if slot.type == "color":
            return self._colored(slot, words, free)
        found = self._placed(slot, words, free)
        return found or (self._left(slot, words, free) if slot.required and slot.type in ("text", "items") else None)

    def _listed(self, words: Sequence[str], free: list[bool]) -> list[Span]:
        """What slots with a list hold, the longest words first; ``free`` is changed."""
        fits: list[tuple[float, Span]] = []
        for slot in self._slots:
            values = slot.values or self._known.get(slot.type, ())
            longest = 1 + max((len(said.split()) for value in values for said in value), default=-1)
            for start, end in _spans(free, longest):
                said = " ".join(words[start:end])
                everywhere = slot.type == "area" and not slot.values and self._grammar.area_of(said) == "all"
                near = (100.0, "all") if everywhere else nearest(said, values)
                own = self._is_own(words[start:end]) and not (slot.values and near and near[0] == 100)
                joins = self._words.and_ in (words[start], words[end - 1])  # "and milk" is no "almond milk"
                if near and words[start] not in self._words.likened and not own and not joins:
                    fits.append((len(said) * (near[0] / 100) ** _STRICT, Span(slot, start, end)))
        found: list[Span] = []
        for _, span in sorted(fits, key=lambda fit: (-fit[0], fit[1].start)):
            if all(free[span.start : span.end]) and all(other.slot is not span.slot for other in found):
                found.append(span)
                free[span.start : span.end] = [False] * (span.end - span.start)
        return found

    def _is_own(self, words: Sequence[str]) -> bool:
        """Whether words are but those of the examples: "light" is no name where they say "lights"."""
        return all(word in self._own or word in self._words.likened for word in words)

    def _typed(self, slot: SlotSpec, words: Sequence[str], free: Sequence[bool]) -> Span | None:
        """The longest words that are a value of the type, best where an example has them."""
        best: tuple[int, int, Span] | None = None
        seen: list[tuple[int, int]] = []
        for start, end in sorted(_spans(free, _LONGEST[slot.type]), key=lambda at: at[0] - at[1]):
            if any(a <= start and end <= b for a, b in seen) or not _is(slot, words[start:end]):
                continue
            seen.append((start, end))
            while end - start > 1 and words[start] in self._words.lead and _is(slot, words[start + 1 : end]):
                start += 1
            fit = max((sum(_matches(each, words, start, end)) for each in self._around[slot.name]), default=0)
            doubtful = all(word in self._own or word in self._words.doubtful for word in words[start:end])
            if fit < _CERTAIN and doubtful:
                continue
            if best is None or (fit, end - start) > best[:2]:
                best = fit, end - start, Span(slot, start, end)
        return best[2] if best else None

    def _colored(self, slot: SlotSpec, words: Sequence[str], free: Sequence[bool]) -> Span | None:
        for at, word in enumerate(words):
            if free[at] and word in self._words.color_words:
                shade = at > 0 and free[at - 1] and words[at - 1] in self._words.shades
                return Span(slot, at - shade, at + 1)
        return None

    def _placed(self, slot: SlotSpec, words: Sequence[str], free: Sequence[bool]) -> Span | None:
        """The words that stand where an example has the slot: as much as possible around them is the same."""
        thing = slot.type in self._known
        best: tuple[int, int, Span] | None = None
        for around in self._around[slot.name]:
            before = [_same(around.before, [*reversed(words[:at]), _BEGIN]) for at in range(len(words))]
            after = [_same(around.after, [*words[at:], _END]) for at in range(len(words) + 1)]
            for start, end in _spans(free, _LONGEST_NAME if thing else len(words)):
                fit = before[start] + after[end]
                if not before[start] or not after[end] or (best is not None and (fit, start - end) <= best[:2]):
                    continue
                said = words[start:end]
                if not self._is_own(said) and not (
                    thing and any(word in self._words.lead or word in self._words.likened for word in said)
                ):
                    best = fit, start - end, Span(slot, start, end, sure=False)
        return best[2] if best else None

    def _left(self, slot: SlotSpec, words: Sequence[str], free: Sequence[bool]) -> Span | None:
        """The longest run of words that begins and ends with one that no example knows."""
        runs = [
            (start, end)
            for start, end in _spans(free, len(words))
            if not self._common(words[start]) and not self._common(words[end - 1])
        ]
        start, end = max(runs, key=lambda run: run[1] - run[0], default=(0, 0))
        return Span(slot, start, end, sure=False) if end else None

    def _common(self, word: str) -> bool:
        return word in self._own or word in self._words.likened or word in self._words.lead


def _around(examples: Iterable[Sequence[Part]], slot: str) -> Iterator[_Around]:
    for example in examples:
        for at, part in enumerate(example):
            if part.slot is not None and part.slot.name == slot:
                before = _until_slot(reversed(example[:at]), _BEGIN)
                after = _until_slot(example[at + 1 :], _END)
                yield _Around(before, after)


def _until_slot(some: Iterable[Part], border: str) -> tuple[str, ...]:
    found: list[str] = []
    for part in some:
        if part.slot is not None:
            return tuple(found)
        if part.word:
            found.append(part.word)
    return (*found, border)


def _matches(around: _Around, words: Sequence[str], start: int, end: int) -> tuple[int, int]:
    """How many words before and after are those of the example, counted from the slot."""
    before = [*reversed(words[:start]), _BEGIN]
    after = [*words[end:], _END]
    return _same(around.before, before), _same(around.after, after)


def _same(wanted: Sequence[str], said: Sequence[str]) -> int:
    """How many words, the border among them, are the same from the first on; articles may differ, and do not count."""
    alike, article, count = languages.current().words.likened, languages.current().words.alike[0], 0
    for one, other in zip(wanted, said, strict=False):
        if alike.get(one, one) != alike.get(other, other):
            break
        count += alike.get(one, one) != article
    return count if wanted else 1  # beside another slot anything may stand


def _is(slot: SlotSpec, words: Sequence[str]) -> bool:
    said = " ".join(words)
    if slot.type == "repeat" and resolve("date", said, _SOME_DAY) is not None:
        return False  # "monday" alone is a day
    return resolve(slot.type, said, _SOME_DAY) is not None


def _spans(free: Sequence[bool], longest: int) -> Iterator[tuple[int, int]]:
    """Every run of free words of at most ``longest``."""
    for start in range(len(free)):
        for end in range(start + 1, min(len(free), start + longest) + 1):
            if not free[end - 1]:
                break
            yield start, end
