"""Signs of life for systemd: that Hark listens now, and that it goes on taking in sound.

The protocol is sd_notify(3): datagrams of text to the socket that NOTIFY_SOCKET names. It is some lines, and the
libraries for it are either asleep or need libsystemd's headers to be installed.
"""

import contextlib
import os
import socket
import time
from collections.abc import Callable, Iterable, Iterator

from speaker.events import Frame

_PACE = 5.0  # seconds between two beats; the service's WatchdogSec has to be several times as long


class Heartbeat:
    """Tells the service manager how Hark is; does nothing where there is none."""

    def __init__(self, place: str | None, now: Callable[[], float] = time.monotonic) -> None:
        """``place``: the socket's path, or its abstract name after an @; None or "": nobody is told."""
        self._place, self._now, self._last = place or "", now, float("-inf")
        self._listening = False

    @classmethod
    def of_service(cls) -> "Heartbeat":
        """Of the service that this process is, if it is one. Programs that it runs are none."""
        return cls(os.environ.pop("NOTIFY_SOCKET", None))

    def beats(self, frames: Iterable[Frame], status: str) -> Iterator[Frame]:
        """The same frames; with the first one Hark is ready, and each shows that it lives.

        While a command is done no frame is taken: that may not last as long as the service's WatchdogSec.
        """
        for frame in frames:
            if not self._listening:
                self._listening = True
                self.tell(f"READY=1\nSTATUS={status}")
            self.beat()
            yield frame

    def beat(self) -> None:
        """Still alive; sent every few seconds at most."""
        if self._now() - self._last >= _PACE:
            self._last = self._now()
            self.tell("WATCHDOG=1")

    def tell(self, message: str) -> None:
        """Send lines such as ``STATUS=…``; a manager that is gone is no trouble of ours."""
        if not self._place:
            return
        place = f"\0{self._place[1:]}" if self._place.startswith("@") else self._place
        with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as way:
            way.connect(place)
            way.sendall(message.encode())
