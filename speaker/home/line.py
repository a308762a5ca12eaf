"""A connection that is made again whenever it is lost, in a thread of its own."""

import random
import ssl
import threading
import time
from collections.abc import Callable

from speaker.languages import fragment

_FIRST, _LONGEST = 0.5, 15.0  # seconds between two tries


class Line:
    """Keeps a connection, with growing pauses between tries, until it is closed."""

    def __init__(self, name: str, talk: Callable[[], str]) -> None:
        """``talk`` connects, calls ``opened``, stays until the connection ends, and says why it did; it raises nothing."""
        self.changed = threading.Condition()
        """Guards what is known of the connection; notified whenever something of that changes."""
        self.up = False
        self.trouble = ""
        """Why there is none; "" while there is one, or before the first try came to its end."""
        self.closed = False
        self._talk, self._tries, self._hurry = talk, 0, threading.Event()
        self._thread = threading.Thread(target=self._keep, name=name, daemon=True)

    def start(self) -> None:
        self._thread.start()

    def opened(self) -> None:
        """The connection is there; ``changed`` has to be held."""
        self.up, self.trouble = True, ""
        self.changed.notify_all()

    def reach(self, until: float) -> bool:
        """Whether the connection is there, after waiting for one that is being made; one that failed before is tried
        again at once. ``changed`` has to be held; ``until`` is a time of ``time.monotonic``."""
        tries = self._tries
        self._hurry.set()
        self.changed.wait_for(lambda: self.up or self.closed or self._tries > tries, until - time.monotonic())
        return self.up

    def close(self, end: Callable[[], object]) -> None:
        """Make no more connections; ``end`` ends the one that there is."""
        with self.changed:
            self.closed = True
            self.changed.notify_all()
        self._hurry.set()
        end()
        self._thread.join(2.0)

    def _keep(self) -> None:
        pause = _FIRST
        while not self.closed:
            began = time.monotonic()
            trouble = self._talk()
            with self.changed:
                self.up, self.trouble = False, trouble or fragment("trouble_gone")
                self._tries += 1
                self.changed.notify_all()
            pause = _FIRST if time.monotonic() - began > _LONGEST else min(pause * 2, _LONGEST)
            self._hurry.clear()
            if not self.closed:
                self._hurry.wait(pause * random.uniform(0.7, 1.0))


def plainly(error: Exception) -> str:
    """Why there is no connection, in a few words, without anything that was sent."""
    if isinstance(error, ConnectionRefusedError):
        return fragment("trouble_refused")
    if isinstance(error, TimeoutError):
        return fragment("no_answer")
    if isinstance(error, ssl.SSLError):
        return fragment("trouble_certificate", why=error.reason or "TLS failed")
    if isinstance(error, FileNotFoundError | PermissionError):
        return fragment("trouble_file", file=error.filename)
    return error.strerror.lower() if isinstance(error, OSError) and error.strerror else fragment("trouble_odd")
