"""Make what wakes: the bank of talk that teaching needs, and the wake words that are shipped.

    .venv/bin/python -m models.training.wake FOLDER [--only bank|WORD]

FOLDER holds talk by ``wake_talk``: ``train 0 1`` for the recordings, ``train 0.3 1``, ``train 0.3 2`` and so on for machines. A word is
trained on every second of its recordings, by their names; the others are for measuring.
"""

import argparse
import time
import zlib
from collections.abc import Sequence
from itertools import accumulate
from pathlib import Path

import numpy as np
from rapidfuzz import fuzz

from models.training.wake_talk import SPEECH, WORDS, kept, noises
from speaker import recording
from speaker.places import WAKE
from speaker.wake import bank
from speaker.wake.embedding import STEP, Floats
from speaker.wake.teaching import teach
from speaker.wake.words import file_of

SHIPPED = ("computer", "jarvis")
_BANK = 1.6  # hours: some three megabytes


def halves(word: str) -> tuple[list[Path], list[Path]]:
    """The recordings of a word to train with, and those to test with."""
    files = [f for name, said in WORDS.items() if said == word for f in sorted((SPEECH / name).glob("*.flac"))]
    train = [f for f in files if zlib.crc32(f.stem.encode()) % 2]
    return train, [f for f in files if f not in set(train)]


def _first(scenes: Sequence[tuple[str, Floats]], hours: float) -> list[tuple[str, Floats]]:
    """As many scenes as make up so much time."""
    ends = accumulate(len(embeddings) * STEP / 3600 for _, embeddings in scenes)
    return [scene for scene, end in zip(scenes, ends, strict=True) if end <= hours]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--only", choices=("bank", *SHIPPED))
    given = parser.parse_args()
    talk = [scene for file in sorted(given.folder.glob("*_train*.npz")) for scene in kept(file)]
    recorded = kept(given.folder / "recorded_train.npz")
    if given.only in (None, "bank"):
        order = np.random.default_rng(1).permutation(len(recorded))
        chosen = _first([recorded[at] for at in order], 0.4 * _BANK)
        chosen += _first(
            [scene for file in sorted(given.folder.glob("talk_train_*.npz")) for scene in kept(file)], 0.6 * _BANK
        )
        bank.write(chosen)
        print(f"{bank.FILE}: {len(chosen)} scenes, {bank.FILE.stat().st_size / 1e6:.2f} MB")
    for word in SHIPPED if given.only is None else {given.only} - {"bank"}:
        began, (files, _) = time.process_time(), halves(word)
        others = [e for said, e in talk if not any(fuzz.ratio(a, b) >= 75 for a in word.split() for b in said.split())]
        clips = [recording.read(file) for file in files]
        head = teach(word, clips, others, noises=noises("train"), voices=500, each=3, updates=2000)
        head.write(file_of(WAKE / "heads", word))
        hours = sum(map(len, others)) * STEP / 3600
        print(
            f"{word}: {len(clips)} recordings, {hours:.1f} h of talk, {time.process_time() - began:.0f} s of CPU; "
            f"expected: {head.misses:.1%} missed, {head.alarms:.2g} false alarms an hour",
            flush=True,
        )


if __name__ == "__main__":
    main()
