"""Hears wake words, of all kinds and several at once, in a stream of frames."""

import logging
import math
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np

from speaker.events import FRAME_SAMPLES, SAMPLE_RATE, Frame, Samples, Wake
from speaker.wake import head as heads
from speaker.wake.embedding import Embedding, Floats
from speaker.wake.head import Head, Heard
from speaker.wake.likeness import sounds_like
from speaker.wake.micro import MicroWord
from speaker.wake.words import find

log = logging.getLogger(__name__)

Transcribe = Callable[[Samples], str]

_REMEMBERED = round(1.5 * SAMPLE_RATE / FRAME_SAMPLES)  # frames that a second look is taken at
_SURE = 0.5  # of sensitivity: a head that is ten times as strict would wake as well


class Heads:
    """Heads on one embedding: the embedding is what costs, a head more is next to nothing."""

    def __init__(self, some: Sequence[Head]) -> None:
        self._heads = tuple(some)
        self._embedding = Embedding()
        self._most = max(head.steps for head in some)
        self._last: Floats = self._embedding.quiet

    def hear(self, frame: Frame) -> Iterator[Heard]:
        """Take the next frame, and say of each head how much its word ends in it; of none where nothing new was embedded."""
        fresh = self._embedding.feed(frame.samples)
        if not len(fresh):
            return
        self._last = np.concatenate([self._last, fresh])[1 - self._most - len(fresh) :]
        for head in self._heads:
            odds = float(head.scores(self._last[1 - head.steps - len(fresh) :]).max())
            need = head.needs(odds)
            yield Heard(head.word, 1 / (1 + math.exp(-min(max(odds, -30), 30))), need, sure=False)

    def reset(self) -> None:
        """Forget what was heard."""
        self._embedding.reset()
        self._last = self._embedding.quiet


class WakeWords:
    """Hears any of some wake words."""

    def __init__(
        self,
        words: Sequence[str] = ("hey jarvis",),
        threshold: float | None = None,
        sensitivity: float = 0.5,
        folder: Path | None = None,
        transcribe: Transcribe | None = None,
    ) -> None:
        """``threshold``: of built-in words, 0 to 1, at a sensitivity of 0.5; None takes their own.

        ``folder``: of the words that were taught. ``transcribe``: what takes a second look where a head is not sure.
        Raises ConfigError for a word that there is none of, ModelError for one whose file is damaged.
        """
        found = [find(word, folder) for word in words]
        self._micro = [MicroWord(each.word, threshold) for each in found if each.file is None]
        own = [heads.read(each.file) for each in found if each.file]
        self._heads = Heads(own) if own else None
        self._sensitivity, self._transcribe = sensitivity, transcribe
        self._frames: deque[Samples] = deque(maxlen=_REMEMBERED)
        self.words = tuple(each.word for each in found)

    def hear(self, frame: Frame) -> Wake | None:
        """Take the next frame; the wake word if one ends here. After one, the detector starts afresh."""
        self._frames.append(frame.samples)
        for heard in self.listen(frame):
            over = self._sensitivity - heard.needs
            if over > 0 and (heard.sure or over > _SURE or self._looks_like(heard.word)):
                self.reset()
                return Wake(word=heard.word, score=round(heard.score, 3), at=frame.end)
        return None

    def listen(self, frame: Frame) -> list[Heard]:
        """Take the next frame; how much each word ends in it."""
        return [*(each.hear(frame) for each in self._micro), *(self._heads.hear(frame) if self._heads else ())]

    def reset(self) -> None:
        """Forget what was heard, so that the tail of a wake word does not wake again."""
        for each in self._micro:
            each.reset()
        if self._heads:
            self._heads.reset()
        self._frames.clear()

    def _looks_like(self, word: str) -> bool:
        """Whether what was heard reads like the word, where there is someone to ask."""
        if self._transcribe is None:
            return True
        text = self._transcribe(np.concatenate(self._frames))
        like = sounds_like(word, text)
        log.info("a second look for %r reads %r: %s", word, text, "it wakes" if like else "it does not wake")
        return like
