"""Values of a list, as they are spoken and misheard."""

import re
from collections.abc import Sequence
from functools import lru_cache

from rapidfuzz import fuzz

from speaker import languages

_NUMBER = re.compile(r"\d+")
_LIKE_ENOUGH = 84.0  # of 100: an ending, a letter misheard
_PART = 3  # letters of the beginning of a value
_SHORT = 4  # letters: a shorter word must be right to the letter


def nearest(words: str, values: Sequence[Sequence[str]]) -> tuple[float, str] | None:
    """How like (0 to 100) and which value of a list the words are, or None where none is like enough.

    ``values``: each the value, then other words for it. Lower case. A number may be in figures or in words, but it
    is the same or another, never alike. Of a value the end may be missing, where a noise swallowed it.
    """
    best: tuple[float, str] | None = None
    words = figures(words)
    numbers = _NUMBER.findall(words)
    for value in values:
        for said in map(figures, value):
            score = _alike(words, said) if _NUMBER.findall(said) == numbers else 0.0
            if score and (best is None or score > best[0]):
                best = score, value[0]
    return best


def figures(words: str) -> str:
    """The words with each plain number from two on as figures, as recognisers may write them: "12 ounce"."""
    return _figures(words, languages.current().name)


@lru_cache(4096)
def _figures(words: str, _: str) -> str:
    number = languages.current().grammar.integer_of
    return " ".join(word if (value := number(word) or 0) < 2 else str(value) for word in words.split())


def _alike(words: str, said: str) -> float:
    if score := fuzz.ratio(words, said, score_cutoff=_LIKE_ENOUGH if len(said) >= _SHORT else 100):
        return float(score)
    swallowed = len(words) >= _PART and said.startswith(words) and 2 * len(words) >= len(said)
    return _LIKE_ENOUGH if swallowed else 0.0
