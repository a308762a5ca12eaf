"""Following a command to its end, and understanding in its pauses what was said so far."""

import time
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from speaker.endpoint import Endpoint, Limits
from speaker.events import EndedBy, Frame, Outlook, Parse, Samples, Transcript, Utterance
from speaker.outlook import goes_on, same

_BEFORE = 20  # frames kept from before the voice is sure: 0.64 s, so that no first sound is lost


@dataclass(frozen=True, slots=True)
class Look:
    """What was said so far, as it was understood in a pause."""

    heard: Transcript
    """As it was recognised."""
    transcript: Transcript
    """The same, or what second thoughts made of it."""
    parse: Parse
    outlook: Outlook
    sure: bool
    """Whether it needs no second look."""


@dataclass(frozen=True, slots=True)
class Followed:
    """A command that is over."""

    utterance: Utterance
    look: Look | None
    """What was understood of all of it already; None where that is still to be done."""
    looks: int
    """How often it was looked at,"""
    spent: float
    """and the seconds that this took."""


class Follower:
    """Follows one command. What it gives depends on the frames alone, not on how fast they come."""

    def __init__(
        self,
        score: Callable[[Frame], float],
        accept: Callable[[Samples], object],
        look: Callable[[], Look | None],
        limits: Limits,
    ) -> None:
        """``score``: a frame's likeness to a voice; ``accept``: takes what is to be recognised; ``look``: understands it
        so far, and gives None where that cannot be done yet."""
        self._score, self._accept, self._understand = score, accept, look
        self._endpoint = Endpoint(limits)
        self._before: deque[Frame] = deque(maxlen=_BEFORE)
        self._heard: list[Frame] = []
        self._waiting: list[Frame] = []  # heard, but not taken for recognition: silence, unless something follows
        self._look: Look | None = None
        self._looks, self._spent = 0, 0.0

    def follow(self, frames: Iterator[Frame]) -> Followed:
        """Take frames to the end of the command, or of the stream."""
        endpoint, ended = self._endpoint, None
        for frame in frames:
            ended = endpoint.update(self._score(frame), frame.end - frame.start, power(frame.samples))
            self._keep(frame)
            if endpoint.wants_words and not ended:
                self._take_look()
                ended = endpoint.over
            if ended:
                break
        fainter = endpoint.silence < endpoint.away  # somebody spoke on, or who gives the command, more softly
        if self._look is None or (fainter and self._look.parse.rejected):
            self._look = None
            self._take()
        return Followed(self._utterance(ended or "stream"), self._look, self._looks, self._spent)

    def _keep(self, frame: Frame) -> None:
        if not self._endpoint.speaking:
            self._before.append(frame)
            return
        fresh = [*self._before, frame]
        self._before.clear()
        self._heard += fresh
        self._waiting += fresh
        if not self._endpoint.away:
            self._look = None
            self._take()

    def _take(self) -> None:
        """Have what waits recognised."""
        if self._waiting:
            self._accept(np.concatenate([frame.samples for frame in self._waiting]))
            self._waiting.clear()

    def _take_look(self) -> None:
        """Understand what was said so far, and tell what it means for the end."""
        first, talk = self._look, self._endpoint.silence < self._endpoint.away
        self._take()
        began = time.perf_counter()
        now = self._understand()
        self._spent += time.perf_counter() - began
        self._looks += 1
        if now is None:
            self._endpoint.tell("unclear")
            return
        agreed = first is not None and same(first.parse, now.parse)
        if first and talk and first.outlook == "complete" and not goes_on(first.parse, now.parse):
            now, agreed = first, True  # a whole command, and then words that do not fit: they are somebody else's
        sure = now.sure or agreed or now.outlook == "open"
        self._look = now
        self._endpoint.tell(now.outlook if sure else "unclear")

    def _utterance(self, ended: EndedBy) -> Utterance:
        heard = self._heard
        start = heard[0].start if heard else 0.0
        end = heard[-1].end if heard else 0.0
        samples = np.concatenate([f.samples for f in heard]) if heard else np.zeros(0, np.int16)
        return Utterance(samples, start, end, max(start, end - self._endpoint.silence), ended)


def power(samples: Samples) -> float:
    """The mean square of a frame."""
    return float(np.mean(samples.astype(np.float64) ** 2))
