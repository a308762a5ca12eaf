"""Something that is looked at now and then: where it changed and is still again, someone is told."""

import logging
import threading
from collections.abc import Callable, Hashable

log = logging.getLogger(__name__)

_LOOK = 1.0  # seconds between two looks
_SETTLES = 0.2  # seconds after which what changed is looked at again


class Watcher:
    """A thread that looks once a second. What it tells runs in that thread."""

    def __init__(self, look: Callable[[], Hashable], changed: Callable[[], None]) -> None:
        """``look`` says what there is; where that is another than before, and the same twice, ``changed`` is called."""
        self._look, self._changed = look, changed
        self._known = self._last = look()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="watch", daemon=True)

    def start(self) -> None:
        """Begin to look."""
        self._thread.start()

    def stop(self) -> None:
        """Look no more; returns when the thread has ended."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join()

    def look(self) -> bool:
        """Look once; whether something was told. An editor writes in several steps: only what stays is told."""
        now = self._look()
        settled, self._last = now == self._last, now
        if not settled or now == self._known:
            return False
        self._known = now
        self._changed()
        return True

    def _run(self) -> None:
        while not self._stopping.wait(_LOOK if self._last == self._known else _SETTLES):
            try:
                self.look()
            except Exception:  # a full disk, a folder that went away: what runs goes on
                log.exception("what changed is not taken up")
