"""What a person may set of a plugin: each setting has a type, and a wrong value is named in plain words."""

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, Strict, TypeAdapter, ValidationError, model_validator

from speaker.errors import PluginError
from speaker.lines import did_you_mean

Kind = Literal["text", "integer", "number", "boolean", "choice", "list", "path", "secret"]

_NUMBERS = ("integer", "number")
_SHORT: Mapping[type, Kind] = {bool: "boolean", int: "integer", float: "number", str: "text", list: "list"}
"""What a default alone makes of a setting."""


class Secret(str):
    """Text that does not show itself where it is printed by mistake, inside of something else."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "'…'"


class Setting(BaseModel):
    """One setting, as a manifest declares it."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    type: Kind
    default: Any = None
    """Left out: the configuration has to give it. ``null``: it may stay None."""
    help: str = ""
    minimum: float | None = None
    maximum: float | None = None
    choices: list[str] = []

    @model_validator(mode="after")
    def _fits(self) -> "Setting":
        if (self.minimum, self.maximum) != (None, None) and self.type not in _NUMBERS:
            raise ValueError(f"'minimum' and 'maximum' go with integer and number, not with {self.type}")
        if bool(self.choices) != (self.type == "choice"):
            raise ValueError("'choices' and the type choice go together, as {type: choice, choices: [us, imperial]}")
        if not self.required and self.default is not None:
            try:
                self.checked(self.default)
            except ValueError as error:
                raise ValueError(f"the default {error}") from None
        return self

    @property
    def required(self) -> bool:
        """Whether the configuration has to give it."""
        return "default" not in self.model_fields_set

    def checked(self, value: Any) -> Any:
        """The value as a handler gets it. Raises ValueError: "should be a whole number from 1 to 5, not 7"."""
        try:
            good = self._adapter().validate_python(value)
        except ValidationError:
            shown = "what it is" if self.type == "secret" else repr(value)
            raise ValueError(f"should be {self.in_words()}, not {shown}") from None
        if self.type == "path":
            path = Path(good).expanduser()
            if not path.is_absolute():
                raise ValueError(f"should be {self.in_words()}, not {value!r}")
            return path
        return Secret(good) if self.type == "secret" else good

    def stand_in(self) -> Any:
        """Some value, for where no handler will run."""
        low = math.ceil(self.minimum if self.minimum is not None else min(1.0, self.maximum or 1.0))
        kinds: dict[Kind, Any] = {
            "integer": low,
            "number": self.minimum or low,
            "boolean": False,
            "list": [],
            "path": "/",
        }
        return self.choices[0] if self.choices else kinds.get(self.type, "")

    def in_words(self) -> str:
        """What may be given."""
        words = {
            "text": "text",
            "integer": "a whole number",
            "number": "a number",
            "boolean": "true or false",
            "choice": "one of " + ", ".join(self.choices),
            "list": "a list of text",
            "path": "a full path, such as ~/music",
            "secret": "text",
        }[self.type]
        if self.minimum is not None:
            words += f" from {self.minimum:g}"
        return words + (f" to {self.maximum:g}" if self.maximum is not None else "")

    def _adapter(self) -> TypeAdapter[Any]:
        text = Annotated[str, Strict()]
        bounds = Field(ge=self.minimum, le=self.maximum)
        kinds: dict[Kind, Any] = {
            "text": text,
            "secret": text,
            "path": text,
            "integer": Annotated[int, Strict(), bounds],
            "number": Annotated[float, Strict(), bounds, Field(allow_inf_nan=False)],
            "boolean": Annotated[bool, Strict()],
            "choice": Literal[tuple(self.choices)] if self.type == "choice" else None,
            "list": list[text],
        }
        return TypeAdapter(kinds[self.type])


def declared(short: Any) -> Any:
    """A setting that a manifest declares by its default alone, in full; anything else as it is.

    Raises ValueError where the default tells no type.
    """
    if isinstance(short, dict):
        return short
    kind = _SHORT.get(type(short))
    if kind is None:
        raise ValueError(f"{short!r} tells no type; write it as {{type: text, default: …}}")
    return {"type": kind, "default": short}


def chosen(plugin: str, settings: Mapping[str, Setting], changes: Mapping[str, Any]) -> Mapping[str, Any]:
    """All settings of a plugin, as the configuration changes them. Raises PluginError: unknown, wrong or lacking."""
    for name, value in changes.items():
        if name not in settings:
            raise PluginError(f"the plugin {plugin} has no setting {name!r}{did_you_mean(name, settings)}")
        try:
            settings[name].checked(value)
        except ValueError as error:
            raise PluginError(f"the setting {plugin}.{name} {error}; correct it in the configuration") from None
    if lacks := [name for name, setting in settings.items() if setting.required and name not in changes]:
        raise PluginError(
            f"the plugin {plugin} needs the setting {lacks[0]!r}; put it into the configuration, "
            f"as 'plugins: {{{plugin}: {{{lacks[0]}: …}}}}'"
        )
    values = {name: changes.get(name, setting.default) for name, setting in settings.items()}
    return {name: None if value is None else settings[name].checked(value) for name, value in values.items()}
