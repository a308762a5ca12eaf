"""What is said, as 96 numbers every 80 ms: Google's speech embedding, on a stream.

Lin et al. 2020, "Training keyword spotters with limited and synthesized speech data": a network that learned to tell
5000 words apart, below whose last layer a few weights are enough for a new word.
"""

import numpy as np
import numpy.typing as npt

from speaker import onnx
from speaker.errors import ModelError
from speaker.events import Samples
from speaker.places import WAKE

Floats = npt.NDArray[np.float32]

WIDTH = 96
"""Numbers of one embedding."""

STEP = 0.08
"""Seconds from one embedding to the next; each has heard the 0.775 s before it."""

_WINDOW, _HOP = 512, 160  # samples of a spectrum, and from one to the next
_FRAMES = 8  # spectra of one embedding
_QUIET = 1.0  # of a band's power: what 16 bits cannot tell from silence


class Spectrogram:
    """The logarithm of 32 bands, 60 to 3800 Hz, every 10 ms."""

    def __init__(self) -> None:
        """Raises ModelError where the file of the filters is missing or damaged."""
        try:
            self._mel = np.load(WAKE / "mel.npz")["mel"]
        except (OSError, ValueError, KeyError) as error:
            raise ModelError(f"cannot read {WAKE / 'mel.npz'} ({error}); reinstall Hark") from error
        inner = np.hanning(401)[:-1]  # 25 ms, in the middle of the window
        self._taper = np.pad(inner, (_WINDOW - 400) // 2).astype(np.float32)
        self.rest: Floats = np.zeros(0, np.float32)
        """The samples that wait for more."""

    def feed(self, samples: Samples) -> Floats:
        """Take what follows; the spectra that are complete now, shape (n, 32). What is over waits for more."""
        audio = np.concatenate([self.rest, samples.astype(np.float32)])
        count = max(0, (len(audio) - _WINDOW) // _HOP + 1)
        if not count:
            self.rest = audio
            return np.zeros((0, 32), np.float32)
        self.rest = audio[count * _HOP :]
        windows = np.lib.stride_tricks.sliding_window_view(audio, _WINDOW)[: (count - 1) * _HOP + 1 : _HOP]
        spectra = np.fft.rfft(windows * self._taper, axis=1)
        power = (spectra.real**2 + spectra.imag**2).astype(np.float32) @ self._mel
        bands: Floats = np.log10(np.maximum(power, _QUIET)) + 2  # tenths of decibels: what the network was trained on
        return bands.astype(np.float32)


class Embedding:
    """Embeds a stream of audio."""

    def __init__(self) -> None:
        """Raises ModelError where the model file is missing or damaged."""
        self._session = onnx.load(WAKE / "embedding.onnx")
        self._names = [each.name for each in self._session.get_inputs()[1:]]
        self._state = {each.name: np.zeros(each.shape, np.float32) for each in self._session.get_inputs()[1:]}
        self._spectrogram, self._mel = Spectrogram(), np.zeros((0, 32), np.float32)
        hush = np.random.default_rng(0).integers(-3, 4, 28 * 1280).astype(np.int16)
        self.quiet: Floats = self.feed(hush)[-16:]
        """What near silence is, shape (16, 96): what a stream goes on from."""
        self._first = self._spectrogram.rest, self._mel, self._state

    def feed(self, samples: Samples) -> Floats:
        """Take what follows; the embeddings that are complete now, shape (n, 96): one every 1280 samples."""
        self._mel = np.concatenate([self._mel, self._spectrogram.feed(samples)])
        count = len(self._mel) // _FRAMES * _FRAMES
        if not count:
            return np.zeros((0, WIDTH), np.float32)
        now, self._mel = self._mel[:count], self._mel[count:]
        said: Floats
        said, *state = self._session.run(None, {"mel": now[None, :, :, None], **self._state})
        self._state = dict(zip(self._names, state, strict=True))
        return said

    def reset(self) -> None:
        """Forget what was heard: go on as if it had been quiet."""
        self._spectrogram.rest, self._mel, self._state = self._first


def embed(embedding: Embedding, samples: Samples) -> Floats:
    """A whole recording, after quiet, shape (n, 96): what row j says has heard 0.022 + 0.08 j seconds of it."""
    embedding.reset()
    return embedding.feed(samples)
