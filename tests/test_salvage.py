"""A damaged file: it is kept, what can be read of it is saved, the rest comes from the daily copy, and Hark says so."""

import os
import random
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from speaker import salvage
from speaker.store import Store
from speaker.testing import Bench
from tests.conftest import TOP

PAGE = 4096
INTENTS = TOP / "intents"


def filled(path: Path, many: int = 400) -> dict[str, str]:
    """A file with a list of so many entries, and so many things due."""
    store = Store(path)
    kept = {f"key {number}": "milk " * (number % 50) for number in range(many)}
    with store.atomic():
        for number, (key, value) in enumerate(kept.items()):
            store.of("list").set(key, value)
            store.of("timer").set_event(key, 2e9 + number, {"name": key, "seconds": 60})
    store.close()
    return kept


def saved(path: Path) -> tuple[dict[str, str], dict[str, float], str]:
    """What is there when the file is opened: values, what is due, and what is said of it."""
    store = Store(path)
    found = dict(store.of("list").items()), {e.key: e.due for e in store.of("timer").events()}, store.notice
    store.close()
    return found


def put_aside(path: Path) -> list[bytes]:
    return [p.read_bytes() for p in path.parent.glob("*.damaged-*") if not p.name.endswith(("-wal", "-shm"))]


def overwritten(good: bytes, luck: random.Random) -> bytes:
    """Random bytes over three pages, none of them the first."""
    bad = bytearray(good)
    for page in luck.sample(range(1, len(good) // PAGE), 3):
        bad[page * PAGE : (page + 1) * PAGE] = luck.randbytes(PAGE)
    return bytes(bad)


@pytest.mark.parametrize("seed", range(8))
def test_of_pages_with_random_bytes_the_others_are_saved(tmp_path: Path, seed: int) -> None:
    path = tmp_path / "hark.db"
    kept = filled(path)
    bad = overwritten(path.read_bytes(), random.Random(seed))
    path.write_bytes(bad)
    values, due, notice = saved(path)
    assert put_aside(path) == [bad]
    assert notice in ("My memory was damaged; some of it was saved.", "My memory was damaged; all of it was saved.")
    assert values.items() <= kept.items()
    assert due.keys() <= kept.keys()
    assert len(values) + len(due) > len(kept) / 2  # three pages of some forty are gone, or the root of one table
    assert saved(path) == (values, due, "")


@pytest.mark.parametrize("size", [1, 100, PAGE, PAGE + 1, 3 * PAGE, 10 * PAGE + 77, -1])
def test_of_a_file_that_was_cut_off_what_is_left_is_saved(tmp_path: Path, size: int) -> None:
    path = tmp_path / "hark.db"
    kept = filled(path)
    bad = path.read_bytes()[:size]
    path.write_bytes(bad)
    values, due, notice = saved(path)
    assert put_aside(path) == [bad]
    assert notice.startswith("My memory was damaged; ")
    assert values.items() <= kept.items()
    assert due.keys() <= kept.keys()
    assert saved(path) == (values, due, "")


def nothing(good: bytes) -> bytes:
    return b""


def rubbish(good: bytes) -> bytes:
    return b"no database " * 1000


def headless(good: bytes) -> bytes:
    return b"\xff" * PAGE + good[PAGE:]


@pytest.mark.parametrize("damage", [nothing, rubbish, headless])
def test_what_is_gone_comes_from_the_daily_copy(tmp_path: Path, damage: Callable[[bytes], bytes]) -> None:
    path = tmp_path / "hark.db"
    kept = filled(path)
    store = Store(path)
    store.copy()
    store.of("list").set("later", "bread")
    store.close()
    os.utime(salvage.copy_of(path), (1_772_780_400, 1_772_780_400))
    path.write_bytes(damage(path.read_bytes()))
    values, due, notice = saved(path)
    assert (values, due.keys()) == (kept, kept.keys())
    assert notice == "My memory was damaged; what changed since Friday, March 6 may be missing."


def test_what_can_be_read_is_newer_than_the_copy(tmp_path: Path) -> None:
    path = tmp_path / "hark.db"
    kept = filled(path)
    store = Store(path)
    store.copy()
    with store.atomic():
        for key in kept:
            store.of("list").set(key, "bread")
    store.close()
    path.write_bytes(overwritten(path.read_bytes(), random.Random(3)))
    values, due, _ = saved(path)
    assert values.keys() == due.keys() == kept.keys()
    assert list(values.values()).count("bread") > len(kept) / 2


def test_an_index_alone_that_is_damaged_costs_nothing_and_the_copy_is_not_asked(tmp_path: Path) -> None:
    path = tmp_path / "hark.db"
    kept = filled(path)
    store = Store(path)
    store.of("list").set("old", "gone by tomorrow")
    store.copy()
    store.of("list").delete("old")
    store.close()
    with sqlite3.connect(path) as file:
        (root,) = file.execute("SELECT rootpage FROM sqlite_master WHERE name LIKE '%event_due'").fetchone()
    file.close()
    bad = bytearray(path.read_bytes())
    bad[(root - 1) * PAGE : root * PAGE] = random.Random(0).randbytes(PAGE)
    path.write_bytes(bad)
    assert saved(path)[0] == kept
    assert put_aside(path) == [bytes(bad)]


def test_an_empty_file_without_a_copy_is_one_that_was_just_begun(tmp_path: Path) -> None:
    path = tmp_path / "hark.db"
    path.touch()
    assert saved(path) == ({}, {}, "")
    assert put_aside(path) == []


def test_a_copy_is_made_once_a_day_and_never_of_what_is_damaged(tmp_path: Path) -> None:
    with Bench([INTENTS / "list"], tmp_path) as bench:
        bench.do("list.add", item=("milk",))
        bench.wait(1)
        copy = salvage.copy_of(tmp_path / "hark.db")
        first = copy.read_bytes()
        bench.do("list.add", item=("bread",))
        bench.wait(86_000)
        assert copy.read_bytes() == first
        bench.wait(500)
        assert copy.read_bytes() != first
        assert salvage.read(copy).rows["value"][0]["value"] == '["milk", "bread"]'
    assert not list(tmp_path.glob("*.new"))


def test_what_was_saved_still_rings(tmp_path: Path) -> None:
    with Bench([INTENTS / "timer"], tmp_path) as before:
        before.do("timer.start", duration=600, name="egg")
        before.wait(1)
    path = tmp_path / "hark.db"
    path.write_bytes(headless(path.read_bytes()))
    with Bench([INTENTS / "timer"], tmp_path) as after:
        after.wait(600)
        assert after.voice.rung == ["Your egg timer is over."]


def test_a_rescue_that_a_power_cut_ended_is_begun_again_or_finished(tmp_path: Path) -> None:
    path = tmp_path / "hark.db"
    kept = filled(path)
    good = path.read_bytes()
    salvage.fresh_of(path).write_bytes(good[: 2 * PAGE])  # half made, beside the damaged one
    path.write_bytes(overwritten(good, random.Random(1)))
    values, _, notice = saved(path)
    assert notice
    assert len(values) > len(kept) / 4
    path.rename(salvage.fresh_of(path))  # whole, and the damaged one out of its place
    assert saved(path)[0] == values
    assert not salvage.fresh_of(path).exists()
