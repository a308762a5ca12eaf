"""What a general model costs: a table, and one JSON line.

    .venv/bin/python -m benchmarks.general [MODEL.gguf]

Without a model of yours it measures one of Qwen2.5-0.5B's size (q4_0) with random weights: the times of each token
are real, what it writes is not, and it writes more than a model that knows when to stop. Times are medians of one
run on this machine.
"""

import argparse
import json
import resource
import statistics
import tempfile
import time
from pathlib import Path

from rich.console import Console
from rich.table import Table

from speaker import catalogue, places
from speaker.general import GeneralModel
from speaker.manifest import read
from tests.tiny_gguf import large_model

COMMANDS = ("set a timer for ten minutes", "turn off the lights in the kitchen", "what a lovely day it was")
QUESTIONS = ("what is the capital of france", "why is the sky blue")


def measured(model: GeneralModel) -> dict[str, float]:
    """Milliseconds and tokens of the catalogue, of commands behind it, and of answers."""
    specs = [spec for file in sorted(places.INTENTS.glob("*/manifest.yaml")) for spec in read(file).specs()]
    began = time.perf_counter()
    model.prepare(specs)
    result = {"intents": len(specs), "catalogue_tokens": model.evaluated, "catalogue_ms": _since(began)}
    model.answer("what is this")  # the beginning of questions is evaluated too
    for what, texts in (("command", COMMANDS), ("answer", QUESTIONS)):
        times, tokens = [], []
        for text in texts:
            before, began = model.evaluated, time.perf_counter()
            model.read(text, specs) if what == "command" else model.answer(text)
            times.append(_since(began))
            tokens.append(model.evaluated - before)
        result[f"{what}_tokens"], result[f"{what}_ms"] = statistics.median(tokens), statistics.median(times)
        result[f"{what}_token_ms"] = round(sum(times) / sum(tokens), 2)
    return result


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", nargs="?", type=Path)
    path = parser.parse_args().model
    with tempfile.TemporaryDirectory() as folder:
        if path is None:
            text = catalogue.told([s for f in sorted(places.INTENTS.glob("*/manifest.yaml")) for s in read(f).specs()])
            path = large_model(Path(folder) / "random-0.5b.gguf", text)
        began = time.perf_counter()
        model = GeneralModel(path)
        result: dict[str, object] = {"model": model.name, "load_ms": _since(began), **measured(model)}
        model.close()
    result["memory_peak_mb"] = round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
    table = Table("what", "value")
    for name, value in result.items():
        table.add_row(name.replace("_", " "), str(value))
    Console().print(table)
    print(json.dumps(result))


def _since(began: float) -> float:
    return round(1000 * (time.perf_counter() - began), 1)


if __name__ == "__main__":
    main()
