"""What is due rings: a thread that looks at the store twice a second."""

import logging
import threading
from datetime import tzinfo

from speaker.context import Clock
from speaker.plugins import Plugins
from speaker.store import Event, Store

log = logging.getLogger(__name__)

_LOOK = 0.5  # seconds between two looks; another process may have set a timer meanwhile
_SANE = 1_577_836_800.0  # the year 2020: a clock before it was never set


class Scheduler:
    """Runs while Hark listens.

    An event is deleted once its plugin was told, so that a crash in between rings twice rather than never. One
    whose plugin is not loaded stays: it rings, late, when the plugin is there again.
    """

    def __init__(self, store: Store, plugins: Plugins, clock: Clock) -> None:
        self._store, self._clock = store, clock
        self.plugins = plugins
        """Who is told; others may take their place at any time."""
        self._stopping = threading.Event()
        self._orphans: set[tuple[str, str]] = set()
        self._zone: tzinfo | None = None
        self._thread = threading.Thread(target=self._run, name="schedule", daemon=True)

    def start(self) -> None:
        """Begin to look."""
        self._thread.start()

    def stop(self) -> None:
        """Look no more; returns when the thread has ended."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join()

    def look(self) -> int:
        """Tell the plugins what is due now; how many were told. A clock that was never set waits."""
        local = self._clock()
        now = local.timestamp()
        if now < _SANE:
            return 0
        if local.tzinfo != self._zone:  # also at the start: it may have changed while nobody ran, or its rules
            self._store.move(local.tzinfo)
            self._zone = local.tzinfo
        told = 0
        for event in self._store.due(now):
            if not self.plugins.rings(event.plugin):
                self._warn_once(event)
                continue
            self.plugins.ring(event, now - event.due)
            # Only this one: the plugin may have put another in its place.
            self._store.of(event.plugin).delete_event(event.key, event.due)
            told += 1
        return told

    def _warn_once(self, event: Event) -> None:
        orphan = event.plugin, event.key
        if orphan not in self._orphans:
            log.warning("something of the plugin %s is due, which is not loaded; it is kept", event.plugin)
            self._orphans.add(orphan)

    def _run(self) -> None:
        while not self._stopping.wait(_LOOK):
            try:
                self.look()
            except Exception:  # a locked or full disk: the event stays, and is tried again
                log.exception("what is due could not be looked up; trying again")
