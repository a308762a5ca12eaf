"""Hark's own voice is taken out of what the microphone hears, so that it can be spoken to while it speaks."""

import logging

import numpy as np

from speaker.adaptive import BLOCK, AdaptiveFilter, Floats
from speaker.delay import LONGEST, WINDOW, Delay
from speaker.events import FRAME_SAMPLES, SAMPLE_RATE, Frame, Samples

log = logging.getLogger(__name__)

_OVER = SAMPLE_RATE  # samples of silence after which what is played next begins anew
_COMPARE = SAMPLE_RATE // 4  # samples between two looks at the delay
_NOTHING = 1e-8  # mean power of what is heard in which no echo can be found
_EARLY = 256  # samples by which the path begins before the strongest part of it
_MOVED = 32  # samples by which a delay differs that is another one
_LEFT = 0.03  # power of what the filter cannot know (distortion, the end of the reverberation), of the echo's
_SMOOTH = 0.6  # of power spectra from block to block
_FLOOR = 0.1  # gain at least: what is left is made quieter, not gated
_RISE = np.sqrt(np.hanning(2 * BLOCK + 1)[:-1]).astype(np.float32)


class Echo:
    """Takes what we play out of what we hear; it finds by itself how late it comes and what the room makes of it.

    What comes out is 16 ms late, whether anything sounds or not.
    """

    def __init__(self) -> None:
        self._filter, self._delay = AdaptiveFilter(), Delay()
        self._late: int | None = None  # samples, less what the path begins early
        self._found = -LONGEST
        self._silent = _OVER
        self._since = 0
        self._heard = np.zeros(WINDOW, np.float32)
        self._played = np.zeros(LONGEST + WINDOW, np.float32)
        self._left = np.zeros(BLOCK, np.float32)
        self._tail = np.zeros(BLOCK, np.float32)
        self._own = np.zeros(BLOCK, np.float32)
        self._power = np.zeros(BLOCK + 1, np.float32)
        self._own_power = np.zeros(BLOCK + 1, np.float32)

    @property
    def late(self) -> float | None:
        """Seconds from playing to hearing; None while it is not known."""
        return None if self._late is None else self._found / SAMPLE_RATE

    def clean(self, frame: Frame) -> Frame:
        """The frame without the echo of what was played, and with how loud that was."""
        heard: Floats = frame.samples.astype(np.float32) / np.float32(32768)
        if frame.played is not None:
            if self._silent >= _OVER:
                self._begin()
            self._silent = 0
        else:
            self._silent += len(heard)
        if self._silent >= _OVER + LONGEST:  # also its last reverberation is over
            return Frame(self._cleaned(heard, None), frame.start, frame.played)
        self._keep(heard, frame.played)
        if self._late is None:
            return Frame(self._cleaned(heard, None), frame.start, frame.played)
        end = len(self._played) - self._late
        played = self._played[end - FRAME_SAMPLES : end]
        blocks = zip(_blocks(heard), _blocks(played), strict=True)
        echo: Floats = np.concatenate([self._filter.echo(*block) for block in blocks])
        loud = 32768 * float(np.sqrt(np.mean(echo**2)))
        return Frame(self._cleaned(heard, echo), frame.start, frame.played, loud)

    def _begin(self) -> None:
        """Something begins to sound: when it will be heard may differ from the time before."""
        self._delay.reset()
        self._late = None
        self._since = 0
        self._played[:] = 0
        self._heard[:] = 0

    def _keep(self, heard: Floats, played: Samples | None) -> None:
        """Remember what the delay is found by, and look at it now and then."""
        new = np.zeros(len(heard), np.float32) if played is None else played.astype(np.float32) / np.float32(32768)
        self._played = np.concatenate([self._played[len(new) :], new])
        self._heard = np.concatenate([self._heard[len(heard) :], heard])
        self._since += len(heard)
        if self._since < _COMPARE or not self._played.any() or np.mean(self._heard**2) < _NOTHING:
            return
        self._since = 0
        found = self._delay.compare(self._heard, self._played)
        if found is None or (self._late is not None and abs(found - self._found) <= _MOVED):
            return
        if abs(found - self._found) <= _MOVED:  # as it was found the last time: it is no accident
            self._late = max(0, found - _EARLY)
            end = len(self._played) - self._late - FRAME_SAMPLES
            log.info("what is played is heard %d ms later", 1000 * found // SAMPLE_RATE)
            self._filter.begin(self._played[end - self._filter.reach : end])
        self._found = found

    def _cleaned(self, heard: Floats, echo: Floats | None) -> Samples:
        echoes = [None] * (len(heard) // BLOCK) if echo is None else _blocks(echo)
        return _int16(np.concatenate([self._block(*both) for both in zip(_blocks(heard), echoes, strict=True)]))

    def _block(self, heard: Floats, echo: Floats | None) -> Floats:
        """The block before, without its echo; what is left of that is made quieter, frequency by frequency."""
        new = heard if echo is None else heard - echo
        if echo is None:
            begins, ends = self._left * _RISE[:BLOCK] ** 2, new * _RISE[BLOCK:] ** 2
            self._own = np.zeros(BLOCK, np.float32)
        else:
            spectrum = np.fft.rfft(np.concatenate([self._left, new]) * _RISE)
            own = np.fft.rfft(np.concatenate([self._own, echo]) * _RISE)
            self._power = _smoothed(self._power, spectrum)
            self._own_power = _smoothed(self._own_power, own)
            gain = np.clip(1 - _LEFT * self._own_power / (self._power + 1e-9), _FLOOR, 1)
            begins, ends = np.split((np.fft.irfft(spectrum * gain) * _RISE).astype(np.float32), 2)
            self._own = echo
        out: Floats = self._tail + begins
        self._left, self._tail = new, ends
        return out


def _blocks(audio: Floats) -> list[Floats]:
    return [*audio.reshape(-1, BLOCK)]


def _smoothed(before: Floats, spectrum: np.ndarray[tuple[int], np.dtype[np.complex128]]) -> Floats:
    return (_SMOOTH * before + (1 - _SMOOTH) * np.abs(spectrum) ** 2).astype(np.float32)


def _int16(audio: Floats) -> Samples:
    return np.clip(np.round(audio * 32768), -32768, 32767).astype(np.int16)
