"""A question waits for a yes, for a while."""

import pytest

from speaker.dialogue import Question
from speaker.events import Intent

ASKED = Question((Intent("lock.unlock", {"name": "door"}, 1.0),), asked=100.0)


@pytest.mark.parametrize("text", ["yes", "Yes, please.", "yeah do it", "ok", "go ahead"])
def test_a_yes_in_time_is_a_yes(text: str) -> None:
    assert ASKED.answer(text, now=110.0) == "yes"


@pytest.mark.parametrize("text", ["no", "No thanks!", "never mind", "stop"])
def test_a_no_is_a_no(text: str) -> None:
    assert ASKED.answer(text, now=110.0) == "no"


@pytest.mark.parametrize("text", ["", "what time is it", "unlock the door", "yesterday"])
def test_anything_else_is_no_answer(text: str) -> None:
    assert ASKED.answer(text, now=110.0) is None


def test_a_yes_that_comes_late_is_no_answer() -> None:
    assert ASKED.answer("yes", now=131.0) is None
