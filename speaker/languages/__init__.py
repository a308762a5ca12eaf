"""Languages: all that Hark says and understands, a folder each. One is spoken at a time, the configuration's.

``languages/en``:

    words.yaml        what people say beside commands: yes and no, manners, articles, colors
    sentences.yaml    what Hark itself says; plugins have theirs beside their handlers
    none.txt          talk, and requests that nobody can fulfil: a sentence a line, normalised
    home.yaml         a home to try things in
    grammar.py        what is no list: numbers, times and days in words and back; see ``grammar.py`` here

It is chosen once, where Hark is put together, for a house speaks one language; until then it is English.
"""

import importlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from pydantic import ValidationError

from speaker import lines
from speaker.errors import ConfigError
from speaker.languages.grammar import FUNCTIONS, Grammar
from speaker.languages.words import Words
from speaker.lines import did_you_mean
from speaker.replies import Counting, Replies, examine

DEFAULT = "en"


@dataclass(frozen=True, slots=True)
class Language:
    """One language."""

    name: str
    """As ``en``."""
    folder: Path
    words: Words
    grammar: Grammar
    sentences: Replies

    @property
    def counting(self) -> Counting:
        """How it counts."""
        return self.sentences.counting

    @property
    def none(self) -> tuple[str, ...]:
        """Talk, and requests that nobody can fulfil, normalised."""
        return tuple((self.folder / "none.txt").read_text(encoding="utf-8").splitlines())

    @property
    def home(self) -> Mapping[str, object]:
        """A home to try things in, as a configuration describes it."""
        return cast(Mapping[str, object], lines.read(self.folder / "home.yaml").content)


_current: Language | None = None


def known() -> tuple[str, ...]:
    """The languages that there are."""
    folders = (place for path in __path__ for place in sorted(Path(path).iterdir()))
    return tuple(place.name for place in folders if (place / "grammar.py").is_file())


def absent(name: str) -> str:
    """What is said to someone who wants a language that there is not."""
    there = known()
    return f"there is no language {name!r}{did_you_mean(name, there)}; Hark speaks {', '.join(there)}"


def current() -> Language:
    """The language that is spoken."""
    return _current or choose(DEFAULT)


def choose(name: str) -> Language:
    """Speak this language from now on. Raises ConfigError where it is not there, or lacks something."""
    global _current
    if _current is None or _current.name != name:
        _current = read(name)
    return _current


def read(name: str) -> Language:
    """A language. Raises ConfigError where it is not there, or lacks something."""
    if name not in known():
        raise ConfigError(absent(name))
    module = importlib.import_module(f"{__name__}.{name}.grammar")
    folder = Path(str(module.__file__)).parent
    if lacks := [function for function in FUNCTIONS if not callable(getattr(module, function, None))]:
        raise ConfigError(f"{folder / 'grammar.py'} lacks {', '.join(lacks)}; see speaker/languages/grammar.py")
    grammar = cast(Grammar, module)
    sentences = Replies("", _sentences(folder / "sentences.yaml"), Counting(grammar.category, grammar.number))
    return Language(name, folder, _words(folder / "words.yaml"), grammar, sentences)


def say(name: str, /, **words: object) -> str:
    """One of Hark's own sentences, by its name in ``sentences.yaml``."""
    return current().sentences.reply(name, **words)


def fragment(name: str, /, **words: object) -> str:
    """A part of a sentence of Hark's own."""
    return current().sentences.fragment(name, **words)


def _words(file: Path) -> Words:
    try:
        page = lines.read(file)
    except OSError as error:
        raise ConfigError(f"{file} cannot be read: {error}") from error
    if page.problems:
        raise ConfigError(str(page.problems[0]))
    try:
        return Words.model_validate(page.content)
    except ValidationError as error:
        first = error.errors()[0]
        raise ConfigError(f"{page.problem(first['loc'], '.'.join(map(str, first['loc'])))}: {first['msg']}") from None


def _sentences(file: Path) -> Mapping[str, tuple[str, ...]]:
    try:
        variants, problems = examine(file)
    except OSError as error:
        raise ConfigError(f"{file} cannot be read: {error}") from error
    if problems:
        raise ConfigError(str(problems[0]))
    return variants
