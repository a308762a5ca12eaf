"""What the tests share: the program as a person runs it, and sentences said by a voice."""

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from speaker import demo, recording
from speaker.build import Hark, Place
from speaker.config import AudioConfig, Config, SpeechConfig
from speaker.events import Samples
from speaker.store import Store

TOP = Path(__file__).resolve().parents[1]
SHARED = TOP.parent / "shared" / "data"
"""Recordings by others; tests that need them are skipped where they are not there."""


@dataclass(frozen=True)
class Ran:
    """What a run of the program gave."""

    code: int
    out: str
    err: str

    @property
    def objects(self) -> list[dict[str, Any]]:
        """The JSON lines of its output."""
        return [json.loads(line) for line in self.out.splitlines()]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """An empty one, in a file of its own."""
    opened = Store(tmp_path / "hark.db")
    yield opened
    opened.close()


@pytest.fixture
def run(tmp_path: Path) -> Callable[..., Ran]:
    """Run ``hark`` in a home of its own."""

    def run_(*words: object, given: str | bytes = "", **environment: str) -> Ran:
        env = {**os.environ, "HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path / "config")}
        env |= {"XDG_DATA_HOME": str(tmp_path / "share"), "COLUMNS": "160", **environment}
        data = given.encode() if isinstance(given, str) else given
        command = [sys.executable, "-m", "speaker", *map(str, words)]
        done = subprocess.run(command, input=data, capture_output=True, env=env, cwd=TOP, timeout=300, check=False)
        return Ran(done.returncode, done.stdout.decode(), done.stderr.decode())

    return run_


@pytest.fixture(scope="session")
def said() -> Callable[[str], Samples]:
    """A sentence said by a synthetic voice, 16 kHz."""
    if shutil.which("flite") is None:
        pytest.skip("flite is not installed")
    known: dict[str, Samples] = {}

    def said_(text: str) -> Samples:
        if text not in known:
            known[text] = demo.said("slt", text)
        return known[text]

    return said_


@pytest.fixture(scope="session")
def spoken(said: Callable[[str], Samples]) -> Callable[[str], Samples]:
    """The wake word and a command, with pauses."""
    return lambda text: demo.spoken("slt", "hey jarvis", text)


@pytest.fixture
def recorded(tmp_path: Path) -> Callable[[str, Samples], Path]:
    """Write samples to a file of this name."""

    def recorded_(name: str, samples: Samples) -> Path:
        path = tmp_path / name
        recording.write(path, samples)
        return path

    return recorded_


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """An empty data folder, and everything at its default; but whoever runs the tests keeps their volume and music."""
    config = Config(
        speech=SpeechConfig(varied=False),
        audio=AudioConfig(volume="software"),
        plugins={"media": {"host": str(tmp_path / "nobody.sock")}},
    )
    return Place(config, None, tmp_path / "data")


@pytest.fixture
def hark(place: Place) -> Any:
    """An assembled, silent Hark."""
    with Hark(place) as assembled:
        yield assembled


@pytest.fixture
def interruptible() -> Iterator[None]:
    """Ctrl-C raises KeyboardInterrupt, also where whoever runs the tests ignores it, as a shell's background does."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def pytest_unconfigure() -> None:
    """llama_cpp opens two files when it is imported and never closes them: without this they are warned of at the end."""
    if utils := sys.modules.get("llama_cpp._utils"):
        utils.outnull_file.close()
        utils.errnull_file.close()
