"""How often wake words are missed, and how often they wake by mistake: a table, one JSON line.

    .venv/bin/python -m benchmarks.wake [--hours 4] [--seed 100] [--choices 2] [--no-look]

Built in: alexa. Trained: the words that are shipped, on the recordings that they were not trained on. Taught: five
recordings by chance, on the others, by the bank that is shipped. The recordings are those of ../shared/data, as they are,
and in kitchen noise at 10 decibels, as they are and in a bathroom. False alarms are counted in talk that shares no word
and no recording with what was trained on (models/training/wake_talk.py): recordings of other words and sentences, once
as they are and once in noise and a room, and ``hours`` of machines talking. ``at 0.1/h``: with the threshold set where
the whole of it has so many; else the sensitivity is 0.5 as set in training.
"""

import argparse
import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import numpy as np
from rich.console import Console
from rich.table import Table

from models.training.wake import halves
from models.training.wake_talk import DATA, SPEECH, Scene, recorded, talk
from speaker import recording
from speaker.asr.moonshine import Moonshine
from speaker.events import SAMPLE_RATE, Frame, Samples
from speaker.places import WAKE
from speaker.vad import VoiceActivity
from speaker.wake import bank, synthesis, takes
from speaker.wake.detector import WakeWords
from speaker.wake.embedding import STEP, Embedding, Floats, embed
from speaker.wake.head import Head, read
from speaker.wake.likeness import sounds_like
from speaker.wake.micro import MicroWord
from speaker.wake.teaching import teach
from speaker.wake.words import known

TAUGHT = ("jarvis", "smart mirror", "amelia", "computer")
QUIET = 16  # embeddings
BAND = 0.5  # of sensitivity: where a second look is taken


@dataclass
class Tried:
    """A wake word in the measurement; all numbers are the sensitivities that were needed."""

    word: str
    kind: str
    head: Head | None
    tests: list[Samples]
    clean: list[float] = field(default_factory=list)
    noisy: list[float] = field(default_factory=list)
    roomy: list[float] = field(default_factory=list)
    alarms: list[float] = field(default_factory=list)
    hours: float = 0.0
    looked: list[tuple[bool, bool]] = field(default_factory=list)
    """Second looks: whether it was the word, and whether it was let wake."""

    def missed(self, needs: list[float], sensitivity: float) -> float:
        return float(np.mean([need >= sensitivity for need in needs])) if needs else 0.0

    @property
    def at_a_tenth(self) -> float:
        """The sensitivity of 0.1 false alarms an hour."""
        allowed = int(0.1 * self.hours)
        worst = sorted(self.alarms)
        return worst[allowed] if len(worst) > allowed else 1.0

    @property
    def row(self) -> dict[str, str | float]:
        tenth = self.at_a_tenth
        right, wrong = [ok for real, ok in self.looked if real], [ok for real, ok in self.looked if not real]
        return {
            "word": self.word,
            "kind": self.kind,
            "clips": len(self.tests),
            "hours": round(self.hours, 2),
            "missed_at_a_tenth": round(self.missed(self.clean, tenth), 3),
            "missed_at_a_tenth_10db": round(self.missed(self.noisy, tenth), 3),
            "missed_at_a_tenth_10db_room": round(self.missed(self.roomy, tenth), 3),
            "missed": round(self.missed(self.clean, 0.5), 3),
            "missed_10db": round(self.missed(self.noisy, 0.5), 3),
            "alarms_an_hour": round(sum(need < 0.5 for need in self.alarms) / max(self.hours, 1e-9), 2),
            "looks_word": len(right),
            "looks_word_refused": len(right) - sum(right),
            "looks_talk": len(wrong),
            "looks_talk_refused": len(wrong) - sum(wrong),
        }


def needs(tried: Tried, samples: Samples, heard: Floats) -> list[tuple[float, float]]:
    """The sensitivity that is needed in each second, and where the end of what needs it is, in seconds; ``heard``: the
    samples after quiet, embedded."""
    if tried.head is None:
        micro, found = MicroWord(tried.word), dict[int, tuple[float, float]]()
        for frame in recording.frames(samples):
            second = int(frame.start)
            found[second] = min(found.get(second, (9.0, 0.0)), (micro.hear(frame).needs, frame.end))
        return list(found.values())
    first = QUIET - tried.head.steps + 1
    every = [(tried.head.needs(float(s)), 0.022 + STEP * (at - first)) for at, s in enumerate(tried.head.scores(heard))]
    return [min(every[at : at + 12]) for at in range(0, len(every), 12)]


def after_quiet(embedding: Embedding, samples: Samples) -> Floats:
    return np.concatenate([embedding.quiet[-QUIET:], embed(embedding, samples)])


def in_kitchen(clip: Samples, kitchen: Samples, random: np.random.Generator, room: synthesis.Audio | None) -> Samples:
    """A recording at 10 decibels over the noise of a kitchen."""
    audio = np.pad(clip.astype(np.float32), (4000, 8000))
    if room is not None:
        audio = synthesis.convolved(audio, room)
    start = int(random.integers(len(kitchen) - len(audio)))
    noise = kitchen[start : start + len(audio)].astype(np.float32)
    word = synthesis.trimmed(clip).astype(np.float64)
    factor = np.sqrt((word**2).mean() / (noise.astype(np.float64) ** 2).mean()) * 10 ** (-10 / 20)
    mixed: Samples = (audio + noise * factor).clip(-32768, 32767).astype(np.int16)
    return mixed


def words(choices: int) -> Iterator[Tried]:
    """What is measured."""
    yield Tried("alexa", "built in", None, [recording.read(f) for f in sorted((SPEECH / "wake/alexa").glob("*.flac"))])
    for file in sorted((WAKE / "heads").glob("*.npz")):
        head = read(file)
        yield Tried(head.word, "trained", head, [recording.read(f) for f in halves(head.word)[1]])
    for word in TAUGHT:
        clips = [recording.read(file) for half in halves(word) for file in half]
        talk = bank.read(word)
        for choice in range(choices):
            order = np.random.default_rng(choice).permutation(len(clips))
            began = time.process_time()
            head = teach(word, [_cut(clips[at]) for at in order[:5]], talk, seed=choice)
            print(
                f"“{word}” taught in {time.process_time() - began:.0f} s of CPU; it expects {head.misses:.1%} missed, "
                f"{head.alarms:.2g} false alarms an hour",
                flush=True,
            )
            yield Tried(word, f"taught {choice + 1}", head, [clips[at] for at in order[5:]])


def _cut(clip: Samples) -> Samples:
    """What ``hark wake teach`` keeps of a recording."""
    activity = VoiceActivity()
    take = takes.judged(clip, [activity.score(frame) for frame in recording.frames(clip, rest=0.2)])
    return take.samples if len(take.samples) else clip


def call(tried: Tried, embedding: Embedding, look: Callable[[Samples], str] | None) -> None:
    """Measure how often it is missed."""
    random = np.random.default_rng(7)
    kitchen = recording.read(DATA / "noise" / "kitchen.flac")
    room = recording.read(DATA / "rooms" / "ir_bathroom1.flac").astype(np.float32)
    room = room[np.abs(room).argmax() :] / np.abs(room).max()
    for clip in tried.tests:
        quiet = np.pad(clip, (4000, 8000))
        noisy = in_kitchen(clip, kitchen, random, None)
        roomy = in_kitchen(clip, kitchen, random, room)
        for audio, into in ((quiet, tried.clean), (noisy, tried.noisy), (roomy, tried.roomy)):
            found = needs(tried, audio, after_quiet(embedding, audio))
            into.append(min(found)[0])
            if look and tried.head:
                _look(tried, audio, min(found), True, look)


def _look(tried: Tried, audio: Samples, found: tuple[float, float], real: bool, look: Callable[[Samples], str]) -> None:
    need, at = found
    if 0.5 - BAND < need < 0.5:
        heard = audio[max(0, round((at - 1.5) * SAMPLE_RATE)) : round(at * SAMPLE_RATE)]
        tried.looked.append((real, sounds_like(tried.word, look(heard))))


def sound(scene: Scene, every: list[Tried], embedding: Embedding, look: Callable[[Samples], str] | None) -> None:
    """Measure false alarms in a scene in which the words are not."""
    heard = after_quiet(embedding, scene.audio)
    for tried in every:
        if tried.word in scene.said or scene.said in tried.word:
            continue
        found = needs(tried, scene.audio, heard)
        tried.hours += len(scene.audio) / SAMPLE_RATE / 3600
        tried.alarms += [need for need, _ in found if need < 1.5]
        if look and tried.head:
            for each in found:
                _look(tried, scene.audio, each, False, look)


def idle() -> float:
    """The share of a core that waiting costs: all heads that are shipped on one embedding, in noise."""
    listening = WakeWords(tuple(word for word, each in known().items() if each.kind == "trained"))
    noise = np.random.default_rng(1).normal(0, 300, 60 * SAMPLE_RATE).astype(np.int16)
    frames = list[Frame](recording.frames(noise))
    began = time.process_time()
    for frame in frames:
        listening.listen(frame)
    return (time.process_time() - began) / 60


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--hours", type=float, default=4.0)
    parser.add_argument("--seed", type=int, default=100)
    parser.add_argument("--choices", type=int, default=2)
    parser.add_argument("--no-look", action="store_true")
    given = parser.parse_args()
    embedding, spent = Embedding(), list[float]()
    engine = None if given.no_look else Moonshine()

    def look(samples: Samples) -> str:
        assert engine
        began = time.process_time()
        text = engine.decode(engine.encode(samples), "lean").text
        spent.append(time.process_time() - began)
        return text

    reader = look if engine else None
    every = list(words(given.choices))
    for tried in every:
        call(tried, embedding, reader)
    for scene in recorded("test", 1):
        sound(scene, every, embedding, reader)
    for scene in talk("test", given.hours, given.seed) if given.hours else ():
        sound(scene, every, embedding, reader)
    rows, table = [tried.row for tried in every], Table(*every[0].row)
    for row in rows:
        table.add_row(*map(str, row.values()))
    Console(width=200).print(table)
    waiting, took = idle(), float(np.median(spent)) if spent else 0.0
    print(f"idle: {waiting:.2%} of a core; a second look: {1000 * took:.0f} ms ({len(spent)})")
    print(json.dumps({"benchmark": "wake", "idle": round(waiting, 4), "look_ms": round(1000 * took), "words": rows}))


if __name__ == "__main__":
    main()
