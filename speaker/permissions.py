"""What a plugin may use beyond its own store, schedule and voice; and a guard against what it did not ask for.

The guard listens to Python's audit events (PEP 578). Whose doing an event is, the call stack tells: the nearest frame
of a plugin's module or of Hark's own. So a library that a handler calls counts as the handler, and what Hark does on
its behalf (switching a lamp through a broker, speaking) does not. It keeps a plugin from using by mistake what its
manifest does not say. It is no sandbox: code that means harm can get around it from inside of one process.
"""

import logging
import os
import sys
from collections.abc import Collection, Mapping
from pathlib import Path
from types import FrameType
from typing import Any, Literal

from speaker.errors import HandlerError
from speaker.languages import fragment, say

log = logging.getLogger(__name__)

Permission = Literal["home", "network", "files", "programs", "gpio"]

MEANINGS: Mapping[Permission, str] = {
    "home": "see and switch what the home has",
    "network": "reach other machines",
    "files": "write and delete files",
    "programs": "start other programs",
    "gpio": "use the pins of the board",
}
"""For people; ``gpio`` is only declared, the others are held."""

_ADDRESSED = ("socket.connect", "socket.bind", "socket.sendto", "socket.sendmsg")
_EVENTS: Mapping[str, Permission] = {
    **dict.fromkeys(_ADDRESSED, "network"),
    **dict.fromkeys(("socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr"), "network"),
    **dict.fromkeys(("subprocess.Popen", "os.system", "os.exec", "os.fork", "os.posix_spawn"), "programs"),
    **dict.fromkeys(("open", "os.remove", "os.rename", "os.rmdir", "os.mkdir", "os.truncate"), "files"),
    **dict.fromkeys(("os.link", "os.symlink", "os.chmod", "os.chown", "shutil.rmtree", "sqlite3.connect"), "files"),
}
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
_HARK = __name__.partition(".")[0]

_guarded: dict[str, tuple[str, frozenset[str]]] = {}
"""Of each plugin's package: its name and what it may."""
_watching = False


def guard(package: str, plugin: str, may: Collection[str]) -> None:
    """Hold the modules of a plugin, those in ``package``, to what it may, from now on."""
    global _watching
    _guarded[package] = plugin, frozenset(may)
    if not _watching:
        _watching = True
        sys.addaudithook(_look)  # for good: a hook cannot be taken off


def release(package: str) -> None:
    """Forget a package that is no longer there."""
    _guarded.pop(package, None)


class Barred:
    """Stands where a plugin has no permission: whatever is asked of it is refused."""

    def __init__(self, plugin: str, permission: Permission) -> None:
        self._plugin, self._permission = plugin, permission

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):  # what Python itself looks for, such as a copy's
            raise AttributeError(name)
        raise refusal(self._plugin, self._permission)


def refusal(plugin: str, permission: Permission) -> HandlerError:
    """What a plugin meets that does what it may not; logged at once, for its code may swallow it."""
    what = fragment(f"may_not_{permission}")
    log.error("plugin %s: it may not %s; add 'permissions: [%s]' to its manifest", plugin, what, permission)
    return HandlerError(say("plugin_may_not", plugin=plugin.replace("_", " "), what=what))


def _look(event: str, args: tuple[Any, ...]) -> None:
    permission = _EVENTS.get(event)
    if permission is None or (event == "open" and not _writes(*args)):
        return
    plugin = _whose(sys._getframe(1))
    if plugin is not None and permission not in plugin[1] and not _within(event, args):
        raise refusal(plugin[0], permission)


def _whose(frame: FrameType | None) -> tuple[str, frozenset[str]] | None:
    """The plugin whose doing it is; None where it is Hark's own, or nobody's here."""
    while frame is not None:
        package = str(frame.f_globals.get("__name__")).partition(".")[0]
        if package == _HARK:
            return None
        if package in _guarded:
            return _guarded[package]
        frame = frame.f_back
    return None


def _writes(path: object, mode: object = None, flags: object = 0) -> bool:
    """Whether a file is opened for more than reading; what swallows everything does not count."""
    if not isinstance(flags, int) or not flags & _WRITING or isinstance(path, int):
        return False
    return not str(path).startswith("/dev/null")


def _within(event: str, args: tuple[Any, ...]) -> bool:
    """Whether it is nobody's concern: a socket of this machine alone, Python's caches, a database in memory."""
    if event in _ADDRESSED and len(args) > 1 and isinstance(args[1], str | bytes):
        return True  # the path of a local socket
    if event == "sqlite3.connect" and args[:1] == (":memory:",):
        return True
    named = args[0] if args and isinstance(args[0], str | bytes | os.PathLike) else ""
    return "__pycache__" in Path(os.fsdecode(named)).parts
