"""Speech by espeak-ng."""

import io
import shutil
import subprocess

import numpy as np
import soundfile

from speaker.errors import SpeechError
from speaker.events import Speech

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

    def __init__(self, voice: str = "en-gb", words_per_minute: int = 165) -> None:
        """Raises SpeechError where espeak-ng is not installed, or has no such voice."""
        program = shutil.which("espeak-ng")
        if program is None:
            raise SpeechError("espeak-ng is missing; install the package espeak-ng")
        if voice.split("+")[0].lower() not in _voices(program):  # it would take another without a word
            raise SpeechError(f"espeak-ng has no voice {voice!r}; correct 'speech.voice', see 'espeak-ng --voices'")
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
