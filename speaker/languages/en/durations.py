"""Lengths of time as they are spoken or written."""

import re

from speaker.languages.en.numbers import number_of

_UNITS = {"second": 1, "minute": 60, "hour": 3600, "day": 86_400, "week": 604_800, "fortnight": 1_209_600}
_UNIT_OF = {
    **{name: unit for unit in _UNITS for name in (unit, unit + "s")},
    "sec": "second", "secs": "second", "s": "second", "min": "minute", "mins": "minute", "m": "minute",
    "hr": "hour", "hrs": "hour", "h": "hour", "fortnight": "fortnight", "fortnights": "fortnight",
}  # fmt: skip
_PART = re.compile(rf"^(.*?)\b({'|'.join(sorted(_UNIT_OF, key=len, reverse=True))})\b(.*)$")
_LONGEST = 120  # characters: more is no length of time


def duration_of(words: str) -> int | None:
    """Whole seconds: "three hours and ten minutes", "an hour and a half", "half an hour", "2h30m", "5-minute".

    None where the words are no length of time, or one of none at all.
    """
    words = re.sub(r"(?<=\d)(?=[a-z])|(?<=[hms])(?=\d)", " ", words[:_LONGEST])
    words = re.sub(r"(?<=[a-z])-(?=[a-z])|(?<=\d)-(?=[a-z ])", " ", words)
    words = re.sub(
        r"^(for|in|after|about|around|of|another|exactly|an extra|an additional) (?!minutes|hours|seconds)", "", words
    )
    words = re.sub(r"\b(long|more|or so|from now)\b", " ", words)
    words = re.sub(r"\bthree quarters of an hour\b", "45 minutes", words)
    words = re.sub(r"(?<!and )(?<!and a )\b(a )?quarter( of)?( an)? hour\b", "15 minutes", words)
    words = re.sub(r"(?<!and )(?<!and a )\b(a half|half)( of)?( an?)? (hour|minute|day|second)\b", r"0.5 \4", words)
    clock = re.fullmatch(r"(\d{1,2}):([0-5]\d)(?: (minute|hour)s?)?", words.strip())
    if clock:  # "5:30" is minutes and seconds unless hours are named
        return (int(clock[1]) * 60 + int(clock[2])) * (60 if clock[3] == "hour" else 1) or None
    seconds, rest, unit, least = 0.0, " ".join(words.split()), "", 1e9
    while match := _PART.match(rest):
        unit_before = unit
        before, unit, rest = match[1].strip(" ,"), _UNIT_OF[match[2]], match[3].strip(" ,")
        number = _amount(re.sub(r"^and ", "", before), alone=not unit_before and not match[2].endswith("s"))
        if number is None or _UNITS[unit] >= least:  # "five minutes ten minutes" is two lengths
            return None
        least = _UNITS[unit]
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


def _amount(words: str, alone: bool) -> float | None:
    """How many of a unit; none said is one where the unit stands ``alone``: "the hour timer"."""
    if words in ("a", "an") or (alone and not words):
        return 1.0
    value = number_of(words)
    return None if value is None or value < 0 else float(value)
