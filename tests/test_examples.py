"""Plugins that the model was not trained on are understood by their examples."""

import pytest

from speaker.errors import PluginError
from speaker.events import Candidate, IntentSpec, Pointed, SlotSpec
from speaker.examples import Examples

PLANTS = IntentSpec(
    "plants.water", (SlotSpec("area", "area"), SlotSpec("amount", "number")),
    ("water the plants [in the {area}]".replace(" [in the {area}]", ""), "water the plants in the {area}", "give the {area} plants {amount} liters", "[go] water everything"),
)  # fmt: skip
HIGH = IntentSpec("high.five", (), ("high five", "give me five [now]"))
READ = Examples([PLANTS, HIGH])


@pytest.mark.parametrize(
    ("text", "intent", "slots"),
    [
        ("water the plants", "plants.water", ()),
        ("Water the plants in the living room, please.", "plants.water", (Pointed("area", "living room"),)),
        ("could you water plants in the hall", "plants.water", (Pointed("area", "hall"),)),
        ("give the garden plants two liters", "plants.water", (Pointed("area", "garden"), Pointed("amount", "two"))),
        ("go water everything", "plants.water", ()),
        ("water everything", "plants.water", ()),
        ("give me five", "high.five", ()),
        ("give me five now", "high.five", ()),
    ],
)
def test_a_sentence_that_fits_is_read(text: str, intent: str, slots: tuple[Pointed, ...]) -> None:
    assert READ.read(text) == Candidate(intent, slots, 1.0)


@pytest.mark.parametrize(
    "text", ["", "water", "the plants need water in the hall", "high five everyone", "give me fifty"]
)
def test_one_that_does_not_is_left_to_others(text: str) -> None:
    assert READ.read(text) is None


def test_text_is_kept_as_it_was_said_and_typed_words_must_mean_something() -> None:
    slots = (SlotSpec("note", "text"), SlotSpec("wait", "duration"))
    read = Examples(
        [IntentSpec("note.take", slots, ("note {note}", "note {note} for {wait}", "note nothing [now] [ever]"))]
    )

    def pointed(text: str) -> dict[str, str]:
        reading = read.read(text)
        assert reading is not None
        return {each.slot: each.words for each in reading.slots}

    assert pointed("note the end of a day") == {"note": "the end of a day"}
    assert pointed("note bread for an hour") == {"note": "bread", "wait": "an hour"}
    assert pointed("note bread for the birds") == {"note": "bread for the birds"}
    assert pointed("note milk for tea for 2 minutes please") == {"note": "milk for tea", "wait": "2 minutes"}
    assert pointed("note please") == {"note": "please"}
    for trailing in ("", " now", " ever", " now ever"):
        assert pointed("note nothing" + trailing) == {}


def test_a_slot_with_a_list_takes_what_is_on_it() -> None:
    kinds = SlotSpec("kind", "text", values=(("green tea", "sencha"), ("coffee",)))
    read = Examples([IntentSpec("tea.brew", (kinds,), ("brew {kind}",))])
    assert read.read("brew a senchya") == Candidate("tea.brew", (Pointed("kind", "a senchya"),), 1.0)
    assert read.read("brew beer") is None


def test_an_undeclared_slot_is_an_error() -> None:
    with pytest.raises(PluginError, match="'colour'"):
        Examples([IntentSpec("x.y", (SlotSpec("color", "color"),), ("paint it {colour}",))])


@pytest.mark.timeout(20)
def test_hostile_text_takes_no_time() -> None:
    wide = Examples([IntentSpec("x.y", (SlotSpec("a", "text"), SlotSpec("b", "text")), ("{a} and {b} and more",))])
    types = ("text", "number", "duration", "time", "date")
    many = Examples([IntentSpec("x.z", tuple(SlotSpec(t, t) for t in types), (" ".join(f"{{{t}}}" for t in types),))])
    assert many.read("one " * 200) is None
    for _ in range(20):
        wide.read("and " * 5000)
        READ.read("give the " * 5000)
