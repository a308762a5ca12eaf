"""A clock that wakes up in 1970, is set forward or back: what is due rings when it should, once, and late ones say so."""

import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from speaker.clock import BUILT, Belief, Steady, kept_right_by_the_system, steady_time
from speaker.store import Store
from speaker.testing import Bench, FakeClock
from tests.conftest import TOP

PLUGINS = [TOP / "intents" / name for name in ("timer", "alarm", "reminder", "clock")]
NEVER_SET = datetime(1970, 1, 1, 0, 1, tzinfo=UTC)
NOW = datetime(2026, 3, 6, 18, 30, tzinfo=UTC)
UNKNOWN = "I do not know what time it is: the clock has not been set yet."


@pytest.fixture
def bench(tmp_path):
    with Bench(PLUGINS, tmp_path) as bench:
        yield bench


def started(data: Path, now: datetime, boot: str) -> Bench:
    """Hark after another start of the machine."""
    bench = Bench(PLUGINS, data)
    bench.clock.now, bench.clock.boot = now, boot
    return bench


def test_a_timer_set_in_1970_rings_after_its_time_though_the_clock_is_set_meanwhile(bench):
    bench.clock.now = NEVER_SET
    bench.do("timer.start", duration=300)
    bench.wait(100)
    bench.clock.set(NOW)
    bench.wait(0)
    assert bench.voice.rung == []
    assert bench.do("timer.status").text == "3 minutes and 20 seconds left on the 5 minute timer."
    bench.wait(199)
    assert bench.voice.rung == []
    bench.wait(1)
    bench.wait(300)
    assert bench.voice.rung == ["Your 5 minute timer is over."]


def test_a_timer_rings_in_1970_too(bench):
    bench.clock.now = NEVER_SET
    bench.do("timer.start", duration=300)
    bench.wait(300)
    assert bench.voice.rung == ["Your 5 minute timer is over."]


def test_the_time_left_is_right_before_anyone_noticed_that_the_clock_was_set(bench):
    bench.do("timer.start", duration=300)
    bench.clock.set(NOW + timedelta(days=1))
    assert bench.do("timer.status").text == "5 minutes left on the 5 minute timer."


@pytest.mark.parametrize(
    ("intent", "slots"),
    [
        ("alarm.set", {"time": "07:00"}),
        ("alarm.set", {"time": "07:00", "repeat": "daily"}),
        ("reminder.set", {"text": "call mum", "time": "19:00"}),
        ("reminder.set", {"text": "call mum", "date": "tomorrow"}),
    ],
)
def test_in_1970_no_time_of_day_is_accepted(bench, intent, slots):
    bench.clock.now = NEVER_SET
    reply = bench.do(intent, **slots)
    assert (reply.ok, reply.text) == (False, UNKNOWN)
    bench.clock.set(NOW)
    assert bench.do(intent, **slots).ok


def test_in_1970_nobody_is_told_the_time(bench):
    bench.clock.now = NEVER_SET
    replies = [bench.do("clock.time"), bench.do("clock.time", place="tokyo"), bench.do("clock.date")]
    assert {(reply.ok, reply.text) for reply in replies} == {(False, "I do not know: the clock has not been set yet.")}
    assert bench.do("reminder.set", text="call mum", duration=60).ok
    bench.wait(60)
    assert bench.voice.rung == ["Reminder: call mum."]


def test_an_alarm_waits_until_the_clock_is_set_and_rings_late_where_it_was_missed(tmp_path):
    with Bench(PLUGINS, tmp_path) as before:
        before.do("alarm.set", time="19:00")
        before.do("alarm.set", time="20:00")
    with started(tmp_path, NEVER_SET, "second") as after:
        after.wait(10_000)
        assert after.voice.rung == []
        after.clock.set(NOW + timedelta(hours=1))
        after.wait(0)
        assert after.voice.rung == ["Your 7 pm alarm. It was due 30 minutes ago."]
        after.wait(1800)
        assert after.voice.rung[1:] == ["Your 8 pm alarm."]


def test_a_timer_of_before_a_power_cut_rings_when_the_clock_is_set_again_and_says_how_late(tmp_path):
    with Bench(PLUGINS, tmp_path) as before:
        before.do("timer.start", duration=3600, name="roast")
    with started(tmp_path, NEVER_SET, "second") as after:
        after.wait(4000)
        assert after.voice.rung == []
        after.clock.set(NOW + timedelta(hours=2))
        after.wait(0)
        assert after.voice.rung == ["Your roast timer is over. It was due 1 hour ago."]


def test_a_timer_of_1970_that_a_power_cut_ended_rings_without_a_word_of_56_years(tmp_path):
    with Bench(PLUGINS, tmp_path) as before:
        before.clock.now = NEVER_SET
        before.do("timer.start", duration=300)
    with started(tmp_path, NOW, "second") as after:
        after.wait(0)
        assert after.voice.rung == ["Your 5 minute timer is over."]


def test_a_clock_set_forward_makes_alarms_late_and_leaves_timers_as_they_are(bench):
    bench.do("alarm.set", time="19:00")
    bench.do("timer.start", duration=3600, name="roast")
    bench.wait(0)
    bench.clock.set(NOW + timedelta(hours=2))
    bench.wait(0)
    assert bench.voice.rung == ["Your 7 pm alarm. It was due 1 hour and 30 minutes ago."]
    bench.wait(3599)
    assert len(bench.voice.rung) == 1
    bench.wait(1)
    assert bench.voice.rung[1:] == ["Your roast timer is over."]


def test_a_clock_set_back_rings_nothing_twice_and_loses_nothing(bench):
    bench.do("alarm.set", time="18:40")
    bench.do("alarm.set", time="18:45", repeat="daily")
    bench.do("timer.start", duration=3600, name="roast")
    bench.wait(1200)
    bench.clock.set(NOW)
    rung = list(bench.voice.rung)
    assert len(rung) == 2
    for _ in range(40):
        bench.wait(60)
    assert bench.voice.rung == [*rung, "Your roast timer is over."]
    assert bench.do("alarm.list").text == "One alarm: 6:45 pm every day."


def test_a_clock_that_is_a_little_fast_changes_nothing(bench):
    bench.do("timer.start", duration=600)
    for _ in range(600):
        bench.clock.set(bench.clock() + timedelta(milliseconds=1))
        bench.wait(1)
    assert len(bench.voice.rung) == 1


def believing(store: Store, now: datetime, right: bool) -> bool:
    return Belief(store.of("hark"), FakeClock(now), lambda: right).knows_time()


def test_a_clock_behind_the_last_right_time_is_believed_only_where_the_system_keeps_it_right(tmp_path):
    store = Store(tmp_path / "hark.db")
    built = datetime.fromtimestamp(BUILT, UTC)
    assert not believing(store, built - timedelta(days=1), right=False)
    assert not believing(store, built - timedelta(days=1), right=True)
    assert believing(store, built + timedelta(days=1), right=False)
    assert believing(store, NOW, right=True)  # noted
    assert not believing(store, built + timedelta(days=1), right=False)
    assert believing(store, NOW + timedelta(days=1), right=False)
    assert believing(store, NOW + timedelta(days=9000), right=True)  # a mistake of the network's
    assert not believing(store, NOW + timedelta(days=1), right=False)
    assert believing(store, NOW + timedelta(days=1), right=True)  # and its mending
    assert believing(store, NOW + timedelta(days=1), right=False)
    store.close()


def test_the_clock_of_the_system_that_nobody_sets_goes_on():
    first = steady_time()
    time.sleep(0.01)
    second = steady_time()
    assert first.boot == second.boot != ""
    assert 0.005 < second.seconds - first.seconds < 60
    assert isinstance(first, Steady)
    assert kept_right_by_the_system() in (True, False)
