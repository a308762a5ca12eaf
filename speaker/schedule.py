"""What is due rings: a thread that looks at the store twice a second."""

import logging
from collections.abc import Callable
from datetime import tzinfo

from speaker.clock import Steady
from speaker.context import Clock
from speaker.errors import StoreError
from speaker.looking import Looking
from speaker.plugins import Plugins
from speaker.store import Event, Store

log = logging.getLogger(__name__)

_LOOK = 0.5  # seconds between two looks; another process may have set a timer meanwhile
_SET = 0.5  # seconds between two clocks' moves that mean that one was set
_DAY = 86_400.0  # seconds


class Scheduler(Looking):
    """Runs while Hark listens.

    An event is deleted once its plugin was told, so that a crash in between rings twice rather than never. Where it
    cannot be deleted (a full disk), that is tried again and again, and it rings no second time. One whose plugin
    is not loaded stays: it rings, late, when the plugin is there again. While the clock is not to be believed, only
    lengths of time end.
    """

    def __init__(
        self,
        store: Store,
        plugins: Plugins,
        clock: Clock,
        steady: Callable[[], Steady],
        knows_time: Callable[[], bool],
    ) -> None:
        self._store, self._clock, self._steady, self._knows_time = store, clock, steady, knows_time
        self.plugins = plugins
        """Who is told; others may take their place at any time."""
        self._complained: set[object] = set()
        self._told: set[tuple[str, str, float]] = set()
        self._copied = store.copied
        self._reckoned: tuple[tzinfo | None, str, float] | None = None
        super().__init__("schedule")

    @property
    def pause(self) -> float:
        return _LOOK

    def look(self) -> int:
        """Tell the plugins what is due now; how many were told."""
        local, steady = self._clock(), self._steady()
        now, knows_time = local.timestamp(), self._knows_time()
        self._reckon(local.tzinfo, now, steady)
        self._copy_daily(now)
        told = 0
        for event in self._store.due(now):
            late = event.overdue(now, steady)
            if late >= 0 and (knows_time or event.measured_by(steady)):
                told += self._tell(event, late)
        return told

    def _tell(self, event: Event, late: float) -> bool:
        """Let it ring, and forget it; whether it rang."""
        if not self.plugins.rings(event.plugin):
            self._complain(
                event.plugin, f"something of the plugin {event.plugin} is due, which is not loaded; it is kept"
            )
            return False
        same = event.plugin, event.key, event.due
        rings = same not in self._told
        try:
            if rings:
                self.plugins.ring(event, late)
                self._told.add(same)
            # Only this one: the plugin may have put another in its place.
            self._store.of(event.plugin).delete_event(event.key, event.due)
            self._told.discard(same)
        except StoreError as error:
            self._complain(same, f"what was due of the plugin {event.plugin} cannot be written down: {error}")
        return rings

    def _reckon(self, zone: tzinfo | None, now: float, steady: Steady) -> None:
        """Where the clock was set or its zone changed, reckon again; also at the start, when nobody ran meanwhile."""
        distance = now - steady.seconds
        if self._reckoned and self._reckoned[:2] == (zone, steady.boot) and abs(distance - self._reckoned[2]) < _SET:
            return
        try:
            self._store.move(zone, now, steady)
            self._reckoned = zone, steady.boot, distance
        except StoreError as error:
            self._complain("clock", f"the clock was set, and what is due cannot be reckoned again: {error}")

    def _copy_daily(self, now: float) -> None:
        if 0 <= now - self._copied < _DAY:
            return
        self._copied = now
        try:
            self._store.copy()
        except StoreError as error:
            log.warning("the daily copy is not made: %s", error)

    def _complain(self, what: object, message: str) -> None:
        """Once for each."""
        if what not in self._complained:
            log.warning("%s", message)
            self._complained.add(what)
