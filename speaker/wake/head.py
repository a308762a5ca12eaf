"""A wake word as a few weights on the speech embedding."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from speaker.errors import ModelError
from speaker.wake.embedding import WIDTH, Floats

ALARMS = 0.1
"""False alarms an hour that a sensitivity of 0.5 is made for; 0 is for a tenth of them, 1 for ten times as many."""


@dataclass(frozen=True, slots=True)
class Heard:
    """How much a wake word ended just now."""

    word: str
    score: float
    """0 to 1, of its model."""
    needs: float
    """The sensitivity at which it wakes: the lower the surer; may be far outside 0 to 1."""
    sure: bool
    """Whether the model is left alone with it; else a second look is taken where it barely wakes."""


@dataclass(frozen=True, slots=True)
class Head:
    """Says how much the last embeddings sound like a word: two layers."""

    word: str
    mean: Floats
    """Shape (96,): of the embeddings that it was trained on."""
    scale: Floats
    """Shape (96,): one over their deviation."""
    inner: Floats
    """Shape (steps * 96, hidden)."""
    inner_bias: Floats
    outer: Floats
    """Shape (hidden,)."""
    outer_bias: float
    threshold: float
    """Log odds that wake at a sensitivity of 0.5."""
    slope: float
    """Log odds that ten times fewer false alarms cost."""
    misses: float = 0.0
    """Share that is expected to be missed at a sensitivity of 0.5, when it is quiet."""
    alarms: float = ALARMS
    """False alarms an hour of talk that are expected at a sensitivity of 0.5."""

    @property
    def steps(self) -> int:
        """Embeddings that are looked at."""
        return len(self.inner) // WIDTH

    def scores(self, embeddings: Floats) -> Floats:
        """Log odds at each step, shape (n - steps + 1,), of embeddings of shape (n, 96)."""
        if len(embeddings) < self.steps:
            return np.zeros(0, np.float32)
        normal = (embeddings - self.mean) * self.scale
        windows = np.lib.stride_tricks.sliding_window_view(normal, self.steps, axis=0)
        flat = windows.transpose(0, 2, 1).reshape(len(windows), -1)
        hidden = np.maximum(flat @ self.inner + self.inner_bias, 0)
        scores: Floats = hidden @ self.outer + np.float32(self.outer_bias)
        return scores

    def needs(self, odds: float) -> float:
        """The sensitivity at which these log odds wake."""
        return 0.5 - (odds - self.threshold) / (2 * self.slope)

    def write(self, path: Path) -> None:
        """Keep it as ``.npz``."""
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_suffix(".part")
        with part.open("wb") as file:
            np.savez_compressed(file, **self._arrays())
        part.replace(path)

    def _arrays(self) -> Mapping[str, Any]:
        arrays = {name: getattr(self, name) for name in self.__slots__}
        return arrays | {"inner": self.inner.astype(np.float16)}


def read(path: Path) -> Head:
    """Read a head; raises ModelError where the file is missing or damaged."""
    try:
        with np.load(path) as kept:
            layers = [kept[name].astype(np.float32) for name in ("mean", "scale", "inner", "inner_bias", "outer")]
            numbers = [float(kept[name]) for name in ("outer_bias", "threshold", "slope", "misses", "alarms")]
            return Head(str(kept["word"]), *layers, *numbers)
    except Exception as error:  # numpy and zipfile raise what they like for a damaged file
        raise ModelError(f"cannot read the wake word {path} ({error}); teach it again, or reinstall Hark") from error
