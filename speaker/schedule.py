"""What is due rings: a thread that looks at the store twice a second."""

import logging
import threading

from speaker.context import Clock
from speaker.plugins import Plugins
from speaker.store import Store

log = logging.getLogger(__name__)

_LOOK = 0.5  # seconds between two looks; another process may have set a timer meanwhile
_SANE = 1_577_836_800.0  # the year 2020: a clock before it was never set


class Scheduler:
    """Runs while Hark listens.

    An event is deleted once its plugin was told, so that a crash in between rings twice rather than never.
    """

    def __init__(self, store: Store, plugins: Plugins, clock: Clock) -> None:
        self._store, self._plugins, self._clock = store, plugins, clock
        self._stopping = threading.Event()
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
        """Tell the plugins what is due now; how much there was. A clock that was never set waits."""
        now = self._clock().timestamp()
        if now < _SANE:
            return 0
        events = self._store.due(now)
        for event in events:
            self._plugins.ring(event, now - event.due)
            # Only this one: the plugin may have put another in its place.
            if any(e.key == event.key and e.due == event.due for e in self._store.of(event.plugin).events()):
                self._store.of(event.plugin).delete_event(event.key)
        return len(events)

    def _run(self) -> None:
        while not self._stopping.wait(_LOOK):
            try:
                self.look()
            except Exception:  # a locked or full disk: the event stays, and is tried again
                log.exception("what is due could not be looked up; trying again")
        self._store.close()
