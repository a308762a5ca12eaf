"""Signs of life for systemd: a real socket takes them."""

import socket
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from speaker.events import FRAME_SAMPLES, Frame
from speaker.heartbeat import Heartbeat

FRAMES = [Frame(np.zeros(FRAME_SAMPLES, np.int16), 0.0)] * 3


@pytest.fixture
def manager(tmp_path: Path) -> Iterator[socket.socket]:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as way:
        way.bind(str(tmp_path / "notify"))
        way.setblocking(False)
        yield way


def told(manager: socket.socket) -> list[str]:
    messages = []
    while True:
        try:
            messages.append(manager.recv(1000).decode())
        except BlockingIOError:
            return messages


def test_it_is_ready_with_the_first_frame_and_lives_by_those_taken(manager: socket.socket) -> None:
    now = [0.0]
    beats = Heartbeat(manager.getsockname(), lambda: now[0]).beats(FRAMES, "listening")
    assert told(manager) == []
    next(beats)
    assert told(manager) == ["READY=1\nSTATUS=listening", "WATCHDOG=1"]
    now[0] = 4.9
    next(beats)
    assert told(manager) == []
    now[0] = 100.0  # nobody took a frame: nothing was told meanwhile
    assert told(manager) == []
    next(beats)
    assert told(manager) == ["WATCHDOG=1"]


def test_without_a_manager_or_with_one_that_is_gone_the_frames_come_all_the_same(tmp_path: Path) -> None:
    for place in (None, "", str(tmp_path / "gone")):
        assert list(Heartbeat(place).beats(FRAMES, "listening")) == FRAMES


def test_programs_that_are_run_do_not_speak_for_the_service(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NOTIFY_SOCKET", "/run/some")
    Heartbeat.of_service()
    monkeypatch.undo()
    assert "NOTIFY_SOCKET" not in __import__("os").environ
