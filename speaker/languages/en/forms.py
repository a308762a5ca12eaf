"""Forms of English words: singular, plural, and what a word may be a form of."""

from functools import lru_cache

_NO_NAME = {"the", "my", "our", "a", "an", "all", "every", "both"}
_ENDINGS = ("'s", "s", "es", "ed", "d", "ing", "er", "ly")
_SHORTEST = 3  # letters that are left of a word without its ending


@lru_cache(maxsize=4096)
def singular(name: str) -> str:
    words = [word for word in name.lower().replace("-", " ").split() if word not in _NO_NAME]
    return " ".join(word.removesuffix("s") if len(word) > 3 and not word.endswith("ss") else word for word in words)


def plural(noun: str) -> str:
    return f"{noun}s"


def inflections(word: str) -> tuple[str, ...]:
    return word, f"{word}s", word.removesuffix("s")


def forms(word: str) -> list[str]:
    """ "watering" is itself, "water", or "watere"."""
    found = [word]
    for ending in _ENDINGS:
        stem = word.removesuffix(ending)
        if stem != word and len(stem) >= _SHORTEST:
            found.append(stem)
            if ending in ("ing", "ed", "er"):
                found.append(f"{stem}e")
                if stem[-1] == stem[-2]:
                    found.append(stem[:-1])
    return [*found, f"{word[:-3]}y"] if word.endswith("ies") else found


def many_by_itself(name: str) -> bool:
    return name.endswith("s") and not name.endswith("ss")
