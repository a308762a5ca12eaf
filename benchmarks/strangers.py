"""How well intents are understood that the language model was never trained on: two tables, and one JSON line.

    .venv/bin/python -m benchmarks.strangers [--show PLUGIN]

*People*: forty intents of CLINC150 (Larson et al. 2019, CC BY 3.0) that Hark has no words for, ten sentences each from
its train part, measured on its validation part; other intents' sentences and those out of its scope are to be rejected.
*Left out*: each built-in plugin in turn is a stranger: ten examples an intent (its manifest's, filled up from
patterns), measured on sentences of the patterns that are left, which are by the project itself and try to say a thing
in as many ways as there are, and on sentences by other people (HWU64, CLINC150) where those are at hand. The model may
not name its intents meanwhile, but reads their sentences as whatever else it likes, as it would a stranger's.
"""

import argparse
import json
import random
import re
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
from rich.console import Console
from rich.table import Table

from models.training import public
from models.training.evaluate import THRESHOLD, auroc
from models.training.expand import expand
from models.training.generate import POSITIVE, Sample, command, finish, positives
from models.training.languages.en.words import AREAS, DEVICES, LAMPS
from speaker import manifest, places
from speaker.events import Candidate, IntentSpec, Reading
from speaker.mind import CLOSE, NEARLY
from speaker.slm import LanguageModel
from speaker.slots import value_of
from speaker.strangers import Guess, Strangers, choose
from speaker.text import normalise

SEEDS = (0, 1, 2)
EXAMPLES = 10
SENTENCES = 40  # of each intent that is left out, and seed
FREE = ("text", "items")
OURS = frozenset(
    "alarm calculator cancel change_volume date definition flip_coin fun_fact goodbye greeting maybe meaning_of_life "
    "measurement_conversion next_song no play_music reminder reminder_update repeat reset_settings roll_dice "
    "shopping_list shopping_list_update smart_home spelling tell_joke thank_you time timer timezone todo_list "
    "todo_list_update what_can_i_ask_you what_song yes".split()
)
"""Intents of CLINC150 that Hark has, or means to have, or that are only answers."""


@dataclass
class Count:
    """How some sentences went."""

    sentences: int = 0
    forced: int = 0
    """The best strange intent is the right one."""
    intent: int = 0
    """And the command would be done as it."""
    listed: int = 0
    """Sentences of intents whose slots are all typed or listed …"""
    exact: int = 0
    """… and those with the right values."""
    own: int = 0
    own_before: int = 0
    own_after: int = 0


def share(part: float, whole: float) -> float | None:
    return round(part / whole, 4) if whole else None


def people(seed: int, rivals: Sequence[IntentSpec]) -> dict[str, float]:
    """CLINC150's intents as strangers."""
    parts = json.loads((public.FOLDER / "clinc150.json").read_text(encoding="utf-8"))
    choose_ = random.Random(seed)
    names = choose_.sample(sorted({intent for _, intent in parts["train"]} - OURS), 40)
    told = {name: [text for text, intent in parts["train"] if intent == name] for name in names}
    specs = [IntentSpec(f"clinc.{name}", (), tuple(choose_.sample(told[name], EXAMPLES))) for name in names]
    began = time.process_time()
    strangers = Strangers(specs, rivals)
    fit = time.process_time() - began
    commands = [(text, f"clinc.{intent}") for text, intent in parts["val"] if intent in names]
    beyond = [text for text, _ in parts["oos_val"]]
    others = [text for text, intent in parts["val"] if intent not in names and intent not in OURS]
    began = time.process_time()
    read = {text: strangers.read(text) for text in [*(t for t, _ in commands), *beyond, *others]}
    took = time.process_time() - began
    best = {t: (g.reading.candidates[0].intent, g.reading.confidence) if g else ("", 0.0) for t, g in read.items()}
    forced = [best[text][0] == name for text, name in commands]
    done = [right and best[text][1] >= THRESHOLD for right, (text, _) in zip(forced, commands, strict=True)]
    sure = [best[text][1] for text, _ in commands]
    asked = {text: offered(guess) for text, guess in read.items() if guess}
    return {
        "forced": float(np.mean(forced)),
        "intent": float(np.mean(done)),
        "wrong": float(np.mean([s >= THRESHOLD for s in sure])) - float(np.mean(done)),
        "beyond_accepted": float(np.mean([best[text][1] >= THRESHOLD for text in beyond])),
        "others_accepted": float(np.mean([best[text][1] >= THRESHOLD for text in others])),
        "asked": float(np.mean([bool(asked[text]) for text, _ in commands])),
        "asked_rightly": float(np.mean([name in asked[text] for text, name in commands])),
        "asked_instead": float(np.mean([bool(asked[text]) and best[text][1] >= THRESHOLD for text, _ in commands])),
        "beyond_asked": float(np.mean([bool(asked[text]) for text in beyond])),
        "others_asked": float(np.mean([bool(asked[text]) for text in others])),
        "auroc_beyond": auroc(sure, [best[text][1] for text in beyond]),
        "auroc_all": auroc(sure, [best[text][1] for text in [*beyond, *others]]),
        "fit_ms": 1000 * fit,
        "read_ms": 1000 * took / len(read),
    }


def offered(guess: Guess) -> tuple[str, ...]:
    """The intents that "did you mean" offers; empty where the command is done or rejected."""
    sure, names = guess.reading.confidence, tuple(name for name, _ in guess.best)
    two = len(names) == 2 and guess.best[0][1] - guess.best[1][1] < CLOSE
    if NEARLY * THRESHOLD <= sure < THRESHOLD or (sure >= THRESHOLD and two):
        return names if two else names[:1]
    return ()


def stranger(spec: IntentSpec, r: random.Random) -> tuple[IntentSpec, list[str]]:
    """An intent with ten examples, and the patterns that none of them is of."""
    examples, patterns, used = list(spec.examples), sorted(set(POSITIVE[spec.name])), set()
    for pattern in r.sample(patterns, len(patterns)):
        pieces = expand(pattern.removeprefix("!"), r)
        example = " ".join("".join(f"{{{slot}}}" if slot else text for slot, text in pieces).split())
        slots = re.findall(r"\{(.*?)\}", example)
        fits = all(spec.slot(slot) for slot in slots) and len(slots) == len(set(slots))
        fits = fits and normalise(re.sub(r"\{.*?\}", "", example)) not in ("", "please", "would you", "could you")
        if len(examples) < EXAMPLES and example not in examples and fits:
            examples.append(example)
            used.add(pattern)
    return replace(spec, examples=tuple(examples)), [pattern for pattern in patterns if pattern not in used]


def things(samples: Sequence[Sample], slot: str) -> list[str]:
    """What the home of these sentences has."""
    return sorted({words for sample in samples for _, slots in sample.intents for key, words in slots if key == slot})


def right_values(sample: Sample, candidate: Candidate, spec: IntentSpec) -> bool:
    meant, got = dict(sample.intents[0][1]), {pointed.slot: pointed.words for pointed in candidate.slots}
    return meant.keys() == got.keys() and all(
        (slot := spec.slot(key))
        and value_of(slot, words, date(2024, 1, 1)) == value_of(slot, got[key], date(2024, 1, 1))
        for key, words in meant.items()
    )


class Masked:
    """The language model as if it had never heard of some intents."""

    def __init__(self, model: LanguageModel, left_out: Sequence[str]) -> None:
        self._model, self._all = model, dict(model._intent_of)
        model._intent_of = {token: name for token, name in self._all.items() if name not in left_out}

    def __enter__(self) -> LanguageModel:
        return self._model

    def __exit__(self, *error: object) -> None:
        self._model._intent_of = self._all


def left_out(
    plugin: str, plugins: dict[str, tuple[IntentSpec, ...]], model: LanguageModel, seed: int, show: bool
) -> dict[str, Count]:
    """One plugin as a stranger, by where the sentences come from."""
    r = random.Random(seed)
    made = [stranger(spec, r) for spec in plugins[plugin]]
    specs = {spec.name: spec for spec, _ in made}
    rivals = [spec for name, some in plugins.items() if name != plugin for spec in some if spec.name in model.intents]
    sets = {
        "patterns": [finish([command((s.name,), r.choice(free), r)], r) for s, free in made for _ in range(SENTENCES)]
    }
    sets["patterns"] += [s for s in positives(r, 400) if len(s.intents) == 1 and s.intents[0][0] not in specs]
    if public.FOLDER.is_dir():
        theirs = [*(s for s in public.hwu()[0] if public.held_out(s.text)), *public.clinc("val")[0]]
        sets["people"] = [s for s in theirs if len(s.intents) == 1]
    every = [sample for samples in sets.values() for sample in samples]
    strangers = Strangers(
        list(specs.values()), rivals, [*AREAS, *things(every, "area")], [*DEVICES, *LAMPS, *things(every, "name")]
    )
    counts = {name: Count() for name in sets}
    with Masked(model, list(specs)) as masked:
        for name, samples in sets.items():
            for sample in samples:
                own, guess = masked.read(sample.text, rivals), strangers.read(sample.text)
                reading = choose(own, guess, THRESHOLD)
                intent, count = sample.intents[0][0], counts[name]
                if intent not in specs:
                    count.own += 1
                    count.own_before += read_as(own, intent)
                    count.own_after += read_as(reading, intent)
                    continue
                done, listed = read_as(reading, intent), all(slot.type not in FREE for slot in specs[intent].slots)
                exact = done and right_values(sample, reading.candidates[0], specs[intent])
                count.sentences += 1
                count.forced += guess is not None and guess.reading.candidates[0].intent == intent
                count.intent += done
                count.listed += listed
                count.exact += listed and exact
                if show and not exact:
                    print(name, sample, reading)
    return counts


def read_as(reading: Reading, intent: str) -> bool:
    return [c.intent for c in reading.candidates] == [intent] and reading.confidence >= THRESHOLD


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--show", metavar="PLUGIN", help="leave out only this one, and print what went wrong")
    only = parser.parse_args().show
    console, result, clinc = Console(), {}, public.FOLDER / "clinc150.json"
    plugins = {file.parent.name: manifest.read(file).specs() for file in sorted(places.INTENTS.glob("*/manifest.yaml"))}
    rivals = [spec for some in plugins.values() for spec in some]
    if clinc.is_file() and not only:
        runs = [people(seed, rivals) for seed in SEEDS]
        table = Table("forty strange intents, ten examples each", *map(str, SEEDS), "mean")
        for what in runs[0]:
            table.add_row(what, *(f"{run[what]:.3f}" for run in runs), f"{np.mean([run[what] for run in runs]):.3f}")
        console.print(table)
        result["people"] = {what: round(float(np.mean([run[what] for run in runs])), 4) for what in runs[0]}
    elif not only:
        print(f"skipped: {clinc} is not there")
    table = Table("left out", "sentences", "count", "forced", "intent", "exact", "of", "own before", "own after")
    total: dict[str, Count] = {}
    model = LanguageModel(places.LANGUAGE_MODEL)
    for plugin in [only] if only else [name for name in plugins if all(s.name in POSITIVE for s in plugins[name])]:
        for seed in SEEDS[:1] if only else SEEDS[:2]:
            for name, count in left_out(plugin, plugins, model, seed, bool(only)).items():
                for key in (f"{plugin}/{name}", f"all/{name}"):
                    sum_ = total.setdefault(key, Count())
                    for field, value in vars(count).items():
                        setattr(sum_, field, getattr(sum_, field) + value)
    model.close()
    for key, c in sorted(total.items(), key=lambda item: (item[0].startswith("all/"), item[0])):
        figures = {
            "forced": share(c.forced, c.sentences),
            "intent": share(c.intent, c.sentences),
            "exact": share(c.exact, c.listed),
            "own_before": share(c.own_before, c.own),
            "own_after": share(c.own_after, c.own),
        }
        cells = ["" if x is None else f"{x:.3f}" for x in figures.values()]
        table.add_row(*key.split("/"), str(c.sentences), *cells[:3], str(c.listed), *cells[3:])
        result[key] = {"count": c.sentences, **figures}
    console.print(table)
    print(json.dumps(result))


if __name__ == "__main__":
    main()
