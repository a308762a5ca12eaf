"""Measure the finished model: a table, and one JSON line.

``python -m models.training.evaluate [MODEL]`` measures the shipped one. Sentences by other people are measured
where they are at hand (see ``public``).
"""

import argparse
import json
import random
import resource
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from models.training import public
from models.training.generate import Sample, negatives, positives
from speaker.config import UnderstandingConfig
from speaker.events import IntentSpec, Reading
from speaker.slm import LanguageModel

SHIPPED = Path(__file__).parents[1] / "quantized" / "hark-slm.gguf"
THRESHOLD = UnderstandingConfig().threshold


@dataclass(frozen=True)
class Figures:
    """How a set of sentences went."""

    count: int
    intent: float | None = None
    """Share of commands whose intents are right and sure enough to be done."""
    exact: float | None = None
    """Share of commands whose slots' words are right too."""
    accepted: float | None = None
    """Share of sentences that are no command and yet would be obeyed."""


def sets(seed: int = 7) -> dict[str, list[Sample]]:
    """The sentences to measure by, none of which was trained on: name → samples."""
    r = random.Random(seed)
    found = {
        "own patterns held out": positives(r, 2000, hold_out=True),
        "own talk held out": negatives(r, 1000, hold_out=True),
    }
    if public.FOLDER.is_dir():
        hwu, hwu_not = public.hwu()
        clinc, clinc_not = public.clinc("val")
        found["HWU64 commands"] = [s for s in hwu if public.held_out(s.text)]
        found["CLINC150 commands"] = clinc
        found["HWU64 others"] = r.sample([s for s in hwu_not if public.held_out(s.text)], 1500)
        found["CLINC150 others"] = r.sample(clinc_not, 1500)
        found["Snips others"] = r.sample(public.snips(), 1500)
    return found


def score(reading: Reading) -> float:
    """How surely something is to be done, 0 to 1."""
    return reading.confidence if reading.candidates else 0.0


def measure(samples: Sequence[Sample], readings: Sequence[Reading]) -> Figures:
    """Compare what was read with what was meant; all samples are commands, or none is."""
    sure = [score(reading) >= THRESHOLD for reading in readings]
    if not samples[0].intents:
        return Figures(len(samples), accepted=float(np.mean(sure)))
    pairs = list(zip(samples, readings, sure, strict=True))
    intent = [ok and tuple(c.intent for c in r.candidates) == tuple(i for i, _ in s.intents) for s, r, ok in pairs]
    exact = [right and same_slots(s, r) for right, (s, r, _) in zip(intent, pairs, strict=True)]
    return Figures(len(samples), intent=float(np.mean(intent)), exact=float(np.mean(exact)))


def same_slots(sample: Sample, reading: Reading) -> bool:
    """Whether the words of all slots are those that were meant."""
    meant = [dict(slots) for _, slots in sample.intents]
    return meant == [{p.slot: p.words for p in candidate.slots} for candidate in reading.candidates]


def auroc(commands: npt.ArrayLike, others: npt.ArrayLike) -> float:
    """How often a command scores higher than what is none (0.5 is chance); ties count half."""
    ordered = np.sort(others)
    below = np.searchsorted(ordered, commands, "left") + np.searchsorted(ordered, commands, "right")
    return float(np.mean(below) / (2 * len(ordered)))


def report(path: Path, show: Callable[[str, Sample, Reading], None] | None = None) -> None:
    """Print the table and the JSON line."""
    began = time.perf_counter()
    model = LanguageModel(path)
    loaded = time.perf_counter() - began
    active = [IntentSpec(name) for name in model.intents]
    figures, commands, others = {}, [], []
    cpu, count = 0.0, 0
    for name, samples in sets().items():
        start = time.process_time()
        readings = [model.read(sample.text, active) for sample in samples]
        cpu, count = cpu + time.process_time() - start, count + len(samples)
        figures[name] = measure(samples, readings)
        (commands if samples[0].intents else others).append([score(reading) for reading in readings])
        for sample, reading in zip(samples, readings, strict=True) if show else ():
            show(name, sample, reading)  # type: ignore[misc]
    print(f"{'':24}{'sentences':>10}{'intent':>9}{'exact':>9}{'accepted':>10}")
    for name, one in figures.items():
        cells = ["" if x is None else f"{x:.3f}" for x in (one.intent, one.exact, one.accepted)]
        print(f"{name:24}{one.count:>10}{cells[0]:>9}{cells[1]:>9}{cells[2]:>10}")
    theirs = slice(1, None) if len(commands) > 1 else slice(None)
    summary = {
        "model": path.name,
        "megabytes": round(path.stat().st_size / 1e6, 2),
        "threshold": THRESHOLD,
        "auroc": round(auroc(np.concatenate(commands[theirs]), np.concatenate(others[theirs])), 4),
        "cpu_ms_a_command": round(1000 * cpu / count, 2),
        "load_ms": round(1000 * loaded, 1),
        "peak_memory_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
        "sets": {n: {k: round(v, 4) for k, v in vars(f).items() if v is not None} for n, f in figures.items()},
    }
    print(json.dumps(summary))
    model.close()


def wrong(name: str, sample: Sample, reading: Reading) -> None:
    """Print a sentence that was misread, to standard error."""
    candidates = reading.candidates if score(reading) >= THRESHOLD else ()
    got = [(c.intent, *((p.slot, p.words) for p in c.slots)) for c in candidates]
    meant = [(i, *slots) for i, slots in sample.intents]
    if got != meant:
        print(f"{name}: {sample.text!r} is {meant}, read as {got} ({reading.confidence:.2f})", file=sys.stderr)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model", type=Path, nargs="?", default=SHIPPED)
    parser.add_argument("--wrong", action="store_true", help="also print what was misread, to standard error")
    arguments = parser.parse_args()
    report(arguments.model, wrong if arguments.wrong else None)
