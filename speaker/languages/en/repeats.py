"""How often something comes again, as it is spoken or written."""

import re

from speaker.languages.en.dates import WEEKDAYS

_PART = r"(?: (?:mornings?|afternoons?|evenings?|nights?))?"
_EACH = r"(?:every|each)(?: single)?"
_PATTERNS = {
    "daily": rf"daily|nightly|{_EACH} (?:day|morning|afternoon|evening|night)|every ?day|(?:all )?(?:seven|7) days a week",
    "weekdays": rf"(?:{_EACH} )?(?:weekdays?|(?:school|work|working|week) ?days?){_PART}|monday (?:to|through|thru|till|until) friday",
    "weekends": rf"(?:{_EACH} )?weekends?{_PART}|saturdays? and sundays?",
    **{day: rf"(?:{_EACH} )?{day}s?{_PART}" for day in WEEKDAYS},
}


_DAY = rf"(?:{'|'.join(WEEKDAYS)})"
_NEXT = rf"(?:,? and|,|)? (?:(?:{_EACH}|on) )?{_DAY}s?{_PART}"
_SEVERAL = re.compile(rf"(?:\b{_EACH} {_DAY}s?|\b{_DAY}s){_PART}(?:{_NEXT})+(?!\w)")
_TOGETHER = {WEEKDAYS: "daily", WEEKDAYS[:5]: "weekdays", WEEKDAYS[5:]: "weekends"}


def days_in(text: str) -> tuple[str, str] | None:
    """The words of several weekdays on which something is repeated, and those of the first, as "every monday"."""
    found = _SEVERAL.search(text)
    first = re.match(rf"(?:{_EACH} )?{_DAY}s?", found[0]) if found else None
    return (found[0], first[0] if first else found[0]) if found else None


def repeat_of(words: str) -> str | None:
    """``daily``, ``weekdays``, ``weekends``, a weekday, or several with commas (``monday,wednesday``).

    "every morning", "school days", "each sunday morning", "every monday and wednesday".

    A weekday alone is one, too: words are only pointed at as this where something is to be repeated. None where it
    is none of these ("every other day").
    """
    words = re.sub(r"^(?:on|for|during|repeating|repeat) (?:the )?", "", re.sub(r"(?<=[a-z])-(?=[a-z])", " ", words))
    known = next((value for value, pattern in _PATTERNS.items() if re.fullmatch(pattern, words)), None)
    if known or not re.fullmatch(rf"(?:{_EACH} )?{_DAY}s?{_PART}(?:{_NEXT})+", words):
        return known
    days = tuple(day for day in WEEKDAYS if re.search(rf"\b{day}s?\b", words))
    return _TOGETHER.get(days, ",".join(days))
