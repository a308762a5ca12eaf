"""What the model points at is done whole, or not at all."""

from datetime import date

import pytest

from speaker.events import Candidate, Intent, IntentSpec, Parse, Pointed, Reading, SlotSpec, Transcript
from speaker.understand import answered, believable, better, makes_sense, may_be_asked, missing, understand, with_days

TODAY = date(2026, 11, 24)
SPECS = {
    "timer.start": IntentSpec(
        "timer.start", (SlotSpec("duration", "duration", required=True), SlotSpec("name", "text"))
    ),
    "timer.cancel": IntentSpec("timer.cancel", (SlotSpec("duration", "duration"),)),
    "alarm.set": IntentSpec(
        "alarm.set", (SlotSpec("time", "time", required=True), SlotSpec("date", "date"), SlotSpec("repeat", "repeat"))
    ),
    "light.off": IntentSpec("light.off", (SlotSpec("area", "area"),)),
}


def read(*candidates: Candidate) -> Reading:
    return Reading(candidates, min((c.confidence for c in candidates), default=0.9))


def test_slots_arrive_resolved() -> None:
    parse = understand(
        "…", read(Candidate("timer.start", (Pointed("duration", "five minutes"),), 0.9)), SPECS, 0.5, TODAY
    )
    assert not parse.rejected
    assert dict(parse.intents[0].slots) == {"duration": 300}


def test_several_intents_keep_their_order() -> None:
    both = read(Candidate("light.off", (Pointed("area", "the kitchen"),), 0.9), Candidate("timer.cancel", (), 0.8))
    parse = understand("…", both, SPECS, 0.5, TODAY)
    assert [intent.name for intent in parse.intents] == ["light.off", "timer.cancel"]
    assert parse.confidence == 0.8


def test_an_unsure_one_rejects_them_all() -> None:
    both = read(Candidate("light.off", (), 0.9), Candidate("timer.cancel", (), 0.3))
    assert understand("…", both, SPECS, 0.5, TODAY).rejected


def test_words_that_mean_nothing_are_not_left_out_to_act_on_more() -> None:
    odd = read(Candidate("timer.cancel", (Pointed("duration", "five banana"),), 0.99))
    assert understand("…", odd, SPECS, 0.5, TODAY).rejected


def test_no_reading_is_a_rejection() -> None:
    assert understand("…", read(), SPECS, 0.0, TODAY).rejected


def test_a_required_slot_that_is_left_out_is_noticed() -> None:
    parse = understand("…", read(Candidate("timer.start", (), 0.9)), SPECS, 0.5, TODAY)
    assert missing(parse.intents[0], SPECS["timer.start"]) == SPECS["timer.start"].slots[:1]


def test_of_slots_one_of_which_is_needed_all_are_missing_or_none() -> None:
    when = (SlotSpec("time", "time"), SlotSpec("date", "date"))
    spec = IntentSpec("reminder.set", (SlotSpec("text", "text"), *when), one_of=("time", "date"))
    assert missing(Intent("reminder.set", {"text": "x"}, 1.0), spec) == when
    assert missing(Intent("reminder.set", {"text": "x", "date": "today"}, 1.0), spec) == ()


def test_something_is_nothing_where_a_thing_has_to_be_named() -> None:
    spec = IntentSpec("list.add", (SlotSpec("item", "items", required=True), SlotSpec("list", "text")))
    reading = read(Candidate("list.add", (Pointed("item", "something"), Pointed("list", "stuff")), 0.9))
    (intent,) = understand("…", reading, {"list.add": spec}, 0.5, TODAY).intents
    assert intent.slots == {"list": "stuff"}


def test_several_weekdays_take_the_place_of_the_one_that_was_read() -> None:
    one = read(Candidate("alarm.set", (Pointed("time", "seven"), Pointed("repeat", "every monday")), 0.9))
    several = with_days(one, SPECS, "every monday and wednesday")
    assert several is not None
    (intent,) = understand("…", several, SPECS, 0.5, TODAY).intents
    assert intent.slots == {"time": "07:00", "repeat": "monday,wednesday"}
    assert with_days(read(Candidate("light.off", (), 0.9)), SPECS, "every monday and wednesday") is None


def test_what_is_asked_about_was_heard_clearly() -> None:
    near = Parse("…", (), True, 0.4, near=(Intent("light.off", {}, 0.4),))
    assert may_be_asked(Transcript("lights off off", 0.8), near)
    assert not may_be_asked(Transcript("lice of off", 0.5), near)
    assert not may_be_asked(Transcript("lovely", 0.9), Parse("…", (), True, 0.4))


def test_a_few_words_half_heard_are_not_acted_on_but_answer_a_question() -> None:
    assert not believable(Transcript("Nice", 0.2))
    assert not believable(Transcript("Thank you", 0.3))
    assert believable(Transcript("Ten minutes", 0.35), asked=True)
    assert believable(Transcript("Stop", 0.8))
    assert believable(Transcript("set a timer for five minutes", 0.28))
    assert not believable(Transcript("what's on the list", 0.13))


def test_a_bare_number_has_the_unit_of_the_duration_before() -> None:
    before = (Candidate("timer.start", (Pointed("duration", "ten minutes"),), 0.9),)
    fifteen = Reading((Candidate("timer.start", (Pointed("duration", "fifteen"),), 0.9),), 0.9, instead=True)
    parse = understand("make it fifteen", fifteen, SPECS, 0.5, TODAY, before)
    assert dict(parse.intents[0].slots) == {"duration": 900}
    assert parse.instead
    assert understand("make it fifteen", fifteen, SPECS, 0.5, TODAY).rejected


@pytest.mark.parametrize(
    ("time", "day", "value"),
    [
        ("seven", {"date": "tomorrow evening"}, "19:00"),
        ("seven", {"date": "tonight"}, "19:00"),
        ("half past two", {"date": "sunday afternoon"}, "14:30"),
        ("seven", {"date": "tomorrow morning"}, "07:00"),
        ("seven", {"date": "tomorrow"}, "07:00"),
        ("seven", {"repeat": "every evening"}, "19:00"),
        ("one", {"date": "tonight"}, "01:00"),
        ("7 am", {"date": "tonight"}, "07:00"),  # what is said of the time itself counts
        ("18:45", {"date": "this morning"}, "18:45"),
        ("noon", {"date": "tomorrow morning"}, "12:00"),
    ],
)
def test_a_part_of_the_day_named_with_the_day_is_that_of_the_time(time: str, day: dict[str, str], value: str) -> None:
    pointed = tuple(Pointed(slot, words) for slot, words in {"time": time, **day}.items())
    (intent,) = understand("…", read(Candidate("alarm.set", pointed, 0.9)), SPECS, 0.5, TODAY).intents
    assert intent.slots["time"] == value
    assert intent.said == {"time": time, **day}


def test_a_slot_with_a_list_arrives_as_the_value_of_the_list_or_not_at_all() -> None:
    kind = SlotSpec("kind", "text", values=(("espresso",), ("milk coffee", "cappuccino")))
    specs = {"coffee.brew": IntentSpec("coffee.brew", (kind,))}

    def brewed(words: str) -> list[dict[str, object]]:
        reading = read(Candidate("coffee.brew", (Pointed("kind", words),), 0.9))
        return [dict(intent.slots) for intent in understand("…", reading, specs, 0.5, TODAY).intents]

    assert brewed("a cappucino") == [{"kind": "milk coffee"}]
    assert brewed("espresso") == [{"kind": "espresso"}]
    assert brewed("beer") == []


def test_what_was_heard_unclearly_has_to_make_very_clear_sense() -> None:
    sure = understand("…", read(Candidate("light.off", (), 0.97)), SPECS, 0.5, TODAY)
    fair = understand("…", read(Candidate("light.off", (), 0.7)), SPECS, 0.5, TODAY)
    clear, unclear = Transcript("turn off the lights", 0.8), Transcript("burn of the lice", 0.45)
    assert [makes_sense(clear, sure), makes_sense(clear, fair)] == [True, True]
    assert [makes_sense(unclear, sure), makes_sense(unclear, fair)] == [True, False]
    assert not makes_sense(clear, understand("…", read(), SPECS, 0.5, TODAY))


def test_second_thoughts_count_where_they_are_a_command_and_the_audio_bears_them_out() -> None:
    done = understand("…", read(Candidate("light.off", (), 0.97)), SPECS, 0.5, TODAY)
    none = understand("…", read(), SPECS, 0.5, TODAY)

    def heard(lost: float) -> Transcript:
        return Transcript("turn off the lights", 0.5, lost=lost)

    assert better(heard(0.9), none, done)
    assert not better(heard(0.9), done, done), "what was heard freely was a command, too"
    assert not better(heard(1.5), none, done), "the audio says something else"
    assert not better(heard(0.1), none, none), "it makes no sense"
    assert answered(heard(0.5), none)
    assert not answered(heard(0.5), done), "another command came instead of an answer"
    assert not answered(heard(3.0), none)
