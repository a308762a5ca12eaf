"""Phrases that are taught: what is a lesson, and what is kept of it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from speaker.lessons import Forget, Phrases, forget, lesson
from speaker.store import Store


@pytest.mark.parametrize(
    ("text", "phrase", "command"),
    [
        ("When I say lights out, turn off all the lights.", "lights out", "turn off all the lights"),
        ("Please, whenever we say movie time then dim the lights", "movie time", "dim the lights"),
        ('if I say "good night": turn off the fan', "good night", "turn off the fan"),
        ("from now on when I say bedtime you should lock the door, please", "bedtime", "lock the door, please"),
    ],
)
def test_a_comma_or_a_word_says_where_the_phrase_ends(text: str, phrase: str, command: str) -> None:
    found = lesson(text)
    assert found is not None
    assert found.splits == ((phrase, command),)


def test_without_it_may_end_anywhere() -> None:
    found = lesson("when i say lights out turn off the fan")
    assert found is not None
    assert ("lights out", "turn off the fan") in found.splits
    assert len(found.splits) == 5


@pytest.mark.parametrize(
    "text",
    ["", "when is my alarm", "turn off the light when i say", "if it rains tell me", "when i get home turn on the fan"],
)
def test_other_words_are_no_lesson(text: str) -> None:
    assert lesson(text) is None


def test_a_phrase_is_forgotten_by_its_name() -> None:
    assert forget("Please forget the phrase lights out.") == Forget("lights out")
    assert forget("forget it") is None


def test_what_is_taught_stands_before_the_configuration_and_survives_a_restart(tmp_path: Path) -> None:
    store = Store(tmp_path / "hark.db")
    phrases = Phrases({"good night": "lights off", "lights out": "fan off"}, store.of("phrases"))
    phrases.teach("Lights out!", "turn off all the lights")
    assert dict(phrases) == {"good night": "lights off", "lights out": "turn off all the lights"}
    store.close()
    store = Store(tmp_path / "hark.db")
    phrases = Phrases({"lights out": "fan off"}, store.of("phrases"))
    assert (phrases["lights out"], len(phrases)) == ("turn off all the lights", 1)
    assert phrases.forget("lights out")
    assert not phrases.forget("lights out")
    assert phrases["lights out"] == "fan off"
    store.close()


def test_on_the_command_line(run: Callable[..., Any]) -> None:
    taught = run("teach", "lights out", "turn off all the lights")
    assert (taught.code, taught.out) == (0, "All right, “lights out” now means: turn off all the lights.\n")
    assert run("teach", "--list").out.split() == "lights out turn off all the lights".split()
    (meant,) = run("parse", "--json", given="lights out\n").objects
    assert [(i["name"], i["slots"]) for i in meant["intents"]] == [("light.off", {"area": "all"})]
    refused = run("teach", "stop", "turn on the fan")
    assert (refused.code, refused.err) == (1, "“Stop” means something already. Please choose other words.\n")
    assert run("teach", "--forget", "lights out").code == 0
