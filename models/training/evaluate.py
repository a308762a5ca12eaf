"""Measure the finished model: a table, and one JSON line.

``python -m models.training.evaluate [MODEL]`` measures the shipped one. Sentences by other people are measured
where they are at hand (see ``public``).
"""

import argparse
import json
import random
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from models.training import calibrate, public
from models.training.follow import follows
from models.training.generate import OPEN, Sample, negatives, positives
from models.training.language import NAME, manners
from models.training.train import others
from speaker.config import UnderstandingConfig
from speaker.events import IntentSpec, Reading, SlotType, SlotValue
from speaker.learning.lesson import candidates
from speaker.places import in_language
from speaker.slm import LanguageModel
from speaker.slots import resolve

SHIPPED = in_language(Path(__file__).parents[1] / "quantized" / "hark-slm.gguf", NAME)
THRESHOLD = UnderstandingConfig().threshold


KINDS: dict[str, SlotType] = {
    "duration": "duration",
    "time": "time",
    "date": "date",
    "level": "percent",
    "brightness": "percent",
    "position": "percent",
    "temperature": "number",
    "amount": "number",
    "sides": "number",
    "low": "number",
    "high": "number",
    "item": "items",
    "expression": "expression",
    "area": "area",
}
"""The types of slots by their names; all others are words without their article."""


@dataclass(frozen=True)
class Figures:
    """How a set of sentences went."""

    count: int
    intent: float | None = None
    """Share of commands whose intents are right and sure enough to be done."""
    exact: float | None = None
    """Share of commands whose slots have the right values too."""
    accepted: float | None = None
    """Share of sentences that are no command and yet would be obeyed."""


def sets(seed: int = 7) -> dict[str, list[Sample]]:
    """The sentences to measure by, none of which was trained on: name → samples, all commands or none.

    Of CLINC150 no sentence at all was trained on, and none was looked at while the patterns were written.
    """
    r = random.Random(seed)
    own = positives(r, 4000, hold_out=True)
    found = {
        "own, one command": [s for s in own if len(s.intents) == 1][:2000],
        "own, several commands": [s for s in own if len(s.intents) > 1],
        "own, after a command": [s for s in follows(r, 2000, hold_out=True) if s.intents],
        "own, talk": negatives(r, 1000, hold_out=True),
    }
    if NAME == "en" and public.FOLDER.is_dir():
        seen = {sample.text for samples in others() for sample in samples}  # some stand in several sets
        for name, (commands, none) in public.measured().items():
            fresh = [sample for sample in none if sample.text not in seen]
            found[f"{name}, commands"] = [sample for sample in commands if sample.text not in seen]
            found[f"{name}, others"] = r.sample(fresh, min(2000, len(fresh)))
        theirs = [s for name in public.measured() for s in found[f"{name}, commands"] if len(s.intents) == 1]
        found["by others, several commands"] = [joined(theirs, r) for _ in range(1000)]
    return found


def joined(commands: Sequence[Sample], r: random.Random) -> Sample:
    """Two or three commands by other people, which never met, in one; what ends in free words is last."""
    useful = [s for s in commands if not s.intents[0][0].startswith("assistant.")]
    closed = [s for s in useful if s.intents[0][0] not in OPEN]
    chosen = [*r.choices(closed, k=1 if r.random() < 0.85 else 2), r.choice(useful)]
    text = chosen[0].text + "".join(f"{r.choice(manners.JOINTS[:5])}{sample.text}" for sample in chosen[1:])
    return Sample(text, tuple(intent for sample in chosen for intent in sample.intents))


def read_all(model: LanguageModel, samples: Sequence[Sample]) -> list[Reading]:
    """What the model makes of each, with all that it knows active."""
    active = [IntentSpec(name) for name in model.intents]
    return [model.read(sample.text, active, candidates(sample.before)) for sample in samples]


def right(sample: Sample, reading: Reading) -> bool:
    """Whether a command's intents are right, in order."""
    return tuple(c.intent for c in reading.candidates) == tuple(name for name, _ in sample.intents)


def scale(model: LanguageModel) -> tuple[float, float]:
    """The line that makes confidence what it says, from our own sentences and HWU64's (see ``calibrate``)."""
    shares, good = [], []
    for name, samples in sets().items():
        if name.startswith(("CLINC150", "Snips", "by others")):  # kept for measuring
            continue
        for sample, reading in zip(samples, read_all(model, samples), strict=True):
            if reading.candidates:
                shares.append(reading.confidence)
                good.append(bool(sample.intents) and right(sample, reading))
    return calibrate.fit(shares, good)


def score(reading: Reading) -> float:
    """How likely something is to be done, 0 to 1."""
    return reading.confidence if reading.candidates else 1 - reading.confidence


def obeyed(reading: Reading) -> bool:
    """Whether something would be done."""
    return bool(reading.candidates) and reading.confidence >= THRESHOLD


def measure(samples: Sequence[Sample], readings: Sequence[Reading]) -> Figures:
    """Compare what was read with what was meant; all samples are commands, or none is."""
    sure = [obeyed(reading) for reading in readings]
    if not samples[0].intents:
        return Figures(len(samples), accepted=float(np.mean(sure)))
    pairs = list(zip(samples, readings, strict=True))
    intent = [ok and right(s, r) for ok, (s, r) in zip(sure, pairs, strict=True)]
    exact = [fits and same_slots(s, r) for fits, (s, r) in zip(intent, pairs, strict=True)]
    return Figures(len(samples), intent=float(np.mean(intent)), exact=float(np.mean(exact)))


def same_slots(sample: Sample, reading: Reading) -> bool:
    """Whether all slots have the values that were meant, however they are said."""
    meant = [{slot: value(slot, words) for slot, words in slots} for _, slots in sample.intents]
    return meant == [{p.slot: value(p.slot, p.words) for p in candidate.slots} for candidate in reading.candidates]


def value(slot: str, words: str) -> SlotValue:
    """What a handler would receive, or the words where they mean nothing."""
    found = resolve(KINDS.get(slot, "name"), words, date(2026, 11, 25))
    return words if found is None else found


def auroc(commands: npt.ArrayLike, others: npt.ArrayLike) -> float:
    """How often a command scores higher than what is none (0.5 is chance); ties count half."""
    ordered = np.sort(others)
    below = np.searchsorted(ordered, commands, "left") + np.searchsorted(ordered, commands, "right")
    return float(np.mean(below) / (2 * len(ordered)))


def report(path: Path, show: Callable[[str, Sample, Reading], None] | None = None) -> None:
    """Print the table and the JSON line."""
    summary = measured(path, show)
    print(table(summary))
    print(json.dumps(summary))


def measured(path: Path, show: Callable[[str, Sample, Reading], None] | None = None) -> dict[str, Any]:
    """All figures of a model; ``show`` is given every sentence and how it was read."""
    began = time.perf_counter()
    model = LanguageModel(path)
    loaded = time.perf_counter() - began
    figures: dict[str, Figures] = {}
    scores: dict[str, tuple[list[float], list[bool]]] = {"commands": ([], []), "others": ([], [])}
    cpu, count = 0.0, 0
    for name, samples in sets().items():
        start = time.process_time()
        readings = read_all(model, samples)
        cpu, count = cpu + time.process_time() - start, count + len(samples)
        figures[name] = measure(samples, readings)
        if name.startswith("CLINC150"):
            sure, good = scores["commands" if samples[0].intents else "others"]
            sure += [score(reading) for reading in readings]
            good += [right(s, r) if s.intents else False for s, r in zip(samples, readings, strict=True)]
        for sample, reading in zip(samples, readings, strict=True) if show else ():
            show(name, sample, reading)  # type: ignore[misc]
    model.close()
    return {
        "model": path.name,
        "megabytes": round(path.stat().st_size / 1e6, 2),
        "threshold": THRESHOLD,
        **rejection(scores),
        "cpu_ms_a_command": round(1000 * cpu / count, 2),
        "load_ms": round(1000 * loaded, 1),
        "sets": {n: {k: round(v, 4) for k, v in vars(f).items() if v is not None} for n, f in figures.items()},
    }


def table(summary: dict[str, Any]) -> str:
    """A line for each set."""
    lines = [f"{'':26}{'sentences':>10}{'intent':>9}{'exact':>9}{'accepted':>10}"]
    for name, one in summary["sets"].items():
        cells = [f"{one[key]:.3f}" if key in one else "" for key in ("intent", "exact", "accepted")]
        lines.append(f"{name:26}{one['count']:>10}{cells[0]:>9}{cells[1]:>9}{cells[2]:>10}")
    return "\n".join(lines)


def rejection(scores: dict[str, tuple[list[float], list[bool]]]) -> dict[str, float]:
    """How well CLINC150's commands and its other sentences are told apart; empty where it is not at hand."""
    (commands, good), (talk, _) = scores["commands"], scores["others"]
    if not commands:
        return {}
    kept = float(np.quantile(commands, 0.03))
    sure = [value for value in commands + talk if value > 0]
    true = [ok for value, ok in zip(commands + talk, good + [False] * len(talk), strict=True) if value > 0]
    return {
        "auroc": round(auroc(commands, talk), 4),
        "accepted_at_97": round(float(np.mean(np.array(talk) >= kept)), 4),
        "calibration_error": round(calibrate.error(sure, true), 4),
    }


def wrong(name: str, sample: Sample, reading: Reading) -> None:
    """Print a sentence that was misread, to standard error."""
    candidates = reading.candidates if obeyed(reading) else ()
    if bool(candidates) != bool(sample.intents) or not (right(sample, reading) and same_slots(sample, reading)):
        got = [(c.intent, *((p.slot, p.words) for p in c.slots)) for c in candidates]
        meant = [(i, *slots) for i, slots in sample.intents]
        said = f"{sample.text} (after {sample.before})" if sample.before else sample.text
        print(f"{name}: {said!r} is {meant}, read as {got} ({reading.confidence:.2f})", file=sys.stderr)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model", type=Path, nargs="?", default=SHIPPED)
    parser.add_argument("--wrong", action="store_true", help="also print what was misread, to standard error")
    arguments = parser.parse_args()
    report(arguments.model, wrong if arguments.wrong else None)
