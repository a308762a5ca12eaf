"""What a plugin says, in a file a language beside its handler: ``replies.en.yaml``.

Each name holds a sentence or several of equal worth, with ``{word}`` where a word comes in:

    brewed: ["{kind} tea coming up.", "One {kind} tea, as you like."]
    empty: There is no tea left.
"""

import ast
import random
import re
import string
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from speaker import lines
from speaker.errors import PluginError
from speaker.lines import Problem, Where, did_you_mean

FALLBACK = "en"
"""The language of plugins that do not have the one that is spoken."""

_NAME = re.compile(r"[a-z][a-z0-9_]*")


@dataclass(frozen=True, slots=True)
class Replies:
    """The replies of one plugin in one language."""

    plugin: str
    variants: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """By name, one or more."""
    _last: dict[str, str] = field(default_factory=dict)

    def reply(self, name: str, /, **words: object) -> str:
        """One of the sentences of that name, never the one before again; its first letter is a capital.

        Raises PluginError where there is no such name, or a word for one of its places is not given.
        """
        if name not in self.variants:
            hint = did_you_mean(name, self.variants)
            raise PluginError(f"the plugin {self.plugin} has no reply {name!r}{hint}; write it into replies.en.yaml")
        several = self.variants[name]
        fresh = [each for each in several if each != self._last.get(name)] or several
        self._last[name] = chosen = random.choice(fresh)
        try:
            said = chosen.format_map(words)
        except KeyError as error:
            raise PluginError(f"the reply {name!r} of the plugin {self.plugin} needs the word {error}") from None
        return said[:1].upper() + said[1:]


def read(folder: Path, plugin: str, language: str = FALLBACK) -> Replies:
    """The replies beside a handler: in ``language`` (as "en"), else in English; none where there is no file.

    Raises PluginError, in one line that says where, for the first of what is wrong.
    """
    file = next((f for tongue in (language, FALLBACK) if (f := _file(folder, tongue)).is_file()), None)
    if file is None:
        return Replies(plugin)
    variants, problems = examine(file)
    if problems:
        raise PluginError(str(problems[0]))
    return Replies(plugin, variants)


def examine(file: Path) -> tuple[Mapping[str, tuple[str, ...]], tuple[Problem, ...]]:
    """The variants of a file by name, and all that is wrong with it. Raises FileNotFoundError."""
    page = lines.read(file)
    content = page.content if page.content is not None else {}
    if not isinstance(content, dict):
        return {}, (
            *page.problems,
            page.problem((), "it should hold names with sentences, as 'done: [Done., It is done.]'"),
        )
    good: dict[str, tuple[str, ...]] = {}
    problems = list(page.problems)
    for name, given in content.items():
        several = given if isinstance(given, list) else [given]
        wrong = [page.problem(where, text) for where, text in _wrong_with(str(name), several)]
        problems += wrong
        if not wrong:
            good[str(name)] = tuple(several)
    return good, tuple(problems)


def uses(folder: Path) -> Iterator[tuple[Path, int, str, frozenset[str] | None]]:
    """Where the code of a plugin asks for a reply by a name that stands there: file, line, name, and its words.

    The words are None where not all are written out (``**words``). A file that is no Python is passed over.
    """
    for file in sorted(folder.rglob("*.py")):
        try:
            tree = ast.parse(file.read_bytes())
        except (SyntaxError, ValueError, OSError):
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "reply":
                first = node.args[0] if node.args else None
                if isinstance(first, ast.Constant) and isinstance(first.value, str):
                    words = [keyword.arg for keyword in node.keywords]
                    known = frozenset(word for word in words if word)
                    yield file, node.lineno, first.value, known if None not in words else None


def misuses(folder: Path, variants: Mapping[str, tuple[str, ...]]) -> Iterator[Problem]:
    """Replies that the code of a plugin asks for and that are not there, or need words that it does not give."""
    for file, line, name, words in uses(folder):
        if name not in variants:
            yield Problem(file, line, f"there is no reply {name!r} in the language file{did_you_mean(name, variants)}")
            continue
        needed = {place for variant in variants[name] for place in _places(variant)}
        if words is not None and (lacks := sorted(needed - words)):
            yield Problem(file, line, f"the reply {name!r} needs {', '.join(f'{lack}=…' for lack in lacks)}")


def _file(folder: Path, language: str) -> Path:
    return folder / f"replies.{language}.yaml"


def _wrong_with(name: str, several: list[Any]) -> Iterator[tuple[Where, str]]:
    if not _NAME.fullmatch(name):
        yield (name,), f"a reply is named in lower case, like 'not_found', not {name!r}"
    if not several:
        yield (name,), f"{name}: there is no sentence; write one"
    for at, variant in enumerate(several):
        if not isinstance(variant, str) or not variant.strip():
            yield (name, at), f"{name}: {variant!r} is no sentence; put it in quotes"
            continue
        try:
            good = all(_NAME.fullmatch(place) for place in _places(variant))
        except ValueError:
            good = False
        if not good:
            yield (name, at), f"{name}: {variant!r} has something else in its braces than a word, such as {{kind}}"


def _places(variant: str) -> list[str]:
    """The words that come in. Raises ValueError for a brace that is not closed."""
    found = []
    for _, name, form, conversion in string.Formatter().parse(variant):
        if name is not None:
            found.append(name if not form and not conversion else "")
    return found
