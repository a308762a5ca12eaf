"""Sounds of our own making."""

from collections.abc import Callable, Sequence
from typing import Literal

import numpy as np
import numpy.typing as npt

from speaker.events import SAMPLE_RATE, Samples, Speech

LONGEST = 0.2
"""Seconds that a sign takes at most."""

_LOUD = 0.16  # of full scale: a sign is quieter than speech


def bell(seconds: float = 1.2) -> Speech:
    """Two strokes of a small bell: what a timer rings with."""
    stroke = _stroke(880.0, seconds / 2)
    second = _stroke(1174.7, seconds / 2)
    return Speech(np.concatenate([stroke, second]), SAMPLE_RATE)


def listening() -> Speech:
    """One soft high note: go on."""
    return _notes((1174.7,), 0.12)


def understood() -> Speech:
    """Two soft notes upwards, a fourth."""
    return _notes((784.0, 1046.5), 0.09)


def not_understood() -> Speech:
    """Two soft notes downwards, a fifth."""
    return _notes((587.3, 392.0), 0.1)


Sign = Literal["listening", "understood", "not_understood"]

SIGNS: dict[str, Callable[[], Speech]] = {
    "listening": listening,
    "understood": understood,
    "not_understood": not_understood,
}
"""What can be said without words."""


def _notes(pitches: Sequence[float], seconds: float) -> Speech:
    """Notes like those of a marimba, one after the other, each of which rings on for the next one's time at most."""
    whole = np.zeros(round(seconds * len(pitches) * SAMPLE_RATE))
    for number, pitch in enumerate(pitches):
        begin = round(number * seconds * SAMPLE_RATE)
        at = _seconds(len(whole) - begin)
        left = (len(whole) - begin) / SAMPLE_RATE
        shape = np.minimum(at / 0.008, 1.0) * np.exp(-at / 0.04) * np.minimum((left - at) / 0.01, 1.0)
        whole[begin:] += shape * (np.sin(2 * np.pi * pitch * at) + 0.2 * np.sin(2 * np.pi * 4 * pitch * at))
    return Speech((_LOUD * 32767 / np.abs(whole).max() * whole).astype(np.int16), SAMPLE_RATE)


def _stroke(pitch: float, seconds: float) -> Samples:
    at = _seconds(int(seconds * SAMPLE_RATE))
    tone = np.sin(2 * np.pi * pitch * at) + 0.4 * np.sin(2 * np.pi * 2.76 * pitch * at)
    rise = np.minimum(at / 0.005, 1.0)  # five milliseconds, so that it does not click
    return (0.4 * 32767 / 1.4 * tone * rise * np.exp(-4.0 * at / seconds)).astype(np.int16)


def _seconds(samples: int) -> npt.NDArray[np.float64]:
    return np.arange(samples) / SAMPLE_RATE
