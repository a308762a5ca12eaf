"""A new plugin to begin with: it works as it is, and passes its own tests."""

import re
from pathlib import Path

from speaker import places
from speaker.errors import PluginError
from speaker.loading import RESERVED

_FILES = {
    "manifest.yaml": """\
name: {name}
summary: Recites poems about {words}.
settings:
  lines: {{type: integer, default: 2, minimum: 1, maximum: 4, help: "How many lines a poem has"}}
permissions: []                      # home, network, files, programs, gpio: what it needs, and no more
intents:
  {name}.recite:
    slots:
      mood: {{type: text, values: [cheerful, {{gloomy: [sad, dark]}}]}}
    examples:                        # as people say it: ten to fifteen, with other verbs and other orders of words
      - recite a {words} poem
      - recite a {{mood}} {words} poem
      - let me hear a {words} poem [please]
      - read me a {{mood}} {words} poem
      - i would like to hear a {{mood}} poem about {words}
      - do you know any {words} poetry
      - i feel like a {{mood}} {words} verse
      - how about a {words} poem
      - give me a {{mood}} verse on {words}
      - is there a {{mood}} poem about {words}
      - say a few {words} verses
      - make up a {words} poem for us
""",
    "handler.py": '''\
"""Poems about {words}: each function does what one intent of the manifest asks for."""

from speaker.context import Context

LINES = {{
    "cheerful": ["Oh {words}, oh {words}, how bright the day.", "It sings and it dances.", "Hooray.", "And hooray again."],
    "gloomy": ["Oh {words}, oh {words}, how long the night.", "It sighs, and it rains.", "No light.", "None at all."],
}}


def recite(context: Context, mood: str = "cheerful") -> str:
    """Its slots are its arguments; what it returns is spoken."""
    told = context.store.get("told", 0) + 1
    context.store.set("told", told)
    poem = " ".join(LINES[mood][: context.settings["lines"]])
    return context.reply("poem", number=told, poem=poem)
''',
    "replies.en.yaml": """\
# Sentences of equal worth; the same one never comes twice in a row. Another language is another file: replies.de.yaml
poem:
  - "Poem number {{number}}. {{poem}}"
  - "Here is number {{number}}. {{poem}}"
""",
    "test_{name}.py": '''\
"""python -m pytest {name}"""

from pathlib import Path

from speaker.testing import Bench

HERE = Path(__file__).parent


def test_a_poem_has_as_many_lines_as_the_settings_say(tmp_path):
    with Bench([HERE], tmp_path, settings={{"{name}": {{"lines": 1}}}}) as bench:
        assert bench.do("{name}.recite", mood="gloomy").text.endswith("how long the night.")


def test_poems_are_counted(tmp_path):
    with Bench([HERE], tmp_path) as bench:
        assert "number 1. " in bench.do("{name}.recite").text
        assert "number 2. " in bench.do("{name}.recite").text
''',
    "README.md": """\
# {name}

Recites poems about {words}: "recite a gloomy {words} poem".

    hark plugins check {name}        what is wrong with it, line by line
    hark plugins test {name}         whether its examples are understood (--speech: and heard)
    python -m pytest {name}          whether it does what it should
    hark ask --plugins {name} recite a gloomy {words} poem
    hark run --plugins {name}        listens; a change of these files counts within two seconds

| setting | meaning |
|---|---|
| `lines` | how many lines a poem has, 1 to 4; 2 |
""",
}


def make(name: str, at: Path) -> Path:
    """Write the skeleton into a new folder ``name`` in ``at``; the folder.

    Raises PluginError where it would overwrite something, or the name is none.
    """
    if not re.fullmatch(r"[a-z][a-z0-9_]*", name):
        raise PluginError(f"a plugin is named in lower case, such as coffee or night_light, not {name!r}")
    if name in RESERVED or (places.INTENTS / name).is_dir():
        raise PluginError(f"{name!r} is a name that Hark has already; choose another")
    folder = at / name
    try:
        folder.mkdir(parents=True)
        for file, text in _FILES.items():
            whole = text.format(name=name, words=name.replace("_", " "))
            (folder / file.format(name=name)).write_text(whole, encoding="utf-8")
    except FileExistsError:
        raise PluginError(f"{folder} is there already, and stays as it is; choose another name or place") from None
    except OSError as error:
        raise PluginError(f"{folder} cannot be written ({error}); choose another place with --at") from error
    return folder
