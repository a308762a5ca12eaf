"""The filter that learns how a room turns what a loudspeaker plays into what a microphone hears.

A partitioned-block adaptive filter in the frequency domain whose step size is a Kalman filter's, one for each
partition and frequency: where somebody speaks over the echo it hardly moves, and so needs no detector of that.

Enzner, Vary: Frequency-domain adaptive Kalman filter for acoustic echo control in hands-free telephones, Signal
Processing 86 (2006). Partitions: Kuech, Mabande, Enzner: State-space architecture of the partitioned-block-based
acoustic echo controller, ICASSP 2014.
"""

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
"""Audio, shape (n,), -1 to 1."""

BLOCK = 256
"""Samples that are filtered at a time: 16 ms."""

_KEEPS = 0.9996  # of the room from one block to the next: people move
_UNSURE = 1.0  # how far off the first guess, nothing, may be
_NEAR = 0.9  # smoothing of the near end's power from block to block
_RENEWED = 0.3  # share of the learned path's power that is doubted when the sound begins anew
_FAINT = 1e-5  # mean power of what is played below which there is nothing to learn


class AdaptiveFilter:
    """Predicts the echo of what is played, a block at a time."""

    def __init__(self, seconds: float = 0.256) -> None:
        """``seconds``: the length of the room's answer that is learned."""
        shape = (round(seconds * 16_000 / BLOCK), BLOCK + 1)
        self._played = np.zeros(shape, np.complex64)  # spectra of the last blocks, newest first
        self._path = np.zeros(shape, np.complex64)
        self._doubt = np.full(shape, _UNSURE, np.float32)  # variance of the path's error
        self._near = np.full(BLOCK + 1, 1e-3, np.float32)
        self._last = np.zeros(BLOCK, np.float32)

    @property
    def reach(self) -> int:
        """Samples played that still echo, and one block more: what ``begin`` takes."""
        return (len(self._path) + 1) * BLOCK

    def begin(self, played: Floats) -> None:
        """Start here; ``played``, shape (reach,), is what was played just before.

        It may come a little earlier or later than the last time, so that it learns faster for a while.
        """
        blocks = played.reshape(-1, BLOCK)
        self._played[:] = np.fft.rfft(np.concatenate([blocks[:-1], blocks[1:]], axis=1), axis=1)[::-1]
        self._last = blocks[-1]
        self._doubt += _RENEWED * np.abs(self._path) ** 2

    def echo(self, heard: Floats, played: Floats) -> Floats:
        """The echo in ``heard`` of what was played until now; both of shape (BLOCK,). Learns from the difference."""
        self._played = np.roll(self._played, 1, axis=0)
        self._played[0] = np.fft.rfft(np.concatenate([self._last, played]))
        self._last = played
        echo: Floats = np.fft.irfft((self._played * self._path).sum(axis=0))[BLOCK:].astype(np.float32)
        power = np.abs(self._played) ** 2
        if power.mean() > _FAINT * 2 * BLOCK:
            self._learn(heard - echo, power)
        return echo

    def _learn(self, left: Floats, power: Floats) -> None:
        error = np.fft.rfft(np.concatenate([np.zeros(BLOCK, np.float32), left])).astype(np.complex64)
        self._near = (_NEAR * self._near + (1 - _NEAR) * np.abs(error) ** 2).astype(np.float32)
        # Half of each window counts, hence the halves.
        step = self._doubt / ((power * self._doubt).sum(axis=0) / 2 + self._near + 1e-6)
        change = np.fft.irfft(step * self._played.conj() * error, axis=1)
        change[:, BLOCK:] = 0  # a partition answers within its own block
        self._path += np.fft.rfft(change, axis=1).astype(np.complex64)
        self._doubt *= _KEEPS * (1 - step * power / 2)
        self._doubt += (1 - _KEEPS) * np.abs(self._path) ** 2
