"""The ears while Hark itself sounds: the wake word, and "stop" alone, but not out of its own mouth."""

import logging
from collections import deque
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from speaker.asr import Recogniser
from speaker.bargein import BargeIn, silencing
from speaker.events import SAMPLE_RATE, Frame, Samples, Transcript, Utterance, Wake

log = logging.getLogger(__name__)

_AFTER = 1.0  # seconds that a sound may still be heard after it was played
_OWN = 1.0  # seconds after Hark's own mouth said the wake word in which it may be heard
_KEPT = 3.0  # seconds of frames that are kept
_EARLIER = 0.8  # seconds by which what was played may come before what is heard of it


class WakeDetector(Protocol):
    """Hears a wake word."""

    def hear(self, frame: Frame) -> Wake | None: ...

    def reset(self) -> None: ...


class Activity(Protocol):
    """Scores a frame's likeness to a voice, 0 to 1."""

    def score(self, frame: Frame) -> float: ...

    def reset(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Said:
    """Words that need no wake word while something sounds."""

    utterance: Utterance
    transcript: Transcript
    """One of the phrases that silence; decided, and therefore sure."""


class Interruptions:
    """Decides for each frame whether it ends an interruption; costs next to nothing while nothing sounds."""

    def __init__(self, own: WakeDetector, activity: Activity, recogniser: Recogniser) -> None:
        """``own``: a second detector of the same word, which hears what Hark plays. All three are used here alone, but
        for the recogniser."""
        self._own, self._activity, self._recogniser = own, activity, recogniser
        self._barge_in = BargeIn()
        self._frames: deque[Frame] = deque(maxlen=round(_KEPT * SAMPLE_RATE / 512))
        self._sounded = self._said = -np.inf  # when Hark last sounded, and said the wake word

    def hear(self, frame: Frame, wake: Wake | None, phrases: Callable[[], Collection[str]]) -> Wake | Said | None:
        """Take the next frame, and the wake word that was heard in it; what interrupts, if anything does.

        ``phrases``: what silences without the wake word, normalised; asked for where something was said.
        """
        if frame.played is not None:
            self._sounded = frame.end
            if self._own.hear(Frame(frame.played, frame.start)):
                self._said = frame.end
        if frame.end - self._sounded > _AFTER:
            if self._frames:
                self.reset()
            return wake
        if wake and frame.end - self._said <= _OWN:
            log.info("the wake word was Hark's own")
            wake = None
        self._frames.append(frame)
        score, loud = self._activity.score(frame), float(np.sqrt(np.mean(frame.samples.astype(np.float32) ** 2)))
        seconds = self._barge_in.update(score, loud, frame.echo, frame.end - frame.start)
        return wake or (self._recognised(seconds, phrases()) if seconds else None)

    def voice(self, frame: Frame) -> float:
        """The frame's likeness to a voice, 0 to 1, while a command is waited for."""
        return self._activity.score(frame)

    def reset(self) -> None:
        """Forget what was heard: what comes next does not follow it."""
        self._sounded = self._said = -np.inf
        self._frames.clear()
        self._barge_in.reset()
        self._activity.reset()
        self._own.reset()

    def _recognised(self, seconds: float, phrases: Collection[str]) -> Said | None:
        """Whether the last seconds are one of the phrases."""
        samples = self._last(seconds, [frame.samples for frame in self._frames])
        hearing = self._recogniser.listen()
        hearing.accept(samples)
        first, second = hearing.finish(), hearing.again()
        if not silencing(first, second, "", phrases):
            return None
        phrase = silencing(first, second, self._spoken(seconds + _EARLIER), phrases)
        if phrase is None:
            log.info("%r was Hark's own", first.text)
            return None
        end = self._frames[-1].end
        start = end - len(samples) / SAMPLE_RATE
        return Said(Utterance(samples, start, end, end, "silence"), Transcript(phrase, 1.0))

    def _spoken(self, seconds: float) -> str:
        """What is understood of Hark's own words of the last seconds."""
        nothing = np.zeros(512, np.int16)
        played = self._last(seconds, [nothing if f.played is None else f.played for f in self._frames])
        if not played.any():
            return ""
        hearing = self._recogniser.listen()
        hearing.accept(played)
        first, second = hearing.finish(), hearing.again()
        return f"{first.text} {second.text if second else ''}"

    def _last(self, seconds: float, parts: list[Samples]) -> Samples:
        return np.concatenate(parts)[-round(seconds * SAMPLE_RATE) :]
