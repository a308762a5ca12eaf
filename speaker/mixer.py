"""The volume of the system's loudspeaker: PulseAudio's or PipeWire's, else ALSA's.

Looked up anew each time: sound servers come and go, people turn knobs, and a command for the volume is rare.
"""

import logging
import re
import shutil
import subprocess
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, TypeVar

from speaker.errors import HandlerError
from speaker.languages import say

log = logging.getLogger(__name__)

T = TypeVar("T")

_PATIENCE = 1.0  # seconds that a sound server has to answer
_CONTROLS = ("Master", "PCM", "Digital", "Speaker", "Headphone", "HDMI", "Line Out", "Playback")  # the first there is
SERVERS = ("default", "pulse", "pipewire", "sysdefault")
"""Names of PortAudio's for whatever the sound server prefers."""
_CARDS = Path("/proc/asound/cards")


@dataclass(frozen=True, slots=True)
class Level:
    """How loud the loudspeaker is."""

    volume: int
    """0 to 100."""
    muted: bool


@dataclass(frozen=True, slots=True)
class Source:
    """Where the sound server takes what it records."""

    name: str
    monitor: bool
    """Whether it is no microphone, but what a loudspeaker plays."""
    cancels: bool
    """Whether the server takes the loudspeaker's sound out of it."""


class Mixer(Protocol):
    """Where the volume is set."""

    def level(self) -> Level | None:
        """How loud it is; None where there is nothing to be asked. Raises HandlerError where it does not answer."""

    def change(self, volume: int | None = None, muted: bool | None = None) -> bool:
        """Set the volume, 0 to 100, or mute, or both; whether it was. Raises HandlerError likewise."""


class NoMixer:
    """The system has no say."""

    def level(self) -> None:
        return None

    def change(self, volume: int | None = None, muted: bool | None = None) -> bool:
        return False


class SystemMixer:
    """The first of the system's mixers that answers."""

    def __init__(self, loudspeaker: str | None = None) -> None:
        """``loudspeaker``: a part of its name; None: the system's default."""
        wanted = None if loudspeaker is None or loudspeaker.lower() in SERVERS else loudspeaker.lower()
        self._pulse = _Pulse(wanted)
        self._mixers: tuple[Mixer, ...] = (self._pulse, _Alsa(wanted))

    def level(self) -> Level | None:
        return next((level for mixer in self._mixers if (level := mixer.level())), None)

    def source(self) -> Source | None:
        """What the sound server records from where nothing else is named; None where there is no server.

        Raises HandlerError where it does not answer.
        """
        return self._pulse.source()

    def change(self, volume: int | None = None, muted: bool | None = None) -> bool:
        return any(mixer.change(volume, muted) for mixer in self._mixers)


def source_of(microphone: str | None) -> Source | None:
    """What the sound server records from for a microphone of this name; None where it is not the server that chooses."""
    if microphone not in (None, *SERVERS):
        return None
    try:
        return SystemMixer().source()
    except HandlerError:
        return None


def no_microphone(microphone: str | None) -> str:
    """A sentence where what the sound server calls its microphone is none; else empty."""
    source = source_of(microphone)
    if source is None or not source.monitor:
        return ""
    return f"{source.name} is no microphone, it is what a loudspeaker plays; choose another in pavucontrol"


class _Pulse:
    """A sink of PulseAudio, or of PipeWire, which speaks its language."""

    def __init__(self, wanted: str | None) -> None:
        self._wanted = wanted

    def level(self) -> Level | None:
        return self._at_sink(lambda pulse, sink: Level(_percent(sink), bool(sink.mute)))

    def source(self) -> Source | None:
        def look(pulse: Any) -> Source | None:
            name = pulse.server_info().default_source_name
            found = next((source for source in pulse.source_list() if source.name == name), None)
            if found is None:
                return None
            made = f"{found.name} {found.driver}".lower()
            return Source(found.description, bool(found.monitor_of_sink_name), "echo" in made and "cancel" in made)

        return self._asked(look)

    def change(self, volume: int | None = None, muted: bool | None = None) -> bool:
        def change(pulse: Any, sink: Any) -> bool:
            if volume is not None:
                loudest = max(sink.volume.values)
                # In proportion: whoever turned it to one side keeps that.
                sink.volume.values = [
                    v / loudest * volume / 100 if loudest else volume / 100 for v in sink.volume.values
                ]
                pulse.volume_set(sink, sink.volume)
            if muted is not None:
                pulse.mute(sink, muted)
            return True

        return self._at_sink(change) or False

    def _at_sink(self, work: Callable[[Any, Any], T]) -> T | None:
        """What it comes to; None where there is no server, or it has no such sink."""

        def at_sink(pulse: Any) -> T | None:
            sink = self._sink(pulse)
            return work(pulse, sink) if sink else None

        return self._asked(at_sink)

    def _asked(self, work: Callable[[Any], T | None]) -> T | None:
        """What it comes to; None where there is no server."""
        found: list[T | None] = []

        def run() -> None:
            try:
                import pulsectl

                with pulsectl.Pulse("hark", connect=False) as pulse:
                    pulse.connect(autospawn=False)
                    found.append(work(pulse))
            except OSError as error:  # libpulse is not installed
                log.debug("no PulseAudio: %s", error)
            except Exception as error:  # pulsectl has several roots of errors; whichever it is, there is no mixer
                log.debug("PulseAudio does not answer: %r", error)

        # In a thread: a server that hangs would keep libpulse waiting for ever.
        thread = threading.Thread(target=run, name="pulse", daemon=True)
        thread.start()
        thread.join(_PATIENCE)
        if thread.is_alive():
            raise HandlerError(say("sound_server_silent"))
        return found[0] if found else None

    def _sink(self, pulse: Any) -> Any:
        if self._wanted is None:
            name = pulse.server_info().default_sink_name
            return next((sink for sink in pulse.sink_list() if sink.name == name), None)
        sinks = pulse.sink_list()
        return next((s for s in sinks if self._wanted in f"{s.description}\n{s.name}".lower()), None)


class _Alsa:
    """A control of a sound card, by the program amixer."""

    def __init__(self, wanted: str | None) -> None:
        self._wanted = wanted

    def level(self) -> Level | None:
        shown = self._run("sget")
        volumes = re.findall(r"\[(\d+)%\]", shown or "")
        return Level(max(map(int, volumes)), "[off]" in shown and "[on]" not in shown) if shown and volumes else None

    def change(self, volume: int | None = None, muted: bool | None = None) -> bool:
        values = [] if volume is None else [f"{volume}%"]
        values += [] if muted is None else ["mute" if muted else "unmute"]
        shown = self._run("sset", *values)
        return shown is not None and (muted is None or "[on]" in shown or "[off]" in shown)

    def _run(self, *words: str) -> str | None:
        """What amixer says of the loudspeaker's control; None where there is none."""
        card = self._card()
        if card is None or (control := self._control(card)) is None:
            return None
        action, *values = words
        return _amixer(*card, "-M", action, control, *values)  # -M: as loud as the number sounds

    def _card(self) -> list[str] | None:
        """How amixer is told which card; None where it is not there."""
        if self._wanted is None:
            return []
        try:
            cards = re.findall(r"^ *(\d+) (\[.*\n.*)$", _CARDS.read_text(), re.M)
        except OSError:
            return None
        return next((["-c", number] for number, names in cards if self._wanted in names.lower()), None)

    def _control(self, card: list[str]) -> str | None:
        there = re.findall(r"'([^']+)',0", _amixer(*card, "scontrols") or "")
        return next((name for name in _CONTROLS if name in there), None)


def _amixer(*words: str) -> str | None:
    program = shutil.which("amixer")
    if program is None:
        return None
    try:
        run = subprocess.run([program, *words], capture_output=True, text=True, timeout=_PATIENCE, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return None
    return run.stdout if run.returncode == 0 else None


def _percent(sink: Any) -> int:
    loudest: float = max(sink.volume.values)
    return min(100, round(100 * loudest))
