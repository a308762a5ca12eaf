"""Muted means that no stream of the microphone is open: with a real sound server, which is asked what records."""

import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path

import numpy as np
import pytest

from speaker import mute
from speaker.errors import DeviceError, StoreError
from speaker.events import FRAME_SAMPLES, Frame
from speaker.mute import MuteSwitch
from speaker.store import Store
from tests.conftest import TOP
from tests.sound_server import SoundServer, missing, sound_server


class Microphone:
    """Gives the same sample without end until it is closed; what a stream costs is counted."""

    open = 0
    name = "a microphone"

    def __init__(self) -> None:
        self._closed = threading.Event()
        Microphone.open += 1

    def frames(self) -> Iterator[Frame]:
        at = 0.0
        while not self._closed.is_set():
            frame = Frame(np.full(FRAME_SAMPLES, 7, np.int16), at)
            at = frame.end
            yield frame

    def close(self) -> None:
        assert not self._closed.is_set()
        self._closed.set()
        Microphone.open -= 1


@pytest.fixture(autouse=True)
def counted() -> None:
    Microphone.open = 0


def nothing() -> None:
    pass


def test_when_toggle_returns_the_stream_is_closed_and_silence_follows(store: Store) -> None:
    switch = MuteSwitch(Microphone, nothing, store.of("hark"))
    frames = switch.frames()
    assert next(frames).samples.any()
    switch.toggle()
    assert (switch.muted, Microphone.open) == (True, 0)
    assert not any(frame.samples.any() for frame in islice(frames, 5))
    switch.toggle()
    assert next(frames).samples.any()
    assert Microphone.open == 1
    switch.close()
    assert (list(frames), Microphone.open) == ([], 0)


def test_what_looks_at_a_microphones_frames_never_sees_the_silence_in_between(store: Store) -> None:
    seen: list[bool] = []

    def heard(frames: Iterator[Frame]) -> Iterator[Frame]:
        for frame in frames:
            seen.append(bool(frame.samples.any()))
            yield frame

    switch = MuteSwitch(Microphone, nothing, store.of("hark"))
    frames = switch.frames(heard)
    for _ in range(3):
        assert len([*islice(frames, 3)]) == 3
        switch.toggle()
    assert len(seen) >= 6
    assert all(seen)


def test_the_frames_are_one_stream_in_time(store: Store) -> None:
    switch = MuteSwitch(Microphone, nothing, store.of("hark"))
    frames = switch.frames()
    got = [*islice(frames, 3)]
    for _ in range(2):
        switch.toggle()
        got += islice(frames, 3)
    assert [frame.start for frame in got[1:]] == [frame.end for frame in got[:-1]]


def test_a_restart_changes_nothing_and_opens_nothing(store: Store) -> None:
    MuteSwitch(Microphone, nothing, store.of("hark")).toggle()
    again = MuteSwitch(Microphone, nothing, store.of("hark"))
    assert (again.muted, Microphone.open) == (True, 0)
    assert "press its button" in again.name
    again.toggle()
    assert not MuteSwitch(Microphone, nothing, store.of("hark")).muted


def test_undo_does_not_unmute(store: Store) -> None:
    switch = MuteSwitch(Microphone, nothing, store.of("hark"))
    with store.recording() as changes:
        switch.toggle()
    store.restore(changes)
    assert mute.kept(store.of("hark"))


def test_a_full_disk_does_not_keep_the_microphone_open(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    part = store.of("hark")
    switch = MuteSwitch(Microphone, nothing, part)

    def full(*_: object) -> None:
        raise StoreError("the disk is full; make room")

    monkeypatch.setattr(part, "set", full)
    switch.toggle()
    assert (switch.muted, Microphone.open) == (True, 0)


def test_where_nobody_knows_it_is_muted(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    part = store.of("hark")

    def unreadable(*_: object) -> None:
        raise StoreError("the file cannot be read")

    monkeypatch.setattr(part, "get", unreadable)
    assert MuteSwitch(Microphone, nothing, part).muted
    assert Microphone.open == 0


def test_a_microphone_that_went_meanwhile_is_looked_for_until_it_is_back(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mute, "_RETRY", 0.0)
    there, looked = [True], []

    def open_() -> Microphone:
        if not there[0]:
            raise DeviceError("there is no microphone; plug one in")
        return Microphone()

    def look() -> None:
        looked.append(1)
        there[0] = len(looked) > 2

    switch = MuteSwitch(open_, look, store.of("hark"))
    switch.toggle()
    there[0] = False
    switch.toggle()
    frames = switch.frames()
    heard = [bool(frame.samples.any()) for frame in islice(frames, 5)]
    assert heard == [False, False, False, True, True]
    switch.close()


def test_without_a_microphone_the_start_fails_unless_it_is_muted(store: Store) -> None:
    def none() -> Microphone:
        raise DeviceError("there is no microphone; plug one in")

    with pytest.raises(DeviceError):
        MuteSwitch(none, nothing, store.of("hark"))


class Box:
    """``hark run`` with a button and a lamp, at a real sound server."""

    def __init__(self, server: SoundServer, folder: Path) -> None:
        self._server, self._log = server, folder / "run.log"
        config = folder / "config.yaml"
        config.write_text("board: {button: 17, lights: {red: 5, green: 6, blue: 13}}\n")
        command = [sys.executable, "-m", "tests.boxed", "run", "--config", config, "--data", folder / "data"]
        environment = {**server.env, "COLUMNS": "160", "PYTHONUNBUFFERED": "1"}
        with self._log.open("w") as log:
            self._process = subprocess.Popen(
                command, env=environment, cwd=TOP, stdin=subprocess.PIPE, stdout=log, stderr=log, text=True
            )
        self.wait_until(lambda: "ready after" in self.printed)

    @property
    def printed(self) -> str:
        return self._log.read_text()

    @property
    def records(self) -> bool:
        """Whether any stream of a microphone is open, as the sound server says."""
        streams = self._server.pactl("list", "short", "source-outputs").stdout.decode().splitlines()
        return any("protocol-native" in stream for stream in streams)  # the room itself is a stream within the server

    def press(self) -> None:
        self._tell("press")

    def shows(self, *light: int) -> bool:
        """Whether the lamp has this red, green and blue now, in percent."""
        self._tell("lights?")
        time.sleep(0.1)
        return self.printed.splitlines()[-1] == f"lights {' '.join(map(str, light))}"

    def wait_until(self, true: Callable[[], bool]) -> None:
        until = time.monotonic() + 60
        while not true():
            assert self._process.poll() is None, self.printed
            assert time.monotonic() < until, self.printed
            time.sleep(0.05)

    def stop(self) -> int:
        self._process.terminate()
        code = self._process.wait(20)
        assert self._process.stdin
        self._process.stdin.close()
        return code

    def _tell(self, line: str) -> None:
        assert self._process.stdin
        self._process.stdin.write(line + "\n")
        self._process.stdin.flush()


@pytest.mark.skipif(bool(missing()), reason=missing())
@pytest.mark.slow
def test_a_real_sound_server_has_no_stream_of_ours_while_it_is_muted(tmp_path: Path) -> None:
    with sound_server(tmp_path / "server") as server:
        box = Box(server, tmp_path)
        box.wait_until(lambda: box.records)
        box.press()
        box.wait_until(lambda: not box.records)
        box.wait_until(lambda: box.shows(100, 0, 0))
        time.sleep(2.5)  # as long as it takes a microphone that is gone to be looked for
        assert not box.records
        assert box.stop() == 0
        after = Box(server, tmp_path)
        assert "microphone muted; press its button to be heard" in after.printed
        time.sleep(2.5)
        assert not after.records
        after.press()
        after.wait_until(lambda: after.records)
        after.wait_until(lambda: after.shows(0, 0, 0))
        assert after.stop() == 0
