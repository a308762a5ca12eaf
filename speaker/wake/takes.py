"""Whether a recording of a wake word is good enough to teach it, and why not."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from speaker.events import FRAME_SAMPLES, SAMPLE_RATE, Samples
from speaker.wake.teaching import phonemes

_VOICE = 0.5
_MARGIN = 5  # frames kept around the voice
_SHORTEST, _LONGEST = 0.2, 2.5  # seconds
_SOFT = 150.0  # root mean square of the voice
_CLIPPED = 0.002  # share of samples at the end of the range
_GREETINGS = frozenset("hey hi hello ok okay".split())
_COMMON = frozenset(
    """a about after again all also and any are as at back be because been before bed big book but by call can car come
    could cup cut day did dinner do does doing done door down each eat end even ever every few find first food for from game
    get girl give go going good got great had hand has have he help her here him his home hot house how i if in into is it
    its just kitchen know last later left let life light lights like little long look made make man many me milk minute more
    morning most mother mum music my name need never new next nice night no not now of off old on one only open or other our
    out over people phone place play please put really red right room said same say school see she should show sit so some
    something song sorry stop sure table take talk tea tell than thank thanks that the their them then there these they
    thing think this time to today tomorrow too turn two up us use very wait walk want was water way we week well went what
    when where which who why will with word work world would year yes you your""".split()
)


@dataclass(frozen=True, slots=True)
class Take:
    """A recording of a wake word."""

    samples: Samples
    """The word, with a little around it."""
    complaint: str
    """Why it is no good; empty where it is."""


def judged(samples: Samples, voice: Sequence[float]) -> Take:
    """Cut the word out of a recording and judge it; ``voice``: of each frame, how much it sounds like one, 0 to 1."""
    active = np.flatnonzero(np.asarray(voice) >= _VOICE)
    if not len(active):
        return Take(samples[:0], "no voice was heard; speak up, or look after the microphone with 'hark doctor'")
    start, end = max(0, active[0] - _MARGIN) * FRAME_SAMPLES, (active[-1] + 1 + _MARGIN) * FRAME_SAMPLES
    word = samples[start:end]
    seconds = (active[-1] + 1 - active[0]) * FRAME_SAMPLES / SAMPLE_RATE
    inner = samples[active[0] * FRAME_SAMPLES : (active[-1] + 1) * FRAME_SAMPLES].astype(np.float64)
    if seconds > _LONGEST:
        return Take(word, f"too long: {seconds:.1f} s; say only the wake word, and pause before and after it")
    if seconds < _SHORTEST:
        return Take(word, "too short; say the whole of it")
    if np.sqrt((inner**2).mean()) < _SOFT:
        return Take(word, "too quiet; come closer, or turn the microphone up")
    if (np.abs(inner) >= 32_600).mean() > _CLIPPED:
        return Take(word, "too loud, it is clipped; step back, or turn the microphone down")
    return Take(word, "")


def doubts(phrase: str) -> list[str]:
    """What speaks against a phrase as a wake word. Raises SpeechError where espeak-ng is missing."""
    sounds = [sound for sound in phonemes(phrase) if sound.strip()]
    vowels = sum(sound.strip("',%=_|")[:1] in tuple("aeiouAEIOUV0@3") for sound in sounds)
    said = []
    if vowels < 2:
        said.append("it has one syllable: two or more are told from talk far better")
    elif len(sounds) < 5:
        said.append("it is short: it will be heard in other words")
    often = [word for word in phrase.split() if word in _COMMON]
    if often and set(phrase.split()) <= _COMMON | _GREETINGS:
        said.append(f"“{often[0]}” is said every day: it will wake when nobody means it")
    return said
