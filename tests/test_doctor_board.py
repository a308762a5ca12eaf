"""What ``hark doctor`` says of a box: its sound cards, its button, and whether the microphone is muted."""

import json
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from speaker import doctor, soundcards
from speaker.board import BoardConfig
from speaker.build import Place
from speaker.doctor import Finding
from speaker.events import Frame
from speaker.mute import MuteSwitch
from speaker.store import Store


class Microphone:
    """Hears nothing."""

    name = "a microphone"

    def frames(self) -> Iterator[Frame]:
        return iter(())

    def close(self) -> None:
        pass


@pytest.fixture
def box(place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    """A box with a button; nobody has chosen its sound cards yet."""
    monkeypatch.setattr(soundcards, "CHOSEN", tmp_path / "chosen.json")
    return replace(place, config=place.config.model_copy(update={"board": BoardConfig(button=17)}))


def said(place: Place) -> list[Finding]:
    return list(doctor._board(place))


def test_the_button_and_whether_it_has_muted(box: Place) -> None:
    assert said(box) == [Finding("good", "button", "GPIO 17 mutes the microphone; it is on")]
    assert not (box.data / "hark.db").exists()
    with closing(Store(box.data / "hark.db")) as store:
        MuteSwitch(Microphone, lambda: None, store.of("hark")).toggle()
    assert said(box) == [Finding("note", "microphone", "muted by the button at GPIO 17; press it to be heard")]


def test_doctor_does_not_listen_either_while_it_is_muted(box: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    listened: list[Place] = []
    monkeypatch.setattr(doctor, "_hearing", lambda place: listened.append(place) or iter(()))
    for times in (1, 1):
        findings = doctor.examine(box)
        while next(findings).subject != "volume":
            pass
        assert len(listened) == times
        with closing(Store(box.data / "hark.db")) as store:
            MuteSwitch(Microphone, lambda: None, store.of("hark")).toggle()


def test_a_machine_without_a_board_has_nothing_to_say(
    place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(soundcards, "CHOSEN", tmp_path / "chosen.json")
    assert said(place) == []


def test_a_missing_gpiozero_is_to_be_mended(box: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "gpiozero", None)
    assert ("bad", "board") in [(finding.level, finding.subject) for finding in said(box)]


def test_the_sound_cards_that_were_chosen(box: Place) -> None:
    kept = {"microphone": "Jabra (speakerphone, card USB)", "loudspeaker": "none", "notes": ["a WM8960 has no card"]}
    soundcards.CHOSEN.write_text(json.dumps(kept))
    chosen, note, _ = said(box)
    assert chosen.text == "chosen at the start: microphone Jabra (speakerphone, card USB); loudspeaker none"
    assert note == Finding("note", "sound cards", "a WM8960 has no card")


@pytest.mark.parametrize("text", ["", "{", "[]", '{"microphone": "x"}', "null"])
def test_a_file_that_cannot_be_read_says_nothing(box: Place, text: str) -> None:
    soundcards.CHOSEN.write_text(text)
    assert soundcards.chosen() is None
