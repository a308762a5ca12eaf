"""What the words of a command mean among artists, albums, titles, genres and playlists; no MPD is needed."""

import importlib.util
import sys

import pytest

from speaker import replies
from tests.conftest import TOP

# By its path: a module "intents" could be somebody else's.
_spec = importlib.util.spec_from_file_location("media_finding", TOP / "intents" / "media" / "finding.py")
assert _spec is not None
finding = importlib.util.module_from_spec(_spec)
sys.modules["media_finding"] = finding
assert _spec.loader is not None
_spec.loader.exec_module(finding)
KINDS, Music, Shelf = finding.KINDS, finding.Music, finding.Shelf
find = finding.find
WAYS = finding.Ways(replies.words(TOP / "intents" / "media"))

LIBRARY = (
    *(Music("artist", name) for name in ("The Beatles", "Queen", "Michael Jackson", "AC/DC", "Adele", "Björk", "Ben E. King")),
    *(Music("artist", name) for name in ("Simon & Garfunkel", "The Rolling Stones", "Backstreet Boys", "Miles Davis", "Nena")),
    *(Music("composer", name) for name in ("Ludwig van Beethoven", "Wolfgang Amadeus Mozart")),
    *(Music("playlist", name) for name in ("Party", "Morning Coffee")),
    *(Music("genre", name) for name in ("Jazz", "Rock", "Hip-Hop")),
    Music("title", "Yesterday - Remastered 2009", "The Beatles"),
    Music("title", "Yesterday", "Ray Charles"),
    Music("title", "Stand by Me", "Ben E. King"),
    Music("title", "(I Can't Get No) Satisfaction", "The Rolling Stones"),
    Music("title", "Bohemian Rhapsody", "Queen"),
    Music("title", "Thriller", "Michael Jackson"),
    Music("title", "Take Five", "Dave Brubeck"),
    Music("title", "99 Luftballons", "Nena"),
    Music("title", "Martha", "Tom Waits"),
    Music("album", "Abbey Road", "The Beatles"),
    Music("album", "Thriller", "Michael Jackson"),
    Music("album", "Jazz", "Queen"),
    Music("album", "1984", "Van Halen"),
    Music("album", "Kind of Blue", "Miles Davis"),
)  # fmt: skip
SHELF = Shelf(WAYS, LIBRARY)


def best(query: str) -> tuple[str, str, str] | None:
    found = find(query, SHELF)
    return (found[0].music.kind, found[0].music.name, found[0].music.artist) if found else None


@pytest.mark.parametrize(
    ("query", "kind", "name"),
    [
        ("the beatles", "artist", "The Beatles"),
        ("beatles", "artist", "The Beatles"),
        ("jazz", "genre", "Jazz"),
        ("some jazz", "genre", "Jazz"),
        ("jazz music", "genre", "Jazz"),
        ("the jazz album", "album", "Jazz"),
        ("jazz by queen", "album", "Jazz"),
        ("hip hop", "genre", "Hip-Hop"),
        ("abbey road", "album", "Abbey Road"),
        ("thriller", "title", "Thriller"),
        ("album thriller", "album", "Thriller"),
        ("the album thriller by michael jackson", "album", "Thriller"),
        ("party playlist", "playlist", "Party"),
        ("my party playlist", "playlist", "Party"),
        ("playlist morning coffee", "playlist", "Morning Coffee"),
        ("something by queen", "artist", "Queen"),
        ("songs by the rolling stones", "artist", "The Rolling Stones"),
        ("music by mozart", "composer", "Wolfgang Amadeus Mozart"),
        ("beethoven", "composer", "Ludwig van Beethoven"),
        ("bohemian", "title", "Bohemian Rhapsody"),
        ("stand by me", "title", "Stand by Me"),
        ("stand by me by ben e king", "title", "Stand by Me"),
        ("satisfaction", "title", "(I Can't Get No) Satisfaction"),
        ("i can't get no satisfaction", "title", "(I Can't Get No) Satisfaction"),
        ("kind of blue by miles davis", "album", "Kind of Blue"),
        ("bjork", "artist", "Björk"),
        ("simon and garfunkel", "artist", "Simon & Garfunkel"),
        ("take 5", "title", "Take Five"),
        ("ninety nine luftballons", "title", "99 Luftballons"),
        ("nineteen eighty four", "album", "1984"),
    ],
)
def test_words_find_what_they_name(query, kind, name):
    assert best(query)[:2] == (kind, name)


@pytest.mark.parametrize(
    ("misheard", "name"),
    [
        ("the beetles", "The Beatles"),
        ("abby road", "Abbey Road"),
        ("back street boys", "Backstreet Boys"),
        ("a c d c", "AC/DC"),
        ("adel", "Adele"),
        ("beethofen", "Ludwig van Beethoven"),
        ("yesterday by the beetles", "Yesterday - Remastered 2009"),
        ("bohemian rapsody", "Bohemian Rhapsody"),
    ],
)
def test_what_was_misheard_is_found(misheard, name):
    assert best(misheard)[1] == name


@pytest.mark.parametrize(
    "query",
    ["death metal", "yesterday by queen", "the album abba gold", "art", "rick", "the", "", "...", "party album"],
)
def test_what_is_not_there_is_not_guessed(query):
    assert best(query) is None


def test_the_artist_who_was_said_decides_between_songs_of_one_name():
    shelf = Shelf(WAYS, [*LIBRARY, Music("artist", "Ray Charles")])
    assert find("yesterday by ray charles", shelf)[0].music.artist == "Ray Charles"
    assert find("yesterday by the beatles", shelf)[0].music.artist == "The Beatles"


def test_the_very_name_comes_before_one_that_is_like_it():
    shelf = Shelf(WAYS, [Music("artist", "Queens"), Music("title", "Killer Queen", "Queen"), Music("artist", "Queen")])
    assert [found.music.name for found in find("queen", shelf)] == ["Queen", "Queens", "Killer Queen"]
    scores = [found.score for found in find("queen", shelf)]
    assert scores == sorted(scores, reverse=True)
    assert scores[0] == 100


def test_everything_is_found_by_its_own_name():
    for music in LIBRARY:
        assert music in [found.music for found in find(music.name, SHELF, limit=10)], music
    assert len(SHELF) == len(LIBRARY)
    assert [m for kind in KINDS for m in SHELF.all(kind)] == sorted(LIBRARY, key=lambda m: KINDS.index(m.kind))


@pytest.mark.parametrize("query", ["", "something", "some music", "music", "anything nice", "a song", "something else"])
def test_a_command_may_leave_open_what_to_play(query):
    assert finding.names_nothing(query, WAYS)


@pytest.mark.parametrize(
    "query", ["jazz", "some jazz", "something by queen", "music for airports", "the songs of nena"]
)
def test_or_name_it(query):
    assert not finding.names_nothing(query, WAYS)


@pytest.mark.parametrize("name", ["???", "!!!", "...", "+", "Ø", "東京", "🎵"])
def test_a_name_without_letters_is_still_one(name):
    assert WAYS.plain(name)
    assert find(name, Shelf(WAYS, [Music("artist", name)]))[0].music.name == name
