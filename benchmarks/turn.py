"""How long a turn takes, stage by stage, and what Hark costs: a table, and one JSON line.

    .venv/bin/python -m benchmarks.turn [--rounds 3]

Synthetic commands (flite) go through the whole line as fast as they can; times are medians of one run on this
machine, so compare only within a run. "Delay" is what a person waits between the last sound of the command and the
action, where frames come as a microphone gives them (benchmarks/endpoint.py has more of it); "looking" is understanding
in pauses what was said so far.
"""

import argparse
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.table import Table

from benchmarks import endpoint, household
from speaker import demo, recording
from speaker.assistant import Ears
from speaker.build import Hark, Place
from speaker.config import Config
from speaker.events import SAMPLE_RATE, Span
from speaker.tts import Espeak

STAGES = ("endpoint", "asr", "slm", "handler", "tts")


def start_to_ready() -> float:
    """Seconds from starting the program to where it would listen, in a process of its own."""
    code = (
        "import tempfile, pathlib; from speaker.build import Hark, Place; from speaker.config import Config;"
        "from speaker.tts import Espeak; import speaker.cli;"
        "h = Hark(Place(Config(), None, pathlib.Path(tempfile.mkdtemp())), Espeak()); h.ears(); h.close()"
    )
    began = time.perf_counter()
    subprocess.run([sys.executable, "-c", code], check=True, cwd=Path(__file__).parents[1])
    return time.perf_counter() - began


def listening_cost(hark: Hark, seconds: float = 30.0) -> float:
    """CPU seconds for each second of waiting for the wake word, in noise."""
    noise = np.random.default_rng(0).normal(0, 200, int(seconds * SAMPLE_RATE)).astype(np.int16)
    wake = hark.ears().wake
    began = time.process_time()
    for frame in recording.frames(noise):
        wake.hear(frame)
    return (time.process_time() - began) / seconds


def delay(hark: Hark, ears: Ears, voice: str, text: str) -> float:
    """Seconds from the last sound of a command to its action."""
    spoken = household.Spoken(text, said := household.said(voice, text), len(said) / SAMPLE_RATE, text)
    _, called = endpoint.replay(hark, ears, endpoint.scene(spoken, "clean", {}, 0))
    return called - endpoint.LEAD - spoken.end


def memory() -> float:
    """Peak memory of this process in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3)
    rounds = parser.parse_args().rounds
    before = memory()
    ready = statistics.median(start_to_ready() for _ in range(3))
    spans: dict[str, list[Span]] = {stage: [] for stage in STAGES}
    delays, factors, looked, turns = list[float](), list[float](), list[float](), 0
    with tempfile.TemporaryDirectory() as data, Hark(Place(Config(), None, Path(data)), Espeak()) as hark:
        audio = [(text, demo.spoken(voice, "hey jarvis", text)) for voice, text in demo.COMMANDS]
        ears = hark.ears()
        assistant = hark.assistant(ears)
        loaded = memory()
        list(assistant.attend(recording.frames(audio[0][1], rest=1.0), "warm-up"))
        right = 0
        for _ in range(rounds):
            for text, samples in audio:
                for turn in assistant.attend(recording.frames(samples, rest=1.0), text):
                    took = {span.stage: span.end - span.start for span in turn.spans}
                    for span in turn.spans:
                        spans[span.stage].append(span)
                    assert turn.utterance is not None
                    length = turn.utterance.end - turn.utterance.start
                    looking = float(turn.spans[0].notes["looks_ms"])
                    looked.append(looking)
                    factors.append((took["asr"] + looking / 1000) / length)
                    right += turn.parse is not None and not turn.parse.rejected
                    turns += 1
            delays += [delay(hark, ears, voice, text) for voice, text in demo.COMMANDS]
        idle = listening_cost(hark)
    table = Table("stage", "wall ms", "CPU ms", "slowest ms")
    result: dict[str, object] = {}
    for stage, ones in spans.items():
        wall = [1000 * (one.end - one.start) for one in ones]
        cpu = statistics.median(1000 * one.cpu for one in ones)
        table.add_row(stage, f"{statistics.median(wall):.1f}", f"{cpu:.1f}", f"{max(wall):.1f}")
        result[stage] = {
            "wall_ms": round(statistics.median(wall), 2),
            "cpu_ms": round(cpu, 2),
            "max_ms": round(max(wall), 1),
        }
    result |= {
        "turns": turns,
        "understood": right,
        "delay_s": round(statistics.median(delays), 3),
        "looking_ms": round(statistics.median(looked), 1),
        "real_time_factor": round(statistics.median(factors), 4),
        "idle_cpu": round(idle, 4),
        "ready_s": round(ready, 2),
        "memory_loaded_mb": round(loaded),
        "memory_peak_mb": round(memory()),
        "memory_python_mb": round(before),
    }
    console = Console()
    console.print(table)
    summary = Table("what", "value", show_header=False)
    for name, unit in (
        ("delay_s", "s from the end of speech to the action"), ("looking_ms", "ms of it beside the silence, in looking"),
        ("real_time_factor", "of recognition and understanding"),
        ("idle_cpu", "of a core while waiting for the wake word"), ("ready_s", "s from start to ready"),
        ("memory_loaded_mb", "MB when loaded"), ("memory_peak_mb", "MB at most"),
    ):  # fmt: skip
        summary.add_row(str(result[name]), unit)
    console.print(summary)
    print(json.dumps(result))


if __name__ == "__main__":
    main()
