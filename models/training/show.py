"""Print some sentences of each pattern of an intent, or of a whole file, to look at them.

``python -m models.training.show cover.open [COUNT]`` or ``… cover``
"""

import random
import sys

from models.training.generate import command, finish
from models.training.patterns import NONE, POSITIVE, SEVERAL


def main(wanted: str, count: int = 2) -> None:
    """``count`` sentences of each pattern, with what the model should answer."""
    r = random.Random(0)
    found = False
    for name, patterns in {**POSITIVE, **SEVERAL, **NONE}.items():
        if wanted not in (name, name.split(".")[0], name.split()[0]):
            continue
        found = True
        print(f"{name}: {len(patterns)} patterns")
        for pattern in patterns:
            print(f"  {pattern}")
            for _ in range(count):
                names = tuple(name.split()) if "." in name else ()
                sample = finish([command(names, pattern, r)], r)
                slots = [dict(slots) for _, slots in sample.intents]
                print(f"      {sample.text}   {slots or ''}")
    if not found:
        raise SystemExit(f"there is no pattern of {wanted!r}; name an intent, a file, or a kind of none.txt")


if __name__ == "__main__":
    main(sys.argv[1], *map(int, sys.argv[2:]))
