"""Reminders: each is something due, that rings with the words it was set with.

An hour without half of the day is taken as the next that the clocks show today, else as the one by day: "at seven",
said at six in the evening, is 7 pm; "tomorrow at two" is 2 pm.
"""

import uuid
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from rapidfuzz import fuzz

from speaker.context import Context
from speaker.errors import HandlerError, Unclear
from speaker.spoken import ahead, calendar, clock, day_of, either, joined, meant, of_day, part_of_day, when
from speaker.spoken import duration as spoken

DAY = 86_400  # seconds
BY_DAY = range(7, 19)  # hours: those that are meant where the half of the day is not said
LIKE_ENOUGH = 75  # of 100


@dataclass(frozen=True)
class Reminder:
    """One reminder."""

    key: str
    text: str
    moment: datetime
    """When it rings: local time, without a zone."""


def set_reminder(
    context: Context,
    text: str | None = None,
    time: str | None = None,
    date: str | None = None,
    duration: int | None = None,
) -> str:
    """Remember something, and say so when it is time."""
    if not text:
        raise HandlerError(context.reply("no_text"))
    now, key = context.now(), uuid.uuid4().hex
    if duration and (duration % DAY or not time):
        if duration % DAY == 0 and not date:  # the same hour of another day, also when the clocks change meanwhile
            moment = now.replace(tzinfo=None) + timedelta(seconds=duration)
            context.schedule.at(moment, key, {"text": text, "wall": moment.isoformat()})
        else:
            context.schedule.after(duration, key, {"text": text, "wall": None})
        return context.reply("set_in", length=spoken(duration), text=text)
    if duration:
        date = str((now + timedelta(seconds=duration)).date())
    if not time and not date:
        raise HandlerError(context.reply("no_time"))
    moment = hour_meant(context, time, date) if time else part_meant(context, date or "today")
    said = Reminder(key, text, moment)
    if all((other.text, other.moment) != (text, moment) for other in reminders(context)):
        context.schedule.at(moment, key, {"text": text, "wall": moment.isoformat()})
    return context.reply("set_at", moment=at(context, said), text=text)


def list_reminders(context: Context, date: str | None = None) -> str:
    """Every reminder, or those of a day, the next first."""
    now, there = context.now(), reminders(context)
    day = day_of(date, now.date()) if date else None
    there = [each for each in there if day in (None, each.moment.date())]
    named = of_day(day, now.date()) if day else ""
    if not there:
        return context.reply("none_for", day=named) if day else context.reply("none")
    each = joined(context.fragment("one", text=r.text, moment=at(context, r)) for r in there)
    if day:
        return context.reply("listed_for", count=len(there), day=named, reminders=each)
    return context.reply("listed", count=len(there), reminders=each)


def cancel(context: Context, text: str | None = None) -> str:
    """Forget the only one, or the one with these words or nearly these."""
    there = reminders(context)
    if not there:
        raise HandlerError(context.reply("none"))
    fits = nearest(text, there) if text else there
    if not fits:
        raise HandlerError(context.reply("no_such", reminders=joined(each.text for each in there)))
    if len(texts := dict.fromkeys(each.text for each in fits)) > 1:
        raise Unclear(context.reply("which", choices=either(texts)), "text", tuple(texts))
    context.schedule.cancel(fits[0].key)  # of two with the same words, the next
    return context.reply("cancelled", moment=at(context, fits[0]), text=fits[0].text)


def ring(context: Context, payload: dict[str, Any], late: float) -> None:
    """It is time."""
    text = payload["text"]
    late_too = late > 10 and context.reply("rings_late", text=text, late=spoken(late))
    context.voice.ring(late_too or context.reply("rings", text=text))


# --- what the handlers share ----------------------------------------------------------------------------------


def at(context: Context, reminder: Reminder) -> str:
    """ "at 7 pm", "at 7 am tomorrow"."""
    day, today = reminder.moment.date(), context.now().date()
    if day == today:
        return context.fragment("at", time=clock(reminder.moment))
    return context.fragment("at_day", time=clock(reminder.moment), day=when(day, today))


def reminders(context: Context) -> list[Reminder]:
    """Every reminder, the next to ring first."""
    zone, found = context.now().tzinfo, []
    for event in context.schedule.pending():
        wall = event.payload["wall"]
        moment = datetime.fromisoformat(wall) if wall else datetime.fromtimestamp(event.due, zone).replace(tzinfo=None)
        found.append(Reminder(event.key, event.payload["text"], moment))
    return found


def nearest(text: str, there: list[Reminder]) -> list[Reminder]:
    """Those with these very words, else those that are most like them; the order of the words does not count."""
    if exact := [each for each in there if each.text == text]:
        return exact
    like = {each.key: max(fuzz.token_set_ratio(text, each.text), fuzz.ratio(text, each.text)) for each in there}
    best = max(like.values())
    return [each for each in there if like[each.key] >= max(LIKE_ENOUGH, best - 5)]


def hour_meant(context: Context, said_time: str, date: str | None) -> datetime:
    """The next such hour today, else the one by day."""
    now = context.now()
    moments = meant(said_time, date, context.said, now)
    today = [moment for moment in moments if moment.date() == now.date()]
    by_day = [moment for moment in moments if moment.hour in BY_DAY]
    if not moments:
        day = when(day_of(date or "today", now.date()), now.date())
        raise HandlerError(context.reply("over", time=clock(time.fromisoformat(said_time)), day=day))
    return (today or by_day or moments)[0]


def part_meant(context: Context, date: str) -> datetime:
    """The hour of a day without one: of the part of the day that was named, else in the morning, or later today."""
    now = context.now()
    day, part = day_of(date, now.date()), part_of_day(context.said.get("date", ""))
    parts = [part] if part else ["morning", "afternoon", "evening", "night"]
    moments = (datetime.combine(day, hour_of(context, each)) for each in parts)
    moment = next((moment for moment in moments if ahead(moment, now)), None)
    if moment is None and day == now.date():
        raise HandlerError(context.reply("no_time_today"))
    if moment is None:
        raise HandlerError(context.reply("day_over", day=calendar(day)))
    return moment


def hour_of(context: Context, part: str) -> time:
    """The setting for a part of the day."""
    try:
        return time.fromisoformat(context.settings[part])
    except ValueError:
        raise HandlerError(context.reply("no_hour", part=part)) from None
