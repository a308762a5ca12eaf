"""What the words of a command so far tell of its end: a decision without a model inside.

It is drawn from what a command was understood as and from the examples of its intent, so that it holds for a
stranger's plugin as for our own.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from speaker import answers, dialogue, lessons
from speaker.events import Intent, IntentSpec, Outlook, Parse, SlotSpec, Transcript
from speaker.examples import parts_of
from speaker.languages import current
from speaker.states import Question
from speaker.text import normalise, without_manners
from speaker.understand import missing

_SURE = 0.9
"""Confidence of the language model from which a command is beyond doubt."""
_HEARD = 0.3
"""Confidence of recognition that it takes; what makes very clear sense was seldom misheard."""
_FREE = ("text", "items", "expression", "unit")
"""Types of which every further word could be a part."""
_WHEN = ("time", "date", "repeat", "duration")
_NAMED = ("name", "area", "scene", "color")
_NUMBERS = ("number", "percent", "duration", "time")


@dataclass(frozen=True, slots=True)
class Known:
    """What the house knows."""

    specs: Mapping[str, IntentSpec]
    """The active intents by name."""
    things: Collection[str] = ()
    """The names of rooms and devices."""
    question: Question | None = None
    """What Hark asked before these words."""


def outlook(transcript: Transcript, parse: Parse, known: Known) -> Outlook:
    """What the words so far tell of the end of the command.

    *complete*: a whole command, to which nothing belongs that was not said; *extendable*: a whole command that
    people also say with more behind it; *open*: something is missing, so that more will come; *unclear*: all else,
    free text among it, of which nobody knows where it ends.
    """
    words = normalise(transcript.text)
    if not words:
        return "unclear"
    if known.question and (answered := _answer(words, known.question)):
        return answered
    if dialogue.asks_to_undo(words):
        return "complete"
    if lessons.lesson(transcript.text) or lessons.forget(transcript.text):
        return "unclear"
    last, language = words.split()[-1], current().words
    if (last in language.dangling and not _ends_an_example(last, parse, known)) or transcript.text.rstrip().endswith(
        (",", "-", "…", "...")
    ):
        return "open"
    if parse.rejected:
        return "open" if last in language.bound or language.unfinished.search(words) else "unclear"
    if any(missing(intent, known.specs[intent.name]) for intent in parse.intents):
        return "open"
    return _after(parse.intents[-1], words, known)


def is_sure(transcript: Transcript, parse: Parse) -> bool:
    """Whether words understood once need no second look."""
    return not parse.rejected and parse.confidence >= _SURE and transcript.confidence >= _HEARD


def same(one: Parse, other: Parse) -> bool:
    """Whether two readings would do the same."""
    return not one.rejected and _done(one) == _done(other)


def goes_on(one: Parse, other: Parse) -> bool:
    """Whether a later reading is the earlier one with more said: nothing that was understood is gone."""
    if other.rejected or len(other.intents) < len(one.intents):
        return False
    pairs = zip(one.intents, other.intents, strict=False)
    return all(before.name == after.name and before.slots.keys() <= after.slots.keys() for before, after in pairs)


def _done(parse: Parse) -> list[tuple[str, dict[str, object]]]:
    return [(intent.name, dict(intent.slots)) for intent in parse.intents]


def _answer(words: str, question: Question) -> Outlook | None:
    """What an answer tells; None where it is none that is known by its words."""
    if answers.agrees(words) or answers.declines(words, loosely=False):
        return "complete"
    if question.options and answers.chosen(words, [option.words for option in question.options]):
        return "complete"
    return None


def _ends_an_example(word: str, parse: Parse, known: Known) -> bool:
    """Whether a command like this may end with the word after all: "let me in"."""
    specs = [known.specs[intent.name] for intent in parse.intents]
    return any(example.split()[-1] == word for spec in specs for example in spec.examples)


def _after(intent: Intent, words: str, known: Known) -> Outlook:
    """What the last intent of a command tells, which lacks nothing."""
    spec, plain = known.specs[intent.name], without_manners(words)
    last = _last_slot(intent, spec, plain)
    if last and plain.endswith(intent.said[last.name]):
        by_slot = _end_of(last, intent.said[last.name], known.things)
        if by_slot != "complete":
            return by_slot
    said = plain[plain.rfind(intent.said[last.name]) + len(intent.said[last.name]) :] if last else plain
    behind, before = _bare(said), last.name if last else ""
    joins = [join for join in _joins(spec) if join.before == before]
    ends = [join.words for join in joins if not join.after]
    if behind and behind not in ends and any(end[: len(behind)] == behind for end in ends):
        return "unclear"  # "take bread off": examples say it, but with more words
    more = [join.words for join in joins if join.after and join.after not in intent.slots]
    follows = any(words[: len(behind)] == behind for words in more)
    return "extendable" if follows or (behind and behind not in ends) else "complete"


def _last_slot(intent: Intent, spec: IntentSpec, words: str) -> SlotSpec | None:
    """The slot whose words come last; None where there is none."""
    at = {name: words.rfind(said) + len(said) for name, said in intent.said.items() if said in words}
    return spec.slot(max(at, key=lambda name: at[name])) if at else None


def _end_of(slot: SlotSpec, said: str, things: Collection[str]) -> Outlook:
    """What it tells that a command ends with the words of a slot."""
    if slot.values:
        return "extendable" if _begins_longer(said, (name for each in slot.values for name in each)) else "complete"
    if slot.type in _FREE:
        return "unclear"
    if slot.type in _NAMED and _begins_longer(said, things):
        return "extendable"
    if slot.type in _NUMBERS and current().words.unfinished.search(said):
        return "extendable"
    return "extendable" if slot.type == "time" and not current().grammar.tells_half(said) else "complete"


def _begins_longer(said: str, names: Iterable[str]) -> bool:
    """Whether some name begins with these words, and has more."""
    return any(name.startswith(f"{said} ") for name in names)


@dataclass(frozen=True, slots=True)
class _Join:
    """The words between two slots of an example, or between one and its beginning or end."""

    before: str
    """Empty where the example begins."""
    words: tuple[str, ...]
    """Between both."""
    after: str
    """Empty where the example ends."""


@lru_cache(maxsize=512)
def _joins(spec: IntentSpec) -> tuple[_Join, ...]:
    """What stands before, between and behind the slots of all examples.

    A slot right behind another is the rest of one thing ("the {area} {name}"), unless it is a time or a day.
    """
    found = []
    for example in spec.examples:
        before, words = "", list[str]()
        for part in parts_of(spec, example):
            if part.word:
                words.append(part.word)
            elif part.slot:
                if words or (before and part.slot.type in _WHEN):
                    found.append(_Join(before, _bare(" ".join(words)), part.slot.name))
                before, words = part.slot.name, []
        found.append(_Join(before, _bare(" ".join(words)), ""))
    return tuple(found)


def _bare(words: str) -> tuple[str, ...]:
    articles = current().words.articles
    return tuple(word for word in words.split() if word not in articles)
