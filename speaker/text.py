"""Commands as text, however a recogniser or a keyboard writes them."""

import re
import unicodedata

LONGEST = 400
"""Characters that are kept of a command; nobody says more in one breath."""

_NOT_WORDS = re.compile(r"[^\w\s%:'\-.,&+°/]|_")
_MARK = re.compile(r"[.,:](?!\d)|(?<!\d)[.,:](?=\d)")  # a point, comma or colon that is not inside a number
_DASH = re.compile(r"(?<![^\W_])-(?!\d)|-(?![^\W_])")  # a dash that joins nothing, nor makes a number negative
_QUOTE = re.compile(r"(?<![^\W_])'|'(?![^\W_])")
_LEFT, _RIGHT = r"(?:(?<=\d)|(?<=%)|(?<=bracket ))", r"(?=\d|open bracket)"
_SIGNS = tuple(
    (re.compile(pattern), words)
    for pattern, words in (
        (r"\(([\d\s.,%]+[-+*/×÷^x][-+*/×÷^x\d\s.,%]+)\)", r" open bracket \1 close bracket "),
        (r"(?<=\d)²", " squared "),
        (r"(?<=\d)³", " cubed "),
        (r"√(?=\s*\d)", " square root of "),
        (rf"{_LEFT}\s*[*×·⋅]\s*{_RIGHT}", " times "),
        (rf"{_LEFT}\s*÷\s*{_RIGHT}", " divided by "),
        (rf"{_LEFT}\s*\^\s*{_RIGHT}", " to the power of "),
        (rf"{_LEFT}(?:\s+[-–]\s+|\s*−\s*){_RIGHT}", " minus "),
    )
)
"""Written arithmetic in words: its signs would be lost with the punctuation."""
_SPACE = re.compile(r"\s+")

_POLITE_BEFORE = (
    "please", "kindly", "just", "now", "so", "well", "um", "uh", "oh", "hey", "ok", "okay", "and", "then",
    "can you", "could you", "would you", "will you", "can i", "could i", "may i", "can we", "could we", "i want you to",
    "i'd like you to", "i would like you to", "i need you to", "i want to", "i'd like to", "i would like to", "i need to",
    "you can", "you should", "you need to", "are you able to", "is it possible to", "would it be possible to",
    "go ahead and", "let's", "be sure to", "make sure to", "don't forget to", "i was wondering if you could",
    "do me a favor and", "would you mind", "help me", "it's time to",
)  # fmt: skip
_POLITE_AFTER = (
    "please", "thanks", "thank you", "now", "right now", "right away", "for me", "would you", "will you", "if you can",
    "when you can",
)  # fmt: skip
_BEFORE = re.compile(rf"^(?:(?:{'|'.join(_POLITE_BEFORE)}) )+")
_AFTER = re.compile(rf"(?: (?:{'|'.join(_POLITE_AFTER)}))+$")


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


def without_manners(text: str) -> str:
    """A normalised command without what is said for politeness before and after it ("could you …, please").

    Something is always left.
    """
    return _AFTER.sub("", _BEFORE.sub("", text))
