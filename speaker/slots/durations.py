"""Lengths of time as they are spoken or written."""

import re

from speaker.slots.numbers import number_of

_UNITS = {"second": 1, "minute": 60, "hour": 3600, "day": 86_400, "week": 604_800}
_UNIT_OF = {
    **{name: unit for unit in _UNITS for name in (unit, unit + "s")},
    "sec": "second", "secs": "second", "s": "second", "min": "minute", "mins": "minute", "m": "minute",
    "hr": "hour", "hrs": "hour", "h": "hour",
}  # fmt: skip
_PART = re.compile(rf"^(.*?)\b({'|'.join(sorted(_UNIT_OF, key=len, reverse=True))})\b(.*)$")
_LONGEST = 120  # characters: more is no length of time


def duration_of(words: str) -> int | None:
    """Whole seconds: "three hours and ten minutes", "an hour and a half", "half an hour", "2h30m", "5-minute".

    None where the words are no length of time, or one of none at all.
    """
    words = re.sub(r"(?<=\d)(?=[a-z])|(?<=[hms])(?=\d)", " ", words[:_LONGEST])
    words = re.sub(r"(?<=[a-z])-(?=[a-z])|(?<=\d)-(?=[a-z ])", " ", words)
    words = re.sub(r"^(for|about|around|of|another|exactly) |\b(long|more|or so)$", " ", words)
    words = re.sub(r"\bthree quarters of an hour\b", "45 minutes", words)
    words = re.sub(r"\b(a )?quarter( of)?( an)? hour\b", "15 minutes", words)
    words = re.sub(r"\b(a half|half)( of)?( an?)? (hour|minute|day|second)\b", _half, words)
    clock = re.fullmatch(r"\s*(\d{1,2}):(\d{2})( minutes?)?\s*", words)
    if clock:  # "5:30 minutes" is minutes and seconds; without the word, the same
        return int(clock[1]) * 60 + int(clock[2]) or None
    seconds, rest, unit = 0.0, words.strip(), ""
    while match := _PART.match(rest):
        before, unit, rest = match[1].strip(" ,"), _UNIT_OF[match[2]], match[3].strip(" ,")
        number = _amount(re.sub(r"^and ", "", before))
        if number is None:
            return None
        seconds += number * _UNITS[unit]
        half = re.match(r"^and (a half|a quarter|three quarters|half)\b(.*)$", rest)
        if half:
            share = {"a half": 0.5, "half": 0.5, "a quarter": 0.25, "three quarters": 0.75}[half[1]]
            seconds += share * _UNITS[unit]
            rest = half[2].strip()
    if rest and unit in ("hour", "minute"):  # "five minutes thirty"
        extra = number_of(re.sub(r"^and ", "", rest))
        if extra is None or not 0 <= extra < 60:
            return None
        seconds += extra * _UNITS[unit] / 60
    elif rest:
        return None
    return round(seconds) if 0.5 <= seconds <= 366 * 86_400 else None


def _half(match: re.Match[str]) -> str:
    return f"0.5 {match[4]}"


def _amount(words: str) -> float | None:
    if words in ("", "a", "an", "one"):
        return 1.0
    if words in ("a few",):
        return 3.0
    value = number_of(words)
    return None if value is None or value < 0 else float(value)
