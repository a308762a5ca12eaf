"""What the loudspeaker plays, kept on the microphone's clock: who plays writes it, who listens reads it."""

import threading

import numpy as np

from speaker.events import SAMPLE_RATE, Samples

_KEEPS = 8 * SAMPLE_RATE  # samples: more than wait for being heard at any time


class Tape:
    """A ring of the last seconds that were played. Positions count the microphone's samples, 16 kHz.

    Two clocks tick apart, the microphone's and the loudspeaker's; but within one stretch of sound each only counts
    samples, so that what was played keeps its distance to what is heard of it. How long that is, is not known here.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._ring = np.zeros(_KEEPS, np.int16)
        self._heard = 0
        self._written: int | None = None  # the position up to which the present stretch goes
        self._end = 0  # the last position that holds something that was played

    def pass_on(self, count: int) -> int:
        """So many samples came in from the microphone, or were lost; the position after them."""
        with self._lock:
            self._heard += count
            return self._heard

    def write(self, played: Samples) -> None:
        """This is played: after what was written before, or from now on where that was cut."""
        with self._lock:
            at = self._heard if self._written is None else self._written
            if at > self._end:
                self._put(self._end, np.zeros(min(at - self._end, _KEEPS), np.int16))
            self._put(at, played)
            self._written = self._end = at + len(played)

    def cut(self) -> None:
        """What was written and not yet played never will be; what comes next begins anew."""
        with self._lock:
            self._end = min(self._end, max(self._heard, self._end - _KEEPS))
            self._written = None

    def read(self, position: int, count: int) -> Samples | None:
        """What was played while the microphone's samples from ``position`` on came in; None for nothing."""
        with self._lock:
            if position >= self._end or position + count <= self._end - _KEEPS:
                return None
            played = self._ring[np.arange(position, position + count) % _KEEPS]
            played[max(0, self._end - position) :] = 0
        return played if played.any() else None

    def _put(self, at: int, samples: Samples) -> None:
        self._ring[np.arange(at, at + len(samples)) % _KEEPS] = samples
