"""From what the language model points at to what should be done: a decision without a model inside."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from speaker.events import Candidate, Intent, IntentSpec, Parse, Pointed, Reading, SlotValue, Transcript
from speaker.slots import resolve, value_of
from speaker.spoken import part_of_day

_IN = {part: f"in the {part}" for part in ("morning", "afternoon", "evening")} | {"night": "at night"}
_FEW = 2  # words that are not enough to tell by themselves
_HEARD_FEW = 0.3  # confidence of recognition that they need
_HEARD = 0.2  # and that more words need
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
    intents = [_intent(candidate, specs[candidate.intent], today) for candidate in candidates]
    if any(intent is None for intent in intents):
        return rejected
    done = tuple(intent for intent in intents if intent is not None)
    return Parse(text, done, False, reading.confidence, candidates, reading.instead)


def believable(transcript: Transcript) -> bool:
    """Whether a transcript may be acted on: a word or two, half heard, are as likely a cough or a name."""
    return transcript.confidence >= (_HEARD_FEW if len(transcript.text.split()) <= _FEW else _HEARD)


def makes_sense(transcript: Transcript, parse: Parse) -> bool:
    """Whether what was heard may be done: what was heard unclearly has to make very clear sense.

    Words misheard by chance seldom make a whole command, so that one that does was said, however it was heard.
    """
    return not parse.rejected and (transcript.confidence >= _UNCLEAR or parse.confidence >= _CLEAR_SENSE)


def missing(intent: Intent, spec: IntentSpec) -> tuple[str, ...]:
    """The required slots that the command left out."""
    return tuple(slot.name for slot in spec.slots if slot.required and slot.name not in intent.slots)


def _with_unit(candidate: Candidate, spec: IntentSpec, before: Sequence[Candidate]) -> Candidate:
    """The candidate, with the unit of the duration before where its own duration has none."""
    units = [
        found[0] for c in before for p in c.slots if (found := re.findall(r"[a-z]+$", p.words)) and p.slot == "duration"
    ]
    if not units:
        return candidate

    def whole(pointed: Pointed) -> Pointed:
        slot = spec.slot(pointed.slot)
        longer = f"{pointed.words} {units[-1]}"
        bare = slot is not None and slot.type == "duration" and resolve("number", pointed.words, date.min) is not None
        return Pointed(pointed.slot, longer) if bare else pointed

    return replace(candidate, slots=tuple(whole(pointed) for pointed in candidate.slots))


def _intent(candidate: Candidate, spec: IntentSpec, today: date) -> Intent | None:
    values: dict[str, SlotValue] = {}
    part = _part(candidate, spec)
    for pointed in candidate.slots:
        slot = spec.slot(pointed.slot)
        value = None
        if slot and slot.type == "time" and part:
            value = resolve("time", f"{pointed.words} {_IN[part]}", today)
        if slot and value is None:  # "18:30" with "this morning", too: what is said of the time itself counts
            value = value_of(slot, pointed.words, today)
        if value is None:
            return None
        values[pointed.slot] = value
    said = {pointed.slot: pointed.words for pointed in candidate.slots}
    return Intent(candidate.intent, values, round(candidate.confidence, 3), said)


def _part(candidate: Candidate, spec: IntentSpec) -> str | None:
    """The part of the day that a day, or how often, is said with."""
    days = [p.words for p in candidate.slots if (slot := spec.slot(p.slot)) and slot.type in ("date", "repeat")]
    return part_of_day(" ".join(days))
