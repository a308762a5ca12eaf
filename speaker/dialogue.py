"""The conversation as a state machine: a state, and what was heard, give the next state and what to do.

    hear(state, heard, now) → state, action;  an action that is done:  done(state, do, outcomes, …) → state, reply

Nothing is done in here, and no clock is read: ``now`` is in seconds of the caller's clock. A question waits half a
minute for its answer, and is asked twice at most.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from speaker import answers, languages, lessons, wording
from speaker.events import Candidate, Choices, Intent, IntentSpec, Pointed, Reply, SlotSpec
from speaker.languages import say
from speaker.slots import value_of
from speaker.spoken import either
from speaker.states import Action, Changes, Do, Heard, Option, Previous, Question, Say, State, Undo
from speaker.store import Done
from speaker.text import normalise, without_manners
from speaker.understand import intent_of, missing

_ATTEMPTS = 2  # answers that a question gets
_SURE = 0.9  # confidence of a command that nobody asked for, or that is no answer in free words
_VERBATIM = ("text", "name", "area", "color", "unit")

IGNORED = Reply("", ok=False)
"""What is said to silence, and to what was said to others."""


# --- from what was heard to what is done ----------------------------------------------------------------------


def hear(state: State, heard: Heard, now: float) -> tuple[State, Action]:
    """The next state, and what to do about what was heard."""
    question, known = state.question, heard.specs
    if question and question.waits(now) and all(i.name in known for i in _about(question)):
        answered = _answer(state, question, heard, now)
        if answered:
            return answered
    return _command(replace(state, question=None), heard, now)


def done(
    state: State,
    do: Do,
    outcomes: Sequence[Reply],
    changes: Sequence[Done],
    heard: Heard,
    now: float,
) -> tuple[State, Reply]:
    """The state after some intents were done, and one reply for all; what was unclear or incomplete is asked about."""
    pairs = list(zip(do.intents, outcomes, strict=True))
    settled = [(intent, reply) for intent, reply in pairs if not _asks(intent, reply)]
    unclear = [(intent, reply) for intent, reply in pairs if _asks(intent, reply)]
    said = wording.joined(settled)
    if do.undo:
        state = replace(state, previous=None, changed=None)
    if settled or changes:
        before = state.previous if do.continues else None
        intents = (*(before.intents if before else ()), *(intent for intent, _ in settled))
        previous = Previous(intents, (*(before.changes if before else ()), *changes), now, do.options)
        state = replace(state, previous=previous, changed=previous if previous.changes else state.changed)
    waiting = (*(intent for intent, _ in unclear), *do.later)
    if not waiting:
        return state, said
    question = Question("", now, waiting, agreed=do.agreed, continues=do.continues or bool(settled))
    if unclear:
        intent, reply = unclear[0]
        assert reply.choices is not None
        slot = _slot(intent, reply.choices, heard)
        question = replace(question, text=reply.text, options=_options(intent, reply.choices, slot, heard), slot=slot)
    else:
        question = _lacking(question, heard.specs)
    return replace(state, question=question), Reply(f"{said.text} {question.text}".strip(), ok=False)


def _command(state: State, heard: Heard, now: float) -> tuple[State, Action]:
    """What to do about words that answer nothing."""
    parse, previous = heard.parse, state.previous
    if not heard.addressed and (not heard.clear or parse.rejected or parse.confidence < _SURE):
        return state, Say(IGNORED)  # it was said to somebody else
    if not heard.text and heard.clear:
        return state, Say(IGNORED)
    if not heard.clear:
        return state, Say(Reply(say("not_heard"), ok=False))
    if asks_to_undo(heard.text):
        if state.changed and state.changed.undoable(now):
            return replace(state, previous=None, changed=None), Undo(state.changed.changes)
        return state, Say(Reply(say("nothing_to_undo"), ok=False))
    if lesson := lessons.lesson(heard.text) or lessons.forget(heard.text):
        return state, lesson
    wants_other = previous is not None and previous.fresh(now) and answers.means_other(heard.text)
    if previous and wants_other and (other := _other(state, previous, heard, now)):
        return other
    if parse.near:
        options = tuple(Option(wording.in_words(i, heard.specs[i.name]), (i,)) for i in parse.near)
        text = say("did_you_mean", choices=either(option.words for option in options))
        return _asked(state, Question(text, now, (), options=options))
    if parse.rejected:
        return state, Say(Reply(say("not_understood" if heard.well else "not_heard"), ok=False))
    undo: Changes = ()
    if parse.instead and previous and previous.undoable(now):
        undo = previous.changes
    return _plan(state, Question("", now, parse.intents, undo=undo), heard.specs)


def _answer(state: State, question: Question, heard: Heard, now: float) -> tuple[State, Action] | None:
    """What to do about an answer; None where the words are a command of their own, or nobody says any."""
    free, text = replace(state, question=None), heard.text
    if not text and heard.clear:
        return free, Say(IGNORED)
    if not heard.clear:
        return _again(state, question, now)
    waits = not question.slots and len(question.options) <= 1
    if answers.declines(text, loosely=waits):
        return free, Say(Reply(say("left")))
    if waits and answers.agrees(text):
        return _plan(free, replace(_with(question, question.options), agreed=True), heard.specs)
    if question.slots:
        found = _fill(question, heard)
        return _plan(free, found, heard.specs) if found else _unanswered(state, question, heard, now)
    at = _choose(question, heard)
    return _plan(free, _with(question, at), heard.specs, at) if at else _unanswered(state, question, heard, now)


def _unanswered(state: State, question: Question, heard: Heard, now: float) -> tuple[State, Action] | None:
    """A command of its own is one; anything else is an answer that failed."""
    own = not heard.parse.rejected or asks_to_undo(heard.text) or lessons.lesson(heard.text) is not None
    return None if own else _again(state, question, now)


def _again(state: State, question: Question, now: float) -> tuple[State, Action]:
    """Ask once more, or give up."""
    if question.attempt >= _ATTEMPTS:
        return replace(state, question=None), Say(Reply(say("given_up"), ok=False))
    again = replace(question, attempt=question.attempt + 1, asked=now)
    return replace(state, question=again), Say(Reply(say("again", question=question.text), ok=False))


def _plan(
    state: State, waiting: Question, specs: Mapping[str, IntentSpec], options: tuple[Option, ...] = ()
) -> tuple[State, Action]:
    """Ask for what is missing or for a yes, or do what can be done.

    Where a yes is needed nothing is done before it; else what is complete is done first.
    """
    intents = waiting.intents
    lacking = tuple(intent for intent in intents if missing(intent, specs[intent.name]))
    confirm = not waiting.agreed and any(specs[intent.name].confirm for intent in intents)
    if lacking and (confirm or len(lacking) == len(intents)):
        return _asked(state, _lacking(waiting, specs))
    if confirm:
        text = say("you_said", command=intents[0].command.strip().rstrip(".?!"))
        return _asked(state, replace(waiting, text=text, slots=(), options=(), at=0, attempt=1))
    ready = tuple(intent for intent in intents if intent not in lacking)
    several = (*options, *(o for o in waiting.options if o not in options)) if len(waiting.options) > 1 else ()
    do = Do(ready, lacking, waiting.undo, several, waiting.agreed, waiting.continues)
    return state, do


def _asked(state: State, question: Question) -> tuple[State, Action]:
    return replace(state, question=question), Say(Reply(question.text, ok=False))


def _lacking(waiting: Question, specs: Mapping[str, IntentSpec]) -> Question:
    """The question for the first thing that is missing."""
    at = next(at for at, intent in enumerate(waiting.intents) if missing(intent, specs[intent.name]))
    slots = missing(waiting.intents[at], specs[waiting.intents[at].name])
    return replace(waiting, text=wording.question(slots[0]), at=at, slots=slots, options=(), attempt=1)


def _with(question: Question, options: Sequence[Option]) -> Question:
    """The intents once an answer has chosen."""
    if not options:
        return question
    intents = [intent for option in options for intent in option.intents]
    return replace(question, intents=(*question.intents[: question.at], *intents, *question.intents[question.at + 1 :]))


def _fill(question: Question, heard: Heard) -> Question | None:
    """The intents with the answer in its slot; None where it is none."""
    intent = question.intents[question.at]
    text = heard.text
    found = answers.filled(text, question.slots, heard.today)
    surely = not heard.parse.rejected and heard.parse.confidence >= _SURE
    command = surely or asks_to_undo(text) or lessons.lesson(text) is not None
    typed = any(slot.values or slot.type not in answers.FREE for slot in question.slots)
    if not found and typed and (longer := _read_whole(question, heard)):
        return _with(question, [Option(text, (longer,))])
    if not found and not command:
        found = answers.freely(text, question.slots, heard.today)
    pointed = tuple(Pointed(slot, words) for slot, words in {**intent.said, **found}.items())
    candidate = Candidate(intent.name, pointed, intent.confidence)
    filled = intent_of(candidate, heard.specs[intent.name], heard.today, intent.command) if found else None
    return _with(question, [Option(text, (filled,))]) if filled else None


def _read_whole(question: Question, heard: Heard) -> Intent | None:
    """The intent with what the language model finds in a longer answer ("ten minutes for the pizza"); None where nothing."""
    intent, whole = question.intents[question.at], heard.whole
    if not whole or whole.rejected or whole.confidence < _SURE or not heard.parse.rejected:
        return None
    if [each.name for each in whole.intents] != [intent.name]:
        return None
    slots = whole.intents[0].slots
    answered = any(slot.name in slots for slot in question.slots)
    same = all(slots.get(name) == value for name, value in intent.slots.items())
    return replace(whole.intents[0], command=intent.command) if answered and same else None


def _choose(question: Question, heard: Heard) -> tuple[Option, ...]:
    """The options that an answer names; empty where none."""
    words = [option.words for option in question.options]
    if not words:
        return ()
    text = heard.text
    chosen = answers.chosen(text, words) or _by_value(question, heard)
    if not chosen and heard.parse.rejected and not asks_to_undo(text):
        chosen = answers.nearest_choice(text, words)
    return tuple(question.options[at] for at in chosen)


def _by_value(question: Question, heard: Heard) -> tuple[int, ...]:
    """The choice that denotes the same as the answer: "half past six" is 6:30 am, or pm where that is the only one."""
    if not question.slot:
        return ()
    spoken = answers.filled(heard.text, [question.slot], heard.today).get(question.slot.name, "")
    ways = [spoken, languages.current().words.later.format(spoken)] if question.slot.type == "time" else [spoken]
    for way in ways if spoken else ():
        value = value_of(question.slot, way, heard.today)
        same = [at for at, o in enumerate(question.options) if value_of(question.slot, o.words, heard.today) == value]
        if value is not None and len(same) == 1:
            return (same[0],)
    return ()


def _other(state: State, previous: Previous, heard: Heard, now: float) -> tuple[State, Action] | None:
    """Do it with the other one instead of the one that was taken; ask which, where it is not clear."""
    undo = previous.changes if previous.undoable(now) else ()
    others = previous.options[1:]
    if len(others) == 1:
        return state, Do(others[0].intents, undo=undo, options=(others[0], previous.options[0]))
    text = say("which_one")
    if others:
        text = say("which_of", choices=either(option.words for option in others))
        return _asked(state, Question(text, now, (), options=others, undo=undo))
    intent = previous.intents[-1] if previous.intents else None
    spec = heard.specs.get(intent.name) if intent else None
    slot = (
        next((s for s in spec.slots if s.type == "name" and intent and s.name in intent.slots), None) if spec else None
    )
    if intent is None or slot is None:
        return None
    rest = replace(
        intent,
        slots={key: value for key, value in intent.slots.items() if key != slot.name},
        said={key: words for key, words in intent.said.items() if key != slot.name},
    )
    return _asked(state, Question(text, now, (rest,), slots=(slot,), undo=undo))


def _about(question: Question) -> tuple[Intent, ...]:
    return (*question.intents, *(intent for option in question.options for intent in option.intents))


def _asks(intent: Intent, reply: Reply) -> bool:
    """Whether a handler asks which, and not again what was answered already."""
    choices = reply.choices
    return choices is not None and bool(choices.values) and intent.slots.get(choices.slot) not in choices.values


def _slot(intent: Intent, choices: Choices, heard: Heard) -> SlotSpec | None:
    """The slot that holds a handler's choice where it has a form of its own; one that no manifest has may hold a time."""
    slot = heard.specs[intent.name].slot(choices.slot)
    if slot is None:
        time = SlotSpec(choices.slot, "time")
        return time if all(value_of(time, choice, heard.today) is not None for choice in choices.values) else None
    return slot if slot.values or slot.type not in _VERBATIM else None


def _options(intent: Intent, choices: Choices, slot: SlotSpec | None, heard: Heard) -> tuple[Option, ...]:
    """An intent with each of a handler's choices as the slot's value."""
    declared = heard.specs[intent.name].slot(choices.slot)

    def with_(choice: str) -> Intent:
        value = value_of(slot, choice, heard.today) if slot and declared else None
        slots = {**intent.slots, choices.slot: choice if value is None else value}
        return replace(intent, slots=slots, said={**intent.said, choices.slot: normalise(choice)})

    return tuple(Option(choice, (with_(choice),)) for choice in choices.values)


def asks_to_undo(text: str) -> bool:
    """Whether a command wants the last one taken back."""
    words, known = without_manners(normalise(text)), languages.current().words
    first, _, rest = words.partition(" ")
    return words in known.undo or (first in known.no_first and rest in known.undo)
