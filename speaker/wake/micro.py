"""The wake words that pymicro-wakeword carries: microWakeWord's models."""

import math

from pymicro_wakeword import MicroWakeWord, MicroWakeWordFeatures, Model

from speaker.events import Frame
from speaker.wake.head import Heard

WORDS = {model.value.replace("_", " "): model for model in Model}
"""The wake words there are, as they are spoken."""

_SLOPE = 2.0  # log odds that half the range of the sensitivity is worth


class MicroWord:
    """Hears one wake word in a stream of frames."""

    def __init__(self, word: str, threshold: float | None = None) -> None:
        """``word``: one of WORDS. ``threshold``: 0 to 1, the mean score that wakes at a sensitivity of 0.5; None takes the
        model's own."""
        self._model = MicroWakeWord.from_builtin(WORDS[word])
        self._features = MicroWakeWordFeatures()
        self.word = self._model.wake_word.lower()
        self.threshold = self._model.probability_cutoff if threshold is None else threshold

    def hear(self, frame: Frame) -> Heard:
        """Take the next frame, and say how much the wake word ends in it."""
        best = 0.0
        for features in self._features.process_streaming(frame.samples.tobytes()):
            best = max(best, self._model.process_streaming_prob(features) or 0.0)
        return Heard(self.word, best, 0.5 - (_odds(best) - _odds(self.threshold)) / (2 * _SLOPE), sure=True)

    def reset(self) -> None:
        """Forget what was heard, so that the tail of a wake word does not wake again."""
        self._model.reset()
        self._features.reset()


def _odds(probability: float) -> float:
    bounded = min(max(probability, 1e-6), 1 - 1e-6)
    return math.log(bounded / (1 - bounded))
