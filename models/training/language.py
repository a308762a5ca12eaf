"""The language that is trained: a folder in ``languages``; HARK_LANGUAGE names another than English.

    sentences/    how people say each intent, and what is none; see ``patterns``
    fillers.py    FILL: a function for each slot and filler of the patterns, that chooses words for it
    manners.py    what is said around commands, and slips

What other people wrote, and what recognisers heard, is English, and only trained on with it.
"""

import importlib
import os
from pathlib import Path

from models.training import languages

NAME = os.environ.get("HARK_LANGUAGE", "en")
_THERE = {place.parent.name: place.parent for path in languages.__path__ for place in Path(path).glob("*/fillers.py")}

if NAME not in _THERE:
    raise SystemExit(f"there are no patterns of {NAME!r}; HARK_LANGUAGE may be one of: {', '.join(sorted(_THERE))}")

FOLDER = _THERE[NAME]
manners = importlib.import_module(f"models.training.languages.{NAME}.manners")
FILL = importlib.import_module(f"models.training.languages.{NAME}.fillers").FILL
