"""Exact numbers among other words: where one begins, how far it goes, and what it is."""

import re
from collections.abc import Sequence
from fractions import Fraction

from speaker.languages.en.numbers import SMALL, TENS, integer_of
from speaker.slots.written import Figure

_DIGITS = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d{1,15})?|\d{1,30}(?:\.\d{1,15})?|\.\d{1,15}")
_SCALES = {"hundred": 10**2, "thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12}
_DOZEN = {"dozen": 12, "couple": 2}
_PARTS = {
    part: at + 2
    for at, names in enumerate(
        "half,halve third fourth,quarter fifth sixth seventh eighth ninth tenth eleventh twelfth".split()
    )
    for name in names.split(",")
    for part in (name, f"{name}s")
} | {"twentieth": 20, "twentieths": 20, "hundredth": 100, "hundredths": 100, "thousandth": 1000, "thousandths": 1000}
_WORDS = {*SMALL, *TENS, *_SCALES, "and"}
_LONGEST = 16  # words


def figure_at(words: Sequence[str], at: int) -> Figure | None:
    """The longest number that begins with the word at ``at``, or None.

    "1,250.5", "two hundred and five", "nought point two", "2.5 million", "a third", "two and a half", "a dozen".
    """
    start, value = at, None
    if words[at] in ("a", "an") and at + 1 < len(words):
        if words[at + 1] in _DOZEN:
            return Figure(Fraction(_DOZEN[words[at + 1]]), tuple(words[at : at + 2]))
        if words[at + 1] in _PARTS or words[at + 1] in _SCALES:
            value, at = Fraction(1), at + 1
    if value is None or words[at] in _SCALES:
        value, at = _plain(words, at, value)
    if value is None and words[at] in _PARTS:
        value = Fraction(1)
    if value is None:
        return None
    if at < len(words) and words[at] in _PARTS and value.denominator == 1:
        return Figure(value / _PARTS[words[at]], tuple(words[start : at + 1]), share=True)
    if at < len(words) and words[at] == "and":
        for end in (at + 2, at + 3):  # "and half", "and a half", "and three quarters"
            part = _part(words[at + 1 : end])
            if part is not None and (end >= len(words) or words[end] != "of"):
                return Figure(value + part, tuple(words[start:end]))
    return Figure(value, tuple(words[start:at]))


def _plain(words: Sequence[str], at: int, one: Fraction | None) -> tuple[Fraction | None, int]:
    """A number without parts, and where it ends; ``one``: an article stood before a scale."""
    value, end = None, at
    if one is None and _DIGITS.fullmatch(words[at]):
        value, end = Fraction(words[at].replace(",", "")), at + 1
    before = ["one"] if words[at] in _SCALES else []
    for stop in range(at + 1, min(len(words), at + _LONGEST - 1) + 1):
        if words[stop - 1] not in _WORDS and not words[stop - 1][0].isdecimal():
            break
        whole = integer_of(" ".join([*before, *words[at:stop]]))
        if whole is not None and len(words[at]) < 16:
            value, end = Fraction(whole), stop
    if words[at] in ("point", "dot"):
        value = Fraction(0)
    if value is not None and value.denominator == 1 and end + 1 < len(words) and words[end] in ("point", "dot"):
        value, end = _decimals(words, end + 1, value)
    elif value == 0 and end == at:
        return None, at
    while value is not None and end < len(words) and words[end] in _SCALES:
        value, end = value * _SCALES[words[end]], end + 1
    return value, end


def _decimals(words: Sequence[str], at: int, whole: Fraction) -> tuple[Fraction | None, int]:
    """ "one four", "14" or "fourteen" after the point."""
    digits, end = "", at
    while end < len(words) and len(digits) < 15 and (SMALL.get(words[end], 10) < 10 or words[end].isdecimal()):
        digits, end = digits + str(SMALL.get(words[end], words[end])), end + 1
    if not digits:
        for stop in (at + 1, at + 2):
            if stop <= len(words) and (words[at] in TENS or words[at] in SMALL):
                two = integer_of(" ".join(words[at:stop]))
                digits, end = (str(two), stop) if two is not None and two < 100 else (digits, end)
    return (whole + Fraction(int(digits), 10 ** len(digits)), end) if digits else (None, at)


def _part(words: Sequence[str]) -> Fraction | None:
    """ "half", "a half", "three quarters"."""
    if not words or words[-1] not in _PARTS or len(words) > 2:
        return None
    many = 1 if words[:-1] in ([], ["a"], ["an"], ("a",), ("an",)) else integer_of(words[0])
    return Fraction(many, _PARTS[words[-1]]) if many else None
