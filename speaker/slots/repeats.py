"""How often something comes again, as it is spoken or written."""

import re

from speaker.slots.dates import WEEKDAYS

_PART = r"(?: (?:mornings?|afternoons?|evenings?|nights?))?"
_EACH = r"(?:every|each)(?: single)?"
_PATTERNS = {
    "daily": rf"daily|nightly|{_EACH} (?:day|morning|afternoon|evening|night)|every ?day|(?:all )?(?:seven|7) days a week",
    "weekdays": rf"(?:{_EACH} )?(?:weekdays?|(?:school|work|working|week) ?days?){_PART}|monday (?:to|through|thru|till|until) friday",
    "weekends": rf"(?:{_EACH} )?weekends?{_PART}|saturdays? and sundays?",
    **{day: rf"(?:{_EACH} )?{day}s?{_PART}" for day in WEEKDAYS},
}


def repeat_of(words: str) -> str | None:
    """``daily``, ``weekdays``, ``weekends`` or a weekday: "every morning", "school days", "each sunday morning".

    A weekday alone is one, too: words are only pointed at as this where something is to be repeated. None where it
    is none of these ("every other day").
    """
    words = re.sub(r"^(?:on|for|during|repeating|repeat) (?:the )?", "", re.sub(r"(?<=[a-z])-(?=[a-z])", " ", words))
    return next((value for value, pattern in _PATTERNS.items() if re.fullmatch(pattern, words)), None)
