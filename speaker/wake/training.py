"""Train a head: two layers by Adam, in numpy, for a box has nothing else."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from speaker.wake.embedding import STEP, WIDTH, Floats
from speaker.wake.head import ALARMS, Head

Random = np.random.Generator

_DECAY = 2e-4
_HIDDEN = 24
_BATCH = 128  # calls; as many negatives, and as many hard ones
_STEADIER = 0.5  # decades of false alarms that the mean of heads has fewer than each: none in 2.5 h for three words
_SPARSE = 1.0  # log odds a decade of false alarms, at the least: what is never heard is no reason for a flat line


@dataclass(frozen=True)
class Windows:
    """Stretches of some steps out of streams of embeddings; they are cut out when they are looked at."""

    stream: Floats
    """Shape (m, 96): all streams behind each other."""
    starts: npt.NDArray[np.int64]
    steps: int

    def __len__(self) -> int:
        return len(self.starts)

    def take(self, which: npt.NDArray[np.int64]) -> Floats:
        """Some of them, shape (n, steps * 96)."""
        rows = self.starts[which][:, None] + np.arange(self.steps)
        taken: Floats = self.stream[rows].reshape(len(which), -1)
        return taken


def windows(streams: Sequence[Floats], steps: int) -> Windows:
    """All stretches of each stream, of shape (m, 96)."""
    ends = np.cumsum([len(each) for each in streams])
    starts = [
        np.arange(end - len(each), end - steps + 1)
        for each, end in zip(streams, ends, strict=True)
        if len(each) >= steps
    ]
    none = [np.zeros(0, np.int64)]
    return Windows(np.concatenate(streams), np.concatenate(starts or none), steps)


def fit(
    word: str,
    positives: Windows,
    negatives: Windows,
    random: Random,
    updates: int = 1500,
    progress: Callable[[float], None] = lambda done: None,
) -> Head:
    """Tell positives from negatives.

    A third of the negatives of each batch are those of which the net is least sure: those it would wake at are few, and
    count most. The threshold is still to be set: see ``calibrated``.
    """
    steps = positives.steps
    mean, scale = negatives.stream.mean(axis=0), 1 / (negatives.stream.std(axis=0) + 1e-3)
    shift, factor = np.tile(mean, steps), np.tile(scale, steps)
    width = steps * WIDTH
    start = (random.normal(0, width**-0.5, (width, _HIDDEN)), np.zeros(_HIDDEN), random.normal(0, 0.2, _HIDDEN), [-2.0])
    weights: list[Floats] = [np.asarray(w, np.float32) for w in start]
    first, second = [np.zeros_like(w) for w in weights], [np.zeros_like(w) for w in weights]
    hard = random.integers(len(negatives), size=_BATCH * 2)
    wanted = np.repeat(np.array([1, 0, 0], np.float32), _BATCH)
    for update in range(1, updates + 1):
        if update % 100 == 0:
            hard = _hardest(negatives, weights, shift, factor, random)
            progress(update / updates)
        chosen = np.concatenate([random.integers(len(negatives), size=_BATCH), random.choice(hard, _BATCH)])
        batch = np.concatenate([positives.take(random.integers(len(positives), size=_BATCH)), negatives.take(chosen)])
        x = (batch - shift) * factor
        x[:, random.random(width, np.float32) < 0.1] = 0  # nothing hangs on one number
        gradients = _gradients(x, wanted, weights)
        rate = 1.5e-3 * min(1, update / 50) * (0.5 + 0.5 * np.cos(np.pi * update / updates))
        for w, g, m, v in zip(weights, gradients, first, second, strict=True):
            m += 0.1 * (g - m)
            v += 0.005 * (g * g - v)
            w -= rate * (m / (1 - 0.9**update) / (np.sqrt(v / (1 - 0.995**update)) + 1e-8) + _DECAY * w)
    inner, bias, outer, last = weights
    return Head(word, mean, scale, inner, bias, outer, float(last[0]), 0.0, _SPARSE)


def _hardest(negatives: Windows, weights: Sequence[Floats], shift: Floats, factor: Floats, random: Random) -> Any:
    """Which of many negatives the net would wake at most readily."""
    looked = random.integers(len(negatives), size=min(len(negatives), 6000))
    hidden = np.maximum(((negatives.take(looked) - shift) * factor) @ weights[0] + weights[1], 0)
    return looked[np.argsort(-(hidden @ weights[2]))[: _BATCH * 2]]


def together(heads: Sequence[Head]) -> Head:
    """The mean of heads, as one: of their scores, thresholds and expectations."""
    first, count = heads[0], len(heads)
    inner = [h.inner * np.tile(h.scale / first.scale, h.steps)[:, None] for h in heads]
    shifts = [np.tile((first.mean - h.mean) * h.scale, h.steps) @ h.inner for h in heads]
    made = replace(
        first,
        inner=np.concatenate(inner, axis=1),
        inner_bias=np.concatenate([h.inner_bias + shift for h, shift in zip(heads, shifts, strict=True)]),
        outer=np.concatenate([h.outer / np.float32(count) for h in heads]),
        **{
            name: sum(getattr(h, name) for h in heads) / count
            for name in ("outer_bias", "threshold", "slope", "misses", "alarms")
        },
    )
    return replace(made, threshold=made.threshold - _STEADIER * made.slope)


def _gradients(x: Floats, wanted: Floats, weights: Sequence[Floats]) -> list[Floats]:
    """Of the mean cross entropy, for the weights in their order."""
    inner, bias, outer, last = weights
    before = x @ inner + bias
    hidden = np.maximum(before, 0)
    odds = 1 / (1 + np.exp(-np.clip(hidden @ outer + last[0], -30, 30)))
    error = ((odds - wanted) / len(x)).astype(np.float32)
    back = np.outer(error, outer) * (before > 0)
    return [x.T @ back, back.sum(axis=0), hidden.T @ error, np.array([error.sum()], np.float32)]


def peaks(scores: Floats, apart: float = 1.0) -> Floats:
    """The highest score of each stretch of ``apart`` seconds: one call, or one false alarm."""
    size = round(apart / STEP)
    if not len(scores):
        return scores
    padded = np.pad(scores, (0, -len(scores) % size), constant_values=scores.min())
    highest: Floats = padded.reshape(-1, size).max(axis=1)
    return highest


def calibrated(head: Head, talk: Sequence[Floats], calls: Sequence[Floats], hours: float) -> Head:
    """Set the threshold by what was not trained on: ``talk``, streams of scores of ``hours``, ``calls``, scores of the word.

    The rate of false alarms falls by about the same factor with each step of the threshold where they are rare; a line
    through the logarithms of the rates goes on to where the talk is too short to have any.
    """
    tops = np.sort(np.concatenate([peaks(scores) for scores in talk]))[::-1]
    rates = np.arange(1, len(tops) + 1) / hours
    used = rates <= max(60.0, 12 / hours)
    line = np.polyfit(np.log10(rates[used]), tops[used], 1)
    slope = max(float(-line[0]), _SPARSE)
    centre = float(tops[used].mean() + slope * np.log10(rates[used]).mean())
    threshold = centre - slope * np.log10(ALARMS)
    best = np.array([scores.max() if len(scores) else -99.0 for scores in calls])
    if len(best):  # nothing is won above what the softest of the good calls reaches
        threshold = max(threshold, min(float(np.quantile(best, 0.01)), threshold + 2 * slope))
    alarms = 10 ** ((centre - threshold) / slope)
    misses = float((best <= threshold - _STEADIER * slope).mean()) if len(best) else 0.0  # as ``together`` sets it
    return replace(head, threshold=float(threshold), slope=slope, misses=misses, alarms=float(alarms))
