"""A YAML file together with the lines that its parts stand in, so that what is wrong can be found."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from rapidfuzz import process

Where = tuple[str | int, ...]
"""The way to a part: keys and positions, from the top."""

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # in C, where PyYAML has it
_MOST = 20_000  # parts of a file; aliases of aliases could make more than memory holds


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """Something wrong, and where."""

    file: Path
    line: int
    """From 1."""
    text: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.text}"


@dataclass(frozen=True, slots=True)
class Page:
    """What a file holds."""

    file: Path
    content: Any
    """None where it is empty or no YAML."""
    lines: Mapping[Where, int]
    problems: tuple[Problem, ...]
    """What is wrong with it as YAML: unreadable, or a key that is there twice."""

    def problem(self, where: Where, text: str) -> Problem:
        """A problem with a part; of one that is not there, in the line of what it should be in."""
        while where and where not in self.lines:
            where = where[:-1]
        return Problem(self.file, self.lines.get(where, 1), text)


def read(file: Path) -> Page:
    """Read a file. Raises FileNotFoundError; all else that is wrong is in the page's problems."""
    lines: dict[Where, int] = {}
    try:
        loader = _LOADER(file.read_text(encoding="utf-8"))
        try:
            node = loader.get_single_node()
            twice = [Problem(file, line, text) for line, text in _walk(node, (), lines, [])] if node else []
            content = _constructed(loader, node) if node else None
        finally:
            loader.dispose()
    except FileNotFoundError:
        raise
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        said = ", ".join(part for part in (error.context, error.problem) if part)
        return Page(file, None, {}, (Problem(file, mark.line + 1 if mark else 1, f"this cannot be read: {said}"),))
    except (OSError, ValueError, RecursionError, yaml.YAMLError) as error:
        line, reason = error.args if isinstance(error, _OddValueError) else (1, error)
        return Page(file, None, {}, (Problem(file, line, f"this cannot be read: {' '.join(str(reason).split())}"),))
    return Page(file, content, lines, tuple(twice))


def did_you_mean(wrong: str, right: Iterable[str]) -> str:
    """ "; did you mean 'timer'?", or nothing where nothing is near."""
    nearest = process.extractOne(wrong, list(right))
    return f"; did you mean {nearest[0]!r}?" if nearest and nearest[1] >= 60 else ""


class _OddValueError(ValueError):
    """A line, and what is wrong with a value in it, such as a 40th of May."""


def _constructed(loader: yaml.SafeLoader, node: yaml.Node) -> Any:
    try:
        return loader.construct_document(node)
    except ValueError as error:
        for scalar in _scalars(node):
            try:
                yaml.SafeLoader("").construct_object(scalar)
            except ValueError:
                raise _OddValueError(scalar.start_mark.line + 1, error) from error
        raise


def _scalars(node: yaml.Node) -> Iterator[yaml.ScalarNode]:
    if isinstance(node, yaml.ScalarNode):
        yield node
    elif isinstance(node, yaml.CollectionNode):
        for part in node.value:
            for each in part if isinstance(part, tuple) else (part,):
                yield from _scalars(each)


def _walk(node: yaml.Node, where: Where, lines: dict[Where, int], above: list[yaml.Node]) -> Iterator[tuple[int, str]]:
    """Note where each part stands; a line and a complaint for each key that is there twice."""
    if len(lines) > _MOST or node in above:
        raise ValueError("it holds itself, or far too much")
    lines.setdefault(where, node.start_mark.line + 1)
    inside = [*above, node]
    if isinstance(node, yaml.MappingNode):
        keys = set[str]()
        for key, value in node.value:
            name = str(key.value)
            if name in keys and name != "<<":
                yield key.start_mark.line + 1, f"{name!r} is there twice; keep one of them"
            keys.add(name)
            lines[(*where, name)] = key.start_mark.line + 1
            yield from _walk(value, (*where, name), lines, inside)
    elif isinstance(node, yaml.SequenceNode):
        for at, value in enumerate(node.value):
            yield from _walk(value, (*where, at), lines, inside)
