"""Being spoken to while Hark speaks: wake words missed, false wakes, "stop", and what cancelling the echo costs.

    .venv/bin/python -m benchmarks.bargein [--clips 60]

People (../shared/data) say "alexa" while a reply of espeak-ng's is on: both are put through the answers of rooms, the
reply through a loudspeaker that distorts and 120 to 165 ms late, and added up. Levels are of speech, of the reply over the
person. "First reply" is a canceller that knows nothing yet of the room; else it has heard one reply before.
"""

import argparse
import json
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import soundfile
from rich.console import Console
from rich.table import Table

from speaker import demo, recording
from speaker.asr.moonshine import Moonshine
from speaker.echo import Echo
from speaker.events import FRAME_SAMPLES, SAMPLE_RATE, Frame, Wake
from speaker.interruptions import Interruptions, Said
from speaker.recording import resampled
from speaker.trouble import Troubles
from speaker.tts import Espeak
from speaker.vad import VoiceActivity
from speaker.wake import WakeWords

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"
ROOMS = ("ir_bathroom1", "Concrete Room")
DRY = ("Accoustic2_Impulse", "Symphonic")  # Hark stays so clear in them that it could call itself
LEVELS = (0, 6, 12)
PERSON = 0.05  # loudness of a person's speech, of full scale
STOPS = ("stop", "stop it", "be quiet", "never mind", "stop talking", "shut up")

REPLIES = (
    (
        "The recipe says to heat the oven to two hundred degrees, mix the flour with the sugar and the butter, and leave the "
        "dough to rest for half an hour. Then roll it out, cut it into pieces, and bake them for twelve minutes."
    ),
    (
        "On your shopping list are milk, eggs, a loaf of bread, two pounds of potatoes, washing powder and batteries. On your "
        "packing list are a towel, sun cream, the passports, a book and something warm for the evening."
    ),
    (
        "You have three alarms. One is at half past six on every weekday, one is at eight on Saturdays, and one is tomorrow at "
        "a quarter past nine. Your next reminder is at noon, to call your sister about the birthday party."
    ),
)
OWN = (
    "You can say Alexa at any time, and then a command.",
    "My name is Alexa, and I live in this house.",
    "Say Alexa, turn on the lights. Or say Alexa, what time is it?",
    "To change the wake word from Alexa to another one, look into the configuration.",
)
OWN_STOPS = (
    "The timer is over. To end it, say: stop. I will ring again in a minute.",
    "There are two things that you can do now. Never mind. I have done both of them already.",
    "The bus does not wait here. Stop. That is all that the message says.",
    "I can play music, and I can be quiet. Be quiet. Tell me which you like better.",
)

Audio = np.ndarray[tuple[int], np.dtype[np.float32]]


@dataclass
class Scene:
    """What a microphone hears, and what was played meanwhile; int16 at 16 kHz."""

    heard: Any
    played: Any
    begins: float
    """Seconds at which the person begins to speak."""

    def frames(self) -> Iterator[Frame]:
        for at in range(0, len(self.heard) - FRAME_SAMPLES + 1, FRAME_SAMPLES):
            played = self.played[at : at + FRAME_SAMPLES]
            yield Frame(self.heard[at : at + FRAME_SAMPLES], at / SAMPLE_RATE, played if played.any() else None)


def room(name: str) -> Audio:
    """The first half second of a room's answer, of power 1."""
    answer = soundfile.read(SHARED / "rooms" / f"{name}.flac", dtype="float32", always_2d=True)[0][
        : SAMPLE_RATE // 2, 0
    ]
    return answer / np.sqrt(np.sum(answer**2))


def in_room(audio: Audio, answer: Audio) -> Audio:
    size = 1 << (len(audio) + len(answer)).bit_length()
    return np.fft.irfft(np.fft.rfft(audio, size) * np.fft.rfft(answer, size), size)[: len(audio)].astype(np.float32)


def loudness(audio: Audio) -> float:
    """Root mean square of the parts that are not pauses."""
    power = np.mean(audio[: len(audio) // 320 * 320].reshape(-1, 320) ** 2, axis=1)
    return float(np.sqrt(np.mean(power[power > power.max() / 100])))


def spoken(text: str) -> Audio:
    speech = Espeak().speak(text)
    return resampled(speech.samples, speech.rate, SAMPLE_RATE).astype(np.float32) / 32768


def scene(
    person: Audio | None,
    reply: Audio | None,
    over: float,
    number: int,
    before: Audio | None,
    rooms: tuple[str, ...] = ROOMS,
) -> Scene:
    """A person who speaks some seconds after a reply has begun; ``before``: a reply before that."""
    own, other = (room(rooms[n % len(rooms)]) for n in (number, number + 1))
    parts = [part for part in (before, reply) if part is not None]
    gap = np.zeros(2 * SAMPLE_RATE, np.float32)
    played = np.concatenate([gap, *(x for part in parts for x in (part, gap))])
    starts = 2.0 + (len(before) / SAMPLE_RATE + 2.0 if before is not None else 0.0) + 2.0 + number % 5
    length = int(starts * SAMPLE_RATE) + (len(person) if person is not None else 0) + SAMPLE_RATE
    size = -(-max(length, len(played)) // FRAME_SAMPLES) * FRAME_SAMPLES
    played = np.pad(played, (0, size - len(played)))
    late = np.zeros(1920 + 37 * number % 720, np.float32)
    echo = np.concatenate([late, in_room(np.tanh(1.5 * played) / 1.5, own)])[:size]
    if played.any():
        echo *= PERSON * 10 ** (over / 20) / loudness(echo)
    heard = echo + np.random.default_rng(number).normal(0, 0.0006, size).astype(np.float32)
    if person is not None:
        said = in_room(np.pad(person, (0, SAMPLE_RATE // 2)), other)
        at = int(starts * SAMPLE_RATE)
        said = said[: size - at]
        heard[at : at + len(said)] += PERSON / loudness(said) * said
    return Scene(_int16(heard), _int16(played), starts)


def _int16(audio: Audio) -> Any:
    return np.clip(np.round(audio * 32767), -32768, 32767).astype(np.int16)


def webrtc(scene_: Scene) -> Iterator[Frame]:
    from pywebrtc_audio import EchoCanceller

    clean = EchoCanceller(SAMPLE_RATE).process(scene_.heard, scene_.played)
    return Scene(clean, scene_.played, scene_.begins).frames()


def harks(scene_: Scene) -> Iterator[Frame]:
    echo = Echo()
    return (echo.clean(frame) for frame in scene_.frames())


CANCELLERS: dict[str, Callable[[Scene], Iterator[Frame]]] = {"none": Scene.frames, "hark": harks, "webrtc": webrtc}


def wakes(frames: Iterator[Frame]) -> list[float]:
    word = WakeWords(("alexa",))
    return [wake.at for frame in frames if (wake := word.hear(frame))]


def attenuation(scene_: Scene, frames: list[Frame]) -> float:
    """Echo return loss enhancement in dB, in the second and a half before the person speaks."""
    begin, end = (int((scene_.begins - before) * SAMPLE_RATE) for before in (1.5, 0.0))
    clean = np.concatenate([frame.samples for frame in frames])[begin:end].astype(float)
    return float(10 * np.log10(np.mean(scene_.heard[begin:end].astype(float) ** 2) / (np.mean(clean**2) + 1e-9)))


def misses(
    people: list[Audio], replies: list[Audio], canceller: str, over: float | None, first: bool
) -> dict[str, float]:
    missed = false = 0
    losses, cpu, seconds = [], 0.0, 0.0
    for number, person in enumerate(people):
        reply = None if over is None else replies[number % len(replies)]
        before = None if over is None or first else replies[(number + 1) % len(replies)]
        made = scene(person, reply, over or 0.0, number, before)
        began = time.process_time()
        frames = list(CANCELLERS[canceller](made))
        cpu, seconds = cpu + time.process_time() - began, seconds + len(made.heard) / SAMPLE_RATE
        found = wakes(iter(frames))
        missed += not any(at >= made.begins for at in found)
        false += sum(at < made.begins for at in found)
        losses.append(attenuation(made, frames) if reply is not None else 0.0)
    return {"missed": missed / len(people), "false": false, "erle": float(np.median(losses)), "cpu": cpu / seconds}


def interrupted(scene_: Scene, ears: Interruptions, word: WakeWords, clean: bool) -> list[Wake | Said]:
    """What the whole of Hark's ears take for an interruption."""
    ears.reset()
    word.reset()
    frames = harks(scene_) if clean else scene_.frames()
    return [call for frame in frames if (call := ears.hear(frame, word.hear(frame), lambda: STOPS))]


def own_words(ears: Interruptions, replies: list[Audio], stops: list[Audio], names: list[Audio]) -> dict[str, float]:
    """False alarms of Hark's own voice, alone in the room, at +12 dB."""
    word, result = WakeWords(("alexa",)), dict[str, float]()
    for name, texts in (("replies", replies), ("with the wake word", names), ("with “stop” and the like", stops)):
        made = [
            scene(None, text, 12, number, None, DRY)
            for number, text in enumerate(texts * (6 if name == "replies" else 3))
        ]
        result[f"{name}: seconds"] = round(sum(len(s.played) for s in made) / SAMPLE_RATE)
        result[f"{name}: wakes, no cancelling, no check"] = sum(len(wakes(s.frames())) for s in made)
        result[f"{name}: wakes, no check"] = sum(len(wakes(harks(s))) for s in made)
        for clean in (False, True):
            calls = [call for s in made for call in interrupted(s, ears, word, clean)]
            how = "cancelling" if clean else "no cancelling"
            result[f"{name}: wakes, {how}"] = sum(isinstance(call, Wake) for call in calls)
            result[f"{name}: stops, {how}"] = sum(isinstance(call, Said) for call in calls)
    return result


def stopped(ears: Interruptions, replies: list[Audio], over: float | None) -> dict[str, float]:
    """How often "stop" and the like are understood over a reply, and how long after the word."""
    word, heard, late = WakeWords(("alexa",)), [], []
    for number, (phrase, voice) in enumerate((p, v) for p in STOPS[:4] for v in ("slt", "rms", "awb", "kal16")):
        person = demo.said(voice, phrase).astype(np.float32) / 32768
        end = np.flatnonzero(np.abs(person) > 0.02)[-1] / SAMPLE_RATE
        made = scene(person, replies[number % len(replies)], -60.0 if over is None else over, number, replies[0])
        calls = [
            c for c in interrupted(made, ears, word, True) if isinstance(c, Said) and c.utterance.end > made.begins
        ]
        heard.append(bool(calls))
        late += [calls[0].utterance.end - made.begins - end] if calls else []
    return {"heard": float(np.mean(heard)), "seconds_after": float(np.median(late)) if late else 0.0}


def costs(reply: Audio) -> dict[str, float]:
    """CPU seconds a second of sound, one thread."""
    made = scene(None, reply, 6, 0, None)
    frames = [frame for frame in made.frames() if frame.played is not None]
    silent = [Frame(frame.samples, frame.start) for frame in frames]
    seconds = len(frames) * FRAME_SAMPLES / SAMPLE_RATE

    def cost(work: Callable[[Frame], object], given: list[Frame]) -> float:
        began = time.process_time()
        for _ in range(3):
            for frame in given:
                work(frame)
        return (time.process_time() - began) / seconds / 3

    troubles = Troubles()
    return {
        "cancelling, while Hark sounds": cost(Echo().clean, frames),
        "cancelling, else": cost(Echo().clean, silent),
        "a second ear for the wake word, while it sounds": cost(WakeWords(("alexa",)).hear, frames),
        "voice activity, while it sounds": cost(VoiceActivity().score, frames),
        "looking after the microphone": cost(lambda frame: troubles.update(frame.samples), silent),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--clips", type=int, default=60, help="how many people say the wake word")
    options = parser.parse_args()
    files = sorted((SHARED / "speech" / "wake" / "alexa").glob("*.flac"))[: options.clips]
    if not files:
        sys.exit(f"there are no recordings in {SHARED}; they are not part of the project")
    people = [recording.read(file).astype(np.float32) / 32768 for file in files]
    replies = [spoken(text) for text in REPLIES]
    cancellers = list(CANCELLERS)
    try:
        import pywebrtc_audio  # noqa: F401
    except ImportError:
        cancellers.remove("webrtc")
    console, result = Console(), dict[str, Any]()
    table = Table("wake words missed", *(f"{name}" for name in cancellers), title=f"{len(people)} people say “alexa”")
    for over, first in ((None, False), *((level, False) for level in LEVELS), *((level, True) for level in LEVELS)):
        label = "nothing sounds" if over is None else f"reply {over:+d} dB{', the first reply' if first else ''}"
        row = {name: misses(people, replies, name, over, first) for name in cancellers}
        result[label] = row
        shown = (f"{r['missed']:.1%}  erle {r['erle']:.0f} dB  false {r['false']:.0f}" for r in row.values())
        table.add_row(label, *shown)
    console.print(table)
    ears = Interruptions(WakeWords(("alexa",)), VoiceActivity(), Moonshine(STOPS))
    table = Table("“stop” and the like, without the wake word", "understood", "after the word")
    for over in (None, *LEVELS):
        got = stopped(ears, replies, over)
        label = "stop, no echo" if over is None else f"stop, reply {over:+d} dB"
        result[label] = got
        table.add_row(label, f"{got['heard']:.0%}", f"{got['seconds_after']:.2f} s")
    console.print(table)
    voices = [[demo.said("slt", text).astype(np.float32) / 32768 for text in texts] for texts in (OWN_STOPS, OWN)]
    result["own words"] = own_words(ears, replies, *voices)
    result["cost"] = costs(replies[0])
    table = Table("of Hark's own voice, +12 dB, nobody speaks", "")
    for name, value in result["own words"].items():
        table.add_row(name, f"{value:.0f}")
    console.print(table)
    table = Table("cost", "of a core")
    for name, value in result["cost"].items():
        table.add_row(name, f"{value:.2%}")
    console.print(table)
    print(json.dumps(result))


if __name__ == "__main__":
    main()
