"""Chance, and the machine itself."""

import random
import sys
import threading
from pathlib import Path

import pytest

from speaker.testing import Bench

INTENTS = Path(__file__).parent.parent / "intents"


@pytest.fixture
def bench(tmp_path):
    with Bench([INTENTS], tmp_path) as bench:
        yield bench


def module(bench, plugin):
    """The handler's module, whose chance or root a test changes."""
    loaded = next(p for p in bench.plugins.loaded if p.name == plugin)
    return sys.modules[next(iter(loaded.handlers.values())).__module__]


@pytest.fixture
def seeded(bench, monkeypatch):
    monkeypatch.setattr(module(bench, "random"), "chance", random.Random(1))
    return bench


def test_a_coin_shows_both_sides(seeded):
    assert {seeded.do("random.coin").text for _ in range(40)} == {"Heads.", "Tails."}


def test_a_die_shows_every_side_and_no_other(seeded):
    assert {seeded.do("random.dice").text for _ in range(200)} == {f"{n}." for n in range(1, 7)}
    assert {seeded.do("random.dice", sides=3).text for _ in range(60)} == {f"{n}, of 3 sides." for n in (1, 2, 3)}


@pytest.mark.parametrize(("sides", "says"), [(1, "A die has 2 to 1,000 sides."), (10**9, "A die has 2 to 1,000 sides."),
                                             (2.5, "Only with whole numbers, please.")])  # fmt: skip
def test_dice_that_there_are_not(bench, sides, says):
    reply = bench.do("random.dice", sides=sides)
    assert (reply.ok, reply.text) == (False, says)


def test_a_number_is_between_its_ends_which_are_possible_too(seeded):
    def said(**ends):
        return {seeded.do("random.number", **ends).text for _ in range(60)}

    assert said(low=3, high=5) == said(low=5, high=3) == {"3.", "4.", "5."}
    assert said(low=-1, high=0) == {"Minus 1.", "0."}
    assert said(high=2) == {"1, from 1 to 2.", "2, from 1 to 2."}
    assert all(text.endswith(", from 1 to 10.") for text in said())
    assert all(text.endswith(", from 50 to 60.") for text in said(low=50))
    assert all(text.endswith(", from minus 12 to minus 2.") for text in said(high=-2))
    assert not seeded.do("random.number", low=1, high=10**30).ok


def test_numbers_have_the_settings_ends(tmp_path):
    with Bench([INTENTS / "random"], tmp_path, settings={"random": {"low": 7, "high": 7}}) as bench:
        assert bench.do("random.number").text == "7, from 7 to 7."


@pytest.fixture
def machine(bench, monkeypatch, tmp_path):
    """A machine whose sensors are files that a test writes."""
    root = tmp_path / "root"
    root.mkdir()
    handler = module(bench, "system")
    monkeypatch.setattr(handler, "root", root)
    monkeypatch.setattr(handler.sensors, "disk", lambda root: (21 * 10**9, 32 * 10**9))
    monkeypatch.setattr(handler.sensors, "address", lambda: "192.168.1.20")
    monkeypatch.setattr(handler.sensors.os, "cpu_count", lambda: 4)
    monkeypatch.setattr(handler, "version", lambda: "1.2.3")

    def write(file, text):
        (root / file).parent.mkdir(parents=True, exist_ok=True)
        (root / file).write_text(text)

    write("sys/class/thermal/thermal_zone0/temp", "48312\n")
    write("sys/class/thermal/thermal_zone1/temp", "-274000\n")
    write("proc/loadavg", "0.48 0.30 0.20 1/200 4711\n")
    write("proc/uptime", "266400.12 900000.00\n")
    write("proc/meminfo", "MemTotal:        3884368 kB\nMemFree:  100 kB\nMemAvailable:    3100000 kB\n")
    return write


def test_the_status_in_two_sentences(bench, machine):
    assert bench.do("system.status").text == (
        "Hark 1.2.3 is well: 48 degrees, the processor 12 percent busy, 3.2 gigabytes of memory free and 21 gigabytes "
        "of disk free. The machine has been up for 3 days and 2 hours, and its address is 192.168.1.20."
    )


def test_what_is_wrong_comes_first(bench, machine, monkeypatch):
    machine("sys/class/thermal/thermal_zone0/temp", "84000")
    machine("proc/meminfo", "MemTotal: 1000000 kB\nMemAvailable: 20000 kB\n")
    monkeypatch.setattr(module(bench, "system").sensors, "address", lambda: None)
    text = bench.do("system.status").text
    assert text.startswith("Hark 1.2.3 needs care, as the processor is hot and the memory is nearly full: 84 degrees, ")
    assert text.endswith("and it is on no network.")


def test_sensors_that_are_missing_or_broken_are_left_out(bench, machine, tmp_path):
    (tmp_path / "root/sys/class/thermal/thermal_zone0/temp").unlink()
    (tmp_path / "root/proc/loadavg").unlink()
    machine("proc/meminfo", "nonsense")
    machine("proc/uptime", "")
    assert bench.do("system.status").text == (
        "Hark 1.2.3 is well: 21 gigabytes of disk free. Its address is 192.168.1.20."
    )


def test_the_real_machine_has_a_status(bench):
    reply = bench.do("system.status")
    assert reply.ok
    assert "of disk free" in reply.text
    assert reply.text.count("Hark") == 1


def restarted(tmp_path, command):
    """The reply, and the voice once the command is over."""
    with Bench([INTENTS / "system"], tmp_path, settings={"system": {"command": command, "delay": 0.0}}) as bench:
        reply = bench.do("system.restart")
        for thread in threading.enumerate():
            if thread.name == "restart":
                thread.join()
        return reply, bench.voice


def test_a_restart_runs_the_command_of_the_settings(tmp_path):
    file = tmp_path / "restarted here"
    reply, voice = restarted(tmp_path, f"touch '{file}'")
    assert (reply.ok, reply.text) == (True, "I am restarting.")
    assert file.exists()
    assert voice.said == []


def test_a_restart_that_fails_says_so(tmp_path):
    reply, voice = restarted(tmp_path, "false")
    assert reply.ok
    assert voice.said == ["The restart failed. The log says why."]


def test_a_command_that_there_is_not_is_declined(tmp_path):
    reply, _ = restarted(tmp_path, "no-such-program --now")
    assert (reply.ok, reply.text) == (False, "I cannot restart: there is no program no-such-program.")


def test_without_a_service_or_a_command_a_restart_is_declined(bench, machine):
    machine("proc/self/cgroup", "0::/user.slice/user-1000.slice/session-3.scope\n")
    reply = bench.do("system.restart")
    assert (reply.ok, reply.text) == (False, "I do not run as a service, so I cannot restart myself.")


@pytest.mark.parametrize(
    ("cgroup", "command"),
    [
        ("0::/system.slice/hark.service", "systemctl --no-block restart hark.service"),
        ("0::/user.slice/user-1000.slice/user@1000.service/app.slice/hark.service",
         "systemctl --user --no-block restart hark.service"),
        ("0::/system.slice/cron.service", None),
        ("0::/user.slice/user-1000.slice/user@1000.service/app.slice/terminal.scope", None),
    ],
)  # fmt: skip
def test_only_harks_own_service_is_restarted(bench, machine, tmp_path, cgroup, command):
    machine("proc/self/cgroup", cgroup + "\n")
    found = module(bench, "system").sensors.service(tmp_path / "root")
    assert (" ".join(found) if found else None) == command


def test_a_restart_asks_first(bench):
    assert bench.plugins.spec("system.restart").confirm
