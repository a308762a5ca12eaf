"""Commands as text, however a recogniser or a keyboard writes them."""

import re
import unicodedata

LONGEST = 400
"""Characters that are kept of a command; nobody says more in one breath."""

_NOT_WORDS = re.compile(r"[^\w\s%:'\-.,&+°/]|_")
_MARK = re.compile(r"[.,:](?!\d)|(?<!\d)[.,:](?=\d)")  # a point, comma or colon that is not inside a number
_DASH = re.compile(r"(?<![^\W_])-(?!\d)|-(?![^\W_])")  # a dash that joins nothing, nor makes a number negative
_QUOTE = re.compile(r"(?<![^\W_])'|'(?![^\W_])")
_AFTER, _BEFORE = r"(?:(?<=\d)|(?<=%)|(?<=bracket ))", r"(?=\d|open bracket)"
_SIGNS = tuple(
    (re.compile(pattern), words)
    for pattern, words in (
        (r"\(([\d\s.,%]+[-+*/×÷^x][-+*/×÷^x\d\s.,%]+)\)", r" open bracket \1 close bracket "),
        (r"(?<=\d)²", " squared "),
        (r"(?<=\d)³", " cubed "),
        (r"√(?=\s*\d)", " square root of "),
        (rf"{_AFTER}\s*[*×·⋅]\s*{_BEFORE}", " times "),
        (rf"{_AFTER}\s*÷\s*{_BEFORE}", " divided by "),
        (rf"{_AFTER}\s*\^\s*{_BEFORE}", " to the power of "),
        (rf"{_AFTER}(?:\s+[-–]\s+|\s*−\s*){_BEFORE}", " minus "),
    )
)
"""Written arithmetic in words: its signs would be lost with the punctuation."""
_SPACE = re.compile(r"\s+")


def normalise(text: str) -> str:
    """Lower case, plain spaces, no punctuation but what means something (``6:30``, ``2.5``, ``50%``, ``o'clock``).

    At most ``LONGEST`` characters, cut at a word where there is one.
    """
    text = text[: 4 * LONGEST]
    for pattern, words in _SIGNS:
        text = pattern.sub(words, text)
    text = unicodedata.normalize("NFKC", text).lower()
    text = text.replace("’", "'").replace("‘", "'")
    text = re.sub(r"\b([ap])\.\s?m\.?(?!\w)", r"\1m", text)
    for pattern in (_NOT_WORDS, _MARK, _DASH, _QUOTE):
        text = pattern.sub(" ", text)
    text = _SPACE.sub(" ", text).strip()
    if len(text) > LONGEST:
        text = text[:LONGEST].rsplit(" ", 1)[0]
    return text
