"""A plugin's manifest: what it understands, which functions do it, what it may use and what may be set."""

import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, field_validator, model_validator
from pydantic_core import ErrorDetails

from speaker import lines
from speaker.errors import PluginError
from speaker.events import IntentSpec, SlotSpec, SlotType
from speaker.languages import DEFAULT
from speaker.lines import Page, Problem, Where, did_you_mean
from speaker.permissions import Permission
from speaker.settings import Setting, declared
from speaker.text import normalise

_SLOT = re.compile(r"\{(\w+)\}")
_OPTIONAL = re.compile(r"\[[^][{}]*\]")
_OF_WORDS = ("text", "name", "area", "color", "scene")
_NAME = re.compile(r"[a-z][a-z0-9_]*")
_INTENT = re.compile(rf"{_NAME.pattern}\.{_NAME.pattern}")
_OF_A_LANGUAGE = {
    ("", 0): ("summary", "intents", "settings"),
    ("intents", 2): ("examples", "slots"),
    ("intents", 4): ("ask", "values"),
    ("settings", 2): ("default", "help"),
}
"""What a file in another language may say, by what it is part of and how deep in it; elsewhere what English says."""
_NEAREST = re.compile(r"did you mean '(\w+)'")


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class SlotManifest(_Part):
    """A slot."""

    type: SlotType
    required: bool = False
    values: tuple[tuple[str, ...], ...] = ()
    """The only words there are, each with other words for it; empty: all are allowed."""
    ask: str = ""
    """What is asked where a command leaves it out."""

    @field_validator("values", mode="before")
    @classmethod
    def _listed(cls, values: Any) -> tuple[tuple[str, ...], ...]:
        """``[tea, {coffee: [espresso, mocha]}]``, or ``{tea: [], coffee: [espresso]}``."""
        parts = [{value: words} for value, words in values.items()] if isinstance(values, dict) else values
        if not isinstance(parts, list) or not parts:
            raise ValueError("it should be a list of words, such as [tea, {coffee: [espresso, mocha]}]")
        listed = [_value(part) for part in parts]
        said = [word for value in listed for word in value]
        if twice := next((word for word in said if said.count(word) > 1), None):
            raise ValueError(f"{twice!r} is there twice")
        return tuple(listed)

    @model_validator(mode="after")
    def _of_words(self) -> "SlotManifest":
        if self.values and self.type not in _OF_WORDS:
            raise ValueError(f"'values' go with the types {', '.join(_OF_WORDS)}, not with {self.type}")
        return self


class IntentManifest(_Part):
    """An intent."""

    slots: dict[str, SlotManifest] = {}
    examples: list[str] = Field(min_length=1)
    confirm: bool = False
    one_of: list[str] = []
    """Optional slots, one of which a command must have."""
    handler: str | None = None
    """The function in handler.py; None: named like the part after the dot."""


class Manifest(_Part):
    """The whole file."""

    name: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    summary: str
    intents: dict[str, IntentManifest] = Field(min_length=1)
    settings: dict[str, Annotated[Setting, BeforeValidator(declared)]] = {}
    """By name; a default alone will do. The configuration may change them."""
    permissions: list[Permission] = []
    """What it may use beyond its own store, schedule and voice."""
    patience: float = Field(5.0, gt=0, le=60)
    """Seconds that one of its functions may take."""
    due: str | None = None
    """The function that is called when something scheduled is due."""
    hush: str | None = None
    """The function that is called where someone says "stop" and nothing of Hark's own sounds."""
    duck: str | None = None
    """The function that is called when Hark begins to listen or to speak, and when that is over."""

    def specs(self) -> tuple[IntentSpec, ...]:
        """The intents as the rest of Hark knows them."""
        return tuple(
            IntentSpec(
                name,
                tuple(SlotSpec(slot, s.type, s.required, s.values, s.ask) for slot, s in intent.slots.items()),
                tuple(intent.examples),
                intent.confirm,
                tuple(intent.one_of),
            )
            for name, intent in self.intents.items()
        )

    def handler_of(self, intent: str) -> str:
        """The name of the function that does it."""
        return self.intents[intent].handler or intent.split(".")[1]


def read(path: Path, language: str = DEFAULT) -> Manifest:
    """Read ``manifest.yaml``, with what ``manifest.de.yaml`` has in its place where ``language`` is another than English.

    Raises PluginError, in one line that says where: the first of what is wrong.
    """
    plan, problems = examine(path, language)
    if plan is None:
        more = f" (and {len(problems) - 1} more: see 'hark plugins check {path.parent}')" if problems[1:] else ""
        raise PluginError(f"{problems[0]}{more}")
    return plan


def examine(path: Path, language: str = DEFAULT) -> tuple[Manifest | None, tuple[Problem, ...]]:
    """Read ``manifest.yaml`` as ``read`` does: all that is wrong with it, the most telling first; None where anything is.

    Raises PluginError where it is not there.
    """
    try:
        page = lines.read(path)
    except FileNotFoundError:
        raise PluginError(f"{path} is missing; a plugin is a folder with manifest.yaml and handler.py") from None
    if page.problems and page.content is None:
        return None, page.problems
    other = path.with_suffix(f".{language}.yaml")
    if language != DEFAULT and other.is_file():
        page = _translated(page, lines.read(other))
    plan, problems = None, [*page.problems, *(page.problem(*found) for found in _beyond_types(page.content))]
    try:
        plan = Manifest.model_validate(page.content)
    except ValidationError as error:
        problems += [page.problem(*found) for found in _complaints(error)]
    return (None if problems else plan), tuple(sorted(set(problems)))


def _translated(page: Page, other: Page) -> Page:
    """A manifest with what its file in another language says in its own words: examples, questions, values, the summary."""
    problems = [*page.problems, *other.problems]

    def merged(mine: Any, theirs: Any, where: Where) -> Any:
        if not isinstance(mine, dict) or not isinstance(theirs, dict):
            return theirs
        may = _OF_A_LANGUAGE.get((str(where[0]) if where else "", len(where)), tuple(mine))
        for key in theirs:
            if key not in may:
                text = f"{key!r} is nothing that differs by language here{did_you_mean(str(key), may)}"
                problems.append(other.problem((*where, key), text))
        return {**mine, **{key: merged(mine.get(key), said, (*where, key)) for key, said in theirs.items()}}

    content = page.content if other.content is None else merged(page.content, other.content, ())
    return Page(page.file, content, page.lines, tuple(problems))


def _value(part: Any) -> tuple[str, ...]:
    """A value and the other words for it, as commands are written."""
    value, others = next(iter(part.items())) if isinstance(part, dict) and len(part) == 1 else (part, [])
    words = [value, *(others if isinstance(others, list) else [others])]
    for word in words:
        if not isinstance(word, str) or not normalise(word):
            raise ValueError(f"{word!r} is no word; put it in quotes, or correct it")
    return tuple(dict.fromkeys(normalise(word) for word in words))


def _beyond_types(content: Any) -> Iterator[tuple[Where, str]]:
    """What no type tells: names, and examples that do not go with their slots."""
    intents = content.get("intents") if isinstance(content, dict) else None
    for name, intent in intents.items() if isinstance(intents, dict) else ():
        where: Where = ("intents", str(name))
        if not _INTENT.fullmatch(str(name)):
            yield where, f"an intent is named plugin.intent, not {name!r}"
        slots = intent.get("slots") if isinstance(intent, dict) else None
        slots = [str(slot) for slot in slots] if isinstance(slots, dict) else []
        for slot in slots:
            if not _NAME.fullmatch(slot):
                yield (*where, "slots", slot), f"a slot is named in lower case, like 'duration', not {slot!r}"
        needed = intent.get("one_of") if isinstance(intent, dict) else None
        for at, slot in enumerate(needed if isinstance(needed, list) else ()):
            if slot not in slots:
                text = f"{name}: 'one_of' has no slot {slot!r}{did_you_mean(str(slot), slots)}"
                yield (*where, "one_of", at), text
        examples = intent.get("examples") if isinstance(intent, dict) else None
        for at, example in enumerate(examples if isinstance(examples, list) else ()):
            if isinstance(example, str) and (wrong := _wrong_with(example, slots)):
                yield (*where, "examples", at), f"{name}: the example {example!r} {wrong}"


def _wrong_with(example: str, slots: Sequence[str]) -> str:
    said = _SLOT.findall(example)
    for slot in said:
        if slot not in slots:
            return f"has the undeclared slot {slot!r}{did_you_mean(slot, slots)}"
    if len(said) > len(set(said)):
        return "has a slot twice"
    if not example.strip() or re.search(r"[][{}]", _OPTIONAL.sub("", _SLOT.sub("", example))):
        return "is no sentence with {slot} and [optional words]"
    if any(_SLOT.search(part) for part in re.findall(r"\[[^]]*\]", example)):
        return "has a slot among its [optional words]; write two examples"
    return ""


def _complaints(error: ValidationError) -> Iterator[tuple[Where, str]]:
    """Each complaint in plain words, with the nearest right one; not that a key lacks which is only misspelt."""
    misspelt = set[Where]()
    for one in error.errors():
        *above, key = one["loc"] or ("",)
        if one["type"] == "extra_forbidden" and (near := _NEAREST.search(did_you_mean(str(key), _keys(above)))):
            misspelt.add((*above, near[1]))
    for one in error.errors():
        if one["loc"] not in misspelt:
            yield one["loc"], _in_words(one)


def _in_words(one: ErrorDetails) -> str:
    loc = one["loc"]
    where = ".".join(map(str, loc))
    match one["type"]:
        case "extra_forbidden":
            return f"unknown key {where!r}{did_you_mean(str(loc[-1]), _keys(loc[:-1]))}"
        case "literal_error":
            there_are = re.findall(r"'([^']+)'", one["ctx"]["expected"])
            what = "slot type" if loc[:1] == ("intents",) else "permission" if loc[0] == "permissions" else "type"
            given = one["input"]
            return (
                f"{where}: no {what} {given!r}; there are {', '.join(there_are)}{did_you_mean(str(given), there_are)}"
            )
        case "string_type" if "examples" in loc:
            return f"{where}: {one['input']!r} is no text; put it in quotes: YAML takes {{…}}, on and off for something else"
    message = one["msg"].removeprefix("Value error, ")
    return f"{where}: {message}" if where else f"it should hold keys such as 'name:' ({message})"


def _keys(above: Sequence[str | int]) -> Iterable[str]:
    """The keys that may stand there."""
    if above and above[0] == "settings":
        return Setting.model_fields
    parts: dict[int, type[BaseModel]] = {0: Manifest, 2: IntentManifest}
    return parts.get(len(above), SlotManifest).model_fields
