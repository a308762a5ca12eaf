"""The mini-language of the patterns: from a pattern to one sentence with its slots marked."""

import random
from functools import cache

from models.training.language import FILL
from models.training.patterns import MACROS

Marked = list[tuple[str | None, str]]
"""A sentence in pieces: (slot or None, words)."""


@cache
def split(pattern: str) -> list[str]:
    """Alternatives at the top level of brackets."""
    parts, depth, start = [], 0, 0
    for at, letter in enumerate(pattern):
        if letter in "([{":
            depth += 1
        elif letter in ")]}":
            depth -= 1
        elif letter == "|" and depth == 0:
            parts.append(pattern[start:at])
            start = at + 1
    return [*parts, pattern[start:]]


@cache
def closing(pattern: str, at: int) -> int:
    """Where the bracket that opens at ``at`` closes."""
    depth = 0
    for end in range(at, len(pattern)):
        depth += (pattern[end] in "([{<") - (pattern[end] in ")]}>")
        if depth == 0:
            return end
    raise ValueError(f"unbalanced: {pattern}")


def expand(pattern: str, r: random.Random) -> Marked:
    """One sentence of a pattern."""
    out: Marked = []
    at = 0
    while at < len(pattern):
        letter = pattern[at]
        if letter in "([{<":
            end = closing(pattern, at)
            inside = pattern[at + 1 : end]
            if letter == "(":
                out += expand(r.choice(split(inside)), r)
            elif letter == "[":
                out += expand(r.choice(split(inside)), r) if r.random() < 0.4 else []
            elif letter == "<":
                out += expand(MACROS[inside], r)
            else:
                slot, _, filler = inside.partition(":")
                out.append((None if slot == "_" else slot, filled(filler or slot, r)))
            at = end + 1
        else:
            end = min((pattern.find(b, at) for b in "([{<" if pattern.find(b, at) >= 0), default=len(pattern))
            out.append((None, pattern[at:end]))
            at = end
    return out


def filled(filler: str, r: random.Random) -> str:
    """The words of a filler: of ``FILL``, or one way of a macro, whose own slots are words like others."""
    if filler in FILL:
        return FILL[filler](r)
    return "".join(text for _, text in expand(MACROS[filler], r))
