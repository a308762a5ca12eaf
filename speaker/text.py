"""Commands as text, however a recogniser or a keyboard writes them."""

import re
import unicodedata

from speaker import languages

LONGEST = 400
"""Characters that are kept of a command; nobody says more in one breath."""

_NOT_WORDS = re.compile(r"[^\w\s%:'\-.,&+°/]|_")
_MARK = re.compile(r"[.,:](?!\d)|(?<!\d)[.,:](?=\d)")  # a point, comma or colon that is not inside a number
_DASH = re.compile(r"(?<![^\W_])-(?!\d)|-(?![^\W_])")  # a dash that joins nothing, nor makes a number negative
_QUOTE = re.compile(r"(?<![^\W_])'|'(?![^\W_])")
_SPACE = re.compile(r"\s+")


def normalise(text: str) -> str:
    """Lower case, plain spaces, no punctuation but what means something (``6:30``, ``2.5``, ``50%``, ``o'clock``).

    At most ``LONGEST`` characters, cut at a word where there is one.
    """
    text, words = text[: 4 * LONGEST], languages.current().words
    for pattern, said in words.signs.patterns:  # they would be lost with the punctuation
        text = pattern.sub(said, text)
    text = unicodedata.normalize("NFKC", text).lower()
    text = text.replace("’", "'").replace("‘", "'")
    for spelling in words.spellings:
        text = spelling.written.sub(spelling.read, text)
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
    words = languages.current().words
    return words.manners_behind.sub("", words.manners_before.sub("", text))
