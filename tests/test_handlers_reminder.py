"""Reminders: when they are meant, that they ring with their words, and which one is cancelled."""

import signal
import subprocess
import sys
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from speaker.events import Choices, Reply
from speaker.testing import Bench
from tests.pointing import said

ROOT = Path(__file__).parent.parent
REMINDER = ROOT / "intents" / "reminder"
BERLIN, NEW_YORK = ZoneInfo("Europe/Berlin"), ZoneInfo("America/New_York")
FRIDAY = datetime(2026, 3, 6, 18, 30, tzinfo=BERLIN)
HOUR, DAY = 3600, 86_400


def opened(folder: Path, now: datetime = FRIDAY) -> Bench:
    bench = Bench([REMINDER], folder)
    bench.clock.now = now
    return bench


@pytest.fixture
def bench(tmp_path):
    with opened(tmp_path) as bench:
        yield bench


@pytest.mark.parametrize(
    ("words", "at"),
    [
        ({"time": "seven"}, "at 7 pm"),  # the next seven of today
        ({"time": "7 am"}, "at 7 am tomorrow"),
        ({"time": "seven in the morning"}, "at 7 am tomorrow"),
        ({"time": "07:00"}, "at 7 am tomorrow"),
        ({"time": "oh seven hundred"}, "at 7 am tomorrow"),
        ({"time": "7 pm"}, "at 7 pm"),
        ({"time": "six"}, "at 6 pm tomorrow"),  # none is left today: the one by day
        ({"time": "nine"}, "at 9 pm"),
        ({"time": "noon"}, "at 12 pm tomorrow"),
        ({"time": "two", "date": "tomorrow"}, "at 2 pm tomorrow"),
        ({"time": "nine", "date": "tomorrow"}, "at 9 am tomorrow"),
        ({"time": "nine", "date": "tomorrow evening"}, "at 9 pm tomorrow"),
        ({"time": "2 am", "date": "tomorrow"}, "at 2 am tomorrow"),
        ({"time": "one", "date": "tonight"}, "at 1 am tomorrow"),
        ({"time": "eight", "date": "monday"}, "at 8 am on Monday"),
        ({"time": "eight", "date": "friday"}, "at 8 pm"),
        ({"date": "tomorrow"}, "at 9 am tomorrow"),
        ({"date": "sunday afternoon"}, "at 2 pm on Sunday"),
        ({"date": "tomorrow evening"}, "at 6 pm tomorrow"),
        ({"date": "tonight"}, "at 8 pm"),
        ({"date": "today"}, "at 8 pm"),
        ({"date": "the third of april"}, "at 9 am on Friday, April 3"),
        ({"date": "february 29"}, "at 9 am on Tuesday, February 29 2028"),
        ({"date": "this weekend"}, "at 9 am tomorrow"),
        ({"date": "next month"}, "at 9 am on Wednesday, April 1"),
        ({"duration": "ten minutes"}, "in 10 minutes"),
        ({"duration": "two days"}, "in 2 days"),
        ({"duration": "two days", "time": "ten"}, "at 10 am on Sunday"),
    ],
)
def test_when_it_is_meant(bench, words, at):
    assert said(bench, "reminder.set", text="call mum", **words) == Reply(f"I will remind you {at}: call mum.")


@pytest.mark.parametrize(
    ("hour", "words", "at"),
    [
        (10, {"time": "nine"}, "at 9 pm"),
        (22, {"time": "nine"}, "at 9 am tomorrow"),
        (23, {"time": "two"}, "at 2 pm tomorrow"),
        (7, {"date": "today"}, "at 9 am"),
        (0, {"time": "three", "date": "tonight"}, "at 3 am"),
    ],
)
def test_it_hangs_on_what_time_it_is(bench, hour, words, at):
    bench.clock.now = FRIDAY.replace(hour=hour)
    assert said(bench, "reminder.set", text="call mum", **words).text == f"I will remind you {at}: call mum."


@pytest.mark.parametrize(
    ("words", "reply"),
    [
        ({}, "When? Please say it again with a time."),
        ({"time": "7 am", "date": "today"}, "That is over: 7 am today."),
        ({"date": "last monday"}, "That day is over: Monday, February 23."),
        ({"date": "this morning"}, "At what time today? Please say it again with a time."),
    ],
)
def test_without_a_time_to_come_it_is_declined(bench, words, reply):
    assert said(bench, "reminder.set", text="call mum", **words) == Reply(reply, ok=False)
    assert bench.do("reminder.list").text == "There is no reminder."


def test_the_hours_of_a_day_are_settings(tmp_path):
    with Bench([REMINDER], tmp_path, settings={"reminder": {"morning": "07:30", "evening": "late"}}) as bench:
        bench.clock.now = FRIDAY
        assert "at 7:30 am tomorrow" in said(bench, "reminder.set", text="call mum", date="tomorrow").text
        assert said(bench, "reminder.set", text="call mum", date="tomorrow evening") == Reply(
            'The setting evening of the reminders is no time; write it like "09:00".', ok=False
        )


def test_it_rings_once_with_its_words(bench):
    bench.do("reminder.set", text="call mum", duration=600)
    bench.wait(599)
    assert bench.voice.rung == []
    bench.wait(1)
    bench.wait(1)
    assert bench.voice.rung == ["Reminder: call mum."]
    assert bench.do("reminder.list").text == "There is no reminder."


def test_the_same_one_twice_rings_once(bench):
    for _ in range(2):
        assert bench.do("reminder.set", text="call mum", time="19:00").ok
    bench.wait(HOUR)
    assert len(bench.voice.rung) == 1


def test_set_before_kill_9_it_rings_after_it_late_and_says_so(tmp_path):
    code = """
import os, signal, sys; from datetime import datetime; from pathlib import Path; from zoneinfo import ZoneInfo
from speaker.testing import Bench
bench = Bench([Path("intents/reminder")], Path(sys.argv[1]))
bench.clock.now = datetime(2026, 3, 6, 18, 30, tzinfo=ZoneInfo("Europe/Berlin"))
assert bench.do("reminder.set", text="call mum", time="19:00").ok
os.kill(os.getpid(), signal.SIGKILL)
"""
    assert subprocess.run([sys.executable, "-c", code, tmp_path], cwd=ROOT, check=False).returncode == -signal.SIGKILL
    with opened(tmp_path, FRIDAY.replace(hour=19, minute=30)) as after:
        after.wait(0)
        after.wait(60)
        assert after.voice.rung == ["Reminder: call mum. It was due 30 minutes ago."]


@pytest.mark.parametrize(
    ("zone", "eve"),
    [(BERLIN, (3, 28)), (BERLIN, (10, 24)), (NEW_YORK, (3, 7)), (NEW_YORK, (10, 31))],
)
def test_days_are_days_of_the_clock_and_hours_are_hours(bench, zone, eve):
    bench.clock.now = datetime(2026, *eve, 12, tzinfo=zone)
    bench.do("reminder.set", text="water the plants", duration=2 * DAY)
    bench.do("reminder.set", text="feed the cat", time="12:00", date="tomorrow")
    bench.do("reminder.set", text="take the pills", duration=20 * HOUR)
    at = {}
    for _ in range(4 * 49):
        bench.wait(900)
        at |= {text: f"{bench.clock():%H:%M}" for text in bench.voice.rung if text not in at}
    eight = "09:00" if eve[0] == 3 else "07:00"
    assert at == {
        "Reminder: take the pills.": eight,
        "Reminder: feed the cat.": "12:00",
        "Reminder: water the plants.": "12:00",
    }


def test_in_another_zone_it_rings_when_the_clocks_there_show_it(bench):
    bench.do("reminder.set", text="call mum", time="21:00")
    bench.clock.now = FRIDAY.astimezone(NEW_YORK)
    bench.wait(9 * HOUR)
    assert f"{bench.clock():%H:%M}" == "21:30"
    assert bench.voice.rung == ["Reminder: call mum. It was due 30 minutes ago."]


def test_they_are_listed_the_next_first_also_of_a_day(bench):
    assert bench.do("reminder.list").text == "There is no reminder."
    bench.do("reminder.set", text="call mum", time="09:00", date="tomorrow")
    bench.do("reminder.set", text="lock the door", duration=1800)
    assert bench.do("reminder.list").text == "2 reminders: lock the door at 7 pm and call mum at 9 am tomorrow."
    assert bench.do("reminder.list", date="tomorrow").text == "One reminder for tomorrow: call mum at 9 am tomorrow."
    assert bench.do("reminder.list", date="sunday").text == "There is no reminder for Sunday."


def test_the_only_one_is_cancelled_without_naming_it_and_of_several_which_is_asked(bench):
    assert bench.do("reminder.cancel") == Reply("There is no reminder.", ok=False)
    bench.do("reminder.set", text="call mum", time="21:00")
    bench.do("reminder.set", text="go to the dentist", time="09:00", date="monday")
    assert bench.do("reminder.cancel") == Reply(
        "Which reminder: call mum or go to the dentist?", False, Choices("text", ("call mum", "go to the dentist"))
    )
    assert bench.do("reminder.cancel", text="milk") == Reply(
        "There is no such reminder, only: call mum and go to the dentist.", ok=False
    )
    assert bench.do("reminder.cancel", text="dentist").text == (
        "I will not remind you at 9 am on Monday: go to the dentist."
    )
    assert bench.do("reminder.cancel").text == "I will not remind you at 9 pm: call mum."
    bench.wait(5 * DAY)
    assert bench.voice.rung == []


@pytest.mark.parametrize(
    ("text", "cancelled"),
    [
        ("call mom", "call mum"),
        ("call mum", "call mum"),
        ("the bins", "take out the bins"),
        ("take the bins out", "take out the bins"),
        ("call mum about lunch", "call mum about lunch"),
    ],
)
def test_the_nearest_words_are_meant(bench, text, cancelled):
    for each in ("call mum about lunch", "call mum", "take out the bins"):
        bench.do("reminder.set", text=each, time="21:00")
    assert bench.do("reminder.cancel", text=text).text == f"I will not remind you at 9 pm: {cancelled}."


def test_words_that_fit_two_are_asked_about_and_of_two_alike_the_next_goes(bench):
    for each, hour in (("call dad", 20), ("call mum", 21), ("call mum", 22)):
        bench.do("reminder.set", text=each, time=f"{hour}:00")
    assert bench.do("reminder.cancel", text="call") == Reply(
        "Which reminder: call dad or call mum?", False, Choices("text", ("call dad", "call mum"))
    )
    assert bench.do("reminder.cancel", text="call mum").text == "I will not remind you at 9 pm: call mum."
    assert bench.do("reminder.list").text == "2 reminders: call dad at 8 pm and call mum at 10 pm."
