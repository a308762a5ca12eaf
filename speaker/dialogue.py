"""What a conversation remembers from one turn to the next: a question that waits for a yes, and what was done last."""

from dataclasses import dataclass
from typing import Literal

from speaker.events import Candidate, Intent
from speaker.store import Back, Change
from speaker.text import normalise

_YES = {
    "yes",
    "yeah",
    "yep",
    "sure",
    "ok",
    "okay",
    "please",
    "do it",
    "go ahead",
    "yes please",
    "of course",
    "confirm",
}
_NO = {
    "no",
    "nope",
    "no thanks",
    "no thank you",
    "stop",
    "cancel",
    "never mind",
    "don't",
    "do not",
    "leave it",
}


@dataclass(frozen=True, slots=True)
class Question:
    """Intents that wait for a yes."""

    intents: tuple[Intent, ...]
    asked: float
    """When it was asked, in seconds of the caller's clock."""
    patience: float = 30.0
    """How long the answer may take, in seconds."""

    def answer(self, text: str, now: float) -> Literal["yes", "no"] | None:
        """What the reply means; None where it is no answer, or comes too late."""
        if now - self.asked > self.patience:
            return None
        words = normalise(text)
        if words in _YES or words.split(" ")[0] in {"yes", "yeah", "yep"}:
            return "yes"
        if words in _NO or words.split(" ")[0] in {"no", "nope"}:
            return "no"
        return None


_UNDO = {
    "undo",
    "undo it",
    "undo that",
    "undo this",
    "undo the last one",
    "take that back",
    "take it back",
    "reverse that",
    "revert that",
    "put it back",
    "put it back how it was",
    "change it back",
}


@dataclass(frozen=True, slots=True)
class Previous:
    """The last command that was done."""

    candidates: tuple[Candidate, ...]
    """How it was read."""
    changes: tuple[Change | Back, ...]
    """What stood in the store before it, and how to take back what it did elsewhere."""
    at: float
    """When it was done, in seconds of the caller's clock."""
    patience: float = 30.0
    """How long the next command may lean on it, in seconds."""
    memory: float = 600.0
    """How long it can be undone, in seconds."""

    def context(self, now: float) -> tuple[Candidate, ...]:
        """What a command that is said now may lean on; empty after a while."""
        return self.candidates if now - self.at <= self.patience else ()

    def undoable(self, now: float) -> bool:
        """Whether there is something to take back, and it is not too late."""
        return bool(self.changes) and now - self.at <= self.memory


def asks_to_undo(text: str) -> bool:
    """Whether a command wants the last one taken back."""
    words = normalise(text).removeprefix("please ").removesuffix(" please").removeprefix("no ")
    return words in _UNDO
