"""Synthetic speech: flite, which says where each sound ends, and espeak-ng, which has many voices."""

import re
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soundfile
import soxr

from speaker.events import SAMPLE_RATE, Samples

PROGRAMS = ("flite", "espeak-ng")


@dataclass(frozen=True, slots=True)
class Voice:
    """Who speaks, and how fast."""

    program: str
    name: str
    speed: float = 1.0
    """1 is the program's own; 1.2 is a fifth faster."""


@dataclass(frozen=True, slots=True)
class Clip:
    """A sentence spoken."""

    text: str
    samples: Samples
    sounds: tuple[tuple[str, float], ...] = ()
    """Each sound and the second at which it ends; empty where the program does not say."""


def missing() -> list[str]:
    """The programs that are not installed."""
    return [program for program in PROGRAMS if shutil.which(program) is None]


def speak(voice: Voice, text: str) -> Clip:
    """The sentence at 16 kHz."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "speech.wav"
        if voice.program == "flite":
            stretch = f"duration_stretch={1 / voice.speed:.3f}"
            command = ["flite", "-voice", voice.name, "--setf", stretch, "-psdur", "-t", text, "-o", str(file)]
        else:
            rate = str(round(175 * voice.speed))
            command = ["espeak-ng", "-v", voice.name, "-s", rate, "-w", str(file), text]
        said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        audio, rate_of_file = soundfile.read(file, dtype="float32")
    audio = soxr.resample(audio, rate_of_file, SAMPLE_RATE)
    sounds = tuple((sound, float(end)) for sound, end in re.findall(r"(\w+):([\d.]+)", said))
    return Clip(text, np.clip(audio * 32767, -32768, 32767).astype(np.int16), sounds)
