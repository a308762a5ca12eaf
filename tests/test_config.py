"""The configuration says what it does not understand."""

from pathlib import Path

import pytest

from speaker import config
from speaker.errors import ConfigError


def write(folder: Path, text: str) -> Path:
    file = folder / "config.yaml"
    file.write_text(text, encoding="utf-8")
    return file


def test_an_empty_file_leaves_everything_at_its_default(tmp_path: Path) -> None:
    assert config.read(write(tmp_path, "")) == config.Config()


def test_what_is_named_is_changed(tmp_path: Path) -> None:
    read = config.read(write(tmp_path, "wake: {word: alexa}\nhome: {areas: {den: {big lamp: {kind: light}}}}\n"))
    assert read.wake.word == "alexa"
    assert read.home.areas["den"]["big lamp"].kind == "light"


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("wakee: {word: alexa}", "unknown key 'wakee'; did you mean 'wake'?"),
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
