"""What is wrong with a microphone is named, when it has lasted, and until it is over."""

import logging

import numpy as np
import pytest

from speaker import trouble
from speaker.checkup import Checkup
from speaker.events import SAMPLE_RATE, Samples
from speaker.recording import frames
from speaker.trouble import CLIPPING, DEAD, FAINT, NOISY, OFFSET, Trouble, Troubles

ROOM = np.random.default_rng(0).normal(0, 60, 400 * SAMPLE_RATE).astype(np.int16)


def room(seconds: float) -> Samples:
    """A quiet room's noise."""
    return ROOM[: round(seconds * SAMPLE_RATE)].copy()


def speech(seconds: float) -> Samples:
    """Half of each second loud, as speech is."""
    samples = room(seconds).astype(float)
    at = np.arange(len(samples)) / SAMPLE_RATE
    return (samples + 8000 * np.sin(2 * np.pi * 300 * at) * (at % 1 < 0.5)).astype(np.int16)


def loud_noise(seconds: float) -> Samples:
    return (ROOM[: round(seconds * SAMPLE_RATE)].astype(float) * 40).astype(np.int16)


def named(*parts: Samples, sounding: bool = False) -> list[tuple[float, str]]:
    """What begins (its name) or ends (in brackets), and after how many seconds."""
    troubles, found, at = Troubles(), [], 0.0
    for part in parts:
        for frame in frames(part):
            at += len(frame.samples) / SAMPLE_RATE
            for each in troubles.update(frame.samples, sounding):
                found.append((round(at), each.name if each in troubles.present else f"({each.name})"))
    return found


def test_a_good_microphone_has_none() -> None:
    assert named(room(60), speech(60), room(60)) == []


def test_a_dead_one_is_named_and_so_is_its_recovery() -> None:
    (began, name), (ended, over) = named(room(5), np.full(40 * SAMPLE_RATE, -3, np.int16), room(10))
    assert (name, over) == ("dead", "(dead)")
    assert 33 <= began <= 37
    assert 45 <= ended <= 48


def test_a_pause_of_digital_silence_is_not_dead() -> None:
    assert named(*([room(5), np.zeros(8 * SAMPLE_RATE, np.int16)] * 5)) == []


def test_clipping_is_named_where_it_goes_on_not_for_one_shout() -> None:
    shout = np.clip(speech(1).astype(int) * 6, -32768, 32767).astype(np.int16)
    assert named(room(10), shout, room(10)) == []
    found = named(*([shout, room(3)] * 5), room(40))
    assert [name for _, name in found] == ["clipping", "(clipping)"]


def test_a_direct_current_is_named() -> None:
    assert [name for _, name in named(room(20) + np.int16(900), room(20))] == ["offset", "(offset)"]
    assert named(room(20) + np.int16(300)) == []


def test_a_microphone_that_is_far_too_quiet_is_named_after_minutes() -> None:
    whisper = (room(320) // 40).astype(np.int16)
    ((began, name),) = named(whisper)
    assert (name, 295 < began < 310) == ("faint", True)


def test_noise_all_the_time_is_named_but_not_speech_or_harks_own_voice() -> None:
    assert [name for _, name in named(loud_noise(30), room(5))] == ["noisy", "(noisy)"]
    assert named(loud_noise(30), sounding=True) == []
    assert named(*([loud_noise(5), room(2)] * 6)) == []


@pytest.mark.parametrize(
    ("samples", "troubles"),
    [
        (speech(3), []),
        (np.zeros(SAMPLE_RATE, np.int16), [DEAD]),
        (np.zeros(0, np.int16), []),
        ((speech(3) // 250).astype(np.int16), [FAINT]),
        (np.clip(speech(3).astype(int) * 8, -32768, 32767).astype(np.int16), [CLIPPING]),
        (speech(3) + np.int16(2000), [OFFSET]),
        (loud_noise(8), [NOISY]),
    ],
)
def test_a_recording_is_judged_as_a_whole(samples: Samples, troubles: list[Trouble]) -> None:
    assert [*trouble.of_recording(samples)] == troubles


@pytest.mark.parametrize(("before", "spoken"), [(0, 1), (5, 0)])
def test_a_microphone_that_never_gave_sound_is_spoken_of_once(
    before: int, spoken: int, caplog: pytest.LogCaptureFixture
) -> None:
    said: list[str] = []
    checkup = Checkup(said.append)
    with caplog.at_level(logging.WARNING):
        for part in (room(before), np.zeros(45 * SAMPLE_RATE, np.int16)):
            for frame in frames(part):
                checkup.look(frame)
    assert "the microphone gives no sound at all" in caplog.text
    assert len(said) == spoken
