"""A household that is killed again and again: ``python -m tests.killed DATA KILLS SEED``, for tests/test_kill.py.

The plugins are loaded once; then each life is a fork that opens the store, gives random commands to the real handlers,
rings what is due, and says what it did, until it is killed at a random moment. Hark's time runs 600 times as fast. The
last life, two hours later, is not killed. Printed is a JSON list for each life: what it said, in order.
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
from speaker.testing import Bench, FakeClock

FASTER = 600
BEGAN = datetime(2026, 3, 6, 8, 0, tzinfo=ZoneInfo("Europe/Berlin"))
PLUGINS = [INTENTS / name for name in ("timer", "alarm", "reminder", "list")]
SPAN = 5  # times what it takes to open the store that a life lasts at most


class Life:
    """One life: a bench, and a pipe to tell of it."""

    def __init__(self, data: Path, began: float, pipe: int, luck: random.Random) -> None:
        self.began, self.pipe, self.luck = began, pipe, luck
        self.bench = Bench(PLUGINS, data)
        self.bench.voice.ring = lambda text: self.tell("rang", text)
        self.look_at_the_clock()
        self.tell("woke", self.state())

    def tell(self, *what: Any) -> None:
        os.write(self.pipe, json.dumps(what).encode() + b"\n")

    def look_at_the_clock(self, later: float = 0.0) -> FakeClock:
        self.bench.clock.now = BEGAN + timedelta(seconds=FASTER * (time.monotonic() - self.began) + later)
        return self.bench.clock

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
        while True:
            now = self.look_at_the_clock()()
            if self.bench.scheduler.look():
                self.tell("written", None)
            self.command("".join(self.luck.choices(string.ascii_lowercase, k=10)), now)

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
        self.look_at_the_clock(7200)
        self.bench.scheduler.look()
        self.tell("written", None)
        self.tell("slept", self.state())
        self.bench.store.close()


def fork(data: Path, began: float, luck: random.Random, span: float | None) -> list[Any]:
    """One life, killed after ``span`` seconds; what it told."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reader)
        try:
            life = Life(data, began, writer, luck)
            life.live() if span is not None else life.last()
        except BaseException as error:
            os.write(writer, json.dumps(["failed", repr(error)]).encode() + b"\n")
        os._exit(0)
    os.close(writer)
    if span is not None:
        time.sleep(span)
        os.kill(child, signal.SIGKILL)
    with os.fdopen(reader, "rb") as pipe:
        told = [json.loads(line) for line in pipe.read().splitlines()]
    os.waitpid(child, 0)
    return told


def main() -> None:
    data, kills, luck = Path(sys.argv[1]), int(sys.argv[2]), random.Random(int(sys.argv[3]))
    manifest.read = functools.cache(manifest.read)  # type: ignore[assignment]  # YAML takes longer than a life
    for _ in range(2):  # the first imports everything
        began = time.monotonic()
        Bench(PLUGINS, data).store.close()
    longest, began = min(0.2, SPAN * (time.monotonic() - began)), time.monotonic()
    for span in (*(luck.uniform(0, longest) for _ in range(kills)), None):
        sys.stdout.write(json.dumps(fork(data, began, random.Random(luck.random()), span)) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
