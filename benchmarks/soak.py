"""Hours of listening, replayed as fast as they can be: does memory grow, is every command acted on once? One JSON line.

    .venv/bin/python -m benchmarks.soak [--hours 2] [--seed 0]

Silence, noise, talk, and now and then the wake word with a command, by three synthetic voices, in an order drawn by chance,
go through the real line. Talk and noise are recordings by others where ../shared is there, else made up. A command
counts as acted on where a turn that began with its wake word did what its text asks for; acted on twice, and things done
that nobody asked for, are counted, too.
"""

import argparse
import gc
import json
import random
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.table import Table

from benchmarks import household
from speaker.build import Hark, Place
from speaker.config import AudioConfig, Config
from speaker.events import FRAME_SAMPLES, SAMPLE_RATE, Frame, Samples, Turn

WAKE = "hey jarvis"
VOICES = ("slt", "rms", "awb")
"""Those that the wake word's model knows; espeak-ng's seldom wake it, which is measured elsewhere."""
COMMANDS = (
    "turn on the kitchen lights",
    "turn off all the lights",
    "what time is it",
    "set the bedroom to nineteen degrees",
    "close the blinds in the bedroom",
    "flip a coin",
    "cancel all timers",
    "what's on my shopping list",
)
"""None of them leaves more behind than the one before, so that what grows is Hark's own."""
TALK = (
    "we had such a lovely walk along the river",
    "the weather in london is quite nice at this time of the year",
    "he said that the meeting was moved to another room",
    "nobody knows where all of these boxes have come from",
)
PARTS = ("silence", "noise", "talk", "command", "command")
"""What comes next is drawn from these."""


@dataclass
class Scene:
    """What was said so far, and when."""

    commands: list[tuple[float, float, str]] = field(default_factory=list)
    """Where in the audio the wake word begins and the command ends, in seconds, and the command."""
    seconds: float = 0.0


@dataclass(frozen=True)
class Load:
    """What the process holds."""

    at: float
    """Hours of audio."""
    memory: float
    """MB that are resident."""
    objects: int
    """That Python's collector follows."""
    threads: int
    files: int


def load(hours: float) -> Load:
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return Load(
        hours,
        pages * 4096 / 2**20,
        len(gc.get_objects()),
        threading.active_count(),
        len(list(Path("/proc/self/fd").iterdir())),
    )


def frames(scene: Scene, seconds: float, seed: int) -> Iterator[Frame]:
    """So many seconds of a household; ``scene`` is told what is said in it."""
    chance, rest = random.Random(seed), np.zeros(0, np.int16)
    voices = {voice: household.said(voice, WAKE) for voice in VOICES}
    talk, noise = _talk(), _noise()
    while scene.seconds < seconds:
        part = _part(chance, scene, voices, talk, noise)
        samples = np.concatenate([rest, part])
        whole = len(samples) // FRAME_SAMPLES * FRAME_SAMPLES
        for at in range(0, whole, FRAME_SAMPLES):
            yield Frame(samples[at : at + FRAME_SAMPLES], scene.seconds)
            scene.seconds += FRAME_SAMPLES / SAMPLE_RATE
        rest = samples[whole:]


def _part(chance: random.Random, scene: Scene, voices: dict[str, Samples], talk: Samples, noise: Samples) -> Samples:
    """What comes next."""
    kind, long = chance.choice(PARTS), chance.uniform(5, 40)
    if kind == "command":
        voice, text = chance.choice(list(voices)), chance.choice(COMMANDS)
        said = [voices[voice], _silence(0.3), household.said(voice, text)]
        spoken = np.concatenate([_silence(1), *said, _silence(4)])
        start = scene.seconds + 1
        scene.commands.append((start, start + sum(map(len, said)) / SAMPLE_RATE, text))
        return household.mixed(spoken, noise, 25, chance.randrange(len(noise))) if chance.random() < 0.5 else spoken
    if kind == "silence":
        return _silence(long)
    source = talk if kind == "talk" else noise
    at = chance.randrange(len(source))
    return np.take(source, np.arange(at, at + int(long * SAMPLE_RATE)), mode="wrap")


def _talk() -> Samples:
    if (household.DATA / "speech").is_dir():
        return household.talk()
    pauses = (part for text in TALK for part in (household.said("rms", text), _silence(0.8)))
    return np.concatenate(list(pauses))


def _noise() -> Samples:
    if (household.DATA / "noise").is_dir():
        return household.noise()
    return np.random.default_rng(0).normal(0, 300, 20 * SAMPLE_RATE).astype(np.int16)


def _silence(seconds: float) -> Samples:
    return np.zeros(int(seconds * SAMPLE_RATE), np.int16)


@dataclass(frozen=True)
class Outcome:
    """How the hours went."""

    hours: float
    commands: int
    once: int
    """Commands that were acted on once,"""
    twice: int
    """more than once,"""
    missed: int
    """not at all, as nothing woke,"""
    wrong: int
    """or otherwise than asked."""
    unasked: int
    """Turns in which something was done though nobody had asked."""
    loads: tuple[Load, ...]
    """At each tenth of the time, beginning with the first."""
    seconds: float
    """That it took."""


def run(hours: float, seed: int, data: Path) -> Outcome:
    """Listen for so many hours of audio."""
    config = Config(audio=AudioConfig(volume="software"), plugins={"media": {"host": str(data / "nobody.sock")}})
    scene, turns, loads = Scene(), list[Turn](), list[Load]()
    began = time.perf_counter()

    def watched() -> Iterator[Frame]:
        for frame in frames(scene, hours * 3600, seed):
            yield frame
            if frame.end >= hours * 360 * (len(loads) + 1):
                loads.append(load(frame.end / 3600))

    with Hark(Place(config, None, data)) as hark:
        wanted = {text: _done(hark, text) for text in COMMANDS}
        for turn in hark.assistant(hark.ears()).attend(watched(), "soak"):
            turns.append(Turn(turn.began, turn.source, turn.wake, parse=turn.parse))  # without its audio
    counts = {"once": 0, "twice": 0, "missed": 0, "wrong": 0}
    for start, end, text in scene.commands:
        own = [turn for turn in turns if turn.wake and start - 0.5 <= turn.wake.at <= end + 4]
        right = [turn for turn in own if turn.parse and _named(turn) == wanted[text]]
        kind = "twice" if len(right) > 1 else "once" if right else "wrong" if own else "missed"
        counts[kind] += 1
    at = [
        turn for turn in turns if turn.wake and not any(s - 0.5 <= turn.wake.at <= e + 4 for s, e, _ in scene.commands)
    ]
    unasked = sum(bool(turn.parse and turn.parse.intents) for turn in at)
    took = time.perf_counter() - began
    return Outcome(scene.seconds / 3600, len(scene.commands), *counts.values(), unasked, tuple(loads), took)


def _done(hark: Hark, text: str) -> list[tuple[str, dict[str, object]]]:
    return [(intent.name, dict(intent.slots)) for intent in hark.mind.parse(text).intents]


def _named(turn: Turn) -> list[tuple[str, dict[str, object]]]:
    return [(intent.name, dict(intent.slots)) for intent in turn.parse.intents] if turn.parse else []


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--hours", type=float, default=2.0)
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="hark-") as data:
        outcome = run(arguments.hours, arguments.seed, Path(data))
    table = Table("hours", "MB", "objects", "threads", "files")
    for each in outcome.loads:
        table.add_row(f"{each.at:.2f}", f"{each.memory:.0f}", f"{each.objects}", f"{each.threads}", f"{each.files}")
    Console().print(table)
    first, last = outcome.loads[0], outcome.loads[-1]
    result = {
        "hours": round(outcome.hours, 2), "commands": outcome.commands, "once": outcome.once, "twice": outcome.twice,
        "missed": outcome.missed, "wrong": outcome.wrong, "unasked": outcome.unasked,
        "memory_mb": [round(first.memory, 1), round(last.memory, 1)], "objects": [first.objects, last.objects],
        "threads": [first.threads, last.threads], "files": [first.files, last.files],
        "faster_than_real_time": round(3600 * outcome.hours / outcome.seconds, 1),
    }  # fmt: skip
    print(json.dumps({"soak": result}))


if __name__ == "__main__":
    main()
