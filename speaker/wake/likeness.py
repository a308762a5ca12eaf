"""Whether what was recognised sounds like a wake word."""

from rapidfuzz import fuzz

_ALIKE = 55.0  # of 100
_SOUNDS = (
    ("ph", "f"), ("ck", "k"), ("qu", "kw"), ("x", "ks"), ("c", "k"), ("z", "s"), ("dg", "j"), ("th", "t"), ("b", "p"),
    ("d", "t"), ("g", "k"), ("v", "f"), ("h", ""), ("y", "a"), ("w", "a"), ("e", "a"), ("i", "a"), ("o", "a"), ("u", "a"),
)  # fmt: skip


def sound_of(text: str) -> str:
    """What a text sounds like, roughly: letters that sound alike are one, vowels are one, and none is doubled."""
    plain = _letters(text)
    for letters, sound in _SOUNDS:
        plain = plain.replace(letters, sound)
    return "".join(now for before, now in zip(" " + plain, plain, strict=False) if now != before)


def sounds_like(word: str, text: str) -> bool:
    """Whether some part of a text is like the word, by letters and by sounds; nothing recognised is no reason against it."""
    likeness = (_share(_letters(word), _letters(text)) + _share(sound_of(word), sound_of(text))) / 2
    return not text.strip() or likeness >= _ALIKE


def _letters(text: str) -> str:
    return "".join(letter for letter in text.lower() if letter.isalpha())


def _share(wanted: str, said: str) -> float:
    return fuzz.partial_ratio(wanted, said) if len(said) >= len(wanted) else fuzz.ratio(wanted, said)
