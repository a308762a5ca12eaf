"""What words mean as the answer to a question: yes or no, one of several things, or the value of a slot."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from rapidfuzz import fuzz

from speaker.events import SlotSpec, SlotType
from speaker.slots import resolve, value_of
from speaker.slots.numbers import SMALL, TENS
from speaker.text import normalise, without_manners

_YES = set(
    "yes,yeah,yep,yup,sure,ok,okay,please,do it,do that,go ahead,yes please,of course,confirm,correct,right,exactly,"
    "that's right,i did,please do,go on".split(",")
)
_NO = set(
    "no,nope,no thanks,no thank you,stop,cancel,never mind,nevermind,don't,do not,leave it,forget it,forget about it,"
    "cancel that,nothing,none,neither,neither of them,none of them,no never mind,no stop,no cancel,no forget it,"
    "no leave it,no don't".split(",")
)
FREE: tuple[SlotType, ...] = ("text", "items", "area", "name", "color", "unit")
"""Types that any words are a value of."""
_LONGEST = 20  # words of an answer in free words

_CARRIER = re.compile(
    r"^(?:please|um+|uh+|er+|well|oh|so|ok|okay|yes|yeah|no|sure|i said|i mean|i meant|it's|it is|it should be|it was|"
    r"that's|that is|that would be|make (?:it|that|them)|let's (?:say|do|make it)|let it be|set (?:it|them) (?:to|for)|set|"
    r"say|i'd like(?: it)?(?: to)?|i would like(?: it)?(?: to)?|i want(?: it)?(?: to)?|i need(?: to)?|we need|"
    r"put|use|take|just|maybe|how about|what about|about|around|turn it|for|at|in|on|to|by|from|of|with|called|the) "
)
_OWN_WORDS = re.compile(
    r"^(?:please|um+|uh+|er+|well|oh|ok|okay|yes|it's|it is|that's|i said|i'd like(?: you)? to|i would like(?: you)? to|"
    r"i want(?: you)? to|i need to|i have to|i'd like|i would like|we need|i need|i want|remind me(?: to)?|add|put|to|that) "
)
"""Before free text, whose own first word may be "at" or "the"."""
_BEHIND = re.compile(
    r" (?:please|thanks|thank you|then|i think|i guess|i suppose|would be (?:good|nice|great|fine)|is fine|instead)$"
)

_ORDINALS = "first second third fourth fifth sixth seventh eighth".split()
_COUNTS = "one two three four five six seven eight".split()
_ALL = re.compile(
    r"(?:both|all)(?: of (?:them|those|these))?|all (?:two|three|four|five|six)|every one|everything|either"
)
_FILLERS = frozenset("the a an my our that this one ones in on of for to please it's and i mean meant".split())
_TOKEN = 70  # of 100: a word misheard
_WHOLE, _LEAD = 65, 12  # of 100: a whole choice misheard, and how much less every other one must be like it


def agrees(text: str) -> bool:
    """Whether an answer is a yes."""
    words = normalise(text)
    return words in _YES or words.split(" ")[0] in {"yes", "yeah", "yep", "yup"}


def declines(text: str, loosely: bool = True) -> bool:
    """Whether an answer is a no; ``loosely``: also one that goes on ("no, it is late")."""
    words = normalise(text)
    return words in _NO or without_manners(words) in _NO or (loosely and words.split(" ")[0] in {"no", "nope"})


# --- one of several -------------------------------------------------------------------------------------------


def chosen(text: str, choices: Sequence[str]) -> tuple[int, ...]:
    """Which choices an answer names and nothing else: by name, part of it, number, or all; empty where none.

    "the desk one", "the second", "the last one", "both". A letter may be misheard.
    """
    words = _bare(text)
    names = [_bare(choice) for choice in choices]
    if words in names:
        return (names.index(words),)
    if _ALL.fullmatch(words):
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
    words = without_manners(normalise(text))
    return bool(
        re.fullmatch(
            r"(?:no )?(?:not (?:that|this)(?: one)? )?(?:i (?:mean|meant|said) )?(?:the )?other(?: one| thing)?", words
        )
    )


def _bare(text: str) -> str:
    words = without_manners(normalise(text))
    while (shorter := _CARRIER.sub("", words)) != words:
        words = shorter
    return _BEHIND.sub("", words)


def _number(words: str, many: int) -> int | None:
    words = re.sub(r"^(?:number|option) ", "", re.sub(r"(?<=\w) one$", "", words))
    if words in ("last", "latter"):
        return many - 1
    if words == "former":
        return 0
    place = next((names.index(words) for names in (_ORDINALS, _COUNTS) if words in names), None)
    if place is None and (figure := re.fullmatch(r"([1-8])(?:st|nd|rd|th)?", words)):
        place = int(figure[1]) - 1
    return place if place is not None and place < many else None


def _content(words: str) -> list[str]:
    return [_figure(word) for word in words.split() if word not in _FILLERS]


def _figure(word: str) -> str:
    """A number as a figure: "five minute" is the "5 minute" timer."""
    return str({**SMALL, **TENS}.get(word, word))


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
            if value := _words(slot, words, today):
                return {slot.name: value}
        tokens = words.split()
        for at in range(1, len(tokens)):
            for one in typed:
                for other in typed:
                    first, second = (
                        _words(one, " ".join(tokens[:at]), today),
                        _words(other, " ".join(tokens[at:]), today),
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
        while (shorter := _OWN_WORDS.sub("", words)) != words:
            words = shorter
        words = _BEHIND.sub("", words)
    else:
        words = re.sub(r" (?:one|light)$", "", _bare(text)) if slot.type == "color" else _bare(text)
    return {slot.name: words} if words and value_of(slot, words, today) is not None else {}


def _stripped(text: str) -> Iterator[str]:
    """An answer with less and less around it."""
    words = normalise(text)
    while True:
        yield words
        yield (bare := _BEHIND.sub("", words))
        yield bare.removesuffix(" one")
        if (shorter := _CARRIER.sub("", words)) == words:
            return
        words = shorter


def _words(slot: SlotSpec, words: str, today: date) -> str:
    """The words as they are to be resolved; "" where they are no value of the slot."""
    if value_of(slot, words, today) is not None:
        return words
    if slot.type == "duration" and resolve("number", words, today) is not None:
        minutes = f"{words} minutes"
        return minutes if value_of(slot, minutes, today) is not None else ""
    return ""
