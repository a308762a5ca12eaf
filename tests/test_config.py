"""The configuration says what it does not understand."""

from pathlib import Path

import pytest

from speaker import config
from speaker.errors import ConfigError
from speaker.home import State


def write(folder: Path, text: str) -> Path:
    file = folder / "config.yaml"
    file.write_text(text, encoding="utf-8")
    return file


def test_an_empty_file_leaves_everything_at_its_default(tmp_path: Path) -> None:
    assert config.read(write(tmp_path, "")) == config.Config()


def test_what_is_named_is_changed(tmp_path: Path) -> None:
    read = config.read(write(tmp_path, "wake: {word: alexa}\nhome: {areas: {den: {big lamp: {kind: light}}}}\n"))
    assert read.wake.word == "alexa"
    several = config.read(write(tmp_path, "wake: {word: [computer, hey jarvis], sensitivity: 0.6}\n")).wake
    assert (several.all, several.sensitivity) == (("computer", "hey jarvis"), 0.6)
    assert read.home.areas["den"]["big lamp"].kind == "light"


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("wakee: {word: alexa}", "unknown key 'wakee'; did you mean 'wake'?"),
        ("wake: {word: []}", "wake.word: [] should be a wake word, or several"),
        ("wake: {word: [alexa, 5]}", "should be a wake word, or several"),
        ("wake: {sensitivity: 2}", "wake.sensitivity"),
        ("wake: {wrod: alexa}", "unknown key 'wake.wrod'; did you mean 'word'?"),
        ("endpoint: {silence: loud}", "endpoint.silence: "),
        ("endpoint: {silence: -1}", "greater than 0"),
        ("asr: {engine: cloud}", "'vosk'"),
        ("- a\n- b", "should hold keys"),
        ("wake: [", "is not YAML"),
        ("zzz: 1", "there are asr, audio"),
        ("phrases: {'?!': stop}", "'?!' should be a sentence"),
        ("phrases: {lights out: ''}", "'lights out' should be a sentence"),
        ("phrases: {lights out: [a]}", "phrases.lights out: "),
        ("phrases: {Lights out!: stop, please lights out: stop}", "'please lights out' is there twice"),
    ],
)
def test_a_mistake_is_named_in_one_line(tmp_path: Path, text: str, complaint: str) -> None:
    with pytest.raises(ConfigError) as error:
        config.read(write(tmp_path, text))
    assert complaint in str(error.value)
    assert "\n" not in str(error.value)


def test_a_missing_file_is_an_error_when_it_was_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="there is no configuration file"):
        config.read(tmp_path / "nowhere.yaml")


def test_paths_are_relative_to_the_file_that_names_them(tmp_path: Path) -> None:
    assert config.resolved(Path("plugins"), tmp_path / "config.yaml") == tmp_path / "plugins"
    assert config.resolved(Path("~/p"), None) == Path.home() / "p"


def test_phrases_are_compared_without_case_punctuation_and_manners(tmp_path: Path) -> None:
    read = config.read(write(tmp_path, "phrases: {'Lights out!': Turn off all the lights.}"))
    assert read.phrases == {"lights out": "Turn off all the lights."}


HOME = """
here: den
areas:
  den:
    aliases: [snug]
    big lamp: {kind: light, aliases: [standard lamp]}
    kettle:
    blinds: {kind: blinds}
scenes:
  film: {big lamp: off, blinds: {position: 10}}
  morning: {all lights: {on: true, brightness: 80}}
"""


@pytest.mark.parametrize("text", ["home: rooms.yaml", "home: ./rooms.yaml\nwake: {word: alexa}", None])
def test_the_home_can_be_described_in_a_file_of_its_own(tmp_path: Path, text: str | None) -> None:
    (tmp_path / ("rooms.yaml" if text else "home.yaml")).write_text(HOME, encoding="utf-8")
    home = read_text(tmp_path, text or "").home
    assert [d.kind for d in home.devices()] == ["light", "switch", "blind"]
    assert home.names_of_areas() == {"den": ("snug",)}
    assert home.scenes["film"] == {"big lamp": State(on=False), "blinds": State(position=10)}
    assert home.scenes["morning"] == {"all lights": State(on=True, brightness=80)}


def read_text(folder: Path, text: str) -> config.Config:
    return config.read(write(folder, text))


def test_without_a_configuration_the_description_of_the_home_is_found_where_it_would_be(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    assert "kitchen" in config.default().home.areas
    (tmp_path / "hark").mkdir()
    (tmp_path / "hark" / "home.yaml").write_text(HOME, encoding="utf-8")
    assert list(config.default().home.areas) == ["den"]


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("ares: {}", "unknown key 'ares'; did you mean 'areas'?"),
        ("areas: {den: {lamp: {kid: light}}}", "unknown key 'areas.den.lamp.kid'; did you mean 'kind'?"),
        ("areas: {den: {lamp: {kind: ligth}}}", "areas.den.lamp.kind: there is no kind 'ligth'; did you mean 'light'?"),
        ("areas: {den: {lamp: light}}", "areas.den.lamp: "),
        ("areas: {den: {lamp: {aliases: tall}}}", "areas.den.lamp.aliases: "),
        ("areas: {den: {lamp: {state: {brightness: 300}}}}", "brightness should be a whole number from 0 to 100, not 300"),
        ("areas: {den: {lamp: {state: {brightnes: 30}}}}", "there is no property 'brightnes'; did you mean 'brightness'?"),
        ("{areas: {den: {}}, here: dne}", "'here' should be one of the areas: den"),
        ("areas: {all: {}}", "no area can be called 'all'"),
        ("{areas: {den: {lamp: {kind: light}}}, scenes: {film: {lmap: off}}}", "scenes.film.lmap: There is no lmap; I know: lamp"),
        ("{areas: {den: {fan: {}}}, scenes: {film: {fan: {position: 3}}}}", "scenes.film.fan: The fan cannot be opened or closed"),
        ("{areas: {den: {fan: {}}}, scenes: {film: {fan: {onn: true}}}}", "there is no property 'onn'; did you mean 'on'?"),
        ("{areas: {den: {door: {kind: lock}}}, scenes: {film: {door: {locked: false}}}}", "a scene cannot unlock"),
        ("areas: [den]", "areas: "),
        ("- den", "should hold keys such as 'areas:', not a list"),
        ("areas: {den", "is not YAML"),
    ],
)  # fmt: skip
def test_a_mistake_in_the_description_of_the_home_is_named_in_one_line(
    tmp_path: Path, text: str, complaint: str
) -> None:
    (tmp_path / "home.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError) as error:
        config.read(write(tmp_path, "wake: {word: alexa}"))
    assert str(error.value).startswith(str(tmp_path / "home.yaml"))
    assert complaint in str(error.value)
    assert "\n" not in str(error.value)


def test_a_description_of_the_home_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"there is no description of the home .*nowhere\.yaml; write it, or correct"):
        config.read(write(tmp_path, "home: nowhere.yaml"))


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("wake: {word: alexa}", {"listening", "understood", "not_understood"}),
        ("sounds: false", set()),
        ("sounds: true", {"listening", "understood", "not_understood"}),
        ("sounds: {understood: false}", {"listening", "not_understood"}),
    ],
)
def test_short_sounds_are_switched_off_together_or_one_by_one(tmp_path: Path, text: str, wanted: set[str]) -> None:
    assert config.read(write(tmp_path, text)).sounds.wanted == wanted


def test_a_sound_that_there_is_not_is_an_error_that_names_the_nearest(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"unknown key 'sounds.listen'; did you mean 'listening'"):
        config.read(write(tmp_path, "sounds: {listen: false}"))
