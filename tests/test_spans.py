"""The slots of an intent that the model does not know are found by type, by list and by what stands around them."""

import pytest

from speaker.events import IntentSpec, SlotSpec
from speaker.phrases import sentences
from speaker.slots import nearest
from speaker.spans import Finder

AREAS, NAMES = ("kitchen", "living room", "hall"), ("coffee machine", "sprinkler")


def found(spec: IntentSpec, text: str) -> dict[str, str]:
    words = text.split()
    return {s.slot.name: " ".join(words[s.start : s.end]) for s in Finder(spec, AREAS, NAMES).find(words)}


OVEN = IntentSpec(
    "oven.bake",
    (SlotSpec("degrees", "number", True), SlotSpec("time", "duration"), SlotSpec("dish", "text", True)),
    ("bake the {dish} at {degrees} degrees", "bake {dish} for {time}", "put the {dish} in at {degrees} for {time}"),
)
COFFEE = IntentSpec(
    "coffee.brew",
    (
        SlotSpec("kind", "text", True, (("espresso",), ("cappuccino", "milk coffee"), ("tea",))),
        SlotSpec("cups", "number"),
        SlotSpec("area", "area"),
        SlotSpec("name", "name"),
    ),
    ("brew {cups} cups of {kind}", "make me a {kind}", "make a {kind} with the {name} in the {area}"),
)
HIGH = IntentSpec("high.five", (SlotSpec("times", "number"),), ("give me five", "give me five {times} times"))
BATH = IntentSpec(
    "bath.fill",
    (SlotSpec("time", "time", True), SlotSpec("day", "date"), SlotSpec("often", "repeat")),
    ("fill the bath at {time}", "fill the bath {day} at {time}", "fill the bath {often} at {time}"),
)
NOTE = IntentSpec("note.take", (SlotSpec("text", "text", True),), ("note {text}", "write down that {text}"))


@pytest.mark.parametrize(
    ("spec", "text", "slots"),
    [
        (OVEN, "bake the apple pie at two hundred degrees", {"dish": "apple pie", "degrees": "two hundred degrees"}),
        (OVEN, "put lasagna in at 180 for an hour and a half",
         {"dish": "lasagna", "degrees": "180", "time": "an hour and a half"}),
        (OVEN, "could it be that 20 minutes of baking are enough", {"time": "20 minutes", "dish": "could it be"}),
        (COFFEE, "i would love two cups of espresso", {"kind": "espresso", "cups": "two"}),
        (COFFEE, "make us a milk coffee in the living room", {"kind": "milk coffee", "area": "living room"}),
        (COFFEE, "a cappucino from the coffee machine", {"kind": "cappucino", "name": "coffee machine"}),
        (COFFEE, "brew a beer", {}),
        (COFFEE, "make a tea with the grinder in the garage", {"kind": "tea", "name": "grinder", "area": "garage"}),
        (HIGH, "give me five", {}),
        (HIGH, "give me five seven times", {"times": "seven"}),
        (BATH, "at seven pm every monday i want a full bath", {"time": "seven pm", "often": "every monday"}),
        (BATH, "run a bath on weekdays at half past six", {"time": "half past six", "often": "weekdays"}),
        (BATH, "run a bath on monday at half past six", {"time": "half past six", "day": "monday"}),
        (NOTE, "write down that the cat was fed", {"text": "the cat was fed"}),
        (NOTE, "a note for me buy milk", {"text": "for me buy milk"}),
    ],
)  # fmt: skip
def test_slots_are_found_in_free_wording(spec: IntentSpec, text: str, slots: dict[str, str]) -> None:
    assert found(spec, text) == slots


def test_no_word_is_in_two_slots() -> None:
    span = IntentSpec(
        "random.number", (SlotSpec("low", "number"), SlotSpec("high", "number")), ("between {low} and {high}",)
    )
    assert found(span, "pick one between three and twenty") == {"low": "three", "high": "twenty"}


@pytest.mark.timeout(20)
def test_hostile_text_takes_no_time() -> None:
    for text in ("one " * 400, "note " * 400, "make a the " * 13, "in the kitchen " * 12):
        for spec in (OVEN, COFFEE, NOTE):
            found(spec, text)


def test_recognition_leans_on_the_values_of_a_list() -> None:
    said = " ".join(sentences([COFFEE], AREAS, NAMES))
    assert all(value in said for value in ("espresso", "cappuccino", "milk coffee"))


def test_a_value_may_be_written_in_figures_and_does_not_begin_with_and() -> None:
    sizes, milks = [("twelve ounce",), ("sixteen ounce",)], (("milk",), ("almond milk",))
    assert nearest("12 ounce", sizes) == (100.0, "twelve ounce")
    assert nearest("16 ounces", sizes) == nearest("sixteen ounces", sizes)
    assert nearest("15 ounce", sizes) is None, "a number is not like another"
    assert nearest("double shot eight", [("double shot",)]) is None
    assert nearest("sweet", [("sugar",), ("sweetener",)]) == (84.0, "sweetener"), "its end was swallowed"
    latte = IntentSpec("latte.make", (SlotSpec("milk", "text", values=milks),), ("a latte with {milk}",))
    assert found(latte, "a latte with sugar and milk") == {"milk": "milk"}
    assert found(latte, "a latte with sugar and almond milk") == {"milk": "almond milk"}
