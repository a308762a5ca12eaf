"""Spoken household commands with a known end, for measuring: said by synthetic voices, or recorded by others."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks import barista
from speaker import demo, recording
from speaker.events import SAMPLE_RATE, Samples
from speaker.tts import Espeak
from speaker.vad import VoiceActivity

DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
VOICES = ("slt", "rms", "awb", "en-us", "en-gb+f3", "en-gb-scotland")
"""Of flite and of espeak-ng."""

COMMANDS = """
turn on the kitchen lights
turn off the lights | in the office
turn off all the lights
turn the desk lamp off
turn on the | living room lights
make the desk lamp blue
dim the bedroom lights to | thirty percent
set the bedroom lights to fifty percent
set the kitchen lights to | red
it's too dark in the bedroom
switch on the fan | in the living room
turn off the television
start the coffee machine
close the blinds in the bedroom
open the garage door
set the curtains to half
set the bedroom to | nineteen degrees
set the temperature to twenty one degrees
make it warmer in the bathroom
how warm is it | in the living room
lock the front door
is the garage door open
are any lights on
vacuum the kitchen
send the vacuum home
activate movie night
set a timer for | five minutes
set a timer for twenty five minutes
set a pizza timer for | twelve minutes
add two minutes to the timer
cancel the pizza timer
cancel all timers
how much time is left
wake me up at | half past six
set an alarm for | seven thirty tomorrow
set an alarm for eight am every weekday
cancel tomorrow's alarm
what alarms do i have
snooze
remind me to call mum | at seven pm
remind me tomorrow morning | to take the bins out
remind me in ten minutes to check the oven
what are my reminders
add milk and | eggs to my shopping list
add | apples to the shopping list
put bread on the shopping list
what's on my shopping list
take bread off | the shopping list
clear my shopping list
what time is it
what time is it in | tokyo
what day is it
what day is the third of march
play some jazz
pause the music
next song
what is playing
turn the volume up
set the volume to | fifty percent
louder
mute
flip a coin
roll a twenty sided die
what's the square root of eighty one
what is fifteen percent of | eighty
how many cups are in a litre
announce that dinner is ready
tell me a joke
what can you do
say that again
stop
never mind
turn on the kitchen lights | and set a timer for ten minutes
""".strip().splitlines()
"""What people say to Hark; | is where someone may stop to think."""


@dataclass(frozen=True)
class Spoken:
    """A command whose end is known."""

    name: str
    samples: Samples
    """Clean."""
    end: float
    """Seconds to where its last sound ends."""
    text: str = ""
    """What was said; empty where that is known by its meaning alone."""
    slots: tuple[tuple[str, str], ...] = ()
    """Of a coffee order, as they should come out."""
    pause: float = 0.0
    """Seconds of silence that were put inside."""


def synthetic(seed: int = 0) -> Iterator[Spoken]:
    """Each command by two voices; one of them stops to think, where one may, for 0.3 to 0.8 s."""
    chance = random.Random(seed)
    for at, line in enumerate(COMMANDS):
        parts = [part.strip() for part in line.split("|")]
        text = " ".join(parts)
        voices = chance.sample(VOICES, 2)
        yield _spoken(f"{at}-{voices[0]}", [said(voices[0], text)], 0.0, text)
        halting = len(parts) > 1
        pieces = [said(voices[1], part) for part in parts]
        yield _spoken(f"{at}-{voices[1]}", pieces, chance.uniform(0.3, 0.8) if halting else 0.0, text)


def recorded() -> Iterator[Spoken]:
    """The coffee orders and home commands of other people; none where they are not at hand."""
    activity = VoiceActivity()
    if barista.RECORDINGS.is_dir():
        for file, slots in barista.recordings():
            samples, end = from_speech(recording.read(file), activity)
            yield Spoken(file.stem, samples, end, "", tuple(sorted(slots.items())))
    for file in sorted((DATA / "speech" / "home").glob("*.flac")):
        if not file.stem.startswith("oov"):
            samples, end = from_speech(recording.read(file), activity)
            yield Spoken(file.stem, samples, end, file.stem)


def said(voice: str, text: str) -> Samples:
    """A sentence by a voice of flite or espeak-ng, 16 kHz, without the silence around it."""
    if voice in ("slt", "rms", "awb"):
        samples = demo.said(voice, text)
    else:
        speech = Espeak(voice).speak(text)
        samples = recording.resampled(speech.samples, speech.rate, SAMPLE_RATE)
    loud = np.flatnonzero(np.abs(samples.astype(np.int32)) > 100)
    return samples[loud[0] : loud[-1] + 1]


def from_speech(samples: Samples, activity: VoiceActivity) -> tuple[Samples, float]:
    """A clean recording from shortly before its first word on, and seconds to its last sound.

    That is near to a voice and stands out of the room: 10 ms of it are 10 dB above the room (the quietest tenth) and no
    more than 35 dB below the loudest.
    """
    activity.reset()
    voiced = [frame for frame in recording.frames(samples) if activity.score(frame) >= 0.5]
    size = SAMPLE_RATE // 100
    pieces = samples[: len(samples) // size * size].reshape(-1, size).astype(np.float64)
    levels = 10 * np.log10((pieces**2).mean(axis=1) + 1)
    least = max(np.percentile(levels, 10) + 10, np.percentile(levels, 99.5) - 35)
    loud = (np.flatnonzero(levels >= least) + 1) / 100
    first = max(0.0, voiced[0].start - 0.3)
    return samples[int(first * SAMPLE_RATE) :], float(loud[loud <= voiced[-1].end + 0.15].max()) - first


def power(samples: Samples) -> float:
    """Mean power of the louder half of 20 ms pieces: of speech, without its pauses."""
    size = SAMPLE_RATE // 50
    pieces = samples[: len(samples) // size * size].reshape(-1, size).astype(np.float64)
    each = (pieces**2).mean(axis=1)
    return float(each[each >= np.median(each)].mean())


def noise(name: str = "kitchen") -> Samples:
    """A noise, about two minutes; raises RecordingError where it is not at hand."""
    return recording.read(DATA / "noise" / f"{name}.flac")


def talk() -> Samples:
    """People who talk to others, one after the other without a pause: some minutes of it."""
    clips = sorted((DATA / "speech" / "precise" / "not-wake-words").rglob("*.flac"))
    size, parts = SAMPLE_RATE // 50, list[Samples]()
    for clip in clips:
        samples = recording.read(clip)
        pieces = samples[: len(samples) // size * size].reshape(-1, size)
        loud = (pieces.astype(np.float64) ** 2).mean(axis=1)
        kept = pieces[loud > np.percentile(loud, 95) / 300].reshape(-1).astype(np.float64)
        if len(kept) > SAMPLE_RATE // 2:
            parts.append(np.clip(kept * (2000 / np.sqrt((kept**2).mean())), -32767, 32767).astype(np.int16))
    return np.concatenate(parts)


def mixed(samples: Samples, other: Samples, decibels: float, at: int) -> Samples:
    """Speech with something else beneath it, so many dB below, taken from sample ``at`` on."""
    beneath = np.take(other, np.arange(at, at + len(samples)), mode="wrap").astype(np.float64)
    spoken = samples[samples != 0]
    scale = np.sqrt(power(spoken) / power(beneath.astype(np.int16)) / 10 ** (decibels / 10))
    return np.clip(samples + beneath * scale, -32768, 32767).astype(np.int16)


def _spoken(name: str, pieces: list[Samples], pause: float, text: str) -> Spoken:
    silence = np.zeros(int(pause * SAMPLE_RATE), np.int16)
    samples = np.concatenate([part for piece in pieces for part in (piece, silence)][:-1])
    return Spoken(name, samples, len(samples) / SAMPLE_RATE, text, (), pause)
