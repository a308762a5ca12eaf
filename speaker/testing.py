"""What tests of plugins need, shipped: a voice that records, a clock that is set, and a bench to run handlers on."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from speaker.clock import Belief, Steady
from speaker.context import Context, Schedule
from speaker.events import Intent, Reply, SlotValue
from speaker.home import Home, HomeConfig
from speaker.loading import Wanted, load
from speaker.plugins import Plugins
from speaker.schedule import Scheduler
from speaker.store import Store


class FakeVoice:
    """A Voice that makes no sound and remembers what it was told."""

    def __init__(self) -> None:
        self.volume = 50
        self.muted = False
        self.last_reply = ""
        self.said: list[str] = []
        self.rung: list[str] = []
        self.sounding = False
        self.others: Plugins | None = None
        """Whose music is silenced where the voice itself is silent."""

    def say(self, text: str) -> None:
        self.said.append(text)
        self.last_reply = text
        self.sounding = True

    def ring(self, text: str) -> None:
        self.rung.append(text)
        self.sounding = True

    def hush(self) -> bool:
        sounded, self.sounding = self.sounding, False
        return sounded

    def silence(self) -> bool:
        return self.hush() or (self.others is not None and self.others.hush())


class FakeClock:
    """A Clock that stands still until it is set."""

    def __init__(self, now: datetime = datetime(2026, 3, 6, 18, 30, tzinfo=UTC)) -> None:
        """Friday, March 6 2026, half past six in the evening, unless told otherwise."""
        self.now = now
        self.boot = "first"
        """Another name is another start of the machine."""
        self._set = 0.0

    def __call__(self) -> datetime:
        return self.now

    def steady(self) -> Steady:
        """The time by a clock that nobody sets."""
        return Steady(self.boot, self.now.timestamp() - self._set)

    def set(self, now: datetime) -> None:
        """Let the clock show another time, without any having passed."""
        self._set += now.timestamp() - self.now.timestamp()
        self.now = now

    def forward(self, seconds: float) -> None:
        """Let time pass; in a zone with summer time the clock may jump meanwhile."""
        self.now = (self.now.astimezone(UTC) + timedelta(seconds=seconds)).astimezone(self.now.tzinfo)


class Bench:
    """Plugins with a real store and home, a fake voice and a fake clock.

        bench = Bench([Path("my_plugin")], tmp_path)
        assert bench.do("tea.brew", minutes=3).text == "Tea in 3 minutes."

    Closes the store at the end of a ``with``. Opened again on the same folder it is Hark after a restart.
    """

    def __init__(
        self,
        folders: Iterable[Path],
        data: Path,
        home: HomeConfig | None = None,
        settings: Mapping[str, Mapping[str, Any]] | None = None,
        entry_points: bool = False,
        varied: bool = False,
    ) -> None:
        """``data``: the folder for the store. ``settings``: by plugin, as in the configuration. ``varied``: not always
        the first of several replies."""
        self.voice, self.clock = FakeVoice(), FakeClock()
        self.answers: Mapping[str, str] | None = None
        """What a general model would answer, by question; None: there is no such model."""
        self.store = Store(data / "hark.db")
        self.home = Home(home or HomeConfig(), self.store.of("home"))
        self.belief = Belief(self.store.of("hark"), self.clock, lambda: False)
        wanted = Wanted(tuple(folders), settings or {}, varied=varied, entry_points=entry_points)
        self.plugins = self.voice.others = load(wanted, self._context)
        self.scheduler = Scheduler(self.store, self.plugins, self.clock, self.clock.steady, self.belief.knows_time)

    def do(self, intent: str, /, **slots: SlotValue) -> Reply:
        """Run an intent's handler with slots as they come resolved."""
        return self.plugins.handle(Intent(intent, slots, 1.0))

    def wait(self, seconds: float) -> None:
        """Let time pass, and ring what is due."""
        self.clock.forward(seconds)
        self.scheduler.look()

    def schedule(self, plugin: str) -> Schedule:
        """What a plugin has due."""
        return Schedule(self.store.of(plugin), self.clock, self.clock.steady, self.belief.knows_time)

    def _context(self, plugin: str, settings: Mapping[str, Any]) -> Context:
        part, schedule = self.store.of(plugin), self.schedule(plugin)
        intents = lambda: self.plugins.specs  # noqa: E731
        return Context(settings, part, self.clock, self.home, self.voice, schedule, intents, self._answer)

    def _answer(self, question: str) -> str | None:
        return None if self.answers is None else self.answers.get(question, "")

    def __enter__(self) -> "Bench":
        return self

    def __exit__(self, *error: object) -> None:
        self.store.close()
