"""Timers: a running one is something due, a paused one a value in the store."""

import uuid
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

from rapidfuzz import fuzz

from speaker.context import Context
from speaker.errors import HandlerError, Unclear
from speaker.spoken import duration as spoken
from speaker.spoken import either, joined, length, the

LONGEST = 7 * 86_400  # seconds
NAMED = 8  # timers at most, where all are spoken of


@dataclass(frozen=True)
class Timer:
    """One timer; running or paused."""

    key: str
    seconds: int
    """How long it was set for."""
    left: float
    name: str | None
    paused: bool


def start(context: Context, duration: int | None = None, name: str | None = None) -> str:
    """Begin a timer."""
    if not duration:
        raise HandlerError(context.reply("no_length"))
    if duration > LONGEST:
        raise HandlerError(context.reply("too_long"))
    run(context, Timer(uuid.uuid4().hex, duration, duration, name, paused=False))
    if name:
        return context.reply("started_named", name=name, length=spoken(duration))
    return context.reply("started", length=spoken(duration))


def cancel(context: Context, name: str | None = None, duration: int | None = None) -> str:
    """End one timer."""
    timer = pick(context, name, duration)
    forget(context, timer)
    return context.reply("cancelled", timer=called(context, timer))


def cancel_all(context: Context) -> str:
    """End every timer."""
    with context.store.atomic():
        count = len(all_timers(context))
        context.store.clear()
    return context.reply("all_cancelled", count=count)


def status(context: Context, name: str | None = None) -> str:
    """How much is left."""
    if name:
        timers, count = [pick(context, name)], 1
    else:
        timers, count = all_timers(context, NAMED), how_many(context)
    if not timers:
        return context.reply("none")
    if count == 1:
        words = {"length": spoken(timers[0].left), "timer": called(context, timers[0])}
        return context.reply("left_paused", **words) if timers[0].paused else context.reply("left", **words)

    def one(timer: Timer) -> str:
        name = "one_left_paused" if timer.paused else "one_left"
        return context.fragment(name, length=spoken(timer.left), timer=called(context, timer))

    return context.reply("all_left", count=count, list=joined(some(context, timers, one, count)))


def pause(context: Context, name: str | None = None) -> str:
    """Stop a timer's time for a while."""
    timer = pick(context, name, paused=False)
    with context.store.atomic():
        context.store.set(timer.key, {**asdict(timer), "paused": True})
        context.schedule.cancel(timer.key)
    return context.reply("paused", timer=called(context, timer), length=spoken(timer.left))


def resume(context: Context, name: str | None = None) -> str:
    """Let a paused timer go on."""
    timer = pick(context, name, paused=True)
    with context.store.atomic():
        run(context, timer)
        context.store.delete(timer.key)
    return context.reply("resumed", timer=called(context, timer), length=spoken(timer.left))


def increase(context: Context, duration: int, name: str | None = None) -> str:
    """Give a timer more time."""
    return change(context, pick(context, name), duration)


def decrease(context: Context, duration: int, name: str | None = None) -> str:
    """Take time from a timer."""
    timer = pick(context, name)
    if duration >= timer.left:
        raise HandlerError(context.reply("too_little", timer=called(context, timer), length=spoken(timer.left)))
    return change(context, timer, -duration)


def ring(context: Context, payload: dict[str, Any], late: float) -> None:
    """A timer is over."""
    timer = called_like(context, payload.get("name"), payload["seconds"])
    if late > 10:
        context.voice.ring(context.reply("over_late", timer=timer, late=spoken(late)))
    else:
        context.voice.ring(context.reply("over", timer=timer))


# --- what the handlers share ----------------------------------------------------------------------------------


def called(context: Context, timer: Timer) -> str:
    """What a timer is called when there are others."""
    return called_like(context, timer.name, timer.seconds)


def called_like(context: Context, name: str | None, seconds: int) -> str:
    """By its name, else "1 hour and 5 minute timer"."""
    return context.fragment("called", what=name or length(seconds))


def how_many(context: Context) -> int:
    """Timers, running and paused."""
    return context.schedule.count() + len(context.store.items())


def all_timers(context: Context, most: int | None = None) -> list[Timer]:
    """Every timer, or ``most`` so many, the one that rings first in front; paused ones last."""
    running = [
        Timer(event.key, event.payload["seconds"], left, event.payload.get("name"), paused=False)
        for event, left in context.schedule.remaining(most)
    ]
    return (running + [Timer(**value) for _, value in context.store.items()])[:most]


def pick(context: Context, name: str | None = None, duration: int | None = None, paused: bool | None = None) -> Timer:
    """The one timer that is meant; declines where there is none, or more than one.

    ``paused``: only among the paused ones, or the running ones. Of timers that are called the same, the next to ring.
    """
    there = all_timers(context)
    timers = there if paused is None else [t for t in there if t.paused == paused]
    if not there:
        raise HandlerError(context.reply("none"))
    if not timers:
        raise HandlerError(context.reply("none_paused") if paused else context.reply("none_running"))
    if name:
        timers = [t for t in timers if called(context, t) == name or (t.name and fuzz.ratio(t.name, name) >= 80)]
    if duration:
        timers = [t for t in timers if t.seconds == duration]
    if not timers:
        others = joined(some(context, there, lambda t: the(called(context, t))))
        raise HandlerError(context.reply("not_there", timer=called_like(context, name, duration or 0), others=others))
    if len({(t.name, t.name or t.seconds) for t in timers}) > 1:
        names = tuple(dict.fromkeys(called(context, t) for t in timers))
        shown = dict.fromkeys(some(context, timers, lambda t: the(called(context, t))))
        raise Unclear(context.reply("which", choices=either(shown)), "name", names)
    return timers[0]


def run(context: Context, timer: Timer) -> None:
    context.schedule.after(timer.left, timer.key, {"seconds": timer.seconds, "name": timer.name})


def forget(context: Context, timer: Timer) -> None:
    with context.store.atomic():
        context.schedule.cancel(timer.key)
        context.store.delete(timer.key)


def change(context: Context, timer: Timer, seconds: int) -> str:
    """Let a timer ring later, or earlier."""
    changed = Timer(timer.key, timer.seconds + seconds, timer.left + seconds, timer.name, timer.paused)
    if changed.left > LONGEST:
        raise HandlerError(context.reply("too_long"))
    if timer.paused:
        context.store.set(timer.key, asdict(changed))
    else:
        run(context, changed)
    return context.reply("changed", length=spoken(changed.left))


def some(context: Context, timers: list[Timer], say: Callable[[Timer], str], count: int | None = None) -> list[str]:
    """What is said of each; of many, of the first, and how many more there are: nobody listens to a hundred.

    ``count``: how many there are, where ``timers`` are only the first of them.
    """
    more = (count or len(timers)) - NAMED
    return [*map(say, timers[:NAMED]), *([context.fragment("more", count=more)] if more > 0 else [])]
