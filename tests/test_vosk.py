"""Vosk, for real: the library decodes synthetic speech with a small model made for the tests."""

import itertools
import logging
import shutil
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from rapidfuzz.distance import Levenshtein

from speaker.asr.vosk import Vosk
from speaker.errors import ModelError
from speaker.events import SAMPLE_RATE, Samples, Transcript
from tests.tiny_vosk import files, speech, tiny_vosk, words  # noqa: F401  (a fixture)
from tests.tiny_vosk.speech import Voice

# None of these, the voice or its speed, is among those that the model learnt from.
UNHEARD = [
    Voice("flite", "rms", 1.3),
    Voice("flite", "slt", 0.75),
    Voice("espeak-ng", "en-us+f2", 0.9),
    Voice("espeak-ng", "en-us+m1"),
    Voice("espeak-ng", "en-gb-x-rp"),
]
CLEAR = [Voice("flite", "rms", 1.1), Voice("flite", "slt", 1.1)]


@pytest.fixture(scope="module")
def vosk(tiny_vosk: Path) -> Vosk:  # noqa: F811
    return Vosk(tiny_vosk)


def say(text: str, voice: Voice = CLEAR[0]) -> Samples:
    """The sentence with a quarter of a second of silence before and after."""
    return np.pad(speech.speak(voice, text).samples, SAMPLE_RATE // 4)


def hear(vosk: Vosk, samples: Samples, phrases: Sequence[str] = (), chunk: int = 512) -> tuple[Transcript, list[str]]:
    """What is recognised, and every partial on the way."""
    hearing = vosk.listen(phrases)
    partials = [hearing.accept(samples[at : at + chunk]) for at in range(0, len(samples), chunk)]
    return hearing.finish(), partials


@pytest.mark.slow
def test_commands_of_unheard_voices_are_recognised(vosk: Vosk) -> None:
    wrong = spoken = 0
    for voice, text in itertools.product(UNHEARD, words.sentences(20, seed=1000)):
        heard, _ = hear(vosk, say(text, voice))
        wrong += Levenshtein.distance(text.split(), heard.text.split())
        spoken += len(text.split())
    assert wrong / spoken < 0.15


def test_partials_grow_while_the_words_are_said(vosk: Vosk) -> None:
    heard, partials = hear(vosk, say("set a timer for five minutes"))
    assert heard.text == "set a timer for five minutes"
    assert partials[0] == ""
    assert partials[-1] == heard.text
    counts = [len(partial.split()) for partial in partials]
    assert {1, 3, 5} <= set(counts), "words should come one by one, not all at the end"
    assert counts.index(3) < len(counts) / 2 < counts.index(6)


def test_in_a_pause_the_words_so_far_are_known_with_how_sure_they_are(vosk: Vosk) -> None:
    hearing, audio = vosk.listen(), say("set a timer for five minutes")
    hearing.accept(np.concatenate([audio, np.zeros(8000, np.int16)]))
    so_far = hearing.so_far()
    assert so_far.text == "set a timer for five minutes"
    assert 0 < so_far.confidence <= 1
    assert hearing.finish().text == so_far.text


@pytest.mark.parametrize("chunk", [1, 160, 777, 1600, 100_000])
def test_the_size_of_chunks_does_not_change_what_is_heard(vosk: Vosk, chunk: int) -> None:
    samples = say("turn off the bedroom lights")
    assert hear(vosk, samples, chunk=chunk)[0] == hear(vosk, samples)[0]


def test_words_lie_in_order_within_the_audio(vosk: Vosk) -> None:
    samples = say("turn off the kitchen fan", Voice("flite", "slt", 1.1))
    heard, _ = hear(vosk, samples)
    assert [word.text for word in heard.words] == heard.text.split() == "turn off the kitchen fan".split()
    times = [time for word in heard.words for time in (word.start, word.end)]
    assert times == sorted(times)
    assert 0.2 < times[0] < 0.7, "it begins with a quarter of a second of silence, and the voice's own"
    assert times[-1] <= len(samples) / SAMPLE_RATE
    assert all(0 <= word.confidence <= 1 for word in heard.words)
    assert heard.confidence == pytest.approx(np.mean([word.confidence for word in heard.words]), abs=1e-3)


def test_the_last_moment_is_heard_too(vosk: Vosk) -> None:
    for voice in CLEAR:
        samples = say("turn off the bedroom lights", voice)
        last = hear(vosk, samples)[0].words[-1]
        tenths = round(last.end * 10) - 2
        cut = samples[: tenths * SAMPLE_RATE // 10 + 1599]  # ends within the word, just before a whole tenth
        assert hear(vosk, cut)[0].words[-1].end > tenths / 10 + 0.03


def test_a_pause_does_not_end_a_command(vosk: Vosk) -> None:
    samples = np.concatenate(
        [
            say("set a timer"),
            np.zeros(2 * SAMPLE_RATE, dtype=np.int16),
            say("for five minutes"),
        ]
    )
    heard, _ = hear(vosk, samples)
    assert heard.text == "set a timer for five minutes"
    assert heard.words[3].start - heard.words[2].end > 2


def test_phrases_hold_what_is_heard(vosk: Vosk) -> None:
    phrases = ["turn on the kitchen lights", "turn off the kitchen lights"]
    allowed = {word for phrase in phrases for word in phrase.split()}
    for voice in CLEAR:
        heard, _ = hear(vosk, say("turn on the kitchen lights", voice), phrases)
        assert heard.text == "turn on the kitchen lights"
        other, partials = hear(vosk, say("turn up the volume", voice), phrases)
        assert set(other.text.split()) <= allowed
        assert "[unk]" not in " ".join(partials)


def test_what_is_no_phrase_is_not_heard_as_one(vosk: Vosk) -> None:
    for voice in CLEAR:
        assert hear(vosk, say("yes", voice), ["yes", "no"])[0].text == "yes"
        assert hear(vosk, say("set the alarm for thirty", voice), ["yes", "no"])[0] == Transcript("", 0.0)


def test_phrases_with_unknown_words_are_left_out(vosk: Vosk, capfd: pytest.CaptureFixture[str]) -> None:
    heard, _ = hear(vosk, say("stop the music"), ["stop the music", "stop the xylophone", ""])
    assert heard.text == "stop the music"
    assert capfd.readouterr().err == "", "the library should have nothing to warn of"


def test_without_a_known_phrase_anything_is_heard(
    tiny_vosk: Path,  # noqa: F811
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    shutil.copytree(tiny_vosk, tmp_path / "once")
    vosk = Vosk(tmp_path / "once")
    with caplog.at_level(logging.WARNING):
        for _ in range(2):
            assert hear(vosk, say("stop the music"), ["xylophone"])[0].text == "stop the music"
    assert [record.message for record in caplog.records] == [
        "vosk:once cannot be held to the phrases asked for; it recognises anything"
    ]


@pytest.mark.parametrize("alone", [True, False])
def test_a_model_of_the_large_form_recognises_but_takes_no_phrases(
    alone: bool,
    tiny_vosk: Path,  # noqa: F811
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    folder = tmp_path / f"large-{alone}"
    shutil.copytree(tiny_vosk, folder)
    files.compose(folder)
    if alone:
        (folder / "graph/HCLr.fst").unlink()
        (folder / "graph/Gr.fst").unlink()
    vosk = Vosk(folder)
    assert hear(vosk, say("turn up the volume"))[0].text == "turn up the volume"
    assert caplog.records == []
    assert hear(vosk, say("stop the music"), ["yes", "no"])[0].text == "stop the music"
    assert "cannot be held to the phrases" in caplog.text


def test_a_model_of_the_old_layout_recognises(tiny_vosk: Path, tmp_path: Path) -> None:  # noqa: F811
    for file in tiny_vosk.rglob("*"):
        if file.is_file() and file.name != "model.conf":
            shutil.copy(file, tmp_path)
    assert hear(Vosk(tmp_path), say("stop"), ["stop", "yes"])[0].text == "stop"
    (tmp_path / "mfcc.conf").unlink()
    with pytest.raises(ModelError, match=r"lacks mfcc\.conf"):
        Vosk(tmp_path)


@pytest.mark.parametrize("noise", [0, 5, 30])
def test_silence_is_an_empty_transcript(vosk: Vosk, noise: int) -> None:
    samples = np.random.default_rng(0).normal(0, noise, 2 * SAMPLE_RATE).astype(np.int16)
    assert hear(vosk, samples) == (Transcript("", 0.0), [""] * len(range(0, len(samples), 512)))


def test_no_audio_is_an_empty_transcript(vosk: Vosk) -> None:
    assert vosk.listen().finish() == Transcript("", 0.0)
    hearing = vosk.listen()
    assert hearing.accept(np.zeros(0, dtype=np.int16)) == ""
    assert hearing.finish() == Transcript("", 0.0)
    assert hearing.again() is None


def test_utterances_do_not_know_of_each_other(vosk: Vosk) -> None:
    first, second = vosk.listen(), vosk.listen()
    one, other = say("play music"), say("what time is it")
    for at in range(0, max(len(one), len(other)), 512):
        first.accept(one[at : at + 512])
        second.accept(other[at : at + 512])
    assert (first.finish().text, second.finish().text) == ("play music", "what time is it")


def test_the_model_is_named_by_its_folder(vosk: Vosk) -> None:
    assert vosk.name == "vosk:vosk-model-tiny-en"


def test_no_model_says_how_to_get_one(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="hark models get"):
        Vosk(tmp_path / "nothing")
    with pytest.raises(ModelError, match="no Vosk model"):
        Vosk(tmp_path)


@pytest.mark.parametrize("file", ["conf/mfcc.conf", "conf/model.conf", "graph/Gr.fst", "graph/HCLr.fst"])
def test_an_incomplete_model_names_what_is_missing(tiny_vosk: Path, tmp_path: Path, file: str) -> None:  # noqa: F811
    shutil.copytree(tiny_vosk, tmp_path / "model")
    (tmp_path / "model" / file).unlink()
    with pytest.raises(ModelError, match=Path(file).name):
        Vosk(tmp_path / "model")


@pytest.mark.parametrize("keep", [0.0, 0.5])
@pytest.mark.parametrize(
    "file", ["am/final.mdl", "conf/mfcc.conf", "conf/model.conf", "graph/Gr.fst", "graph/HCLr.fst"]
)
def test_a_damaged_model_is_an_error_of_one_line(tiny_vosk: Path, tmp_path: Path, file: str, keep: float) -> None:  # noqa: F811
    shutil.copytree(tiny_vosk, tmp_path / "model")
    damaged = tmp_path / "model" / file
    content = damaged.read_bytes()
    damaged.write_bytes(content[: int(len(content) * keep)])
    with pytest.raises(ModelError, match="damaged") as error:
        Vosk(tmp_path / "model")
    assert "\n" not in str(error.value)
