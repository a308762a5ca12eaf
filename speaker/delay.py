"""How long what is played takes to come back through the microphone."""

import numpy as np

from speaker.adaptive import Floats
from speaker.events import SAMPLE_RATE

LONGEST = 12_288
"""Samples that it may take: 0.77 s, buffers of a sound server and Bluetooth included."""

WINDOW = 8192
"""Samples of the microphone's that are compared at a time: 0.5 s."""

_SIZE = 32_768  # of the transform: at least LONGEST + 2 * WINDOW
_LOWEST, _HIGHEST = 200, 5000  # Hz: where speech has its power, and small loudspeakers too
_FORGETS = 0.7  # of the windows before, with each that is taken
_CLEAR = 12.0  # times the spread of all delays that the right one has to stand out
_FADE = np.hanning(WINDOW).astype(np.float32)
_FADE_ALL = np.concatenate([_FADE[: WINDOW // 2], np.ones(LONGEST, np.float32), _FADE[WINDOW // 2 :]])
"""Without these the edges of both windows, which are at the same moment, would be alike."""


class Delay:
    """Finds a delay by the correlation of what was played and what is heard, whitened (GCC-PHAT).

    Knapp, Carter: The generalized correlation method for estimation of time delay, IEEE Trans. ASSP 24 (1976).
    """

    def __init__(self) -> None:
        frequencies = np.fft.rfftfreq(_SIZE, 1 / SAMPLE_RATE)
        self._counts = (frequencies >= _LOWEST) & (frequencies <= _HIGHEST)
        self.reset()

    def reset(self) -> None:
        """Forget what was compared: the sound begins anew."""
        self._cross = np.zeros(_SIZE // 2 + 1, np.complex64)

    def compare(self, heard: Floats, played: Floats) -> int | None:
        """The delay in samples once it is clear, by all windows so far; else None.

        ``heard``: shape (WINDOW,). ``played``: shape (LONGEST + WINDOW,), up to the same moment.
        """
        cross = np.fft.rfft(heard * _FADE, _SIZE) * np.fft.rfft(played * _FADE_ALL, _SIZE).conj()
        size = np.abs(cross)
        white = np.where(self._counts & (size > 1e-9), cross / np.maximum(size, 1e-9), 0)
        self._cross = (_FORGETS * self._cross + white).astype(np.complex64)
        # heard[n] = played[n + LONGEST - delay] in these two windows: the delay is a lag of delay - LONGEST.
        likely = np.roll(np.fft.irfft(self._cross), LONGEST)[:LONGEST]
        best = int(np.argmax(likely))
        return best if likely[best] > _CLEAR * likely.std() else None
