"""What words mean as the answer to a question: yes or no, one of several things, or the value of a slot."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from rapidfuzz import fuzz

from speaker import languages
from speaker.events import SlotSpec, SlotType
from speaker.languages.words import Words
from speaker.slots import resolve, value_of
from speaker.text import normalise, without_manners

FREE: tuple[SlotType, ...] = ("text", "items", "area", "name", "color", "unit")
"""Types that any words are a value of."""
_LONGEST = 20  # words of an answer in free words

_TOKEN = 70  # of 100: a word misheard
_WHOLE, _LEAD = 65, 12  # of 100: a whole choice misheard, and how much less every other one must be like it


def agrees(text: str) -> bool:
    """Whether an answer is a yes."""
    said, words = normalise(text), _words()
    return said in words.yes or said.split(" ")[0] in words.yes_first


def declines(text: str, loosely: bool = True) -> bool:
    """Whether an answer is a no; ``loosely``: also one that goes on ("no, it is late")."""
    said, words = normalise(text), _words()
    plainly = said in words.no or without_manners(said) in words.no
    return plainly or (loosely and said.split(" ")[0] in words.no_first)


# --- one of several -------------------------------------------------------------------------------------------


def chosen(text: str, choices: Sequence[str]) -> tuple[int, ...]:
    """Which choices an answer names and nothing else: by name, part of it, number, or all; empty where none.

    "the desk one", "the second", "the last one", "both". A letter may be misheard.
    """
    words = _bare(text)
    names = [_bare(choice) for choice in choices]
    if words in names:
        return (names.index(words),)
    if _words().all_.fullmatch(words):
        return tuple(range(len(choices)))
    number = _number(words, len(choices))
    if number is not None:
        return (number,)
    said = _content(words)
    fits = [at for at, name in enumerate(names) if said and all(_among(word, _content(name)) for word in said)]
    return (fits[0],) if len(fits) == 1 else ()


def nearest_choice(text: str, choices: Sequence[str]) -> tuple[int, ...]:
    """Which choice an answer says among other words, or that was misheard; empty where it could be none or several."""
    words = _bare(text)
    own = [_content(_bare(choice)) for choice in choices]
    shared = set.intersection(*map(set, own)) if len(own) > 1 else set()
    telling = [[word for word in each if word not in shared] for each in own]
    named = [at for at, each in enumerate(telling) if each and all(_among(word, _content(words)) for word in each)]
    if len(named) == 1:
        return (named[0],)
    scores = sorted(((fuzz.ratio(words, _bare(choice)), at) for at, choice in enumerate(choices)), reverse=True)
    lead = scores[0][0] - (scores[1][0] if len(scores) > 1 else 0)
    return (scores[0][1],) if scores[0][0] >= _WHOLE and lead >= _LEAD else ()


def means_other(text: str) -> bool:
    """Whether a command wants the other of two things."""
    return _words().other.fullmatch(without_manners(normalise(text))) is not None


def _bare(text: str) -> str:
    words = without_manners(normalise(text))
    while (shorter := _words().before_answer.sub("", words)) != words:
        words = shorter
    return _words().behind_answer.sub("", words)


def _number(words: str, many: int) -> int | None:
    known = _words()
    words = known.before_place.sub("", known.one.sub("", words))
    if words in known.last:
        return many - 1
    if words in known.former:
        return 0
    place = next((names.index(words) for names in (known.places, known.counts) if words in names), None)
    if place is None and (figure := re.fullmatch(rf"([1-8]){known.place_endings.pattern}?", words)):
        place = int(figure[1]) - 1
    return place if place is not None and place < many else None


def _content(words: str) -> list[str]:
    return [_figure(word) for word in words.split() if word not in _words().fillers]


def _figure(word: str) -> str:
    """A number as a figure: "five minute" is the "5 minute" timer."""
    value = languages.current().grammar.integer_of(word)
    return word if value is None else str(value)


def _among(word: str, words: Sequence[str]) -> bool:
    return any(word == other or (len(word) > 3 and fuzz.ratio(word, other) >= _TOKEN) for other in words)


# --- the value of a slot --------------------------------------------------------------------------------------


def filled(text: str, slots: Sequence[SlotSpec], today: date) -> Mapping[str, str]:
    """The words of an answer that are values of one or two of some slots; empty where they are none.

    Only types that have a form of their own, and lists; ``freely`` is for the others. A bare number is minutes where
    a length of time is asked for.
    """
    typed = [slot for slot in slots if slot.values or slot.type not in FREE]
    for words in _stripped(text):
        for slot in typed:
            if value := _fitting(slot, words, today):
                return {slot.name: value}
        tokens = words.split()
        for at in range(1, len(tokens)):
            for one in typed:
                for other in typed:
                    first, second = (
                        _fitting(one, " ".join(tokens[:at]), today),
                        _fitting(other, " ".join(tokens[at:]), today),
                    )
                    if one is not other and first and second:
                        return {one.name: first, other.name: second}
    return {}


def freely(text: str, slots: Sequence[SlotSpec], today: date) -> Mapping[str, str]:
    """The words of an answer as the value of the first slot that any words are a value of; empty where there is none."""
    slot = next((slot for slot in slots if not slot.values and slot.type in FREE), None)
    if slot is None or len(text.split()) > _LONGEST:
        return {}
    if slot.type in ("text", "items"):
        words = normalise(text) if slot.type == "text" else re.sub(r"[.?!]+\s*$", "", text.lower()).strip()
        while (shorter := _words().before_text.sub("", words)) != words:
            words = shorter
        words = _words().behind_answer.sub("", words)
    else:
        words = _words().behind_color.sub("", _bare(text)) if slot.type == "color" else _bare(text)
    return {slot.name: words} if words and value_of(slot, words, today) is not None else {}


def _stripped(text: str) -> Iterator[str]:
    """An answer with less and less around it."""
    words, known = normalise(text), _words()
    while True:
        yield words
        yield (bare := known.behind_answer.sub("", words))
        yield known.one.sub("", bare)
        if (shorter := known.before_answer.sub("", words)) == words:
            return
        words = shorter


def _fitting(slot: SlotSpec, words: str, today: date) -> str:
    """The words as they are to be resolved; "" where they are no value of the slot."""
    if value_of(slot, words, today) is not None:
        return words
    if slot.type == "duration" and resolve("number", words, today) is not None:
        minutes = _words().bare_length.format(words)
        return minutes if value_of(slot, minutes, today) is not None else ""
    return ""


def _words() -> Words:
    return languages.current().words
