"""Days as they are spoken or written."""

import re
from datetime import date, timedelta

from speaker.languages.en.numbers import integer_of, number_of

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MONTHS = ("january february march april may june july august september october november december").split()
_ORDINALS = (
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth "
    "fifteenth sixteenth seventeenth eighteenth nineteenth twentieth"
).split()
_ORDINAL = {word: at + 1 for at, word in enumerate(_ORDINALS)} | {"thirtieth": 30}
_FEASTS = {
    "christmas": (12, 25),
    "christmas day": (12, 25),
    "christmas eve": (12, 24),
    "new year's eve": (12, 31),
    "new year's day": (1, 1),
    "halloween": (10, 31),
    "valentine's day": (2, 14),
    "valentine's": (2, 14),
    "boxing day": (12, 26),
    "new year's": (1, 1),
    "new year": (1, 1),
}
_DAYS_AHEAD = {
    "yesterday": -1,
    "the day before yesterday": -2,
    "tonight": 0,
    "this morning": 0,
    "this afternoon": 0,
    "this evening": 0,
    "the day after tomorrow": 2,
    "day after tomorrow": 2,
    "next week": 7,
    "a week from tomorrow": 8,
}


def date_of(words: str, today: date) -> str | None:
    """``today``, ``tomorrow`` or a weekday as it was said; any other day as ISO date.

    A day without year is the next such day from ``today`` on; "next friday" is the friday of next week. None
    where the words are no day.
    """
    if words not in _FEASTS:
        words = re.sub(r"'s$|(?<=^today)s$|(?<=^tomorrow)s$", "", words)
    words = words if words in _DAYS_AHEAD else re.sub(r" (morning|afternoon|evening|night)$", "", words)
    words = re.sub(r"^(on|for|of|the date of|this coming|coming) ", "", words)
    if words in ("today", "tomorrow") or words.removeprefix("this ") in WEEKDAYS:
        return words.removeprefix("this ")
    if words in ("this weekend", "the weekend"):  # its first day, or today where it has begun
        return (today + timedelta(max(0, 5 - today.weekday()))).isoformat()
    if words == "next month":
        return (today.replace(day=1) + timedelta(31)).replace(day=1).isoformat()
    days = _DAYS_AHEAD.get(words)
    if days is not None:
        return (today + timedelta(days)).isoformat()
    if feast := _FEASTS.get(words):
        return _next(*feast, None, today)
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", words):
        return _iso(int(words[:4]), int(words[5:7]), int(words[8:]))
    if match := re.fullmatch(r"(in )?(.+?) (day|week)s?( from now| from today| time)?", words):
        many = 1 if match[2] in ("a", "one") else number_of(match[2])
        if (match[1] or match[4]) and isinstance(many, int) and 0 <= many <= 3660:
            return (today + timedelta(many * (7 if match[3] == "week" else 1))).isoformat()
        return None  # "three days" is a length of time
    if match := re.fullmatch(r"(next|last|a week (?:from|on)) (\w+)", words):
        if match[2] not in WEEKDAYS:
            return None
        monday = today - timedelta(today.weekday())
        weeks = -1 if match[1] == "last" else 1
        return (monday + timedelta(7 * weeks + WEEKDAYS.index(match[2]))).isoformat()
    return _month_and_day(words, today)


def _month_and_day(words: str, today: date) -> str | None:
    """ "the third of march 2027", "march 3rd", "the 5th"."""
    tokens = [t for t in words.replace("-", " ").split() if t not in ("the", "of", "on", "in")]
    tokens = [t for t in tokens if t not in WEEKDAYS]
    year = None
    for long in range(1, min(5, len(tokens))):  # "2027", "twenty twenty seven", "two thousand and thirty"
        if found := _year(tokens[-long:]):
            year, tokens = found, tokens[:-long]
            break
    months = [at for at, t in enumerate(tokens) if t == "sept" or any(t in (m, m[:3]) for m in _MONTHS)]
    if not months:
        day = _day(tokens, ordinal=True)
        if day is None:
            return None
        ahead = (_iso(today.year + at // 12, at % 12 + 1, day) for at in range(today.month - 1, today.month + 2))
        return next((found for found in ahead if found and found >= today.isoformat()), None)
    name = tokens.pop(months[0])
    month = next(at + 1 for at, m in enumerate(_MONTHS) if m.startswith(name[:3]))
    day = _day(tokens, ordinal=False)
    return None if day is None else _next(month, day, year, today)


def _day(tokens: list[str], ordinal: bool) -> int | None:
    if len(tokens) == 1 and (match := re.fullmatch(r"(\d{1,2})(st|nd|rd|th)?", tokens[0])):
        return int(match[1]) if match[2] or not ordinal else None
    if len(tokens) == 1 and tokens[0] in _ORDINAL:
        return _ORDINAL[tokens[0]]
    if len(tokens) == 2 and tokens[0] in ("twenty", "thirty") and tokens[1] in _ORDINAL:
        return (20 if tokens[0] == "twenty" else 30) + _ORDINAL[tokens[1]]
    value = None if ordinal else integer_of(" ".join(tokens))
    return value if value is not None and 1 <= value <= 31 else None


def _year(tokens: list[str]) -> int | None:
    if len(tokens) == 1:
        return int(tokens[0]) if re.fullmatch(r"(19|20)\d\d", tokens[0]) else None
    if tokens[0] == "twenty":
        value = integer_of(" ".join(tokens[1:]))
        return 2000 + value if value is not None and 10 <= value < 100 else None
    return integer_of(" ".join(tokens)) if tokens[:2] == ["two", "thousand"] else None


def _next(month: int, day: int, year: int | None, today: date) -> str | None:
    if year is not None:
        return _iso(year, month, day)
    for ahead in range(9):  # the 29th of february may be years away
        found = _iso(today.year + ahead, month, day)
        if found and found >= today.isoformat():
            return found
    return None


def _iso(year: int, month: int, day: int) -> str | None:
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return None
