"""The language that is trained: a folder in ``languages``; HARK_LANGUAGE names another than English.

    sentences/    how people say each intent, and what is none; see ``patterns``
    fillers.py    FILL: a function for each slot and filler of the patterns, that chooses words for it
    manners.py    what is said around commands, and slips

What other people wrote, and what recognisers heard, is English, and only trained on with it.
"""

import importlib
import os
from pathlib import Path

NAME = os.environ.get("HARK_LANGUAGE", "en")
FOLDER = Path(__file__).parent / "languages" / NAME

if not (FOLDER / "fillers.py").is_file():
    there = ", ".join(sorted(place.parent.name for place in FOLDER.parent.glob("*/fillers.py")))
    raise SystemExit(f"there are no patterns of {NAME!r} in {FOLDER.parent}; HARK_LANGUAGE may be one of: {there}")

manners = importlib.import_module(f"models.training.languages.{NAME}.manners")
FILL = importlib.import_module(f"models.training.languages.{NAME}.fillers").FILL
