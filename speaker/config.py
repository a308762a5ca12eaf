"""The configuration: one YAML file, every key optional, every unknown key an error."""

import os
from pathlib import Path
from types import UnionType
from typing import Any, Literal, TypeVar, get_args

import platformdirs
import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator
from rapidfuzz import process

from speaker import languages
from speaker.board import BoardConfig
from speaker.errors import ConfigError
from speaker.home import HomeConfig
from speaker.text import normalise, without_manners

SYSTEM_CONFIG = Path("/etc/hark/config.yaml")
"""Where the service's configuration lies; the user's own comes before it."""


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class WakeConfig(_Part):
    """The wake words."""

    word: str | tuple[str, ...] = "hey jarvis"
    """One, or several: any of them wakes."""
    sensitivity: float = Field(0.5, ge=0, le=1)
    """More wakes more readily, and more often by mistake; the same for all kinds of words."""
    threshold: float | None = Field(None, ge=0, le=1)
    """Score that wakes, of built-in words alone; None leaves it to the sensitivity."""
    second_look: bool = True
    """Whether recognition is asked where a trained or taught word is heard, but not surely."""

    @property
    def all(self) -> tuple[str, ...]:
        """The wake words that count."""
        return (self.word,) if isinstance(self.word, str) else self.word

    @field_validator("word", mode="before")
    @classmethod
    def _some(cls, word: Any) -> Any:
        several = word if isinstance(word, list | tuple) else [word]
        if not several or not all(isinstance(each, str) and each.strip() for each in several):
            raise ValueError(f"{word!r} should be a wake word, or several such as [computer, hey jarvis]")
        return word

    @property
    def spoken(self) -> str:
        """All of them as they are shown: “hey jarvis” or “computer”."""
        return " or ".join(f"“{word}”" for word in self.all)


class EndpointConfig(_Part):
    """The end of a command, in seconds."""

    silence: float = Field(0.7, gt=0, le=5)
    longest: float = Field(15.0, ge=1, le=30)
    nothing: float = Field(5.0, ge=1, le=60)


class AsrConfig(_Part):
    """Speech recognition."""

    engine: Literal["auto", "vosk", "moonshine"] = "auto"
    """``auto`` takes Vosk where a model is installed, else Moonshine."""
    model: str | None = None
    """A Vosk model: the name of an installed one, or a folder; None takes the only or first one."""


class UnderstandingConfig(_Part):
    """The language model."""

    model: Path | None = None
    """A GGUF made by models/training; None takes the one that Hark carries."""
    threshold: float = Field(0.5, ge=0, le=1)
    """Confidence below which a command is rejected."""


class GeneralConfig(_Part):
    """A general model: any instruct model in GGUF, of the user's own choice."""

    model: Path | None = None
    """Answers questions; None: they are declined."""
    commands: bool = False
    """Whether it also reads commands, in the language model's place."""

    @model_validator(mode="after")
    def _complete(self) -> "GeneralConfig":
        if self.commands and self.model is None:
            raise ValueError("'commands: true' needs a model; name an instruct GGUF with 'model:'")
        return self


class SpeechConfig(_Part):
    """Spoken replies."""

    voice: str | None = None
    """A voice of Piper that is installed, else one of espeak-ng; None: that of the language."""
    varied: bool = True
    """Whether the same is said in other words the next time; False: always in the first of them."""
    words_per_minute: int = Field(165, ge=80, le=450)
    piper: str = "piper"
    """The program, by name or path; only run where a voice of it is named."""
    catalogue: str | None = None
    """The address of a list of Piper's voices; None: ``hark voices`` asks nobody."""


class AudioConfig(_Part):
    """Devices, by name or a part of it; None takes the system's default."""

    microphone: str | None = None
    loudspeaker: str | None = None
    volume: Literal["system", "software"] = "system"
    """Whose volume is meant: the system's, where it has one, or Hark's alone."""
    cancel_echo: bool = True
    """Whether Hark's own voice is taken out of what the microphone hears."""


class SoundsConfig(_Part):
    """Short sounds in the place of words; ``sounds: false`` in the configuration is none of them."""

    listening: bool = True
    """After the wake word, where one waits before the command."""
    understood: bool = True
    not_understood: bool = True

    @model_validator(mode="before")
    @classmethod
    def _all_or_none(cls, given: Any) -> Any:
        return dict.fromkeys(cls.model_fields, given) if isinstance(given, bool) else given

    @property
    def wanted(self) -> frozenset[str]:
        """Those that are to be heard."""
        return frozenset(name for name, on in self if on)


class ModelsConfig(_Part):
    """Where ``hark models`` fetches from: the one place outside the house that Hark ever asks, and only then."""

    catalogue: str = "https://alphacephei.com/vosk/models/model-list.json"


class ConversationConfig(_Part):
    """What goes on after a reply. A question is always answered without the wake word."""

    follow_up: float = Field(0.0, ge=0, le=15)
    """Seconds in which a further command needs no wake word; 0: it always needs one. Whatever is said in the room is
    listened to meanwhile, a television too, so that nobody has it who did not ask for it."""


class TraceConfig(_Part):
    """The record of turns."""

    keep: int = Field(200, ge=0, le=100_000)
    """How many turns are kept, as text; 0 keeps none."""


class Config(_Part):
    """All of it."""

    language: str = languages.DEFAULT
    """What is said and understood; one of ``speaker.languages.known()``."""
    wake: WakeConfig = WakeConfig()
    endpoint: EndpointConfig = EndpointConfig()
    asr: AsrConfig = AsrConfig()
    understanding: UnderstandingConfig = UnderstandingConfig()
    general: GeneralConfig = GeneralConfig()
    speech: SpeechConfig = SpeechConfig()
    conversation: ConversationConfig = ConversationConfig()
    audio: AudioConfig = AudioConfig()
    sounds: SoundsConfig = SoundsConfig()
    board: BoardConfig = BoardConfig()
    home: HomeConfig = Field(default_factory=HomeConfig)
    phrases: dict[str, str] = {}
    """Sentences of the household, and the command that each stands for."""
    plugins: dict[str, dict[str, Any]] = {}
    """Settings by plugin; each manifest says which there are."""
    plugin_folders: tuple[Path, ...] = ()
    """Further plugins: each a plugin's folder, or a folder of them."""
    models: ModelsConfig = ModelsConfig()
    trace: TraceConfig = TraceConfig()

    @property
    def voice(self) -> str:
        """The voice that speaks."""
        return self.speech.voice or languages.current().words.voice

    @field_validator("language")
    @classmethod
    def _known(cls, language: str) -> str:
        if language not in languages.known():
            raise ValueError(languages.absent(language))
        return language

    @field_validator("phrases")
    @classmethod
    def _said(cls, phrases: dict[str, str]) -> dict[str, str]:
        """As commands are compared: normalised, without manners."""
        said: dict[str, str] = {}
        for phrase, command in phrases.items():
            key = without_manners(normalise(phrase))
            if not key or not normalise(command):
                raise ValueError(
                    f"{phrase!r} should be a sentence, and stand for one, such as 'lights out': 'lights off'"
                )
            if key in said:
                raise ValueError(f"{phrase!r} is there twice")
            said[key] = command
        return said


HOME = "home.yaml"
"""The description of the home, beside the configuration."""


def find() -> Path | None:
    """The configuration file that is used where none is named: the user's, else the system's, else None."""
    places = (platformdirs.user_config_path("hark") / "config.yaml", SYSTEM_CONFIG)
    return next((place for place in places if place.is_file()), None)


def default() -> Config:
    """What holds without a configuration file: the home is still described where ``home.yaml`` lies in its place."""
    places = (platformdirs.user_config_path("hark") / HOME, SYSTEM_CONFIG.parent / HOME)
    home = next((place for place in places if place.is_file()), None)
    return Config(home=read_home(home)) if home else Config()


def data_folder() -> Path:
    """Where timers, lists, models and the trace are kept unless the command line says otherwise."""
    return platformdirs.user_data_path("hark")


def read(path: Path) -> Config:
    """Read a configuration file, and the description of the home beside it, or where it says; speak its language.

    Raises ConfigError: not readable, no YAML, an unknown key (with the nearest right one), a wrong value.
    """
    content = _content(path, "wake:", "configuration file", "leave out --config, or write it")
    if (language := content.get("language", languages.DEFAULT)) in languages.known():
        languages.choose(language)  # its phrases and names are read as this language writes them
    home = content.get("home")
    if isinstance(home, str):
        content["home"] = read_home(resolved(Path(home), path))
    elif "home" not in content and (beside := path.parent / HOME).is_file():
        content["home"] = read_home(beside)
    return _valid(Config, content, path)


def read_home(path: Path) -> HomeConfig:
    """Read a description of the home in a file of its own. Raises ConfigError."""
    content = _content(path, "areas:", "description of the home", "write it, or correct 'home:' in the configuration")
    return _valid(HomeConfig, content, path)


def _content(path: Path, such_as: str, what: str, otherwise: str) -> dict[str, Any]:
    """What stands in a YAML file; nothing is no key."""
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ConfigError(f"there is no {what} {path}; {otherwise}") from None
    except (OSError, ValueError, RecursionError) as error:  # ValueError: bytes, or a 40th of May
        raise ConfigError(f"cannot read the {what} {path}: {error}") from error
    except yaml.YAMLError as error:
        reason = " ".join(str(error).split())
        raise ConfigError(f"{path} is not YAML: {reason}; mind the indentation") from error
    if content is not None and not isinstance(content, dict):
        raise ConfigError(f"{path} should hold keys such as {such_as!r}, not a {type(content).__name__}")
    return content or {}


_Model = TypeVar("_Model", bound=BaseModel)


def _valid(model: type[_Model], content: dict[str, Any], path: Path) -> _Model:
    try:
        return model.model_validate(content)
    except ValidationError as error:
        raise ConfigError(f"{path}: {_first(error, model)}") from None


def resolved(path: Path, config: Path | None) -> Path:
    """A path of the configuration: ``~`` is the home folder, and it is relative to the configuration's folder."""
    path = Path(os.path.expandvars(path)).expanduser()
    return path if config is None or path.is_absolute() else config.parent / path


def _first(error: ValidationError, model: type[BaseModel]) -> str:
    """The first complaint, in words."""
    first = error.errors()[0]
    where = ".".join(str(part) for part in first["loc"])
    if first["type"] == "value_error":
        return ": ".join(part for part in (where, first["msg"].removeprefix("Value error, ")) if part)
    if first["type"] != "extra_forbidden":
        return f"{where}: {first['msg'].lower()}, not {first['input']!r}"
    *parents, key = first["loc"]
    known = _keys(model, parents)
    nearest = process.extractOne(str(key), known)
    if nearest and nearest[1] >= 60:
        return f"unknown key {where!r}; did you mean {nearest[0]!r}?"
    return f"unknown key {where!r}; there are {', '.join(known)}"


def _keys(model: type[BaseModel], parents: list[str | int]) -> list[str]:
    """The keys that may stand there."""
    part: Any = model
    for name in parents:
        inner = (get_args(part) or (None,))[-1]  # of a mapping: any name, and then a value of its second type
        part = _model_of(part.model_fields[name].annotation if hasattr(part, "model_fields") else inner)
    return sorted(part.model_fields) if hasattr(part, "model_fields") else []


def _model_of(kind: Any) -> Any:
    """The model in "MqttConfig | None"; other types as they are."""
    if isinstance(kind, UnionType):
        return next((some for some in get_args(kind) if hasattr(some, "model_fields")), kind)
    return kind
