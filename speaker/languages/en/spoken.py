"""Values as they are spoken."""

import re
from collections.abc import Iterable
from datetime import date, datetime, time

from speaker.languages.grammar import Category

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December",
)  # fmt: skip

_REPEATS = {"daily": "every day", "weekdays": "on weekdays", "weekends": "on weekends"}
_DATE = re.compile(rf"\b({'|'.join(MONTHS)}) (\d{{1,2}})\b(?!:)(?:,? 20([1-9]\d)\b)?")
_UNITS = (("week", 604_800), ("day", 86_400), ("hour", 3600), ("minute", 60), ("second", 1))


def number(value: float) -> str:
    """ "1,250"; "minus 5", as a dash is not read out."""
    said = f"{abs(int(value) if value == int(value) else value):,}"
    return f"minus {said}" if value < 0 else said


def duration(seconds: float) -> str:
    """ "3 hours and 10 minutes"; the two largest units."""
    parts = [f"{many} {unit}{'' if many == 1 else 's'}" for many, unit in _largest(seconds)]
    return " and ".join(parts) if parts else "0 seconds"


def length(seconds: float) -> str:
    """ "3 hour and 10 minute"."""
    return " and ".join(f"{many} {unit}" for many, unit in _largest(seconds)) or "0 second"


def _largest(seconds: float) -> list[tuple[int, str]]:
    left, parts = round(seconds), list[tuple[int, str]]()
    for unit, length in _UNITS:
        many, left = divmod(left, length)
        if many:
            parts.append((many, unit))
    return parts[:2]


def joined(things: Iterable[str]) -> str:
    return _list(things, "and")


def either(things: Iterable[str]) -> str:
    return _list(things, "or")


def _list(things: Iterable[str], last: str) -> str:
    *head, tail = list(things) or [""]
    return f"{', '.join(head)} {last} {tail}" if head else tail


def clock(moment: datetime | time) -> str:
    """ "6:30 pm", "7 am"."""
    hour = moment.hour % 12 or 12
    half = "am" if moment.hour < 12 else "pm"
    return f"{hour}:{moment.minute:02d} {half}" if moment.minute else f"{hour} {half}"


def calendar(day: date, year: bool = False) -> str:
    """ "Tuesday, November 24", "Tuesday, November 24 2026"."""
    return f"{WEEKDAYS[day.weekday()]}, {MONTHS[day.month - 1]} {day.day}" + (f" {day.year}" if year else "")


def when(day: date, today: date) -> str:
    """ "today", "tomorrow", "on Friday", "on Tuesday, November 24", with the year where it is another one."""
    said = of_day(day, today)
    return said if said in ("today", "tomorrow") else f"on {said}"


def of_day(day: date, today: date) -> str:
    ahead = (day - today).days
    if ahead in (0, 1):
        return "tomorrow" if ahead else "today"
    return WEEKDAYS[day.weekday()] if 1 < ahead < 7 else calendar(day, day.year != today.year)


def how_often(repeat: str) -> str:
    """ "on weekdays", "every Monday and Wednesday"."""
    return _REPEATS.get(repeat) or f"every {joined(day.capitalize() for day in repeat.split(','))}"


def the(name: str) -> str:
    return f"the {name}"


def category(many: float) -> Category:
    return "one" if many == 1 else "other"


def continued(sentence: str) -> str:
    sentence = sentence.removeprefix("Sorry, ")
    first = sentence.split(" ", 1)[0]
    keeps = first in ("I", "I'm") or (not first[1:].islower() and len(first) > 1)
    return sentence if keeps else sentence[:1].lower() + sentence[1:]


def aloud(text: str) -> str:
    """ "6:05 pm" is "six oh five", "March 6 2026" "March sixth, twenty twenty-six", "192.168.1.20" has dots, not points."""
    text = re.sub(r"\b(\d{1,2}):0(\d) (?=[ap]m\b)", r"\1 oh \2 ", text)
    text = re.sub(r"(?<!\w)-(?=\d)", "minus ", text)
    text = re.sub(r"\b\d+(?:\.\d+){2,}\b", lambda found: found[0].replace(".", " dot "), text)
    return _DATE.sub(_date_aloud, text)


def _date_aloud(date: re.Match[str]) -> str:
    day = int(date[2])
    ending = "th" if day in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th")
    return f"{date[1]} {day}{ending}" + (f", 20 {date[3]}" if date[3] else "")
