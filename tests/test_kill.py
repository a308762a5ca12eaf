"""``kill -9`` at a hundred random moments: nothing that was confirmed is lost, and nothing that rang rings again.

What a kill leaves is what the kernel was given, so this does not tell whether it would have reached the disk before a
power cut; that rests on SQLite's ``synchronous=full``.
"""

import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import TOP

State = dict[str, str]
MEMORY = Path("/dev/shm")  # where syncing costs nothing, which it need not for kill -9


def lives(kills: int, seed: int) -> list[list[Any]]:
    """What each life told before it was killed."""
    with tempfile.TemporaryDirectory(prefix="hark-", dir=MEMORY if MEMORY.is_dir() else None) as data:
        command = [sys.executable, "-m", "tests.killed", str(Path(data) / "data"), str(kills), str(seed)]
        ran = subprocess.run(command, capture_output=True, text=True, cwd=TOP, timeout=300, check=True)
    return [json.loads(line) for line in ran.stdout.splitlines()]


def after(kept: State, intent: str, slots: dict[str, Any]) -> State:
    """What is kept once a command was confirmed."""
    kept, timer = dict(kept), f"timer {slots.get('name')}"
    match intent:
        case "timer.start":
            kept[timer] = "running"
        case "timer.pause" | "timer.resume" if timer in kept:
            kept[timer] = "paused" if intent == "timer.pause" else "running"
        case "timer.cancel":
            kept.pop(timer, None)
        case "alarm.set" if "repeat" not in slots:
            kept[f"alarm 2026-03-06T{slots['time']}:00"] = "once"
        case "reminder.set":
            kept[f"reminder {slots['text']}"] = "set"
        case "list.add":
            kept |= {f"item {item}": "there" for item in slots["item"]}
        case "list.remove":
            kept.pop(f"item {slots['item'][0]}", None)
    return kept


def without(kept: State, what: str) -> State:
    return {key: value for key, value in kept.items() if key != what}


def what_rang(text: str) -> str:
    """The key of what rings with these words."""
    if found := re.match(r"Your (\d+):?(\d*) ([ap])m alarm\.", text):
        hour = int(found[1]) % 12 + 12 * (found[3] == "p")
        return f"alarm 2026-03-06T{hour:02d}:{int(found[2] or 0):02d}:00"
    found = re.match(r"Your (?P<timer>\w+) timer is over|Reminder: (?P<reminder>\w+)\.", text)
    assert found, text
    return f"{found.lastgroup} {found[found.lastgroup or 0]}"


class Witness:
    """Follows what is told, and knows what must be there."""

    def __init__(self) -> None:
        self.kept: State = {}
        self.maybe: list[State] = []
        """What may be there instead: a kill came while it changed."""
        self.rung: set[str] = set()
        self.daily = False
        self.looked = 0

    def follow(self, told: list[Any]) -> None:
        """One life: how it woke, and what became of it."""
        ringing: list[str] = []
        doing: tuple[str, dict[str, Any]] | None = None
        for what, *rest in told:
            match what:
                case "woke":
                    self.wake(rest[0])
                case "does":
                    doing = rest[0], rest[1]
                case "did":
                    assert doing
                    self.daily = self.daily or "repeat" in doing[1]
                    self.kept, doing = (after(self.kept, *doing) if rest[0] else self.kept), None
                case "rang":
                    ringing.append(what_rang(rest[0]))
                    assert ringing[-1] not in self.rung, f"{ringing[-1]} rings twice"
                    self.forget(ringing[:-1])
                case "written":
                    self.forget(ringing)
                    ringing = []
                case "slept":
                    assert self.once(rest[0]) == self.kept
                case _:
                    raise AssertionError(told)
        if doing:
            self.maybe.append(after(self.kept, *doing))
        if ringing:
            self.maybe.append(without(self.kept, ringing[-1]))

    def wake(self, state: State) -> None:
        """What is there is what was confirmed, or what was just being done."""
        self.looked += 1
        found = self.once(state)
        assert found in [self.kept, *self.maybe]
        self.kept, self.maybe = found, []

    def once(self, state: State) -> State:
        """All but the daily alarm, which is always there, for one day or, while it rings, for two."""
        daily = [key for key, value in state.items() if value == "daily"]
        assert not self.daily or daily
        return {key: value for key, value in state.items() if value != "daily"}

    def forget(self, rung: list[str]) -> None:
        """These rang, and that was written down."""
        for what in rung:
            self.rung.add(what)
            self.kept = without(self.kept, what)


@pytest.mark.slow
def test_nothing_confirmed_is_lost_and_nothing_rings_twice_over_a_hundred_kills() -> None:
    witness = Witness()
    told = lives(kills=100, seed=20260306)
    for life in told:
        witness.follow(life)
    said = [what for life in told for what, *_ in life]
    assert witness.looked > 20, "it was killed before it did anything"
    assert said.count("did") > 100
    assert said.count("rang") > 20
    assert said[-1] == "slept"
    assert set(witness.kept.values()) <= {"paused", "there"}  # two hours later all that was due has rung
