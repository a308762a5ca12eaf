"""How sure the model may be: a scale for its confidence, fitted on sentences that it was not trained on.

Platt, Probabilistic outputs for support vector machines (1999): the odds that a reading is right are a
straight line of the model's own log odds.
"""

import numpy as np
import numpy.typing as npt

ROUNDS = 50
_EDGE = 1e-6  # a probability of 1 has no finite odds


def fit(probabilities: npt.ArrayLike, right: npt.ArrayLike) -> tuple[float, float]:
    """(slope, offset) of the log odds, by Newton's method; ``probabilities`` 0 to 1, ``right`` 0 or 1, shape (n,)."""
    x = odds(probabilities)
    inputs, wanted = np.stack([x, np.ones_like(x)], axis=1), np.asarray(right, dtype=np.float64)

    def loss(line: npt.NDArray[np.float64]) -> float:
        z = inputs @ line
        return float(np.mean(np.logaddexp(0, z) - wanted * z))

    line = np.array([1.0, 0.0])
    for _ in range(ROUNDS):
        now = 1 / (1 + np.exp(-inputs @ line))
        slope = inputs.T @ (now - wanted) / len(x)
        curve = (inputs * (now * (1 - now))[:, None]).T @ inputs / len(x) + 1e-9 * np.eye(2)
        step = np.linalg.solve(curve, slope)
        while loss(line - step) > loss(line) and np.abs(step).max() > 1e-9:  # it may leap too far
            step = step / 2
        line = line - step
    return float(line[0]), float(line[1])


def odds(probabilities: npt.ArrayLike) -> npt.NDArray[np.float64]:
    """Log odds of probabilities."""
    p = np.clip(np.asarray(probabilities, dtype=np.float64), _EDGE, 1 - _EDGE)
    return np.log(p / (1 - p))


def error(confidences: npt.ArrayLike, right: npt.ArrayLike, bins: int = 10) -> float:
    """Expected calibration error: how far confidence and success are apart, over bins of equal size."""
    sure, good = np.asarray(confidences, dtype=np.float64), np.asarray(right, dtype=np.float64)
    parts = np.array_split(np.argsort(sure), bins)
    return float(sum(len(p) * abs(sure[p].mean() - good[p].mean()) for p in parts if len(p)) / len(sure))
