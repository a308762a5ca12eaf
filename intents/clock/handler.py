"""The time and the date, without a network: zones are those of the system."""

from datetime import datetime
from functools import cache
from importlib import resources
from zoneinfo import ZoneInfo, available_timezones

from rapidfuzz import fuzz, process

from speaker.context import Context
from speaker.errors import HandlerError
from speaker.spoken import calendar, clock, day_of

# Cities and countries that people ask for and that no zone is named after.
ELSEWHERE = {
    "america": "America/New_York", "austin": "America/Chicago", "bali": "Asia/Makassar", "bangalore": "Asia/Kolkata",
    "barcelona": "Europe/Madrid", "beijing": "Asia/Shanghai", "boston": "America/New_York", "brazil": "America/Sao_Paulo",
    "california": "America/Los_Angeles", "canada": "America/Toronto", "cape town": "Africa/Johannesburg",
    "china": "Asia/Shanghai", "dallas": "America/Chicago", "delhi": "Asia/Kolkata", "edinburgh": "Europe/London",
    "england": "Europe/London", "florida": "America/New_York", "france": "Europe/Paris", "frankfurt": "Europe/Berlin",
    "geneva": "Europe/Zurich", "germany": "Europe/Berlin", "glasgow": "Europe/London", "hamburg": "Europe/Berlin",
    "hanoi": "Asia/Bangkok", "hawaii": "Pacific/Honolulu", "houston": "America/Chicago", "india": "Asia/Kolkata",
    "italy": "Europe/Rome", "kyoto": "Asia/Tokyo", "las vegas": "America/Los_Angeles", "miami": "America/New_York",
    "milan": "Europe/Rome", "montreal": "America/Toronto", "mumbai": "Asia/Kolkata", "mexico": "America/Mexico_City", "munich": "Europe/Berlin",
    "naples": "Europe/Rome", "new delhi": "Asia/Kolkata", "new zealand": "Pacific/Auckland", "osaka": "Asia/Tokyo", "philadelphia": "America/New_York",
    "rio de janeiro": "America/Sao_Paulo", "russia": "Europe/Moscow", "san diego": "America/Los_Angeles",
    "san francisco": "America/Los_Angeles", "scotland": "Europe/London", "seattle": "America/Los_Angeles",
    "south africa": "Africa/Johannesburg", "south korea": "Asia/Seoul", "spain": "Europe/Madrid", "sweden": "Europe/Stockholm",
    "texas": "America/Chicago", "the uk": "Europe/London", "uk": "Europe/London", "united states": "America/New_York", "usa": "America/New_York", "venice": "Europe/Rome",
    "washington": "America/New_York", "washington dc": "America/New_York", "wellington": "Pacific/Auckland",
}  # fmt: skip

SHORT = ("USA", "US", "UK", "UAE", "DC")
SMALL = ("the", "of", "and")


def time(context: Context, place: str | None = None) -> str:
    """The time here, or in a place."""
    now = known_time(context)
    if not place:
        return f"It is {clock(now)}."
    zone = zone_of(place, now)
    return f"In {called(place)} it is {clock(now.astimezone(ZoneInfo(zone)))}."


def date_(context: Context, date: str | None = None) -> str:
    """Today's date, or which day another is."""
    today = known_time(context).date()
    if not date or date == "today":
        return f"Today is {calendar(today)} {today.year}."
    day = day_of(date, today)
    when = "was" if day < today else "is"
    year = f" {day.year}" if day.year != today.year else ""
    return f"That {when} {calendar(day)}{year}."


def called(place: str) -> str:
    """ "New York", "the USA"."""
    words = [
        word.upper() if word.upper() in SHORT else word if word in SMALL else word.title()
        for word in place.lower().split()
    ]
    return " ".join(["the", *words] if words[0] in SHORT else words)


def known_time(context: Context) -> datetime:
    """Now; declines where the clock was never set."""
    if not context.schedule.knows_time():
        raise HandlerError("I do not know: the clock has not been set yet.")
    return context.now()


def zone_of(place: str, now: datetime) -> str:
    """The zone of a city or country; declines where it is not known, or a country has several times."""
    known = dict.fromkeys(countries(), "") | zones() | ELSEWHERE
    found = process.extractOne(place.lower().removeprefix("the "), known.keys(), scorer=fuzz.ratio, score_cutoff=88)
    if not found:
        raise HandlerError(f"I do not know what time it is in {place.title()}.")
    name = found[0]
    if known[name]:
        return known[name]
    inside = countries()[name]
    if len({now.astimezone(ZoneInfo(zone)).utcoffset() for zone in inside}) > 1:
        raise HandlerError(f"{name.title()} has several times. Please name a city.")
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
