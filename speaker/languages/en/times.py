"""Times of day as they are spoken or written."""

import re

from speaker.languages.en.numbers import integer_of

_EVENING = r"in the (afternoon|evening)|at night|tonight|this (afternoon|evening)|pm"
_MORNING = r"in the morning|this morning|am"
_PARTS = {
    "morning": r"mornings?|a\.? ?m\.?",
    "afternoon": r"afternoons?",
    "evening": r"evenings?",
    "night": r"nights?|tonight(?:'?s)?|nightly",
}
_EXACT = re.compile(r"(?<![a-z])p\.? ?m\b|\b(?:noon|midday|midnight)\b|\bhundred\b|^(?:0\d|oh|zero)")
_NAMED = {"noon": "12:00", "midday": "12:00", "midnight": "00:00", "twelve noon": "12:00", "twelve midnight": "00:00"}


def time_of(words: str) -> str | None:
    """``HH:MM`` of 24 hours: "6:30", "half past six", "quarter to seven pm", "eight in the evening", "noon".

    Without a half of the day the hour is taken as it is said ("six thirty" is 06:30). None where it is no time.
    """
    words = re.sub(r"\b([ap]) m\b", r"\1m", words)
    words = re.sub(r"^(at|by|around|about) ", "", words)
    words = re.sub(r"(?<=\d)(?=[ap]m\b)", " ", words)
    late, early = re.search(rf"\b({_EVENING})\b", words), re.search(rf"\b({_MORNING})\b", words)
    words = re.sub(rf"\b({_EVENING}|{_MORNING})\b", " ", words)
    words = re.sub(r"\b(o'?clock|o clock|(?<=hundred )hours|(?<=\d\d )hours|sharp|at)\b", " ", words)
    words = " ".join(words.replace("-", " ").split())
    if words in _NAMED:
        return _NAMED[words]
    found = _clock(words)
    if found is None:
        return None
    hour, minute = found
    if late and early:
        return None
    if early and hour > 12:
        return None
    night = late is not None and "night" in late[0]  # twelve, one, two and three at night are after midnight
    if (early or night) and hour == 12:
        hour = 0
    elif late and hour < 12 and not (night and hour < 4):
        hour += 12
    return f"{hour:02d}:{minute:02d}" if 0 <= hour < 24 and 0 <= minute < 60 else None


def part_of_day(words: str) -> str | None:
    """morning, afternoon, evening or night, where words name it: "tomorrow evening", "7 am", "tonight"; else None."""
    return next((part for part, said in _PARTS.items() if re.search(rf"(?<![a-z])(?:{said})(?!\w)", words)), None)


def tells_half(words: str) -> bool:
    return _EXACT.search(words) is not None


def _clock(words: str) -> tuple[int, int] | None:
    if match := re.fullmatch(r"(\d{1,2})[:.](\d{2})", words):
        return int(match[1]), int(match[2])
    if match := re.fullmatch(r"(?:a )?(half|quarter|.+?)(?: minutes?)? (past|after|to|before|till|until) (.+)", words):
        minutes = {"half": 30, "quarter": 15}.get(match[1]) or _integer(match[1])
        hour = _hour(match[3])
        if minutes is None or hour is None or not 0 < minutes < 60:
            return None
        return (hour, minutes) if match[2] in ("past", "after") else ((hour - 1) % 24 or 12, 60 - minutes)
    if match := re.fullmatch(r"half (\w+)", words):  # British: half six is half past six
        hour = _hour(match[1])
        return None if hour is None else (hour, 30)
    if re.fullmatch(r"\d{3,4}", words):
        return int(words[:-2]), int(words[-2:])
    hour = _hour(words)
    if hour is not None:
        return hour, 0
    return _hour_and_minutes(words.split())


def _hour_and_minutes(tokens: list[str]) -> tuple[int, int] | None:
    """ "six thirty", "twenty one oh five", "oh seven hundred", "oh six thirty"."""
    if len(tokens) > 2 and tokens[0] in ("oh", "zero") and tokens[1] != "hundred":
        tokens = tokens[1:]
    if tokens and tokens[-1] == "hundred":
        hour = _hour(" ".join(tokens[:-1]).removeprefix("oh ").removeprefix("zero "))
        return None if hour is None else (hour, 0)
    for at in range(len(tokens) - 1, 0, -1):
        hour, minute = _hour(" ".join(tokens[:at])), _integer(" ".join(tokens[at:]).removeprefix("oh "))
        if hour is not None and minute is not None and (minute > 9 or tokens[at] == "oh"):
            return hour, minute
    return None


def _hour(words: str) -> int | None:
    if words in ("noon", "midnight"):
        return 12 if words == "noon" else 0
    value = _integer(words)
    return value if value is not None and 0 <= value < 24 else None


def _integer(words: str) -> int | None:
    return integer_of(words)
