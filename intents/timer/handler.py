"""Timers: a running one is something due, a paused one a value in the store."""

import re
import uuid
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

from rapidfuzz import fuzz

from speaker.context import Context
from speaker.errors import HandlerError, Unclear
from speaker.spoken import duration as spoken
from speaker.spoken import joined

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

    @property
    def called(self) -> str:
        """What it is called when there are others."""
        return called(self.name, self.seconds)


def start(context: Context, duration: int | None = None, name: str | None = None) -> str:
    """Begin a timer."""
    if not duration:
        raise HandlerError("For how long? Please say it again with a duration.")
    if duration > LONGEST:
        raise HandlerError("That is too long for a timer; a week is the longest.")
    run(context, Timer(uuid.uuid4().hex, duration, duration, name, paused=False))
    return (
        f"{name.capitalize()} timer" + f" set for {spoken(duration)}." if name else f"Timer set for {spoken(duration)}."
    )


def cancel(context: Context, name: str | None = None, duration: int | None = None) -> str:
    """End one timer."""
    timer = pick(context, name, duration)
    forget(context, timer)
    return f"The {timer.called} is cancelled."


def cancel_all(context: Context) -> str:
    """End every timer."""
    with context.store.atomic():
        count = len(all_timers(context))
        context.store.clear()
    if not count:
        return "There is no timer."
    return "The timer is cancelled." if count == 1 else f"All {count} timers are cancelled."


def status(context: Context, name: str | None = None) -> str:
    """How much is left."""
    timers = all_timers(context)
    if not timers:
        return "There is no timer."
    if name:
        timers = [pick(context, name)]
    if len(timers) == 1:
        return f"{spoken(timers[0].left).capitalize()} left on the {timers[0].called}{paused(timers[0])}."
    listed = some(timers, lambda timer: f"{spoken(timer.left)} on the {timer.called}{paused(timer)}")
    return f"{len(timers)} timers: {joined(listed)}."


def pause(context: Context, name: str | None = None) -> str:
    """Stop a timer's time for a while."""
    timer = pick(context, name, paused=False)
    with context.store.atomic():
        context.store.set(timer.key, {**asdict(timer), "paused": True})
        context.schedule.cancel(timer.key)
    return f"The {timer.called} is paused with {spoken(timer.left)} left."


def resume(context: Context, name: str | None = None) -> str:
    """Let a paused timer go on."""
    timer = pick(context, name, paused=True)
    with context.store.atomic():
        run(context, timer)
        context.store.delete(timer.key)
    return f"The {timer.called} goes on with {spoken(timer.left)} left."


def increase(context: Context, duration: int, name: str | None = None) -> str:
    """Give a timer more time."""
    return change(context, pick(context, name), duration)


def decrease(context: Context, duration: int, name: str | None = None) -> str:
    """Take time from a timer."""
    timer = pick(context, name)
    if duration >= timer.left:
        raise HandlerError(f"The {timer.called} has only {spoken(timer.left)} left.")
    return change(context, timer, -duration)


def ring(context: Context, payload: dict[str, Any], late: float) -> None:
    """A timer is over."""
    name = payload.get("name")
    text = f"Your {called(name, payload['seconds'])} is over."
    if late > 10:
        text += f" It was due {spoken(late)} ago."
    context.voice.ring(text)


# --- what the handlers share ----------------------------------------------------------------------------------


def called(name: str | None, seconds: int) -> str:
    """What a timer is called: by its name, else "1 hour and 5 minute timer"."""
    length = re.sub(r"s\b", "", spoken(seconds))
    return f"{name or length} timer"


def all_timers(context: Context) -> list[Timer]:
    """Every timer, the one that rings first in front; paused ones last."""
    running = [
        Timer(event.key, event.payload["seconds"], left, event.payload.get("name"), paused=False)
        for event, left in context.schedule.remaining()
    ]
    return running + [Timer(**value) for _, value in context.store.items()]


def pick(context: Context, name: str | None = None, duration: int | None = None, paused: bool | None = None) -> Timer:
    """The one timer that is meant; declines where there is none, or more than one.

    ``paused``: only among the paused ones, or the running ones. Of timers that are called the same, the next to ring.
    """
    there = all_timers(context)
    timers = there if paused is None else [t for t in there if t.paused == paused]
    if not there:
        raise HandlerError("There is no timer.")
    if not timers:
        raise HandlerError(f"No timer is {'paused' if paused else 'running'}.")
    if name:
        timers = [t for t in timers if t.called == name or (t.name and fuzz.ratio(t.name, name) >= 80)]
    if duration:
        timers = [t for t in timers if t.seconds == duration]
    if not timers:
        raise HandlerError(
            f"There is no {called(name, duration or 0)}; there is the {joined(some(there, lambda t: t.called))}."
        )
    if len({(t.name, t.name or t.seconds) for t in timers}) > 1:
        named = dict.fromkeys(some(timers, lambda t: t.called))
        raise Unclear(
            f"Which one: the {joined(named, 'or the')}?", "name", tuple(dict.fromkeys(t.called for t in timers))
        )
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
        raise HandlerError("That is too long for a timer; a week is the longest.")
    if timer.paused:
        context.store.set(timer.key, asdict(changed))
    else:
        run(context, changed)
    return f"{spoken(changed.left).capitalize()} left on the timer."


def some(timers: list[Timer], say: Callable[[Timer], str]) -> list[str]:
    """What is said of each; of many, of the first, and how many more there are: nobody listens to a hundred."""
    more = len(timers) - NAMED
    return [*map(say, timers[:NAMED]), *([f"{more} more"] if more > 0 else [])]


def paused(timer: Timer) -> str:
    return ", which is paused" if timer.paused else ""
