"""Microphone and loudspeaker, over PortAudio. The audio callback only queues; the rest is ours to be slow in."""

import contextlib
import logging
import queue
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import soxr

from speaker.errors import DeviceError
from speaker.events import FRAME_SAMPLES, SAMPLE_RATE, Frame, Samples, Speech
from speaker.recording import resampled
from speaker.tape import Tape

try:
    import sounddevice
except OSError as error:  # the library itself is not on the system
    raise DeviceError("PortAudio is missing; install the package libportaudio2") from error
except Exception as error:  # it cannot start: sounddevice raises an error of a class that is not there yet
    raise DeviceError(f"PortAudio does not start ({error}); look at ~/.asoundrc and /etc/asound.conf") from error

log = logging.getLogger(__name__)

_QUEUE = 4 * SAMPLE_RATE // FRAME_SAMPLES  # blocks: about four seconds
_LOST = 2.0  # seconds without a callback after which a microphone counts as unplugged
_RETRY = 1.0
_STRAYS = SAMPLE_RATE // 50  # samples that a block's position may be off before some are taken to be lost
_LINGERS = 1.5  # seconds that a loudspeaker stays open in silence: what rings has gaps
_BLOCKS = 50  # that are written a second
_LATENCY = 0.2  # seconds of sound that wait in the loudspeaker's buffer


@dataclass(frozen=True, slots=True)
class Device:
    """A sound device."""

    index: int
    name: str
    inputs: int
    """Channels that it records; 0: no microphone."""
    outputs: int
    """Channels that it plays; 0: no loudspeaker."""
    rate: int
    """Its own sample rate."""
    default: bool
    """Whether the system prefers it, for what it can."""


def devices() -> tuple[Device, ...]:
    """The sound devices there are."""
    preferred = set(sounddevice.default.device)
    return tuple(
        Device(
            index,
            entry["name"],
            entry["max_input_channels"],
            entry["max_output_channels"],
            int(entry["default_samplerate"]),
            index in preferred,
        )
        for index, entry in enumerate(sounddevice.query_devices())
    )


def find(wanted: str | None, output: bool) -> Device:
    """The device whose name holds ``wanted`` (case does not matter), or the system's default for None.

    Raises DeviceError, with what there is, where there is none.
    """
    kind = "loudspeaker" if output else "microphone"
    able = [d for d in devices() if (d.outputs if output else d.inputs) > 0]
    if not able:
        raise DeviceError(f"there is no {kind}; plug one in, and see 'hark doctor'")
    if wanted is None:
        return next((d for d in able if d.default), able[0])
    found = [d for d in able if wanted.lower() in d.name.lower()]
    if not found:
        raise DeviceError(f"there is no {kind} {wanted!r}; there is: {', '.join(d.name for d in able)}")
    if len(found) > 1:
        log.info("%d devices are called like %r; using %s", len(found), wanted, found[0].name)
    return found[0]


def rescan() -> None:
    """Have PortAudio look again at what is plugged in; no stream may be open."""
    sounddevice._terminate()
    sounddevice._initialize()


class Microphone:
    """Frames from a microphone, without end; it survives being unplugged."""

    def __init__(
        self, device: str | None = None, tape: Tape | None = None, waiting: Callable[[], None] = lambda: None
    ) -> None:
        """``device``: a part of its name. ``tape``: what the loudspeaker plays, which the frames bring with them.
        ``waiting`` is called at each look for a microphone that is unplugged.

        Raises DeviceError where there is none, or it refuses.
        """
        self._wanted, self._tape, self._waiting = device, tape or Tape(), waiting
        self._blocks: queue.Queue[tuple[bytes, int] | None] = queue.Queue(_QUEUE)
        self._closed = threading.Event()
        self._changing = threading.Lock()  # closed for good, or opened again: never both
        self._called = time.monotonic()
        self._reported = 0.0
        self._silent_drops = 0
        self._time = 0.0
        self.dropped = 0
        """Blocks that were lost because nobody took them in time."""
        self._stream = self._open()

    def frames(self) -> Iterator[Frame]:
        """The stream, until ``close`` is called from another thread."""
        rest, position = np.zeros(0, np.int16), 0
        while not self._closed.is_set():
            try:
                block = self._blocks.get(timeout=0.5)
            except queue.Empty:
                if time.monotonic() - self._called > _LOST or not self._stream.active:
                    self._reconnect()
                    rest = np.zeros(0, np.int16)
                continue
            if block is None:
                return
            self._report_drops()
            data, end = block
            rest = np.concatenate([rest, self._convert(data)])
            if abs(end - len(rest) - position) > _STRAYS:  # some are lost; else only the resampler's steps
                position = end - len(rest)
            while len(rest) >= FRAME_SAMPLES:
                played = self._tape.read(position, FRAME_SAMPLES)
                frame, rest = Frame(rest[:FRAME_SAMPLES], self._time, played), rest[FRAME_SAMPLES:]
                self._time, position = frame.end, position + FRAME_SAMPLES
                yield frame

    def close(self) -> None:
        """Stop; ``frames`` ends."""
        self._closed.set()
        with contextlib.suppress(queue.Full):
            self._blocks.put_nowait(None)
        with self._changing:
            self._stream.close()

    def _open(self) -> Any:
        device = find(self._wanted, output=False)
        self.name = device.name
        self._resampler: soxr.ResampleStream | None = None
        for rate in (SAMPLE_RATE, device.rate):
            self._rate = rate
            try:
                stream = sounddevice.RawInputStream(
                    samplerate=rate,
                    blocksize=FRAME_SAMPLES * rate // SAMPLE_RATE,
                    channels=1,
                    dtype="int16",
                    device=device.index,
                    callback=self._callback,
                )
                self._called = time.monotonic()
                stream.start()
            except sounddevice.PortAudioError as error:
                refusal = error
                continue
            if rate != SAMPLE_RATE:
                self._resampler = soxr.ResampleStream(rate, SAMPLE_RATE, 1, dtype="int16")
            return stream
        raise DeviceError(f"the microphone {device.name} refuses ({refusal}); is another program using it?")

    def _callback(self, data: Any, count: int, when: Any, status: Any) -> None:
        self._called = time.monotonic()
        end = self._tape.pass_on(round(count * SAMPLE_RATE / self._rate))
        try:
            self._blocks.put_nowait((bytes(data), end))
        except queue.Full:
            self.dropped += 1

    def _convert(self, block: bytes) -> Samples:
        samples: Samples = np.frombuffer(block, np.int16)
        if self._resampler is not None:
            samples = self._resampler.resample_chunk(samples)
        return samples

    def _report_drops(self) -> None:
        now = time.monotonic()
        if self.dropped > self._silent_drops and now - self._reported > 1.0:
            log.warning("the microphone's sound came too fast: %d blocks are lost so far", self.dropped)
            self._reported, self._silent_drops = now, self.dropped

    def _reconnect(self) -> None:
        log.warning("the microphone %s is gone; trying again each second", self.name)
        with self._changing:
            self._stream.close()
        while not self._closed.wait(_RETRY):
            try:
                with self._changing:
                    if self._closed.is_set():
                        return
                    rescan()
                    self._stream = self._open()
            except (DeviceError, sounddevice.PortAudioError):
                self._waiting()
                continue
            log.warning("the microphone %s is back", self.name)
            return


def listen(device: str | None, seconds: float) -> Samples:
    """What a microphone hears in a few seconds; less, or nothing, where it gives nothing. Raises DeviceError."""
    microphone = Microphone(device)
    timer = threading.Timer(seconds, microphone.close)
    timer.start()
    heard = [frame.samples for frame in microphone.frames()]
    timer.join()
    return np.concatenate(heard) if heard else np.zeros(0, np.int16)


class Loudspeaker:
    """Plays speech in order, without making anyone wait. The device is open while something sounds, and little longer."""

    def __init__(self, device: str | None = None, tape: Tape | None = None) -> None:
        """``device``: a part of its name. ``tape``: takes down what is played. Raises DeviceError where there is none."""
        self._wanted, self._tape = device, tape or Tape()
        self._device = find(device, output=True)
        self.name = self._device.name
        self.volume = 100
        """0 to 100, of what sounds now and later."""
        self.muted = False
        self._queue: queue.Queue[tuple[Speech, bool] | None] = queue.Queue()
        self._hush = threading.Event()
        self._idle = threading.Event()
        self._idle.set()
        self._turn = threading.Lock()  # what waits, and whether anything does, change together
        self._stream: Any = None
        self._rate = self._block = 0
        self._thread = threading.Thread(target=self._run, name="loudspeaker", daemon=True)
        self._thread.start()

    @property
    def playing(self) -> bool:
        """Whether something sounds or waits to."""
        return not self._idle.is_set()

    def play(self, speech: Speech, even_muted: bool = False) -> None:
        """Play after what is playing; returns at once."""
        if len(speech.samples):
            with self._turn:
                self._idle.clear()
                self._queue.put((speech, even_muted))

    def hush(self) -> bool:
        """Silence at once what sounds and what waits; whether there was any."""
        sounded = self.playing
        while not self._queue.empty():
            try:
                self._queue.get_nowait()
            except queue.Empty:
                break
        if sounded:
            self._hush.set()
            self._idle.wait(2.0)
            self._hush.clear()
        return sounded

    def wait(self, timeout: float | None = None) -> bool:
        """Wait until nothing sounds; False where it still does after ``timeout`` seconds."""
        return self._idle.wait(timeout)

    def close(self) -> None:
        """Silence, and end the thread."""
        self.hush()
        self._queue.put(None)
        self._thread.join(3.0)

    def _run(self) -> None:
        while True:
            try:
                if (job := self._next()) is None:
                    break
                self._sound(*job)
            except (sounddevice.PortAudioError, DeviceError) as error:
                log.error("the loudspeaker %s does not play (%s)", self.name, error)
                self._give_back()
                self._find_again()
        self._give_back()
        self._idle.set()

    def _next(self) -> tuple[Speech, bool] | None:
        """What is to be played next; till then silence for a while, and after that the device is closed."""
        silent = 0.0
        while self._stream is not None and self._queue.empty():
            if silent >= _LINGERS or (self._hush.is_set() and self.playing):
                self._give_back()
                break
            self._write(np.zeros(self._block, np.int16), np.zeros(SAMPLE_RATE // _BLOCKS, np.int16))
            silent += 1 / _BLOCKS
            if silent > _LATENCY:  # what came before is no longer on its way
                self._be_idle()
        if self._stream is None:
            self._be_idle()
        return self._queue.get()

    def _be_idle(self) -> None:
        with self._turn:
            if self._queue.empty():
                self._idle.set()

    def _sound(self, speech: Speech, even_muted: bool) -> None:
        if self._hush.is_set():
            return
        if self._stream is None:
            self._open(speech.rate)
        samples = resampled(speech.samples, speech.rate, self._rate)
        taped = resampled(speech.samples, speech.rate, SAMPLE_RATE)
        for at in range(0, len(samples), self._block):
            if self._hush.is_set():
                self._give_back()
                return
            gain = 0.0 if self.muted and not even_muted else self.volume / 100
            begin, end = (round(edge * SAMPLE_RATE / self._rate) for edge in (at, at + self._block))
            self._write(
                *((part * gain).astype(np.int16) for part in (samples[at : at + self._block], taped[begin:end]))
            )

    def _write(self, samples: Samples, taped: Samples) -> None:
        """Play these once there is room. Silence goes on the tape too: it keeps the time."""
        self._tape.write(taped)
        if self._stream.write(samples.tobytes()):  # it ran dry before, and what comes now comes later
            self._tape.cut()

    def _open(self, wanted: int) -> None:
        """A stream at the speech's rate, or at the device's own."""
        for rate in (wanted, self._device.rate):
            self._rate, self._block = rate, rate // _BLOCKS
            try:
                self._stream = sounddevice.RawOutputStream(
                    samplerate=rate, channels=1, dtype="int16", device=self._device.index, latency=_LATENCY
                )
                self._stream.start()
                return
            except sounddevice.PortAudioError:
                self._stream = None
                if rate == self._device.rate:
                    raise

    def _give_back(self) -> None:
        """Close the device; what waits in its buffer is not played."""
        stream, self._stream = self._stream, None
        self._tape.cut()
        if stream is not None:
            with contextlib.suppress(sounddevice.PortAudioError):
                stream.abort()
            stream.close()

    def _find_again(self) -> None:
        try:
            self._device = find(self._wanted, output=True)
        except (DeviceError, sounddevice.PortAudioError) as error:
            log.error("%s", error)
