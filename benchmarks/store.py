"""What it costs to keep things: a confirmed write, 10,000 pending timers, starting with them. A table, and one JSON line.

    .venv/bin/python -m benchmarks.store [--folder /somewhere/on/the/card]

A confirmed write ends when the disk has it, so those figures, in wall time, are of the disk of ``--folder``. Commands go
through the real handlers in CPU time, and their file lies in memory where that can be: a disk takes 1 ms or 100 for the
same write, which would hide what the timers add.
"""

import argparse
import json
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from rich.console import Console
from rich.table import Table

from speaker.places import INTENTS
from speaker.testing import Bench

PLUGINS = [INTENTS / name for name in ("timer", "alarm", "reminder", "list", "light", "clock")]
MANY = 10_000
MEMORY = Path("/dev/shm")

DO: dict[str, Callable[[Bench], object]] = {
    "set a timer": lambda bench: bench.do("timer.start", duration=5000, name="egg"),
    "cancel it by its name": lambda bench: bench.do("timer.cancel", name="egg"),
    "set an alarm": lambda bench: bench.do("alarm.set", time="07:00"),
    "cancel it": lambda bench: bench.do("alarm.cancel"),
    "add to a list": lambda bench: bench.do("list.add", item=("milk",)),
    "take off a list": lambda bench: bench.do("list.remove", item=("milk",)),
    "switch on a light": lambda bench: bench.do("light.on", name="desk lamp"),
    "ask for the time": lambda bench: bench.do("clock.time"),
    "ask how much time is left": lambda bench: bench.do("timer.status"),
    "look for what is due": lambda bench: bench.scheduler.look(),
}
COMMANDS = {
    "set an alarm": "cancel it",
    "add to a list": "take off a list",
    "switch on a light": None,
    "ask for the time": None,
    "look for what is due": None,
    "set a timer": "cancel it by its name",
    "ask how much time is left": None,
}
"""Each with what takes it back. The last look through all timers, and leave the memory in disorder."""


def wall(work: Callable[[], object]) -> float:
    """Milliseconds."""
    began = time.perf_counter()
    work()
    return 1000 * (time.perf_counter() - began)


def cpu(work: Callable[[], object]) -> float:
    """Milliseconds of all threads."""
    began = time.process_time()
    work()
    return 1000 * (time.process_time() - began)


def commands(bench: Bench, rounds: int = 15) -> dict[str, float]:
    """Median milliseconds of each command."""
    bench.scheduler.look()
    took: dict[str, float] = {}
    for does, takes_back in COMMANDS.items():
        times: dict[str, list[float]] = {does: [], takes_back or "": []}
        for _ in range(rounds):
            for name in filter(None, (does, takes_back)):
                times[name].append(cpu(lambda name=name: DO[name](bench)))  # type: ignore[misc]
        took |= {name: statistics.median(some) for name, some in times.items() if some}
    return took


def add(bench: Bench) -> None:
    """Many timers."""
    with bench.store.atomic():
        for number in range(MANY):
            bench.schedule("timer").after(9000 + number, f"t{number}", {"seconds": 9000, "name": f"n{number}"})


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folder", type=Path, help="where the file is made, and deleted; the system's for such things")
    with tempfile.TemporaryDirectory(dir=parser.parse_args().folder) as folder, Bench(PLUGINS, Path(folder)) as bench:
        part = bench.store.of("bench")
        writes = [wall(lambda n=n: part.set("key", n)) for n in range(1000)]  # type: ignore[misc]
        add(bench)
        copied = wall(bench.store.copy)
    with tempfile.TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None) as folder:
        data = Path(folder)
        with Bench(PLUGINS, data) as bench:
            few = commands(bench)
        start_few = cpu(lambda: Bench(PLUGINS, data).store.close())
        with Bench(PLUGINS, data) as bench:
            add(bench)
        start_many = cpu(lambda: Bench(PLUGINS, data).store.close())
        with Bench(PLUGINS, data) as bench:
            many = commands(bench)
            all_cancelled = cpu(lambda: bench.do("timer.cancel_all"))
    table = Table("CPU ms", "alone", f"{MANY:,} timers pending", "more")
    for name in few:
        table.add_row(name, f"{few[name]:.2f}", f"{many[name]:.2f}", f"{many[name] - few[name]:+.2f}")
    table.add_row("start", f"{start_few:.0f}", f"{start_many:.0f}", f"{start_many - start_few:+.0f}")
    table.add_row("cancel all timers", "", f"{all_cancelled:.0f}", "")
    console = Console()
    console.print(f"a confirmed write: median {statistics.median(writes):.2f} ms, worst of 1000 {max(writes):.1f} ms")
    console.print(f"the daily copy, with {MANY:,} timers: {copied:.0f} ms")
    console.print(table)
    result = {
        "write_ms": round(statistics.median(writes), 3),
        "write_worst_ms": round(max(writes), 1),
        "more_ms": {name: round(many[name] - few[name], 2) for name in few},
        "start_ms": round(start_few),
        "start_many_ms": round(start_many),
        "cancel_all_ms": round(all_cancelled),
        "copy_ms": round(copied),
    }
    print(json.dumps(result))


if __name__ == "__main__":
    main()
