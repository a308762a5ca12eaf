"""Sounds to measure hearing with: recordings and synthetic voices, in rooms and in noise; the same every time."""

import zlib
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt
import soundfile

from speaker import recording
from speaker.events import SAMPLE_RATE, Samples
from tests.tiny_vosk.speech import Voice, speak

DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
SNRS = (24, 21, 18, 15, 12, 9, 6)
"""Decibels of the speech-to-intent benchmark."""
VOICES = (
    *(Voice("flite", name) for name in ("slt", "rms", "kal16", "awb")),
    Voice("espeak-ng", "en-us"),
    Voice("espeak-ng", "en-us+f3"),
    Voice("espeak-ng", "en-us+m3", 0.9),
    Voice("espeak-ng", "en-gb"),
)

_LOUDEST = 2048  # samples of a frame whose energy counts
_ROOM = "ir_bathroom1.flac"

Floats = npt.NDArray[np.float64]


def mixed(speech: Samples, noise: str, decibels: float, seed: str, whole: bool = False) -> Samples:
    """Speech with noise of ``../shared/data/noise`` behind it, cut out at a place that hangs on the seed.

    As Picovoice's speech-to-intent benchmark mixes: the loudest 2048 samples of the speech have so many decibels more
    than the loudest of the noise, and the peak is half of full scale. ``whole``: by the energy of all samples instead.
    """
    clean, background = speech / 32768, _noise(noise)
    start = np.random.default_rng(zlib.crc32(seed.encode())).integers(0, len(background) - len(clean))
    behind = background[start : start + len(clean)]
    energy = _all if whole else _loudest
    both = clean + behind * np.sqrt(energy(clean) / (energy(behind) * 10 ** (decibels / 10)))
    return _int16(both / (2 * np.abs(both).max()))


def in_room(speech: Samples) -> Samples:
    """Speech as a bathroom makes it sound, as loud as before."""
    response, _ = soundfile.read(DATA / "rooms" / _ROOM)
    response = response if response.ndim == 1 else response.mean(axis=1)
    size = len(speech) + len(response) - 1
    wet = np.fft.irfft(np.fft.rfft(speech / 32768, size) * np.fft.rfft(response, size), size)[: len(speech)]
    return _int16(wet / np.abs(wet).max() * np.abs(speech / 32768).max())


def said(text: str, number: int) -> Samples:
    """A sentence by one of the voices, with half a second of silence around it."""
    return np.pad(speak(VOICES[number % len(VOICES)], text).samples, SAMPLE_RATE // 2)


def recorded(folder: str, stride: int = 1) -> list[tuple[str, Samples]]:
    """Every so many-th recording below a folder of ``../shared/data/speech``, in the order of their names."""
    files = sorted((DATA / "speech" / folder).rglob("*.flac"))[::stride]
    return [(file.stem, recording.read(file)) for file in files]


@cache
def _noise(name: str) -> Floats:
    noise, rate = soundfile.read(DATA / "noise" / f"{name}.flac")
    assert rate == SAMPLE_RATE
    return np.asarray(noise)


def _loudest(sound: Floats) -> float:
    whole = len(sound) // _LOUDEST
    return float((sound[: whole * _LOUDEST].reshape(whole, _LOUDEST) ** 2).sum(axis=1).max())


def _all(sound: Floats) -> float:
    return float((sound**2).sum())


def _int16(sound: Floats) -> Samples:
    return np.clip(np.round(sound * 32768), -32768, 32767).astype(np.int16)
