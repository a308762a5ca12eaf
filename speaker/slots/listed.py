"""Values of a list, as they are spoken and misheard."""

from collections.abc import Sequence

from rapidfuzz import fuzz

_LIKE_ENOUGH = 84  # of 100: an ending, a letter misheard
_SHORT = 4  # letters: a shorter word must be right to the letter


def nearest(words: str, values: Sequence[Sequence[str]]) -> tuple[float, str] | None:
    """How like (0 to 100) and which value of a list the words are, or None where none is like enough.

    ``values``: each the value, then other words for it. Lower case.
    """
    best: tuple[float, str] | None = None
    for value in values:
        for said in value:
            score = fuzz.ratio(words, said, score_cutoff=_LIKE_ENOUGH if len(said) >= _SHORT else 100)
            if score and (best is None or score > best[0]):
                best = score, value[0]
    return best
