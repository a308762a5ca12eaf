"""Music gets quieter while Hark listens or speaks: when it does, and when it is over."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

_LOOK = 0.1  # seconds between two looks whether it is over


class Ducking:
    """Tells those who make music, from a thread of its own, so that no turn waits for them."""

    def __init__(self, tell: Callable[[bool], None], sounding: Callable[[], bool]) -> None:
        """``tell``: be quieter, or as loud as before. ``sounding``: whether Hark says something, or rings."""
        self._tell, self._sounding = tell, sounding
        self._listening = 0
        self._begun = threading.Event()
        self._over = threading.Event()
        self._closed = False
        self._thread = threading.Thread(target=self._run, name="ducking", daemon=True)
        self._thread.start()

    @contextmanager
    def listening(self) -> Iterator[None]:
        """Quiet for as long, and for what is still being said then."""
        self._listening += 1
        self.begin()
        try:
            yield
        finally:
            self._listening -= 1
            self._over.set()

    def begin(self) -> None:
        """Something begins to sound: quiet until it is over. Also for music that has begun meanwhile."""
        self._begun.set()
        self._over.set()

    def close(self) -> None:
        """Be as loud as before; returns when it is so, or cannot be."""
        self._closed = True
        self.begin()
        self._thread.join(5.0)

    def _run(self) -> None:
        while not self._closed:
            self._begun.wait()
            while not self._closed and (self._begun.is_set() or self._listening or self._sounding()):
                if self._begun.is_set():
                    self._begun.clear()
                    self._tell(True)
                self._over.wait(_LOOK if not self._listening else None)
                self._over.clear()
            self._tell(False)
