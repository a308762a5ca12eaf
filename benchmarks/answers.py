"""Short answers to questions, by synthetic voices in noise: with the answers that are expected, and without."""

import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from benchmarks import sounds
from speaker import answers, phrases
from speaker.asr.moonshine import Moonshine
from speaker.events import Parse, Samples, SlotSpec, Transcript
from speaker.manifest import read
from speaker.places import INTENTS
from speaker.understand import answered, believable

_LAMPS = ("desk lamp", "ceiling light", "reading lamp")
_AREAS = ("kitchen", "living room", "bedroom", "office", "garden", "bathroom")
_DURATION, _AREA = SlotSpec("duration", "duration", required=True), SlotSpec("area", "area", required=True)
_DAY = date(2024, 1, 1)
_LEVELS = (None, 12, 6)


@dataclass(frozen=True)
class Asked:
    """A question, what is answered, and what that means."""

    slots: Sequence[SlotSpec]
    options: Sequence[str]
    said: Sequence[str]
    means: Callable[[str], object]


def _yes(text: str) -> object:
    return "yes" if answers.agrees(text) else "no" if answers.declines(text) else None


QUESTIONS = {
    "yes or no": Asked(
        (), (), ("yes", "no", "yes please", "no thanks", "yeah", "sure", "never mind", "go ahead"), _yes
    ),
    "which one": Asked(
        (),
        _LAMPS,
        ("the second one", "the desk lamp", "the first", "both", "the last one", "reading lamp", "the ceiling light"),
        lambda text: answers.chosen(text, _LAMPS) or answers.nearest_choice(text, _LAMPS),
    ),
    "how long": Asked(
        (_DURATION,),
        (),
        ("ten minutes", "half an hour", "for twenty five minutes", "ninety seconds", "an hour", "fifteen minutes"),
        lambda text: answers.filled(text, (_DURATION,), _DAY),
    ),
    "in which room": Asked(
        (_AREA,),
        (),
        ("the kitchen", "in the office", "bedroom", "the living room", "garden"),
        lambda text: answers.freely(text, (_AREA,), _DAY),
    ),
}
"""What is asked → what is answered."""


def heard(ear: Moonshine, sound: Samples, expected: Sequence[str]) -> Transcript:
    """What an answer is heard as: as the assistant has it."""
    hearing = ear.listen(answers=expected)
    hearing.accept(sound)
    first, second = hearing.finish(), hearing.again() if expected else None
    return second if second and answered(second, Parse(first.text, (), rejected=True)) else first


def measured(quick: bool) -> dict[str, dict[str, float]]:
    """Question → shares of its answers that are understood, with what is expected and without."""
    specs = [spec for file in sorted(INTENTS.glob("*/manifest.yaml")) for spec in read(file).specs()]
    ear = Moonshine(phrases.sentences(specs, _AREAS, _LAMPS))
    voices = sounds.VOICES[::4] if quick else sounds.VOICES
    result: dict[str, dict[str, float]] = {}
    for name, asked in QUESTIONS.items():
        expected = phrases.answers(asked.slots, asked.options, _AREAS, _LAMPS)
        right = dict[str, list[bool]](expected=[], anything=[])
        for number, said in enumerate(asked.said):
            for voice in range(len(voices)):
                clean = sounds.said(said, voice * (len(sounds.VOICES) // len(voices)))
                for level in _LEVELS:
                    sound = (
                        clean if level is None else sounds.mixed(clean, "kitchen", level, f"{number} {voice} {level}")
                    )
                    for how, phrases_ in (("expected", expected), ("anything", ())):
                        transcript = heard(ear, sound, phrases_)
                        meant = asked.means(transcript.text) == asked.means(said)
                        right[how].append(meant and believable(transcript, asked=True))
        result[name] = {"answers": len(right["expected"])} | {
            how: round(statistics.mean(each), 4) for how, each in right.items()
        }
    return result
