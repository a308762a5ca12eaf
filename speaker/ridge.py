"""A classifier that learns from a few sentences a class, in a moment, with nothing but numpy.

Ridge regression on the words, word pairs and letters of sentences, weighted by how rare they are (TF-IDF), solved in
its dual form: Saunders, Gammerman, Vovk, "Ridge regression learning algorithm in dual variables", 1998. How sure it
is comes from leaving each sentence out in turn, which that form gives for nothing (Allen's PRESS), and Platt's scale.
What words mean may count beside how they are written.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]

_RIDGE = 0.3
_MEANING = 0.4  # share of what words mean in how alike two sentences are
_LETTERS = (3, 4)  # letters of a word that are looked at together
_OFTEN = 24  # sentences: what occurs in more is multiplied as a dense matrix
_BELIEF = np.array([11.0, 3.0, -3.9])  # the scale of forty intents with ten examples each, where there is little to fit
_OTHERS = 0.7  # sentences of no class that are said for each of one
_BELIEVED = 8.0  # sentences that it outweighs


class Classifier:
    """Which of some classes a sentence belongs to, and how surely."""

    def __init__(
        self,
        sentences: Sequence[Sequence[str]],
        labels: Sequence[str | None],
        meaning: Callable[[str], Floats] | None = None,
    ) -> None:
        """Learn. Each sentence is given in one or more wordings of equal weight; label None: it belongs to no class.

        ``meaning`` gives the point of a sentence, of length 1 or 0; its first wording counts.
        """
        self._meaning, share = meaning, _MEANING if meaning else 0.0
        self.classes = tuple(dict.fromkeys(label for label in labels if label is not None))
        self._known: dict[str, tuple[str, ...]] = {}
        counts = [self._counts(wordings) for wordings in sentences]
        frequency = Counter(gram for each in counts for gram in each)
        self._column = {gram: at for at, gram in enumerate(frequency)}
        often = np.fromiter(frequency.values(), np.float32, len(frequency))
        self._rarity = np.log((1 + len(sentences)) / (1 + often)) + 1
        self._unseen = float(np.log(1 + len(sentences)) + 1)
        rows = [self._vector(each) for each in counts]
        target = np.zeros((len(rows), len(self.classes)), np.float32)
        for at, label in enumerate(labels):
            if label is not None:
                target[at, self.classes.index(label)] = 1
        alike = (1 - share) * _products(rows, often)
        if meaning:
            points = np.stack([meaning(wordings[0]) for wordings in sentences])
            alike += share * (points @ points.T)
        inverse = np.linalg.inv(alike + _RIDGE * np.eye(len(rows), dtype=np.float32))
        dual = inverse @ target
        self._of_meaning = share * (points.T @ dual) if meaning else None
        self._weights = np.zeros((len(frequency), len(self.classes)), np.float32)
        for (columns, values), each in zip(rows, dual, strict=True):
            self._weights[columns] += (1 - share) * np.outer(values, each)
        left_out = (target - dual / np.diag(inverse)[:, None]).astype(np.float32)
        self._scale = _fit_scale(left_out, target)

    def scores(self, sentence: str) -> Floats:
        """How like each class it is, shape (classes,): about 1 for a sentence that was learned, 0 for one unlike all."""
        columns, values = self._vector(self._counts((sentence,)))
        scores: Floats = values @ self._weights[columns]
        if self._meaning and self._of_meaning is not None:
            scores += self._meaning(sentence) @ self._of_meaning
        return scores

    def confidence(self, scores: Floats) -> float:
        """0 to 1: how likely the best class is the right one."""
        return float(_sigmoid(_evidence(scores[None, :]) @ self._scale)[0])

    def _counts(self, wordings: Sequence[str]) -> Mapping[str, float]:
        counts: Counter[str] = Counter()
        for wording in wordings:
            words = wording.split()
            counts.update(f"{one} {other}" for one, other in zip(["^", *words], [*words, "$"], strict=True))
            for word in words:
                if word not in self._known:
                    self._known[word] = (word, *_letters(word))
                counts.update(self._known[word])
        return {gram: count / len(wordings) for gram, count in counts.items()}

    def _vector(self, counts: Mapping[str, float]) -> tuple[npt.NDArray[np.intp], Floats]:
        """Columns and values of a sentence, of length 1 with what was never seen."""
        known = [(column, count) for gram, count in counts.items() if (column := self._column.get(gram)) is not None]
        columns = np.array([column for column, _ in known], np.intp)
        values = np.array([count for _, count in known], np.float32) * self._rarity[columns]
        unseen = 0.0
        if len(known) < len(counts):
            unseen = sum(count**2 for gram, count in counts.items() if gram not in self._column) * self._unseen**2
        length = float(np.sqrt(values @ values + unseen)) or 1.0
        return columns, values / np.float32(length)


def _letters(word: str) -> list[str]:
    """The groups of letters of a word, its border among them; a slot's marker has none."""
    if word.startswith("{"):
        return []
    bordered = f"_{word}_"
    shortest, longest = _LETTERS
    return [
        f"_{bordered[at : at + n]}" for n in range(shortest, longest + 1) for at in range(max(0, len(bordered) - n + 1))
    ]


def _products(rows: Sequence[tuple[npt.NDArray[np.intp], Floats]], often: Floats) -> Floats:
    """The products of every two rows. What is rare is multiplied pair by pair: most of it is."""
    count = len(rows)
    row = np.repeat(np.arange(count), [len(columns) for columns, _ in rows])
    column = np.concatenate([columns for columns, _ in rows])
    value = np.concatenate([values for _, values in rows])
    common = often > _OFTEN
    narrow = np.cumsum(common) - 1
    dense = np.zeros((count, int(common.sum())), np.float32)
    chosen = common[column]
    dense[row[chosen], narrow[column[chosen]]] = value[chosen]
    products = dense @ dense.T
    order = np.argsort(column, kind="stable")
    row, column, value = row[order], column[order], value[order]
    keys, parts = [], []
    for many in range(1, _OFTEN + 1):
        chosen = often[column] == many
        rows_of, values_of = row[chosen].reshape(-1, many), value[chosen].reshape(-1, many)
        keys.append((rows_of[:, :, None] * count + rows_of[:, None, :]).ravel())
        parts.append((values_of[:, :, None] * values_of[:, None, :]).ravel())
    rare = np.bincount(np.concatenate(keys), np.concatenate(parts), count * count)
    result: Floats = products + rare.reshape(count, count).astype(np.float32)
    return result


def _evidence(scores: Floats) -> npt.NDArray[np.float64]:
    """What confidence hangs on: the best score, and how far the next is; shape (sentences, 3)."""
    ordered = np.sort(scores.astype(np.float64), axis=1)
    best = ordered[:, -1]
    second = ordered[:, -2] if ordered.shape[1] > 1 else np.zeros_like(best)
    return np.stack([best, best - np.maximum(second, 0), np.ones_like(best)], axis=1)


def _fit_scale(scores: Floats, target: Floats) -> npt.NDArray[np.float64]:
    """Weights of the evidence (logistic regression by Newton's method), from scores of sentences left out in turn."""
    evidence = _evidence(scores)
    member = target.any(axis=1)
    right = member & (scores.argmax(axis=1) == target.argmax(axis=1))
    members = int(np.count_nonzero(member))
    others = _OTHERS * members / max(1, len(scores) - members)
    weight = np.where(member, 1.0, others)
    scale = _BELIEF
    for _ in range(12):
        sure = _sigmoid(evidence @ scale)
        gradient = evidence.T @ (weight * (sure - right)) + _BELIEVED * (scale - _BELIEF)
        curvature = (evidence * (weight * sure * (1 - sure))[:, None]).T @ evidence + _BELIEVED * np.eye(3)
        scale = scale - np.linalg.solve(curvature, gradient)
    return scale


def _sigmoid(x: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    return 1 / (1 + np.exp(-np.clip(x, -40, 40)))
