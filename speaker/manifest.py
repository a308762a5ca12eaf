"""A plugin's manifest: what it understands, and which functions do it."""

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any, get_args

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator
from rapidfuzz import process

from speaker.errors import PluginError
from speaker.events import IntentSpec, SlotSpec, SlotType
from speaker.text import normalise

_SLOT = re.compile(r"\{(\w+)\}")
_OPTIONAL = re.compile(r"\[[^][{}]*\]")
_OF_WORDS = ("text", "name", "area", "color", "scene")
_NAME = re.compile(r"[a-z][a-z0-9_]*")


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class SlotManifest(_Part):
    """A slot."""

    type: SlotType
    required: bool = False
    values: tuple[tuple[str, ...], ...] = ()
    """The only words there are, each with other words for it; empty: all are allowed."""

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
    handler: str | None = None
    """The function in handler.py; None: named like the part after the dot."""


class Manifest(_Part):
    """The whole file."""

    name: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    summary: str
    intents: dict[str, IntentManifest] = Field(min_length=1)
    settings: dict[str, Any] = {}
    """Names with their defaults; the configuration may change them."""
    patience: float = Field(5.0, gt=0, le=60)
    """Seconds that one of its functions may take."""
    due: str | None = None
    """The function that is called when something scheduled is due."""

    @field_validator("intents")
    @classmethod
    def _complete(cls, intents: dict[str, IntentManifest]) -> dict[str, IntentManifest]:
        for name, intent in intents.items():
            if not re.fullmatch(r"[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*", name):
                raise ValueError(f"an intent is named plugin.intent, not {name!r}")
            for slot in intent.slots:
                if not _NAME.fullmatch(slot):
                    raise ValueError(f"{name}: a slot is named in lower case, like 'duration', not {slot!r}")
            for example in intent.examples:
                _check_example(name, example, intent.slots)
        return intents

    def specs(self) -> tuple[IntentSpec, ...]:
        """The intents as the rest of Hark knows them."""
        return tuple(
            IntentSpec(
                name,
                tuple(SlotSpec(slot, s.type, s.required, s.values) for slot, s in intent.slots.items()),
                tuple(intent.examples),
                intent.confirm,
            )
            for name, intent in self.intents.items()
        )

    def handler_of(self, intent: str) -> str:
        """The name of the function that does it."""
        return self.intents[intent].handler or intent.split(".")[1]


def _value(part: Any) -> tuple[str, ...]:
    """A value and the other words for it, as commands are written."""
    value, others = next(iter(part.items())) if isinstance(part, dict) and len(part) == 1 else (part, [])
    words = [value, *(others if isinstance(others, list) else [others])]
    for word in words:
        if not isinstance(word, str) or not normalise(word):
            raise ValueError(f"{word!r} is no word; put it in quotes, or correct it")
    return tuple(dict.fromkeys(normalise(word) for word in words))


def did_you_mean(wrong: str, right: Iterable[str]) -> str:
    """ "; did you mean 'timer'?", or nothing where nothing is near."""
    nearest = process.extractOne(wrong, list(right))
    return f"; did you mean {nearest[0]!r}?" if nearest and nearest[1] >= 60 else ""


def _check_example(intent: str, example: str, slots: Iterable[str]) -> None:
    said = _SLOT.findall(example)
    for slot in said:
        if slot not in slots:
            raise ValueError(
                f"{intent}: the example {example!r} has the undeclared slot {slot!r}{did_you_mean(slot, slots)}"
            )
    if len(said) > len(set(said)):
        raise ValueError(f"{intent}: the example {example!r} has a slot twice")
    if not example.strip() or re.search(r"[][{}]", _OPTIONAL.sub("", _SLOT.sub("", example))):
        raise ValueError(f"{intent}: the example {example!r} is no sentence with {{slot}} and [optional words]")
    if any(_SLOT.search(part) for part in re.findall(r"\[[^]]*\]", example)):
        raise ValueError(f"{intent}: the example {example!r} has a slot among its [optional words]; write two examples")


def read(path: Path) -> Manifest:
    """Read ``manifest.yaml``.

    Raises PluginError, in one line: not there, no YAML, an unknown key (with the nearest right one), a wrong value.
    """
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise PluginError(f"{path} is missing; a plugin is a folder with manifest.yaml and handler.py") from None
    except (OSError, ValueError, RecursionError, yaml.YAMLError) as error:  # ValueError: bytes, or a 40th of May
        raise PluginError(f"{path} cannot be read: {' '.join(str(error).split())}") from error
    try:
        return Manifest.model_validate(content)
    except ValidationError as error:
        raise PluginError(f"{path}: {_first(error)}") from None


def _first(error: ValidationError) -> str:
    """The first complaint, with the nearest right word; a misspelt key before the right one that lacks."""
    first = min(error.errors(), key=lambda e: e["type"] != "extra_forbidden")
    where = ".".join(str(part) for part in first["loc"])
    if first["type"] == "extra_forbidden":
        fields = {1: Manifest.model_fields, 3: IntentManifest.model_fields}.get(
            len(first["loc"]), SlotManifest.model_fields
        )
        return f"unknown key {where!r}{did_you_mean(str(first['loc'][-1]), fields)}"
    if first["type"] == "literal_error":
        types = get_args(SlotType)
        return f"{where}: no slot type {first['input']!r}; there are {', '.join(types)}{did_you_mean(str(first['input']), types)}"
    message = first["msg"].removeprefix("Value error, ")
    return f"{where}: {message}" if where else f"it should hold keys such as 'name:' ({message})"
