"""When music is made quieter, and when it is over."""

import threading
import time
from collections.abc import Callable

import pytest

from speaker.ducking import Ducking


class Music:
    """Keeps what it was told."""

    def __init__(self) -> None:
        self.told: list[bool] = []
        self.sounding = False

    def tell(self, quiet: bool) -> None:
        self.told.append(quiet)

    @property
    def quiet(self) -> bool:
        return bool(self.told) and self.told[-1]


@pytest.fixture
def music():
    return Music()


@pytest.fixture
def ducking(music):
    ducking = Ducking(music.tell, lambda: music.sounding)
    yield ducking
    ducking.close()


def becomes(true: Callable[[], bool]) -> bool:
    """Wait for it; whether it came."""
    until = time.monotonic() + 10
    while not true() and time.monotonic() < until:
        time.sleep(0.005)
    return true()


def test_quiet_from_the_wake_word_until_the_reply_is_said(music, ducking):
    with ducking.listening():
        assert becomes(lambda: music.quiet)
        music.sounding = True
        ducking.begin()
        assert becomes(lambda: music.told == [True, True])  # again, for music that the command has begun
    time.sleep(0.25)
    assert music.quiet
    music.sounding = False
    assert becomes(lambda: not music.quiet)


def test_a_turn_that_fails_leaves_nothing_quiet(music, ducking):
    def fails() -> None:
        with ducking.listening():
            assert becomes(lambda: music.quiet)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fails()
    assert becomes(lambda: not music.quiet)


def test_it_ends_with_hark(music, ducking):
    music.sounding = True
    ducking.begin()
    assert becomes(lambda: music.quiet)
    ducking.close()
    assert not music.quiet
    assert "ducking" not in {thread.name for thread in threading.enumerate()}


def test_music_that_is_slow_to_hear_of_it_keeps_nobody_waiting_and_ends_loud():
    told = []

    def slow(quiet: bool) -> None:
        time.sleep(0.2)
        told.append(quiet)

    ducking = Ducking(slow, lambda: False)
    began = time.monotonic()
    for _ in range(20):
        with ducking.listening():
            pass
    assert time.monotonic() - began < 0.2
    ducking.close()
    assert told[-1] is False
