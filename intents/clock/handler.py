"""The time and the date, without a network: zones are those of the system."""

from datetime import datetime
from functools import cache
from importlib import resources
from zoneinfo import ZoneInfo, available_timezones

from rapidfuzz import fuzz, process

from speaker.context import Context
from speaker.errors import HandlerError
from speaker.spoken import calendar, clock, day_of


def time(context: Context, place: str | None = None) -> str:
    """The time here, or in a place."""
    now = known_time(context)
    if not place:
        return context.reply("time", time=clock(now))
    there = now.astimezone(ZoneInfo(zone_of(context, place, now)))
    return context.reply("time_in", place=called(context, place), time=clock(there))


def date_(context: Context, date: str | None = None) -> str:
    """Today's date, or which day another is."""
    today = known_time(context).date()
    if not date or date == "today":
        return context.reply("today", day=calendar(today, year=True))
    day = day_of(date, today)
    named = calendar(day, year=day.year != today.year)
    return context.reply("that_was", day=named) if day < today else context.reply("that_is", day=named)


def called(context: Context, place: str) -> str:
    """ "New York", "the USA"."""
    short, small = context.words["short"], context.words["small"]
    words = [
        word.upper() if word.upper() in short else word if word in small else word.title()
        for word in place.lower().split()
    ]
    return " ".join([context.words["article"], *words] if words[0] in short else words)


def known_time(context: Context) -> datetime:
    """Now; declines where the clock was never set."""
    if not context.schedule.knows_time():
        raise HandlerError(context.reply("not_set"))
    return context.now()


def zone_of(context: Context, place: str, now: datetime) -> str:
    """The zone of a city or country; declines where it is not known, or a country has several times."""
    known = dict.fromkeys(countries(), "") | zones()
    known |= {name: zone for zone, names in context.words["places"].items() for name in names}
    said = place.lower().removeprefix(f"{context.words['article']} ")
    found = process.extractOne(said, known.keys(), scorer=fuzz.ratio, score_cutoff=88)
    if not found:
        raise HandlerError(context.reply("unknown", place=place.title()))
    name = found[0]
    if known[name]:
        return known[name]
    inside = countries()[name]
    if len({now.astimezone(ZoneInfo(zone)).utcoffset() for zone in inside}) > 1:
        raise HandlerError(context.reply("several", country=name.title()))
    return inside[0]


@cache
def zones() -> dict[str, str]:
    """Zone names by the places they are named after."""
    every = sorted(available_timezones())
    cities = {zone.rsplit("/", 1)[-1].replace("_", " ").lower(): zone for zone in every if "/" in zone}
    return {zone.lower(): zone for zone in every if "/" not in zone and len(zone) > 3} | cities


@cache
def countries() -> dict[str, tuple[str, ...]]:
    """Zones by country, from the tables that come with the time zones."""
    tables = resources.files("tzdata") / "zoneinfo"
    zones_of: dict[str, list[str]] = {}
    for codes, _, zone, *_ in rows((tables / "zone1970.tab").read_text("utf-8")):
        for code in codes.split(","):
            zones_of.setdefault(code, []).append(zone)
    named: dict[str, tuple[str, ...]] = {}
    for code, name in rows((tables / "iso3166.tab").read_text("utf-8")):
        short = name.split(" (")[0].lower()  # both countries called Congo are meant by "congo"
        named[short] = (*named.get(short, ()), *zones_of.get(code, ()))
    return {name: zones for name, zones in named.items() if zones}


def rows(table: str) -> list[list[str]]:
    """The columns of each line that is no comment."""
    return [line.split("\t") for line in table.splitlines() if line and not line.startswith("#")]
