"""What the tiny model can hear: its words, how each is pronounced, and the sentences it learns from.

The sounds are those of flite (the set of the CMU dictionary, with ``ax`` for the e in "timer").
"""

import random

SILENCE = "pau"

PRONUNCIATIONS = {
    "one": ("w ah n",),
    "two": ("t uw",),
    "three": ("th r iy",),
    "five": ("f ay v",),
    "six": ("s ih k s",),
    "seven": ("s eh v ax n",),
    "eight": ("ey t",),
    "nine": ("n ay n",),
    "ten": ("t eh n",),
    "twelve": ("t w eh l v",),
    "fifteen": ("f ih f t iy n",),
    "twenty": ("t w eh n t iy", "t w eh n iy"),
    "thirty": ("th er d iy", "th er t iy"),
    "set": ("s eh t",),
    "a": ("ax", "ey"),
    "timer": ("t ay m er",),
    "alarm": ("ax l aa r m",),
    "for": ("f ao r", "f er"),
    "minutes": ("m ih n ax t s", "m ih n ih t s"),
    "seconds": ("s eh k ax n d z", "s eh k ax n z"),
    "hours": ("aw er z",),
    "turn": ("t er n",),
    "on": ("aa n", "ao n"),
    "off": ("ao f", "aa f"),
    "the": ("dh ax", "dh iy"),
    "kitchen": ("k ih ch ax n",),
    "bedroom": ("b eh d r uw m",),
    "lights": ("l ay t s",),
    "fan": ("f ae n",),
    "what": ("w ah t", "hh w ah t", "w aa t"),
    "time": ("t ay m",),
    "is": ("ih z",),
    "it": ("ih t",),
    "stop": ("s t aa p",),
    "cancel": ("k ae n s ax l",),
    "volume": ("v aa l y uw m",),
    "up": ("ah p",),
    "down": ("d aw n",),
    "play": ("p l ey",),
    "music": ("m y uw z ih k",),
    "yes": ("y eh s",),
    "no": ("n ow",),
}

PHONES = (SILENCE, *sorted({phone for said in PRONUNCIATIONS.values() for p in said for phone in p.split()}))

_NUMBERS = "one two three five six seven eight nine ten twelve fifteen twenty thirty".split()
_PATTERNS = (
    "set a timer for {n} {unit}",
    "set a timer for {n} {unit}",
    "set a timer for {n} {unit}",
    "turn {way} the {place} {thing}",
    "turn {way} the {place} {thing}",
    "turn {way} the {thing}",
    "what time is it",
    "stop",
    "stop the {sound}",
    "cancel the {sound}",
    "play music",
    "volume {move}",
    "turn the volume {move}",
    "set the alarm for {n}",
    "yes",
    "no",
    "{n} {m}",
)


def sentences(number: int, seed: int) -> list[str]:
    """So many commands made of the words; the same for the same seed."""
    choose = random.Random(seed)
    return [
        choose.choice(_PATTERNS).format(
            n=choose.choice(_NUMBERS),
            m=choose.choice(_NUMBERS),
            unit=choose.choice(["minutes", "seconds", "hours"]),
            way=choose.choice(["on", "off"]),
            place=choose.choice(["kitchen", "bedroom"]),
            thing=choose.choice(["lights", "fan"]),
            sound=choose.choice(["timer", "alarm", "music"]),
            move=choose.choice(["up", "down"]),
        )
        for _ in range(number)
    ]
