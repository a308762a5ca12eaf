"""Words that slots may hold: for recognition to lean on, and to teach the language model by."""

import random
from collections.abc import Mapping, Sequence

from speaker.events import SlotType

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
    "color": "red,green,blue,white,warm white,yellow,orange,purple,pink".split(","),
    "repeat": (
        "every day,daily,every morning,weekdays,every weekday,on weekdays,monday to friday,weekends,on weekends,"
        "every monday,mondays,every sunday morning"
    ).split(","),
    "date": "today tomorrow monday tuesday wednesday thursday friday saturday sunday".split(),
}


def sample(kind: SlotType, r: random.Random) -> str:
    match kind:
        case "duration":
            return _duration(r)
        case "percent":
            return f"{_number(r)} percent"
        case "number":
            return _number(r)
        case "expression":
            return _sum(r)
        case "time":
            return f"{r.choice(_NUMBERS[:12])} {r.choice(['thirty', 'fifteen', 'a m', 'p m', '', 'o clock'])}"
    return r.choice(_WORDS[kind]) if kind in _WORDS else ""


def _number(r: random.Random) -> str:
    return r.choice(_NUMBERS) if r.random() < 0.75 else f"{r.choice(_TENS)} {r.choice(_ONES)}"


def _sum(r: random.Random) -> str:
    between = r.choice("plus,plus,minus,times,times,divided by,percent of,to the power of".split(","))
    alone = r.choice("half of {},the square root of {},{} squared,a third of {}".split(","))
    sum_ = f"{_number(r)} {between} {_number(r)}"
    return sum_ if r.random() < 0.85 else alone.format(_number(r))


def _duration(r: random.Random) -> str:
    unit = r.choice(("minute", "minute", "minute", "hour", "second"))
    number = _number(r)
    plain = f"{number} {unit}" if number == "one" else f"{number} {unit}s"
    if unit == "hour" and r.random() < 0.5:
        return f"{plain} and {_number(r)} minutes"
    return plain if r.random() < 0.9 else r.choice(("half an hour", "an hour", "an hour and a half"))


# --- to teach by ----------------------------------------------------------------------------------------------

_BELOW_TWENTY = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
).split()
_ALL_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
_DAYS = "today tomorrow monday tuesday wednesday thursday friday saturday sunday".split()
_MONTHS = "january february march april may june july august september october november december".split()
_UNITS = "minutes seconds hours metres miles feet cups litres grams pounds kilos celsius fahrenheit inches".split()


def taught(kind: SlotType, r: random.Random) -> str:
    match kind:
        case "duration":
            return f"{_spelled(r, 1, 60)} {r.choice(('seconds', 'minutes', 'minutes', 'hours', 'days'))}"
        case "time":
            return _time(r)
        case "date":
            return r.choice((*_DAYS, f"the {r.randint(4, 20)}th of {r.choice(_MONTHS)}", f"next {r.choice(_DAYS[2:])}"))
        case "repeat":
            weekday = f"every {r.choice(_DAYS[2:])}"
            return r.choice(("every day", "every morning", "on weekdays", "at weekends", weekday))
        case "percent":
            return f"{_spelled(r, 1, 99)}{r.choice((' percent', ' percent', ' per cent', ''))}"
        case "number":
            return _spelled(r, 0, 99)
        case "expression":
            sign = ("plus", "minus", "times", "divided by")
            return f"{_spelled(r, 1, 99)} {r.choice(sign)} {_spelled(r, 1, 99)}"
        case "unit":
            return r.choice(_UNITS)
    return ""


def _spelled(r: random.Random, least: int, most: int) -> str:
    """A number in digits or words."""
    number = r.randint(least, most)
    if r.random() < 0.5:
        return str(number)
    if number < 20:
        return _BELOW_TWENTY[number]
    tens, ones = divmod(number, 10)
    return f"{_ALL_TENS[tens - 2]} {_BELOW_TWENTY[ones]}" if ones else _ALL_TENS[tens - 2]


def _time(r: random.Random) -> str:
    hour = r.randint(1, 12)
    said = str(hour) if r.random() < 0.4 else _BELOW_TWENTY[hour]
    ways = (said, f"{said} {r.choice(('am', 'pm', 'oclock', 'in the morning', 'in the evening'))}")
    return r.choice((*ways, f"half past {said}", f"{hour}:{r.randint(0, 59):02}", f"{said} thirty"))
