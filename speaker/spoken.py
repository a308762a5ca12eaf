"""Values as they are spoken: for replies."""

from collections.abc import Iterable


def duration(seconds: float) -> str:
    """ "3 hours and 10 minutes"; the two largest units, rounded to whole seconds."""
    left = round(seconds)
    parts = []
    for unit, length in (("week", 604_800), ("day", 86_400), ("hour", 3600), ("minute", 60), ("second", 1)):
        many, left = divmod(left, length)
        if many:
            parts.append(f"{many} {unit}{'' if many == 1 else 's'}")
    return " and ".join(parts[:2]) if parts else "0 seconds"


def joined(things: Iterable[str], last: str = "and") -> str:
    """ "milk, eggs and bread"."""
    *head, tail = list(things) or [""]
    return f"{', '.join(head)} {last} {tail}" if head else tail
