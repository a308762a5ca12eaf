"""A beam search over a recogniser's tokens that leans on a bias: a decision without a model inside."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from speaker.asr.bias import Bias, Context, Strength

Floats = npt.NDArray[np.float32]

WIDTH = 8
"""Sentences that are followed at once."""

_NEVER = np.float32(-1e4)


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence being written."""

    tokens: tuple[int, ...]
    heard: float
    """Log probability by the audio alone."""
    leant: float
    """What the bias added."""
    context: Context

    @property
    def score(self) -> float:
        return self.heard + self.leant


class Beam:
    """The likeliest sentences so far, by audio and bias together."""

    def __init__(self, bias: Bias, strength: Strength) -> None:
        self._bias, self._strength = bias, strength
        self._done = list[Sentence]()
        self.paths: list[Sentence] = [Sentence((), 0.0, 0.0, bias.start)]
        """Those that go on; empty once nothing better can come."""

    @property
    def best(self) -> Sentence:
        """The likeliest sentence: a whole one, if there is one yet."""
        return max(self._done or self.paths, key=lambda path: path.score)

    def grow(self, heard: Floats) -> list[int]:
        """Write the next token, given its log probability after each path, shape (paths, vocabulary).

        Returns which of the paths each of those that go on came from.
        """
        grown = self._grown(heard)
        self._done += [path for _, path in grown if path.tokens[-1] == self._bias.end]
        open_ = [(row, path) for row, path in grown if path.tokens[-1] != self._bias.end][:WIDTH]
        if not open_ or (self._done and max(path.score for path in self._done) >= open_[0][1].score):
            self._done = self._done or [path for _, path in open_[:1]]
            open_ = []
        self.paths = [path for _, path in open_]
        return [row for row, _ in open_]

    def _grown(self, heard: Floats) -> list[tuple[int, Sentence]]:
        """Every path with each of its best next tokens, best first; with it the row that it came from."""
        grown = []
        for row, path in enumerate(self.paths):
            leant = self._bias.scores(path.context, self._strength)
            if path.tokens and self._bias.marks[path.tokens[-1]]:  # or it may go on with ?!?!?! for ever
                leant = np.where(self._bias.marks, _NEVER, leant)
            for token in np.argpartition(-(heard[row] + leant), WIDTH)[: WIDTH + 1].tolist():
                grown.append((row, token, float(heard[row, token]), float(leant[token])))
        grown.sort(key=lambda g: -(self.paths[g[0]].score + g[2] + g[3]))
        return [(row, self._extended(self.paths[row], token, *gains)) for row, token, *gains in grown[: 2 * WIDTH]]

    def _extended(self, path: Sentence, token: int, heard: float, leant: float) -> Sentence:
        context = path.context if token == self._bias.end else self._bias.after(path.context, token)
        return Sentence((*path.tokens, token), path.heard + heard, path.leant + leant, context)
