"""Speech by Piper, a program of its own (GPL: it is run, never imported) that keeps its model loaded between replies.

It is given a text a line and writes a WAV file for each, in a folder in memory; that it is whole is known from the line in
which Piper, the one in C++ as the one in Python, then names it. Raw samples on its output would have no such end.
"""

import logging
import queue
import re
import subprocess
import tempfile
import threading
import time
import wave
from pathlib import Path

import numpy as np

from speaker.errors import SpeechError
from speaker.events import Speech

log = logging.getLogger(__name__)

_LONGEST = 1000  # characters spoken of one reply
_PATIENCE = 10.0  # seconds for a reply
_LOADING = 2  # times as long that loading the model may take besides; it begins when Hark does
_MEMORY = Path("/dev/shm")
_NORMAL = 165  # words a minute that a voice speaks by itself, about
_NAMED = re.compile(r"([^/\s]+\.wav)\W*$")


class Piper:
    """A voice of Piper."""

    def __init__(self, model: Path, words_per_minute: int, program: str = "piper", patience: float = _PATIENCE) -> None:
        """Start it, without waiting for its model. ``program``: its name or path; ``patience`` in seconds.

        Raises SpeechError where there is no such program.
        """
        self._folder = tempfile.TemporaryDirectory(prefix="hark-piper-", dir=_MEMORY if _MEMORY.is_dir() else None)
        slow = f"{_NORMAL / words_per_minute:.3f}"
        self._command = [program, "--model", str(model), "--output_dir", self._folder.name, "--length_scale", slow]
        self._patience = patience
        self._lines = queue.SimpleQueue[str | None]()
        self._began = 0.0
        self._alone = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        try:
            self._start()
        except SpeechError:
            self.close()
            raise

    def speak(self, text: str) -> Speech:
        """Synthesise a text; an empty one is empty. Raises SpeechError where Piper is dead or takes too long.

        The next text starts it again then.
        """
        plain = " ".join("".join(letter if letter.isprintable() else " " for letter in text[:_LONGEST]).split())
        if not plain:
            return Speech(np.zeros(0, np.int16), 22_050)
        with self._alone:
            try:
                return self._speak(plain)
            except SpeechError:
                self._end()
                raise

    def close(self) -> None:
        """End it."""
        with self._alone:
            self._end()
            self._folder.cleanup()

    def _speak(self, plain: str) -> Speech:
        process = self._process or self._start()
        assert process.stdin is not None
        try:
            process.stdin.write(plain.encode() + b"\n")
            process.stdin.flush()
            with wave.open(str(self._written()), "rb") as sound:
                if (sound.getnchannels(), sound.getsampwidth()) != (1, 2):
                    raise SpeechError("Piper's voice is not one channel of 16 bits; take another voice")
                samples = np.frombuffer(sound.readframes(sound.getnframes()), np.int16)
                rate = sound.getframerate()
        except (OSError, EOFError, wave.Error) as error:
            raise SpeechError(
                f"Piper does not speak ({error}); try it by hand: {' '.join(self._command[:3])}"
            ) from error
        return Speech(samples, rate)

    def _written(self) -> Path:
        """The file of this text, once it is whole; deleted when it was read, with the folder, or by the next one."""
        for old in Path(self._folder.name).glob("*.read"):
            old.unlink()
        until = max(time.monotonic(), self._began + _LOADING * self._patience) + self._patience
        last = "it said nothing"
        while (left := until - time.monotonic()) > 0:
            try:
                line = self._lines.get(timeout=left)
            except queue.Empty:
                break
            if line is None:
                raise SpeechError(f"Piper ended ({last}); try it by hand: {' '.join(self._command[:3])}")
            last = line.strip() or last
            if named := _NAMED.search(last):
                return (Path(self._folder.name) / named[1]).rename(Path(self._folder.name) / f"{named[1]}.read")
        raise SpeechError(f"Piper took longer than {self._patience:.0f} s; a smaller voice may be quicker")

    def _start(self) -> "subprocess.Popen[bytes]":
        lines: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        try:
            # In a session of its own: Ctrl-C is Hark's to handle. It ends with its input, also where Hark is killed.
            process = subprocess.Popen(
                self._command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        except OSError as error:
            raise SpeechError(
                f"Piper cannot be started ({error.strerror}: {self._command[0]}); install it, or set 'speech.piper'"
            ) from error

        def read() -> None:
            assert process.stdout is not None
            for line in process.stdout:
                lines.put(line.decode("utf-8", "replace"))
            lines.put(None)

        threading.Thread(target=read, name="piper", daemon=True).start()
        self._process, self._lines, self._began = process, lines, time.monotonic()
        return process

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.wait()
            for pipe in (process.stdin, process.stdout):
                if pipe is not None:
                    try:
                        pipe.close()
                    except OSError:  # what it was to be told and never read
                        log.debug("Piper left something unread")
