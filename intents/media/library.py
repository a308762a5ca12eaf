"""What there is to play: read from MPD once, and again when it has changed."""

import logging
import threading
from collections.abc import Iterator

from speaker.context import Context
from speaker.errors import HandlerError

from .finding import Music, Shelf, Ways
from .player import Player, connected, text

log = logging.getLogger(__name__)

_READING = 60.0  # seconds that reading a library may take, in the background
_WAIT = 0.9  # seconds that a command waits for it


class Library:
    """The shelf of one MPD, and what it was read from."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._state: tuple[str, ...] | None = None
        self._shelf: Shelf | None = None
        self._reading: threading.Thread | None = None
        self._failed: HandlerError | None = None

    def shelf(self, player: Player, context: Context) -> Shelf:
        """What there is now.

        A big library may take longer to read than a command may take: what was there before counts until it is read.
        Raises HandlerError where nothing was read yet, or it cannot be.
        """
        if reading := self.refresh(player, context):
            reading.join(_WAIT)
        if self._shelf is None:
            raise self._failed or HandlerError(context.reply("reading"))
        return self._shelf

    def refresh(self, player: Player, context: Context) -> threading.Thread | None:
        """Begin to read it where it has changed; None where it has not."""
        state = _state(player)
        with self._lock:
            if state == self._state:
                return None
            if self._reading is None or not self._reading.is_alive():
                self._failed = None
                self._reading = threading.Thread(target=self._read, args=(state, context), name="library", daemon=True)
                self._reading.start()
            return self._reading

    def _read(self, state: tuple[str, ...], context: Context) -> None:
        try:
            with connected(context, _READING) as player:
                self._shelf, self._state = Shelf(Ways(context.words), _music(player)), state
        except HandlerError as error:
            log.warning("the music library was not read: %s", error)
            self._failed = error


def _state(player: Player) -> tuple[str, ...]:
    """Changes when the library does."""
    stats = player.client.stats()
    lists = [f"{text(p['playlist'])} {text(p.get('last-modified', ''))}" for p in player.client.listplaylists()]
    # A new MPD has no time of an update yet.
    return (*(text(stats.get(key, "")) for key in ("db_update", "songs", "artists", "albums")), *lists)


def _music(player: Player) -> Iterator[Music]:
    """Everything that has a name.

    Grouped lists: a list of every song with all its tags would be more than MPD's buffer holds.
    """
    client = player.client
    artists: dict[str, None] = {}
    for each in client.list("title", "group", "artist"):
        title, artist = text(each.get("title", "")), text(each.get("artist", ""))
        artists[artist] = None
        if title:
            yield Music("title", title, artist)
    for each in client.list("album", "group", "albumartist"):
        album, artist = text(each.get("album", "")), text(each.get("albumartist", ""))
        artists[artist] = None
        if album:
            yield Music("album", album, artist)
    for artist in artists:
        if artist:
            yield Music("artist", artist)
    for kind in ("composer", "genre"):
        for each in client.list(kind):
            if name := text(each.get(kind, "")):
                yield Music(kind, name)
    for each in client.listplaylists():
        yield Music("playlist", text(each["playlist"]))
