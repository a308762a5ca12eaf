"""Wake word, voice activity and recognition, on synthetic voices."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from speaker import onnx, recording
from speaker.asr.bias import Bias, Vocabulary
from speaker.asr.moonshine import Moonshine, read_tokens
from speaker.errors import ConfigError, ModelError
from speaker.events import SAMPLE_RATE, Samples, Transcript
from speaker.vad import VoiceActivity
from speaker.wake import WakeWords
from speaker.wake.micro import WORDS

KNOWN = ("turn on the kitchen lights", "set a timer for five minutes", "turn off the bedroom light")


def wakes(word: str, samples: Samples) -> list[float]:
    detector = WakeWords((word,))
    padded = np.concatenate([np.zeros(SAMPLE_RATE, np.int16), samples])
    return [wake.at for frame in recording.frames(padded, rest=1.0) if (wake := detector.hear(frame))]


def test_the_wake_word_wakes_once_where_it_ends(said: Callable[..., Samples]) -> None:
    (at,) = wakes("hey jarvis", said("hey jarvis"))
    assert 1.3 < at < 1.0 + len(said("hey jarvis")) / SAMPLE_RATE + 0.4


def test_other_words_and_silence_do_not_wake(said: Callable[..., Samples]) -> None:
    for text in ("turn on the kitchen lights", "hey there how are you doing today", "travis was late again"):
        assert wakes("hey jarvis", said(text)) == []
    assert wakes("hey jarvis", np.zeros(10 * SAMPLE_RATE, np.int16)) == []


def test_each_builtin_word_loads_and_an_unknown_one_names_them() -> None:
    for word in WORDS:
        assert WakeWords((word,)).words == (word,)
    with pytest.raises(ConfigError, match="did you mean 'hey mycroft'"):
        WakeWords(("hey mikroft",))


def test_a_voice_is_told_from_silence_and_noise(said: Callable[..., Samples]) -> None:
    activity = VoiceActivity()

    def share(samples: Samples) -> float:
        activity.reset()
        return float(np.mean([activity.score(frame) > 0.5 for frame in recording.frames(samples)]))

    noise = np.random.default_rng(0).normal(0, 300, 3 * SAMPLE_RATE).astype(np.int16)
    assert share(said("set a timer for five minutes please")) > 0.6
    assert share(np.zeros(SAMPLE_RATE, np.int16)) == 0.0
    assert share(noise) < 0.1


def test_recognition_hears_sentences_it_was_told_and_others(said: Callable[..., Samples]) -> None:
    engine = Moonshine(KNOWN)
    for text in (*KNOWN, "the weather in london is quite nice"):
        hearing = engine.listen()
        hearing.accept(said(text))
        heard = hearing.finish()
        assert heard.text.lower().rstrip(".,?!") == text
        assert 0.2 < heard.confidence <= 1.0


def test_the_same_audio_in_any_pieces_is_heard_the_same(said: Callable[..., Samples]) -> None:
    engine, audio = Moonshine(KNOWN), said("turn off the bedroom light")
    whole, pieces = engine.listen(), engine.listen()
    whole.accept(audio)
    for at in range(0, len(audio), 512):
        pieces.accept(audio[at : at + 512])
    assert whole.finish() == pieces.finish()


def test_what_was_said_so_far_is_known_in_a_pause_and_is_the_result_if_nothing_follows(
    said: Callable[..., Samples],
) -> None:
    hearing = Moonshine(KNOWN).listen()
    hearing.accept(said("turn on the kitchen lights"))
    assert hearing.so_far() == hearing.finish()
    hearing.accept(said("turn off the bedroom light"))
    assert "bedroom" in hearing.so_far().text.lower()


def test_a_second_opinion_never_forces_talk_into_a_command(said: Callable[..., Samples]) -> None:
    hearing = Moonshine(KNOWN).listen()
    hearing.accept(said("author of the danger trail"))
    first, second = hearing.finish(), hearing.again()
    assert "danger" in first.text.lower()
    assert second is None or second.text.lower().rstrip(".,?!") not in KNOWN or second.lost > 2


def test_nothing_and_next_to_nothing_are_no_trouble() -> None:
    engine = Moonshine()
    assert engine.listen().finish().text == ""
    hearing = engine.listen()
    hearing.accept(np.zeros(100, np.int16))
    hearing.finish()


def test_the_bias_rewards_what_follows_and_leaves_the_rest_alone() -> None:
    tokens = read_tokens(onnx.packaged("moonshine_voice", "assets/tiny-en/tokenizer.bin"))
    turn, big_turn, on, off, cat, point = (
        tokens.index(t.encode()) for t in ("▁turn", "▁Turn", "▁on", "▁off", "▁cat", ".")
    )
    bias = Bias(Vocabulary(tokens, 2), ["turn on", "turn on", "turn off"])
    begin = bias.scores(bias.start, "lean")
    assert begin[turn] == begin[big_turn] > 0  # case does not matter
    assert begin[cat] == begin[point] == 0  # what is unknown, and punctuation, are left alone
    after = bias.scores(bias.after(bias.start, big_turn), "lean")
    assert after[on] > after[off] > 0
    firm = bias.scores(bias.after(bias.start, big_turn), "firm")
    assert firm[on] > firm[off] > firm[cat]
    assert bias.after(bias.start, point) == bias.start


def test_a_damaged_model_file_is_one_clear_error(tmp_path: Path) -> None:
    bad = tmp_path / "bad.onnx"
    bad.write_bytes(b"nothing")
    with pytest.raises(ModelError, match="cannot load the model"):
        onnx.load(bad)
    bad.write_bytes(b"\x05abc")
    with pytest.raises(ModelError, match="damaged"):
        read_tokens(bad)
    with pytest.raises(ModelError, match="reinstall"):
        onnx.packaged("moonshine_voice", "assets/none.ort")


def test_recognition_learns_other_sentences_while_it_runs(said: Callable[..., Samples]) -> None:
    engine, samples = Moonshine(KNOWN), said("dim the gazebo lantern")

    def heard(engine: Moonshine) -> str:
        hearing = engine.listen()
        hearing.accept(samples)
        first = hearing.finish()
        return (hearing.again() or first).text.lower().strip(". ")

    engine.learn(["dim the gazebo lantern"])
    assert heard(engine) == heard(Moonshine(["dim the gazebo lantern"])) == "dim the gazebo lantern"


def test_an_answer_is_heard_as_one_that_is_expected_and_other_words_are_not(said: Callable[..., Samples]) -> None:
    engine, expected = Moonshine(KNOWN), ("the reading lamp", "the heating lamp", "never mind")

    def opinions(text: str) -> tuple[Transcript, Transcript | None]:
        hearing = engine.listen(answers=expected)
        hearing.accept(said(text))
        return hearing.finish(), hearing.again()

    first, second = opinions("the heating lamp")
    assert (second or first).text.lower().strip("., ") == "the heating lamp"
    first, second = opinions("the weather in london is quite nice")
    assert first.text.lower().strip(". ") == "the weather in london is quite nice"
    assert second is None or second.lost > 1


def test_without_anything_known_there_is_no_second_opinion(said: Callable[..., Samples]) -> None:
    hearing = Moonshine().listen()
    hearing.accept(said("turn off the bedroom light"))
    assert hearing.finish().text
    assert hearing.again() is None
