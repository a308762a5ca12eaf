"""Words that mean the like lie near each other, whatever their letters."""

from pathlib import Path

import numpy as np
import pytest

from speaker import places
from speaker.errors import ModelError
from speaker.meanings import Meanings

MEANINGS = Meanings(places.MEANINGS)


def alike(one: str, other: str) -> float:
    return float(MEANINGS.of(one) @ MEANINGS.of(other))


@pytest.mark.parametrize(
    ("words", "near", "far"),
    [
        ("coffee", "espresso", "window"),
        ("cancel", "delete", "set"),
        ("couch", "sofa", "rain"),
        ("buy a ticket", "purchase tickets", "water the plants"),
        ("brew some coffee", "make me an espresso", "open the garage"),
    ],
)
def test_what_means_the_like_is_nearer_than_what_does_not(words: str, near: str, far: str) -> None:
    assert alike(words, near) > alike(words, far) + 0.2


def test_a_meaning_has_length_one_unless_no_word_is_known() -> None:
    assert np.linalg.norm(MEANINGS.of("water the plants")) == pytest.approx(1, abs=1e-5)
    assert np.array_equal(MEANINGS.of("qwxzj {text}"), np.zeros(MEANINGS.size, np.float32))
    assert np.array_equal(MEANINGS.of(""), np.zeros(MEANINGS.size, np.float32))


def test_a_form_of_a_word_is_found_by_the_word(tmp_path: Path) -> None:
    file = tmp_path / "meanings.npz"
    points = np.array([[15 << 4 | 8], [8 << 4 | 15]], np.uint8)  # (7, 0) and (0, 7)
    np.savez(file, words=np.frombuffer(b"bake\nstop", np.uint8), points=points, scale=np.ones(2, np.float16))
    few = Meanings(file)
    for form in ("bake", "bakes", "baking", "baked", "baker"):
        assert few.of(form) == pytest.approx([1, 0])
    for form in ("stop", "stops", "stopping", "stopped"):
        assert few.of(form) == pytest.approx([0, 1])


@pytest.mark.parametrize("content", [None, b"", b"not a table", "cut"])
def test_a_missing_or_damaged_file_says_what_to_do(content: bytes | str | None, tmp_path: Path) -> None:
    file = tmp_path / "meanings.npz"
    if isinstance(content, bytes):
        file.write_bytes(content)
    elif content:
        file.write_bytes(places.MEANINGS.read_bytes()[:5000])
    with pytest.raises(ModelError, match=r"meanings\.npz cannot be read; restore it"):
        Meanings(file)
