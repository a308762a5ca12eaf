"""How long it takes from an intent to its effect, for each driver of the home: a table, and one JSON line.

    .venv/bin/python -m benchmarks.handlers [--rounds 1000]

A light is switched on and off. "Effect" is when the other side has been told (the value in the store, the message at
another client of a real mosquitto, the service call at a server that speaks Home Assistant's protocol, the mock pin);
"answered" is when the handler returns, which is after the device has acknowledged it. Then the same in a home of 500
devices, and what understanding a command costs there. The other side runs in this process, so it shares its time.
"""

import argparse
import json
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import gpiozero
from gpiozero.pins.mock import MockFactory, MockPWMPin
from rich.console import Console
from rich.table import Table

from speaker.build import Hark, Place
from speaker.config import Config
from speaker.events import Intent
from tests.broker import LAMP, Broker, Zigbee, light, until, zigbee
from tests.hub import TOKEN, Hub

FEW, MANY = 5, 500
ROOMS = ("kitchen", "office", "bedroom", "hall", "bathroom", "den", "attic", "cellar", "garage", "study")


@dataclass
class Bench:
    """A home in which a light can be switched."""

    hark: Hark
    effect: Callable[[], float | None]
    """When the other side was told last, by ``time.perf_counter``; None: when the handler returned."""
    pause: float = 0.0
    """Seconds between two commands. A broker may keep back what follows at once, until the system has acknowledged what
    came before; nobody commands that fast."""


def name(at: int) -> str:
    """Names of several words that are near each other, as they are in homes."""
    return f"{('desk', 'floor', 'wall', 'shelf', 'corner')[at % 5]} lamp {at}" if at else "reading lamp"


def room(at: int) -> str:
    return ROOMS[at % len(ROOMS)]


def areas(count: int, driver: str, pins: bool = False) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for at in range(count):
        address = {"pin": at} if pins and at < 28 else {}
        kind = {"kind": "light", "driver": driver if address or not pins else "simulated", "address": address}
        made.setdefault(room(at), {})[name(at)] = {"color": False, "brightness": not pins, **kind}
    return made


@contextmanager
def opened(folder: Path, home: dict[str, Any], found: int = 0) -> Iterator[Hark]:
    with Hark(Place(Config.model_validate({"home": home}), None, folder / "data")) as hark:
        until(lambda: len(hark.home.devices) >= found, 60)
        yield hark


@contextmanager
def simulated(folder: Path, count: int) -> Iterator[Bench]:
    with opened(folder, {"areas": areas(count, "simulated")}) as hark:
        yield Bench(hark, lambda: None)


@contextmanager
def gpio(folder: Path, count: int) -> Iterator[Bench]:
    before, gpiozero.Device.pin_factory = gpiozero.Device.pin_factory, MockFactory(pin_class=MockPWMPin)
    try:
        with opened(folder, {"areas": areas(count, "gpio", pins=True), "drivers": {"gpio": {}}}) as hark:
            yield Bench(hark, lambda: None)
    finally:
        gpiozero.Device.pin_factory = before


@contextmanager
def mqtt(folder: Path, count: int) -> Iterator[Bench]:
    broker = Broker(folder).start()
    played = Zigbee(broker.port, [zigbee(f"{room(at)}/{name(at)}", light(*LAMP)) for at in range(count)])
    when = [0.0]
    played.seen = lambda: when.__setitem__(0, time.perf_counter())
    drivers = {"mqtt": {"host": "127.0.0.1", "port": broker.port}}
    try:
        with opened(folder, {"drivers": drivers, "areas": {}}, count) as hark:
            time.sleep(1.5)  # the states have been asked for
            yield Bench(hark, lambda: when[0], pause=0.06)
    finally:
        played.close()
        broker.kill()


@contextmanager
def homeassistant(folder: Path, count: int) -> Iterator[Bench]:
    hub = Hub()
    hub.states = {
        f"light.l{at}": {
            "entity_id": f"light.l{at}",
            "state": "off",
            "attributes": {"friendly_name": name(at), "supported_color_modes": ["brightness"]},
        }
        for at in range(count)
    }
    when = [0.0]
    hub.seen = lambda: when.__setitem__(0, time.perf_counter())
    hub.start()
    (folder / "token").write_text(TOKEN)
    drivers = {"homeassistant": {"url": hub.url, "token_file": str(folder / "token")}}
    try:
        with opened(folder, {"drivers": drivers}, count) as hark:
            yield Bench(hark, lambda: when[0])
    finally:
        hub.stop()


DRIVERS = {"simulated": simulated, "mqtt": mqtt, "homeassistant": homeassistant, "gpio": gpio}


def switch(bench: Bench, rounds: int) -> tuple[list[float], list[float]]:
    """Milliseconds to the effect and to the answer, of each round."""
    effects, answers = [], []
    for at in range(rounds):
        time.sleep(bench.pause)
        began = time.perf_counter()
        reply = bench.hark.plugins.handle(Intent(f"light.{'off' if at % 2 else 'on'}", {"name": name(0)}, 1.0))
        ended = time.perf_counter()
        assert reply.ok, reply.text
        answers.append(1e3 * (ended - began))
        effects.append(1e3 * ((bench.effect() or ended) - began))
    return effects, answers


def understand(bench: Bench, rounds: int) -> float:
    """Milliseconds of understanding a command, median."""
    times = []
    for _ in range(rounds):
        began = time.perf_counter()
        bench.hark.mind.parse(f"turn on the {name(0)}")
        times.append(1e3 * (time.perf_counter() - began))
    return statistics.median(times)


def measured(driver: str, count: int, rounds: int) -> dict[str, float]:
    with tempfile.TemporaryDirectory() as folder, DRIVERS[driver](Path(folder), count) as bench:
        switch(bench, 10)
        effects, answers = switch(bench, rounds)
        return {
            "effect_ms": round(statistics.median(effects), 2),
            "effect_worst_ms": round(max(effects), 1),
            "answered_ms": round(statistics.median(answers), 2),
            "answered_worst_ms": round(max(answers), 1),
            "understood_ms": round(understand(bench, 100), 2),
        }


def main() -> None:
    options = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    options.add_argument("--rounds", type=int, default=1000)
    rounds = options.parse_args().rounds
    table = Table(title=f"from intent to effect, {rounds} times, ms")
    for heading in ("driver", "devices", "effect", "worst", "answered", "worst", "understood"):
        table.add_column(heading, justify="left" if heading == "driver" else "right")
    results = {}
    for driver in DRIVERS:
        few, many = measured(driver, FEW, rounds), measured(driver, MANY, max(rounds // 5, 20))
        results[driver] = {**few, "slower_with_500_ms": round(many["answered_ms"] - few["answered_ms"], 2)}
        results[driver]["understood_slower_with_500_ms"] = round(many["understood_ms"] - few["understood_ms"], 2)
        for count, figures in ((FEW, few), (MANY, many)):
            table.add_row(driver, str(count), *(f"{figure:.1f}" for figure in figures.values()))
    Console().print(table)
    print(json.dumps({"rounds": rounds, **results}))


if __name__ == "__main__":
    main()
