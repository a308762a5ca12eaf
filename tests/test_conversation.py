"""Whole conversations, typed, with the real language model, plugins and store: what is said, and what is replied."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from speaker.assistant import Assistant
from speaker.build import Hark, Place
from speaker.config import Config
from speaker.testing import FakeClock

LAMPS = """name: lamps
summary: Lamps that share a name.
intents:
  lamps.polish:
    slots: {name: {type: name, required: true}, cloth: {type: text}}
    examples: ["polish the {name}", "give the {name} a polish", "shine up the {name}", "rub the {name} clean"]
  lamps.count:
    examples: [how many lamps do we have, count the lamps, what number of lamps are there]
"""
HANDLER = """
from speaker.errors import HandlerError, Unclear

LAMPS = ("desk lamp", "floor lamp", "oil lamp")

def polish(context, name, cloth=None):
    if name == "moon":
        raise HandlerError("There is no moon in here.")
    if name in ("lamp", "lamps"):
        raise Unclear("The desk lamp, the floor lamp or the oil lamp?", "name", LAMPS)
    context.store.set("polished", [*context.store.get("polished", []), name])
    return f"Polished the {name}."

def count(context):
    return "There are 3 lamps."
"""


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hark]:
    """Hark with a plugin that asks back."""
    top = tmp_path_factory.mktemp("house")
    folder = top / "lamps"
    folder.mkdir()
    (folder / "manifest.yaml").write_text(LAMPS)
    (folder / "handler.py").write_text(HANDLER)
    config = Config.model_validate({"phrases": {"good night": "turn off all the lights"}, "speech": {"varied": False}})
    with Hark(Place(config, None, top / "data", (folder,))) as hark:
        yield hark


@pytest.fixture
def home(house: Hark) -> Hark:
    """The same with nothing in its store."""
    for part in ("alarm", "timer", "reminder", "list", "lamps", "home", "phrases"):
        store = house.store.of(part)
        for key, _ in store.items():
            store.delete(key)
        for event in store.events():
            store.delete_event(event.key)
    return house


def talk(assistant: Assistant, *sentences: str) -> list[str]:
    """The replies to some sentences, one after the other."""
    return [turn.reply.text for turn in map(assistant.ask, sentences) if turn.reply]


DIALOGUES = {
    "a missing slot": [("set a timer", "For how long?"), ("ten minutes", "Timer set for 10 minutes.")],
    "in other words": [("set a timer", "For how long?"), ("for ten minutes please", "Timer set for 10 minutes.")],
    "the number alone": [("set a timer", "For how long?"), ("make it ten", "Timer set for 10 minutes.")],
    "a longer answer": [("set a timer", "For how long?"), ("ten minutes for the pizza", "Pizza timer set for 10 minutes.")],
    "another command": [("set a timer", "For how long?"), ("turn on the kitchen light", "Kitchen light on.")],
    "the same whole": [("set a timer", "For how long?"), ("set a timer for an hour", "Timer set for 1 hour.")],
    "never mind": [("set a timer", "For how long?"), ("never mind", "All right, I leave it.")],
    "given up": [
        ("set a timer", "For how long?"),
        ("we had such a lovely walk", "Sorry, I did not get that. For how long?"),
        ("along the river", "Sorry, I still do not understand, so I leave it."),
        ("ten minutes", "Sorry, I did not understand that."),
    ],
    "corrected": [
        ("set a timer", "For how long?"),
        ("ten minutes", "Timer set for 10 minutes."),
        ("no, make it fifteen", "Timer set for 15 minutes."),
        ("how much time is left on the timer", "… left on the 15 minute timer."),
    ],
    "one of several slots": [
        ("remind me to call mum", "When?"),
        ("tomorrow at seven", "I will remind you at 7 am tomorrow: call mum."),
    ],
    "another of them": [("remind me to call mum", "When?"), ("in ten minutes", "I will remind you in 10 minutes: call mum.")],
    "free words": [
        ("remind me at seven in the evening tomorrow", "What should I remind you of?"),
        ("to feed the cat", "I will remind you at 7 pm tomorrow: feed the cat."),
    ],
    "items": [
        ("add something to my shopping list", "What should I add?"),
        ("Milk, eggs and bread.", "Added milk, eggs and bread to the shopping list."),
    ],
    "the rest is done": [
        ("turn on the desk lamp and set a timer", "Desk lamp on. For how long?"),
        ("ten minutes", "Timer set for 10 minutes."),
        ("undo that", "All right, that is undone."),
        ("how much time is left", "There is no timer."),
    ],
    "which one": [
        ("polish the lamp", "The desk lamp, the floor lamp or the oil lamp?"),
        ("the floor one", "Polished the floor lamp."),
    ],
    "its number": [("polish the lamp", "The desk lamp, …"), ("the last one", "Polished the oil lamp.")],
    "misheard": [("polish the lamp", "The desk lamp, …"), ("the flour lamp", "Polished the floor lamp.")],
    "all of them": [
        ("polish the lamp", "The desk lamp, …"),
        ("all of them", "Polished the desk lamp. Polished the floor lamp. Polished the oil lamp."),
    ],
    "none of them": [("polish the lamp", "The desk lamp, …"), ("none of them", "All right, I leave it.")],
    "something else": [("polish the lamp", "The desk lamp, …"), ("how many lamps do we have", "There are 3 lamps.")],
    "the other one": [
        ("turn on the desk lamp", "Desk lamp on."),
        ("no, the other one", "Which one?"),
        ("the floor lamp", "Floor lamp on."),
    ],
    "yes": [("restart yourself", "You said: restart yourself. Shall I do that?"), ("no", "All right, I leave it.")],
    "twice the same": [("turn on the fan and turn on the fan", "Fan on.")],
    "one of two fails": [
        ("turn on the fan in the hall and set a timer for ten minutes", "Timer set for 10 minutes. But the fan: there is no fan in the hall…"),
    ],
    "no such device": [("polish the moon", "There is no moon in here.")],
    "not understood": [("we had such a lovely walk along the river", "Sorry, I did not understand that.")],
    "said again": [("set a timer", "For how long?"), ("ten minutes", "Timer set for 10 minutes."), ("say that again", "Timer set for 10 minutes.")],
    "an alarm is changed": [
        ("set an alarm for seven tomorrow", "Alarm set for 7 am tomorrow."),
        ("change my alarm to eight", "The 7 am alarm is now at 8 am tomorrow."),
        ("what alarms do i have", "One alarm: 8 am tomorrow."),
        ("undo that", "All right, that is undone."),
        ("what alarms do i have", "One alarm: 7 am tomorrow."),
    ],
    "a repeated alarm is moved": [
        ("wake me up at half past six every weekday", "Alarm set for 6:30 am on weekdays."),
        ("move the six thirty alarm to seven", "… Alarm set for 7 am on weekdays."),
        ("what alarms do i have", "One alarm: 7 am on weekdays."),
    ],
    "no alarm to move": [
        ("set an alarm for seven tomorrow", "Alarm set for 7 am tomorrow."),
        ("move the nine o'clock alarm to ten", "There is no such alarm, only 7 am tomorrow. So nothing was changed."),
        ("what alarms do i have", "One alarm: 7 am tomorrow."),
    ],
    "which alarm to change": [
        ("set an alarm for seven tomorrow", "Alarm set for 7 am tomorrow."),
        ("set an alarm for nine every weekday", "Alarm set for 9 am on weekdays…"),
        ("change my alarm to eight", "Which alarm shall I change: …?"),
        ("the nine o'clock one", "The 9 am alarm is now at 8 am on weekdays."),
    ],
    "all alarms": [
        ("set an alarm for seven tomorrow", "Alarm set for 7 am tomorrow."),
        ("set an alarm for nine every weekday", "Alarm set for 9 am on weekdays…"),
        ("cancel all alarms", "Cancel …?"),
        ("no", "All right, I leave it."),
        ("cancel all alarms", "Cancel …?"),
        ("yes", "Both alarms are cancelled."),
        ("what alarms do i have", "There is no alarm."),
    ],
    "which alarm": [
        ("set an alarm for half past six every weekday", "Alarm set for 6:30 am on weekdays."),
        ("set an alarm for nine on saturday", "Alarm set for 9 am on Saturday…"),
        ("cancel the alarm", "Which alarm: …?"),
        ("half past six", "The alarm for 6:30 am on weekdays is cancelled."),
    ],
    "an example without slots works whatever was said before": [
        ("turn on the kitchen light", "Kitchen light on."),
        ("stop", ""),
    ],
    "several weekdays": [
        ("wake me up at seven every monday and wednesday", "Alarm set for 7 am every Monday and Wednesday."),
        ("set an alarm for six on tuesdays, thursdays and saturdays", "Alarm set for 6 am every Tuesday, Thursday and Saturday…"),
    ],
    "a phrase is taught": [
        ("When I say lights out, turn off all the lights.", "All right, “lights out” now means: turn off all the lights."),
        ("lights out", "All lights off."),
        ("forget the phrase lights out", "I forgot “lights out”."),
        ("undo that", "All right, that is undone."),
        ("Lights out!", "All lights off."),
    ],
    "a lesson without a comma": [
        (
            "when i say popcorn evening turn off the lights in the kitchen and set a timer for two hours",
            "All right, “popcorn evening” now means: turn off the lights in the kitchen and set a timer for two hours.",
        ),
        ("popcorn evening", "Kitchen light off. Timer set for 2 hours."),
    ],
    "a lesson is undone": [
        ("whenever I say wibble wobble, turn off all the lights", "All right, …"),
        ("undo that", "All right, that is undone."),
        ("wibble wobble", "Sorry, I did not understand that."),
    ],
    "lessons that are refused": [
        ("when I say foo bar, wibble the wobble", "I do not understand “wibble the wobble”, so I did not learn that."),
        ("when I say stop, turn on the fan", "“Stop” means something already. Please choose other words."),
        ("when I say never mind, turn on the fan", "“Never mind” means something already. Please choose other words."),
        ("forget the phrase abracadabra", "Nobody taught me “abracadabra”."),
        ("forget the phrase good night", "Nobody taught me “good night”. It is in the configuration."),
    ],
}  # fmt: skip


@pytest.mark.parametrize("name", DIALOGUES)
def test_dialogue(home: Hark, name: str) -> None:
    assistant = home.assistant()
    for said, reply in DIALOGUES[name]:
        (replied,) = talk(assistant, said)
        pattern = ".*".join(re.escape(part) for part in reply.split("…"))
        assert re.fullmatch(pattern, replied), f"{said!r} → {replied!r}, not {reply!r}"


def test_an_answer_is_done_to_what_was_named_and_no_other(home: Hark) -> None:
    talk(home.assistant(), "polish the lamp", "the oil one", "no, the other one", "the first")
    assert home.store.of("lamps").get("polished") == ["desk lamp"]  # the first was taken back


def test_the_other_lamp_goes_on_and_the_wrong_one_off(home: Hark) -> None:
    talk(home.assistant(), "turn on the desk lamp", "no, the other one", "the floor lamp")
    assert not home.home.state(home.home.device("desk lamp")).on
    assert home.home.state(home.home.device("floor lamp")).on


def test_two_alarms_of_one_hour_are_told_apart_by_their_days(home: Hark) -> None:
    assistant = home.assistant()
    talk(assistant, "wake me up at seven every monday", "wake me up at seven every weekend")
    (question, reply, left) = talk(assistant, "cancel the alarm", "the monday one", "what alarms do i have")
    assert question.startswith("Which alarm: ")
    assert reply == "The alarm for 7 am every Monday is cancelled."
    assert left == "One alarm: 7 am on weekends."


def test_timers_are_told_apart_in_words(home: Hark) -> None:
    store = home.store.of("timer")
    for key, seconds, name in (("a", 300, None), ("b", 600, None), ("c", 900, "egg")):
        store.set_event(key, FakeClock()().timestamp() + 1e9, {"seconds": seconds, "name": name})
    replies = talk(home.assistant(), "cancel the timer", "the five minute one", "no the other one", "the egg timer")
    assert replies[1:] == [
        "The 5 minute timer is cancelled.",
        "Which one: 10 minute timer or egg timer?",
        "The egg timer is cancelled.",
    ]
    assert {event.key for event in store.events()} == {"a", "b"}


BREW = """name: brew
summary: Warm drinks.
intents:
  brew.tea:
    slots: {area: {type: area}}
    examples: [brew some tea, put the kettle on for tea, "make tea in the {area}", i could use a cup of tea]
  brew.coffee:
    slots: {area: {type: area}}
    examples: [brew some coffee, get the coffee going, "make coffee in the {area}", i could use a cup of coffee]
"""


def test_a_strange_command_that_could_be_two_things_is_asked_about(place: Place, tmp_path: Path) -> None:
    folder = tmp_path / "brew"
    folder.mkdir()
    (folder / "manifest.yaml").write_text(BREW)
    (folder / "handler.py").write_text(
        "def tea(context, area='all'):\n    return f'Tea, {area}.'\n\ndef coffee(context, area='all'):\n    return f'Coffee, {area}.'\n"
    )
    with Hark(Place(place.config, None, place.data, (folder,))) as hark:
        assistant = hark.assistant()
        question, reply = talk(assistant, "brew a cup of something", "coffee please")
        assert question.startswith("Did you mean: ")
        assert {"tea", "coffee"} <= set(re.findall(r"\w+", question))
        assert reply == "Coffee, all."
        assert talk(assistant, "brew some tea") == ["Tea, all."]
        assert talk(assistant, "we had such a lovely walk along the river") == ["Sorry, I did not understand that."]
