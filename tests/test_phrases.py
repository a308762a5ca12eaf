"""What recognition leans on: sentences of plugins, said in more ways than their examples, and answers to questions."""

from speaker.events import IntentSpec, SlotSpec
from speaker.phrases import answers, sentences

SIZES, ROASTS = (("small",), ("large",)), (("dark roast",), ("light roast",))
MILK, SUGAR = (("soy milk",), ("cream",)), (("brown sugar",), ("sweetener",))
COFFEE = IntentSpec(
    "coffee.order",
    (
        SlotSpec("drink", "text", True, (("espresso",), ("latte",))),
        SlotSpec("size", "text", values=SIZES),
        SlotSpec("roast", "text", values=ROASTS),
        SlotSpec("milk", "text", values=MILK),
        SlotSpec("sugar", "text", values=SUGAR),
    ),
    ("give me a {size} {drink}", "brew a {roast} {drink} with {milk} and some {sugar}"),
)


def said() -> set[str]:
    return set(sentences([COFFEE], ["kitchen"], ["lamp"], each=1000))


def test_slots_side_by_side_stand_in_any_number_and_order() -> None:
    every = said()
    assert "give me a small latte" in every, "as the example has it"
    assert any("small dark roast" in each for each in every)
    assert any("dark roast small" in each for each in every)
    assert any(each.startswith("brew a espresso") for each in every)


def test_what_and_joins_may_change_places_and_has_some_amount() -> None:
    every = said()
    assert any("with brown sugar and some soy milk" in each for each in every)
    assert any("with a bit of cream" in each for each in every)
    assert any("and a lot of sweetener" in each for each in every)


def test_one_request_stands_for_another_but_no_order_for_a_request() -> None:
    every = said()
    assert any(each.startswith("could i have a small") for each in every)
    assert not any("could i have brew" in each for each in every)


def test_they_are_the_same_each_time_whatever_else_there_is() -> None:
    other = IntentSpec("plants.water", (), ("water the plants",))
    assert list(sentences([COFFEE, other], ["kitchen"], [])) == [
        *sentences([COFFEE], [], []),
        *sentences([other], [], []),
    ]


def test_a_yes_is_expected_where_a_yes_is_asked_for() -> None:
    assert {"yes", "no", "never mind"} <= set(answers((), (), [], []))
    assert "yes" not in answers((SlotSpec("time", "duration"),), (), [], [])


def test_choices_are_expected_by_name_and_by_number() -> None:
    expected = set(answers((), ("desk lamp", "ceiling light"), [], []))
    assert {"desk lamp", "the ceiling light", "the second one", "the first", "both", "cancel"} <= expected
    assert "the third one" not in expected


def test_values_of_what_is_asked_for_are_expected_and_free_text_is_not() -> None:
    rooms = set(answers((SlotSpec("area", "area"),), (), ["den", "hall"], []))
    assert {"den", "hall", "never mind"} <= rooms
    assert any("minutes" in each for each in answers((SlotSpec("time", "duration"),), (), [], []))
    assert answers((SlotSpec("text", "text"),), (), [], []) == ()
    assert "large" in answers((SlotSpec("size", "text", values=SIZES),), (), [], [])
