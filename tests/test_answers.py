"""What words mean as an answer."""

from datetime import date

import pytest

from speaker import answers
from speaker.events import SlotSpec

TODAY = date(2026, 11, 24)  # a Tuesday
DURATION, TIME, DATE = SlotSpec("duration", "duration"), SlotSpec("time", "time"), SlotSpec("date", "date")
PERCENT, COLOR = SlotSpec("brightness", "percent"), SlotSpec("color", "color")
LAMPS = ("desk lamp", "floor lamp", "bedside lamp")


@pytest.mark.parametrize("text", ["yes", "Yes, please.", "yeah do it", "ok", "go ahead", "that's right"])
def test_a_yes_is_a_yes(text: str) -> None:
    assert answers.agrees(text)
    assert not answers.declines(text)


@pytest.mark.parametrize("text", ["no", "No thanks!", "never mind", "stop", "forget it", "no, it is too late"])
def test_a_no_is_a_no(text: str) -> None:
    assert answers.declines(text)
    assert not answers.agrees(text)


@pytest.mark.parametrize("text", ["", "what time is it", "unlock the door", "yesterday", "nothing like that"])
def test_anything_else_is_neither(text: str) -> None:
    assert not answers.agrees(text)
    assert not answers.declines(text)


@pytest.mark.parametrize(
    ("text", "which"),
    [
        ("the desk lamp", [0]),
        ("desk", [0]),
        ("the desk one please", [0]),
        ("I meant the floor one", [1]),
        ("the disk lamp", [0]),  # misheard
        ("the second one", [1]),
        ("the 2nd", [1]),
        ("number three", [2]),
        ("the last one", [2]),
        ("all of them", [0, 1, 2]),
        ("the lamp", []),  # they all are
        ("the fourth", []),
        ("turn off the desk lamp", []),  # a command of its own
        ("what time is it", []),
        ("", []),
    ],
)
def test_one_of_several_is_chosen_by_name_part_or_number(text: str, which: list[int]) -> None:
    assert list(answers.chosen(text, LAMPS)) == which


@pytest.mark.parametrize(
    ("text", "which"),
    [("um I think it was the floor lamp you know", [1]), ("beside lamp", [2]), ("we had a lovely walk", [])],
)
def test_where_it_is_no_command_a_choice_among_other_words_counts(text: str, which: list[int]) -> None:
    assert list(answers.nearest_choice(text, LAMPS)) == which


def test_a_number_is_a_figure() -> None:
    assert answers.chosen("the five minute one", ("10 minute timer", "5 minute timer", "egg timer")) == (1,)
    assert answers.chosen("both", ("pasta", "eggs")) == (0, 1)


@pytest.mark.parametrize(
    "text", ["no, the other one", "the other one please", "not that one, the other", "I meant the other one"]
)
def test_the_other_one_is_wanted(text: str) -> None:
    assert answers.means_other(text)


@pytest.mark.parametrize("text", ["", "another one", "the other lamp in the hall", "not that one, the desk lamp"])
def test_it_is_not(text: str) -> None:
    assert not answers.means_other(text)


@pytest.mark.parametrize(
    ("text", "slots", "words"),
    [
        ("ten minutes", [DURATION], {"duration": "ten minutes"}),
        ("For ten minutes, please.", [DURATION], {"duration": "for ten minutes"}),
        ("make it ten", [DURATION], {"duration": "ten minutes"}),
        ("I'd like half an hour", [DURATION], {"duration": "half an hour"}),
        ("um, let's say an hour and a half", [DURATION], {"duration": "an hour and a half"}),
        ("blue", [DURATION], {}),
        ("turn on the light", [DURATION], {}),
        ("it's at seven", [TIME], {"time": "at seven"}),
        ("half past six would be great", [TIME], {"time": "half past six"}),
        ("in ten minutes", [TIME, DATE, DURATION], {"duration": "in ten minutes"}),
        ("tomorrow at seven", [TIME, DATE, DURATION], {"date": "tomorrow", "time": "at seven"}),
        ("at seven tomorrow evening", [TIME, DATE, DURATION], {"time": "at seven", "date": "tomorrow evening"}),
        ("to fifty percent", [PERCENT, COLOR], {"brightness": "to fifty percent"}),
        ("red", [PERCENT, COLOR], {}),  # any word could be one
    ],
)
def test_an_answer_is_the_value_of_a_slot(text: str, slots: list[SlotSpec], words: dict[str, str]) -> None:
    assert answers.filled(text, slots, TODAY) == words


@pytest.mark.parametrize(
    ("text", "slot", "words"),
    [
        ("to call mum", SlotSpec("text", "text"), "call mum"),
        ("At home there's a leak.", SlotSpec("text", "text"), "at home there's a leak"),
        ("I'd like milk, eggs and bread.", SlotSpec("item", "items"), "milk, eggs and bread"),
        ("make it red", COLOR, "red"),
        ("in the kitchen", SlotSpec("area", "area"), "kitchen"),
        ("the fan please", SlotSpec("name", "name"), "fan"),
    ],
)
def test_of_free_words_the_whole_answer_counts(text: str, slot: SlotSpec, words: str) -> None:
    assert answers.filled(text, [slot], TODAY) == {}
    assert answers.freely(text, [slot], TODAY) == {slot.name: words}


def test_a_slot_with_a_list_takes_what_is_on_it() -> None:
    size = SlotSpec("size", "text", values=(("small",), ("large", "big")))
    assert answers.filled("a big one please", [size], TODAY) == {"size": "a big"}
    assert answers.filled("big please", [size], TODAY) == {"size": "big"}
    assert answers.freely("enormous", [size], TODAY) == {}
