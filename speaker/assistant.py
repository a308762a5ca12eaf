"""A turn: one straight line from the microphone's frames to the spoken reply."""

import logging
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from typing import Protocol

from speaker import dialogue
from speaker.asr import Hearing, Recogniser
from speaker.chime import Sign
from speaker.endpoint import Limits
from speaker.errors import HarkError, StoreError
from speaker.events import Frame, Parse, Reply, Speech, Transcript, Turn, Utterance, Wake
from speaker.follow import Followed, Follower, Look
from speaker.interruptions import Activity, Interruptions, Said, WakeDetector
from speaker.languages import fragment, say
from speaker.lessons import Forget, Lesson
from speaker.lights import Doing
from speaker.mind import Mind
from speaker.outlook import Known, is_sure, outlook
from speaker.phrases import answers
from speaker.prompt import with_sign
from speaker.states import Do, Heard, Previous, Say, State, Undo
from speaker.store import Done
from speaker.trace import Stopwatch, Trace
from speaker.understand import answered, believable, better, heard_well, makes_sense, may_be_asked

log = logging.getLogger(__name__)

_LONGEST_REPLY = 30.0  # seconds of audio that are let pass while Hark speaks


class Mouth(Protocol):
    """Speaks."""

    def synthesise(self, text: str) -> Speech: ...

    def play(self, speech: Speech, text: str) -> None: ...

    def sign(self, name: Sign) -> None: ...

    def end_sign(self) -> None: ...

    def listening(self) -> AbstractContextManager[None]: ...

    @property
    def speaking(self) -> bool: ...


class Journal(Protocol):
    """Takes down what handlers write, and takes it back."""

    def recording(self) -> AbstractContextManager[list[Done]]: ...

    def restore(self, changes: Sequence[Done]) -> None: ...


@dataclass(frozen=True, slots=True)
class Ears:
    """The stages that turn frames into a transcript."""

    wake: WakeDetector
    activity: Activity
    limits: Limits
    recogniser: Recogniser
    interruptions: Interruptions | None = None
    """What is heard while Hark itself sounds; None: the wake word alone."""
    spares: Callable[[], bool] = lambda: False
    """Whether the machine is to do without what can be done without, just now: understanding in a command's pauses."""


class Assistant:
    """Runs turns. One thread at a time may use it."""

    def __init__(
        self,
        mind: Mind,
        mouth: Mouth,
        journal: Journal,
        trace: Trace,
        ears: Ears | None = None,
        follow_up: float = 0.0,
        told: Callable[[Doing], None] = lambda _: None,
    ) -> None:
        """``ears``: None where commands come as text alone. ``follow_up``: seconds after a command in which another
        needs no wake word; 0: it always does. ``told``: hears what is being done, for lights."""
        self._told = told
        self._mind, self._mouth, self._journal, self._trace, self._ears = mind, mouth, journal, trace, ears
        self._fresh, self._follow_up = mind, follow_up
        self._state = State()

    def renew(self, mind: Mind) -> None:
        """From the next command on, think with this instead; any thread may call it."""
        self._fresh = mind

    def _take_up(self) -> None:
        """What was renewed meanwhile counts from now on; but an answer is for the one that asked."""
        if not self.asks:
            self._mind = self._fresh

    def attend(self, frames: Iterator[Frame], source: str) -> Iterator[Turn]:
        """Wait for the wake word, take the command that follows, answer it; again and again, a turn each.

        What Hark asks is answered without the wake word; so is a further command, for the seconds of ``follow_up``.
        What is said then and is no command is passed over. While Hark itself sounds, the wake word silences it, and
        so do some words without it.
        """
        for frame in frames:
            if call := self._called(frame):
                self._take_up()
                yield from self._conversation(frames, source, call)

    def _conversation(self, frames: Iterator[Frame], source: str, call: Wake | Said) -> Iterator[Turn]:
        """A command, and what is asked and follows, until nothing does."""
        assert self._ears is not None
        with self._mouth.listening():
            turn = self._answer(frames, source, call)
            yield turn
            while self.asks or (self._follow_up and turn.reply and turn.reply.ok):
                follows = not self.asks
                if interruption := self._wait_for_silence(frames):
                    with self._mouth.listening():
                        turn, follows = self._answer(frames, source, interruption), False
                else:
                    turn = self.command(frames, source, follows=follows)
                if not follows or turn.reply != dialogue.IGNORED:
                    yield turn
        self._ears.wake.reset()
        if self._ears.interruptions:
            self._ears.interruptions.reset()

    def _called(self, frame: Frame) -> Wake | Said | None:
        """Whether Hark is spoken to: by the wake word, or while it sounds by what silences it."""
        assert self._ears is not None
        wake = self._ears.wake.hear(frame)
        if self._ears.interruptions is None:
            return wake
        return self._ears.interruptions.hear(frame, wake, lambda: self._mind.silencing)

    def _answer(self, frames: Iterator[Frame], source: str, call: Wake | Said) -> Turn:
        """The turn that a call begins; what silences is the whole of one."""
        assert self._ears is not None
        if isinstance(call, Wake):
            if self._ears.interruptions:
                frames = with_sign(frames, self._ears.interruptions.voice, self._mouth)
            return self.command(frames, source, call)
        began, watch = self._now(), Stopwatch()
        with watch.stage("slm") as notes:
            parse = self._mind.parse(call.transcript.text, self._state.context(time.monotonic()))
            notes |= _notes(parse)
        return self._finish(Turn(began, source, None, call.utterance, call.transcript, parse), watch)

    def command(self, frames: Iterator[Frame], source: str, wake: Wake | None = None, follows: bool = False) -> Turn:
        """Take one spoken command from the frames and answer it; ``follows``: it was not asked for."""
        assert self._ears is not None
        self._told("listening")
        began, watch = self._now(), Stopwatch()
        limits = replace(self._ears.limits, nothing=self._follow_up) if follows else self._ears.limits
        hearing = self._ears.recogniser.listen(answers=self._expected())
        with watch.stage("endpoint") as notes:
            followed = self._follow(frames, self._ears, limits, hearing)
            utterance, look = followed.utterance, followed.look
            notes |= {"ended_by": utterance.ended_by, "seconds": round(utterance.end - utterance.start, 2)}
            notes |= {"looks": followed.looks, "looks_ms": round(1000 * followed.spent, 1)}
        self._told("thinking")
        with watch.stage("asr") as notes:
            transcript = self._recognise(hearing, utterance)
            notes |= {"engine": self._ears.recogniser.name, "confidence": transcript.confidence}
        with watch.stage("slm") as notes:
            if look and look.heard == transcript:
                transcript, parse = look.transcript, look.parse
            else:
                transcript, parse = self._understand(hearing, transcript)
            notes |= _notes(parse)
        return self._finish(Turn(began, source, wake, utterance, transcript, parse), watch, addressed=not follows)

    def ask(self, text: str) -> Turn:
        """Answer one typed command."""
        self._take_up()
        began, watch = self._now(), Stopwatch()
        with watch.stage("slm") as notes:
            parse = self._mind.parse(text, self._state.context(time.monotonic()))
            notes |= _notes(parse)
        return self._finish(Turn(began, "text", transcript=Transcript(text, 1.0), parse=parse), watch)

    def _wait_for_silence(self, frames: Iterator[Frame]) -> Wake | Said | None:
        """Let pass what the microphone hears of Hark's own reply; what interrupts it, if anything does."""
        passed = 0.0
        while self._mouth.speaking and passed < _LONGEST_REPLY and (frame := next(frames, None)):
            if call := self._called(frame):
                return call
            passed += frame.end - frame.start
        return None

    def _follow(self, frames: Iterator[Frame], ears: Ears, limits: Limits, hearing: Hearing) -> Followed:
        """Follow the voice to the end of the command, recognising on the way."""
        question, mind = self._state.question, self._mind
        known = Known(mind.specs, (*mind.areas, *mind.names), question)

        def look() -> Look | None:
            heard = None if ears.spares() else hearing.so_far()
            if heard is None:
                return None
            transcript, parse = self._understand(hearing, heard)
            ahead = outlook(transcript, parse, known)
            return Look(heard, transcript, parse, ahead, is_sure(transcript, parse))

        ears.activity.reset()
        return Follower(ears.activity.score, hearing.accept, look, limits).follow(frames)

    def _recognise(self, hearing: Hearing, utterance: Utterance) -> Transcript:
        return hearing.finish() if len(utterance.samples) else Transcript("", 0.0)

    def _expected(self) -> Sequence[str]:
        """What is likely to be said: answers, where something was asked."""
        asked = self._state.question
        if asked is None:
            return ()
        options = [option.words for option in asked.options] if len(asked.options) > 1 else ()
        return answers(asked.slots, options, tuple(self._mind.areas), tuple(self._mind.names))

    def _understand(self, hearing: Hearing, transcript: Transcript) -> tuple[Transcript, Parse]:
        """Understand what was heard, and what was heard on second thoughts; the better counts."""
        parse = self._parse(transcript)
        second = hearing.again() if transcript.text and (not self.asks or self._expected()) else None
        if second is None:
            return transcript, parse
        again = self._parse(second)
        counts = answered(second, parse) if self.asks else better(second, parse, again)
        return (second, again) if counts else (transcript, parse)

    def _parse(self, transcript: Transcript) -> Parse:
        rejected = Parse(transcript.text, (), rejected=True)
        if not believable(transcript, self.asks):
            return rejected
        parse = self._mind.parse(transcript.text, self._state.context(time.monotonic()))
        good = makes_sense(transcript, parse) or may_be_asked(transcript, parse)
        return parse if good else replace(rejected, confidence=parse.confidence)

    def _finish(self, turn: Turn, watch: Stopwatch, addressed: bool = True) -> Turn:
        """Act on what was understood, say so, and keep the turn."""
        error: str | None = None
        with watch.stage("handler") as notes:
            reply = self._act(self._heard(turn, addressed))
            notes |= {"ok": str(reply.ok).lower()}
        if turn.utterance and reply.text and not self.asks:
            self._mouth.sign("not_understood" if turn.parse and turn.parse.rejected and not reply.ok else "understood")
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
        if addressed or reply != dialogue.IGNORED:  # what was said to others is not kept
            self._trace.add(done)
        self._told("idle" if error is None and (reply.ok or not addressed) else "error")
        return done

    def _heard(self, turn: Turn, addressed: bool) -> Heard:
        assert turn.transcript is not None
        assert turn.parse is not None
        spoken = turn.utterance is not None and len(turn.utterance.samples) > 0
        clear = believable(turn.transcript, self.asks) if turn.transcript.text else not spoken
        well, today = heard_well(turn.transcript), self._mind.clock().date()
        asked, whole = self._state.question, None
        if asked and asked.slots and turn.parse.rejected and clear:
            whole = self._mind.parse(f"{asked.command} {turn.transcript.text}")
        return Heard(turn.transcript.text, turn.parse, self._mind.specs, today, clear, well, whole, addressed)

    @property
    def asks(self) -> bool:
        """Whether the last reply waits for an answer."""
        return self._state.question is not None

    def _act(self, heard: Heard) -> Reply:
        """Do what the command says, or ask first, or say why not."""
        self._state, action = dialogue.hear(self._state, heard, time.monotonic())
        match action:
            case Say(reply):
                return reply
            case Undo(changes):
                return self._take_back(changes) or Reply(say("undone"))
            case Do():
                return self._do(action, heard)
            case _:
                return self._learn(action)

    def _do(self, do: Do, heard: Heard) -> Reply:
        """Run the handlers in the order said; one reply for all. A correction first takes back what it corrects."""
        if do.undo and (failed := self._take_back(do.undo)):
            return failed
        with self._journal.recording() as changes:
            outcomes = [self._mind.plugins.handle(intent) for intent in do.intents]
        self._state, reply = dialogue.done(self._state, do, outcomes, changes, heard, time.monotonic())
        return reply

    def _take_back(self, changes: Sequence[Done]) -> Reply | None:
        """Put back what stood there before; None where that is done, else why not."""
        try:
            self._journal.restore(changes)
        except StoreError as error:
            log.error("nothing is taken back: %s", error)
            return Reply(say("cannot_undo", why=fragment(error.spoken)), ok=False)
        except HarkError as error:
            log.error("not undone: %s", error)
            return Reply(str(error), ok=False)
        return None

    def _learn(self, action: Lesson | Forget) -> Reply:
        """Learn or forget a phrase of the household; it can be undone like a command."""
        with self._journal.recording() as changes:
            try:
                reply = self._mind.teach(action) if isinstance(action, Lesson) else self._mind.forget(action.phrase)
            except HarkError as error:
                return Reply(str(error), ok=False)
        if changes:
            learned = Previous((), tuple(changes), time.monotonic())
            self._state = replace(self._state, previous=learned, changed=learned)
        return reply

    def _now(self) -> str:
        return self._mind.clock().isoformat(timespec="milliseconds")


def _notes(parse: Parse) -> dict[str, str | float]:
    intents = " + ".join(intent.name for intent in parse.intents) or "rejected"
    return {"intents": intents, "confidence": round(parse.confidence, 3)}
