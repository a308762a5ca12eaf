"""From the words of a command to what it means: the language model, the examples of strange plugins, the household's phrases."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from speaker import answers, dialogue, languages
from speaker.context import Clock
from speaker.events import Candidate, Intent, IntentSpec, Parse, Pointed, Reading, Reply
from speaker.languages import say
from speaker.lessons import Lesson, Phrases, key, lesson
from speaker.plugins import Plugins
from speaker.spans import Finder
from speaker.strangers import Guess, choose
from speaker.text import normalise
from speaker.understand import intent_of, missing, understand, with_days

NEARLY = 0.7
"""Times the threshold: the confidence from which a strange command that is too unsure to be done is asked about."""

CLOSE = 0.1
"""Difference of the scores of two strange intents that are so like each other that either may be meant."""

_COMMAND = 0.9  # confidence from which words are a command, and can be no phrase for another
_LONGEST = 8  # words of a phrase
_SILENCING = ("assistant.stop", "assistant.cancel")


class Reader(Protocol):
    """The language model."""

    def read(self, text: str, active: Collection[IntentSpec], before: Sequence[Candidate] = ()) -> Reading: ...


class Others(Protocol):
    """Reads the intents that the language model was not trained on."""

    def read(self, text: str) -> Guess | None: ...

    def verbatim(self, text: str) -> Guess | None: ...

    def placed(self, text: str, reading: Reading) -> Reading: ...


@dataclass(frozen=True, slots=True)
class Mind:
    """The stages that turn a transcript into intents."""

    model: Reader
    others: Others
    plugins: Plugins
    clock: Clock
    threshold: float
    phrases: Phrases
    """Sentences of the household, and what they stand for."""
    areas: Collection[str] = ()
    names: Collection[str] = ()
    """Those of the home."""

    @property
    def silencing(self) -> frozenset[str]:
        """What may be said without the wake word while Hark sounds, so that it is silent; normalised."""
        examples = [e for name in _SILENCING if (spec := self.specs.get(name)) for e in spec.examples]
        return frozenset(normalise(example) for example in examples)

    @property
    def specs(self) -> Mapping[str, IntentSpec]:
        """The active intents by name."""
        return {spec.name: spec for spec in self.plugins.specs}

    def parse(self, text: str, before: Sequence[Candidate] = ()) -> Parse:
        """Understand one command, which may lean on the one ``before``; nothing is done."""
        return replace(self._understand(self.phrases.get(key(text), text), before), text=text)

    def teach(self, lesson: Lesson) -> Reply:
        """Keep a phrase that a command stands for; or say why not. Raises StoreError."""
        read = [(phrase, command, self._means(command)) for phrase, command in lesson.splits]
        understood = [each for each in read if not each[2].rejected]
        if not understood:
            return Reply(say("phrase_not_understood", command=lesson.splits[-1][1]), ok=False)
        phrase, command, _ = max(
            understood, key=lambda each: self._plausible(*each)
        )  # of equals the first: the longest
        if not phrase:
            return Reply(say("phrase_empty"), ok=False)
        if len(phrase.split()) > _LONGEST:
            return Reply(say("phrase_too_long", count=_LONGEST), ok=False)
        if self._is_taken(phrase):
            return Reply(say("phrase_taken", phrase=phrase.capitalize()), ok=False)
        command = self.phrases.get(key(command), command)
        self.phrases.teach(phrase, command)
        return Reply(say("phrase_learned", phrase=phrase, command=command.rstrip(".?!")))

    def forget(self, phrase: str) -> Reply:
        """Forget a phrase that was taught. Raises StoreError."""
        if self.phrases.forget(phrase):
            return Reply(say("phrase_forgotten", phrase=key(phrase)))
        known = "phrase_configured" if key(phrase) in self.phrases else "phrase_unknown"
        return Reply(say(known, phrase=key(phrase)), ok=False)

    def _means(self, text: str) -> Parse:
        return self._understand(self.phrases.get(key(text), text))

    def _plausible(self, phrase: str, command: str, parse: Parse) -> tuple[bool, bool]:
        """How likely a phrase ends and a command begins there: it begins as an example does, and is clear."""
        first = key(command).split(" ")[0]
        begins = any(example.split()[0] == first for i in parse.intents for example in self.specs[i.name].examples)
        return begins, parse.confidence >= _COMMAND

    def _is_taken(self, phrase: str) -> bool:
        """Whether a phrase has a meaning of its own, so that it can have no other."""
        own = self._understand(phrase)
        answer = answers.agrees(phrase) or answers.declines(phrase) or dialogue.asks_to_undo(phrase)
        return answer or lesson(phrase) is not None or (not own.rejected and own.confidence >= _COMMAND)

    def _understand(self, command: str, before: Sequence[Candidate] = ()) -> Parse:
        whole, _ = self._parse(command, before)
        parts = self._in_parts(command)
        more = parts and (len(parts.intents) > len(whole.intents) or parts.confidence > whole.confidence)
        if parts and more and not _is_one(command, whole, parts):
            whole = parts
        return whole

    def _in_parts(self, text: str) -> Parse | None:
        """Commands joined by "and", if all are understood, lack nothing, and one is strange.

        The model joins its own by itself.
        """
        parts = _parts(text)
        if len(parts) == 1 or self.others.read(text) is None:  # then nothing is strange
            return None
        each = [self._parse(part) for part in parts]
        if any(parse.rejected for parse, _ in each) or not any(strange for _, strange in each):
            return None
        intents = tuple(intent for parse, _ in each for intent in parse.intents)
        if any(missing(intent, self.specs[intent.name]) for intent in intents):
            return None
        return Parse(text, intents, False, min(parse.confidence for parse, _ in each))

    def _parse(self, text: str, before: Sequence[Candidate] = ()) -> tuple[Parse, bool]:
        """What a command means, and whether it is one that the model does not know."""
        specs, today = self.specs, self.clock().date()
        several = languages.current().grammar.days_in(normalise(text))
        if several:  # the model knows but one weekday
            days, first = several
            reading, _, strange = self._read(normalise(text).replace(days, first), before)
            if whole := with_days(reading, specs, days):
                return understand(text, whole, specs, self.threshold, today, before), strange
        reading, guess, strange = self._read(text, before)
        parse = understand(text, reading, specs, self.threshold, today, before)
        if guess and (near := self._near(text, guess, parse, strange)):
            return replace(parse, intents=(), rejected=True, near=near), strange
        return parse, strange

    def _read(self, text: str, before: Sequence[Candidate]) -> tuple[Reading, Guess | None, bool]:
        """What to believe, what it could be among the strange intents, and whether that is what is believed."""
        guess = self.others.read(text)
        certain = guess is not None and guess.reading.confidence == 1.0  # an example itself: no need to ask the model
        own = Reading((), 0.0) if certain else self.model.read(text, self.plugins.specs, before)
        reading = choose(own, guess, self.threshold)
        unsure = not own.candidates or own.confidence < _COMMAND
        if reading is own and unsure and (example := self.others.verbatim(text)):
            reading = own = example.reading
        return self.others.placed(text, reading) if reading is own else reading, guess, reading is not own

    def _near(self, text: str, guess: Guess, parse: Parse, strange: bool) -> tuple[Intent, ...]:
        """What to ask whether it was meant: a strange intent that is nearly sure enough, or two that are as likely.

        Empty where a command is clear, or nothing is like it. What the model itself is unsure of is not asked about:
        that would help one command in two hundred, and question more talk than that (benchmarks/LOG.md).
        """
        two = len(guess.best) == 2 and guess.best[0][1] - guess.best[1][1] < CLOSE
        unsure = parse.rejected and NEARLY * self.threshold <= guess.reading.confidence < self.threshold
        if not unsure and not (strange and two and not parse.rejected):
            return ()
        first = guess.reading.candidates[0]
        candidates = [first]
        if two:
            spec, words = self.specs[guess.best[1][0]], key(text).split()
            spans = Finder(spec, self.areas, self.names).find(words)
            pointed = tuple(Pointed(s.slot.name, " ".join(words[s.start : s.end])) for s in spans)
            candidates.append(Candidate(spec.name, pointed, first.confidence))
        today = self.clock().date()
        intents = [intent_of(each, self.specs[each.intent], today, text) for each in candidates]
        return tuple(intent for intent in intents if intent is not None)


def _is_one(text: str, whole: Parse, parts: Parse) -> bool:
    """Whether "and" joins no commands but what one of them takes: "a coffee with sugar and a bit of milk".

    It is so where the parts only say again what the whole says, or where the whole has slots in each part and is surer.
    """
    if len(whole.intents) != 1:
        return False
    (intent,) = whole.intents
    if all(part.name == intent.name and part.slots.items() <= intent.slots.items() for part in parts.intents):
        return True
    words = [f" {said} " for said in intent.said.values()]
    in_each = all(any(said in f" {normalise(part)} " for said in words) for part in _parts(text))
    return in_each and whole.confidence > parts.confidence


def _parts(text: str) -> list[str]:
    """A command taken apart at every "and"."""
    return text.split(f" {languages.current().words.and_} ")
