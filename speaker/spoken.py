"""Values as they are spoken in the language of the house: for replies; and what resolved days and times mean."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta

from speaker import languages

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
"""As slots have them, in every language."""


def number(value: float) -> str:
    """ "1,250", "2.5"."""
    return languages.current().grammar.number(value)


def duration(seconds: float) -> str:
    """ "3 hours and 10 minutes"; the two largest units, rounded to whole seconds."""
    return languages.current().grammar.duration(seconds)


def length(seconds: float) -> str:
    """The same before a noun: the "5 minute" timer."""
    return languages.current().grammar.length(seconds)


def joined(things: Iterable[str]) -> str:
    """ "milk, eggs and bread"."""
    return languages.current().grammar.joined(things)


def either(things: Iterable[str]) -> str:
    """ "milk, eggs or bread"."""
    return languages.current().grammar.either(things)


def the(name: str) -> str:
    """A name with its article: "the kettle"."""
    return languages.current().grammar.the(name)


def plural(noun: str) -> str:
    """ "blinds" of "blind"."""
    return languages.current().grammar.plural(noun)


def singular(name: str) -> str:
    """A name without articles and plural endings: "light" of "the lights"."""
    return languages.current().grammar.singular(name)


def how_many(names: Iterable[str]) -> int:
    """How many things names are of, as a sentence has to know: "garden lights" are more than one by themselves."""
    first, *others = names
    return 1 + len(others) if others else 1 + languages.current().grammar.many_by_itself(first)


def clock(moment: datetime | time) -> str:
    """ "6:30 pm", "7 am"."""
    return languages.current().grammar.clock(moment)


def calendar(day: date, year: bool = False) -> str:
    """ "Tuesday, November 24", where wanted with its year."""
    return languages.current().grammar.calendar(day, year)


def when(day: date, today: date) -> str:
    """ "today", "tomorrow", "on Friday", "on Tuesday, November 24", with the year where it is another one."""
    return languages.current().grammar.when(day, today)


def of_day(day: date, today: date) -> str:
    """The same as it stands after "for": "today", "Friday"."""
    return languages.current().grammar.of_day(day, today)


def how_often(repeat: str) -> str:
    """ "every day", "on weekdays", "every Monday and Wednesday" of a resolved slot ``repeat``."""
    return languages.current().grammar.how_often(repeat)


def aloud(text: str) -> str:
    """A reply as a synthesiser should read it, where it would read what is written otherwise than people do."""
    return languages.current().grammar.aloud(text)


def part_of_day(words: str) -> str | None:
    """morning, afternoon, evening or night, where words name it: "tomorrow evening", "7 am", "tonight"; else None."""
    return languages.current().grammar.part_of_day(words)


def day_of(said: str, today: date) -> date:
    """The day that a resolved date slot means: today, tomorrow, the next such weekday (or today), or an ISO date."""
    if said in ("today", "tomorrow"):
        return today + timedelta(said == "tomorrow")
    if said in WEEKDAYS:
        return today + timedelta((WEEKDAYS.index(said) - today.weekday()) % 7)
    return date.fromisoformat(said)


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
    again = 1 if date_ is None else 7 if date_ == WEEKDAYS[today.weekday()] else 0
    days = [first, first + timedelta(again)]
    words = said.get("time", "")
    parts = {part_of_day(words), part_of_day(said.get("date", ""))}
    midnight = hour == time(0) and languages.current().grammar.tells_half(words)
    night = "night" in parts or (first == today and midnight)
    if date_ and night and hour.hour < 4 and not (first == today and now.hour < 4):
        days = [day + timedelta(1) for day in days]
    walls = {datetime.combine(day, hour) for day in days}
    known = parts - {None} or languages.current().grammar.tells_half(words)
    if 1 <= hour.hour < 12 and not known:
        walls |= {wall + timedelta(hours=12) for wall in walls}
    return sorted(wall for wall in walls if ahead(wall, now))
