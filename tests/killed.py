"""A household that is killed again and again: ``python -m tests.killed DATA KILLS SEED``, for tests/test_kill.py.

The plugins are loaded once; then each life is a fork that opens the store, gives random commands to the real handlers,
rings what is due, and says what it did, until it is killed at a random moment. By Hark's clock a second passes with
each command, and each life begins two minutes after the one before. The last life, two hours later, is not killed. Printed is a JSON list for each life: what it said, in order.
"""

import functools
import json
import os
import random
import signal
import string
import sys
import time
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from speaker import manifest
from speaker.places import INTENTS
from speaker.testing import Bench

EACH = 120  # seconds of Hark's clock from life to life
BEGAN = datetime(2026, 3, 6, 8, 0, tzinfo=ZoneInfo("Europe/Berlin"))
PLUGINS = [INTENTS / name for name in ("timer", "alarm", "reminder", "list")]
OPENING = 0.015  # seconds that opening the store takes, about
STEP = 0.002  # seconds that a command takes, about


class Life:
    """One life: a bench, and a pipe to tell of it."""

    def __init__(self, data: Path, now: datetime, pipe: int, luck: random.Random) -> None:
        self.pipe, self.luck = pipe, luck
        self.bench = Bench(PLUGINS, data)
        self.bench.voice.ring = lambda text: self.tell("rang", text)
        self.bench.clock.now = now
        self.tell("woke", self.state())

    def tell(self, *what: Any) -> None:
        os.write(self.pipe, json.dumps(what).encode() + b"\n")

    def state(self) -> dict[str, str]:
        """All that is kept, read from the store."""
        of = self.bench.store.of
        kept = {f"timer {e.payload['name']}": "running" for e in of("timer").events()}
        kept |= {f"timer {value['name']}": "paused" for _, value in of("timer").items()}
        for event in of("alarm").events():
            kept[f"alarm {event.payload['wall']}"] = event.payload["repeat"] or "once"
        kept |= {f"reminder {event.payload['text']}": "set" for event in of("reminder").events()}
        return kept | {f"item {item}": "there" for _, items in of("list").items() for item in items}

    def live(self) -> None:
        """Commands and rings, until killed."""
        for _ in range(EACH):
            self.ring()
            self.command("".join(self.luck.choices(string.ascii_lowercase, k=10)), self.bench.clock())
            self.bench.clock.forward(1)
        signal.pause()

    def ring(self) -> None:
        if self.bench.scheduler.look():
            self.tell("written", None)

    def command(self, name: str, now: datetime) -> None:
        kept = self.state()
        timers = [key.split()[1] for key in kept if key.startswith("timer")]
        some = self.luck.choice(timers or ["none"])
        item = self.luck.choice([key.split()[1] for key in kept if key.startswith("item")] or ["none"])
        moment = now + timedelta(minutes=self.luck.randint(2, 12))
        intent, slots = self.luck.choice(
            [
                ("timer.start", {"duration": self.luck.randint(10, 400), "name": name}),
                ("timer.start", {"duration": self.luck.randint(10, 400), "name": name}),
                ("timer.pause", {"name": some}),
                ("timer.resume", {"name": some}),
                ("timer.increase", {"name": some, "duration": 30}),
                ("timer.cancel", {"name": some}),
                ("alarm.set", {"time": f"{moment:%H:%M}", "date": "today"}),
                ("alarm.set", {"time": "08:01", "repeat": "daily"}),
                ("reminder.set", {"text": name, "duration": self.luck.randint(10, 400)}),
                ("list.add", {"item": (name, f"{name}b")}),
                ("list.remove", {"item": (item,)}),
            ]
        )
        self.tell("does", intent, slots)
        self.tell("did", self.bench.do(intent, **slots).ok)

    def last(self) -> None:
        """All that is to come, two hours later."""
        self.bench.clock.forward(7200)
        self.ring()
        self.tell("slept", self.state())
        self.bench.store.close()


def fork(data: Path, now: datetime, luck: random.Random, killed: bool) -> list[Any]:
    """One life; what it told. It is killed while it opens the store, or some commands later."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reader)
        try:
            life = Life(data, now, writer, luck)
            life.live() if killed else life.last()
        except BaseException as error:
            os.write(writer, json.dumps(["failed", repr(error)]).encode() + b"\n")
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader, "rb") as pipe:
        lines = [pipe.readline() for _ in range(luck.randint(1, 30))] if killed and luck.random() < 0.7 else []
        if killed:
            time.sleep(luck.uniform(0, STEP if lines else OPENING))
            os.kill(child, signal.SIGKILL)
        told = [json.loads(line) for line in [*lines, *pipe.read().splitlines()]]
    os.waitpid(child, 0)
    return told


def main() -> None:
    data, kills, luck = Path(sys.argv[1]), int(sys.argv[2]), random.Random(int(sys.argv[3]))
    manifest.read = functools.cache(manifest.read)  # type: ignore[assignment]  # YAML takes longer than a life
    Bench(PLUGINS, data).store.close()  # imports everything
    for number in range(kills + 1):
        now = BEGAN + timedelta(seconds=number * EACH)
        told = fork(data, now, random.Random(luck.random()), killed=number < kills)
        sys.stdout.write(json.dumps(told) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
