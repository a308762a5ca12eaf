"""A sentence to learn by: what it says, what it means, and how the language model reads and writes it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from speaker.events import Candidate, Pointed

Intents = tuple[tuple[str, tuple[tuple[str, str], ...]], ...]
"""Each intent with its slots, which are (name, words)."""

Tokens = Callable[[str], list[int]]
"""The numbers of a text's tokens, as the model has them."""


@dataclass(frozen=True)
class Lesson:
    """A sentence and what the model should answer: each intent with its slots, as words of the sentence.

    No intents: it is no command.
    """

    text: str
    intents: Intents = ()
    before: Intents = ()
    """What was answered to the command before, of whose words some may be pointed at too."""
    instead: bool = False
    """Whether it corrects the command before: it is to be done in its place."""


def candidates(intents: Intents) -> tuple[Candidate, ...]:
    """Intents as the model gives and takes them."""
    return tuple(Candidate(name, tuple(Pointed(*slot) for slot in slots), 1.0) for name, slots in intents)


def written(
    lesson: Lesson, number: Mapping[str, int], order: Mapping[str, Sequence[str]], tokens: Tokens
) -> tuple[list[int], int]:
    """A lesson as token numbers, and how many of them are the prompt.

    ``<s> [before <then>] text <out> [<instead>] intent slot words … </s>``; slots are in the ``order`` of their intent.
    """

    def answer(intents: Intents) -> list[int]:
        numbers: list[int] = []
        for intent, slots in intents:
            numbers.append(number[f"<intent:{intent}>"])
            for slot, words in sorted(slots, key=lambda each: order[intent].index(each[0])):
                numbers += [number[f"<slot:{slot}>"], *tokens(words)]
        return numbers

    before = [*answer(lesson.before), number["<then>"]] if lesson.before else []
    prompt = [number["<s>"], *before, *tokens(lesson.text), number["<out>"]]
    meant = answer(lesson.intents) if lesson.intents else [number["<none>"]]
    return [*prompt, *([number["<instead>"]] if lesson.instead else []), *meant, number["</s>"]], len(prompt)
