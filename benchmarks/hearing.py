"""How well Hark hears: a table for each part, and one JSON line.

    .venv/bin/python -m benchmarks.hearing [--quick] [--vosk FOLDER] [PART ...]

orders: coffee orders by people (Picovoice's speech-to-intent benchmark) in kitchen noise, mixed as there, understood by
a plugin of twelve examples and lists of values, none of them from the recordings; beside it the same without bias (on a
quarter of the clips), and a Vosk model where one is named, for its mechanics.
phrasing: HWU64's requests that nobody trained on, by synthetic voices, in a room and in noise; with bias and without.
strays: wake words, single words and talk where a command is expected; *done*, something was done, *asked*, Hark asked back.
answers: short answers to questions in noise, by synthetic voices, heard as answers and as anything.

Clips are taken in the order of their names and mixed alike each time. ``--quick``: some of the clips.
"""

import argparse
import json
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks import answers, orders, phrasing, sounds, strays

Figures = Mapping[str, Mapping[str, float]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("parts", nargs="*", metavar="PART", help="orders, phrasing, strays, answers; all without any")
    parser.add_argument("--quick", action="store_true", help="some of the clips")
    parser.add_argument("--vosk", type=Path, metavar="FOLDER", help="a Vosk model to hear the orders with, too")
    given, console = parser.parse_args(), Console()
    parts: dict[str, Callable[[], Figures]] = {
        "orders": partial(orders.measured, given.quick, given.vosk),
        "phrasing": partial(phrasing.measured, given.quick),
        "strays": partial(strays.measured, given.quick),
        "answers": partial(answers.measured, given.quick),
    }
    if unknown := [part for part in given.parts if part not in parts]:
        parser.error(f"there is no part {unknown[0]!r}; there are {', '.join(parts)}")
    if not sounds.DATA.is_dir():
        console.print(f"skipped: {sounds.DATA} is not there")
        return
    result = {}
    for name in given.parts or parts:
        result[name] = parts[name]()
        console.print(_table(name, result[name]))
    print(json.dumps({"hearing": result}))


def _table(name: str, figures: Figures) -> Table:
    columns = list(dict.fromkeys(column for row in figures.values() for column in row))
    table = Table(name, *columns)
    for what, row in figures.items():
        table.add_row(what, *(f"{row[c]:g}" if c in row else "" for c in columns))
    return table


if __name__ == "__main__":
    main()
