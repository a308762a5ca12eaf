"""What is due rings: once, also late, also after a crash."""

import sqlite3
import subprocess
import sys
import time
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from speaker.testing import Bench

ROOT = Path(__file__).parent.parent
INTENTS = ROOT / "intents"
TIMER = INTENTS / "timer"


@pytest.fixture
def bench(tmp_path):
    with Bench([TIMER], tmp_path) as bench:
        yield bench


def test_a_timer_rings_when_its_time_has_come_and_only_once(bench):
    bench.do("timer.start", duration=300)
    bench.wait(299)
    assert bench.voice.rung == []
    bench.wait(1)
    bench.wait(1)
    assert bench.voice.rung == ["Your 5 minute timer is over."]


def test_the_longest_overdue_rings_first(bench):
    bench.do("timer.start", duration=20, name="late")
    bench.do("timer.start", duration=10, name="early")
    bench.wait(25)
    assert bench.voice.rung == ["Your early timer is over. It was due 15 seconds ago.", "Your late timer is over."]


def test_a_timer_that_ended_while_nobody_ran_rings_late_and_says_so(tmp_path):
    with Bench([TIMER], tmp_path) as before:
        before.do("timer.start", duration=300)
    with Bench([TIMER], tmp_path) as after:
        after.wait(3900)
        assert after.voice.rung == ["Your 5 minute timer is over. It was due 1 hour ago."]


def test_a_timer_set_before_kill_9_rings_after_it(tmp_path):
    code = """
import os, signal, sys; from pathlib import Path; from speaker.testing import Bench
Bench([Path("intents/timer")], Path(sys.argv[1])).do("timer.start", duration=60, name="egg")
os.kill(os.getpid(), signal.SIGKILL)
"""
    assert subprocess.run([sys.executable, "-c", code, tmp_path], cwd=ROOT, check=False).returncode == -9
    with Bench([TIMER], tmp_path) as after:
        after.wait(60)
        assert after.voice.rung == ["Your egg timer is over."]


def test_kill_9_between_ringing_and_forgetting_rings_again_rather_than_never(tmp_path):
    code = """
import os, signal, sys; from pathlib import Path; from speaker.testing import Bench
bench = Bench([Path("intents/timer")], Path(sys.argv[1]))
bench.do("timer.start", duration=60, name="egg")
bench.voice.ring = lambda text: os.kill(os.getpid(), signal.SIGKILL)
bench.wait(60)
"""
    assert subprocess.run([sys.executable, "-c", code, tmp_path], cwd=ROOT, check=False).returncode == -9
    with Bench([TIMER], tmp_path) as after:
        after.wait(60)
        assert after.voice.rung == ["Your egg timer is over."]


def test_a_timer_set_by_another_process_rings_here_within_a_second(tmp_path):
    code = """
import sys; from pathlib import Path; from speaker.testing import Bench
with Bench([Path("intents/timer")], Path(sys.argv[1])) as bench:
    bench.do("timer.start", duration=60, name="egg")
"""
    with Bench([TIMER], tmp_path) as here:
        here.clock.forward(60)
        here.scheduler.start()
        subprocess.run([sys.executable, "-c", code, tmp_path], cwd=ROOT, check=True)
        until = time.monotonic() + 5
        while not here.voice.rung and time.monotonic() < until:
            time.sleep(0.05)
        here.scheduler.stop()
        assert here.voice.rung == ["Your egg timer is over."]
        assert here.store.due(here.clock().timestamp()) == []


def test_what_is_due_of_a_plugin_that_is_not_loaded_waits_for_it(tmp_path, caplog):
    with Bench([TIMER], tmp_path) as before:
        before.do("timer.start", duration=60, name="egg")
    with Bench([INTENTS / "clock"], tmp_path) as without:
        without.wait(60)
        without.wait(1)
        assert caplog.text.count("which is not loaded") == 1
    with Bench([TIMER], tmp_path) as again:
        again.wait(60)
        assert again.voice.rung == ["Your egg timer is over."]


def test_what_a_plugin_puts_in_its_own_place_while_it_rings_stays(tmp_path):
    folder = tmp_path / "tick"
    folder.mkdir()
    (folder / "manifest.yaml").write_text(
        "name: tick\nsummary: Ticks.\ndue: tick\nintents: {tick.start: {examples: [start ticking]}}\n"
    )
    (folder / "handler.py").write_text(
        "def start(context):\n    context.schedule.after(10, 'tick')\n    return 'Ticking.'\n"
        "def tick(context, payload, late):\n    context.voice.ring('tick')\n    context.schedule.after(10, 'tick')\n"
    )
    with Bench([folder], tmp_path / "data") as bench:
        bench.do("tick.start")
        for _ in range(3):
            bench.wait(10)
        assert bench.voice.rung == ["tick", "tick", "tick"]


def test_a_plugin_that_fails_when_due_is_logged_and_the_next_rings(tmp_path, caplog):
    folder = tmp_path / "bad"
    folder.mkdir()
    (folder / "manifest.yaml").write_text(
        "name: bad\nsummary: Fails.\ndue: ring\nintents: {bad.start: {examples: [start it]}}\n"
    )
    (folder / "handler.py").write_text(
        "def start(context):\n    context.schedule.after(5, 'x')\n    return 'Yes.'\n"
        "def ring(context, payload, late):\n    raise SystemExit(1)\n"
    )
    with Bench([folder, TIMER], tmp_path / "data") as bench:
        bench.do("bad.start")
        bench.do("timer.start", duration=5, name="egg")
        bench.wait(5)
        assert bench.voice.rung == ["Your egg timer is over."]
        assert "plugin bad: ring failed" in caplog.text


def test_a_clock_that_was_never_set_rings_nothing(bench):
    bench.do("timer.start", duration=5)
    bench.clock.now = bench.clock.now.replace(year=1970)
    bench.store.of("timer").set_event("old", 0.0, {"seconds": 5, "name": None})
    bench.wait(10)
    assert bench.voice.rung == []


def test_stopping_a_scheduler_that_never_started_is_no_error(bench):
    bench.scheduler.stop()


BERLIN, TOKYO = ZoneInfo("Europe/Berlin"), ZoneInfo("Asia/Tokyo")


def due_at(bench: Bench, moment: datetime) -> str:
    """When that is due, in UTC."""
    schedule = bench.schedule("timer")
    schedule.at(moment, "x", {"seconds": 1, "name": "x"})
    (event,) = schedule.pending()
    return f"{datetime.fromtimestamp(event.due, ZoneInfo('UTC')):%d %H:%M}"


@pytest.mark.parametrize(
    ("moment", "due"),
    [
        (datetime(2026, 7, 1, 7, 0), "01 05:00"),
        (datetime(2026, 12, 1, 7, 0), "01 06:00"),
        (datetime(2026, 3, 29, 2, 30), "29 01:30"),  # is left out: 03:30 of summer
        (datetime(2026, 10, 25, 2, 30), "25 00:30"),  # comes twice: the first
        (datetime(2026, 7, 1, 7, 0, tzinfo=TOKYO), "30 22:00"),
    ],
)
def test_a_moment_without_a_zone_is_what_the_clocks_here_show(bench, moment, due):
    bench.clock.now = datetime(2026, 2, 6, 18, 30, tzinfo=BERLIN)
    assert due_at(bench, moment) == due


def test_another_zone_moves_what_is_due_at_a_wall_time_and_nothing_else(bench):
    bench.clock.now = datetime(2026, 3, 6, 1, 0, tzinfo=BERLIN)
    schedule = bench.schedule("timer")
    schedule.at(datetime(2026, 3, 6, 12, 0), "wall", {"seconds": 1, "name": "wall"})
    schedule.at(datetime(2026, 3, 6, 12, 0, tzinfo=BERLIN), "moment", {"seconds": 1, "name": "moment"})
    bench.do("timer.start", duration=10 * 3600, name="length")
    bench.clock.now = bench.clock.now.astimezone(TOKYO)
    for _ in range(24):
        bench.wait(1800)
    assert bench.voice.rung == [f"Your {name} timer is over." for name in ("wall", "length", "moment")]


def test_what_an_older_version_had_due_still_rings(tmp_path):
    with Bench([TIMER], tmp_path) as before:
        before.do("timer.start", duration=300)
    with sqlite3.connect(tmp_path / "hark.db") as file:
        file.execute("ALTER TABLE event DROP COLUMN wall")
    file.close()
    with Bench([TIMER], tmp_path) as after:
        after.wait(300)
        assert after.voice.rung == ["Your 5 minute timer is over."]
