"""Sounds of our own making."""

import numpy as np

from speaker.events import SAMPLE_RATE, Speech


def bell(seconds: float = 1.2) -> Speech:
    """Two strokes of a small bell: what a timer rings with."""
    stroke = _stroke(880.0, seconds / 2)
    second = _stroke(1174.7, seconds / 2)
    return Speech(np.concatenate([stroke, second]), SAMPLE_RATE)


def _stroke(pitch: float, seconds: float) -> np.ndarray[tuple[int], np.dtype[np.int16]]:
    at = np.arange(int(seconds * SAMPLE_RATE)) / SAMPLE_RATE
    tone = np.sin(2 * np.pi * pitch * at) + 0.4 * np.sin(2 * np.pi * 2.76 * pitch * at)
    rise = np.minimum(at / 0.005, 1.0)  # five milliseconds, so that it does not click
    return (0.4 * 32767 / 1.4 * tone * rise * np.exp(-4.0 * at / seconds)).astype(np.int16)
