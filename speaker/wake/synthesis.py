"""Speech by machines, to teach a wake word: many voices, and what a room and its noise make of them."""

import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from speaker.errors import SpeechError
from speaker.events import SAMPLE_RATE, Samples
from speaker.recording import resampled

Random = np.random.Generator
Audio = npt.NDArray[np.float32]

_ACCENTS = ("en-us", "en-us", "en-us", "en-gb", "en-gb-x-rp", "en-gb-scotland", "en-029", "en-gb-x-gbclan", "en-us-nyc")
_VARIANTS = (
    *(f"m{n}" for n in range(1, 9)),
    *(f"f{n}" for n in range(1, 6)),
    *("adam", "Alex", "Alicia", "Andrea", "Andy", "Annie", "antonio", "aunty", "belinda", "benjamin", "caleb", "david"),
    *("Denis", "ed", "edward", "Gene", "Hugo", "Jacky", "john", "Lee", "linda", "marcelo", "Marco", "Mario", "max"),
    *(
        "Michael",
        "mike",
        "Nguyen",
        "pablo",
        "paul",
        "quincy",
        "rob",
        "robert",
        "steph",
        "victor",
        "Zac",
        "anika",
        "shelby",
    ),
    *("klatt", "klatt2", "klatt3", "klatt4", "grandma", "grandpa"),
)
_FLITE = ("awb", "rms", "slt", "kal16")
_PATIENCE = 20  # seconds
_RATE_OF_ESPEAK = 22_050


@dataclass(frozen=True, slots=True)
class Voice:
    """How a machine speaks."""

    program: str
    """``espeak-ng`` or ``flite``."""
    name: str
    speed: float
    """1 is usual."""
    pitch: float
    """1 is usual."""


def any_voice(random: Random) -> Voice:
    """A voice drawn by chance; of flite where it is there, now and then. Raises SpeechError without espeak-ng."""
    if shutil.which("espeak-ng") is None:
        raise SpeechError("espeak-ng is missing; install the package espeak-ng")
    speed, pitch = random.uniform(0.75, 1.3), random.uniform(0.75, 1.3)
    if random.random() < 0.35 and shutil.which("flite"):
        return Voice("flite", str(random.choice(_FLITE)), speed, pitch)
    return Voice("espeak-ng", f"{random.choice(_ACCENTS)}+{random.choice(_VARIANTS)}", speed, pitch)


def speak(text: str, voice: Voice) -> Samples:
    """A text spoken, without the silence around it; ``[[…]]`` holds espeak-ng's phonemes. Raises SpeechError."""
    if voice.program == "espeak-ng":
        how = ["-v", voice.name, "-s", str(round(165 * voice.speed)), "-p", str(round(50 * voice.pitch)), "--stdout"]
    else:
        how = ["-voice", voice.name, "--setf", f"duration_stretch={1 / voice.speed:.2f}"]
        how += ["--setf", f"int_f0_target_mean={115 * voice.pitch:.0f}", "-t", text, "-o", "/dev/stdout"]
    try:
        run = subprocess.run(
            [voice.program, *how],
            input=text.encode() if voice.program == "espeak-ng" else b"",
            capture_output=True,
            timeout=_PATIENCE,
            check=True,
        )
    except (OSError, subprocess.SubprocessError) as error:
        raise SpeechError(f"{voice.program} does not speak ({error}); try '{voice.program}' by hand") from error
    rate = int.from_bytes(run.stdout[24:28], "little") or _RATE_OF_ESPEAK
    samples = np.frombuffer(run.stdout[44 : len(run.stdout) // 2 * 2], "<i2")
    return trimmed(resampled(samples, rate, SAMPLE_RATE))


def trimmed(samples: Samples, below: float = 35.0) -> Samples:
    """Without what is ``below`` decibels softer than the loudest 20 ms, at both ends."""
    size = SAMPLE_RATE // 50
    count = len(samples) // size
    if not count:
        return samples
    power = (samples[: count * size].astype(np.float64).reshape(count, size) ** 2).mean(axis=1)
    loud = np.flatnonzero(power > max(power.max() * 10 ** (-below / 10), 1.0))
    return samples[loud[0] * size : (loud[-1] + 1) * size] if len(loud) else samples


def warped(samples: Samples, factor: float) -> Samples:
    """As if from a shorter (> 1) or longer throat: faster and higher."""
    return resampled(samples, round(SAMPLE_RATE * factor), SAMPLE_RATE)


def noise(length: int, random: Random) -> Audio:
    """Noise of some colour, shape (length,), of power 1: from white to what hums; steady or coming and going."""
    size = 1 << max(length - 1, 1).bit_length()
    spectrum = np.fft.rfft(random.standard_normal(size))
    bins = np.fft.rfftfreq(size, 1 / SAMPLE_RATE)
    shape = np.maximum(bins, 40.0) ** -random.uniform(0, 1.2)
    if random.random() < 0.5:  # something that rings
        centre, width = np.exp(random.uniform(np.log(150), np.log(5000))), random.uniform(0.1, 0.8)
        shape = shape * (0.2 + 3 * np.exp(-((np.log(np.maximum(bins, 1) / centre) / width) ** 2)))
    sound = np.fft.irfft(spectrum * shape, size)[:length]
    if random.random() < 0.5:
        points = random.uniform(0.1, 1, max(2, length // 4000))
        sound = sound * np.interp(np.arange(length), np.linspace(0, length, len(points)), points)
    made: Audio = (sound / max(float(sound.std()), 1e-9)).astype(np.float32)
    return made


def room(random: Random) -> Audio:
    """The impulse response of a room that is not there: a first sound, and a tail that dies away."""
    decay = random.uniform(0.05, 0.5)  # seconds to a thousandth
    time = np.arange(round(decay * SAMPLE_RATE)) / SAMPLE_RATE
    tail = random.standard_normal(len(time)) * 10 ** (-3 * time / decay)
    tail *= random.uniform(0.05, 0.8) / np.sqrt((tail**2).sum())
    tail[0] = 1.0
    return np.asarray(tail, np.float32)


def convolved(audio: Audio, response: Audio) -> Audio:
    """The audio in a room, as long as before."""
    size = 1 << (len(audio) + len(response)).bit_length()
    wet = np.fft.irfft(np.fft.rfft(audio, size) * np.fft.rfft(response, size), size)
    return np.asarray(wet[: len(audio)], np.float32)


def placed(
    samples: Samples, random: Random, before: float, after: float, noises: Sequence[Audio] = (), clean: float = 0.3
) -> Samples:
    """Speech somewhere in a house: in a room, at some level, ``clean`` of it without noise, else at 3 to 30 decibels.

    ``before`` and ``after``: seconds of the house around it. ``noises``: other noise than that made here, of power 1.
    """
    audio = samples.astype(np.float32)
    audio = np.pad(audio, (round(before * SAMPLE_RATE), round(after * SAMPLE_RATE)))
    if random.random() < 0.6:
        audio = convolved(audio, room(random))
    loud = np.sqrt((samples.astype(np.float64) ** 2).mean()) + 1e-9
    audio *= 10 ** random.uniform(2.3, 3.9) / loud  # -44 to -12 decibels of full scale
    level = 10 ** random.uniform(2.3, 3.9) if not len(samples) else float(np.sqrt((audio**2).mean())) + 1e-9
    ratio = random.uniform(35, 60) if random.random() < clean else random.uniform(3, 30)
    if len(noises) and random.random() < 0.5:
        source = noises[int(random.integers(len(noises)))]
        start = random.integers(max(1, len(source) - len(audio)))
        around = np.resize(source[start : start + len(audio)], len(audio))
    else:
        around = noise(len(audio), random)
    mixed = audio + around * level * 10 ** (-ratio / 20)
    return np.clip(mixed, -32768, 32767).astype(np.int16)
