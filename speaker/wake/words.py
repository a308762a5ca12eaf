"""Which wake words there are: a library's, those trained here, and those that the household taught."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from rapidfuzz import process

from speaker.errors import ConfigError
from speaker.places import WAKE
from speaker.wake import micro

Kind = Literal["taught", "trained", "built in"]


@dataclass(frozen=True, slots=True)
class Known:
    """A wake word that can be had."""

    word: str
    kind: Kind
    file: Path | None
    """Of its head; None for what a library carries."""


def file_of(folder: Path, word: str) -> Path:
    """Where the head of a taught word lies."""
    return folder / f"{tidy(word).replace(' ', '_')}.npz"


def tidy(word: str) -> str:
    """A wake word as it is compared: lower case, words apart by one blank, letters and apostrophes alone."""
    plain = "".join(letter if letter.isalpha() or letter == "'" else " " for letter in word.lower())
    return " ".join(plain.split())


def known(folder: Path | None = None) -> Mapping[str, Known]:
    """All of them by their name; one that was taught stands for one that is shipped. ``folder``: of the taught ones."""
    words = {word: Known(word, "built in", None) for word in micro.WORDS}
    places: tuple[tuple[Kind, Path | None], ...] = (("trained", WAKE / "heads"), ("taught", folder))
    for kind, place in places:
        for file in sorted(place.glob("*.npz")) if place else ():
            word = file.stem.replace("_", " ")
            words[word] = Known(word, kind, file)
    return words


def find(word: str, folder: Path | None = None) -> Known:
    """One of them; raises ConfigError with the nearest one for a word that there is none of."""
    words, wanted = known(folder), tidy(word)
    if wanted in words:
        return words[wanted]
    nearest = process.extractOne(wanted, list(words))
    hint = f", did you mean {nearest[0]!r}" if nearest and nearest[1] > 60 else ""
    raise ConfigError(
        f"there is no wake word {word!r}{hint}; choose one of: {', '.join(sorted(words))}; or 'hark wake teach \"{wanted}\"'"
    )
