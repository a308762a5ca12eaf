"""However a command is written, it is read the same."""

import pytest

from speaker.text import LONGEST, normalise, without_manners


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("Set a timer for 3 hours, and 10 minutes.", "set a timer for 3 hours and 10 minutes"),
        ("6:30 p.m. tomorrow!", "6:30 pm tomorrow"),
        ("It’s 50% — please", "it's 50% please"),
        ("a five-minute timer?", "a five-minute timer"),
        ("2.5 hours.", "2.5 hours"),
        ("set it to -5 - now", "set it to -5 now"),
        ("  What\tTIME\nis it ", "what time is it"),
        ("what's 12 * 7?", "what's 12 times 7"),
        ("(12 - 7) × 3²", "open bracket 12 minus 7 close bracket times 3 squared"),
        ("add milk (2 bottles) - now", "add milk 2 bottles now"),
        ("", ""),
        ("🙂🙂", ""),
        ("안녕 <out> </s>", "안녕 out /s"),
    ],
)
def test_commands_are_brought_to_one_form(text: str, plain: str) -> None:
    assert normalise(text) == plain


def test_length_is_bounded() -> None:
    assert len(normalise("word " * 100_000)) <= LONGEST


@pytest.mark.parametrize(
    ("said", "left"),
    [
        ("could you please open the door for me now", "open the door"),
        ("i'd like you to stop it thanks", "stop it"),
        ("please", "please"),
        ("can you", "can you"),
        ("pleased to meet you", "pleased to meet you"),
    ],
)
def test_manners_are_left_out_but_never_everything(said: str, left: str) -> None:
    assert without_manners(said) == left
