"""Wake words that are trained and taught, on synthetic voices: what wakes, what does not, and what is said of a take."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from speaker import demo, recording
from speaker.errors import ConfigError, ModelError
from speaker.events import SAMPLE_RATE, Samples
from speaker.wake import WakeWords, bank, head, teaching, words
from speaker.wake.embedding import Embedding, embed
from speaker.wake.likeness import sounds_like
from speaker.wake.synthesis import Voice, speak
from speaker.wake.takes import doubts, judged

pytestmark = [
    pytest.mark.skipif(shutil.which("flite") is None, reason="flite is not installed"),
    pytest.mark.skipif(shutil.which("espeak-ng") is None, reason="espeak-ng is not installed"),
]

PHRASE = "hey bumblebee"
OTHERS = ("turn on the kitchen lights please", "have you been there lately", "hey how is the family", "my honey bee")
SPEAKERS = ("en-us+m3", "en-gb+f2", "en-us+m7", "en-us+f4", "en-gb-scotland+m1")


def wakes(detector: WakeWords, samples: Samples) -> list[str]:
    """The words that wake in a recording."""
    detector.reset()
    return [wake.word for frame in recording.frames(led(samples), rest=1.0) if (wake := detector.hear(frame))]


def led(samples: Samples) -> Samples:
    """After half a second of silence."""
    return np.concatenate([np.zeros(SAMPLE_RATE // 2, np.int16), samples])


def takes() -> Iterator[Samples]:
    """The phrase by five voices."""
    for number, name in enumerate(SPEAKERS):
        yield speak(PHRASE, Voice("espeak-ng", name, 0.9 + 0.05 * number, 1.0))


@pytest.fixture(scope="module")
def taught(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a phrase that was taught from five takes, quickly."""
    folder = tmp_path_factory.mktemp("wake")
    made = teaching.teach(PHRASE, list(takes()), bank.read(PHRASE), voices=80, each=12, updates=500)
    made.write(words.file_of(folder, PHRASE))
    return folder


def test_a_recording_is_embedded_alike_whole_and_in_frames(said: Callable[..., Samples]) -> None:
    embedding, samples = Embedding(), said("set a timer for five minutes")
    whole = embed(embedding, samples)
    embedding.reset()
    parts = np.concatenate([embedding.feed(samples[at : at + 512]) for at in range(0, len(samples), 512)])
    assert np.abs(whole - parts).max() < 1e-2
    assert whole.std() > 5


def test_a_trained_word_wakes_by_several_voices_and_talk_does_not() -> None:
    detector = WakeWords(("computer",))
    heard = [wakes(detector, demo.said(voice, "computer")) for voice in ("slt", "rms", "awb")]
    assert sum(each == ["computer"] for each in heard) >= 2
    assert [wakes(detector, demo.said("slt", text)) for text in OTHERS] == [[]] * len(OTHERS)
    assert wakes(detector, np.zeros(5 * SAMPLE_RATE, np.int16)) == []


def test_a_taught_phrase_wakes_by_voices_that_never_said_it_and_others_do_not(taught: Path) -> None:
    detector = WakeWords((PHRASE,), folder=taught)
    heard = [wakes(detector, demo.said(voice, PHRASE)) for voice in ("slt", "rms", "awb", "kal16")]
    assert sum(each == [PHRASE] for each in heard) >= 3
    for voice in ("slt", "rms"):
        assert [wakes(detector, demo.said(voice, text)) for text in OTHERS] == [[]] * len(OTHERS)


def test_several_words_of_all_kinds_wake_at_once(taught: Path) -> None:
    detector = WakeWords(("hey jarvis", "computer", PHRASE), folder=taught)
    assert wakes(detector, demo.said("slt", "hey jarvis")) == ["hey jarvis"]
    assert wakes(detector, demo.said("slt", PHRASE)) == [PHRASE]


def test_the_sensitivity_decides_what_wakes(taught: Path) -> None:
    word, listening = demo.said("slt", PHRASE), WakeWords((PHRASE,), folder=taught)
    needs = min(heard.needs for frame in recording.frames(led(word), rest=1.0) for heard in listening.listen(frame))
    assert wakes(WakeWords((PHRASE,), sensitivity=needs - 0.2, folder=taught), word) == []
    assert wakes(WakeWords((PHRASE,), sensitivity=needs + 0.2, folder=taught), word) == [PHRASE]


def test_a_second_look_that_reads_other_words_does_not_wake(taught: Path) -> None:
    made, word = head.read(words.file_of(taught, PHRASE)), demo.said("slt", PHRASE)
    detector = WakeWords((PHRASE,), folder=taught)
    needs = min(heard.needs for frame in recording.frames(led(word), rest=1.0) for heard in detector.listen(frame))
    barely = needs + 0.1  # the sensitivity at which it only just wakes
    for text, wanted in (("What is the weather?", []), ("Hey, bumble bee.", [made.word]), ("", [made.word])):
        looking = WakeWords((PHRASE,), sensitivity=barely, folder=taught, transcribe=lambda samples, text=text: text)
        assert wakes(looking, word) == wanted


@pytest.mark.parametrize(
    ("word", "text", "like"),
    [
        ("computer", "Computer, turn on the light.", True),
        ("computer", "Commuter.", True),
        ("jarvis", "Jervis", True),
        ("hey bumblebee", "Hey, bumble bee!", True),
        ("computer", "Is it going to rain?", False),
        ("jarvis", "the weather", False),
    ],
)
def test_what_is_read_is_compared_by_its_sound(word: str, text: str, like: bool) -> None:
    assert sounds_like(word, text) == like


def test_a_bad_take_is_told_why() -> None:
    word = speak(PHRASE, Voice("espeak-ng", "en-us", 1.0, 1.0)).astype(np.float64)
    quiet = np.zeros(SAMPLE_RATE // 2)

    def complaint(audio: Any, voiced: bool = True) -> str:
        samples = np.concatenate([quiet, audio, quiet]).clip(-32768, 32767).astype(np.int16)
        at = np.arange(0, len(samples), 512)
        inside = (at > len(quiet)) & (at < len(samples) - len(quiet))
        return judged(samples, np.where(inside & voiced, 0.9, 0.1).tolist()).complaint

    assert complaint(word) == ""
    assert "no voice" in complaint(word, voiced=False)
    assert "too quiet" in complaint(word * 0.01)
    assert "clipped" in complaint(word * 50)
    assert "too long" in complaint(np.tile(word, 5))
    assert "too short" in complaint(word[: SAMPLE_RATE // 8])


def test_a_phrase_that_is_no_good_is_told_why() -> None:
    assert "one syllable" in " ".join(doubts("bob"))
    assert "every day" in " ".join(doubts("thank you"))
    assert doubts(PHRASE) == []


def test_the_bank_leaves_out_what_the_phrase_is_said_in() -> None:
    assert len(bank.read("computer")) < len(bank.read())


def test_a_damaged_head_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "bumblebee.npz").write_bytes(b"PK")
    with pytest.raises(ModelError, match="teach it again"):
        WakeWords(("bumblebee",), folder=tmp_path)
    with pytest.raises(ConfigError, match="hark wake teach"):
        WakeWords(("zanzibar",), folder=tmp_path)


@pytest.mark.slow
def test_a_phrase_is_taught_listed_tried_and_forgotten(run: Callable[..., Any], tmp_path: Path) -> None:
    files = []
    for number, samples in enumerate(takes()):
        files += ["--from", tmp_path / f"{number}.wav"]
        recording.write(files[-1], np.pad(samples, (8000, 8000)))
    ran = run("wake", "teach", PHRASE, *files)
    assert ran.code == 0, ran.err
    assert "false alarms an hour" in ran.out
    assert "taught" in run("wake", "list").out
    assert "wakes, from" in run("wake", "test", "--word", PHRASE, "--from", tmp_path / "0.wav").out
    assert not [*tmp_path.glob("share/hark/wake/*.wav")]
    assert run("wake", "forget", PHRASE).code == 0
    again = run("wake", "forget", PHRASE)
    assert (again.code, "no wake word" in again.err) == (3, True)


def test_a_recording_without_a_voice_teaches_nothing(run: Callable[..., Any], tmp_path: Path) -> None:
    recording.write(tmp_path / "hush.wav", np.zeros(SAMPLE_RATE, np.int16))
    ran = run("wake", "teach", PHRASE, "--from", tmp_path / "hush.wav")
    assert ran.code == 5
    assert "no voice was heard" in ran.err
    assert run("wake", "teach", PHRASE).code == 2  # nobody to ask
