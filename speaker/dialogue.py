"""What a conversation remembers from one turn to the next: so far, a question that waits for a yes."""

from dataclasses import dataclass
from typing import Literal

from speaker.events import Intent
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
