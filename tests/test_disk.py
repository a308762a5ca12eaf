"""A disk that is full, or cannot be written: Hark says why, loses nothing, and does all that needs no disk.

The disk is a real file system in memory, mounted in a namespace of its own, so that no one else sees it.
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from speaker.store import Store
from speaker.testing import Bench
from tests.conftest import TOP

PLUGINS = [TOP / "intents" / name for name in ("timer", "alarm", "list", "clock")]
BEGIN = """
import json, sys
from pathlib import Path
from speaker.testing import Bench
from tests.test_disk import PLUGINS, fill
data = Path(sys.argv[1])
bench = Bench(PLUGINS, data / "hark")
bench.voice.ring = lambda text: print(json.dumps(["rang", text]), flush=True)
def do(intent, **slots):
    reply = bench.do(intent, **slots)
    print(json.dumps([reply.ok, reply.text]), flush=True)
"""


def fill(folder: Path) -> Path:
    """Leave no byte on a disk; the file that takes them."""
    ballast = folder / "ballast"
    for size in (65_536, 1):
        with ballast.open("ab", buffering=0) as file:
            try:
                while file.write(b"x" * size):
                    pass
            except OSError:
                pass
    return ballast


def on_a_disk(folder: Path, *scripts: str) -> list[list[Any]]:
    """Run Python scripts, or lines of shell that begin with ``!``, one after another where a small disk is mounted."""
    steps = [f"mount -t tmpfs -o size=1m tmpfs {folder}"]
    for number, script in enumerate(scripts):
        if script.startswith("!"):
            steps.append(script[1:].format(folder))
        else:
            (folder.parent / f"{number}.py").write_text(BEGIN + script)
            steps.append(f"{sys.executable} {folder.parent / f'{number}.py'} {folder}")
    return run(*alone(), "sh", "-e", "-c", "\n".join(steps))


def run(*command: object) -> list[list[Any]]:
    env = {**os.environ, "PYTHONPATH": str(TOP)}
    ran = subprocess.run(
        [*map(str, command)], capture_output=True, text=True, cwd=TOP, env=env, timeout=120, check=False
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return [json.loads(line) for line in ran.stdout.splitlines()]


def alone() -> list[str]:
    return ["unshare", "--mount", *([] if os.getuid() == 0 else ["--map-root-user"])]


def mounts() -> bool:
    command = [*alone(), "mount", "-t", "tmpfs", "tmpfs", "/mnt"]
    return (
        shutil.which("unshare") is not None and not subprocess.run(command, capture_output=True, check=False).returncode
    )


mounted = pytest.mark.skipif(not mounts(), reason="this system lets nobody mount a disk of his own")


@mounted
def test_on_a_full_disk_it_says_so_rings_what_is_due_once_and_goes_on_when_there_is_room(tmp_path: Path) -> None:
    (disk := tmp_path / "disk").mkdir()
    told = on_a_disk(
        disk,
        """
do("alarm.set", time="18:32", repeat="daily")
do("timer.start", duration=60, name="egg")
ballast = fill(data)
while bench.do("list.add", item=("milk" * 50 + str(len(bench.store.of("list").items())),), list="long").ok:
    bench.do("list.clear", list="long")  # until the journal has no room left in it
do("timer.start", duration=600)
do("clock.time")
bench.wait(60)
bench.wait(30)
bench.wait(30)
bench.wait(30)
ballast.unlink()
bench.wait(30)
do("alarm.list")
do("timer.status")
do("list.add", item=("milk",))
bench.store.close()
""",
    )
    assert told == [
        [True, "Alarm set for 6:32 pm every day."],
        [True, "Egg timer set for 1 minute."],
        [False, "Sorry, I cannot keep that: the disk is full."],
        [True, "It is 6:30 pm."],
        ["rang", "Your egg timer is over."],
        ["rang", "Your 6:32 pm alarm."],
        [True, "One alarm: 6:32 pm every day."],
        [True, "There is no timer."],
        [True, "Added milk to the shopping list."],
    ]


SET = """
do("timer.start", duration=600, name="egg")
do("list.add", item=("milk",))
"""
LATER = """
print(json.dumps(["notice", bench.store.notice]))
do("list.read")
do("list.add", item=("bread",))
do("clock.time")
bench.wait(600)
bench.wait(5)
"""
THEN = [[True, "On the shopping list: milk."], "why", [True, "It is 6:30 pm."], ["rang", "Your egg timer is over."]]


def expected(why: str) -> list[list[Any]]:
    refusal = [False, f"Sorry, I cannot keep that: {why}."]
    return [["notice", f"I cannot keep anything new: {why}."], THEN[0], refusal, *THEN[2:]]


@mounted
@pytest.mark.parametrize("ending", ["", "import os; os.kill(os.getpid(), 9)"], ids=["closed", "killed"])
def test_started_on_a_disk_that_turned_read_only_it_knows_what_was_kept(tmp_path: Path, ending: str) -> None:
    (disk := tmp_path / "disk").mkdir()
    survive = "!set +e" if ending else "!true"
    told = on_a_disk(disk, survive, SET + (ending or "bench.store.close()"), "!mount -o remount,ro {}", LATER)
    assert told[2:] == expected("the disk is read-only")


@mounted
def test_a_first_start_on_a_full_disk_answers_what_needs_none(tmp_path: Path) -> None:
    (disk := tmp_path / "disk").mkdir()
    told = on_a_disk(disk, "!head -c 2m /dev/zero > {0}/ballast 2>/dev/null || true", LATER)
    assert told[0] == ["notice", "I cannot keep anything new: the disk is full."]
    assert told[2:] == [[False, "Sorry, I cannot keep that: the disk is full."], [True, "It is 6:30 pm."]]


def test_in_a_folder_that_it_may_not_write_it_knows_what_was_kept(tmp_path: Path) -> None:
    """For root too, who without two privileges is a user like any other."""
    with Bench(PLUGINS, tmp_path / "hark") as bench:
        bench.do("timer.start", duration=600, name="egg")
        bench.do("list.add", item=("milk",))
    (script := tmp_path / "later.py").write_text(BEGIN + LATER)
    weak = ["setpriv", "--bounding-set=-dac_override,-dac_read_search"] if os.getuid() == 0 else []
    (tmp_path / "hark" / "hark.db").chmod(0o400)
    (tmp_path / "hark").chmod(0o500)
    try:
        assert run(*weak, sys.executable, script, tmp_path) == expected("I may not write to its folder")
    finally:
        (tmp_path / "hark").chmod(0o700)


def test_a_file_that_may_not_grow_is_a_full_disk_to_it(tmp_path: Path) -> None:
    """What needs no file system of its own: the kernel refuses the bytes."""
    script = tmp_path / "later.py"
    limit = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))\n"
    fill_up = "while bench.do('list.add', item=('milk',), list=str(len(bench.store.of('list').items()))).ok: pass\n"
    script.write_text(BEGIN + limit + fill_up + 'do("list.add", item=("bread",), list="new")\ndo("clock.time")\n')
    refused, time = run(sys.executable, script, tmp_path)
    assert not refused[0]
    assert refused[1].startswith("Sorry, I cannot keep that: the disk ")
    assert time == [True, "It is 6:30 pm."]
    store = Store(tmp_path / "hark" / "hark.db")
    assert store.notice == ""
    assert store.of("list").get("0") == ["milk"]
    store.close()


@mounted
def test_the_whole_of_hark_answers_on_a_read_only_disk(tmp_path: Path) -> None:
    (disk := tmp_path / "disk").mkdir()
    hark = f"{sys.executable} -m speaker ask --json --data {disk}"
    told = run(
        *alone(), "sh", "-e", "-c",
        f"mount -t tmpfs -o size=1m tmpfs {disk}; {hark} set a timer for five minutes >/dev/null;"
        f" mount -o remount,ro {disk}; {hark} how much time is left; {hark} set a timer for ten minutes; {hark} what time is it",
    )  # fmt: skip
    left, refused, time = (turn["reply"] for turn in told)  # type: ignore[call-overload]
    assert "left on the 5 minute timer" in left
    assert refused == "Sorry, I cannot keep that: the disk is read-only."
    assert time.startswith("It is ")


@mounted
def test_a_file_that_is_damaged_on_a_full_disk_is_read_at_once_and_mended_when_there_is_room(tmp_path: Path) -> None:
    (disk := tmp_path / "disk").mkdir()
    damage = """
with (data / "hark" / "hark.db").open("r+b") as file:
    file.seek(-1, 2)
    file.truncate()
fill(data)
"""
    look = """
print(json.dumps(["notice", bench.store.notice]))
do("list.read")
"""
    told = on_a_disk(disk, SET + "bench.store.close()" + damage, look, "!rm {}/ballast", look)
    assert told[2] == ["notice", "I cannot keep anything new: the disk is full."]
    assert told[4][1].startswith("My memory was damaged; ")
    assert told[3] == told[5] == [True, "On the shopping list: milk."]
