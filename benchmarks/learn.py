"""What ``hark plugins learn`` brings: strange plugins by their examples alone, and after the language model was taught them.

    .venv/bin/python -m benchmarks.learn [MODEL.gguf]

Two kinds of plugins, ten examples an intent, all sentences by people: ten of CLINC150's intents at a time, without slots, of
matters that no home has; and Snips' requests other than music, with those slots that are numbers or can be listed. The language
model was trained on neither as intents. (Four fifths of Snips' sentences it was trained on as what is no command; those that are
read here are of the last fifth.) Prints a table and one JSON line.
"""

import argparse
import json
import random
import statistics
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from benchmarks.strangers import EXAMPLES, OURS
from models.training import public
from models.training.evaluate import THRESHOLD
from speaker import manifest, places
from speaker.events import IntentSpec, Reading, SlotSpec
from speaker.learning.learn import Outcome, learn
from speaker.slm import LanguageModel
from speaker.slots import value_of
from speaker.strangers import Strangers, choose
from speaker.text import normalise

INTENTS = 10
SEEDS = (0, 1, 2)
NUMBERS = ("rating_value", "best_rating", "party_size_number")
WORDS = ("object_select", "spatial_relation", "sort")  # "this", "near", "best": words, and no value of anything
MOST_VALUES = 60  # a slot with more values has no list


@dataclass(frozen=True)
class Said:
    """A sentence by somebody, and what is meant."""

    text: str
    intent: str
    slots: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Strange:
    """A plugin that nobody knew, and what is said to it and to others."""

    specs: tuple[IntentSpec, ...]
    commands: tuple[Said, ...]
    others: tuple[str, ...]


def clinc(seed: int) -> Strange:
    """Ten of CLINC150's intents."""
    parts = json.loads((public.FOLDER / "clinc150.json").read_text(encoding="utf-8"))
    r = random.Random(seed)
    names = r.sample(sorted({intent for _, intent in parts["train"]} - OURS), INTENTS)
    told = {name: [text for text, intent in parts["train"] if intent == name] for name in names}
    specs = tuple(IntentSpec(f"clinc.{name}", (), tuple(r.sample(told[name], EXAMPLES))) for name in names)
    commands = tuple(Said(text, f"clinc.{intent}") for text, intent in parts["val"] if intent in names)
    return Strange(specs, commands, tuple(text for text, _ in parts["oos_val"]))


def snips(seed: int) -> Strange:
    """Snips' intents other than music: sentences all of whose slots are numbers or listed."""
    rows = [json.loads(line) for line in (public.FOLDER / "snips.jsonl").read_text(encoding="utf-8").splitlines()]
    rows = [row for row in rows if row["intent"] != "PlayMusic"]
    found: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        for piece in row["data"]:
            if "entity" in piece:
                found[piece["entity"]].add(normalise(piece["text"]))
    listed: dict[str, list[str]] = {slot: [] for slot in NUMBERS}
    listed |= {
        slot: sorted(values) for slot, values in found.items() if len(values) <= MOST_VALUES and slot not in NUMBERS
    }
    said: dict[str, list[tuple[Said, str]]] = defaultdict(list)
    for row in rows:
        for piece in row["data"]:
            if piece.get("entity") in WORDS:
                del piece["entity"]
        slots = [(p["entity"], normalise(p["text"])) for p in row["data"] if "entity" in p]
        if all(slot in listed for slot, _ in slots) and len({slot for slot, _ in slots}) == len(slots):
            text = normalise("".join(piece["text"] for piece in row["data"]))
            order = [slot for slot, _ in slots]  # a marker that normalise leaves as it is
            marked = normalise(
                "".join(f"zq{order.index(p['entity'])}zq" if "entity" in p else p["text"] for p in row["data"])
            )
            for at, slot in enumerate(order):
                marked = marked.replace(f"zq{at}zq", f"{{{slot}}}")
            said[f"snips.{row['intent'].lower()}"].append(
                (Said(text, f"snips.{row['intent'].lower()}", tuple(slots)), marked)
            )
    r, specs, commands = random.Random(seed), [], []
    for name, sentences in sorted(said.items()):
        known = [(one, marked) for one, marked in sentences if not public.held_out(one.text)]
        if len(known) < EXAMPLES:
            continue
        chosen = r.sample(known, EXAMPLES)
        own = {slot for one, _ in sentences for slot, _ in one.slots}
        slots = [slot for slot in listed if slot in own]
        specs.append(
            IntentSpec(
                name,
                tuple(
                    SlotSpec(slot, "number" if slot in NUMBERS else "text", values=tuple((v,) for v in listed[slot]))
                    for slot in slots
                ),
                tuple(marked for _, marked in chosen),
            )
        )
        commands += [one for one, _ in sentences if public.held_out(one.text)]
    _, none = public.hwu()
    others = [sample.text for sample in none if public.held_out(sample.text)]
    return Strange(tuple(specs), tuple(r.sample(commands, min(300, len(commands)))), tuple(r.sample(others, 300)))


def figures(strange: Strange, read: Callable[[str], Reading]) -> dict[str, float]:
    """How the commands and the others are read."""
    specs = {spec.name: spec for spec in strange.specs}
    done, exact = [], []
    for said in strange.commands:
        reading = read(said.text)
        right = [c.intent for c in reading.candidates] == [said.intent] and reading.confidence >= THRESHOLD
        done.append(right)
        exact.append(right and values(specs[said.intent], reading) == values(specs[said.intent], said))
    obeyed = [
        any(c.intent in specs for c in reading.candidates) and reading.confidence >= THRESHOLD
        for reading in map(read, strange.others)
    ]
    return {"intent": statistics.mean(done), "exact": statistics.mean(exact), "others": statistics.mean(obeyed)}


def values(spec: IntentSpec, of: Reading | Said) -> dict[str, object]:
    """What a handler would get."""
    said = of.slots if isinstance(of, Said) else [(p.slot, p.words) for p in of.candidates[0].slots]
    return {name: value_of(slot, words, date(2024, 1, 1)) for name, words in said if (slot := spec.slot(name))}


def compared(
    strange: Strange, base: Path, rivals: Sequence[IntentSpec], folder: Path
) -> tuple[dict[str, dict[str, float]], Outcome, float]:
    """The figures before and after, what learning did to the built-in commands, and the seconds of CPU that it took."""
    strangers = Strangers(strange.specs, rivals)
    model = LanguageModel(base)
    every = [IntentSpec(name) for name in model.intents]

    def reader(active: Sequence[IntentSpec], own: LanguageModel) -> Callable[[str], Reading]:
        def read(text: str) -> Reading:
            reading, guess = own.read(text, active), strangers.read(text)
            chosen = choose(reading, guess, THRESHOLD)
            return strangers.placed(text, chosen) if chosen is reading else chosen

        return read

    found = {"by examples": figures(strange, reader(every, model))}
    model.close()
    began = time.process_time()
    with Progress(transient=True) as bar:
        task = bar.add_task("learning", total=1.0)
        outcome = learn(
            base,
            places.REPLAY,
            strange.specs,
            ([], []),
            THRESHOLD,
            folder / "learned.gguf",
            lambda x: bar.update(task, completed=x),
        )
    took = time.process_time() - began
    if outcome.kept:
        model = LanguageModel(folder / "learned.gguf")
        found["learned"] = figures(strange, reader([*every, *strange.specs], model))
        model.close()
    return found, outcome, took


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", nargs="?", type=Path, default=places.LANGUAGE_MODEL)
    base = parser.parse_args().model
    if not public.FOLDER.is_dir():
        raise SystemExit(f"skipped: {public.FOLDER} is not there")
    rivals = [s for file in sorted(places.INTENTS.glob("*/manifest.yaml")) for s in manifest.read(file).specs()]
    table = Table(
        "plugin", "", "intent", "exact", "others obeyed", "own before → after", "talk before → after", "CPU s"
    )
    result: dict[str, list[dict[str, float]]] = defaultdict(list)
    with tempfile.TemporaryDirectory() as folder:
        for kind in (clinc, snips):
            for seed in SEEDS:
                found, outcome, took = compared(kind(seed), base, rivals, Path(folder))
                for how, row in found.items():
                    cells = [f"{row[key]:.3f}" for key in ("intent", "exact", "others")]
                    own = f"{outcome.before.understood:.3f} → {outcome.after.understood:.3f}"
                    talk = f"{outcome.before.obeyed:.3f} → {outcome.after.obeyed:.3f}"
                    more = (own, talk, f"{took:.0f}") if how == "learned" or not outcome.kept else ()
                    table.add_row(f"{kind.__name__} {seed}", how, *cells, *more)
                    result[f"{kind.__name__}, {how}"].append(row)
    for name, rows in result.items():
        mean = {key: statistics.mean(row[key] for row in rows) for key in rows[0]}
        table.add_row(f"mean of {len(rows)}", name, *(f"{value:.3f}" for value in mean.values()))
    Console(width=140).print(table)
    print(
        json.dumps({name: [{k: round(v, 4) for k, v in row.items()} for row in rows] for name, rows in result.items()})
    )


if __name__ == "__main__":
    main()
