"""What is no wake word: talk by machines, recordings, and noise; one part to train with, one to test.

    .venv/bin/python -m models.training.wake_talk PART HOURS SEED FOLDER

PART is ``train`` or ``test``. The two share no word and no recording: each word of the language belongs to one of them, by
its letters, and what a sentence has of the other's is left out of it. ``train`` speaks CLINC150 and Snips, ``test``
speaks HWU64. A scene is some twenty seconds in one room, of one or two voices. What is made is kept in FOLDER.
"""

import json
import sys
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from speaker import recording
from speaker.events import SAMPLE_RATE, Samples
from speaker.text import normalise
from speaker.wake import synthesis
from speaker.wake.embedding import STEP, Embedding, Floats, embed

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
SPEECH = DATA / "speech"
SETS = {
    "train": ("wake/alexa", "wake/computer", "precise/computer/en", "precise/heycomputer/en", "precise/heycomputer/es",
              "precise/athena/en", "words/bed"),
    "test": ("wake/jarvis", "wake/smart_mirror", "precise/amelia/en", "precise/not-wake-words/en",
             "precise/not-wake-words/es", "words/cat", "words/happy", "barista", "home"),
}  # fmt: skip
"""Recordings, by the part that they belong to."""
NOISES = {
    "train": ("running_tap", "pink_noise"),
    "test": ("doing_the_dishes", "exercise_bike", "white_noise", "kitchen"),
}
WORDS = {
    "wake/alexa": "alexa",
    "wake/computer": "computer",
    "precise/computer/en": "computer",
    "precise/heycomputer/en": "hey computer",
    "precise/heycomputer/es": "hey computer",
    "precise/athena/en": "athena",
    "wake/jarvis": "jarvis",
    "wake/smart_mirror": "smart mirror",
    "precise/amelia/en": "amelia",
}
"""What is said in the recordings of wake words."""
_RESERVED = frozenset("alexa computer computers athena jarvis smart mirror amelia hey mycroft nabu marvin".split())


@dataclass(frozen=True)
class Scene:
    """Some twenty seconds."""

    said: str
    """The words in it; for recordings their wake word, or the name of their set."""
    audio: Samples


def part_of(word: str) -> str:
    """The part that a word belongs to; wake words belong to none."""
    if word in _RESERVED:
        return "none"
    return "train" if zlib.crc32(word.encode()) % 2 else "test"


def sentences(part: str) -> list[str]:
    """What is said in a part, of its words alone."""
    text = DATA / "text"
    if part == "test":
        said = [json.loads(line)["text"] for line in (text / "hwu64.jsonl").read_text(encoding="utf-8").splitlines()]
    else:
        snips = (json.loads(line) for line in (text / "snips.jsonl").read_text(encoding="utf-8").splitlines())
        said = ["".join(piece["text"] for piece in each["data"]) for each in snips]
        clinc = json.loads((text / "clinc150.json").read_text(encoding="utf-8"))
        said += [sentence for rows in clinc.values() for sentence, _ in rows]
    kept = (" ".join(w for w in normalise(each).split() if w.isalpha() and part_of(w) == part) for each in said)
    return sorted({each for each in kept if each.count(" ") >= 1})


def noises(part: str) -> list[synthesis.Audio]:
    """The noises of a part, of power 1."""
    files = [DATA / "noise" / f"{name}.flac" for name in NOISES[part]]
    every = sorted((DATA / "noise" / "esc10").rglob("*.flac"))
    files += [f for f in every if (zlib.crc32(f.stem.encode()) % 2 == 0) == (part == "test")]
    read = (recording.read(file).astype(np.float32) for file in files)
    return [audio / audio.std() for audio in read if audio.std() > 1]


def talk(part: str, hours: float, seed: int) -> Iterator[Scene]:
    """Machines talking."""
    random = np.random.default_rng(seed)
    texts, around, seconds = sentences(part), noises(part), 0.0
    while seconds < hours * 3600:
        voices = [synthesis.any_voice(random) for _ in range(2)]
        warp, said, pieces = random.uniform(0.85, 1.2), [], list[Samples]()
        while sum(map(len, pieces)) < 20 * SAMPLE_RATE:
            said.append(texts[int(random.integers(len(texts)))])
            spoken = synthesis.speak(said[-1], voices[random.integers(2)])
            pieces += [synthesis.warped(spoken, warp), np.zeros(random.integers(12_000), np.int16)]
        scene = synthesis.placed(np.concatenate(pieces), random, 0, 0.2, around)
        seconds += len(scene) / SAMPLE_RATE
        yield Scene(" ".join(said), scene)


def recorded(part: str, seed: int, without: str = "") -> Iterator[Scene]:
    """The recordings of a part, each once as it is and once in a noise and a room; not those of the word ``without``."""
    random, around = np.random.default_rng(seed), noises(part)
    for name in SETS[part]:
        if WORDS.get(name, "-") == without:
            continue
        files = sorted((SPEECH / name).glob("*.flac"))
        for at in range(0, len(files), 8):
            clips = [recording.read(file) for file in files[at : at + 8]]
            joined = np.concatenate([np.pad(clip, (0, 6000)) for clip in clips])
            for scene in (joined, synthesis.placed(joined, random, 0, 0.2, around, clean=0)):
                yield Scene(WORDS.get(name, name), scene)
    for sound in around:
        yield Scene("noise", (sound * random.uniform(100, 3000)).clip(-32768, 32767).astype(np.int16))


def keep(path: Path, scenes: Iterable[Scene]) -> tuple[int, float]:
    """Embed scenes and write them; how many they are, and the hours."""
    embedding, said, embedded = Embedding(), list[str](), list[Floats]()
    for scene in scenes:
        said.append(scene.said)
        embedded.append(embed(embedding, scene.audio))
    lengths = np.array([len(each) for each in embedded])
    np.savez(path, said=np.array(said), lengths=lengths, embeddings=np.concatenate(embedded).astype(np.float16))
    return len(said), float(lengths.sum()) * STEP / 3600


def kept(path: Path) -> list[tuple[str, Floats]]:
    """Read scenes: what is said, and the embeddings, shape (n, 96)."""
    with np.load(path) as file:
        ends, whole = np.cumsum(file["lengths"]), file["embeddings"]
        return [
            (str(said), whole[end - length : end].astype(np.float32))
            for said, length, end in zip(file["said"], file["lengths"], ends, strict=True)
        ]


def main() -> None:
    part, hours, seed, folder = sys.argv[1], float(sys.argv[2]), int(sys.argv[3]), Path(sys.argv[4])
    folder.mkdir(parents=True, exist_ok=True)
    name = f"talk_{part}_{seed}.npz" if hours else f"recorded_{part}.npz"
    count, lasted = keep(folder / name, talk(part, hours, seed) if hours else recorded(part, seed))
    print(f"{folder / name}: {lasted:.2f} h, {count} scenes")


if __name__ == "__main__":
    main()
