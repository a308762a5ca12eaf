"""From what the language model points at to what should be done: a decision without a model inside."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from speaker import languages
from speaker.events import Candidate, Intent, IntentSpec, Parse, Pointed, Reading, SlotSpec, SlotValue, Transcript
from speaker.slots import resolve, value_of
from speaker.spoken import part_of_day

_FEW = 2  # words that are not enough to tell by themselves
_HEARD_FEW = 0.35  # confidence of recognition that they need
_HEARD_ANSWER = 0.3  # where something was asked
_HEARD = 0.25  # and that more words need
_LOST_EITHER = 0.7  # nats a token that may be lost where what was heard freely is a command, too,
_LOST_ANSWER = 1.0  # where it holds to an answer that was asked for,
_LOST = 1.0  # and where what was heard freely is none
_UNCLEAR = 0.6  # confidence of recognition below which
_CLEAR_SENSE = 0.9  # the language model has to be this sure


def understand(
    text: str,
    reading: Reading,
    specs: Mapping[str, IntentSpec],
    threshold: float,
    today: date,
    before: Sequence[Candidate] = (),
) -> Parse:
    """Accept a reading, with its slots resolved, or reject it whole.

    It is rejected where it is empty, where one of its intents is less sure than ``threshold`` (0 to 1), or
    where words that a slot points at mean nothing of the slot's type: to act without them could do more than
    was asked ("cancel the … timer" would cancel them all). A bare number for a duration has the unit that the
    command ``before`` had: "make it fifteen". A time is of the part of the day that is named with its day: "seven"
    is 19:00 with "tomorrow evening".
    """
    rejected = Parse(text, (), rejected=True, confidence=reading.confidence)
    if not reading.candidates or reading.confidence < threshold:
        return rejected
    candidates = tuple(_with_unit(candidate, specs[candidate.intent], before) for candidate in reading.candidates)
    intents = [intent_of(candidate, specs[candidate.intent], today, text) for candidate in candidates]
    if any(intent is None for intent in intents):
        return rejected
    done = tuple(intent for intent in intents if intent is not None)
    return Parse(text, done, False, reading.confidence, reading.instead)


def with_days(reading: Reading, specs: Mapping[str, IntentSpec], days: str) -> Reading | None:
    """A reading of a command in which only the first of several weekdays was left, with all of them where it has a repeat.

    None where it has none.
    """
    found = False

    def whole(candidate: Candidate) -> Candidate:
        nonlocal found
        repeats = {slot.name for slot in specs[candidate.intent].slots if slot.type == "repeat"}
        found = found or any(pointed.slot in repeats for pointed in candidate.slots)
        slots = (Pointed(p.slot, days) if p.slot in repeats else p for p in candidate.slots)
        return replace(candidate, slots=tuple(slots))

    candidates = tuple(whole(candidate) for candidate in reading.candidates)
    return replace(reading, candidates=candidates) if found else None


def believable(transcript: Transcript, asked: bool = False) -> bool:
    """Whether a transcript may be acted on: a few words, half heard, are as likely a cough, a name or talk.

    Less so where they were ``asked`` for.
    """
    few = _HEARD_ANSWER if asked else _HEARD_FEW
    return transcript.confidence >= (few if len(transcript.text.split()) <= _FEW else _HEARD)


def answered(second: Transcript, first: Parse) -> bool:
    """Whether what was heard on second thoughts, held to the answers to what was asked, counts.

    Not where what was heard freely, the ``first``, is a command.
    """
    return first.rejected and second.lost < _LOST_ANSWER


def better(second: Transcript, first: Parse, again: Parse) -> bool:
    """Whether what was heard on second thoughts counts: it is a command, and the audio bears it out.

    ``first`` and ``again`` are what was heard freely, and on second thoughts, understood. A sentence that was not said
    loses the more, the more it was bent into a command (benchmarks/LOG.md).
    """
    return not again.rejected and second.lost < (_LOST if first.rejected else _LOST_EITHER)


def makes_sense(transcript: Transcript, parse: Parse) -> bool:
    """Whether what was heard may be done: what was heard unclearly has to make very clear sense.

    Words misheard by chance seldom make a whole command, so that one that does was said, however it was heard.
    """
    return not parse.rejected and (heard_well(transcript) or parse.confidence >= _CLEAR_SENSE)


def heard_well(transcript: Transcript) -> bool:
    """Whether a transcript is most likely what was said."""
    return transcript.confidence >= _UNCLEAR


def may_be_asked(transcript: Transcript, parse: Parse) -> bool:
    """Whether what it may have meant is asked for: only where it was heard clearly."""
    return bool(parse.near) and heard_well(transcript)


def missing(intent: Intent, spec: IntentSpec) -> tuple[SlotSpec, ...]:
    """The slots one of which has to be asked for: one that is required, or those of which one is; empty where none is."""
    lacks = next((slot for slot in spec.slots if slot.required and slot.name not in intent.slots), None)
    if lacks or any(name in intent.slots for name in spec.one_of):
        return (lacks,) if lacks else ()
    return tuple(slot for name in spec.one_of if (slot := spec.slot(name)))


def _with_unit(candidate: Candidate, spec: IntentSpec, before: Sequence[Candidate]) -> Candidate:
    """The candidate, with the unit of the duration before where its own duration has none."""
    units = [
        found[0]
        for c in before
        for p in c.slots
        if (found := re.findall(r"[^\W\d_]+$", p.words)) and p.slot == "duration"
    ]
    if not units:
        return candidate

    def whole(pointed: Pointed) -> Pointed:
        slot = spec.slot(pointed.slot)
        longer = f"{pointed.words} {units[-1]}"
        bare = slot is not None and slot.type == "duration" and resolve("number", pointed.words, date.min) is not None
        return Pointed(pointed.slot, longer) if bare else pointed

    return replace(candidate, slots=tuple(whole(pointed) for pointed in candidate.slots))


def intent_of(candidate: Candidate, spec: IntentSpec, today: date, command: str) -> Intent | None:
    """A candidate with its slots resolved; None where words that one points at mean nothing of its type.

    Words that say no more than that there is something ("add something to the list") are left out where they have to
    be asked for.
    """
    words = languages.current().words
    empty = {p.slot for p in candidate.slots if p.words in words.nothing and (s := spec.slot(p.slot)) and s.required}
    slots = tuple(p for p in candidate.slots if p.slot not in empty)
    candidate, values = replace(candidate, slots=slots), dict[str, SlotValue]()
    part = _part(candidate, spec)
    for pointed in candidate.slots:
        slot = spec.slot(pointed.slot)
        value = None
        if slot and slot.type == "time" and part:
            value = resolve("time", words.parts[part].format(pointed.words), today)
        if slot and value is None:  # "18:30" with "this morning", too: what is said of the time itself counts
            value = value_of(slot, pointed.words, today)
        if value is None:
            return None
        values[pointed.slot] = value
    said = {pointed.slot: pointed.words for pointed in candidate.slots}
    return Intent(candidate.intent, values, round(candidate.confidence, 3), said, command)


def _part(candidate: Candidate, spec: IntentSpec) -> str | None:
    """The part of the day that a day, or how often, is said with."""
    days = [p.words for p in candidate.slots if (slot := spec.slot(p.slot)) and slot.type in ("date", "repeat")]
    return part_of_day(" ".join(days))
