"""What a handler may use: a few members, the same for built-in plugins and a stranger's."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from speaker.clock import Steady
from speaker.errors import HandlerError
from speaker.events import IntentSpec
from speaker.home import Home
from speaker.languages import say
from speaker.replies import Replies
from speaker.store import Event, Json, PluginStore, instant

Clock = Callable[[], datetime]
"""Tells the local time, with its zone."""


class Voice(Protocol):
    """What Hark says and how loud."""

    volume: int
    """0 to 100."""
    muted: bool
    last_reply: str
    """What was said last; "" before anything was."""

    def say(self, text: str) -> None:
        """Speak outside of a turn; returns at once."""

    def ring(self, text: str) -> None:
        """Ring, and say ``text`` between, until silenced; returns at once."""

    def hush(self) -> bool:
        """Be silent at once; whether anything sounded."""

    def silence(self) -> bool:
        """Silence whatever sounds: Hark itself, else what plugins play; whether anything did.

        Raises HandlerError where a plugin cannot be silenced.
        """


class Schedule:
    """What one plugin has due; kept on the disk, so it survives a restart."""

    def __init__(
        self, store: PluginStore, clock: Clock, steady: Callable[[], Steady], knows_time: Callable[[], bool]
    ) -> None:
        self._store, self._clock, self._steady = store, clock, steady
        self.knows_time = knows_time
        """Whether the clock is to be believed; it may never have been set since the machine started."""

    def metered(self, store: PluginStore) -> "Schedule":
        """The same, kept in a part of the store that counts what is written."""
        return Schedule(store, self._clock, self._steady, self.knows_time)

    def after(self, seconds: float, key: str, payload: Json = None) -> None:
        """Call the plugin's ``due`` function in so many seconds; takes the place of what had that key.

        Also where the clock is wrong, or set meanwhile.
        """
        steady = self._steady()
        due = Steady(steady.boot, steady.seconds + seconds)
        self._store.set_event(key, self._clock().timestamp() + seconds, payload, steady=due)

    def at(self, moment: datetime, key: str, payload: Json = None) -> None:
        """Call it at a moment; takes the place of what had that key.

        A moment without a zone is what the clocks here show. It stays that when the zone of the system changes; one
        that they leave out for summer time comes an hour later, one that they show twice comes the first time.
        Raises HandlerError where the clock is not to be believed.
        """
        if not self.knows_time():
            raise HandlerError(say("no_time"))
        if moment.tzinfo:
            self._store.set_event(key, moment.timestamp(), payload)
        else:
            self._store.set_event(key, instant(moment, self._clock().tzinfo), payload, wall=moment)

    def cancel(self, key: str) -> bool:
        """Forget it; whether it was due."""
        return self._store.delete_event(key)

    def pending(self, most: int | None = None) -> list[Event]:
        """What is to come, the next first; ``most``: no more than so many."""
        return self._store.events(most)

    def count(self) -> int:
        """How much there is to come."""
        return self._store.count_events()

    def remaining(self, most: int | None = None) -> list[tuple[Event, float]]:
        """What is to come, the next first, and the seconds until then, not below 0; ``most`` as above."""
        now, steady = self._clock().timestamp(), self._steady()
        return [(event, max(0.0, -event.overdue(now, steady))) for event in self.pending(most)]

    def left(self, event: Event) -> float:
        """Seconds until an event, not below 0."""
        return max(0.0, -event.overdue(self._clock().timestamp(), self._steady()))


@dataclass(frozen=True, slots=True)
class Context:
    """One plugin's view of Hark."""

    settings: Mapping[str, Any]
    """As the manifest declares them and the configuration changes them."""
    store: PluginStore
    """This plugin's own keys and values, kept on the disk."""
    now: Clock
    home: Home
    voice: Voice
    schedule: Schedule
    intents: Callable[[], tuple[IntentSpec, ...]]
    """Every active intent, of all plugins."""
    answer: Callable[[str], str | None]
    """A general model's answer to a question, in a sentence or two; "" where it has none, None where there is no
    such model. It may take 15 seconds: give the plugin that patience in its manifest."""
    reply: Callable[..., str] = Replies("").reply
    """``reply("brewed", kind="green")``: one of the sentences of that name in the plugin's language file."""
    fragment: Callable[..., str] = Replies("").fragment
    """The same for a part of a sentence, which begins with no capital."""
    words: Mapping[str, Any] = field(default_factory=dict)
    """What people say, as the plugin's ``words.en.yaml`` lists it."""
    said: Mapping[str, str] = field(default_factory=dict)
    """The words of the command that each slot's value was made of; empty where something is due."""
    command: str = ""
    """The whole command, as it was said; empty where something is due."""
