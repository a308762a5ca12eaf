"""How people say each intent: the patterns of a language's folder ``sentences``.

In its files a name stands at the beginning of a line, and under it, indented, one pattern a line. A pattern
is text with ``[optional]`` parts, ``(this|that)`` choices, ``{slot}`` for the words of a slot
(``{slot:filler}`` where the filler is not named like the slot, ``{_:filler}`` for words of no slot) and ``<macro>`` for what is said in many ways.
A leading ``!`` marks a request that "can you" or "I want you to" may stand before; a pattern that stands
twice is said twice as often. In ``several.txt`` the name is that of all intents in the order said, and
``{1.area}`` is a slot of the second. A name that begins with ``=`` is that of a macro, which may also fill
a slot: ``{name:cover}`` is one way of ``=cover``.

In ``follow.txt`` stands what is said right after another command: ``light.on light.off > light.set`` names the
intents it may follow, and its own (``=`` for the same again). With ``>>`` it corrects that command: it stands for it.
"""

from models.training.language import FOLDER

SENTENCES = FOLDER / "sentences"
APART = ("follow", "macros", "none", "several")


def read(name: str) -> dict[str, list[str]]:
    """The patterns of one file by name."""
    found: dict[str, list[str]] = {}
    patterns: list[str] = []
    for line in (SENTENCES / f"{name}.txt").read_text(encoding="utf-8").splitlines():
        if line and not line[0].isspace():
            patterns = found.setdefault(line.strip(), [])
        elif line.strip():
            patterns.append(line.strip())
    return found


_FILES = {path.stem: read(path.stem) for path in sorted(SENTENCES.glob("*.txt"))}
MACROS = {
    name.removeprefix("="): f"({'|'.join(ways)})"
    for stem, file in _FILES.items()
    for name, ways in file.items()
    if name.startswith("=") or stem == "macros"
}
POSITIVE = {
    intent: patterns
    for stem, file in _FILES.items()
    for intent, patterns in file.items()
    if stem not in APART and not intent.startswith("=")
}
SEVERAL = _FILES["several"]
FOLLOW = {name: patterns for name, patterns in _FILES["follow"].items() if not name.startswith("=")}
NONE = {kind: patterns for kind, patterns in _FILES["none"].items() if not kind.startswith("=")}
