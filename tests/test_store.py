"""What survives a restart, a crash, another process, and a damaged file."""

import logging
import sqlite3
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from speaker.errors import StoreError
from speaker.store import Store

ROOT = Path(__file__).parent.parent


@pytest.fixture
def path(tmp_path):
    return tmp_path / "data" / "hark.db"


def python(code: str, *args: object) -> subprocess.Popen:
    return subprocess.Popen([sys.executable, "-c", code, *map(str, args)], cwd=ROOT)


def test_values_survive_a_restart(path):
    first = Store(path)
    first.of("list").set("shopping", ["milk", {"amount": 2}])
    first.close()
    second = Store(path)
    assert second.of("list").get("shopping") == ["milk", {"amount": 2}]
    second.close()


def test_plugins_do_not_see_each_others_keys(path):
    store = Store(path)
    store.of("a").set("key", 1)
    store.of("a").set_event("key", 10.0, None)
    assert store.of("b").get("key", "nothing") == "nothing"
    assert store.of("b").items() == []
    assert store.of("b").events() == []
    assert not store.of("b").delete("key")
    assert store.of("a").items() == [("key", 1)]
    store.close()


def test_two_stores_in_one_process_keep_apart(tmp_path):
    one, two = Store(tmp_path / "one.db"), Store(tmp_path / "two.db")
    one.of("a").set("key", "one")
    two.of("a").set("key", "two")
    assert (one.of("a").get("key"), two.of("a").get("key")) == ("one", "two")
    one.close()
    two.close()


def test_a_value_kept_is_there_after_kill_9(path):
    code = """
import os, signal, sys; from pathlib import Path; from speaker.store import Store
Store(Path(sys.argv[1])).of("list").set("shopping", ["milk"])
os.kill(os.getpid(), signal.SIGKILL)
"""
    assert python(code, path).wait() == -9
    store = Store(path)
    assert store.of("list").get("shopping") == ["milk"]
    store.close()


def test_changes_that_fail_half_way_leave_nothing(path):
    store = Store(path)
    store.of("a").set("key", "before")

    def half() -> None:
        with store.of("a").atomic():
            store.of("a").set("key", "after")
            store.of("a").set_event("key", 10.0, None)
            raise RuntimeError("half way")

    with pytest.raises(RuntimeError, match="half way"):
        half()
    assert store.of("a").get("key") == "before"
    assert store.of("a").events() == []
    store.close()


def test_two_processes_lose_nothing_of_each_other(path):
    code = """
import sys; from pathlib import Path; from speaker.store import Store
part = Store(Path(sys.argv[1])).of("list")
for number in range(40):
    with part.atomic():
        part.set("all", [*part.get("all", []), f"{sys.argv[2]}{number}"])
"""
    Store(path).close()
    writers = [python(code, path, name) for name in "ab"]
    assert [writer.wait() for writer in writers] == [0, 0]
    store = Store(path)
    assert sorted(store.of("list").get("all")) == sorted(f"{name}{n}" for name in "ab" for n in range(40))
    store.close()


def test_many_threads_lose_nothing_of_each_other(path):
    store = Store(path)
    part = store.of("count")

    def add() -> None:
        for _ in range(20):
            with part.atomic():
                part.set("n", part.get("n", 0) + 1)

    threads = [threading.Thread(target=add) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert part.get("n") == 80
    store.close()


@pytest.mark.parametrize("damage", ["no database at all", "torn"])
def test_a_damaged_file_is_put_aside_whole_and_said_so(path, caplog, damage):
    store = Store(path)
    for number in range(200):
        store.of("list").set(f"key {number}", "milk" * 50)
    store.close()
    good = path.read_bytes()
    bad = b"no database " * 1000 if damage == "no database at all" else good[:4096] + b"\xff" * (len(good) - 4096)
    path.write_bytes(bad)
    with caplog.at_level(logging.ERROR):
        fresh = Store(path)
    assert fresh.of("list").items() == []
    fresh.of("list").set("new", 1)
    fresh.close()
    aside = [p for p in path.parent.iterdir() if ".damaged-" in p.name and not p.name.endswith(("-wal", "-shm"))]
    assert [p.read_bytes() for p in aside] == [bad]
    assert aside[0].name in caplog.text
    again = Store(path)
    assert again.of("list").get("new") == 1
    again.close()


def test_the_journal_of_a_damaged_file_goes_aside_with_it(path):
    path.parent.mkdir()
    path.write_bytes(b"no database " * 1000)
    journal = path.with_name("hark.db-wal")
    journal.write_bytes(b"what was written last")
    Store(path).close()
    (aside,) = (p for p in path.parent.iterdir() if ".damaged-" in p.name and p.name.endswith("-wal"))
    assert aside.read_bytes() == b"what was written last"


def test_a_second_damage_does_not_overwrite_what_the_first_put_aside(path):
    path.parent.mkdir()
    for content in (b"first " * 999, b"second " * 999):
        path.write_bytes(content)
        Store(path).close()
    aside = [p.read_bytes() for p in path.parent.iterdir() if ".damaged-" in p.name]
    assert sorted(aside) == [b"first " * 999, b"second " * 999]


def test_a_folder_in_its_place_is_an_error_that_says_what_to_do(tmp_path):
    (tmp_path / "hark.db").mkdir()
    with pytest.raises(StoreError, match="--data"):
        Store(tmp_path / "hark.db")
    assert (tmp_path / "hark.db").is_dir()


def test_a_file_that_another_program_keeps_locked_is_an_error_in_words(path, monkeypatch):
    monkeypatch.setattr("speaker.store._WAIT", 0.1)
    store = Store(path)
    other = sqlite3.connect(path)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreError, match="locked"):
        store.of("a").set("key", 1)
    other.rollback()
    other.close()
    store.of("a").set("key", 2)
    assert store.of("a").get("key") == 2
    store.close()


def test_an_event_is_deleted_only_where_it_is_still_due_then(path):
    store = Store(path)
    part = store.of("timer")
    part.set_event("egg", 10.0, None)
    part.set_event("egg", 20.5, {"name": "egg"})
    assert not part.delete_event("egg", 10.0)
    assert [e.due for e in store.due(21.0)] == [20.5]
    assert part.delete_event("egg", 20.5)
    assert store.due(21.0) == []
    store.close()


def test_what_was_written_is_taken_back_whole_and_in_order(tmp_path: Path) -> None:
    store = Store(tmp_path / "hark.db")
    part = store.of("list")
    part.set("kept", [1])
    part.set_event("bell", 50.0, "first")
    with store.recording() as changes:
        part.set("kept", [1, 2])
        part.set("kept", [1, 2, 3])
        part.set("new", "x")
        part.delete_event("bell")
        part.set_event("other", 60.0, None)
        store.of("home").set("lamp", {"on": True})
    part.set("later", True)
    store.restore(changes)
    assert part.items() == [("kept", [1]), ("later", True)]
    assert [(event.key, event.due, event.payload) for event in part.events()] == [("bell", 50.0, "first")]
    assert store.of("home").items() == []
    store.close()


def test_nothing_is_recorded_outside(tmp_path: Path) -> None:
    store = Store(tmp_path / "hark.db")
    with store.recording() as changes:
        pass
    store.of("list").set("new", "x")
    store.restore(changes)
    assert store.of("list").get("new") == "x"
    store.close()
