"""The shipped talk that is no wake word, as embeddings of four bits a number: what a new word is told apart from."""

import numpy as np
from rapidfuzz import fuzz

from speaker.errors import ModelError
from speaker.places import WAKE
from speaker.wake.embedding import Floats

FILE = WAKE / "bank.npz"
_LEVELS = 15
_ALIKE = 75.0  # of 100: words that may be the same word


def write(scenes: list[tuple[str, Floats]]) -> None:
    """Keep scenes: what is said in each, and its embeddings, shape (n, 96)."""
    flat = np.concatenate([embeddings for _, embeddings in scenes])
    low, high = np.quantile(flat, 0.002, axis=0), np.quantile(flat, 0.998, axis=0)
    step = (high - low) / _LEVELS
    codes = np.clip(np.round((flat - low) / step), 0, _LEVELS).astype(np.uint8)
    np.savez_compressed(
        FILE,
        codes=codes[:, ::2] << 4 | codes[:, 1::2],
        low=low.astype(np.float32),
        step=step.astype(np.float32),
        lengths=np.array([len(embeddings) for _, embeddings in scenes]),
        said=np.array("\n".join(said for said, _ in scenes)),
    )


def read(phrase: str = "") -> list[Floats]:
    """The scenes, shape (n, 96) each, but those in which a word of ``phrase`` is said, or one like it.

    Raises ModelError where the file is missing or damaged.
    """
    try:
        with np.load(FILE) as kept:
            codes, said = kept["codes"], str(kept["said"]).split("\n")
            numbers = np.stack([codes >> 4, codes & 15], axis=2).reshape(len(codes), -1)
            flat = (numbers * kept["step"] + kept["low"]).astype(np.float32)
            ends = np.cumsum(kept["lengths"])
            starts = ends - kept["lengths"]
    except (OSError, ValueError, KeyError) as error:
        raise ModelError(f"cannot read {FILE} ({error}); reinstall Hark") from error
    words = [word for word in phrase.lower().split() if len(word) > 3]
    return [
        flat[start:end]
        for start, end, text in zip(starts, ends, said, strict=True)
        if not any(fuzz.ratio(word, other) >= _ALIKE for word in words for other in set(text.split()))
    ]
