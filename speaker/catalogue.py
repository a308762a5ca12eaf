"""The commands that there are, as a general model is told of them, and what it may write about one.

It writes a list of calls in the form that such models are trained on, and no other character:

    [{"name": "timer.start", "arguments": {"duration": "ten minutes"}}]

Values are words of the command, next to each other, as they were said, or values of the command before where that is
given; ``[]`` means that no command fits.
"""

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

from speaker.events import Candidate, IntentSpec, Pointed
from speaker.languages import say
from speaker.text import normalise

Call = tuple[str, tuple[Pointed, ...]]
"""An intent, and what its slots point at."""

MOST_INTENTS = 4
"""Calls in one list."""


def told(specs: Iterable[IntentSpec]) -> str:
    """The task and every command, one a line: name, arguments with their types, two of its examples."""
    lines = []
    for spec in specs:
        arguments = ", ".join(f"{slot.name}: {slot.type}" for slot in spec.slots)
        first = spec.examples[:1]
        fullest = max(spec.examples[1:], key=lambda example: example.count("{"), default=None)
        said = ", ".join(f'"{_plain(example)}"' for example in [*first, *([fullest] if fullest else [])])
        lines.append(f"{spec.name}({arguments}): {said}")
    return "\n".join([say("general_commands"), *lines])


def rules(specs: Collection[IntentSpec], command: str, before: Sequence[Candidate] = ()) -> str:
    """The grammar (GBNF) of what may be written about a command, of one intent or more; ``before`` as for ``calls``."""
    return "\n".join(_rules(specs, normalise(command).split(), _values(before)))


def calls(
    written: str, command: str, specs: Mapping[str, IntentSpec], before: Sequence[Candidate] = ()
) -> list[Call] | None:
    """The calls that were written; None where any of them may not be believed.

    Refused are whatever is no such list, an intent or slot that there is not, and a value that does not stand in
    the command, word for word after ``normalise``, nor is one of the command ``before``: what was not said can
    never reach a handler.
    """
    try:
        found = json.loads(written)
    except (ValueError, RecursionError):
        return None
    if not isinstance(found, list) or len(found) > MOST_INTENTS:
        return None
    said, earlier = f" {normalise(command)} ", _values(before)
    believed = [call for call in (_believed(each, said, earlier, specs) for each in found) if call]
    return believed if len(believed) == len(found) else None


def context(before: Sequence[Candidate]) -> str:
    """The command before, as calls, for what leans on it ("make them blue")."""
    made = [{"name": one.intent, "arguments": {p.slot: normalise(p.words) for p in one.slots}} for one in before]
    return say("general_before", calls=json.dumps(made, ensure_ascii=False)) + "\n" if before else ""


def _values(before: Sequence[Candidate]) -> list[str]:
    return sorted({normalise(pointed.words) for one in before for pointed in one.slots} - {""})


def _believed(written: Any, said: str, earlier: list[str], specs: Mapping[str, IntentSpec]) -> Call | None:
    match written:
        case {"name": str(name), "arguments": dict(arguments)} if name in specs:
            pointed = [Pointed(slot, normalise(words)) for slot, words in arguments.items() if isinstance(words, str)]
            known = [p for p in pointed if specs[name].slot(p.slot)]
            good = [p for p in known if p.words in earlier or (p.words and f" {p.words} " in said)]
            return (name, tuple(pointed)) if len(good) == len(arguments) else None
    return None


def _rules(specs: Collection[IntentSpec], words: list[str], earlier: list[str]) -> Iterator[str]:
    intents = " | ".join(f"intent-{at}" for at in range(len(specs)))
    yield f'root ::= "[" (intent (", " intent){{0,{MOST_INTENTS - 1}}})? "]"'
    yield f"intent ::= {intents}"
    for at, spec in enumerate(specs):
        slots = [slot.name for slot in spec.slots] if words or earlier else []
        begin = _literal('{"name": "' + spec.name + '", "arguments": {')
        yield f"intent-{at} ::= {begin} {f'slots-{at}-0?' if slots else ''} {_literal('}}')}"
        for number, slot in enumerate(slots):
            here, rest = _literal(f'"{slot}": ') + " value", f"slots-{at}-{number + 1}"
            more = f' (", " {rest})? | {rest}' if number + 1 < len(slots) else ""
            yield f"slots-{at}-{number} ::= {here}{more}"
    if values := [*(f"word-{at}" for at in range(len(words))), *map(_literal, earlier)]:
        yield f'value ::= "\\"" ({" | ".join(values)}) "\\""'
    for at, word in enumerate(words):
        yield f"word-{at} ::= {_literal(word)}" + (f' (" " word-{at + 1})?' if at + 1 < len(words) else "")


def _literal(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _plain(example: str) -> str:
    return example.replace("[", "").replace("]", "")
