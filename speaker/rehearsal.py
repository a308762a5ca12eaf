"""A plugin's examples as its test: each is said with words for its slots, and has to be understood as what it is.

Nothing is done: no handler runs.
"""

import random
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from speaker import demo, languages, recording
from speaker.assistant import Assistant, Ears
from speaker.build import Hark, Place
from speaker.events import SAMPLE_RATE, Candidate, IntentSpec, Parse, Pointed, Reading, Samples, SlotValue
from speaker.manifest import Manifest
from speaker.mind import Mind
from speaker.phrases import filled
from speaker.trace import Trace
from speaker.tts import Espeak
from speaker.understand import understand

_TIMES = 3  # that an example with slots is said, each time with other words
_FLITE = ("slt", "rms")  # a woman's and a man's voice


@dataclass(frozen=True, slots=True)
class Trial:
    """A sentence, and what it should be understood as."""

    text: str
    example: str
    """What it was made of."""
    intent: str
    slots: Mapping[str, SlotValue]


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a trial went."""

    trial: Trial
    heard: str
    """What was recognised, or typed."""
    parse: Parse
    voice: str = ""
    """Who said it; "" where it was typed."""

    @property
    def right(self) -> bool:
        """Whether it is understood as what it is, and as nothing else."""
        got = [(intent.name, dict(intent.slots)) for intent in self.parse.intents]
        return got == [(self.trial.intent, dict(self.trial.slots))]


def trials(specs: Sequence[IntentSpec], hark: Hark) -> list[Trial]:
    """Each example, three times with other words where it has slots; each listed value at least once."""
    made: list[Trial] = []
    for spec in specs:
        here = [trial for example in spec.examples for trial in _of(example, spec, hark)]
        said = {(slot, value) for trial in here for slot, value in trial.slots.items()}
        for slot in spec.slots:
            having = [example for example in spec.examples if f"{{{slot.name}}}" in example]
            for at, (value, *_) in enumerate(slot.values):
                if having and (slot.name, value) not in said:
                    here += _of(having[at % len(having)], spec, hark, {slot.name: value})
        made += here
    return list({trial.text: trial for trial in made}.values())


def one(example: str, spec: IntentSpec, hark: Hark) -> Trial | None:
    """An example said once; None where the home has nothing to say in its place."""
    return next(iter(_of(example, spec, hark)), None)


def by_text(mind: Mind, some: Sequence[Trial]) -> Iterator[Outcome]:
    """Each as if it were typed."""
    for trial in some:
        yield Outcome(trial, trial.text, mind.parse(trial.text))


def by_speech(hark: Hark, some: Sequence[Trial]) -> Iterator[Outcome]:
    """Each said by a synthetic voice, and put through recognition as a microphone would be.

    Raises SpeechError where no synthesiser is installed.
    """
    ears: Ears = hark.ears(one_command=True)
    mind = replace(hark.mind, plugins=hark.plugins.idle())
    voices = _voices()
    for at, trial in enumerate(some):
        name, say = voices[at % len(voices)]
        rest = np.zeros(SAMPLE_RATE // 2, np.int16)
        frames = recording.frames(np.concatenate([rest, say(trial.text), rest]), rest=1.0)
        # A fresh one each time: no command leans on the one before.
        assistant = Assistant(mind, hark.voice, hark.store, Trace(hark.place.data / "trace.jsonl", 0), ears)
        turn = assistant.command(frames, trial.text)
        assert turn.transcript is not None
        assert turn.parse is not None
        yield Outcome(trial, turn.transcript.text, turn.parse, name)


def among(place: Place, folder: Path, plan: Manifest) -> Place:
    """The place with a plugin among the others, enabled, with stand-ins for the settings that nobody made yet."""
    needed = {name: setting.stand_in() for name, setting in plan.settings.items() if setting.required}
    plugins = {**place.config.plugins}
    if needed:
        plugins[plan.name] = {**needed, **plugins.get(plan.name, {})}
    config = place.config.model_copy(update={"plugins": plugins})
    return replace(place, plugin_folders=(*place.plugin_folders, folder), enabled=(plan.name,), config=config)


def _of(example: str, spec: IntentSpec, hark: Hark, given: Mapping[str, str] | None = None) -> Iterator[Trial]:
    choose = random.Random(example)
    today, home = hark.mind.clock().date(), hark.home
    for _ in range(_TIMES if "{" in example or "[" in example else 1):
        text, said = filled(example, spec, home.areas, home.names, home.scenes, choose, given)
        text, said = _written(text), {slot: _written(words) for slot, words in said.items()}
        pointed = tuple(Pointed(slot, words) for slot, words in said.items())
        meant = understand(text, Reading((Candidate(spec.name, pointed, 1.0),), 1.0), {spec.name: spec}, 0.0, today)
        if all(said.values()) and meant.intents:
            yield Trial(text, example, spec.name, meant.intents[0].slots)


def _written(said: str) -> str:
    """Times as people write them, not letter by letter as a recogniser hears them."""
    for spelling in languages.current().words.heard:
        said = spelling.written.sub(spelling.read, said)
    return said


def _voices() -> list[tuple[str, Callable[[str], Samples]]]:
    voices: list[tuple[str, Callable[[str], Samples]]] = []
    if shutil.which("flite") and languages.current().name == "en":  # it speaks nothing else
        voices += [(f"flite {voice}", lambda text, voice=voice: demo.said(voice, text)) for voice in _FLITE]  # type: ignore[misc]
    espeak = Espeak(languages.current().words.voice, 150)

    def said(text: str) -> Samples:
        speech = espeak.speak(text)
        return recording.resampled(speech.samples, speech.rate, SAMPLE_RATE)

    return [*voices, ("espeak-ng", said)]
