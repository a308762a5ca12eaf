"""Plugins that the model was not trained on are understood in free wording, and leave the rest alone."""

import pytest

from speaker import languages, manifest, places
from speaker.events import Candidate, IntentSpec, Pointed, Reading, SlotSpec
from speaker.strangers import Guess, Strangers, choose
from speaker.text import normalise

PLANTS = IntentSpec(
    "plants.water",
    (SlotSpec("area", "area"), SlotSpec("time", "duration")),
    (
        "water the plants", "water the plants in the {area}", "give the flowers some water", "the plants are thirsty",
        "water the flowers for {time}", "run the sprinkler in the {area}", "the {area} flowers need water",
        "turn the sprinkler on for {time}", "can the plants get a drink", "start watering",
    ),
)  # fmt: skip
COFFEE = IntentSpec(
    "coffee.brew",
    (SlotSpec("kind", "text", True, (("espresso",), ("cappuccino", "milk coffee"))),),
    (
        "make me a {kind}", "brew some coffee", "i want a {kind}", "i would like a cup of {kind}", "start the coffee",
        "coffee please", "get me a coffee", "prepare a {kind}", "brew a cup of {kind}", "time for a {kind}",
    ),
)  # fmt: skip
LAMP = IntentSpec(
    "lamp.color",
    (SlotSpec("name", "name"), SlotSpec("color", "color", True)),
    ("turn the {name} {color}", "make the {name} {color}", "{color} light", "give me a {color} light"),
)
DARK = IntentSpec("lamp.dark", (SlotSpec("name", "name"),), ("turn off the {name}", "{name} off", "put out the light"))
ANY = IntentSpec("any.thing", (SlotSpec("text", "text", True),), ("{text}", "please {text}", "could you {text}"))
CATCH = IntentSpec("thing.stop", (SlotSpec("name", "name"),), ("stop the {name}", "halt the {name}"))
OWN = [spec for file in sorted(places.INTENTS.glob("*/manifest.yaml")) for spec in manifest.read(file).specs()]
READ = Strangers([PLANTS, COFFEE, CATCH], OWN, ["garden", "living room"], ["fan"])


def guess(text: str, read: Strangers = READ) -> Guess:
    found = read.read(text)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("text", "intent", "slots"),
    [
        ("could you please water all the flowers in the garden", "plants.water", {"area": "garden"}),
        ("my plants need water for ten minutes", "plants.water", {"time": "ten minutes"}),
        ("i'd like you to brew me a nice espresso", "coffee.brew", {"kind": "espresso"}),
        ("please prepare a milk coffee for me", "coffee.brew", {"kind": "milk coffee"}),
        ("i want some coffee", "coffee.brew", {}),
    ],
)
def test_other_words_than_the_examples_are_understood(text: str, intent: str, slots: dict[str, str]) -> None:
    reading = guess(text).reading
    assert [(c.intent, {p.slot: p.words for p in c.slots}) for c in reading.candidates] == [(intent, slots)]
    assert reading.confidence >= 0.5


@pytest.mark.parametrize(
    "text",
    ["what is the weather like", "turn off the lights in the garden", "she said she would call", "set a timer for tea",
     "who wrote hamlet", "how much time is left", "the garden is far too big for us"],
)  # fmt: skip
def test_what_is_none_of_theirs_is_not_taken(text: str) -> None:
    assert guess(text).reading.confidence < 0.5


def test_an_example_itself_is_certain_unless_its_slot_could_hold_anything() -> None:
    assert guess("Water the plants in the garden, please.").reading.confidence == 1.0
    assert guess("stop the fan").reading.confidence == 1.0
    assert 0.5 < guess("stop it").reading.confidence < 1.0


def test_an_example_does_not_win_by_a_slot_that_holds_the_words_of_another() -> None:
    read = Strangers([LAMP, DARK], OWN, [], ["lamp"])
    assert guess("turn the lamp off", read).reading.candidates[0].intent == "lamp.dark"
    blue = guess("turn the lamp blue", read).reading
    assert (blue.candidates[0].intent, blue.confidence) == ("lamp.color", 1.0)


def test_an_example_that_is_but_a_slot_takes_nothing() -> None:
    assert Strangers([ANY], OWN).read("what a lovely day") is None
    assert guess("what a lovely day", Strangers([ANY, PLANTS], OWN)).reading.confidence < 0.5


def test_words_that_mean_the_like_are_understood() -> None:
    reading = guess("sprinkle the blossoms").reading
    assert (reading.candidates[0].intent, reading.confidence >= 0.5) == ("plants.water", True)


def test_the_two_nearest_intents_are_given_with_their_scores() -> None:
    best = guess("give the plants a cup of coffee").best
    assert {name for name, _ in best} == {"plants.water", "coffee.brew"}
    assert best[0][1] >= best[1][1]


def test_what_is_no_command_is_written_as_commands_are_read() -> None:
    lines = list(languages.current().none)
    assert len(lines) == len(set(lines)) >= 150
    assert lines == [normalise(line) for line in lines]


def test_without_strange_intents_or_words_there_is_no_guess() -> None:
    assert Strangers([], OWN).read("water the plants") is None
    assert READ.read("") is None
    assert READ.read("?!") is None


def reading(intent: str, sure: float) -> Reading:
    return Reading((Candidate(intent, (), sure),), sure) if intent else Reading((), sure)


@pytest.mark.parametrize(
    ("own", "sure", "strange", "taken"),
    [
        ("light.on", 0.99, 0.8, False),  # the model's own intents stay with it …
        ("light.on", 0.6, 0.9, True),  # … unless the other is surer
        ("light.on", 0.6, 0.6, False),
        ("light.on", 0.3, 0.5, True),  # too unsure to be done anyway
        ("", 1.0, 0.5, True),  # that the model knows it not says nothing
        ("", 1.0, 0.4, False),
        ("light.on", 1.0, 1.0, False),
    ],
)
def test_the_surer_reading_is_believed(own: str, sure: float, strange: float, taken: bool) -> None:
    mine, other = reading(own, sure), reading("plants.water", strange)
    assert choose(mine, Guess(other, ()), 0.5) is (other if taken else mine)
    assert choose(mine, None, 0.5) is mine


def test_the_words_of_a_slot_arrive_as_they_were_said() -> None:
    assert guess("water the flowers for half an hour").reading.candidates[0].slots == (Pointed("time", "half an hour"),)


@pytest.mark.timeout(60)
def test_hostile_text_takes_no_time() -> None:
    for text in ("water the " * 2000, "coffee " * 2000, "\x00" * 5000, "in the garden for ten minutes " * 100):
        READ.read(text)
