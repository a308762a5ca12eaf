"""How long music takes from the intent to the effect, in a big library: a table, and one JSON line.

    .venv/bin/python -m benchmarks.media [--songs 50000] [--rounds 200]

A real MPD with outputs that play to nobody. Its database is written for it, with made-up names; every song is a link to
the same silent file. A time is over when a second client has seen the effect in MPD's status. Titles are asked for with
one letter wrong. Times are of one run on this machine.
"""

import argparse
import gzip
import json
import os
import random
import resource
import statistics
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from rich.console import Console
from rich.table import Table

from speaker import places
from speaker.testing import Bench
from tests.music_server import MusicServer

SYLLABLES = "ka lo mi ra ne to shi ver dan bel cor fin gal hu jo pre qua sti tru wen".split()
GENRES = ("Rock", "Pop", "Jazz", "Classical", "Folk", "Soul")
ALBUMS, SONGS = 5, 10  # of an artist; of an album


def write_library(server: MusicServer, songs: int, rng: random.Random) -> list[tuple[str, str]]:
    """Write the database, in MPD's own form, and the files; titles with their artists."""

    def words(most: int) -> str:
        return " ".join(
            "".join(rng.choices(SYLLABLES, k=rng.randint(1, 3))) for _ in range(rng.randint(1, most))
        ).title()

    server.add("seed.flac", seconds=60)
    server.start()
    server.update()
    server.stop()
    with gzip.open(server.folder / "database", "rt", encoding="utf-8") as database:  # this version's own beginning
        lines = database.read().partition("info_end\n")[0].splitlines()
    lines.append("info_end")
    titles = []
    for at in range(songs // (ALBUMS * SONGS)):
        artist, folder = words(2), f"artist{at}"
        (server.music / folder).mkdir()
        lines += [f"directory: {folder}", "mtime: 1700000000", f"begin: {folder}"]
        for album in range(ALBUMS):
            name, genre = words(3), rng.choice(GENRES)
            for track in range(SONGS):
                file, title = f"{album}-{track}.flac", words(4)
                os.link(server.music / "seed.flac", server.music / folder / file)
                titles.append((title, artist))
                lines += [f"song_begin: {file}", "Time: 60.000000", f"Title: {title}", f"Artist: {artist}"]
                lines += [f"Album: {name}", f"Genre: {genre}", f"Track: {track + 1}", "Format: 8000:16:1"]
                lines += ["mtime: 1700000000", "song_end"]
        lines.append(f"end: {folder}")
    with gzip.open(server.folder / "database", "wt", encoding="utf-8") as database:
        database.write("\n".join(lines) + "\n")
    return titles


def misheard(title: str, rng: random.Random) -> str:
    """One letter is another."""
    at = rng.randrange(len(title))
    return f"{title[:at]}{rng.choice('aeiou')}{title[at + 1 :]}".lower()


def measured(
    bench: Bench, server: MusicServer, titles: list[tuple[str, str]], rounds: int, rng: random.Random
) -> dict[str, list[float]]:
    """Milliseconds of each command, every time."""
    times: dict[str, list[float]] = {}
    long = [(title, artist) for title, artist in titles if len(title) > 8]  # a letter of four would be too much
    with server.client() as client:

        def take(name: str, do: Callable[[], object], done: Callable[[Mapping[str, str]], bool]) -> None:
            began = time.perf_counter()
            do()
            while not done(client.status()):
                if time.perf_counter() > began + 10:
                    raise SystemExit(f"{name}: no effect after 10 s")
                time.sleep(0.0005)
            times.setdefault(name, []).append(1000 * (time.perf_counter() - began))

        def say(intent: str, **slots: str) -> Callable[[], object]:
            return lambda: bench.do(intent, **slots)

        def plays(status: Mapping[str, str]) -> bool:
            return status["state"] == "play"

        def until_read() -> None:
            while not bench.do("media.play", query=titles[0][0].lower()).ok:
                pass  # "I am still reading the music library"

        take("the first play: the library is read", until_read, plays)
        for _ in range(rounds):
            title, artist = rng.choice(long)
            for name, query in (
                ("play a title, misheard", misheard(title, rng)),
                ("play a title by an artist", f"{title} by {artist}".lower()),
                ("play an artist", f"songs by {artist}".lower()),
                ("play a genre", f"some {rng.choice(GENRES)}".lower()),
            ):
                client.stop()
                take(name, say("media.play", query=query), plays)
            client.stop()
            take("play something", say("media.play"), plays)
            take("pause", say("media.pause"), lambda status: status["state"] == "pause")
            take("resume", say("media.resume"), plays)
            song = client.status()["songid"]
            take("next", say("media.next"), lambda status, song=song: status["songid"] != song)  # type: ignore[misc]
            take("quieter", lambda: bench.plugins.duck(True), lambda status: status["volume"] == "30")
            take("as loud as before", lambda: bench.plugins.duck(False), lambda status: status["volume"] == "100")
            take("stop", say("media.stop"), lambda status: status["state"] == "stop")
            began = time.perf_counter()
            bench.do("media.play", query="zzz nothing of the kind zzz")
            times.setdefault("nothing like it", []).append(1000 * (time.perf_counter() - began))
    return times


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--songs", type=int, default=50_000)
    parser.add_argument("--rounds", type=int, default=200)
    given = parser.parse_args()
    rng = random.Random(4)
    with tempfile.TemporaryDirectory() as folder:
        server = MusicServer(Path(folder) / "mpd")
        titles = write_library(server, given.songs, rng)
        server.start()
        try:
            settings = {"media": server.settings}
            with Bench([places.INTENTS / "media"], Path(folder), settings=settings) as bench:
                before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
                times = measured(bench, server, titles, given.rounds, rng)
                memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
        finally:
            server.stop()
    table = Table("from intent to effect", "median ms", "worst ms", "times")
    result: dict[str, object] = {"songs": len(titles), "memory_mb": round(memory / 1024)}
    for name, each in times.items():
        median, worst = statistics.median(each), max(each)
        table.add_row(name, f"{median:.1f}", f"{worst:.1f}", str(len(each)))
        result[name] = {"median_ms": round(median, 1), "worst_ms": round(worst, 1), "times": len(each)}
    Console().print(table)
    print(json.dumps(result))


if __name__ == "__main__":
    main()
