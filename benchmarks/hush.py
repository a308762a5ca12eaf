"""How soon Hark is silent once it is told to: over a real sound server, in which it hears itself.

    .venv/bin/python -m benchmarks.hush [--times 6]

``hark run`` gives a long reply; the wake word, or "stop", is said over it in the room. Measured in a recording of that room: from
the end of the word to the end of the reply.
"""

import argparse
import json
import statistics
import tempfile
import time
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.table import Table

from speaker import demo, recording
from speaker.events import SAMPLE_RATE, Samples
from tests.sound_server import ROOM, SoundServer, sound_server
from tests.test_live import Running

WORDS = ("hey jarvis", "stop")
QUIET = 150  # of 32768: what is below is silence
LISTENED = 4.0  # seconds after the word


def after(room: Samples, word: Samples) -> float | None:
    """Seconds from the word's end to the last sound; None where it sounds on."""
    size = 1 << (len(room) + len(word)).bit_length()
    alike = np.fft.irfft(np.fft.rfft(room, size) * np.fft.rfft(word, size).conj())[: len(room)]
    ends = int(np.argmax(alike)) + int(np.flatnonzero(np.abs(word) > 500)[-1])
    last = int(np.flatnonzero(np.abs(room) > QUIET)[-1])
    return None if len(room) - last < SAMPLE_RATE else max(0, last - ends) / SAMPLE_RATE


def interrupt(server: SoundServer, hark: Running, folder: Path, word: str) -> float | None:
    replies = hark.printed.count("I know about")
    server.say(folder / "question.wav", 70)
    hark.wait_for("I know about", times=replies + 1)
    time.sleep(4.0)
    with server.listening(folder / "room.raw", ROOM):
        time.sleep(0.3)
        server.say(folder / f"{word}.wav", 70)
        time.sleep(LISTENED)
    time.sleep(12.0)  # the reply is over in any case, and so is the wait for a command
    return after(np.fromfile(folder / "room.raw", np.int16), recording.read(folder / f"{word}.wav"))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--times", type=int, default=6, help="how often each word is said")
    times = parser.parse_args().times
    table, result = Table("word", "heard", "median", "longest"), {}
    with tempfile.TemporaryDirectory(prefix="hark-") as name:
        folder = Path(name)
        (folder / "config.yaml").write_text("sounds: false\nendpoint: {nothing: 5}\n")
        recording.write(folder / "question.wav", demo.spoken("slt", "hey jarvis", "what can you do"))
        for word in WORDS:
            recording.write(folder / f"{word}.wav", demo.said("slt", word))
        with sound_server(folder / "server") as server:
            server.echo()
            hark = Running(server, folder / "data", "--config", folder / "config.yaml")
            hark.wait_for("ready after")
            for word in WORDS:
                taken = [interrupt(server, hark, folder, word) for _ in range(times)]
                heard = [seconds for seconds in taken if seconds is not None]
                result[word] = {"heard": len(heard), "of": times, "seconds": [round(s, 2) for s in heard]}
                shown = (f"{f(heard):.2f} s" if heard else "–" for f in (statistics.median, max))
                table.add_row(word, f"{len(heard)} of {times}", *shown)
            hark.stop()
    Console().print(table)
    print(json.dumps(result))


if __name__ == "__main__":
    main()
