"""Teach the language model a plugin's intents, so that it reads them as it reads its own."""

import random
from collections.abc import Iterator, Sequence

import numpy as np

from speaker.learning.file import ModelFile
from speaker.learning.lesson import Lesson, Tokens, written
from speaker.learning.network import Adam, Floats, Network, Numbers
from speaker.text import normalise

TOKENS = 2048  # of a step, padding among them
RATE = 1e-3
WARM_UP = 10  # steps
CHUNK = 600  # lessons that are sorted by length together
FIRST, ROWS = 2048, 64  # lessons that new intents begin with, and of them at once
RIDGE = 0.01


def teach(
    model: ModelFile, before: Network, tokens: Tokens, lessons: Iterator[Lesson], steps: int, rate: float = RATE
) -> Iterator[float]:
    """Change the network's weights for ``steps``; gives the loss of each.

    ``before``: the network as it was read, with weights of its own. Of lessons without anything new it has to expect what that one did.
    """
    adam = Adam(model.network.weights)
    stream = batches(model, tokens, lessons)
    added = np.arange(len(model.tokens) - len(model.added), len(model.tokens))
    for step in range(steps):
        batch, worth = next(stream)
        loss, gradients = model.network.learn(batch, worth, (before, np.logical_not(np.isin(batch, added).any(1))))
        adam.step(gradients, rate * min((step + 1) / WARM_UP, (steps - step) / steps))
        yield loss


def begin(model: ModelFile, tokens: Tokens, lessons: Iterator[Lesson], intents: Sequence[str]) -> None:
    """Give the tokens of new intents a first meaning: they answer to what the network knows at their sentences' end.

    Ridge regression onto the scores that known intents have where they are right, and where they are not. Learning
    alone would need many times the steps to get there.
    """
    number = {token: at for at, token in enumerate(model.tokens)}
    ends, meant = [], []
    encoded = _encoded(model, tokens, lessons, FIRST)
    for at in range(0, FIRST, ROWS):
        some = encoded[at : at + ROWS]
        padded = np.zeros((len(some), len(some[-1][0])), np.int64)
        for row, (numbers, _) in enumerate(some):
            padded[row, : len(numbers)] = numbers
        hidden = model.network.hidden(padded)
        ends += [hidden[row, start - 1] for row, (_, start) in enumerate(some)]
        meant += [numbers[start] for numbers, start in some]
    x, answers = np.stack(ends), np.array(meant)
    table = model.network.weights["token_embd.weight"]
    new = [number[f"<intent:{name}>"] for name in intents]
    known = [number[f"<intent:{name}>"] for name in model.intents if name not in intents]
    scores, right = x @ table[known].T, answers[:, None] == np.array(known)
    high, low = scores[right].mean(), scores[~right].mean()
    wanted = np.where(answers[:, None] == np.array(new), high, low).astype(np.float32)
    inverse = np.linalg.inv(x.T @ x + RIDGE * FIRST * np.eye(x.shape[1], dtype=np.float32))
    table[new] = (inverse @ x.T @ wanted).T


def batches(model: ModelFile, tokens: Tokens, lessons: Iterator[Lesson]) -> Iterator[tuple[Numbers, Floats]]:
    """(tokens, what each is worth), both (batch, length), without end: sentences of like length together."""
    r = random.Random(0)
    while True:
        encoded = _encoded(model, tokens, lessons, CHUNK)
        groups, at = [], 0
        while at < len(encoded):
            size = max(1, TOKENS // len(encoded[min(at + 1, len(encoded) - 1)][0]))
            groups.append(encoded[at : at + size])
            at += size
        r.shuffle(groups)
        for group in groups:
            longest = max(len(numbers) for numbers, _ in group)
            array, worth = np.zeros((len(group), longest), np.int64), np.zeros((len(group), longest), np.float32)
            for row, (numbers, start) in enumerate(group):
                array[row, : len(numbers)] = numbers
                worth[row, start : len(numbers)] = 1.0
            yield array, worth


def _encoded(model: ModelFile, tokens: Tokens, lessons: Iterator[Lesson], count: int) -> list[tuple[list[int], int]]:
    """The next lessons as the model reads and writes them, and where it begins to write; the shortest first."""
    number = {token: at for at, token in enumerate(model.tokens)}
    some = [written(next(lessons), number, model.intents, lambda text: tokens(normalise(text))) for _ in range(count)]
    return sorted(some, key=lambda each: len(each[0]))
