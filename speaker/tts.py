"""Speech by espeak-ng, which is always there, and in place of a voice that fails."""

import io
import logging
import shutil
import subprocess
import time
from collections.abc import Callable
from typing import Protocol

import numpy as np
import soundfile

from speaker.errors import SpeechError
from speaker.events import Speech

log = logging.getLogger(__name__)

_REST = 60.0  # seconds that a voice which failed is not asked again
_LONGEST = 1000  # characters spoken of one reply
_PATIENCE = 20  # seconds


def _voices(program: str) -> set[str]:
    """What voices are called: by language, by name, and by file."""
    table = subprocess.run([program, "--voices"], capture_output=True, timeout=_PATIENCE, check=False).stdout
    names = set()
    for row in table.decode("utf-8", "replace").splitlines()[1:]:
        columns = row.split()
        if len(columns) >= 5:
            names |= {columns[1].lower(), columns[3].lower(), columns[4].lower(), columns[4].split("/")[-1].lower()}
        names |= {word.strip("()").lower() for word in columns[5:] if word.startswith("(")}
    return names


class Espeak:
    """A voice of espeak-ng: small, instant, and plainly a machine."""

    def __init__(self, voice: str = "en-us", words_per_minute: int = 165) -> None:
        """Raises SpeechError where espeak-ng is not installed, or has no such voice."""
        program = shutil.which("espeak-ng")
        if program is None:
            raise SpeechError("espeak-ng is missing; install the package espeak-ng")
        if voice.split("+")[0].lower() not in _voices(program):  # it would take another without a word
            raise SpeechError(
                f"there is no voice {voice!r}, of Piper's or espeak-ng's; correct 'speech.voice': see 'hark voices list', 'espeak-ng --voices'"
            )
        self._command = [program, "-v", voice, "-s", str(words_per_minute), "--stdout", "--stdin"]

    def speak(self, text: str) -> Speech:
        """Synthesise a text; an empty one is empty. Raises SpeechError where espeak-ng fails.

        The text goes through standard input, so nothing in it is taken for an option or a file.
        """
        plain = "".join(letter if letter.isprintable() else " " for letter in text[:_LONGEST]).strip()
        if not plain:
            return Speech(np.zeros(0, np.int16), 22_050)
        try:
            run = subprocess.run(
                self._command, input=plain.encode(), capture_output=True, timeout=_PATIENCE, check=True
            )
            samples, rate = soundfile.read(io.BytesIO(run.stdout), dtype="int16")
        except subprocess.CalledProcessError as error:
            reason = error.stderr.decode("utf-8", "replace").strip().splitlines() or ["no reason given"]
            raise SpeechError(f"espeak-ng does not speak ({reason[-1]}); check 'speech.voice'") from error
        except (subprocess.TimeoutExpired, soundfile.SoundFileError) as error:
            raise SpeechError(f"espeak-ng does not speak ({error}); try 'espeak-ng hello' by hand") from error
        return Speech(samples, int(rate))


class Voice(Protocol):
    """Makes speech of text; raises SpeechError where it cannot."""

    def speak(self, text: str) -> Speech: ...


class WithSpare:
    """A voice, and another that speaks where it fails: who asked shall hear the answer."""

    def __init__(self, first: Voice, spare: Voice, now: Callable[[], float] = time.monotonic) -> None:
        """``now``: seconds; the first rests a minute after it failed, so that not every reply waits for it."""
        self._first, self._spare, self._now = first, spare, now
        self._rests_until = 0.0
        self._failed = False

    def speak(self, text: str) -> Speech:
        """Synthesise a text; one warning is logged when the first voice fails. Raises SpeechError where both do."""
        if self._now() >= self._rests_until:
            try:
                speech = self._first.speak(text)
                self._failed = False
                return speech
            except SpeechError as error:
                self._rests_until = self._now() + _REST
                if not self._failed:
                    log.warning("espeak-ng speaks instead: %s", error)
                self._failed = True
        return self._spare.speak(text)
