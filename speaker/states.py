"""What a conversation hears, what it remembers from one turn to the next, and what it wants done."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from speaker.events import Candidate, Intent, IntentSpec, Parse, Reply, SlotSpec
from speaker.lessons import Forget, Lesson
from speaker.store import Done

_PATIENCE = 30.0  # seconds that an answer may take, and that a command may lean on the one before
_MEMORY = 600.0  # seconds that a command can be undone


@dataclass(frozen=True, slots=True)
class Heard:
    """What there is to react to."""

    text: str
    """As it was heard; empty where nothing was said."""
    parse: Parse
    specs: Mapping[str, IntentSpec]
    """The active intents by name."""
    today: date
    clear: bool = True
    """False where a voice was there, but could not be made out."""
    well: bool = True
    """False where it was heard so badly that this may be why it makes no sense."""
    whole: Parse | None = None
    """Where it is an answer: how the command that was asked about reads with these words behind it."""
    addressed: bool = True
    """False where neither the wake word nor a question came before it."""


Changes = tuple[Done, ...]
"""What stood in the store before something was done."""


# --- states ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Option:
    """One of the things that could be meant."""

    words: str
    intents: tuple[Intent, ...]
    """What is done then."""


@dataclass(frozen=True, slots=True)
class Question:
    """What was asked, and all that waits for the answer."""

    text: str
    asked: float
    intents: tuple[Intent, ...]
    """In the order in which they will be done."""
    at: int = 0
    """The one that the question is about."""
    slots: tuple[SlotSpec, ...] = ()
    """Those one of which is asked for. Without them and without options a yes is."""
    options: tuple[Option, ...] = ()
    """What takes the place of the intent that is asked about; a single one waits for a yes."""
    slot: SlotSpec | None = None
    """What the options are values of, where their type has a form of its own."""
    attempt: int = 1
    agreed: bool = False
    """Whether there was a yes already."""
    undo: Changes = ()
    """What is taken back before it is done."""
    continues: bool = False
    """Whether a part of the command is done already."""

    @property
    def command(self) -> str:
        """The command that it is about."""
        return self.intents[self.at].command if self.intents else ""

    def waits(self, now: float) -> bool:
        """Whether it is not too late for an answer."""
        return now - self.asked <= _PATIENCE


@dataclass(frozen=True, slots=True)
class Previous:
    """The last command that was done."""

    intents: tuple[Intent, ...]
    changes: Changes
    """What stood in the store before it."""
    at: float
    options: tuple[Option, ...] = ()
    """What could have been meant instead: "no, the other one"; the first is what was done."""

    def fresh(self, now: float) -> bool:
        """Whether the next command may lean on it."""
        return now - self.at <= _PATIENCE

    def undoable(self, now: float) -> bool:
        """Whether there is something to take back, and it is not too late."""
        return bool(self.changes) and now - self.at <= _MEMORY


@dataclass(frozen=True, slots=True)
class State:
    """What a conversation remembers from one turn to the next."""

    question: Question | None = None
    previous: Previous | None = None
    changed: Previous | None = None
    """The last command that changed something: what "undo" takes back."""

    def context(self, now: float) -> tuple[Candidate, ...]:
        """How the command was read that one said now may lean on; an answer to a question leans on none."""
        if self.question or not self.previous or not self.previous.fresh(now):
            return ()
        return tuple(intent.candidate for intent in self.previous.intents)


# --- actions --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Say:
    """Nothing is done."""

    reply: Reply


@dataclass(frozen=True, slots=True)
class Undo:
    """Put back what stood there before the last command."""

    changes: Changes


@dataclass(frozen=True, slots=True)
class Do:
    """Run these handlers in this order; ``done`` makes a reply of what they say."""

    intents: tuple[Intent, ...]
    later: tuple[Intent, ...] = ()
    """What has to be asked about afterwards."""
    undo: Changes = ()
    """What is taken back first."""
    options: tuple[Option, ...] = ()
    agreed: bool = False
    continues: bool = False


Action = Say | Undo | Do | Lesson | Forget
