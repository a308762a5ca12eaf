"""Sentences by other people, where they are at hand, mapped onto our intents or taken as no command.

HWU64 (CC BY 4.0), CLINC150 (CC BY 3.0) and Snips (CC0), read from ``../shared/data/text``. A sentence that is not
surely one of ours and not surely none is in neither list. A fifth of all sentences, by their words, is kept for
measuring (see ``held_out``).
"""

import json
import zlib
from pathlib import Path

from models.training import clinc as clinc_
from models.training import hwu as hwu_
from models.training import snips as snips_
from models.training.generate import Sample
from speaker.text import normalise

FOLDER = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "text"


def held_out(text: str) -> bool:
    """Whether a sentence is kept for measuring: one in five, by its own words."""
    return zlib.crc32(normalise(text).encode()) % 5 == 0


def hwu() -> tuple[list[Sample], list[Sample]]:
    """(commands, no commands) of HWU64."""
    return hwu_.read(FOLDER)


def snips() -> tuple[list[Sample], list[Sample]]:
    """(commands, no commands) of Snips: requests for music; for weather, books, films and restaurants."""
    return snips_.read(FOLDER)


def clinc(part: str) -> tuple[list[Sample], list[Sample]]:
    """(commands, no commands) of CLINC150's ``train`` or ``val`` part."""
    data = json.loads((FOLDER / "clinc150.json").read_text(encoding="utf-8"))
    commands, none = [], []
    for raw, intent in data[part] + data[f"oos_{part}"]:
        text = normalise(raw)
        ours = clinc_.command(text, intent)
        if ours and all(f" {words} " in f" {text} " for _, words in ours[1]):
            commands.append(Sample(text, (ours,)))
        elif not ours and clinc_.surely_none(text, intent):
            none.append(Sample(text, ()))
    return commands, none


def measured() -> dict[str, tuple[list[Sample], list[Sample]]]:
    """Set → (commands, no commands) that nothing is trained on: a fifth of HWU64 and of Snips, and all of CLINC150."""
    found = {}
    for name, (commands, none) in (("HWU64", hwu()), ("Snips", snips())):
        found[name] = [s for s in commands if held_out(s.text)], [s for s in none if held_out(s.text)]
    parts = [clinc("train"), clinc("val")]
    found["CLINC150"] = [s for commands, _ in parts for s in commands], [s for _, none in parts for s in none]
    return found
