"""What words mean, as points near those of other words that mean the like: "sofa" lies by "couch", "delete" by "cancel"."""

import io
import zipfile
from pathlib import Path

import numpy as np
import numpy.typing as npt

from speaker import languages
from speaker.errors import ModelError

Floats = npt.NDArray[np.float32]


class Meanings:
    """A table of words, made by models/training/meanings.py; a sentence is the sum of its words."""

    def __init__(self, path: Path) -> None:
        """Raises ModelError where the file is missing or damaged."""
        try:
            with np.load(io.BytesIO(path.read_bytes())) as file:
                words = bytes(file["words"]).decode("utf-8").split("\n")
                pairs, scale = file["points"], file["scale"].astype(np.float32)
            numbers = np.stack([pairs >> 4, pairs & 15], axis=2).reshape(len(words), -1)
            self._table = (numbers.astype(np.float32) - 8) * scale[:, None]
        except (OSError, EOFError, KeyError, ValueError, IndexError, zipfile.BadZipFile) as error:
            raise ModelError(
                f"{path} cannot be read; restore it, or run 'python -m models.training.meanings'"
            ) from error
        self._row = {word: at for at, word in enumerate(words)}

    @property
    def size(self) -> int:
        """Numbers that a meaning consists of."""
        return int(self._table.shape[1])

    def of(self, sentence: str) -> Floats:
        """The meaning of a normalised sentence, shape (size,): of length 1, or 0 where no word of it is known."""
        rows = [row for word in sentence.split() if (row := self._find(word)) is not None]
        total: Floats = self._table[rows].sum(axis=0)
        length = np.float32(np.linalg.norm(total))
        return total / length if length else total

    def _find(self, word: str) -> int | None:
        """The row of a word, or of the word that it is a form of."""
        return next((self._row[form] for form in languages.current().grammar.forms(word) if form in self._row), None)
