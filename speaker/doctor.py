"""What is wrong, and how to mend it."""

import importlib.metadata
import os
import platform
import shutil
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from speaker import __version__, models, mute, pins, soundcards, voices
from speaker.build import Hark, Place
from speaker.errors import HarkError
from speaker.mixer import Source, SystemMixer, no_microphone, source_of
from speaker.store import Store
from speaker.trouble import DEAD, of_recording

_LISTENS = 1.5  # seconds
_REACHED = 3.0  # seconds that drivers have to reach what they need

Level = Literal["good", "note", "bad"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at."""

    level: Level
    """``bad`` keeps Hark from working; ``note`` is worth knowing."""
    subject: str
    text: str
    """What is so and, unless it is good, what to do."""


def examine(place: Place) -> Iterator[Finding]:
    """Look at everything, one after another."""
    yield Finding("good", "hark", f"{__version__} on Python {platform.python_version()}, {platform.machine()}")
    if place.config_file:
        yield Finding("good", "config", str(place.config_file))
    else:
        yield Finding("good", "config", "none; all is at its default")
    yield _data(place)
    yield from _packages()
    yield from _programs(place)
    yield from _devices(place)
    yield from _board(place)
    if not _muted(place):  # then nobody listens, not even for a moment
        yield from _hearing(place)
    yield _volume(place)
    yield from _models(place)
    yield from _plugins(place)


def _data(place: Place) -> Finding:
    existing = next((folder for folder in (place.data, *place.data.parents) if folder.exists()), place.data)
    if os.access(existing, os.W_OK):
        return Finding("good", "data", str(place.data))
    return Finding("bad", "data", f"{place.data} cannot be written; run as its owner, or name another with --data")


def _packages() -> Iterator[Finding]:
    for name in ("onnxruntime", "vosk", "llama-cpp-python", "sounddevice", "pymicro-wakeword", "moonshine-voice"):
        try:
            yield Finding("good", "package", f"{name} {importlib.metadata.version(name)}")
        except importlib.metadata.PackageNotFoundError:
            yield Finding("bad", "package", f"{name} is missing; install Hark again")
    for owner in importlib.metadata.packages_distributions().get("intents", []):
        if owner != "hark-speaker":
            yield Finding("note", "package", f"{owner} has a top-level 'intents'; Hark does not use that name")


def _programs(place: Place) -> Iterator[Finding]:
    if program := shutil.which("espeak-ng"):
        yield Finding("good", "speech", program)
    else:
        yield Finding("bad", "speech", "espeak-ng is missing; install the package espeak-ng")
    if speech := voices.installed(place.voices):
        piper = shutil.which(place.config.speech.piper)
        level: Level = "good" if piper else "note"
        why = (
            piper
            or f"{place.config.speech.piper} is missing, so espeak-ng speaks; install Piper, or set 'speech.piper'"
        )
        yield Finding(level, "speech", f"Piper's voices {', '.join(voice.name for voice in speech)}: {why}")
    if not shutil.which("flite"):
        yield Finding("note", "speech", "flite is missing; only 'hark demo' needs it: install the package flite")


def _devices(place: Place) -> Iterator[Finding]:
    try:
        from speaker import audio
    except HarkError as error:
        yield Finding("bad", "sound", str(error))
        return
    for name, wanted, output in (
        ("microphone", place.config.audio.microphone, False),
        ("loudspeaker", place.config.audio.loudspeaker, True),
    ):
        try:
            yield Finding("good", name, audio.find(wanted, output).name)
        except HarkError as error:
            devices = Path("/dev/snd")
            barred = os.getuid() != 0 and devices.exists() and not os.access(devices, os.R_OK)
            groups = "; you may have to join the group 'audio'" if barred else ""
            yield Finding("bad", name, f"{error}{groups}")


def _hearing(place: Place) -> Iterator[Finding]:
    """What the microphone gives, listened to for a moment, and what becomes of Hark's own voice in it."""
    try:
        from speaker import audio

        heard = audio.listen(place.config.audio.microphone, _LISTENS)
    except HarkError:
        return  # it is told where the devices are
    troubles = [*of_recording(heard)] if len(heard) else [DEAD]
    for trouble in troubles:  # none is sure to be bad: some microphones give nothing where nobody speaks
        yield Finding("note", "microphone", f"it {trouble.text}")
    if monitor := no_microphone(place.config.audio.microphone):
        yield Finding("bad", "microphone", monitor)
    yield _echo(place, source_of(place.config.audio.microphone))


def _echo(place: Place, source: Source | None) -> Finding:
    own = place.config.audio.cancel_echo
    if source and source.cancels:
        text = f"{source.name} cancels it; people are heard better over Hark's voice with a plain microphone"
        return Finding("note" if own else "good", "echo", text)
    if own:
        return Finding("good", "echo", "Hark takes its own voice out of what it hears")
    text = "Hark hears its own voice; leave out 'cancel_echo: false', or have the sound server cancel it: "
    return Finding("note", "echo", text + "'pactl load-module module-echo-cancel aec_method=webrtc'")


def _board(place: Place) -> Iterator[Finding]:
    """What the box has around Hark: the sound cards that were chosen at its start, its button and its lights."""
    if chosen := soundcards.chosen():
        yield Finding("good", "sound cards", f"chosen at the start: {chosen.text}")
        for note in chosen.notes:
            yield Finding("note", "sound cards", note)
    box = place.config.board
    if box.button is None and box.lights is None:
        return
    try:
        pins.gpiozero("board")
    except HarkError as error:
        yield Finding("bad", "board", str(error))
    if box.lights is not None:
        yield Finding("good", "lights", "APA102, over SPI" if box.lights == "apa102" else "a lamp at three pins")
    if box.button is not None:
        if _muted(place):
            yield Finding("note", "microphone", f"muted by the button at GPIO {box.button}; press it to be heard")
        else:
            yield Finding("good", "button", f"GPIO {box.button} mutes the microphone; it is on")


def _muted(place: Place) -> bool:
    """Whether the button has muted the microphone."""
    file = place.data / "hark.db"
    if place.config.board.button is None or not file.exists():
        return False
    with closing(Store(file)) as store:
        return mute.kept(store.of("hark"))


def _volume(place: Place) -> Finding:
    if place.config.audio.volume == "software":
        return Finding("good", "volume", "Hark's own, as the configuration says")
    try:
        level = SystemMixer(place.config.audio.loudspeaker).level()
    except HarkError as error:
        return Finding("note", "volume", f"{error} Restart it, or set 'audio: {{volume: software}}'")
    if level is None:
        return Finding(
            "note", "volume", "Hark's own; for the system's, run PipeWire or PulseAudio, or install alsa-utils"
        )
    return Finding("good", "volume", f"the system's, at {level.volume} percent{', muted' if level.muted else ''}")


def _models(place: Place) -> Iterator[Finding]:
    if not place.base_model.is_file():
        yield Finding("bad", "model", f"{place.base_model} is missing; run 'make model'")
    found = models.installed(place.models)
    for model in found:
        yield Finding("good", "model", f"{model.name}, {model.size / 1e6:.0f} MB")
    if not found:
        yield Finding("good", "model", "Moonshine tiny; no Vosk model is installed")


def drivers(hark: Hark) -> Iterator[Finding]:
    """Whether what the home's drivers need is reached; they have a moment for it."""
    until = time.monotonic() + _REACHED
    for driver in hark.drivers:
        while not driver.status()[0] and time.monotonic() < until:
            time.sleep(0.05)
        reached, text = driver.status()
        yield Finding("good" if reached else "bad", driver.name, text)


def _plugins(place: Place) -> Iterator[Finding]:
    try:
        with Hark(place) as hark:
            if hark.store.notice:
                yield Finding("note" if hark.store.keeps else "bad", "data", hark.store.notice)
            yield from drivers(hark)
            for plugin in hark.plugins.loaded:
                yield Finding("good", "plugin", f"{plugin.name}: {len(plugin.handlers)} intents")
            for failed in hark.plugins.failed:
                yield Finding("bad", "plugin", f"{failed.name}: {failed.reason}")
            if general := hark.general:
                does = "answers questions and reads commands" if place.config.general.commands else "answers questions"
                yield Finding("good", "general", f"{general.name} {does}")
            if not place.config.general.commands:
                yield Finding("good", "model", f"{place.base_model.name}: {len(hark.plugins.specs)} intents active")
            yield Finding("good", "speech", f"recognition by {hark.recogniser().name}")
    except HarkError as error:
        yield Finding("bad", "start", str(error))
