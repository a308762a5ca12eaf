"""The wake word, by the microWakeWord models that pymicro-wakeword carries."""

from pymicro_wakeword import MicroWakeWord, MicroWakeWordFeatures, Model
from rapidfuzz import process

from speaker.errors import ConfigError
from speaker.events import Frame, Wake

WORDS = {model.value.replace("_", " "): model for model in Model}
"""The wake words there are, as they are spoken."""


def builtin(word: str) -> Model:
    """The model of a wake word; raises ConfigError with the nearest one for a word that there is none of."""
    try:
        return WORDS[word.lower().replace("_", " ").strip()]
    except KeyError:
        nearest = process.extractOne(word.lower(), WORDS)
        hint = f", did you mean {nearest[2]!r}" if nearest and nearest[1] > 60 else ""
        known = ", ".join(sorted(WORDS))
        raise ConfigError(f"there is no wake word {word!r}{hint}; choose one of: {known}") from None


class WakeWord:
    """Hears one wake word in a stream of frames."""

    def __init__(self, word: str = "hey jarvis", threshold: float | None = None) -> None:
        """``threshold``: 0 to 1, the mean score that wakes; None takes the model's own.

        Raises ConfigError for a word that there is no model of.
        """
        self._model = MicroWakeWord.from_builtin(builtin(word))
        self._features = MicroWakeWordFeatures()
        self.word = self._model.wake_word.lower()
        self.threshold = self._model.probability_cutoff if threshold is None else threshold

    def hear(self, frame: Frame) -> Wake | None:
        """Take the next frame; the wake word if it ends here. After one, the detector starts afresh."""
        best = 0.0
        for features in self._features.process_streaming(frame.samples.tobytes()):
            best = max(best, self._model.process_streaming_prob(features) or 0.0)
        if best <= self.threshold:
            return None
        self.reset()
        return Wake(word=self.word, score=round(best, 3), at=frame.end)

    def reset(self) -> None:
        """Forget what was heard, so that the tail of a wake word does not wake again."""
        self._model.reset()
        self._features.reset()
