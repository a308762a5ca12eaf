"""One conversation with MPD at a time: short, on a connection of its own, and never longer than promised.

Nothing is kept open, so there is nothing to mend when MPD was away.
"""

import socket
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import mpd

from speaker.context import Context
from speaker.errors import HandlerError
from speaker.spoken import joined

ANSWER = 1.4  # seconds that MPD has for all of a command; the manifest's patience is a little longer


class NoPlayerError(HandlerError):
    """There is no MPD at all."""


class _Client(mpd.MPDClient):
    """Closes the socket of a connection that does not come about, too."""

    def _connect_unix(self, path: str) -> socket.socket:
        opened = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            opened.settimeout(self.timeout)
            opened.connect(path)
        except OSError:
            opened.close()
            raise
        return opened


class Player:
    """An open connection."""

    def __init__(self, client: Any, context: Context) -> None:
        self.client, self._context = client, context

    def status(self) -> dict[str, str]:
        """MPD's, with one text for each key."""
        return {key: text(value) for key, value in self.client.status().items()}

    def volume(self, status: Mapping[str, str]) -> int | None:
        """0 to 100; None where MPD has no say in it, or nothing is open."""
        level = int(status.get("volume", -1))
        return level if 0 <= level <= 100 else None

    @contextmanager
    def at_once(self) -> Iterator[Any]:
        """What is called on it is done together, or not begun; no answers are to be had."""
        self.client.command_list_ok_begin()
        yield self.client
        self.client.command_list_end()

    def song(self) -> str:
        """What plays, or would: "Yesterday by The Beatles"; "" for nothing."""
        song = {key: text(value) for key, value in self.client.currentsong().items()}
        title = song.get("title") or song.get("name") or Path(song.get("file", "")).stem.replace("_", " ")
        if title and song.get("artist"):
            return self._context.fragment("song_by", title=title, artist=song["artist"])
        return self._context.fragment("song", title=title)


@contextmanager
def connected(context: Context, seconds: float = ANSWER) -> Iterator[Player]:
    """Talk with the MPD that the settings name, for so many seconds at most.

    Raises HandlerError, with a sentence that can be spoken: it is not there (NoPlayerError), does not answer, goes away in
    between, talks nonsense, or refuses.
    """
    client = _Client()
    client.timeout = seconds
    late = threading.Event()
    # A timeout of the socket is one of each read; this one is of the whole, however slowly bytes drip in.
    watch = threading.Timer(seconds, _cut, (client, late))
    watch.daemon = True
    try:
        watch.start()
        _connect(client, context)
        yield Player(client, context)
    except mpd.CommandError as error:
        raise HandlerError(_refused(error, context)) from error
    except (OSError, mpd.ConnectionError) as error:
        if late.is_set() or isinstance(error, TimeoutError):
            raise HandlerError(context.reply("silent")) from error
        raise HandlerError(context.reply("gone")) from error
    except (mpd.MPDError, ValueError, LookupError, TypeError, AttributeError) as error:
        raise HandlerError(context.reply("odd")) from error
    finally:
        watch.cancel()
        with suppress(OSError, mpd.MPDError):
            client.disconnect()


def text(value: Any) -> str:
    """One text of what may be several: "Simon and Garfunkel"."""
    return joined(map(str, value)) if isinstance(value, list) else str(value)


def _connect(client: Any, context: Context) -> None:
    settings = context.settings
    password = _password(str(settings["password_file"]), context)
    host = str(settings["host"])
    try:
        client.connect(str(Path(host).expanduser()) if host.startswith(("/", "~")) else host, int(settings["port"]))
    except (TimeoutError, ConnectionResetError, BrokenPipeError):  # there is one, but
        raise
    except PermissionError as error:
        raise HandlerError(context.reply("not_allowed")) from error
    except OSError as error:
        raise NoPlayerError(context.reply("not_running")) from error
    if password:
        client.password(password)


def _password(file: str, context: Context) -> str:
    try:
        return Path(file).expanduser().read_text(encoding="utf-8").strip() if file else ""
    except (OSError, ValueError) as error:
        raise HandlerError(context.reply("no_password_file")) from error


def _cut(client: Any, late: threading.Event) -> None:
    late.set()
    with suppress(OSError, AttributeError):
        client._sock.shutdown(socket.SHUT_RDWR)  # not closed: its number could be another file's by then


def _refused(error: Any, context: Context) -> str:
    codes = mpd.FailureResponseCode
    if error.errno in (codes.PASSWORD, codes.PERMISSION):
        return context.reply("wrong_password") if error.command == "password" else context.reply("needs_password")
    return context.reply("refuses", why=error.msg or context.fragment("no_reason"))
