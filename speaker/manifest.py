"""A plugin's manifest: what it understands, and which functions do it."""

import re
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator
from rapidfuzz import process

from speaker.errors import PluginError
from speaker.events import IntentSpec, SlotSpec, SlotType

_SLOT = re.compile(r"\{(\w+)\}")


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class SlotManifest(_Part):
    """A slot."""

    type: SlotType
    required: bool = False


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
    due: str | None = None
    """The function that is called when something scheduled is due."""

    @field_validator("intents")
    @classmethod
    def _complete(cls, intents: dict[str, IntentManifest]) -> dict[str, IntentManifest]:
        for name, intent in intents.items():
            if not re.fullmatch(r"[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*", name):
                raise ValueError(f"an intent is named plugin.intent, not {name!r}")
            for example in intent.examples:
                unknown = set(_SLOT.findall(example)) - set(intent.slots)
                if unknown:
                    raise ValueError(f"{name}: the example {example!r} has the undeclared slot {sorted(unknown)[0]!r}")
        return intents

    def specs(self) -> tuple[IntentSpec, ...]:
        """The intents as the rest of Hark knows them."""
        return tuple(
            IntentSpec(
                name,
                tuple(SlotSpec(slot, s.type, s.required) for slot, s in intent.slots.items()),
                tuple(intent.examples),
                intent.confirm,
            )
            for name, intent in self.intents.items()
        )

    def handler_of(self, intent: str) -> str:
        """The name of the function that does it."""
        return self.intents[intent].handler or intent.split(".")[1]


def read(path: Path) -> Manifest:
    """Read ``manifest.yaml``.

    Raises PluginError, in one line: not there, no YAML, an unknown key (with the nearest right one), a wrong value.
    """
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise PluginError(f"{path} is missing; a plugin is a folder with manifest.yaml and handler.py") from None
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise PluginError(f"{path} cannot be read: {' '.join(str(error).split())}") from error
    try:
        return Manifest.model_validate(content)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        if first["type"] == "extra_forbidden":
            known = {*Manifest.model_fields, *IntentManifest.model_fields, *SlotManifest.model_fields}
            nearest = process.extractOne(str(first["loc"][-1]), known)
            hint = f"; did you mean {nearest[0]!r}?" if nearest and nearest[1] >= 60 else ""
            raise PluginError(f"{path}: unknown key {where!r}{hint}") from None
        raise PluginError(f"{path}: {where}: {first['msg'].removeprefix('Value error, ')}") from None
