"""Music of one's own, played by MPD: by words, and quieter while Hark listens or speaks."""

import random
from collections.abc import Mapping
from typing import Any

from rapidfuzz import fuzz

from speaker.context import Context
from speaker.errors import HandlerError

from .finding import Music, Shelf, Ways, find, names_nothing
from .library import Library
from .player import NoPlayerError, Player, connected

MIX = 30  # songs of a mix, where nothing is named
MOST = 2000  # songs of one artist or genre that are put into the queue, which holds 16 384 unless MPD is told otherwise
LOUD_AGAIN = "loud again"  # the key of what is due where Hark ends while music is quiet
AGAIN = 60.0  # seconds until then; no turn is longer
_LIKE = 85.0  # points of 100 from which an output is called like an area

library = Library()


def play(context: Context, query: str | None = None, area: str | None = None) -> str:
    """Something of the library; without a query what was paused, else a mix."""
    with connected(context) as player:
        rooms = _rooms(context, player, area) if area else {}
        if query is None or names_nothing(query, Ways(context.words)):
            if player.status()["state"] == "stop":
                songs = _mix(context, library.shelf(player, context))
                return _plays(context, _play(context, player, songs, rooms, context.fragment("mix")), area)
            with player.at_once() as mpd:
                _switch(mpd, rooms)
                mpd.pause(0)
            return _plays(context, player.song(), area)
        if not (found := find(query, library.shelf(player, context), limit=1)):
            raise HandlerError(context.reply("not_found", query=query))
        music = found[0].music
        return _plays(context, _play(context, player, [music], rooms, called(context, music)), area)


def pause(context: Context) -> str:
    """Until it is resumed."""
    with connected(context) as player:
        _want(context, player.status()["state"] == "play", "nothing_plays")
        player.client.pause(1)
    return context.reply("paused")


def resume(context: Context) -> str:
    """What was paused, or stopped."""
    with connected(context) as player:
        status = player.status()
        _want(context, status["state"] != "play", "plays_already")
        _want(context, status["playlistlength"] != "0", "nothing_to_resume")
        player.client.play()
        return _plays(context, player.song())


def next(context: Context) -> str:
    """The next song."""
    with connected(context) as player:
        status = player.status()
        _want(context, status["state"] != "stop", "nothing_plays")
        _want(context, "nextsong" in status, "last_song")
        player.client.next()
        return _plays(context, player.song())


def previous(context: Context) -> str:
    """The song before; the first one from its beginning."""
    with connected(context) as player:
        _want(context, player.status()["state"] != "stop", "nothing_plays")
        player.client.previous()
        return _plays(context, player.song())


def stop(context: Context) -> str:
    """No more music."""
    with connected(context) as player:
        _want(context, player.status()["state"] != "stop", "nothing_plays")
        with context.store.for_good():  # "undo" does not bring the music back, so it shall not seem to
            _stop(context, player)
    return context.reply("stopped")


def what(context: Context) -> str:
    """Which song it is."""
    with connected(context) as player:
        state, song = player.status()["state"], player.song()
    _want(context, state != "stop" and bool(song), "nothing_plays")
    return context.reply("this_is_paused", song=song) if state == "pause" else context.reply("this_is", song=song)


def silence(context: Context) -> bool:
    """Called where someone says "stop" and nothing of Hark's own sounds; whether there was music."""
    try:
        with connected(context) as player:
            playing = player.status()["state"] == "play"
            if playing:
                _stop(context, player)
            return playing
    except NoPlayerError:
        return False


def duck(context: Context, quiet: bool) -> None:
    """Make music quieter, or as loud again as it was; unless someone has set another volume meanwhile.

    What it was is on the disk before it gets quiet, and due in a minute: so it comes back after a crash, too.
    """
    lowered = _lowered(context)
    if not quiet and not lowered:
        return
    try:
        with connected(context) as player:
            if quiet:
                library.refresh(player, context)  # a command that needs it may follow
                _lower(context, player, lowered)
            elif _raise(player, lowered):
                context.schedule.cancel(LOUD_AGAIN)
    except NoPlayerError:
        return


def loud_again(context: Context, payload: Any, late: float) -> None:
    """Called where music was left quiet."""
    try:
        with connected(context) as player:
            done = _raise(player, payload)
    except HandlerError:
        done = False
    if not done:
        context.schedule.after(AGAIN, LOUD_AGAIN, payload)


def called(context: Context, music: Music) -> str:
    """What plays, as it is spoken."""
    return context.fragment(f"{music.kind}{'_by' if music.artist else ''}", name=music.name, artist=music.artist)


def _plays(context: Context, what: str, area: str | None = None) -> str:
    """What plays, and where."""
    if area is None:
        return context.reply("plays", what=what)
    if area in context.words["everywhere"]:
        return context.reply("plays_everywhere", what=what)
    return context.reply("plays_in", what=what, room=area)


def _play(context: Context, player: Player, wanted: list[Music], rooms: Mapping[str, bool], name: str) -> str:
    """Play it in place of what there is, in those rooms; what plays."""
    with player.at_once() as mpd:
        mpd.clear()
        for music in wanted:
            _enqueue(mpd, music)
        if len(wanted) > 1 or wanted[0].kind not in ("album", "playlist"):
            mpd.shuffle()
        _switch(mpd, rooms)
        mpd.play()
    status = player.status()
    _want(context, status["playlistlength"] != "0", "not_there", what=name)
    _want(context, "error" not in status, "cannot_play", why=status.get("error"))
    return name


def _enqueue(mpd: Any, music: Music) -> None:
    if music.kind == "playlist":
        mpd.load(music.name)
        return
    tags = [music.kind, music.name]
    if music.artist:
        tags += ["albumartist" if music.kind == "album" else "artist", music.artist]
    mpd.findadd(*tags, "window", (0, 1 if music.kind == "title" else MOST))


def _mix(context: Context, shelf: Shelf) -> list[Music]:
    titles = shelf.all("title")
    _want(context, bool(titles), "no_songs")
    return random.sample(titles, min(MIX, len(titles)))


def _rooms(context: Context, player: Player, area: str) -> dict[str, bool]:
    """Which outputs are to play, by their number; none is touched where the music is here, and has no name."""
    ways = Ways(context.words)
    outputs = {each["outputid"]: ways.plain(each["outputname"]) for each in player.client.outputs()}
    if area in context.words["everywhere"]:
        return dict.fromkeys(outputs, True)
    here = {number: fuzz.token_set_ratio(ways.plain(area), name) >= _LIKE for number, name in outputs.items()}
    if any(here.values()):
        return here
    _want(context, area == context.home.here, "no_music", room=area)
    return {}


def _switch(mpd: Any, rooms: Mapping[str, bool]) -> None:
    for number in sorted(rooms, key=lambda n: not rooms[n]):  # first on, then off: the music never has no output
        (mpd.enableoutput if rooms[number] else mpd.disableoutput)(number)


def _stop(context: Context, player: Player) -> None:
    """Stop, but first be as loud as before: a closed output may have no volume that could be set."""
    if (lowered := _lowered(context)) and _raise(player, lowered):
        context.schedule.cancel(LOUD_AGAIN)
    player.client.stop()


def _lowered(context: Context) -> Mapping[str, int] | None:
    """``before`` and ``low``, the volumes from 0 to 100 before and since the music was made quiet; None: it was not."""
    quiet = [event.payload for event in context.schedule.pending() if event.key == LOUD_AGAIN]
    return quiet[0] if quiet else None


def _lower(context: Context, player: Player, lowered: Mapping[str, int] | None) -> None:
    status = player.status()
    volume = player.volume(status)
    if status["state"] != "play" or not volume or (lowered and volume == lowered["low"]):
        return
    low = max(1, round(volume * context.settings["quiet"] / 100))
    if low < volume:
        context.schedule.after(AGAIN, LOUD_AGAIN, {"before": volume, "low": low})
        player.client.setvol(low)


def _raise(player: Player, lowered: Mapping[str, int]) -> bool:
    """Be as loud as before where nobody else has set a volume; False where it cannot be known yet."""
    volume = player.volume(player.status())
    if volume == lowered["low"]:
        player.client.setvol(lowered["before"])
    return volume is not None


def _want(context: Context, true: bool, otherwise: str, **words: object) -> None:
    """Decline where something is not so, with the reply of that name."""
    if not true:
        raise HandlerError(context.reply(otherwise, **words))
