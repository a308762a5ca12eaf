"""Timers: several, named, paused, changed; which one is asked rather than guessed."""

from pathlib import Path

import pytest

from speaker.errors import StoreError
from speaker.store import PluginStore
from speaker.testing import Bench

INTENTS = Path(__file__).parent.parent / "intents"


@pytest.fixture
def bench(tmp_path):
    with Bench([INTENTS / "timer"], tmp_path) as bench:
        yield bench


def test_start_and_status_speak_of_time_as_people_do(bench):
    assert bench.do("timer.status").text == "There is no timer."
    assert bench.do("timer.start", duration=3900).text == "Timer set for 1 hour and 5 minutes."
    assert bench.do("timer.start", duration=61, name="egg").text == "Egg timer set for 1 minute and 1 second."
    bench.wait(30)
    assert bench.do("timer.status", name="egg").text == "31 seconds left on the egg timer."
    assert bench.do("timer.status").text.startswith("2 timers: 31 seconds on the egg timer and 1 hour and 4 minutes")


def test_a_timer_is_called_by_its_whole_length_in_the_singular(bench):
    bench.do("timer.start", duration=2 * 3600 + 5 * 60)
    assert bench.do("timer.cancel").text == "The 2 hour and 5 minute timer is cancelled."


@pytest.mark.parametrize("seconds", [8 * 86_400, 0])
def test_a_length_out_of_bounds_is_declined(bench, seconds):
    assert not bench.do("timer.start", duration=seconds).ok
    assert bench.do("timer.status").text == "There is no timer."


def test_which_one_is_asked(bench):
    bench.do("timer.start", duration=300)
    bench.do("timer.start", duration=600, name="egg")
    reply = bench.do("timer.cancel")
    assert (reply.ok, reply.text) == (False, "Which one: the 5 minute timer or the egg timer?")
    assert bench.do("timer.cancel", duration=300).text == "The 5 minute timer is cancelled."
    assert bench.do("timer.cancel").text == "The egg timer is cancelled."
    bench.wait(700)
    assert bench.voice.rung == []


def test_of_two_that_are_called_the_same_the_next_is_meant(bench):
    bench.do("timer.start", duration=300)
    bench.wait(100)
    bench.do("timer.start", duration=300)
    assert bench.do("timer.cancel").ok
    assert bench.do("timer.status").text == "5 minutes left on the 5 minute timer."


def test_a_name_nearly_right_is_found_and_an_unknown_one_is_not_guessed(bench):
    bench.do("timer.start", duration=300, name="potatoes")
    assert bench.do("timer.status", name="potatos").ok
    reply = bench.do("timer.cancel", name="pasta")
    assert (reply.ok, reply.text) == (False, "There is no pasta timer; there is the potatoes timer.")


def test_a_paused_timer_does_not_ring_and_goes_on_where_it_was(bench):
    bench.do("timer.start", duration=300)
    bench.wait(100)
    assert bench.do("timer.pause").text == "The 5 minute timer is paused with 3 minutes and 20 seconds left."
    assert bench.do("timer.pause").text == "No timer is running."
    bench.wait(1000)
    assert bench.voice.rung == []
    assert "paused" in bench.do("timer.status").text
    assert bench.do("timer.resume").text == "The 5 minute timer goes on with 3 minutes and 20 seconds left."
    assert bench.do("timer.resume").text == "No timer is paused."
    bench.wait(199)
    assert bench.voice.rung == []
    bench.wait(1)
    assert len(bench.voice.rung) == 1


def test_a_pause_that_fails_half_way_leaves_one_running_timer(bench, monkeypatch):
    def full(*_: object) -> bool:
        raise StoreError("the disk is full")

    bench.do("timer.start", duration=300)
    with monkeypatch.context() as disk:
        disk.setattr(PluginStore, "delete_event", full)
        assert not bench.do("timer.pause").ok
    assert bench.do("timer.status").text == "5 minutes left on the 5 minute timer."


def test_more_and_less_time(bench):
    bench.do("timer.start", duration=300)
    assert bench.do("timer.increase", duration=60).text == "6 minutes left on the timer."
    assert bench.do("timer.decrease", duration=120).text == "4 minutes left on the timer."
    reply = bench.do("timer.decrease", duration=600)
    assert (reply.ok, reply.text) == (False, "The 4 minute timer has only 4 minutes left.")
    assert not bench.do("timer.increase", duration=8 * 86_400).ok
    bench.wait(240)
    assert len(bench.voice.rung) == 1


def test_a_paused_timer_can_be_changed_and_stays_paused(bench):
    bench.do("timer.start", duration=300)
    bench.do("timer.pause")
    bench.do("timer.increase", duration=60)
    bench.wait(1000)
    assert bench.voice.rung == []
    bench.do("timer.resume")
    bench.wait(360)
    assert len(bench.voice.rung) == 1


def test_all_are_cancelled_paused_ones_too(bench):
    assert bench.do("timer.cancel_all").text == "There is no timer."
    bench.do("timer.start", duration=300)
    bench.do("timer.start", duration=600, name="egg")
    bench.do("timer.pause", name="egg")
    assert bench.do("timer.cancel_all").text == "All 2 timers are cancelled."
    assert bench.do("timer.status").text == "There is no timer."


@pytest.mark.parametrize("what", ["cancel", "pause", "resume"])
def test_without_a_timer_everything_says_so(bench, what):
    reply = bench.do(f"timer.{what}")
    assert (reply.ok, reply.text) == (False, "There is no timer.")


def test_of_many_timers_the_first_are_named(bench):
    for number in range(1, 31):
        bench.do("timer.start", duration=60 * number, name=f"number {number:02d}")
    reply = bench.do("timer.status").text
    assert reply.startswith("30 timers: 1 minute on the number 01 timer, 2 minutes on the")
    assert reply.endswith("8 minutes on the number 08 timer and 22 more.")
    assert bench.do("timer.cancel", name="pasta").text.endswith("number 08 timer and 22 more.")
    assert bench.do("timer.cancel_all").text == "All 30 timers are cancelled."
