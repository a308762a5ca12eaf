"""Recordings of real people become actions. The recordings are by others and lie beside the project."""

from pathlib import Path

import numpy as np
import pytest

from speaker import recording
from speaker.build import Hark, Place
from speaker.config import Config, WakeConfig
from speaker.events import SAMPLE_RATE
from speaker.home import HomeConfig
from tests.conftest import SHARED

HOME = SHARED / "speech" / "home"
pytestmark = pytest.mark.skipif(not HOME.is_dir(), reason="the recordings of ../shared/data are not there")

UNDERSTOOD = {
    "add apples to my Shopping List": ("list.add", {"item": ("apples",), "list": "shopping"}),
    "set a timer for 3 hours and 10 minutes": ("timer.start", {"duration": 11_400}),
    "set a timer for 5 minutes": ("timer.start", {"duration": 300}),
    "turn off lights in the Office": ("light.off", {"area": "office"}),
}
"""The recordings whose intent one of the plugins has; all others are to be rejected."""

SCENE = "activate Mood Lighting"
"""Understood, and done where the home has such a scene."""

OTHERS = [file for file in sorted(HOME.glob("*.flac")) if file.stem not in {*UNDERSTOOD, SCENE}]


@pytest.mark.parametrize("name", sorted(UNDERSTOOD))
def test_a_command_is_understood(hark: Hark, name: str) -> None:
    frames = recording.frames(recording.read(HOME / f"{name}.flac"), rest=1.0)
    turn = hark.assistant(hark.ears(one_command=True)).command(frames, name)
    assert turn.parse is not None
    assert [(i.name, dict(i.slots)) for i in turn.parse.intents] == [UNDERSTOOD[name]], turn.transcript


@pytest.mark.parametrize("file", OTHERS, ids=lambda f: f.stem)
def test_what_no_plugin_can_do_is_rejected(hark: Hark, file: Path) -> None:
    turn = hark.assistant(hark.ears(one_command=True)).command(
        recording.frames(recording.read(file), rest=1.0), file.stem
    )
    assert turn.parse is not None
    assert turn.parse.rejected, turn.transcript


def test_a_scene_is_heard_by_the_name_that_it_has_in_the_home(place: Place) -> None:
    home = HomeConfig.model_validate({"scenes": {"mood lighting": {"floor lamp": {"on": True, "brightness": 20}}}})
    with Hark(Place(Config(home=home), None, place.data)) as hark:
        frames = recording.frames(recording.read(HOME / f"{SCENE}.flac"), rest=1.0)
        turn = hark.assistant(hark.ears(one_command=True)).command(frames, SCENE)
        assert turn.reply is not None
        assert turn.reply.text == "Mood lighting.", turn.transcript
        assert hark.home.state(hark.home.device("floor lamp")).brightness == 20


def test_a_wake_word_and_a_command_spliced_together_wake_and_are_understood(place: Place) -> None:
    config = Config(wake=WakeConfig(word="alexa"))
    wakes = sorted((SHARED / "speech" / "wake" / "alexa").glob("*.flac"))[:8]
    right, woken = 0, 0
    with Hark(Place(config, None, place.data)) as hark:
        assistant = hark.assistant(hark.ears())
        for number, wake in enumerate(wakes):
            name = sorted(UNDERSTOOD)[number % len(UNDERSTOOD)]
            command = recording.read(HOME / f"{name}.flac")
            audio = np.concatenate([recording.read(wake), np.zeros(SAMPLE_RATE // 4, np.int16), command])
            turns = list(assistant.attend(recording.frames(audio, rest=1.5), name))
            woken += bool(turns)
            right += any(
                [(i.name, dict(i.slots)) for i in t.parse.intents] == [UNDERSTOOD[name]] for t in turns if t.parse
            )
    assert woken >= len(wakes) - 1
    assert right >= 0.7 * len(wakes)
