"""A turn: one straight line from the microphone's frames to the spoken reply."""

import logging
import time
from collections import deque
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from typing import Protocol

import numpy as np

from speaker.asr import Hearing, Recogniser
from speaker.context import Clock
from speaker.dialogue import Previous, Question, asks_to_undo
from speaker.endpoint import Endpoint, Limits
from speaker.errors import HarkError
from speaker.events import (
    Candidate,
    Frame,
    IntentSpec,
    Parse,
    Reading,
    Reply,
    Speech,
    Transcript,
    Turn,
    Utterance,
    Wake,
)
from speaker.plugins import Plugins
from speaker.store import Change
from speaker.strangers import Guess, choose
from speaker.text import normalise, without_manners
from speaker.trace import Stopwatch, Trace
from speaker.understand import believable, makes_sense, missing, understand

log = logging.getLogger(__name__)

_BEFORE = 20  # frames kept from before the voice is sure: 0.64 s, so that no first sound is lost
NOT_UNDERSTOOD = "Sorry, I did not understand that."


class WakeDetector(Protocol):
    """Hears a wake word."""

    def hear(self, frame: Frame) -> Wake | None: ...

    def reset(self) -> None: ...


class Activity(Protocol):
    """Scores a frame's likeness to a voice, 0 to 1."""

    def score(self, frame: Frame) -> float: ...

    def reset(self) -> None: ...


class Reader(Protocol):
    """The language model."""

    def read(self, text: str, active: Collection[IntentSpec], before: Sequence[Candidate] = ()) -> Reading: ...


class Others(Protocol):
    """Reads the intents that the language model was not trained on."""

    def read(self, text: str) -> Guess | None: ...


class Mouth(Protocol):
    """Speaks."""

    def synthesise(self, text: str) -> Speech: ...

    def play(self, speech: Speech, text: str) -> None: ...

    def hush(self) -> bool: ...


class Undo(Protocol):
    """Takes back what handlers wrote."""

    def recording(self) -> AbstractContextManager[list[Change]]: ...

    def restore(self, changes: Sequence[Change]) -> None: ...


@dataclass(frozen=True, slots=True)
class Ears:
    """The stages that turn frames into a transcript."""

    wake: WakeDetector
    activity: Activity
    limits: Limits
    recogniser: Recogniser


@dataclass(frozen=True, slots=True)
class Mind:
    """The stages that turn a transcript into intents."""

    model: Reader
    others: Others
    plugins: Plugins
    clock: Clock
    threshold: float
    phrases: Mapping[str, str] = field(default_factory=dict)
    """Sentences of the household, normalised and without manners, with the commands that they stand for."""

    def parse(self, text: str, before: Sequence[Candidate] = ()) -> Parse:
        """Understand one command, which may lean on the one ``before``; nothing is done."""
        command = self.phrases.get(without_manners(normalise(text)), text)
        whole, _ = self._parse(command, before)
        parts = self._in_parts(command)
        more = parts and (len(parts.intents) > len(whole.intents) or parts.confidence > whole.confidence)
        if parts and more and not _is_one(command, whole, parts):
            whole = parts
        return replace(whole, text=text)

    def _in_parts(self, text: str) -> Parse | None:
        """Commands joined by "and", if all are understood, lack nothing, and one is strange.

        The model joins its own by itself.
        """
        parts = text.split(" and ")
        if len(parts) == 1 or self.others.read(text) is None:  # then nothing is strange
            return None
        each = [self._parse(part) for part in parts]
        if any(parse.rejected for parse, _ in each) or not any(strange for _, strange in each):
            return None
        intents = tuple(intent for parse, _ in each for intent in parse.intents)
        if any((spec := self.plugins.spec(intent.name)) and missing(intent, spec) for intent in intents):
            return None
        candidates = tuple(candidate for parse, _ in each for candidate in parse.candidates)
        return Parse(text, intents, False, min(parse.confidence for parse, _ in each), candidates)

    def _parse(self, text: str, before: Sequence[Candidate] = ()) -> tuple[Parse, bool]:
        """What a command means, and whether it is one that the model does not know."""
        specs = {spec.name: spec for spec in self.plugins.specs}
        guess = self.others.read(text)
        certain = guess is not None and guess.reading.confidence == 1.0  # an example itself: no need to ask the model
        own = Reading((), 0.0) if certain else self.model.read(text, specs.values(), before)
        reading = choose(own, guess, self.threshold)
        return understand(text, reading, specs, self.threshold, self.clock().date(), before), reading is not own


class Assistant:
    """Runs turns. One thread at a time may use it."""

    def __init__(self, mind: Mind, mouth: Mouth, undo: Undo, trace: Trace, ears: Ears | None = None) -> None:
        """``ears``: None where commands come as text alone."""
        self._mind, self._mouth, self._undo, self._trace, self._ears = mind, mouth, undo, trace, ears
        self._fresh = mind, ears
        self._question: Question | None = None
        self._previous: Previous | None = None

    def renew(self, mind: Mind, recogniser: Recogniser | None) -> None:
        """From the next command on, think and listen with these instead; any thread may call it.

        ``recogniser``: None leaves the one there is.
        """
        ears = self._fresh[1]
        self._fresh = mind, replace(ears, recogniser=recogniser) if ears and recogniser else ears

    def _take_up(self) -> None:
        """What was renewed meanwhile counts from now on; but an answer is for the one that asked."""
        if self._question is None:
            self._mind, self._ears = self._fresh

    def attend(self, frames: Iterator[Frame], source: str) -> Iterator[Turn]:
        """Wait for the wake word, take the command that follows, answer it; again and again, a turn each.

        A question that waits for a yes is answered without the wake word.
        """
        assert self._ears is not None
        for frame in frames:
            wake = self._ears.wake.hear(frame)
            if wake is None:
                continue
            self._take_up()
            self._mouth.hush()
            yield self.command(frames, source, wake)
            while self._question is not None:
                yield self.command(frames, source)
            self._ears.wake.reset()

    def command(self, frames: Iterator[Frame], source: str, wake: Wake | None = None) -> Turn:
        """Take one spoken command from the frames and answer it."""
        assert self._ears is not None
        began, watch = self._now(), Stopwatch()
        with watch.stage("endpoint") as notes:
            hearing, utterance = self._follow(frames, self._ears)
            notes |= {"ended_by": utterance.ended_by, "seconds": round(utterance.end - utterance.start, 2)}
        with watch.stage("asr") as notes:
            transcript = self._recognise(hearing, utterance)
            notes |= {"engine": self._ears.recogniser.name, "confidence": transcript.confidence}
        with watch.stage("slm") as notes:
            transcript, parse = self._understand(hearing, transcript)
            notes |= _notes(parse)
        return self._finish(Turn(began, source, wake, utterance, transcript, parse), watch)

    def ask(self, text: str) -> Turn:
        """Answer one typed command."""
        self._take_up()
        began, watch = self._now(), Stopwatch()
        with watch.stage("slm") as notes:
            parse = self._mind.parse(text, self._context())
            notes |= _notes(parse)
        return self._finish(Turn(began, "text", transcript=Transcript(text, 1.0), parse=parse), watch)

    def _follow(self, frames: Iterator[Frame], ears: Ears) -> tuple[Hearing, Utterance]:
        """Follow the voice to the end of the command, recognising on the way."""
        ears.activity.reset()
        endpoint, hearing = Endpoint(ears.limits), ears.recogniser.listen()
        before: deque[Frame] = deque(maxlen=_BEFORE)
        heard: list[Frame] = []
        ended = None
        for frame in frames:
            ended = endpoint.update(ears.activity.score(frame), frame.end - frame.start)
            if not endpoint.speaking:
                before.append(frame)
            else:
                fresh = [*before, frame]
                before.clear()
                heard += fresh
                hearing.accept(np.concatenate([f.samples for f in fresh]))
            if ended:
                break
        start = heard[0].start if heard else 0.0
        end = heard[-1].end if heard else 0.0
        samples = np.concatenate([f.samples for f in heard]) if heard else np.zeros(0, np.int16)
        silence = endpoint.seconds - endpoint.speech_end
        return hearing, Utterance(samples, start, end, max(start, end - silence), ended or "stream")

    def _recognise(self, hearing: Hearing, utterance: Utterance) -> Transcript:
        return hearing.finish() if len(utterance.samples) else Transcript("", 0.0)

    def _understand(self, hearing: Hearing, transcript: Transcript) -> tuple[Transcript, Parse]:
        """Understand what was heard; where it makes no sense, what was heard on second thoughts."""
        parse = self._parse(transcript)
        if not parse.rejected or not transcript.text or self._question is not None:
            return transcript, parse
        second = hearing.again()
        if second is None:
            return transcript, parse
        better = self._parse(second)
        return (transcript, parse) if better.rejected else (second, better)

    def _parse(self, transcript: Transcript) -> Parse:
        rejected = Parse(transcript.text, (), rejected=True)
        if not believable(transcript):
            return rejected
        parse = self._mind.parse(transcript.text, self._context())
        return parse if makes_sense(transcript, parse) else replace(rejected, confidence=parse.confidence)

    def _finish(self, turn: Turn, watch: Stopwatch) -> Turn:
        """Act on what was understood, say so, and keep the turn."""
        assert turn.transcript is not None
        assert turn.parse is not None
        error: str | None = None
        with watch.stage("handler") as notes:
            reply = self._act(turn.transcript.text, turn.parse)
            notes |= {"ok": str(reply.ok).lower()}
        with watch.stage("tts"):
            try:
                if reply.text:
                    self._mouth.play(self._mouth.synthesise(reply.text), reply.text)
            except HarkError as failure:
                error = str(failure)
                log.error("the reply is not spoken: %s", failure)
        done = Turn(
            turn.began,
            turn.source,
            turn.wake,
            turn.utterance,
            turn.transcript,
            turn.parse,
            reply,
            watch.spans,
            error,
        )
        self._trace.add(done)
        return done

    def _act(self, text: str, parse: Parse) -> Reply:
        """Do what the command says, or ask first, or say why not."""
        question, self._question = self._question, None
        answer = question.answer(text, time.monotonic()) if question else None
        if question and answer == "yes":
            return self._do(Parse(text, question.intents, rejected=False))
        if answer == "no":
            return Reply("All right, I leave it.")
        if not text:
            return Reply("", ok=False)
        if asks_to_undo(text):
            return (
                Reply("All right, that is undone.")
                if self._take_back()
                else Reply("There is nothing to undo.", ok=False)
            )
        if parse.rejected:
            return Reply(NOT_UNDERSTOOD, ok=False)
        if any(self._spec(intent.name).confirm for intent in parse.intents):
            self._question = Question(parse.intents, time.monotonic())
            return Reply(f"You said: {text.rstrip('.?!')}. Shall I do that?")
        return self._do(parse)

    def _do(self, parse: Parse) -> Reply:
        """Run the handlers in the order said; one reply for all. A correction first takes back what it corrects."""
        if parse.instead:
            self._take_back()
        replies = []
        with self._undo.recording() as changes:
            for intent in parse.intents:
                if lacks := missing(intent, self._spec(intent.name)):
                    replies.append(Reply(f"Please say that again with the {' and the '.join(lacks)}.", ok=False))
                else:
                    replies.append(self._mind.plugins.handle(intent))
        self._previous = Previous(parse.candidates, tuple(changes), time.monotonic())
        return Reply(" ".join(r.text for r in replies if r.text), ok=all(r.ok for r in replies))

    def _take_back(self) -> bool:
        """Undo the last command; whether there was anything to undo."""
        previous, self._previous = self._previous, None
        if previous is None or not previous.undoable(time.monotonic()):
            return False
        self._undo.restore(previous.changes)
        return True

    def _context(self) -> tuple[Candidate, ...]:
        return self._previous.context(time.monotonic()) if self._previous else ()

    def _spec(self, name: str) -> IntentSpec:
        spec = self._mind.plugins.spec(name)
        assert spec is not None  # only active intents are read
        return spec

    def _now(self) -> str:
        return self._mind.clock().isoformat(timespec="milliseconds")


def _is_one(text: str, whole: Parse, parts: Parse) -> bool:
    """Whether "and" joins no commands but what one of them takes: "a coffee with sugar and a bit of milk".

    It is so where the parts only say again what the whole says, or where the whole has slots in each part and is surer.
    """
    if len(whole.intents) != 1:
        return False
    name, slots = whole.intents[0].name, whole.intents[0].slots
    if all(part.name == name and part.slots.items() <= slots.items() for part in parts.intents):
        return True
    words = [f" {pointed.words} " for candidate in whole.candidates for pointed in candidate.slots]
    in_each = all(any(said in f" {normalise(part)} " for said in words) for part in text.split(" and "))
    return in_each and whole.confidence > parts.confidence


def _notes(parse: Parse) -> dict[str, str | float]:
    intents = " + ".join(intent.name for intent in parse.intents) or "rejected"
    return {"intents": intents, "confidence": round(parse.confidence, 3)}
