"""Alarms: each is something due at a time that the clocks show; a repeated one is always due the next time.

An hour without half of the day is taken as said, for alarms are mostly of mornings: "seven" is 7 am. With "today",
when that is over, it is the evening's.
"""

import re
import uuid
from collections.abc import Callable, Collection
from dataclasses import asdict, dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from speaker.context import Context
from speaker.errors import HandlerError, StoreError, Unclear
from speaker.spoken import WEEKDAYS, ahead, clock, day_of, either, how_often, joined, meant, when
from speaker.spoken import duration as spoken

JUST_NOW = 2 * 60  # seconds after it began to ring, in which "turn off the alarm" means this one
RECENT = 15 * 60  # seconds after it began to ring, in which it can be snoozed
LONGEST = 12 * 3600  # seconds of a snooze
RANG = "rang"  # the key of what rang last
UNWRITTEN: set[str] = set()
"""What rang while nothing could be written."""

GONE = "gone"  # the key of what the first half of "move the seven o'clock alarm to eight" ended
ALL = "all"  # in place of a time: every one of them

DAYS = {"daily": range(7), "weekdays": range(5), "weekends": range(5, 7)}
"""The days of a repeat, 0 for Monday; any other is of weekdays, with commas."""


@dataclass(frozen=True)
class Alarm:
    """One alarm, or one that was snoozed."""

    id: str
    wall: str
    """When the clocks show it, ISO without a zone; of a repeated one, the next time."""
    repeat: str | None = None
    skipped: tuple[str, ...] = ()
    """Days on which a repeated one does not ring, ISO."""
    snoozed: bool = False

    @property
    def moment(self) -> datetime:
        return datetime.fromisoformat(self.wall)

    def key(self) -> str:
        """One a time: the next may be due beside the one that rings."""
        return f"{self.id} snoozed" if self.snoozed else f"{self.id} {self.wall}"

    def rings_on(self, day: date) -> bool:
        """Whether it rings on a day from its next time on."""
        if not self.repeat or self.snoozed:
            return day == self.moment.date()
        return day >= self.moment.date() and day.weekday() in days_of(self.repeat) and str(day) not in self.skipped


def set_alarm(
    context: Context,
    time: str | None = None,
    date: str | None = None,
    repeat: str | None = None,
    old: str | None = None,
) -> str:
    """Have it ring, once or again and again; "change" and "move" do it to the one there is, or to ``old``."""
    if not time:
        raise HandlerError(context.reply("no_time"))
    now, there = context.now(), alarms(context)
    moved = to_move(context, there, old) if moves(context) else None
    if moved and not date and not repeat:
        repeat, date = moved.repeat, None if moved.repeat else moved.wall[:10]
    moment = first(time, date, repeat, now) if repeat else once(time, date, context)
    alarm = Alarm(uuid.uuid4().hex, moment.isoformat(), repeat)
    if moved and any(a.id == moved.id for a in there):
        with context.store.atomic():
            forget(context, lambda a: a.id == moved.id)
            put(context, alarm)
        return context.reply("moved", time=clock(moved.moment), alarm=called(context, alarm))
    if any((a.wall, a.repeat, a.snoozed) == (alarm.wall, repeat, False) for a in there):
        return context.reply("there_already", alarm=called(context, alarm))
    put(context, alarm)
    same_day = [a for a in there if not repeat and not a.snoozed and a.rings_on(moment.date())]
    others = dict.fromkeys(clock(a.moment) for a in same_day)  # who said "change my alarm" hears that it is still there
    if others:
        return context.reply("set_besides", alarm=called(context, alarm), others=joined(others))
    return context.reply("set", alarm=called(context, alarm))


def cancel(context: Context, time: str | None = None, date: str | None = None, old: str | None = None) -> str:
    """Let it not ring: the one that rings or is snoozed, the only one, or the one of a time or day, or ``old``; all after
    a yes.

    Of a repeated one, only the day that was named is left out.
    """
    now, there = context.now(), alarms(context)
    day = the_day(date, there, now) if date else None
    every = time == ALL or (not time and not old and bool(re.search(context.words["many"], context.command)))
    fits = [a for a in there if (every or not time or a.wall[11:16] == time) and (not day or a.rings_on(day))]
    fits = [a for a in fits if not old or is_called(context, a, old)]
    if every and len({a.id for a in fits}) > 1:
        if time != ALL:
            raise Unclear(context.reply("cancel_all", alarms=joined(called(context, a) for a in fits)), "time", (ALL,))
        return cancel_these(context, fits, day)
    snoozed = [a for a in there if a.snoozed and not time and not day and not old]
    if silenced := silence(context, snoozed, time, day):
        return silenced
    if moves(context):
        context.store.set(GONE, {"command": context.command, "alarm": asdict(fits[0]) if len(fits) == 1 else None})
    if not there:
        raise HandlerError(context.reply("none"))
    if day and any(not a.repeat for a in fits):  # on one day, what is set for it alone goes first
        fits = [a for a in fits if not a.repeat]
    if not fits:
        raise HandlerError(context.reply("no_such", alarms=joined(called(context, a) for a in there)))
    if len({a.id for a in fits}) > 1:
        raise which(context, "which", fits)
    if day and fits[0].repeat and not fits[0].snoozed:
        return leave_out(context, fits[0], day)
    if all(alarm.snoozed for alarm in fits):
        return silence(context, fits, time, day)
    forget(context, lambda alarm: alarm.id == fits[0].id)
    return context.reply("cancelled", alarm=called(context, fits[-1]))


def list_alarms(context: Context) -> str:
    """Every alarm, the next first."""
    if not (there := alarms(context)):
        return context.reply("none")
    return context.reply("listed", count=len(there), alarms=joined(called(context, alarm) for alarm in there))


def snooze(context: Context, duration: int | None = None) -> str:
    """Let what rings, rang just now or is snoozed ring again in a while."""
    now = context.now()
    rang = context.store.get(RANG)
    snoozed = next((a for a in alarms(context) if a.snoozed), None)
    if not snoozed and not (rang and 0 <= now.timestamp() - rang["at"] <= RECENT):
        raise HandlerError(context.reply("not_ringing"))
    alarm = snoozed or Alarm(rang["id"], rang["wall"], rang["repeat"], snoozed=True)
    seconds = duration or round(60 * context.settings["snooze"])
    if not 0 < seconds <= LONGEST:
        raise HandlerError(context.reply("too_long", length=spoken(LONGEST)))
    context.schedule.after(seconds, alarm.key(), asdict(alarm))
    context.voice.hush()
    return context.reply("snoozed", length=spoken(seconds))


def ring(context: Context, payload: dict[str, Any], late: float) -> None:
    """It is time. The next time of a repeated one is on the disk before this one sounds.

    Where the disk takes nothing it sounds all the same, and raises StoreError: it is called again, to write alone.
    """
    alarm = alarm_of(payload)
    time = clock(alarm.moment)
    text = context.reply("rings_late", time=time, late=spoken(late)) if late > 10 else context.reply("rings", time=time)
    try:
        rings = note(context, alarm)
    except StoreError:
        if alarm.key() not in UNWRITTEN:
            UNWRITTEN.add(alarm.key())
            context.voice.ring(text)
        raise
    if rings and alarm.key() not in UNWRITTEN:
        context.voice.ring(text)
    UNWRITTEN.discard(alarm.key())


# --- what the handlers share ----------------------------------------------------------------------------------


def alarm_of(payload: dict[str, Any]) -> Alarm:
    return Alarm(**{**payload, "skipped": tuple(payload["skipped"])})


def all_due(context: Context) -> list[Alarm]:
    return [alarm_of(event.payload) for event in context.schedule.pending()]


def alarms(context: Context) -> list[Alarm]:
    """Every alarm once, the next to ring first: of a repeated one that rings just now, its next time."""
    due = all_due(context)
    last = {(a.id, a.snoozed): max(b.wall for b in due if (b.id, b.snoozed) == (a.id, a.snoozed)) for a in due}
    return [a for a in due if a.wall == last[a.id, a.snoozed]]


def note(context: Context, alarm: Alarm) -> bool:
    """Put down that it rang, and when a repeated one rings next; whether it is to ring, which a later time does for it."""
    now = context.now()
    with context.store.atomic():
        if alarm.repeat and not alarm.snoozed:
            later = [a for a in all_due(context) if a.id == alarm.id and not a.snoozed and a.wall > alarm.wall]
            if any(not ahead(a.moment, now) for a in later):
                return False  # it was missed more than once: the last time rings for all
            if not later:  # else it is there already: something ended this one half way, and it rings again
                put(context, following(alarm, now))
        rang = {"id": alarm.id, "wall": alarm.wall, "repeat": alarm.repeat, "at": now.timestamp()}
        context.store.set(RANG, rang)
    return True


def put(context: Context, alarm: Alarm) -> None:
    context.schedule.at(alarm.moment, alarm.key(), asdict(alarm))


def forget(context: Context, which: Callable[[Alarm], bool]) -> None:
    """Let all of these not be due, and nothing of them be snoozed."""
    with context.store.atomic():
        for alarm in all_due(context):
            if which(alarm):
                context.schedule.cancel(alarm.key())


def cancel_these(context: Context, these: list[Alarm], day: date | None) -> str:
    """Let several not ring any more, or not on a day."""
    with context.store.atomic():
        for alarm in these:
            if day and alarm.repeat and not alarm.snoozed:
                leave_out(context, alarm, day)
            else:
                forget(context, lambda other, id_=alarm.id: other.id == id_)
    context.voice.hush()
    many = len({alarm.id for alarm in these})
    if day:
        return context.reply("all_off", count=many, day=when(day, context.now().date()))
    return context.reply("all_cancelled", count=many)


def called(context: Context, alarm: Alarm) -> str:
    """ "7 am tomorrow", "7 am on weekdays", "7 am, snoozed"."""
    time = clock(alarm.moment)
    if alarm.snoozed:
        return context.fragment("is_snoozed", time=time)
    if alarm.repeat:
        return context.fragment("repeated", time=time, often=how_often(alarm.repeat))
    return context.fragment("once", time=time, day=when(alarm.moment.date(), context.now().date()))


def is_called(context: Context, alarm: Alarm, name: str) -> bool:
    """Whether it is the one that an answer chose, by its time or all that it is called."""
    return name in (clock(alarm.moment), called(context, alarm))


def moves(context: Context) -> bool:
    """Whether a command changes an alarm."""
    return re.search(context.words["moves"], context.command) is not None


def which(context: Context, question: str, these: list[Alarm]) -> Unclear:
    """Asks which is meant, by their times where these tell them apart; ``question`` is the name of a reply."""
    names = tuple(dict.fromkeys(called(context, a) for a in these))
    times = tuple(dict.fromkeys(clock(a.moment) for a in these))
    text = context.reply(question, choices=either(names))
    return Unclear(text, "old", times if len(times) == len(names) else names)


def to_move(context: Context, there: list[Alarm], old: str | None) -> Alarm | None:
    """The alarm that a command changes; None where there is none, so that a new one is set."""
    gone = context.store.get(GONE)
    context.store.delete(GONE)
    if gone and gone["command"] == context.command:
        if gone["alarm"] is None:
            raise HandlerError(context.reply("nothing_changed"))
        return alarm_of(gone["alarm"])
    fits = [a for a in there if not a.snoozed and (not old or is_called(context, a, old))]
    if len(fits) > 1:
        raise which(context, "which_moves", fits)
    return fits[0] if fits else None


def days_of(repeat: str) -> Collection[int]:
    """The days of a repeat, 0 for Monday."""
    return DAYS[repeat] if repeat in DAYS else {WEEKDAYS.index(day) for day in repeat.split(",")}


def once(said_time: str, date: str | None, context: Context) -> datetime:
    """When one that is not repeated rings: as said, else twelve hours later where only that is still to come."""
    now = context.now()
    moments = meant(said_time, date, context.said, now)
    if not moments:
        day = when(day_of(date or "today", now.date()), now.date())
        raise HandlerError(context.reply("over", time=clock(time.fromisoformat(said_time)), day=day))
    return min(moments, key=lambda moment: (f"{moment:%H:%M}" != said_time, moment))


def first(said_time: str, date: str | None, repeat: str, now: datetime) -> datetime:
    """The first time that a repeated one rings, from a day on."""
    day = day_of(date, now.date()) if date else now.date()
    return next_time(datetime.combine(day, time.fromisoformat(said_time)), repeat, (), now)


def following(alarm: Alarm, now: datetime) -> Alarm:
    """A repeated one the next time after this one, and after now."""
    assert alarm.repeat
    moment = next_time(alarm.moment + timedelta(1), alarm.repeat, alarm.skipped, now)
    return Alarm(alarm.id, moment.isoformat(), alarm.repeat, tuple(d for d in alarm.skipped if d > str(moment.date())))


def next_time(moment: datetime, repeat: str, skipped: tuple[str, ...], now: datetime) -> datetime:
    """The first such hour of a day that counts, not before ``moment`` and to come."""
    days = max(0, (now.date() - moment.date()).days)
    moment += timedelta(days)
    while moment.weekday() not in days_of(repeat) or str(moment.date()) in skipped or not ahead(moment, now):
        moment += timedelta(1)
    return moment


def the_day(date: str, there: list[Alarm], now: datetime) -> date:
    """The day that is named; a weekday that is today is next week's, where nothing rings today any more."""
    day = day_of(date, now.date())
    if date == WEEKDAYS[day.weekday()] and not any(a.rings_on(day) for a in there):
        later = day + timedelta(7)
        return later if day == now.date() and any(a.rings_on(later) for a in there) else day
    return day


def leave_out(context: Context, alarm: Alarm, day: date) -> str:
    """Let a repeated one not ring on a day."""
    now = context.now()
    skipping = Alarm(alarm.id, alarm.wall, alarm.repeat, (*alarm.skipped, str(day)))
    if day == alarm.moment.date():
        skipping = following(skipping, now)
    with context.store.atomic():
        context.schedule.cancel(alarm.key())
        put(context, skipping)
    after = following(Alarm(alarm.id, f"{day}{alarm.wall[10:]}", alarm.repeat, skipping.skipped), now)
    again = when(after.moment.date(), now.date())
    return context.reply("left_out", time=clock(alarm.moment), day=when(day, now.date()), again=again)


def silence(context: Context, snoozed: list[Alarm], time: str | None, day: date | None) -> str:
    """End these that are snoozed, and what rings, of this time and day; the days to come stay. "" where there is none."""
    now = context.now()
    rang = context.store.get(RANG)
    rings = rang and 0 <= now.timestamp() - rang["at"] <= JUST_NOW
    rings = rings and time in (None, rang["wall"][11:16]) and day in (None, date.fromisoformat(rang["wall"][:10]))
    if not snoozed and not rings:
        return ""
    ids = {alarm.id for alarm in snoozed} | ({rang["id"]} if rings else set())
    with context.store.atomic():
        forget(context, lambda alarm: alarm.snoozed and alarm.id in ids)
        context.store.delete(RANG)
    context.voice.hush()
    again = [a for a in alarms(context) if a.id in ids and a.repeat and not a.snoozed]
    if again:
        return context.reply("off_again", again=when(again[0].moment.date(), now.date()))
    return context.reply("off")
