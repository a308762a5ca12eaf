"""The end of spoken commands, with the real stages: by the words where they are whole, else by silence."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from speaker import recording
from speaker.asr.moonshine import Moonshine
from speaker.assistant import Ears
from speaker.build import Hark, Place
from speaker.config import AudioConfig, Config
from speaker.events import SAMPLE_RATE, Samples, Turn

Said = Callable[[str], Samples]


@pytest.fixture(scope="module")
def hark(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hark]:
    with Hark(Place(Config(audio=AudioConfig(volume="software")), None, tmp_path_factory.mktemp("data"))) as assembled:
        yield assembled


@pytest.fixture(scope="module")
def ears(hark: Hark) -> Ears:
    return hark.ears()


def quiet(seconds: float) -> Samples:
    return np.zeros(int(seconds * SAMPLE_RATE), np.int16)


def trimmed(samples: Samples) -> Samples:
    """Without the silence around it."""
    loud = np.flatnonzero(np.abs(samples.astype(np.int32)) > 100)
    return samples[loud[0] : loud[-1] + 1]


def command(hark: Hark, ears: Ears, *parts: Samples) -> Turn:
    audio = np.concatenate([quiet(0.4), *parts, quiet(6)])
    return hark.assistant(ears).command(recording.frames(audio), "test")


def did(turn: Turn) -> list[tuple[str, dict[str, object]]]:
    assert turn.parse is not None
    return [(intent.name, dict(intent.slots)) for intent in turn.parse.intents]


def waited(turn: Turn, *parts: Samples) -> float:
    """Seconds from the last sound to where the end was decided."""
    assert turn.utterance is not None
    return turn.utterance.end - 0.4 - sum(map(len, parts)) / SAMPLE_RATE


def test_a_whole_command_ends_long_before_the_ordinary_silence(hark: Hark, ears: Ears, said: Said) -> None:
    speech = trimmed(said("turn on the kitchen lights"))
    turn = command(hark, ears, speech)
    assert did(turn) == [("light.on", {"area": "kitchen"})]
    assert turn.utterance is not None
    assert turn.utterance.ended_by == "words"
    assert waited(turn, speech) < 0.4


def test_someone_who_stops_to_think_is_waited_for(hark: Hark, ears: Ears, said: Said) -> None:
    parts = trimmed(said("set a timer for")), quiet(1.0), trimmed(said("five minutes"))
    assert did(command(hark, ears, *parts)) == [("timer.start", {"duration": 300})]


def test_free_words_are_given_the_ordinary_silence(hark: Hark, ears: Ears, said: Said) -> None:
    speech = trimmed(said("what time is it in tokyo"))
    turn = command(hark, ears, speech)
    assert did(turn) == [("clock.time", {"place": "tokyo"})]
    assert turn.utterance is not None
    assert turn.utterance.ended_by == "silence"
    assert 0.6 < waited(turn, speech) < 1.0


def test_a_whole_command_is_recognised_once(
    hark: Hark, ears: Ears, said: Said, monkeypatch: pytest.MonkeyPatch
) -> None:
    encode, often = Moonshine.encode, list[int]()

    def counted(self: Moonshine, samples: Samples) -> object:
        often.append(len(samples))
        return encode(self, samples)

    monkeypatch.setattr(Moonshine, "encode", counted)
    turn = command(hark, ears, trimmed(said("turn on the kitchen lights")))
    assert turn.spans[0].notes["looks"] == len(often) == 1


def test_the_same_recording_comes_to_the_same_each_time(hark: Hark, ears: Ears, said: Said) -> None:
    parts = trimmed(said("turn off the lights")), quiet(0.2), trimmed(said("in the office"))
    turns = [command(hark, ears, *parts) for _ in range(3)]
    for one, other in pairwise(turns):
        assert (one.transcript, one.parse) == (other.transcript, other.parse)
        assert one.utterance is not None
        assert other.utterance is not None
        assert one.utterance.end == other.utterance.end


def test_a_television_that_goes_on_is_neither_waited_for_nor_obeyed(hark: Hark, ears: Ears, said: Said) -> None:
    speech = trimmed(said("turn on the kitchen lights"))
    talk = said("he said that the meeting was moved to another room and that nobody knew of it")
    turn = command(hark, ears, speech, (np.tile(trimmed(talk), 3) * 0.15).astype(np.int16))
    assert did(turn) == [("light.on", {"area": "kitchen"})]
    assert waited(turn, speech) < 1.6


def test_a_recording_that_is_one_command_may_pause_anywhere(hark: Hark, ears: Ears, said: Said) -> None:
    parts = trimmed(said("turn on the kitchen lights")), quiet(2.0), trimmed(said("and set a timer for five minutes"))
    turn = command(hark, replace(ears, limits=replace(ears.limits, silence=None, nothing=None)), *parts)
    assert [name for name, _ in did(turn)] == ["light.on", "timer.start"]
    assert turn.spans[0].notes["looks"] == 0
