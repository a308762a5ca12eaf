"""What a plugin says, in a file a language beside its handler: ``replies.en.yaml``.

Each name holds a sentence or several of equal worth, with ``{word}`` where a word comes in:

    brewed: ["{kind} tea coming up.", "One {kind} tea, as you like."]
    empty: There is no tea left.
    left: {1: One cup is left., other: "{count} cups are left."}

The last one is said by ``count``: a number, or one of the plural categories of the language (``one``, ``few``, …).
"""

import ast
import re
import string
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from speaker import lines
from speaker.errors import PluginError
from speaker.lines import Problem, Where, did_you_mean

FALLBACK = "en"
"""The language of plugins that do not have the one that is spoken."""

CATEGORIES = ("zero", "one", "two", "few", "many", "other")
"""Of so many things (Unicode's CLDR); ``other`` stands in for those that a file has not."""

_NAME = re.compile(r"[a-z][a-z0-9_]*")
_SAYING = ("reply", "fragment")


def _category(many: float) -> str:
    return "one" if many == 1 else "other"


@dataclass(frozen=True, slots=True)
class Counting:
    """How a language counts."""

    category: Callable[[float], str] = _category
    """The plural category of a number."""
    number: Callable[[float], str] = "{:,}".format
    """A number as it is spoken."""


@dataclass(frozen=True, slots=True)
class Replies:
    """The replies of one plugin in one language."""

    plugin: str
    variants: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """By name, one or more; of a reply that hangs on ``count``, by its name and "/1", "/other" and so on."""
    counting: Counting = Counting()
    varied: bool = True
    """False: it is always the first."""
    _turns: dict[str, int] = field(default_factory=dict)

    def reply(self, name: str, /, **words: object) -> str:
        """The next of the sentences of that name, from the first on; its first letter is a capital.

        Where the file has it by number, ``count`` says which; ``{count}`` is that number in words of the language.
        Raises PluginError where there is no such name, or a word for one of its places is not given.
        """
        said = self.fragment(name, **words)
        return said[:1].upper() + said[1:]

    def fragment(self, name: str, /, **words: object) -> str:
        """The same for a part of a sentence, which begins with no capital."""
        at = self._at(name, words)
        turn = self._turns.get(at, 0)
        self._turns[at] = turn + self.varied
        try:
            return self.variants[at][turn % len(self.variants[at])].format_map(words)
        except KeyError as error:
            raise PluginError(f"the reply {name!r}{self._whose} needs the word {error}") from None

    def _at(self, name: str, words: dict[str, object]) -> str:
        """Where the variants stand; a count becomes words."""
        count = words.get("count")
        if isinstance(count, int | float):
            words["count"] = self.counting.number(count)
            by_count = (f"{name}/{count}", f"{name}/{self.counting.category(count)}", f"{name}/other")
            if found := next((at for at in by_count if at in self.variants), None):
                return found
        if name in self.variants:
            return name
        if any(at.startswith(f"{name}/") for at in self.variants):
            raise PluginError(
                f"the reply {name!r}{self._whose} needs the word 'count', a number, and a text for 'other'"
            )
        hint = did_you_mean(name, names(self.variants))
        has = f"the plugin {self.plugin} has" if self.plugin else "there is"
        raise PluginError(f"{has} no reply {name!r}{hint}; write it into the language file")

    @property
    def _whose(self) -> str:
        return f" of the plugin {self.plugin}" if self.plugin else ""


def names(variants: Iterable[str]) -> list[str]:
    """The names of replies, without the numbers behind them."""
    return list(dict.fromkeys(name.partition("/")[0] for name in variants))


def read(
    folder: Path, plugin: str, language: str = FALLBACK, counting: Counting | None = None, varied: bool = True
) -> Replies:
    """The replies beside a handler in ``language`` (as "en"); of what it has not, those in English.

    ``counting``: how that language counts; None: as English does. Raises PluginError, in one line that says where, for
    the first of what is wrong.
    """
    variants: dict[str, tuple[str, ...]] = {}
    for file in _files(folder, "replies", language):
        found, problems = examine(file)
        if problems:
            raise PluginError(str(problems[0]))
        there = set(names(found))
        variants = {**{at: said for at, said in variants.items() if at.partition("/")[0] not in there}, **found}
    return Replies(plugin, variants, counting or Counting(), varied)


def words(folder: Path, language: str = FALLBACK) -> Mapping[str, Any]:
    """What people say beside a plugin's examples, ``words.en.yaml``, by name; of what ``language`` has not, in English.

    Raises PluginError, in one line that says where, for the first of what is wrong.
    """
    known: dict[str, Any] = {}
    for file in _files(folder, "words", language):
        page = lines.read(file)
        if page.problems or not isinstance(page.content, dict):
            odd = page.problem((), "it should hold names with words, as 'all: [everything, every one]'")
            raise PluginError(str(next(iter(page.problems), odd)))
        known |= {str(name): given for name, given in page.content.items()}
    return known


def _files(folder: Path, what: str, language: str) -> list[Path]:
    """The file in English, and the one in another language that is spoken, where they are."""
    files = (folder / f"{what}.{tongue}.yaml" for tongue in dict.fromkeys((FALLBACK, language)))
    return [file for file in files if file.is_file()]


def examine(file: Path) -> tuple[Mapping[str, tuple[str, ...]], tuple[Problem, ...]]:
    """The variants of a file (see ``Replies``), and all that is wrong with it. Raises FileNotFoundError."""
    page = lines.read(file)
    variants, wrong = _variants(page.content if page.content is not None else {})
    return variants, (*page.problems, *(page.problem(where, text) for where, text in wrong))


def _variants(content: Any) -> tuple[dict[str, tuple[str, ...]], list[tuple[Where, str]]]:
    """What a file holds, and what is wrong with it."""
    good: dict[str, tuple[str, ...]] = {}
    wrong: list[tuple[Where, str]] = []
    if not isinstance(content, dict):
        return good, [((), "it should hold names with sentences, as 'done: [Done., It is done.]'")]
    for name, given in content.items():
        if not _NAME.fullmatch(str(name)):
            wrong.append(((name,), f"a reply is named in lower case, like 'not_found', not {name!r}"))
            continue
        by_count = given.items() if isinstance(given, dict) else [("", given)]
        for count, said in by_count:
            several = said if isinstance(said, list) else [said]
            where: Where = (name, count) if isinstance(given, dict) else (name,)
            here = [((*where, *at), text) for at, text in _wrong_with(str(name), several)]
            if isinstance(given, dict) and not isinstance(count, int) and count not in CATEGORIES:
                here.append((where, f"{name}: {count!r} is no number, nor one of {', '.join(CATEGORIES)}"))
            wrong += here
            if not here:
                good[f"{name}/{count}" if isinstance(given, dict) else str(name)] = tuple(several)
    return good, wrong


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
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in _SAYING:
                first = node.args[0] if node.args else None
                if isinstance(first, ast.Constant) and isinstance(first.value, str):
                    words = [keyword.arg for keyword in node.keywords]
                    known = frozenset(word for word in words if word)
                    yield file, node.lineno, first.value, known if None not in words else None


def misuses(folder: Path, variants: Mapping[str, tuple[str, ...]]) -> Iterator[Problem]:
    """Replies that the code of a plugin asks for and that are not there, or need words that it does not give."""
    for file, line, name, words in uses(folder):
        there = [at for at in variants if at.partition("/")[0] == name]
        if not there:
            hint = did_you_mean(name, names(variants))
            yield Problem(file, line, f"there is no reply {name!r} in the language file{hint}")
            continue
        needed = {place for at in there for variant in variants[at] for place in _places(variant)}
        needed |= {"count" for at in there if "/" in at}
        if words is not None and (lacks := sorted(needed - words)):
            yield Problem(file, line, f"the reply {name!r} needs {', '.join(f'{lack}=…' for lack in lacks)}")


def _wrong_with(name: str, several: list[Any]) -> Iterator[tuple[Where, str]]:
    """What is wrong with the sentences of a name, and where below it."""
    if not several:
        yield (), f"{name}: there is no sentence; write one"
    for at, variant in enumerate(several):
        if not isinstance(variant, str) or not variant.strip():
            yield (at,), f"{name}: {variant!r} is no sentence; put it in quotes"
            continue
        try:
            good = all(_NAME.fullmatch(place) for place in _places(variant))
        except ValueError:
            good = False
        if not good:
            yield (at,), f"{name}: {variant!r} has something else in its braces than a word, such as {{kind}}"


def _places(variant: str) -> list[str]:
    """The words that come in. Raises ValueError for a brace that is not closed."""
    found = []
    for _, name, form, conversion in string.Formatter().parse(variant):
        if name is not None:
            found.append(name if not form and not conversion else "")
    return found
