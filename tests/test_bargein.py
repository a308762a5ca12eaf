"""What is said over Hark's own sound, and when it listens aloud: decisions, with no sound in them."""

from typing import Literal

import pytest

from speaker.bargein import BargeIn, silencing
from speaker.events import Transcript
from speaker.prompt import Prompt

FRAME = 0.032
PHRASES = {"stop", "be quiet", "never mind", "stop it"}


def said(
    seconds: float, loud: float = 1000.0, echo: float = 0.0, score: float = 0.9, pause: float = 0.3
) -> list[float]:
    """What is worth recognising where somebody speaks so long, and pauses."""
    barge_in, found = BargeIn(), []
    for voice in [score] * round(seconds / FRAME) + [0.0] * round(pause / FRAME):
        if length := barge_in.update(voice, loud if voice else 10.0, echo, FRAME):
            found.append(length)
    return found


def test_a_word_is_worth_recognising_as_soon_as_it_is_over() -> None:
    (length,) = said(0.5)
    assert 0.5 + 0.2 + 0.2 < length < 1.1
    assert said(0.5, pause=0.1) == []


def test_a_click_talk_and_noise_are_not() -> None:
    assert said(0.06) == []
    assert said(3.0) == []
    assert said(0.5, score=0.3) == []
    assert said(0.5, loud=20) == []


def test_what_is_left_of_the_echo_is_not_a_person() -> None:
    assert said(0.5, loud=200, echo=3000) == []
    assert said(0.5, loud=800, echo=3000) != []


@pytest.mark.parametrize(
    ("text", "phrase"),
    [
        ("Stop.", "stop"),
        ("stop, stop, stop!", "stop"),
        ("Hark, stop", "stop"),
        ("please be quiet", "be quiet"),
        ("Never mind, thanks.", "never mind"),
        ("stop the music", None),
        ("we never mind", None),
        ("top", None),
        ("", None),
    ],
)
def test_only_the_whole_phrase_silences(text: str, phrase: str | None) -> None:
    assert silencing(Transcript(text, 0.9), None, "", PHRASES) == phrase


def test_second_thoughts_count_too() -> None:
    assert silencing(Transcript("It's stuff", 0.3), Transcript("stop", 0.5), "", PHRASES) == "stop"


def test_a_reply_with_the_word_in_it_does_not_stop_itself() -> None:
    heard = Transcript("stop", 0.9)
    assert silencing(heard, None, "To end it, say: stop. I will ring again.", PHRASES) is None
    assert silencing(heard, None, "The bus stops at noon.", PHRASES) == "stop"


def prompted(*scores: tuple[float, float]) -> list[tuple[float, Literal["sound", "hush"]]]:
    """When what is sounded, by stretches of a voice score and its seconds."""
    prompt, at, done = Prompt(), 0.0, []
    for score, seconds in scores:
        for _ in range(round(seconds / FRAME)):
            at += FRAME
            if not prompt.decided and (action := prompt.update(score, FRAME)):
                done.append((round(at, 2), action))
    return done


def test_who_waits_is_told_that_hark_listens() -> None:
    ((at, action),) = prompted((0.9, 0.1), (0.0, 2.0))
    assert action == "sound"
    assert at < 0.5


def test_who_goes_straight_on_is_not_disturbed() -> None:
    assert prompted((0.9, 2.0)) == []
    assert prompted((0.9, 0.1), (0.0, 0.2), (0.9, 1.0)) == []


def test_the_sound_ends_where_speech_begins_after_all() -> None:
    assert [action for _, action in prompted((0.0, 0.4), (0.9, 1.0))] == ["sound", "hush"]
    assert [action for _, action in prompted((0.0, 2.0), (0.9, 1.0))] == ["sound"]
