"""Sentences that the active plugins know, written out: what recognition leans on."""

import random
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from speaker.events import IntentSpec, SlotSpec, SlotType

_SLOT = re.compile(r"\{(\w+)\}")
_OPTIONAL = re.compile(r"\[([^\]]*)\]")

_NUMBERS = (
    "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen eighteen "
    "twenty thirty forty fifty sixty seventy eighty ninety"
).split()
_TENS = "twenty thirty forty fifty".split()
_ONES = "one two three four five six seven eight nine".split()

_WORDS: Mapping[SlotType, Sequence[str]] = {
    "text": "pizza pasta eggs tea coffee laundry bread london paris tokyo berlin shopping grocery".split(),
    "items": (
        "milk,eggs,bread,butter,cheese,apples,bananas,coffee,tea,rice,pasta,tomatoes,potatoes,onions,chicken,"
        "orange juice,olive oil,toilet paper,milk and eggs,bread and butter,washing powder,batteries"
    ).split(","),
    "unit": (
        "inches,feet,yards,miles,millimeters,centimeters,meters,kilometers,ounces,pounds,stone,grams,kilograms,kilos,"
        "cups,pints,quarts,gallons,fluid ounces,tablespoons,teaspoons,milliliters,liters,celsius,fahrenheit,"
        "miles per hour,kilometers per hour,acres,hectares,square feet,square meters,megabytes,gigabytes,"
        "seconds,minutes,hours,days,weeks"
    ).split(","),
    "color": "red green blue white warm white yellow orange purple pink".replace("warm white", "warm-white").split(),
    "repeat": (
        "every day,daily,every morning,weekdays,every weekday,on weekdays,monday to friday,weekends,on weekends,"
        "every monday,mondays,every sunday morning"
    ).split(","),
    "date": "today tomorrow monday tuesday wednesday thursday friday saturday sunday".split(),
}


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
    words = {**_WORDS, "area": areas, "name": names, "scene": scenes}
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
    kind = slot.type
    if slot.values:
        return choose.choice([said for value in slot.values for said in value])
    if kind == "duration":
        return _duration(choose)
    if kind == "percent":
        return f"{_number(choose)} percent"
    if kind == "number":
        return _number(choose)
    if kind == "expression":
        return _sum(choose)
    if kind == "time":
        return f"{choose.choice(_NUMBERS[:12])} {choose.choice(['thirty', 'fifteen', 'a m', 'p m', '', 'o clock'])}"
    return choose.choice(words[kind]).replace("-", " ") if words.get(kind) else ""


def _number(choose: random.Random) -> str:
    return choose.choice(_NUMBERS) if choose.random() < 0.75 else f"{choose.choice(_TENS)} {choose.choice(_ONES)}"


def _sum(choose: random.Random) -> str:
    between = choose.choice("plus,plus,minus,times,times,divided by,percent of,to the power of".split(","))
    alone = choose.choice("half of {},the square root of {},{} squared,a third of {}".split(","))
    sum_ = f"{_number(choose)} {between} {_number(choose)}"
    return sum_ if choose.random() < 0.85 else alone.format(_number(choose))


def _duration(choose: random.Random) -> str:
    unit = choose.choice(("minute", "minute", "minute", "hour", "second"))
    number = _number(choose)
    plain = f"{number} {unit}" if number == "one" else f"{number} {unit}s"
    if unit == "hour" and choose.random() < 0.5:
        return f"{plain} and {_number(choose)} minutes"
    return plain if choose.random() < 0.9 else choose.choice(("half an hour", "an hour", "an hour and a half"))
