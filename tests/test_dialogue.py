"""A question waits for a yes, for a while; what was done last can be leant on, and taken back."""

import pytest

from speaker.dialogue import Previous, Question, asks_to_undo
from speaker.events import Candidate, Intent, Pointed
from speaker.store import Change

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


@pytest.mark.parametrize("text", ["Undo that.", "undo", "please take that back", "no, put it back how it was"])
def test_some_words_take_the_last_command_back(text: str) -> None:
    assert asks_to_undo(text)


@pytest.mark.parametrize("text", ["", "undo the timer lights", "turn it back on", "take the milk back off the list"])
def test_others_do_not(text: str) -> None:
    assert not asks_to_undo(text)


def test_a_command_may_lean_on_the_last_one_for_half_a_minute() -> None:
    done = Previous((Candidate("light.on", (Pointed("area", "kitchen"),), 0.9),), (), at=100.0)
    assert done.context(now=129.0) == done.candidates
    assert done.context(now=131.0) == ()


def test_what_changed_nothing_cannot_be_undone() -> None:
    assert not Previous((), (), at=100.0).undoable(now=101.0)
    assert Previous((), (Change("value", "list", "shopping", None),), at=100.0).undoable(now=101.0)
    assert not Previous((), (Change("value", "list", "shopping", None),), at=100.0).undoable(now=800.0)
