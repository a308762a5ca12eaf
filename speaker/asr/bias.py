"""What can be said, as a bias for a recogniser that writes token by token.

A trigram model over the recogniser's own tokens, counted on sentences of the active plugins, and used in two
strengths (shallow fusion; the interpolation is Witten and Bell 1991):

*lean* only rewards a token, and a little, where it follows the words before it in some sentence, so that free
speech is heard as well as without; *firm* also charges for every token that does not.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from functools import cache, lru_cache
from itertools import pairwise
from typing import Literal

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Strength = Literal["lean", "firm"]
Context = tuple[int, ...]

_START, _UNKNOWN = -1, -2
_ORDER = 3
_SPECIAL = 3  # the first tokens mean unknown, start and end
_NEUTRAL = 5e-3  # the probability that earns no reward when leaning,
_NEUTRAL_SHARE = 40.0  # or that of so many sentences where it is less: a new plugin takes nothing from the others
_LEAN, _FIRM = 0.2, 0.3  # weights, chosen on spoken requests of all kinds, and on coffee orders in noise
_TOKEN_REWARD = 1.2  # a token when firm: a model of sentences would rather have fewer
_FLOOR = 1e-6
_KEPT = 256  # rows of scores, 128 KB each


class Vocabulary:
    """A recogniser's tokens, and how words are written in them."""

    def __init__(self, tokens: Sequence[bytes], end: int) -> None:
        """``tokens``: pieces of words (SentencePiece, ▁ begins a word); ``end``: the one that ends a sentence."""
        self._rank = {token: number for number, token in reversed(list(enumerate(tokens)))}
        self.end = end
        """What ends a sentence."""
        self.form, self.mark = _forms(tokens)
        """The number of each token's lower-case form, and which are punctuation alone; shape (vocabulary,)."""

    def forms_of(self, word: str) -> list[int]:
        """A word in lower case as forms of tokens."""
        return [int(self.form[self._rank[piece]]) for piece in self._pieces("▁" + word)]

    def _pieces(self, word: str) -> list[bytes]:
        """The word in tokens: byte pair encoding, where an earlier token is an earlier merge."""
        parts = [letter.encode() for letter in word]
        while True:
            merges = [
                (self._rank[left + right], at)
                for at, (left, right) in enumerate(pairwise(parts))
                if left + right in self._rank
            ]
            if not merges:
                return [part for part in parts if part in self._rank]
            at = min(merges)[1]
            parts[at : at + 2] = [parts[at] + parts[at + 1]]


class Bias:
    """Scores of the next token for a beam search; all in nats, already weighted."""

    def __init__(self, vocabulary: "Vocabulary", sentences: Iterable[str]) -> None:
        self._form, self._mark, self.end = vocabulary.form, vocabulary.mark, vocabulary.end
        self._form_of_end = int(np.max(self._form)) + 1
        self._followers: dict[Context, Counter[int]] = defaultdict(Counter)
        known = Counter(sentence.lower() for sentence in sentences)
        forms = cache(vocabulary.forms_of)
        for sentence, times in known.items():
            self._count([form for word in sentence.split() for form in forms(word)], times)
        self._neutral = min(_NEUTRAL_SHARE / max(known.total(), 1), _NEUTRAL)
        self._row = lru_cache(_KEPT)(self._score)

    @property
    def empty(self) -> bool:
        """Whether nothing is known that could be leant on."""
        return not self._followers

    @property
    def marks(self) -> npt.NDArray[np.bool_]:
        """Which tokens are punctuation alone, shape (vocabulary,)."""
        return self._mark

    @property
    def start(self) -> Context:
        """The context of the first token."""
        return (_START,)

    def after(self, context: Context, token: int) -> Context:
        """The context once ``token`` is written; punctuation leaves it as it is."""
        if self._mark[token]:
            return context
        return (*context, int(self._form[token]))[-(_ORDER - 1) :]

    def scores(self, context: Context, strength: Strength) -> Floats:
        """What each token earns (lean: ≥ 0) or costs in this context, shape (vocabulary,)."""
        return self._row(context, strength)

    def _score(self, context: Context, strength: Strength) -> Floats:
        return self._lean(context) if strength == "lean" else self._firm(context)

    def _lean(self, context: Context) -> Floats:
        probabilities = self._probabilities(context, floor=1e-7, alone=False)
        return self._spread(_LEAN * np.maximum(np.log(probabilities / self._neutral), 0.0), 0.0)

    def _firm(self, context: Context) -> Floats:
        probabilities = self._probabilities(context, floor=_FLOOR, alone=True)
        return self._spread(_FIRM * np.log(probabilities), _FIRM * np.log(_FLOOR)) + np.float32(_TOKEN_REWARD)

    def _probabilities(self, context: Context, floor: float, alone: bool) -> npt.NDArray[np.float64]:
        """Probability of each form; ``alone``: a token counts although nothing before it fits."""
        result = np.full(self._form_of_end + 1, floor)
        for length in range(len(context) + 1):
            followers = self._followers.get(context[len(context) - length :])
            if not followers:
                break
            total, kinds = followers.total(), len(followers)
            if length == 1 and not alone:
                result = np.minimum(result, self._neutral)
            result *= kinds / (total + kinds)
            for form, count in followers.items():
                result[form] += count / (total + kinds)
        return result

    def _spread(self, by_form: npt.NDArray[np.float64], unknown: float) -> Floats:
        row = np.where(self._form >= 0, by_form[np.maximum(self._form, 0)], unknown)
        row[self._mark] = 0.0
        row[self.end] = by_form[self._form_of_end]
        return row.astype(np.float32)

    def _count(self, written: list[int], times: int) -> None:
        forms = (_START, *written, self._form_of_end)
        for at in range(1, len(forms)):
            for length in range(min(_ORDER, at + 1)):
                self._followers[forms[at - length : at]][forms[at]] += times


def _forms(tokens: Sequence[bytes]) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.bool_]]:
    """The number of each token's lower-case form (shared by tokens that differ in case); which are marks."""
    numbers: dict[str, int] = {}
    form = np.full(len(tokens), _UNKNOWN, dtype=np.int64)
    mark = np.zeros(len(tokens), dtype=np.bool_)
    for number, token in enumerate(tokens):
        text = token.decode("utf-8", "ignore").lower().replace("’", "'")
        if number >= _SPECIAL and not text.strip(".,?!"):
            mark[number] = True
        elif text:
            form[number] = numbers.setdefault(text, len(numbers))
    return form, mark
