"""How well a plugin that the language model never saw is understood when people speak to it: a table, one JSON line.

    .venv/bin/python -m benchmarks.barista [--show]

The coffee machine of tests/plugins, written from intents/README.md, hears the coffee orders of Picovoice's
speech-to-intent benchmark (Apache-2.0; in ../shared/data), the clean ones, through the whole line without a wake word.
The labels hold values as they were said; how much milk or sugar is left out of them, for the plugin asks for the kind
alone.
"""

import argparse
import json
import re
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from rich.console import Console
from rich.table import Table

from speaker import recording
from speaker.asr import Recogniser
from speaker.build import Hark, Place
from speaker.config import Config
from speaker.events import Samples

TOP = Path(__file__).resolve().parents[1]
PLUGIN = TOP / "tests" / "plugins" / "coffee"
RECORDINGS = TOP.parent / "shared" / "data" / "speech" / "barista"
INTENT = "coffee.order"
SLOTS = {
    "coffeeDrink": "drink",
    "size": "size",
    "roast": "roast",
    "numberOfShots": "shots",
    "milkAmount": "milk",
    "sugarAmount": "sugar",
}
AMOUNT = re.compile(r"^(?:some|(?:a )?(?:little )?(?:bit|lots?) of|lots of) ")


@dataclass(frozen=True)
class Heard:
    """How a recording went."""

    file: str
    transcript: str
    intents: tuple[str, ...]
    slots: Mapping[str, str]
    wanted: Mapping[str, str]
    cpu: float
    """Seconds that recognition and understanding took."""

    @property
    def intent_right(self) -> bool:
        return self.intents == (INTENT,)

    @property
    def exact(self) -> bool:
        return self.intent_right and self.slots == self.wanted


def wanted(labels: Mapping[str, str]) -> dict[str, str]:
    """The slots of a label as the plugin names them."""
    slots = {SLOTS[name]: AMOUNT.sub("", said.strip()) for name, said in labels.items()}
    return {name: said.removesuffix(" shot") if name == "shots" else said for name, said in slots.items()}


def recordings() -> list[tuple[Path, dict[str, str]]]:
    """Every recording that is there, with the slots that it should come to."""
    labels = json.loads((RECORDINGS / "labels.json").read_text(encoding="utf-8"))
    files = [(RECORDINGS / f"{name}.flac", wanted(label["slots"])) for name, label in sorted(labels.items())]
    return [(file, slots) for file, slots in files if file.is_file()]


def hear(
    some: Iterable[tuple[Path, dict[str, str]]],
    data: Path,
    heard_as: Callable[[Samples, str], Samples] = lambda samples, _: samples,
    recogniser: Recogniser | None = None,
) -> Iterator[Heard]:
    """Put recordings through the whole line; the handler runs, as it would for a person.

    ``heard_as``: what becomes of a recording (its samples and its name) on the way; ``recogniser``: another one.
    """
    with Hark(Place(Config(), None, data, (PLUGIN,))) as hark:
        ears = hark.ears(one_command=True)
        ears = replace(ears, recogniser=recogniser) if recogniser else ears
        for file, slots in some:
            samples = heard_as(recording.read(file), file.stem)
            turn = hark.assistant(ears).command(recording.frames(samples, rest=1.5), str(file))
            assert turn.parse is not None
            assert turn.transcript is not None
            got = {name: str(value) for intent in turn.parse.intents for name, value in intent.slots.items()}
            took = sum(span.cpu for span in turn.spans if span.stage in ("asr", "slm"))
            yield Heard(file.stem, turn.transcript.text, tuple(i.name for i in turn.parse.intents), got, slots, took)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--show", action="store_true", help="print what went wrong")
    show, console = parser.parse_args().show, Console()
    if not RECORDINGS.is_dir():
        console.print(f"skipped: {RECORDINGS} is not there")
        return
    with tempfile.TemporaryDirectory(prefix="hark-") as data:
        heard = list(hear(recordings(), Path(data)))
    there, right = Counter[str](), Counter[str]()
    for one in heard:
        there.update(one.wanted.keys())
        right.update(name for name, said in one.wanted.items() if one.slots.get(name) == said)
        if show and not one.exact:
            console.print(one.transcript, one.intents, one.slots, "should be", one.wanted, highlight=False)
    count = len(heard)
    result: dict[str, float] = {
        "recordings": count,
        "intent": round(sum(one.intent_right for one in heard) / count, 4),
        "exact": round(sum(one.exact for one in heard) / count, 4),
        "invented": round(sum(bool(one.slots.keys() - one.wanted.keys()) for one in heard) / count, 4),
        **{name: round(right[name] / there[name], 4) for name in SLOTS.values()},
    }
    table = Table("coffee orders, clean", "")
    for name, figure in result.items():
        table.add_row(name, f"{figure:.3f}" if name != "recordings" else f"{figure:.0f}")
    console.print(table)
    print(json.dumps({"barista": result}))


if __name__ == "__main__":
    main()
