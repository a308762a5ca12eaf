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

from speaker.errors import HandlerError

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

    def __init__(self, client: Any) -> None:
        self.client = client

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
        return f"{title} by {song['artist']}" if title and song.get("artist") else title


@contextmanager
def connected(settings: Mapping[str, Any], seconds: float = ANSWER) -> Iterator[Player]:
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
        _connect(client, settings)
        yield Player(client)
    except mpd.CommandError as error:
        raise HandlerError(_refused(error)) from error
    except (OSError, mpd.ConnectionError) as error:
        if late.is_set() or isinstance(error, TimeoutError):
            raise HandlerError("The music player does not answer.") from error
        raise HandlerError("The music player went away. Please try again in a moment.") from error
    except (mpd.MPDError, ValueError, LookupError, TypeError, AttributeError) as error:
        raise HandlerError("What the music player says makes no sense.") from error
    finally:
        watch.cancel()
        with suppress(OSError, mpd.MPDError):
            client.disconnect()


def text(value: Any) -> str:
    """One text of what may be several: "Simon and Garfunkel"."""
    return " and ".join(map(str, value)) if isinstance(value, list) else str(value)


def _connect(client: Any, settings: Mapping[str, Any]) -> None:
    password = _password(str(settings["password_file"]))
    host = str(settings["host"])
    try:
        client.connect(str(Path(host).expanduser()) if host.startswith(("/", "~")) else host, int(settings["port"]))
    except (TimeoutError, ConnectionResetError, BrokenPipeError):  # there is one, but
        raise
    except PermissionError as error:
        raise HandlerError("I am not allowed to talk to the music player.") from error
    except OSError as error:
        raise NoPlayerError("The music player is not running.") from error
    if password:
        client.password(password)


def _password(file: str) -> str:
    try:
        return Path(file).expanduser().read_text(encoding="utf-8").strip() if file else ""
    except (OSError, ValueError) as error:
        raise HandlerError("I cannot read the file with the password of the music player.") from error


def _cut(client: Any, late: threading.Event) -> None:
    late.set()
    with suppress(OSError, AttributeError):
        client._sock.shutdown(socket.SHUT_RDWR)  # not closed: its number could be another file's by then


def _refused(error: Any) -> str:
    codes = mpd.FailureResponseCode
    if error.errno in (codes.PASSWORD, codes.PERMISSION):
        return "The music player does not accept my password." if error.command == "password" else (
            "The music player does not allow that without a password."
        )  # fmt: skip
    return f"The music player refuses: {error.msg or 'it does not say why'}."
