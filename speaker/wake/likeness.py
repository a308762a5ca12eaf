"""Whether what was recognised sounds like a wake word."""

from rapidfuzz import fuzz

_ALIKE = 60.0  # of 100
_SOUNDS = (
    ("ph", "f"), ("ck", "k"), ("qu", "kw"), ("x", "ks"), ("c", "k"), ("z", "s"), ("y", "i"), ("w", "v"), ("dg", "j"),
    ("g", "k"), ("d", "t"), ("b", "p"), ("h", ""), ("e", "a"), ("i", "a"), ("o", "a"), ("u", "a"),
)  # fmt: skip


def sound_of(text: str) -> str:
    """What a text sounds like, roughly: letters that sound alike are one, vowels are one, and none is doubled."""
    plain = "".join(letter for letter in text.lower() if letter.isalpha())
    for letters, sound in _SOUNDS:
        plain = plain.replace(letters, sound)
    return "".join(now for before, now in zip(" " + plain, plain, strict=False) if now != before)


def sounds_like(word: str, text: str) -> bool:
    """Whether some part of a text sounds like the word; nothing recognised is no reason against it."""
    if not text.strip():
        return True
    wanted, said = sound_of(word), sound_of(text)
    return bool(
        fuzz.partial_ratio(wanted, said) >= _ALIKE if len(said) >= len(wanted) else fuzz.ratio(wanted, said) >= _ALIKE
    )
