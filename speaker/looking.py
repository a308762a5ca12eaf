"""Something that is looked at again and again, in a thread of its own."""

import logging
import threading
from abc import ABC, abstractmethod

log = logging.getLogger(__name__)


class Looking(ABC):
    """Looks until it is stopped. What a look raises is logged, and it looks again: a full or locked disk passes."""

    def __init__(self, name: str) -> None:
        """``name`` is the thread's, and stands in the log."""
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    @abstractmethod
    def look(self) -> object:
        """Look once."""

    @property
    @abstractmethod
    def pause(self) -> float:
        """Seconds to the next look."""

    def start(self) -> None:
        """Begin to look."""
        self._thread.start()

    def stop(self) -> None:
        """Look no more; returns when the thread has ended."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        while not self._stopping.wait(self.pause):
            try:
                self.look()
            except Exception:
                log.exception("%s: this look failed; looking again", self._thread.name)
