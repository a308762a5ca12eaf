"""Values as they are spoken: for replies, and what the words of a command tell besides a slot's value."""

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December",
)  # fmt: skip

_PARTS = {
    "morning": r"mornings?|a\.? ?m\.?",
    "afternoon": r"afternoons?",
    "evening": r"evenings?",
    "night": r"nights?|tonight(?:'?s)?|nightly",
}
_EXACT = r"(?<![a-z])p\.? ?m\b|\b(?:noon|midday|midnight)\b|\bhundred\b|^(?:0\d|oh|zero)"

_DATE = re.compile(rf"\b({'|'.join(MONTHS)}) (\d{{1,2}})\b(?!:)(?:,? 20([1-9]\d)\b)?")


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


def clock(moment: datetime | time) -> str:
    """ "6:30 pm", "7 am"."""
    hour = moment.hour % 12 or 12
    half = "am" if moment.hour < 12 else "pm"
    return f"{hour}:{moment.minute:02d} {half}" if moment.minute else f"{hour} {half}"


def calendar(day: date) -> str:
    """ "Tuesday, November 24"."""
    return f"{WEEKDAYS[day.weekday()]}, {MONTHS[day.month - 1]} {day.day}"


def when(day: date, today: date) -> str:
    """ "today", "tomorrow", "on Friday", "on Tuesday, November 24", with the year where it is another one."""
    ahead = (day - today).days
    if ahead in (0, 1):
        return "tomorrow" if ahead else "today"
    if 1 < ahead < 7:
        return f"on {WEEKDAYS[day.weekday()]}"
    return f"on {calendar(day)}" + (f" {day.year}" if day.year != today.year else "")


def aloud(text: str) -> str:
    """A reply as a synthesiser should read it, where it would read what is written otherwise than people do.

    "6:05 pm" is "six oh five", "March 6 2026" "March sixth, twenty twenty-six", "192.168.1.20" has dots, not points.
    """
    text = re.sub(r"\b(\d{1,2}):0(\d) (?=[ap]m\b)", r"\1 oh \2 ", text)
    text = re.sub(r"(?<!\w)-(?=\d)", "minus ", text)
    text = re.sub(r"\b\d+(?:\.\d+){2,}\b", lambda found: found[0].replace(".", " dot "), text)
    return _DATE.sub(_date_aloud, text)


def _date_aloud(date: re.Match[str]) -> str:
    day = int(date[2])
    ending = "th" if day in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th")
    return f"{date[1]} {day}{ending}" + (f", 20 {date[3]}" if date[3] else "")


def day_of(said: str, today: date) -> date:
    """The day that a resolved date slot means: today, tomorrow, the next such weekday (or today), or an ISO date."""
    if said in ("today", "tomorrow"):
        return today + timedelta(said == "tomorrow")
    names = [name.lower() for name in WEEKDAYS]
    if said in names:
        return today + timedelta((names.index(said) - today.weekday()) % 7)
    return date.fromisoformat(said)


def part_of_day(words: str) -> str | None:
    """morning, afternoon, evening or night, where words name it: "tomorrow evening", "7 am", "tonight"; else None."""
    return next((part for part, said in _PARTS.items() if re.search(rf"(?<![a-z])(?:{said})(?!\w)", words)), None)


def ahead(wall: datetime, now: datetime) -> bool:
    """Whether the clocks are still to show ``wall``, which has no zone; ``now`` has the local one."""
    return wall.replace(tzinfo=now.tzinfo).timestamp() > now.timestamp()


def meant(time_: str, date_: str | None, said: Mapping[str, str], now: datetime) -> list[datetime]:
    """The local times, without a zone, that resolved slots ``time`` and ``date`` may mean and that are ahead.

    The next first. ``said`` are the slots' words: where neither says which half of the day is meant (no am, "in
    the morning", "tonight", nor 24 hours as in "07:00"), the hours of one to eleven may be either. An hour after
    midnight of a night belongs to the day after it. Empty where all that they may mean is over.
    """
    hour = time.fromisoformat(time_)
    today = now.date()
    first = day_of(date_, today) if date_ else today
    again = 1 if date_ is None else 7 if date_ == WEEKDAYS[today.weekday()].lower() else 0
    days = [first, first + timedelta(again)]
    words = said.get("time", "")
    parts = {part_of_day(words), part_of_day(said.get("date", ""))}
    night = "night" in parts or (first == today and "midnight" in words)
    if date_ and night and hour.hour < 4 and not (first == today and now.hour < 4):
        days = [day + timedelta(1) for day in days]
    walls = {datetime.combine(day, hour) for day in days}
    known = parts - {None} or re.search(_EXACT, words)
    if 1 <= hour.hour < 12 and not known:
        walls |= {wall + timedelta(hours=12) for wall in walls}
    return sorted(wall for wall in walls if ahead(wall, now))
