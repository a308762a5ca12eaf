"""Our sentences as the recogniser writes them: spoken by machines in many voices and noises, and heard by our own ears.

``python -m models.training.heard [COUNT]`` makes them (about a tenth of a second each) and keeps them in
``models/training/runs/heard.jsonl``, from where the training takes them; it goes on where it was interrupted.
"""

import json
import random
import re
import sys
from collections.abc import Iterator
from difflib import SequenceMatcher
from functools import cache
from pathlib import Path

import numpy as np
import soxr
from rapidfuzz import fuzz

from models.training.generate import Sample, negatives, positives
from models.training.language import NAME
from speaker import demo
from speaker.asr.moonshine import Moonshine
from speaker.config import Config
from speaker.events import SAMPLE_RATE, Samples
from speaker.home import Home
from speaker.phrases import sentences
from speaker.places import INTENTS
from speaker.testing import Bench
from speaker.text import normalise
from speaker.tts import Espeak

FILE = Path(__file__).parent / "runs" / "heard.jsonl"
COUNT = 8000
ALIKE = 80.0  # percent of likeness below which what was heard is something else
GARBLED = 55.0  # percent below which it is no command any more
ALIKE_SLOT = 55.0  # and of the words of a slot; figures may stand for words
_DIGIT = re.compile(r"\d")
_ESPEAK = ("en-us", "en-gb", "en-gb-scotland", "en-gb-x-rp", "en-gb-x-gbclan", "en-029", "en-gb-x-gbcwmd")
_VARIANTS = ("", "+m1", "+m3", "+m5", "+m7", "+f1", "+f2", "+f3", "+f4", "+croak")
_FLITE = ("slt", "rms", "awb", "kal16")


def read() -> list[Sample]:
    """What was made; empty where nothing was."""
    if NAME != "en" or not FILE.exists():
        return []
    rows = [json.loads(line) for line in FILE.read_text(encoding="utf-8").splitlines()]
    return [Sample(text, tuple((name, tuple(map(tuple, slots))) for name, slots in intents)) for text, intents in rows]


def heard(sample: Sample, text: str) -> Sample | None:
    """A sample with the words that were heard in place of those that were said; None where it is hard to say.

    A slot points at what stands where its words stood, misheard or not. What was heard all wrong is no command: to act
    on the one word that is left would be a guess.
    """
    said, got = sample.text.split(), normalise(text).split()
    alike = fuzz.ratio(sample.text, " ".join(got))
    if len(got) > 1 and alike < GARBLED:
        return Sample(" ".join(got), ())
    if not got or alike < ALIKE:
        return None
    places = _places(said, got)
    intents = []
    for name, slots in sample.intents:
        moved = []
        for slot, words in slots:
            own = words.split()
            starts = [at for at in range(len(said) - len(own) + 1) if said[at : at + len(own)] == own]
            if len(starts) != 1:
                return None
            found = got[places[starts[0]] : places[starts[0] + len(own)]]
            if not found or not (_DIGIT.search(" ".join(found)) or fuzz.ratio(words, " ".join(found)) >= ALIKE_SLOT):
                return None
            moved.append((slot, " ".join(found)))
        intents.append((name, tuple(moved)))
    return Sample(" ".join(got), tuple(intents))


def _places(said: list[str], got: list[str]) -> list[int]:
    """For each place between the words that were said, the place between those that were heard."""
    places = [0] * (len(said) + 1)
    for _, a, b, c, d in SequenceMatcher(None, said, got, autojunk=False).get_opcodes():
        for at in range(a, b + 1):
            places[at] = c + round((at - a) * (d - c) / (b - a)) if b > a else d
    places[-1] = len(got)
    return places


def spoken(text: str, r: random.Random) -> Samples:
    """A sentence in some voice, in some noise, 16 kHz."""
    if r.random() < 0.45:
        voice = demo.said(r.choice(_FLITE), text)
    else:
        speech = _espeak(r.choice(_ESPEAK) + r.choice(_VARIANTS), r.randrange(130, 200, 10)).speak(text)
        voice = soxr.resample(speech.samples, speech.rate, SAMPLE_RATE)
    quiet = np.zeros(int(SAMPLE_RATE * 0.6), np.int16)
    samples = np.concatenate([quiet, voice, quiet]).astype(np.float32)
    level = float(np.sqrt(np.mean(voice.astype(np.float32) ** 2))) or 1.0
    noise = np.random.default_rng(r.randrange(1 << 30)).normal(0, 1, len(samples))
    if r.random() < 0.6:  # dull, as most noise in a house is
        noise = np.convolve(noise, np.ones(16) / 4.0, mode="same")
    samples += level * 10 ** (-r.uniform(3, 30) / 20) * noise
    samples *= r.uniform(2000, 9000) / max(level, 1.0)
    return np.clip(samples, -32768, 32767).astype(np.int16)


@cache
def _espeak(voice: str, speed: int) -> Espeak:
    return Espeak(voice, speed)


def make(seed: str) -> Iterator[Sample]:
    """Without end."""
    r = random.Random(seed)
    with Bench([INTENTS], FILE.parent / "bench") as bench:
        home = Home(Config().home, bench.store.of("home"))
        leaning = Moonshine(sentences(bench.plugins.specs, home.areas, home.names))
    plain = Moonshine()
    while True:
        for sample in positives(r, 85) + negatives(r, 15):
            hearing = (leaning if r.random() < 0.5 else plain).listen()
            hearing.accept(spoken(sample.text, r))
            if found := heard(sample, hearing.finish().text):
                yield found


def main(count: int = COUNT) -> None:
    FILE.parent.mkdir(parents=True, exist_ok=True)
    have = len(FILE.read_text(encoding="utf-8").splitlines()) if FILE.exists() else 0
    samples = make(f"heard/{have}")
    with FILE.open("a", encoding="utf-8") as file:
        for number in range(have, count):
            sample = next(samples)
            file.write(json.dumps([sample.text, sample.intents]) + "\n")
            if number % 500 == 499:
                print(f"heard {number + 1}/{count}", flush=True)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
