"""Hark's own voice, taken out of what it hears: how late it comes, how little is left, and that people still are heard."""

from collections.abc import Callable, Iterator

import numpy as np
import pytest

from speaker import recording
from speaker.asr.moonshine import Moonshine
from speaker.delay import LONGEST, WINDOW, Delay
from speaker.echo import Echo
from speaker.events import FRAME_SAMPLES, SAMPLE_RATE, Frame, Samples, Wake
from speaker.interruptions import Interruptions, Said
from speaker.tape import Tape
from speaker.vad import VoiceActivity
from speaker.wake import WakeWords
from tests.conftest import SHARED

REPLY = (
    "On your shopping list are milk, eggs, a loaf of bread, two pounds of potatoes, washing powder and batteries. On your "
    "packing list are a towel, sun cream, the passports, a book and something warm for the evening."
)
STOPS = ("stop", "be quiet", "never mind")


def room() -> np.ndarray:
    """A room's answer, of power 1: a real one where there is one, else noise that dies away in a quarter of a second."""
    file = SHARED / "rooms" / "ir_bathroom1.flac"
    if file.exists():
        answer = recording.read(file)[: SAMPLE_RATE // 2].astype(float)
    else:
        at = np.arange(SAMPLE_RATE // 4)
        answer = np.random.default_rng(1).normal(size=len(at)) * np.exp(-at / 800)
        answer[60] = 6.0
    return answer / np.sqrt(np.sum(answer**2))


def loudness(samples: np.ndarray) -> float:
    power = np.mean(samples[: len(samples) // 320 * 320].astype(float).reshape(-1, 320) ** 2, axis=1)
    return float(np.sqrt(np.mean(power[power > power.max() / 100])))


def heard(
    played: Samples,
    person: Samples | None = None,
    at: float = 0.0,
    over: float = 6.0,
    late: float = 0.12,
    near: bool = False,
) -> Samples:
    """What a microphone hears of what is played, distorted and late, and of a person ``over`` dB quieter.

    ``near``: so near that there is no room between.
    """
    answer, size = np.ones(1) if near else room(), len(played)
    distorted = np.tanh(1.5 * played / 32768) / 1.5
    echo = np.convolve(distorted, answer)[: size - round(late * SAMPLE_RATE)]
    echo = np.concatenate([np.zeros(size - len(echo)), echo])
    sound = 3000 / loudness(echo) * echo if played.any() else echo
    sound += np.random.default_rng(0).normal(0, 20, size)
    if person is not None:
        begin = round(at * SAMPLE_RATE)
        sound[begin : begin + len(person)] += 3000 * 10 ** (-over / 20) / loudness(person) * person
    return np.clip(np.round(sound), -32768, 32767).astype(np.int16)


def frames(microphone: Samples, played: Samples) -> Iterator[Frame]:
    for at in range(0, len(microphone) - FRAME_SAMPLES + 1, FRAME_SAMPLES):
        part = played[at : at + FRAME_SAMPLES]
        yield Frame(microphone[at : at + FRAME_SAMPLES], at / SAMPLE_RATE, part if part.any() else None)


def cleaned(microphone: Samples, played: Samples) -> list[Frame]:
    echo = Echo()
    return [echo.clean(frame) for frame in frames(microphone, played)]


def together(pieces: list[Frame]) -> Samples:
    return np.concatenate([frame.samples for frame in pieces])


@pytest.fixture(scope="module")
def reply(said: Callable[[str], Samples]) -> Samples:
    """A second of silence, and a long reply."""
    return np.concatenate([np.zeros(SAMPLE_RATE, np.int16), said(REPLY), np.zeros(SAMPLE_RATE, np.int16)])


@pytest.mark.parametrize("late", [0.04, 0.12, 0.5])
def test_how_late_it_comes_is_found(reply: Samples, late: float) -> None:
    microphone, echo = heard(reply, late=late), Echo()
    for frame in frames(microphone[: 4 * SAMPLE_RATE], reply):
        echo.clean(frame)
    direct = int(np.argmax(np.abs(room()))) / SAMPLE_RATE
    assert echo.late == pytest.approx(late + direct, abs=0.005)


def test_a_sound_that_is_not_ours_has_no_delay() -> None:
    noise, delay = np.random.default_rng(0).normal(0, 0.1, (2, 8, LONGEST + WINDOW)).astype(np.float32), Delay()
    assert {delay.compare(ours[-WINDOW:], other) for ours, other in zip(*noise, strict=True)} == {None}


def test_little_is_left_of_the_echo(reply: Samples) -> None:
    microphone = heard(reply)
    left = together(cleaned(microphone, reply))
    half = slice(6 * SAMPLE_RATE, 9 * SAMPLE_RATE)
    assert 20 * np.log10(loudness(microphone[half]) / loudness(left[half])) > 15


def test_a_person_is_left_as_they_are(reply: Samples, said: Callable[[str], Samples]) -> None:
    person = said("turn on the kitchen lights")
    both = together(cleaned(heard(reply, person, at=7.0), reply)).astype(float)
    alone = 3000 * 10 ** (-6 / 20) / loudness(person) * person
    begin = 7 * SAMPLE_RATE + 256  # it comes out 16 ms late
    left = both[begin : begin + len(alone)]
    assert np.corrcoef(left, alone)[0, 1] > 0.9
    assert loudness(left) == pytest.approx(loudness(alone), rel=0.2)


def test_where_nothing_sounds_all_is_as_it_was_but_for_16_ms() -> None:
    microphone = np.random.default_rng(0).integers(-3000, 3000, 20 * FRAME_SAMPLES).astype(np.int16)
    through = together(cleaned(microphone, np.zeros_like(microphone)))
    assert np.abs(through[256:].astype(int) - microphone[:-256]).max() <= 1


def test_a_sound_that_begins_anew_at_another_delay_is_found_again(reply: Samples) -> None:
    twice = np.concatenate([reply, np.zeros(2 * SAMPLE_RATE, np.int16), reply])
    once = len(reply) + 2 * SAMPLE_RATE
    microphone = np.concatenate([heard(twice)[:once], heard(reply, late=0.2)])
    left = together(cleaned(microphone, twice))
    half = slice(once + 4 * SAMPLE_RATE, once + 9 * SAMPLE_RATE)
    assert 20 * np.log10(loudness(microphone[half]) / loudness(left[half])) > 15


class Whole:
    """The ears as they are put together: wake word, interruptions, with or without the echo taken out."""

    def __init__(self) -> None:
        self.word = WakeWords(("hey jarvis",))
        self.interruptions = Interruptions(WakeWords(("hey jarvis",)), VoiceActivity(), Moonshine(STOPS))

    def calls(self, microphone: Samples, played: Samples, cancelling: bool = True) -> list[tuple[float, Wake | Said]]:
        self.word.reset()
        self.interruptions.reset()
        coming = cleaned(microphone, played) if cancelling else [*frames(microphone, played)]
        return [
            (frame.end, call)
            for frame in coming
            if (call := self.interruptions.hear(frame, self.word.hear(frame), lambda: STOPS))
        ]


@pytest.fixture(scope="module")
def whole() -> Whole:
    return Whole()


def test_the_wake_word_is_heard_over_a_reply_that_is_louder(
    reply: Samples, said: Callable[[str], Samples], whole: Whole
) -> None:
    microphone = heard(reply, said("hey jarvis"), at=7.0)
    assert whole.calls(microphone, reply, cancelling=False) == []
    ((at, call),) = whole.calls(microphone, reply)
    assert isinstance(call, Wake)
    assert 7.0 < at < 7.0 + len(said("hey jarvis")) / SAMPLE_RATE + 0.3


def test_stop_alone_is_heard_over_a_reply(reply: Samples, said: Callable[[str], Samples], whole: Whole) -> None:
    word = said("never mind")
    ((at, call),) = whole.calls(heard(reply, word, at=7.0), reply)
    assert isinstance(call, Said)
    assert call.transcript.text == "never mind"
    assert at < 7.0 + len(word) / SAMPLE_RATE + 0.5


@pytest.mark.parametrize("cancelling", [True, False])
def test_hark_is_not_called_by_its_own_words(said: Callable[[str], Samples], whole: Whole, cancelling: bool) -> None:
    pause = np.zeros(SAMPLE_RATE, np.int16)
    own = np.concatenate([pause, *(part for text in ("hey jarvis", *STOPS) for part in (said(text), pause))])
    microphone = heard(own, near=True)
    assert whole.calls(microphone, own, cancelling) == []
    silence = np.zeros_like(own)  # nobody has these words played: somebody says them
    assert any(isinstance(call, Wake) for _, call in whole.calls(microphone, silence, cancelling))


def test_the_tape_keeps_what_is_played_on_the_microphones_clock() -> None:
    tape = Tape()
    tape.pass_on(1000)
    tape.write(np.arange(1, 401, dtype=np.int16))
    tape.pass_on(100)
    tape.write(np.arange(401, 801, dtype=np.int16))  # follows, whenever it is written
    assert tape.read(0, 1000) is None
    both = tape.read(900, 500)
    assert both is not None
    assert [*both[98:102], both[-1]] == [0, 0, 1, 2, 400]
    last = tape.read(1700, 512)
    assert last is not None
    assert (last[99], last[100]) == (800, 0)
    tape.pass_on(20_000)
    tape.cut()
    tape.write(np.full(10, 7, np.int16))
    assert tape.read(10_000, 5000) is None
    anew = tape.read(21_100, 20)
    assert anew is not None
    assert [*anew] == [7] * 10 + [0] * 10


def test_the_tape_forgets_what_is_long_past_and_what_was_never_played() -> None:
    tape = Tape()
    tape.write(np.full(1600, 9, np.int16))
    tape.pass_on(800)
    tape.cut()
    assert tape.read(800, 512) is None
    assert tape.read(400, 512) is not None
    tape.pass_on(60 * SAMPLE_RATE)
    tape.write(np.full(10, 7, np.int16))
    assert tape.read(0, 512) is None
    assert tape.read(800 + 60 * SAMPLE_RATE - 5000, 512) is None
