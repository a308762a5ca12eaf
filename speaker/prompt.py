"""When to sound that Hark listens: never over a command. The decision knows no device or model."""

from collections.abc import Callable, Iterator
from typing import Literal, Protocol

from speaker.chime import Sign
from speaker.events import Frame

_PAUSE = 0.3  # seconds of silence after the wake word: who goes straight on needs no sign
_VOICE = 0.15  # seconds of voice that are more than the wake word's tail
_TAIL = 0.25  # seconds in which the wake word may still end
_OVER = 1.0  # seconds after which there is nothing left to decide


class Prompt:
    """Takes the voice score of each frame after the wake word."""

    def __init__(self) -> None:
        self._seconds = self._voice = self._silence = 0.0
        self._sounded = False
        self.decided = False
        """Whether there is nothing left to decide."""

    def update(self, score: float, seconds: float) -> Literal["sound", "hush"] | None:
        """Sound that Hark listens, or silence the sound since somebody speaks; None: leave it."""
        self._seconds += seconds
        if score >= 0.5:
            self._silence = 0.0
            if self._seconds > _TAIL or self._sounded:
                self._voice += seconds
        else:
            self._silence += seconds
        if self._voice >= _VOICE or self._seconds > _OVER:
            self.decided = True
            return "hush" if self._sounded and self._voice >= _VOICE else None
        if not self._sounded and not self._voice and self._silence >= _PAUSE:
            self._sounded = True
            return "sound"
        return None


class Mouth(Protocol):
    """Sounds signs."""

    def sign(self, name: Sign) -> None: ...

    def end_sign(self) -> None: ...


def with_sign(frames: Iterator[Frame], voice: Callable[[Frame], float], mouth: Mouth) -> Iterator[Frame]:
    """The frames after the wake word; where no command begins at once, a sign says that Hark listens.

    ``voice``: a frame's likeness to a voice, 0 to 1.
    """
    prompt = Prompt()
    for frame in frames:
        if not prompt.decided:
            match prompt.update(voice(frame), frame.end - frame.start):
                case "sound":
                    mouth.sign("listening")
                case "hush":
                    mouth.end_sign()
        yield frame
