"""Sound files: recordings as frames, and speech written where a loudspeaker would play it."""

import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import soundfile
import soxr

from speaker.errors import RecordingError
from speaker.events import FRAME_SAMPLES, SAMPLE_RATE, Frame, Samples, Speech

log = logging.getLogger(__name__)

LONGEST = 3600
"""Seconds of audio that are read at most."""

_BLOCK = 1 << 12  # sample frames read at a time: of a damaged file, so much is lost


def read(path: Path) -> Samples:
    """Read a WAV, FLAC, OGG or MP3 file of any rate and number of channels as 16 kHz mono int16, shape (n,).

    A file that ends early is read as far as it goes. Raises RecordingError: not there, not sound, empty, or
    longer than an hour.
    """
    if not path.exists():
        raise RecordingError(f"there is no file {path}; check the name")
    if path.is_dir():
        raise RecordingError(f"{path} is a folder; name a sound file in it")
    if path.stat().st_size == 0:
        raise RecordingError(f"{path} is empty; record it again")
    try:
        with soundfile.SoundFile(path) as file:
            if file.frames > LONGEST * file.samplerate:
                raise RecordingError(f"{path} is longer than an hour; cut it into pieces")
            expected, rate = file.frames, file.samplerate
            blocks: list[Any] = []
            while len(block := _next(file, blocks)):
                blocks.append(block.mean(axis=1))
    except (soundfile.SoundFileError, OSError) as error:
        reason = str(error).rsplit(": ", 1)[-1].rstrip(".")
        raise RecordingError(f"{path} cannot be read as sound ({reason}); use WAV, FLAC, OGG or MP3") from error
    if not blocks:
        raise RecordingError(f"{path} holds no sound; record it again")
    mono = np.concatenate(blocks)
    if len(mono) < expected:
        log.warning("%s ends early: %.1f of %.1f s are there", path, len(mono) / rate, expected / rate)
    return _int16(soxr.resample(mono, rate, SAMPLE_RATE) if rate != SAMPLE_RATE else mono)


def _next(file: soundfile.SoundFile, before: list[Any]) -> np.ndarray[tuple[int, int], np.dtype[np.float32]]:
    """The next block; nothing where the file breaks off after something was read."""
    try:
        block: np.ndarray[tuple[int, int], np.dtype[np.float32]] = file.read(_BLOCK, dtype="float32", always_2d=True)
    except soundfile.SoundFileError:
        if not before:
            raise
        return np.zeros((0, 1), np.float32)
    return block


def frames(samples: Samples, rest: float = 0.0) -> Iterator[Frame]:
    """Cut samples into frames; the last is filled up with zeros, and ``rest`` seconds of silence follow."""
    silence = round(rest * SAMPLE_RATE)
    silence += -(len(samples) + silence) % FRAME_SAMPLES
    padded = np.concatenate([samples, np.zeros(silence, np.int16)])
    for at in range(0, len(padded), FRAME_SAMPLES):
        yield Frame(padded[at : at + FRAME_SAMPLES], at / SAMPLE_RATE)


def write(path: Path, samples: Samples, rate: int = SAMPLE_RATE) -> None:
    """Write samples as a WAV or FLAC file, by its ending. Raises RecordingError where it cannot be written."""
    try:
        soundfile.write(path, samples, rate, subtype="PCM_16")
    except (soundfile.SoundFileError, OSError, ValueError, TypeError) as error:
        raise RecordingError(f"cannot write {path} ({error}); choose another place, ending in .wav") from error


class FileLoudspeaker:
    """A loudspeaker that writes what it plays into one file."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._played: list[Samples] = []
        self.volume = 100
        self.muted = False

    @property
    def playing(self) -> bool:
        """A file takes no time: never."""
        return False

    def play(self, speech: Speech, even_muted: bool = False) -> None:
        """Append to the file, at 16 kHz."""
        if self.muted and not even_muted:
            return
        self._played.append(resampled(speech.samples, speech.rate, SAMPLE_RATE))
        write(self._path, np.concatenate(self._played))

    def hush(self) -> bool:
        """There is nothing to silence."""
        return False

    def wait(self, timeout: float | None = None) -> bool:
        """All is written."""
        return True

    def close(self) -> None:
        """Nothing is open."""


def resampled(samples: Samples, rate: int, wanted: int) -> Samples:
    """The same sound at another rate."""
    return (
        samples
        if rate == wanted or not len(samples)
        else _int16(soxr.resample(samples.astype(np.float32) / 32768, rate, wanted))
    )


def _int16(audio: np.ndarray[tuple[int], np.dtype[np.float32]]) -> Samples:
    return np.clip(np.round(audio * 32768), -32768, 32767).astype(np.int16)
