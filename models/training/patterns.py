"""How people say each intent: the patterns of the folder ``sentences``.

In its files a name stands at the beginning of a line, and under it, indented, one pattern a line. A pattern
is text with ``[optional]`` parts, ``(this|that)`` choices, ``{slot}`` for the words of a slot
(``{slot:filler}`` where the filler is not named like the slot, ``{_:filler}`` for words of no slot) and ``<macro>`` for what is said in many ways.
A leading ``!`` marks a request that "can you" or "I want you to" may stand before; a pattern that stands
twice is said twice as often. In ``several.txt`` the name is that of all intents in the order said, and
``{1.area}`` is a slot of the second.
"""

from pathlib import Path

FOLDER = Path(__file__).parent / "sentences"
DOMAINS = ("assistant", "clock", "device", "light", "list", "timer", "volume")


def read(name: str) -> dict[str, list[str]]:
    """The patterns of one file by name."""
    found: dict[str, list[str]] = {}
    patterns: list[str] = []
    for line in (FOLDER / f"{name}.txt").read_text(encoding="utf-8").splitlines():
        if line and not line[0].isspace():
            patterns = found.setdefault(line.strip(), [])
        elif line.strip():
            patterns.append(line.strip())
    return found


MACROS = {name: f"({'|'.join(ways)})" for name, ways in read("macros").items()}
POSITIVE = {intent: patterns for domain in DOMAINS for intent, patterns in read(domain).items()}
SEVERAL = read("several")
NONE = read("none")
