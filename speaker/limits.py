"""What a plugin's function may take: time, and how much it says, keeps and logs. More is a mistake, and is cut off."""

import concurrent.futures
import ctypes
import logging
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Literal, TypeVar, cast

from speaker.context import Context, Voice
from speaker.errors import PluginError

log = logging.getLogger(__name__)

LONGEST_REPLY = 1000
"""Characters; more than a minute of speech."""

Sort = Literal["bytes", "events", "sayings"]

_MINUTE = 60.0
_MOST: Mapping[Sort, int] = {"bytes": 4_000_000, "events": 1000, "sayings": 20}
"""In a minute of one call."""
_IN_WORDS: Mapping[Sort, str] = {
    "bytes": "keep more than 4 MB in a minute",
    "events": "schedule more than 1000 events in a minute",
    "sayings": "speak or ring more than 20 times in a minute",
}
_LINES = 50  # that a plugin may log in _WINDOW
_WINDOW = 10.0  # seconds
_THREAD = "plugin "  # how the threads of plugins are called, before the plugin's name

T = TypeVar("T")


class CutOff(BaseException):
    """Raised inside of a function whose time is over."""


class Allowance:
    """What one call of a plugin's function may still use."""

    def __init__(self, plugin: str) -> None:
        self._plugin, self._began, self._over = plugin, time.monotonic(), False
        self._spent = dict.fromkeys(_MOST, 0)

    def spend(self, sort: Sort, amount: int = 1) -> None:
        """Use some of it. Raises PluginError where it is too much, or the call was given up meanwhile."""
        if self._over:
            raise PluginError(f"the plugin {self._plugin} goes on although its time is over")
        if time.monotonic() - self._began > _MINUTE:
            self._began, self._spent = time.monotonic(), dict.fromkeys(_MOST, 0)
        if self._spent[sort] + amount > _MOST[sort]:
            raise PluginError(f"the plugin {self._plugin} may not {_IN_WORDS[sort]}")
        self._spent[sort] += amount

    def end(self) -> None:
        """The call was given up: it may neither keep, schedule nor say anything more."""
        self._over = True

    def of(self, context: Context) -> Context:
        """The context of a call that is held to this."""
        store = context.store.metered(self.spend)
        voice = cast(Voice, _Voice(context.voice, self))
        return replace(context, store=store, schedule=context.schedule.metered(store), voice=voice)


class _Voice:
    """The voice, which says only so much."""

    def __init__(self, voice: Voice, allowance: Allowance) -> None:
        self.__dict__.update(_voice=voice, _allowance=allowance)

    def say(self, text: str) -> None:
        self._allowance.spend("sayings")
        self._voice.say(shortened(text))

    def ring(self, text: str) -> None:
        self._allowance.spend("sayings")
        self._voice.ring(shortened(text))

    def __getattr__(self, name: str) -> Any:
        return getattr(self.__dict__["_voice"], name)

    def __setattr__(self, name: str, value: Any) -> None:
        setattr(self.__dict__["_voice"], name, value)


def shortened(text: str) -> str:
    """A text that is not too long to be said, cut between words."""
    return text if len(text) <= LONGEST_REPLY else text[:LONGEST_REPLY].rsplit(" ", 1)[0] + " …"


def in_time(work: Callable[[], T], patience: float, plugin: str = "") -> concurrent.futures.Future[T] | None:
    """Run it in a thread of its own: what it came to, or None after ``patience`` seconds.

    It is ended then, where it is Python code that runs on; where it waits for something else, as soon as that is
    over. Only what the work raised is in the outcome; Ctrl-C here stays Ctrl-C.
    """
    outcome: concurrent.futures.Future[T] = concurrent.futures.Future()

    def run() -> None:
        try:
            outcome.set_result(work())
        except BaseException as error:  # a plugin may raise anything, SystemExit among it
            outcome.set_exception(error)

    thread = threading.Thread(target=run, name=f"{_THREAD}{plugin}", daemon=True)
    thread.start()
    done, _ = concurrent.futures.wait([outcome], timeout=patience)
    if not done:
        _end(thread)
    return outcome if done else None


def _end(thread: threading.Thread) -> None:
    """Raise CutOff in a thread, at its next step in Python: an endless loop would take a core for ever."""
    if thread.ident is not None:
        ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread.ident), ctypes.py_object(CutOff))


class LogFlood(logging.Filter):
    """Puts the plugin's name before what it logs, and drops what is more than fifty lines in ten seconds."""

    def __init__(self, packages: Mapping[str, str]) -> None:
        """``packages``: the plugin of each package that plugins' modules are in."""
        super().__init__()
        self._packages = packages
        self._seen: dict[str, tuple[float, int]] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        plugin = self._packages.get(record.name.partition(".")[0]) or _plugin_of(record.threadName)
        if not plugin or record.name.startswith("speaker."):
            return True
        since, count = self._seen.get(plugin, (record.created, 0))
        if record.created - since > _WINDOW:
            since, count = record.created, 0
        self._seen[plugin] = since, count + 1
        if count > _LINES:
            return False
        text = "it logs too much; more is left out for a while" if count == _LINES else record.getMessage()
        record.msg, record.args = f"plugin {plugin}: {text}", ()
        return True


def _plugin_of(thread: str | None) -> str:
    return (thread or "").partition(_THREAD)[2] if (thread or "").startswith(_THREAD) else ""
