"""What is wrong with a microphone, by its sound alone. No device, clock or thread inside."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from speaker.events import SAMPLE_RATE, Samples


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something wrong with what a microphone gives."""

    name: str
    text: str
    """What it is and what to do, to go on after "the microphone"."""


DEAD = Trouble("dead", "gives no sound at all; is it muted, or another one chosen? See 'hark doctor'")
FAINT = Trouble("faint", "is far too quiet; turn its capture volume up, in alsamixer or pavucontrol")
CLIPPING = Trouble("clipping", "is too loud, and clips; turn its capture volume down, in alsamixer or pavucontrol")
OFFSET = Trouble("offset", "has a direct current in its sound; try another socket or sound card, or a powered hub")
NOISY = Trouble("noisy", "hears loud noise all the time; move it away from fans and loudspeakers, or turn it down")

TROUBLES = (DEAD, FAINT, CLIPPING, OFFSET, NOISY)

_FULL = 32_700  # of 32767: a sample that may have been cut off
_CUT = 0.002  # share of such samples in a second that clips
_WEAK, _AUDIBLE = (
    12,
    40,
)  # swing of the samples, half of it, below and above which a microphone is too quiet, and is not
_BESIDE, _LEVEL = 650, 400  # mean of the samples from which on, and below which, there is a direct current, or is none
_LOUD, _CALM = 1000, 700  # root mean square of noise that drowns speech, and of one that does not
_PARTS = 8  # of a second, of which the quietest is the noise: nobody speaks without a pause

_PATIENCE = {  # seconds that it has to be bad, and of them that a good one makes up for
    DEAD: (30.0, 30.0),
    FAINT: (300.0, 100.0),
    CLIPPING: (3.0, 0.1),
    OFFSET: (10.0, 1.0),
    NOISY: (20.0, 20.0),
}


class Troubles:
    """Takes a microphone's samples as they come, and names what is wrong with them for long enough."""

    def __init__(self) -> None:
        self._parts: list[Samples] = []
        self._waiting = 0
        self._sounding = False
        self._seconds = dict.fromkeys(TROUBLES, 0.0)
        self.present: set[Trouble] = set()
        """What is wrong now."""

    def update(self, samples: Samples, sounding: bool = False) -> tuple[Trouble, ...]:
        """Take the next samples; ``sounding``: Hark itself sounds meanwhile. What has just begun, or is just over.

        Which of the two it is, ``present`` tells.
        """
        self._parts.append(samples)
        self._waiting += len(samples)
        self._sounding |= sounding
        if self._waiting < SAMPLE_RATE:
            return ()
        second = np.concatenate(self._parts)
        bad = _bad(second, self._sounding)
        self._parts, self._waiting, self._sounding = [], 0, False
        return tuple(trouble for trouble in TROUBLES if self._weigh(trouble, bad[trouble], len(second) / SAMPLE_RATE))

    def _weigh(self, trouble: Trouble, bad: bool | None, seconds: float) -> bool:
        """Whether it begins or ends with this; None is neither good nor bad."""
        if bad is None:
            return False
        needed, forgiven = _PATIENCE[trouble]
        lasted = self._seconds[trouble] + (seconds if bad else -forgiven * seconds)
        self._seconds[trouble] = min(max(lasted, 0.0), needed)
        there = trouble in self.present
        if there and self._seconds[trouble] == 0.0:
            self.present.remove(trouble)
        elif not there and self._seconds[trouble] == needed:
            self.present.add(trouble)
        return there != (trouble in self.present)


def of_recording(samples: Samples) -> Iterator[Trouble]:
    """What is wrong with a recording as a whole, of at least some tenths of a second."""
    if not len(samples):
        return
    swing = int(samples.max()) - int(samples.min())
    if swing == 0:
        yield DEAD
        return
    if swing / 2 < _AUDIBLE:
        yield FAINT
    if _cut(samples) >= _CUT:
        yield CLIPPING
    if abs(float(samples.mean())) >= _BESIDE:
        yield OFFSET
    seconds = [samples[at : at + SAMPLE_RATE] for at in range(0, len(samples) - SAMPLE_RATE + 1, SAMPLE_RATE)]
    if len(seconds) >= 5 and all(_bad(second, False)[NOISY] for second in seconds):
        yield NOISY


def _bad(second: Samples, sounding: bool) -> dict[Trouble, bool | None]:
    """What is wrong with about a second of sound."""
    audio = second.astype(np.float32)
    swing, mean = int(second.max()) - int(second.min()), float(audio.mean())
    quietest = (audio[: len(audio) // _PARTS * _PARTS] - mean).reshape(_PARTS, -1)
    noise = float(np.sqrt(np.square(quietest).mean(axis=1).min()))
    return {
        DEAD: swing == 0,
        FAINT: _between(-swing / 2, -_AUDIBLE, -_WEAK) if swing else None,
        CLIPPING: _cut(second) >= _CUT,
        OFFSET: _between(abs(mean), _LEVEL, _BESIDE) if swing else None,
        NOISY: None if sounding else _between(noise, _CALM, _LOUD),
    }


def _cut(samples: Samples) -> float:
    """The share of samples at the very edge; a constant one is none."""
    return float(np.mean((samples >= _FULL) | (samples <= -_FULL))) if samples.max() != samples.min() else 0.0


def _between(value: float, good: float, bad: float) -> bool | None:
    """Whether it is bad or good; None between the two: it stays as it was."""
    return True if value >= bad else False if value < good else None
