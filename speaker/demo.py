"""A newcomer's first look: spoken commands, made on the spot, go through the very pipeline."""

import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np

from speaker import recording
from speaker.assistant import Assistant
from speaker.errors import SpeechError
from speaker.events import SAMPLE_RATE, Samples, Turn

COMMANDS = (
    ("slt", "turn on the kitchen lights"),
    ("rms", "set a timer for five minutes"),
    ("slt", "add milk and eggs to my shopping list"),
    ("rms", "what time is it in Tokyo"),
    ("slt", "dim the bedroom lights to thirty percent"),
    ("rms", "what's on my shopping list"),
    ("slt", "we had such a lovely walk along the river"),
    ("rms", "cancel the timer and turn off all the lights"),
)
"""Voices of flite, and what they say after the wake word; one of them is no command, and never will be."""


def said(voice: str, text: str) -> Samples:
    """A sentence by flite, 16 kHz; raises SpeechError where flite is missing or fails."""
    program = shutil.which("flite")
    if program is None:
        raise SpeechError("flite is missing; install the package flite, whose voices speak the demo's commands")
    with tempfile.TemporaryDirectory(prefix="hark-") as folder:
        file = Path(folder) / "said.wav"
        run = subprocess.run([program, "-voice", voice, "-t", text, "-o", file], capture_output=True, check=False)
        if run.returncode != 0 or not file.exists():
            raise SpeechError(f"flite does not speak with the voice {voice}; reinstall the package flite")
        return recording.read(file)


def spoken(voice: str, wake: str, text: str) -> Samples:
    """Silence, the wake word, a breath, a command, silence."""
    return np.concatenate([_silence(0.5), said(voice, wake), _silence(0.25), said(voice, text), _silence(1.2)])


def run(assistant: Assistant, word: str, before: Callable[[str], None]) -> Iterator[Turn]:
    """Speak every command to an assistant that wakes on ``word``; ``before`` is told what will be said."""
    for voice, text in COMMANDS:
        audio = spoken(voice, word, text)
        before(f"{word.capitalize()}, {text}.")
        yield from assistant.attend(recording.frames(audio, rest=1.0), f"flite {voice}")


def _silence(seconds: float) -> Samples:
    return np.zeros(int(seconds * SAMPLE_RATE), np.int16)
