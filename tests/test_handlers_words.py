"""Clock, lists, volume and the conversation itself."""

from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from speaker.testing import Bench

INTENTS = Path(__file__).parent.parent / "intents"


@pytest.fixture
def bench(tmp_path):
    with Bench([INTENTS], tmp_path) as bench:
        yield bench


@pytest.mark.parametrize(
    ("place", "says"),
    [
        ("tokyo", "In Tokyo it is 3:30 am."),
        ("new york", "In New York it is 1:30 pm."),
        ("san francisco", "In San Francisco it is 10:30 am."),
        ("washington", "In Washington it is 1:30 pm."),
        ("beijing", "In Beijing it is 2:30 am."),
        ("mumbai", "In Mumbai it is 12 am."),
        ("norway", "In Norway it is 7:30 pm."),
        ("the netherlands", "In the Netherlands it is 7:30 pm."),
        ("argentina", "In Argentina it is 3:30 pm."),
        ("usa", "In the USA it is 1:30 pm."),
    ],
)
def test_the_time_of_cities_and_countries(bench, place, says):
    assert bench.do("clock.time", place=place).text == says


def test_the_time_elsewhere_follows_its_own_summer(bench):
    bench.clock.now = datetime(2026, 7, 1, 12, 0, tzinfo=UTC)
    assert bench.do("clock.time", place="london").text == "In London it is 1 pm."


@pytest.mark.parametrize("place", ["atlantis", "paris texas", "york", "middle earth"])
def test_an_unknown_place_is_not_guessed(bench, place):
    reply = bench.do("clock.time", place=place)
    assert (reply.ok, reply.text) == (False, f"I do not know what time it is in {place.title()}.")


@pytest.mark.parametrize("place", ["australia", "congo"])
def test_a_country_with_several_times_asks_for_a_city(bench, place):
    reply = bench.do("clock.time", place=place)
    assert (reply.ok, reply.text) == (False, f"{place.title()} has several times. Please name a city.")


def test_the_time_here_is_that_of_the_clocks_zone(bench):
    bench.clock.now = datetime(2026, 3, 6, 0, 5, tzinfo=ZoneInfo("Asia/Tokyo"))
    assert bench.do("clock.time").text == "It is 12:05 am."


@pytest.mark.parametrize(
    ("date", "says"),
    [
        (None, "Today is Friday, March 6 2026."),
        ("today", "Today is Friday, March 6 2026."),
        ("tomorrow", "That is Saturday, March 7."),
        ("friday", "That is Friday, March 6."),
        ("monday", "That is Monday, March 9."),
        ("2026-03-05", "That was Thursday, March 5."),
        ("2028-02-29", "That is Tuesday, February 29 2028."),
    ],
)
def test_dates(bench, date, says):
    assert bench.do("clock.date", **({"date": date} if date else {})).text == says


def test_a_list_from_first_to_last(bench):
    assert bench.do("list.read").text == "The shopping list is empty."
    assert bench.do("list.add", item=("milk", "eggs", "milk")).text == "Added milk and eggs to the shopping list."
    assert bench.do("list.add", item=("milk", "tea")).text == ("Added tea to the shopping list. Milk is there already.")
    assert bench.do("list.add", item=("milk",)).text == "Milk is already on the shopping list."
    assert bench.do("list.remove", item=("egg", "rice")).text == (
        "Removed eggs from the shopping list. Rice is not on the shopping list."
    )
    assert bench.do("list.read", list="shopping").text == "On the shopping list: milk and tea."
    assert bench.do("list.clear").text == "The shopping list is empty now."
    assert bench.do("list.clear").text == "The shopping list was empty already."


def test_what_is_not_on_the_list_is_declined(bench):
    bench.do("list.add", item=("milk",))
    reply = bench.do("list.remove", item=("bread", "salt"))
    assert (reply.ok, reply.text) == (False, "Bread and salt are not on the shopping list.")
    assert bench.do("list.read").text == "On the shopping list: milk."


def test_lists_keep_apart_and_are_found_nearly(bench):
    bench.do("list.add", item=("nails",), list="hardware")
    bench.do("list.add", item=("milk",), list="groceries")
    assert bench.do("list.read", list="hardwear").text == "On the hardware list: nails."
    assert bench.do("list.read").text == "On the shopping list: milk."


def test_volume(bench):
    bench.do("volume.set", level=95)
    assert bench.do("volume.up").text == "Volume at 100 percent."
    assert bench.voice.volume == 100
    bench.do("volume.set", level=10)
    assert bench.do("volume.down").text == "Volume at 5 percent."
    bench.do("volume.mute")
    assert bench.voice.muted
    bench.do("volume.unmute")
    assert not bench.voice.muted


def test_stop_silences_what_rings_and_answers_with_silence(bench):
    bench.do("timer.start", duration=5)
    bench.wait(5)
    assert bench.voice.sounding
    assert bench.do("assistant.stop").text == ""
    assert not bench.voice.sounding


def test_repeat_says_the_last_reply(bench):
    assert bench.do("assistant.repeat").text == "I have not said anything yet."
    bench.voice.say("It is late.")
    assert bench.do("assistant.repeat").text == "It is late."


def test_help_names_every_plugin_in_two_sentences(bench):
    text = bench.do("assistant.help").text
    for name in ("clock", "device", "light", "list", "timer", "volume"):
        assert name in text
    assert text.count(".") == 2
    assert not set(text) & set("{}[]")


def test_help_without_other_plugins_says_so(tmp_path):
    with Bench([INTENTS / "assistant"], tmp_path) as bench:
        assert bench.do("assistant.help").text == "I can do nothing yet. No plugin is loaded."


@pytest.mark.parametrize(("hour", "part"), [(4, "morning"), (12, "afternoon"), (18, "evening"), (3, "evening")])
def test_greetings_go_by_the_hour(bench, hour, part):
    bench.clock.now = bench.clock.now.replace(hour=hour)
    assert bench.do("assistant.greet").text == f"Good {part}."


def test_no_joke_twice_until_all_are_told_also_after_a_restart(tmp_path):
    told = []
    for _ in range(5):
        with Bench([INTENTS / "assistant"], tmp_path) as bench:
            told.append(bench.do("assistant.joke").text)
    assert len(set(told)) == 5
