"""How long it takes from the end of speech to the action, and how often a command is cut off: a table, one JSON line.

    .venv/bin/python -m benchmarks.endpoint [--every 1] [--show]

Commands with a known end are replayed in the time that they take: a frame is there when its sound is over, and what
the line computes meanwhile delays it, as it would a microphone's; that is taken in CPU time, so that it does not matter
what else the machine does. Each goes twice through the whole line from behind the
wake word to the handler: by the words, and by the fixed silence of 0.7 s. *Cut off*: the end was decided more than a tenth of a second before the
last sound. *Right*: what was done is what the text alone, or the label, asks for.

The commands: recorded coffee orders (with the coffee machine of tests/plugins) and home commands, and synthetic voices
of which some stop to think. Two of five are clean, two in kitchen noise at 15 dB, and with one other people talk, 10 dB
below, during and after it. The end of speech is taken from the clean recording.
"""

import argparse
import json
import statistics
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.table import Table

from benchmarks import barista, household
from benchmarks.household import Spoken
from speaker import recording
from speaker.asr import Hearing, Recogniser
from speaker.assistant import Ears
from speaker.build import Hark, Place
from speaker.config import AudioConfig, Config
from speaker.events import SAMPLE_RATE, Frame, Samples, Transcript, Turn

LEAD, REST = 0.4, 16.0
"""Seconds before the command, and after its end."""
ROOMS = ("clean", "kitchen", "talk")
BEFORE = ("endpoint", "asr", "slm")
"""The stages before the handler."""
RULES = ("words", "silence")


@dataclass
class Paced:
    """Frames as a microphone gives them: none before its sound is over, and those that wait at once."""

    frames: Iterator[Frame]
    now: float = 0.0
    """Seconds of the simulated clock."""
    given: float = 0.0
    """When the last frame was given, in CPU seconds of the process."""

    def __iter__(self) -> Iterator[Frame]:
        return self

    def __next__(self) -> Frame:
        frame = next(self.frames)
        self.now = max(self.now + (time.process_time() - self.given if self.given else 0.0), frame.end)
        self.given = time.process_time()
        return frame


class Timed:
    """A recogniser, and what it takes of the processor before the end is decided."""

    def __init__(self, recogniser: Recogniser) -> None:
        self.name, self._recogniser, self.cpu = recogniser.name, recogniser, 0.0

    def listen(self, phrases: Sequence[str] = (), answers: Sequence[str] = ()) -> Hearing:
        hearing = self._recogniser.listen(phrases, answers)
        so_far = hearing.so_far

        def timed() -> Transcript | None:
            began = time.process_time()
            heard = so_far()
            self.cpu += time.process_time() - began
            return heard

        hearing.so_far = timed  # type: ignore[method-assign]
        return hearing


@dataclass(frozen=True)
class Result:
    """How one command went by one rule."""

    spoken: Spoken
    room: str
    rule: str
    delay: float
    """Seconds from the last sound to the handler's call; below 0 where it was cut off."""
    cut: bool
    right: bool
    ended_by: str
    heard: str
    cpu: float
    """CPU seconds of the whole turn before the handler,"""
    looking: float
    """and of it in recognition before the end was decided."""
    looks: int


def scene(spoken: Spoken, room: str, others: dict[str, Samples], at: int) -> Samples:
    """A command in a room: something before it, and a long time after."""
    speech = spoken.samples[: int(spoken.end * SAMPLE_RATE)]
    whole = np.concatenate([speech, _silence(REST)])
    if room != "clean":
        whole = household.mixed(whole, others[room], 15 if room == "kitchen" else 10, at)
    return np.concatenate([_silence(LEAD), whole])


def replay(hark: Hark, ears: Ears, samples: Samples) -> tuple[Turn, float]:
    """A turn, and when its handler was called by the clock of the audio."""
    paced = Paced(recording.frames(samples))
    assistant = hark.assistant(ears)
    began = time.process_time()
    turn = assistant.command(paced, "endpoint")
    before = sum(span.cpu for span in turn.spans if span.stage in BEFORE)
    return turn, paced.now + began + before - paced.given


def wanted(hark: Hark, spoken: Spoken) -> list[tuple[str, dict[str, object]]]:
    """What a command asks for."""
    if not spoken.text:
        return [(barista.INTENT, dict(spoken.slots))]
    return done(hark.mind.parse(spoken.text).intents)


def done(intents: Sequence[object]) -> list[tuple[str, dict[str, object]]]:
    return [(intent.name, dict(intent.slots)) for intent in intents]  # type: ignore[attr-defined]


def measure(commands: Sequence[tuple[Spoken, str]], data: Path) -> Iterator[Result]:
    """Every command in its room, by both rules."""
    others = {"kitchen": household.noise(), "talk": household.talk()}
    config = Config(audio=AudioConfig(volume="software"), plugins={"media": {"host": str(data / "nobody.sock")}})
    with Hark(Place(config, None, data, (barista.PLUGIN,))) as hark:
        ears = hark.ears()
        timed = Timed(ears.recogniser)
        by = {
            "words": replace(ears, recogniser=timed),
            "silence": replace(ears, recogniser=timed, limits=replace(ears.limits, looks=False)),
        }
        replay(hark, by["words"], scene(commands[0][0], "clean", others, 0))  # warm
        for at, (spoken, room) in enumerate(commands):
            samples = scene(spoken, room, others, at * 77_777)
            for rule, own in ((rule, by[rule]) for rule in RULES):
                timed.cpu = 0.0
                turn, called = replay(hark, own, samples)
                assert turn.utterance is not None
                assert turn.transcript is not None
                assert turn.parse is not None
                end = LEAD + spoken.end
                cpu = sum(span.cpu for span in turn.spans if span.stage in BEFORE)
                looks = int(turn.spans[0].notes["looks"])
                yield Result(
                    spoken, room, rule, called - end, turn.utterance.end < end - 0.1,
                    done(turn.parse.intents) == wanted(hark, spoken), turn.utterance.ended_by, turn.transcript.text,
                    cpu, timed.cpu, looks,
                )  # fmt: skip


def commands(every: int) -> list[tuple[Spoken, str]]:
    """Commands and where they are said."""
    spoken = [*household.recorded(), *household.synthetic()][::every]
    rooms = ("clean", "kitchen", "clean", "kitchen", "talk")
    return [(one, rooms[at % len(rooms)]) for at, one in enumerate(spoken)]


def figures(results: Sequence[Result]) -> dict[str, float]:
    delays = sorted(one.delay for one in results)
    return {
        "commands": len(results),
        "median_ms": round(1000 * statistics.median(delays)),
        "p95_ms": round(1000 * delays[int(0.95 * (len(delays) - 1))]),
        "cut": round(sum(one.cut for one in results) / len(results), 4),
        "right": round(sum(one.right for one in results) / len(results), 4),
        "looks": round(sum(one.looks for one in results) / len(results), 2),
        "cpu_ms": round(1000 * sum(one.cpu for one in results) / len(results)),
        "cpu_looking": round(sum(one.looking for one in results) / sum(one.cpu for one in results), 3),
    }


def groups(results: Sequence[Result]) -> Iterator[tuple[str, list[Result]]]:
    yield "all", list(results)
    for room in ROOMS:
        yield room, [one for one in results if one.room == room]
    yield "coffee orders", [one for one in results if not one.spoken.text]
    yield "home commands", [one for one in results if one.spoken.text and not one.spoken.name[0].isdigit()]
    synthetic = [one for one in results if one.spoken.text and one.spoken.name[0].isdigit()]
    yield "synthetic", [one for one in synthetic if not one.spoken.pause]
    yield "synthetic, halting", [one for one in synthetic if one.spoken.pause]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--every", type=int, default=1, help="take each so many-th command alone")
    parser.add_argument("--show", action="store_true", help="print what was cut off, slow or wrong by the words")
    arguments, console = parser.parse_args(), Console(width=140)
    if not household.DATA.is_dir():
        console.print(f"skipped: {household.DATA} is not there")
        return
    with tempfile.TemporaryDirectory(prefix="hark-") as data:
        results = list(measure(commands(arguments.every), Path(data)))
    if arguments.show:
        for one in results:
            if one.rule == "words" and (one.cut or one.delay > 0.6 or not one.right):
                why = "CUT" if one.cut else "slow" if one.delay > 0.6 else "wrong"
                print(f"{why} {one.delay:.2f} {one.room} {one.ended_by} {one.spoken.pause:.2f} {one.looks}"
                      f" [{one.spoken.text or dict(one.spoken.slots)}] [{one.heard}]")  # fmt: skip
    table = Table("", *(f"{rule}: {what}" for rule in RULES for what in ("median ms", "95 % ms", "cut off", "right")))
    summary: dict[str, dict[str, dict[str, float]]] = {}
    for name, some in groups(results):
        if some:
            summary[name] = {rule: figures([one for one in some if one.rule == rule]) for rule in RULES}
            keys = ("median_ms", "p95_ms", "cut", "right")
            table.add_row(name, *(f"{summary[name][rule][key]:g}" for rule in RULES for key in keys))
    console.print(table)
    print(json.dumps({"endpoint": summary}))


def _silence(seconds: float) -> Samples:
    return np.zeros(int(seconds * SAMPLE_RATE), np.int16)


if __name__ == "__main__":
    main()
