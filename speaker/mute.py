"""The microphone's mute: while it holds, no stream of the microphone is open, so that nothing can be heard at all."""

import logging
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Protocol

import numpy as np

from speaker.errors import DeviceError, StoreError
from speaker.events import FRAME_SAMPLES, SAMPLE_RATE, Frame
from speaker.store import PluginStore

log = logging.getLogger(__name__)

_KEPT = "microphone_muted"
_RETRY = 1.0  # seconds between two tries to open a microphone that is not there


class Opened(Protocol):
    """A microphone whose stream is open."""

    name: str

    def frames(self) -> Iterator[Frame]: ...

    def close(self) -> None: ...


class MuteSwitch:
    """A microphone that a person can cut off, until they want it back; a restart changes nothing.

    While it is muted there are frames of silence, at a microphone's pace: a command that had begun ends, and whoever
    watches the frames sees that Hark lives.
    """

    def __init__(self, open_: Callable[[], Opened], look_again: Callable[[], None], store: PluginStore) -> None:
        """``open_`` opens the microphone, at once unless it was left muted; ``look_again`` has the system look what is
        plugged in. Raises DeviceError where there is none."""
        self._open, self._look_again, self._store = open_, look_again, store
        self._lock = threading.RLock()  # what is wanted and what is open change together
        self._closed = threading.Event()
        self._time = 0.0
        self._next_try = 0.0
        self._muted = kept(store)
        self._opened: Opened | None = None if self._muted else open_()

    @property
    def muted(self) -> bool:
        return self._muted

    @property
    def name(self) -> str:
        """The microphone's, or that it is muted."""
        opened = self._opened
        return opened.name if opened else "muted; press its button to be heard"

    def toggle(self) -> None:
        """Mute, or hear again; when it returns after the former, the stream is closed. Any thread may call it."""
        with self._lock:
            self._muted = not self._muted
            if self._muted:
                self._give_back()
            log.info("the microphone is %s", "muted" if self._muted else "on")
            try:
                with self._store.for_good():
                    self._store.set(_KEPT, self._muted)
            except StoreError as error:
                log.error("that the microphone is %s is not kept: %s", "muted" if self._muted else "on", error)

    def frames(self, heard: Callable[[Iterator[Frame]], Iterator[Frame]] = lambda frames: frames) -> Iterator[Frame]:
        """The stream, until ``close`` is called from another thread.

        ``heard``: what is made of the frames of each microphone that is opened; the silence in between is none of them.
        """
        while not self._closed.is_set():
            microphone = self._ready()
            if microphone is None:
                yield self._timed(Frame(np.zeros(FRAME_SAMPLES, np.int16), 0.0))
                self._closed.wait(FRAME_SAMPLES / SAMPLE_RATE)
                continue
            for frame in heard(microphone.frames()):
                yield self._timed(frame)
            if microphone is self._opened:
                return  # it has come to its own end

    def close(self) -> None:
        """Stop; ``frames`` ends."""
        self._closed.set()
        with self._lock:
            self._give_back()

    def _ready(self) -> Opened | None:
        """The microphone; None while it is muted, or cannot be opened."""
        with self._lock:
            if self._opened is None and not self._muted and not self._closed.is_set():
                self._try()
            return self._opened

    def _try(self) -> None:
        if time.monotonic() < self._next_try:
            return
        try:
            if self._next_try:
                self._look_again()
            self._opened, self._next_try = self._open(), 0.0
        except DeviceError as error:
            if not self._next_try:
                log.warning("%s; trying again each second", error)
            self._next_try = time.monotonic() + _RETRY

    def _give_back(self) -> None:
        opened, self._opened = self._opened, None
        if opened is not None:
            opened.close()

    def _timed(self, frame: Frame) -> Frame:
        """The frame as a part of one stream, however often the microphone was opened."""
        timed = replace(frame, start=self._time)
        self._time = timed.end
        return timed


def kept(store: PluginStore) -> bool:
    """Whether the microphone was left muted. Where nobody knows, it is: the button is there to say otherwise."""
    try:
        return bool(store.get(_KEPT, False))
    except StoreError as error:
        log.error("whether the microphone was muted cannot be read, so it is: %s", error)
        return True
