"""Alarms: they ring when the clocks show it, once, whatever happens to the machine, the season or the zone."""

import signal
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from speaker.events import Choices, Reply
from speaker.testing import Bench
from tests.pointing import said

ROOT = Path(__file__).parent.parent
ALARM = ROOT / "intents" / "alarm"
BERLIN, NEW_YORK = ZoneInfo("Europe/Berlin"), ZoneInfo("America/New_York")
FRIDAY = datetime(2026, 3, 6, 18, 30, tzinfo=BERLIN)
HOUR, DAY = 3600, 86_400


def opened(folder: Path, now: datetime = FRIDAY) -> Bench:
    bench = Bench([ALARM], folder)
    bench.clock.now = now
    return bench


@pytest.fixture
def bench(tmp_path):
    with opened(tmp_path) as bench:
        yield bench


def rings_at(bench: Bench, days: float, step: float = 1800) -> list[str]:
    """The local times at which it rings in so many days from now."""
    found = []
    for _ in range(int(days * DAY / step)):
        before = len(bench.voice.rung)
        bench.wait(step)
        found += [f"{bench.clock():%a %d %H:%M}"] * (len(bench.voice.rung) - before)
    return found


# --- what is meant --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "reply"),
    [
        ({"time": "seven"}, "Alarm set for 7 am tomorrow."),
        ({"time": "half past six"}, "Alarm set for 6:30 am tomorrow."),
        ({"time": "7 pm"}, "Alarm set for 7 pm today."),
        ({"time": "7 pm", "date": "tomorrow"}, "Alarm set for 7 pm tomorrow."),
        ({"time": "eight", "date": "monday"}, "Alarm set for 8 am on Monday."),
        ({"time": "eight", "date": "friday"}, "Alarm set for 8 am on Friday, March 13."),
        ({"time": "eight", "date": "the first of january"}, "Alarm set for 8 am on Friday, January 1 2027."),
        ({"time": "six", "date": "february 29"}, "Alarm set for 6 am on Tuesday, February 29 2028."),
        ({"time": "seven", "date": "tomorrow evening"}, "Alarm set for 7 pm tomorrow."),
        ({"time": "seven", "date": "tonight"}, "Alarm set for 7 pm today."),
        ({"time": "one", "date": "tonight"}, "Alarm set for 1 am tomorrow."),
        ({"time": "midnight", "date": "today"}, "Alarm set for 12 am tomorrow."),
        ({"time": "seven", "date": "today"}, "Alarm set for 7 pm today."),
        ({"time": "6:30", "repeat": "every weekday"}, "Alarm set for 6:30 am on weekdays."),
        ({"time": "seven", "repeat": "every evening"}, "Alarm set for 7 pm every day."),
        ({"time": "ten", "repeat": "each sunday morning"}, "Alarm set for 10 am every Sunday."),
    ],
)
def test_an_hour_is_taken_as_said_and_a_part_of_the_day_counts(bench, words, reply):
    assert said(bench, "alarm.set", **words) == Reply(reply)


def test_in_the_small_hours_tonight_is_still_to_come(bench):
    bench.clock.now = FRIDAY.replace(hour=0)
    assert said(bench, "alarm.set", time="three", date="tonight").text == "Alarm set for 3 am today."


@pytest.mark.parametrize(
    ("words", "reply"),
    [
        ({"time": "7 am", "date": "today"}, "That is over: 7 am today."),
        ({"time": "seven", "date": "last monday"}, "That is over: 7 am on Monday, February 23."),
        ({}, "For what time? Please say it again with a time."),
    ],
)
def test_what_cannot_ring_is_declined(bench, words, reply):
    assert said(bench, "alarm.set", **words) == Reply(reply, ok=False)
    assert bench.do("alarm.list").text == "There is no alarm."


def test_the_same_alarm_is_set_once_and_another_on_that_day_is_named(bench):
    bench.do("alarm.set", time="07:00")
    assert bench.do("alarm.set", time="07:00", date="tomorrow").text == "The alarm for 7 am tomorrow is set already."
    assert bench.do("alarm.set", time="08:00").text == "Alarm set for 8 am tomorrow. There is also one at 7 am."
    assert bench.do("alarm.list").text == "2 alarms: 7 am tomorrow and 8 am tomorrow."


def test_they_are_listed_the_next_first(bench):
    assert bench.do("alarm.list").text == "There is no alarm."
    bench.do("alarm.set", time="08:00", date="monday")
    assert bench.do("alarm.list").text == "One alarm: 8 am on Monday."
    bench.do("alarm.set", time="06:30", repeat="weekends")
    assert bench.do("alarm.list").text == "2 alarms: 6:30 am on weekends and 8 am on Monday."


# --- ringing --------------------------------------------------------------------------------------------------


def test_it_rings_once_at_its_time(bench):
    bench.do("alarm.set", time="07:00")
    assert rings_at(bench, 3) == ["Sat 07 07:00"]
    assert bench.voice.rung == ["Your 7 am alarm."]
    assert bench.do("alarm.list").text == "There is no alarm."


@pytest.mark.parametrize(
    ("repeat", "days"),
    [
        ("daily", "Sat Sun Mon Tue Wed Thu Fri"),
        ("weekdays", "Mon Tue Wed Thu Fri"),
        ("weekends", "Sat Sun"),
        ("wednesday", "Wed"),
        ("friday", "Fri"),
    ],
)
def test_a_repeated_one_rings_on_its_days(bench, repeat, days):
    bench.do("alarm.set", time="07:00", repeat=repeat)
    assert [each[:3] for each in rings_at(bench, 7)] == days.split()


def test_a_repeated_one_may_begin_on_a_day_and_rings_on_leap_days(bench):
    bench.clock.now = datetime(2028, 2, 27, 12, 0, tzinfo=BERLIN)
    bench.do("alarm.set", time="07:00", repeat="daily", date="2028-02-29")
    assert rings_at(bench, 3) == ["Tue 29 07:00", "Wed 01 07:00"]


def test_it_rings_late_and_says_so(tmp_path):
    with opened(tmp_path) as before:
        before.do("alarm.set", time="07:00")
    with opened(tmp_path, FRIDAY.replace(day=7, hour=7, minute=20)) as after:
        after.wait(0)
        after.wait(60)
        assert after.voice.rung == ["Your 7 am alarm. It was due 20 minutes ago."]


def test_a_repeated_one_that_was_missed_for_days_rings_once_and_goes_on(tmp_path):
    with opened(tmp_path) as before:
        before.do("alarm.set", time="07:00", repeat="daily")
    with opened(tmp_path, FRIDAY.replace(day=10, hour=8, minute=0)) as after:
        after.wait(0)
        after.wait(0)
        assert len(after.voice.rung) == 1
        assert rings_at(after, 2) == ["Wed 11 07:00", "Thu 12 07:00"]


def killed_while_ringing(folder: Path) -> None:
    code = """
import os, signal, sys; from datetime import datetime; from pathlib import Path; from zoneinfo import ZoneInfo
from speaker.testing import Bench
bench = Bench([Path("intents/alarm")], Path(sys.argv[1]))
bench.clock.now = datetime(2026, 3, 6, 18, 30, tzinfo=ZoneInfo("Europe/Berlin"))
bench.do("alarm.set", time="07:00", repeat="daily")
bench.voice.ring = lambda text: os.kill(os.getpid(), signal.SIGKILL)
bench.wait(12.5 * 3600)
"""
    done = subprocess.run([sys.executable, "-c", code, folder], cwd=ROOT, check=False)
    assert done.returncode == -signal.SIGKILL


def test_killed_while_it_rings_it_rings_again_and_the_next_is_kept(tmp_path):
    killed_while_ringing(tmp_path)
    with opened(tmp_path, FRIDAY.replace(day=7, hour=7, minute=0)) as after:
        assert after.do("alarm.list").text == "One alarm: 7 am every day."
        after.wait(0)
        assert after.voice.rung == ["Your 7 am alarm."]
        assert rings_at(after, 2) == ["Sun 08 07:00", "Mon 09 07:00"]


def test_killed_while_it_rings_and_away_for_days_it_rings_once(tmp_path):
    killed_while_ringing(tmp_path)
    with opened(tmp_path, FRIDAY.replace(day=10, hour=8)) as after:
        after.wait(0)
        assert len(after.voice.rung) == 1
        assert rings_at(after, 1) == ["Wed 11 07:00"]


def test_killed_while_it_rings_the_next_day_can_be_left_out_all_the_same(tmp_path):
    killed_while_ringing(tmp_path)
    with opened(tmp_path, FRIDAY.replace(day=7, hour=7, minute=0)) as after:
        assert after.do("alarm.cancel", date="tomorrow").text.startswith("The 7 am alarm is off tomorrow")
        after.wait(0)
        assert len(after.voice.rung) == 1
        assert rings_at(after, 2) == ["Mon 09 07:00"]


def test_an_alarm_cancelled_while_it_rings_in_another_process_is_gone(tmp_path):
    killed_while_ringing(tmp_path)
    with opened(tmp_path, FRIDAY.replace(day=7, hour=12)) as after:
        assert after.do("alarm.cancel", time="07:00").text == "The alarm for 7 am every day is cancelled."
        assert rings_at(after, 3) == []


# --- summer time and zones ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("zone", "eve", "rings"),
    [
        (BERLIN, datetime(2026, 3, 28, 12), ["Sun 29 03:30", "Mon 30 02:30"]),  # 02:30 is left out
        (BERLIN, datetime(2026, 10, 24, 12), ["Sun 25 02:30", "Mon 26 02:30"]),  # 02:30 comes twice
        (NEW_YORK, datetime(2026, 3, 7, 12), ["Sun 08 03:30", "Mon 09 02:30"]),
        (NEW_YORK, datetime(2026, 10, 31, 12), ["Sun 01 02:30", "Mon 02 02:30"]),
    ],
)
def test_a_repeated_one_rings_once_a_night_when_the_clocks_change(bench, zone, eve, rings):
    bench.clock.now = eve.replace(tzinfo=zone)
    bench.do("alarm.set", time="02:30", repeat="daily")
    assert rings_at(bench, 2) == rings
    assert set(bench.voice.rung) == {"Your 2:30 am alarm."}


def test_an_hour_that_comes_twice_rings_the_first_time(bench):
    bench.clock.now = datetime(2026, 10, 31, 12, tzinfo=NEW_YORK)
    bench.do("alarm.set", time="01:30", repeat="daily")
    bench.wait(13.5 * HOUR)
    assert bench.clock().utcoffset() == datetime(2026, 7, 1, tzinfo=NEW_YORK).utcoffset()
    assert len(bench.voice.rung) == 1
    assert rings_at(bench, 1) == []


@pytest.mark.parametrize(
    ("zone", "eve"),
    [(BERLIN, (3, 28)), (BERLIN, (10, 24)), (NEW_YORK, (3, 7)), (NEW_YORK, (10, 31))],
)
def test_seven_is_seven_before_and_after_the_clocks_change(bench, zone, eve):
    bench.clock.now = datetime(2026, *eve, 6, tzinfo=zone)
    bench.do("alarm.set", time="07:00", repeat="daily")
    assert [each[-5:] for each in rings_at(bench, 3.5)] == ["07:00"] * 4


@pytest.mark.parametrize("zone", ["America/New_York", "Asia/Tokyo"])
def test_in_another_zone_it_rings_when_the_clocks_there_show_it(bench, zone):
    bench.do("alarm.set", time="07:00")
    bench.clock.now = bench.clock.now.astimezone(ZoneInfo(zone))
    bench.wait(0)
    assert bench.do("alarm.list").text in ("One alarm: 7 am tomorrow.", "One alarm: 7 am today.")
    assert rings_at(bench, 2) == ["Sat 07 07:00"]


def test_a_zone_that_changed_while_nobody_ran_is_reckoned_with_at_the_start(tmp_path):
    with opened(tmp_path) as before:
        before.do("alarm.set", time="07:00", repeat="daily")
    with opened(tmp_path, FRIDAY.astimezone(NEW_YORK)) as after:
        assert rings_at(after, 2) == ["Sat 07 07:00", "Sun 08 07:00"]


def test_a_clock_that_is_set_back_does_not_ring_twice_and_one_set_forward_rings_late(bench):
    bench.do("alarm.set", time="07:00")
    bench.do("alarm.set", time="09:00", repeat="daily")
    bench.wait(12.5 * HOUR)
    bench.wait(-2 * HOUR)
    bench.wait(3 * HOUR)
    assert bench.voice.rung == ["Your 7 am alarm."]
    bench.wait(2 * HOUR)
    assert bench.voice.rung[1:] == ["Your 9 am alarm. It was due 1 hour ago."]


# --- snoozing -------------------------------------------------------------------------------------------------


def ringing(bench: Bench, **slots: str) -> None:
    bench.do("alarm.set", time="07:00", **slots)
    bench.wait(12.5 * HOUR)
    assert bench.voice.sounding


def test_snoozing_silences_it_for_nine_minutes_again_and_again(bench):
    ringing(bench)
    for times in (2, 3):
        assert bench.do("alarm.snooze").text == "Snoozed for 9 minutes."
        assert not bench.voice.sounding
        bench.wait(9 * 60 - 1)
        assert len(bench.voice.rung) == times - 1
        bench.wait(1)
        assert bench.voice.rung == ["Your 7 am alarm."] * times


def test_snoozing_for_as_long_as_was_said_or_set(tmp_path):
    with Bench([ALARM], tmp_path, settings={"alarm": {"snooze": 5}}) as bench:
        bench.clock.now = FRIDAY
        ringing(bench)
        assert bench.do("alarm.snooze", duration=1200).text == "Snoozed for 20 minutes."
        assert bench.do("alarm.list").text == "One alarm: 7 am, snoozed."
        assert bench.do("alarm.snooze").text == "Snoozed for 5 minutes."  # in its place
        assert rings_at(bench, 1 / 24, step=60) == ["Sat 07 07:05"]
        assert not bench.do("alarm.snooze", duration=13 * HOUR).ok


def test_a_snoozed_one_survives_a_restart_and_the_next_day_rings_all_the_same(tmp_path):
    with opened(tmp_path) as before:
        ringing(before, repeat="daily")
        before.do("alarm.snooze")
        now = before.clock()
    with opened(tmp_path, now) as after:
        assert rings_at(after, 1.25, step=60) == ["Sat 07 07:09", "Sun 08 07:00"]


def test_only_what_rang_a_few_minutes_ago_can_be_snoozed(bench):
    assert bench.do("alarm.snooze") == Reply("No alarm is ringing.", ok=False)
    ringing(bench)
    bench.voice.hush()
    bench.wait(15 * 60 + 1)
    assert bench.do("alarm.snooze") == Reply("No alarm is ringing.", ok=False)


# --- cancelling -----------------------------------------------------------------------------------------------


def test_the_only_one_is_cancelled_without_naming_it(bench):
    assert bench.do("alarm.cancel") == Reply("There is no alarm.", ok=False)
    bench.do("alarm.set", time="07:00")
    assert bench.do("alarm.cancel").text == "The alarm for 7 am tomorrow is cancelled."
    assert rings_at(bench, 2) == []


def test_which_one_is_asked_and_a_time_or_day_tells(bench):
    bench.do("alarm.set", time="07:00")
    bench.do("alarm.set", time="19:00", date="monday")
    bench.do("alarm.set", time="06:30", repeat="weekdays")
    which = "Which alarm: 7 am tomorrow, 6:30 am on weekdays or 7 pm on Monday?"
    choices = Choices("old", ("7 am", "6:30 am", "7 pm"))
    assert bench.do("alarm.cancel") == Reply(which, ok=False, choices=choices)
    assert bench.do("alarm.cancel", time="08:00") == Reply(
        "There is no such alarm, only 7 am tomorrow, 6:30 am on weekdays and 7 pm on Monday.", ok=False
    )
    assert bench.do("alarm.cancel", date="tomorrow").text == "The alarm for 7 am tomorrow is cancelled."
    assert said(bench, "alarm.cancel", time="seven", date="monday evening").text.startswith(
        "The alarm for 7 pm on Monday"
    )
    assert bench.do("alarm.cancel", time="06:30").text == "The alarm for 6:30 am on weekdays is cancelled."
    assert bench.do("alarm.list").text == "There is no alarm."


def test_a_day_that_is_named_is_left_out_and_the_others_stay(bench):
    bench.do("alarm.set", time="07:00", repeat="daily")
    assert bench.do("alarm.cancel", date="tomorrow").text == "The 7 am alarm is off tomorrow; it rings again on Sunday."
    assert bench.do("alarm.cancel", date="monday").text == "The 7 am alarm is off on Monday; it rings again on Tuesday."
    assert not bench.do("alarm.cancel", date="monday").ok
    assert rings_at(bench, 4) == ["Sun 08 07:00", "Tue 10 07:00"]


def test_the_weekday_of_today_is_next_weeks_once_today_is_over(bench):
    bench.do("alarm.set", time="07:00", repeat="friday")
    assert bench.do("alarm.cancel", date="friday").text.startswith("The 7 am alarm is off on Friday, March 13;")
    assert [each[:6] for each in rings_at(bench, 15)] == ["Fri 20"]


def test_turning_off_what_rings_leaves_the_days_to_come(bench):
    ringing(bench, repeat="weekends")
    bench.do("alarm.set", time="08:00", date="monday")
    assert bench.do("alarm.cancel").text == "The alarm is off. It rings again tomorrow."
    assert not bench.voice.sounding
    assert not bench.do("alarm.snooze").ok
    assert bench.do("alarm.cancel").text.startswith("Which alarm")
    assert rings_at(bench, 2) == ["Sun 08 07:00"]


@pytest.mark.parametrize("named", [{"time": "07:00"}, {"date": "today"}, {"time": "07:00", "date": "saturday"}])
def test_what_rings_may_be_named_when_it_is_turned_off(bench, named):
    ringing(bench)
    assert bench.do("alarm.cancel", time="08:00") == Reply("There is no alarm.", ok=False)
    assert bench.do("alarm.cancel", **named).text == "The alarm is off."
    assert bench.do("alarm.cancel", **named) == Reply("There is no alarm.", ok=False)


def test_turning_off_what_is_snoozed_leaves_the_days_to_come(bench):
    ringing(bench, repeat="daily")
    bench.do("alarm.snooze", duration=1800)
    bench.wait(600)
    assert bench.do("alarm.cancel", date="today").text == "The alarm is off. It rings again tomorrow."
    assert [each[:6] for each in rings_at(bench, 1)] == ["Sun 08"]
    bench.do("alarm.snooze")
    assert bench.do("alarm.cancel").text == "The alarm is off. It rings again tomorrow."
    assert [each[:6] for each in rings_at(bench, 1)] == ["Mon 09"]


def test_by_its_time_a_repeated_one_is_cancelled_for_good_snoozed_too(bench):
    ringing(bench, repeat="daily")
    bench.do("alarm.snooze")
    bench.wait(300)
    assert bench.do("alarm.cancel", time="07:00").text == "The alarm for 7 am every day is cancelled."
    assert rings_at(bench, 2) == []


def test_cancelling_can_be_undone(bench):
    bench.do("alarm.set", time="07:00", repeat="daily")
    with bench.store.recording() as changes:
        bench.do("alarm.cancel")
    bench.store.restore(changes)
    assert rings_at(bench, 1) == ["Sat 07 07:00"]


def test_undoing_another_command_leaves_what_rang_meanwhile_and_its_next_time(bench):
    bench.do("alarm.set", time="07:00", repeat="daily")
    with bench.store.recording() as changes:
        bench.wait(12.5 * HOUR)
    bench.store.restore(changes)
    assert bench.voice.rung == ["Your 7 am alarm."]
    assert rings_at(bench, 2) == ["Sun 08 07:00", "Mon 09 07:00"]


def test_a_clock_without_rules_of_its_zone_will_do(bench):
    bench.clock.now = datetime(2026, 3, 6, 18, 30, tzinfo=UTC)
    bench.do("alarm.set", time="07:00", repeat="daily")
    assert rings_at(bench, 2) == ["Sat 07 07:00", "Sun 08 07:00"]
