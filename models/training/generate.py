"""Training sentences from the patterns: random choices, filled slots, and the slips of recognisers and people."""

import random
import zlib
from dataclasses import dataclass

from models.training import words as w
from models.training.patterns import MACROS, NONE, POSITIVE, SEVERAL

Marked = list[tuple[str | None, str]]
"""A sentence in pieces: (slot or None, words)."""


@dataclass(frozen=True)
class Sample:
    """A sentence and what the model should answer: each intent with its slots, as words of the sentence."""

    text: str
    intents: tuple[tuple[str, tuple[tuple[str, str], ...]], ...]


# --- the mini-language ------------------------------------------------------------------------------------


def split(pattern: str) -> list[str]:
    """Alternatives at the top level of brackets."""
    parts, depth, start = [], 0, 0
    for at, letter in enumerate(pattern):
        if letter in "([{":
            depth += 1
        elif letter in ")]}":
            depth -= 1
        elif letter == "|" and depth == 0:
            parts.append(pattern[start:at])
            start = at + 1
    return [*parts, pattern[start:]]


def closing(pattern: str, at: int) -> int:
    """Where the bracket that opens at ``at`` closes."""
    depth = 0
    for end in range(at, len(pattern)):
        depth += (pattern[end] in "([{<") - (pattern[end] in ")]}>")
        if depth == 0:
            return end
    raise ValueError(f"unbalanced: {pattern}")


def expand(pattern: str, r: random.Random) -> Marked:
    """One sentence of a pattern."""
    out: Marked = []
    at = 0
    while at < len(pattern):
        letter = pattern[at]
        if letter in "([{<":
            end = closing(pattern, at)
            inside = pattern[at + 1 : end]
            if letter == "(":
                out += expand(r.choice(split(inside)), r)
            elif letter == "[":
                out += expand(r.choice(split(inside)), r) if r.random() < 0.4 else []
            elif letter == "<":
                out += expand(MACROS[inside], r)
            else:
                slot, _, filler = inside.partition(":")
                out.append((slot, FILL[filler or slot](r)))
            at = end + 1
        else:
            end = min((pattern.find(b, at) for b in "([{<" if pattern.find(b, at) >= 0), default=len(pattern))
            out.append((None, pattern[at:end]))
            at = end
    return out


# --- words for slots ------------------------------------------------------------------------------------------


def made_up(r: random.Random) -> str:
    """A word that there is not."""
    return "".join(r.choice(SYLLABLES) for _ in range(r.choice((2, 2, 3))))


SYLLABLES = w.SYLLABLES
COMMON = sorted(
    {word for group in (w.FOODS, w.TASKS, w.DEVICES, w.LAMPS, w.TIMERS, w.AREAS) for x in group for word in x.split()}
)


def some_words(r: random.Random) -> str:
    """Any one to three words, for what no slot holds."""
    n = r.choice((1, 1, 2, 3))
    return " ".join(made_up(r) if r.random() < 0.35 else r.choice(COMMON) for _ in range(n))


def spelled(n: int) -> str:
    """A whole number from 0 to 999 in words."""
    if n < 20:
        return w.ONES[n]
    if n < 100:
        return w.TENS[n // 10] + ("" if n % 10 == 0 else (" " if n % 2 else "-") + w.ONES[n % 10])
    rest = n % 100
    return f"{w.ONES[n // 100]} hundred" + (f" and {spelled(rest)}" if rest else "")


def number(r: random.Random, low: int = 1, high: int = 60) -> str:
    """A number in words or digits; round ones more often."""
    n = r.choice([5, 10, 15, 20, 30, 45, 2, 3]) if r.random() < 0.3 else r.randint(low, high)
    n = min(max(n, low), high)
    return str(n) if r.random() < 0.4 else spelled(n)


def duration(r: random.Random) -> str:
    """A length of time as people say it."""
    unit = r.choice(("minute",) * 6 + ("hour",) * 3 + ("second",) * 2 + ("day",))
    kind = r.random()
    if kind < 0.62:
        n = number(r, 1, 90 if unit != "hour" else 24)
        return f"{n} {unit}" if n in ("1", "one") else f"{n} {unit}s"
    if kind < 0.70:
        return r.choice(
            (
                "an hour",
                "a minute",
                "one hour",
                "1 hour",
                "half an hour",
                "a half hour",
                "half a minute",
                "a quarter of an hour",
                "three quarters of an hour",
                "an hour and a half",
                "one and a half hours",
                "a minute and a half",
                "two and a half hours",
                "a couple of minutes",
                "a few minutes",
                "an hour and a quarter",
                "2 and a half minutes",
                "1.5 hours",
                "one hour and a half",
                "90 secs",
                "10 mins",
                "5 min",
                "1 hr",
                "a second",
                "a day",
                "a half an hour",
                "twenty four hours",
                "a week",
            )
        )
    if kind < 0.90:
        big, small = r.choice((("hour", "minute"), ("hour", "minute"), ("minute", "second")))
        a, b = number(r, 1, 12), number(r, 1, 59)
        first = r.choice(("an hour", "one hour", "1 hour")) if a in ("1", "one") and big == "hour" else f"{a} {big}s"
        return f"{first} {r.choice(('and ', 'and ', ''))}{b} {small}s"
    return f"{number(r, 1, 59)} {r.choice(('mins', 'min', 'minutes', 'minute', 'seconds', 'secs', 'hours'))}"


def hyphen(r: random.Random) -> str:
    """A length of time before a noun: the "ten minute" timer."""
    unit = r.choice(("minute",) * 5 + ("hour", "second"))
    if r.random() < 0.2:
        return r.choice(
            (
                "half hour",
                "half-hour",
                "one and a half hour",
                "two and a half minute",
                "hour",
                "hour and a half",
                "hour long",
                duration(r),
            )
        )
    return f"{number(r, 1, 90)}{r.choice((' ', ' ', '-'))}{unit}{'' if r.random() < 0.85 else 's'}"


def percent(r: random.Random) -> str:
    n = r.choice((10, 20, 25, 30, 40, 50, 60, 70, 75, 80, 90, 100)) if r.random() < 0.6 else r.randint(0, 100)
    said = str(n) if r.random() < 0.45 else spelled(n)
    return (
        f"{said}%" if said.isdigit() and r.random() < 0.6 else f"{said} {r.choice(('percent', 'percent', 'per cent'))}"
    )


def level(r: random.Random) -> str:
    kind = r.random()
    if kind < 0.5:
        return percent(r)
    if kind < 0.85:
        return number(r, 0, 100)
    return r.choice(
        (
            "half",
            "maximum",
            "max",
            "minimum",
            "full",
            "a third",
            "a quarter",
            "three quarters",
            "two thirds",
            f"{spelled(r.randint(1, 10))} out of ten",
            f"{r.randint(1, 10)} out of 10",
            "zero",
        )
    )


def brightness(r: random.Random) -> str:
    kind = r.random()
    if kind < 0.72:
        return percent(r)
    if kind < 0.82:
        return number(r, 1, 100)
    return r.choice(
        (
            "half",
            "maximum",
            "max",
            "minimum",
            "full",
            "full brightness",
            "half brightness",
            "a third",
            "a quarter",
            "three quarters",
            "maximum brightness",
            "two thirds",
        )
    )


def time(r: random.Random) -> str:
    hour, minute = r.randint(1, 12), r.choice((0, 15, 30, 45, r.randint(1, 59)))
    return r.choice(
        (
            f"{hour}:{minute:02d}",
            f"{hour} {r.choice(('am', 'pm'))}",
            f"{spelled(hour)} {r.choice(('am', 'pm'))}",
            f"{spelled(hour)} thirty",
            f"half past {spelled(hour)}",
            f"quarter to {spelled(hour)}",
            "noon",
            "midnight",
            f"{spelled(hour)} o'clock",
            f"{hour}:{minute:02d} {r.choice(('am', 'pm'))}",
            f"{spelled(hour)} in the morning",
        )
    )


def date(r: random.Random) -> str:
    month, day = r.choice(w.MONTHS), r.randint(1, 28)
    ordinal = w.ORDINALS[day - 1]
    if r.random() < 0.5:
        ordinal = f"{day}{'th' if 10 < day < 14 else {1: 'st', 2: 'nd', 3: 'rd'}.get(day % 10, 'th')}"
    return r.choice(
        (
            "today",
            "tomorrow",
            "the day after tomorrow",
            r.choice(w.WEEKDAYS),
            f"next {r.choice(w.WEEKDAYS)}",
            f"this {r.choice(w.WEEKDAYS)}",
            f"the {ordinal}",
            f"the {ordinal} of {month}",
            f"{month} {ordinal}",
            f"{month} {day}",
            f"{month} the {ordinal}",
            f"{day} {month}",
            "christmas day",
            f"in {spelled(r.randint(2, 20))} days",
            "in a week",
            f"{month} {ordinal} {r.choice(('2026', '2027', 'twenty twenty seven'))}",
        )
    )


def area(r: random.Random) -> str:
    kind = r.random()
    if kind < 0.5:
        return r.choice(w.AREAS[:12])
    if kind < 0.85:
        return r.choice(w.AREAS)
    return (
        f"{some_word(r)} {r.choice(('room', 'room', 'bedroom', 'corner', 'floor', 'office', 'hall'))}"
        if r.random() < 0.7
        else (f"{some_word(r)}'s {r.choice(('room', 'bedroom', 'office'))}")
    )


def some_word(r: random.Random) -> str:
    return made_up(r) if r.random() < 0.5 else r.choice(COMMON)


def lamp(r: random.Random) -> str:
    if r.random() < 0.8:
        return r.choice(w.LAMPS)
    return f"{some_word(r)} {r.choice(('lamp', 'lamp', 'spotlight', 'bulb', 'lantern', 'light strip'))}"


def device(r: random.Random) -> str:
    kind = r.random()
    if kind < 0.25:
        return r.choice(("fan", "tv", "television", "heater", "coffee machine", "plug", "radio"))
    if kind < 0.8:
        return r.choice(w.DEVICES)
    return f"{some_word(r)} {r.choice(('fan', 'plug', 'socket', 'heater', 'machine', 'switch', 'pump', 'tv', 'outlet', 'charger'))}"


def food(r: random.Random) -> str:
    one = r.choice(w.FOODS) if r.random() < 0.8 else " ".join(some_word(r) for _ in range(r.choice((1, 1, 2))))
    if r.random() < 0.12 and not one.startswith(("a ", "some ", "two", "four", "six", "three")):
        one = r.choice(("some ", "a ", "more ", f"{number(r, 2, 12)} ", "a bag of ", "a bottle of ")) + one
    if r.random() < 0.18:
        return f"{one} and {r.choice(w.FOODS)}"
    if r.random() < 0.07:
        return f"{one} {r.choice(w.FOODS)} and {r.choice(w.FOODS)}"
    return one


def item(r: random.Random) -> str:
    if r.random() < 0.75:
        return food(r)
    return r.choice(w.TASKS) if r.random() < 0.6 else some_words(r)


def list_name(r: random.Random) -> str:
    kind = r.random()
    if kind < 0.45:
        return r.choice(("shopping", "shopping", "grocery", "to do", "todo", "to-do"))
    return r.choice(w.LISTS) if kind < 0.9 else some_word(r)


FILL = {
    "area": area,
    "all": lambda r: "all",
    "everywhere": lambda r: r.choice(
        ("everywhere", "in the whole house", "in every room", "in all rooms", "throughout the house")
    ),
    "whole": lambda r: r.choice(
        ("the whole house", "every room", "all rooms", "all the rooms", "the entire house", "the house")
    ),
    "lamp": lamp,
    "name": lamp,
    "device": device,
    "duration": duration,
    "hyphen": hyphen,
    "long": lambda r: duration(r) if r.random() < 0.3 else f"{number(r, 1, 60)} {r.choice(('minutes', 'hours'))}",
    "timer": lambda r: r.choice(w.TIMERS) if r.random() < 0.8 else some_word(r),
    "percent": percent,
    "level": level,
    "brightness": brightness,
    "color": lambda r: r.choice(w.COLORS[:8]) if r.random() < 0.5 else r.choice(w.COLORS),
    "item": item,
    "food": food,
    "list": list_name,
    "place": lambda r: r.choice(w.PLACES) if r.random() < 0.8 else some_word(r),
    "date": date,
    "weekday": lambda r: r.choice(w.WEEKDAYS),
    "tomorrow": lambda r: r.choice(("tomorrow", "tomorrow", "yesterday", r.choice(w.WEEKDAYS))),
    "tomorrows": lambda r: r.choice(
        ("tomorrow's", "tomorrow's", "tomorrows", "yesterday's", f"{r.choice(w.WEEKDAYS)}'s")
    ),
    "tv": lambda r: r.choice(("tv", "television", "telly")),
    "heat": lambda r: r.choice(("heater", "heating", "space heater", "radiator", "fireplace", "electric blanket")),
    "cool": lambda r: r.choice(("fan", "ceiling fan", "air conditioner", "ac", "air conditioning", "aircon")),
    "extreme": lambda r: r.choice(("all the way", "fully", "half way", "halfway")),
    "yesterday": lambda r: r.choice(("yesterday", "last " + r.choice(w.WEEKDAYS))),
    "time": time,
    "number": lambda r: number(r, 1, 100),
    "task": lambda r: r.choice(w.TASKS),
    "x": some_words,
}

# --- whole sentences --------------------------------------------------------------------------------------------

ASKING = (
    "please {}",
    "{} please",
    "can you {}",
    "could you {}",
    "can you please {}",
    "could you please {}",
    "would you {}",
    "will you {}",
    "i want you to {}",
    "i'd like you to {}",
    "i need you to {}",
    "{} now",
    "{} for me",
    "just {}",
    "go ahead and {}",
    "would you please {}",
    "you should {}",
    "can you {} please",
    "hey {}",
    "ok {}",
    "kindly {}",
    "let's {}",
    "i would like you to {}",
    "{} would you",
    "{} thanks",
    "{} thank you",
    "{} will you",
    "quickly {}",
)
BEFORE = (
    "hey jarvis",
    "jarvis",
    "alexa",
    "okay nabu",
    "hey mycroft",
    "um",
    "uh",
    "so",
    "well",
    "okay",
    "oh",
    "and",
    "hey",
    "s",
    "vis",
    "hey computer",
    "computer",
    "right",
    "now",
)


CONTEXT = (
    "i'm going to bed",
    "i'm leaving",
    "i'm home",
    "we're leaving now",
    "it's late",
    "it's getting late",
    "i'm tired",
    "i'm cooking",
    "i'm in the {area}",
    "i'm sitting in the {area}",
    "before i forget",
    "i have guests",
    "the kids are asleep",
    "we have visitors",
    "i'm about to start the {task}",
    "dinner is almost ready",
    "i can't sleep",
    "i'm working",
    "i'm watching a movie",
)
"""What people say before or after a command, and why; it changes nothing."""


def command(intents: tuple[str, ...], pattern: str, r: random.Random) -> tuple[Marked, tuple[str, ...]]:
    """One sentence of a pattern, with manners."""
    pieces = expand(pattern.removeprefix("!"), r)
    manners = r.random()
    if pattern.startswith("!") and manners < 0.35:
        before, _, after = r.choice(ASKING).partition("{}")
        pieces = [(None, before), *pieces, (None, after)]
    elif manners > 0.96:
        pieces = (
            [(None, r.choice(("please ", "ok ", "so "))), *pieces] if r.random() < 0.5 else [*pieces, (None, " please")]
        )
    if pattern.startswith("!") and r.random() < 0.03:
        why = [(None, text) for _, text in expand(r.choice(CONTEXT), r)]
        pieces = (
            [*why, (None, r.choice((" ", " so ", " "))), *pieces] if r.random() < 0.6 else [*pieces, (None, " "), *why]
        )
    return pieces, intents


def finish(parts: list[tuple[Marked, tuple[str, ...]]], r: random.Random) -> Sample:
    """Join commands, slip a little, and write it as the model reads it."""
    pieces: Marked = []
    names: list[str] = []
    for number_, (marked, intents) in enumerate(parts):
        if number_:
            pieces.append((None, r.choice(JOINTS)))
        for slot, text in marked:
            own, _, rest = (slot or "").rpartition(".")
            pieces.append((None if slot is None else f"{len(names) + int(own or 0)}.{rest}", text))
        names += intents
    if r.random() < 0.06:
        pieces = [(None, r.choice(BEFORE) + " "), *pieces]
    pieces = [(slot, slip(text, r) if slot is None else text) for slot, text in pieces]
    if r.random() < 0.04:
        pieces = hesitate(pieces, r)
    text = " ".join("".join(text for _, text in pieces).split()).replace(" '", "'")
    slots = [(slot.split("."), " ".join(words.split())) for slot, words in pieces if slot]
    return Sample(
        text, tuple((n, tuple((key, v) for (i, key), v in slots if int(i) == at)) for at, n in enumerate(names))
    )


JOINTS = (" and ", " and ", " and ", " and then ", " then ", " and also ", " also ", " ", " and please ", " plus ")
FILLERS = ("um", "uh", "like", "just", "actually", "maybe", "you know", "please", "er", "well")


def hesitate(pieces: Marked, r: random.Random) -> Marked:
    """Leave out a word between slots, or say one too many."""
    at = r.choice([i for i, (slot, _) in enumerate(pieces) if slot is None] or [-1])
    if at < 0:
        return pieces
    spoken = pieces[at][1].split(" ")
    place = r.randrange(len(spoken))
    if r.random() < 0.5 and spoken[place] in DROPPED:
        spoken[place] = ""
    elif spoken[place] == "" or r.random() < 0.7:
        spoken.insert(place, f" {r.choice(FILLERS)} ")
    return [*pieces[:at], (None, " ".join(spoken)), *pieces[at + 1 :]]


DROPPED = frozenset("the a an to for my is on in of please me can you i by at".split())

SLIPS = (
    ("turn off", "turn of"),
    ("for ", "four "),
    ("the lights", "the light"),
    (" the ", " "),
    (" a ", " the "),
    ("'s", "s"),
    ("set a", "set the"),
    ("lights in", "lights and"),
    ("timer", "time"),
    (" to ", " too "),
    ("add ", "and "),
    ("what's", "what is"),
)


def slip(text: str, r: random.Random) -> str:
    """A slip of the recogniser, now and then."""
    if r.random() < 0.03:
        old, new = r.choice(SLIPS[:8] if r.random() < 0.8 else SLIPS)
        return text.replace(old, new, 1)
    return text


def vary(sample: Sample, r: random.Random) -> Sample:
    """A sentence by somebody else with other words in its slots, so that few sentences teach much."""
    if len(sample.intents) != 1 or not sample.intents[0][1] or r.random() < 0.35:
        return sample
    (intent, slots), text = sample.intents[0], sample.text
    changed = []
    for slot, said in slots:
        other = FILL[slot](r) if slot in VARIED and text.count(said) == 1 else said
        text = text.replace(said, other)
        changed.append((slot, other))
    if any(text.count(words) != 1 for _, words in changed):
        return sample
    return Sample(text, ((intent, tuple(changed)),))


VARIED = frozenset(("area", "item", "list", "place", "color"))


def kept_back(pattern: str) -> bool:
    """Whether a pattern is kept for measuring: one in fifteen, by its own words."""
    return zlib.crc32(pattern.encode()) % 15 == 7


def positives(r: random.Random, count: int, hold_out: bool = False) -> list[Sample]:
    """``count`` commands of most patterns, or with ``hold_out`` of the others, which are never trained on."""
    kept = {n: [p for p in ps if kept_back(p) == hold_out] for n, ps in POSITIVE.items()}
    names = [name for name, patterns in kept.items() if patterns]
    weights = [len(POSITIVE[name]) ** 0.5 for name in names]
    useful = [name for name in names if not name.startswith("assistant.")]  # "thanks and hello" is nobody's command
    several = [(tuple(n.split()), p) for n, ps in SEVERAL.items() for p in ps if kept_back(p) == hold_out]
    samples = []
    for _ in range(count):
        kind = r.random()
        if kind < 0.06:
            intents, pattern = r.choice(several)
            samples.append(finish([command(intents, pattern, r)], r))
        elif kind < 0.84:
            name = r.choices(names, weights)[0]
            samples.append(finish([command((name,), r.choice(kept[name]), r)], r))
        else:
            chosen = r.choices(useful, k=2 if r.random() < 0.88 else 3)
            samples.append(finish([command((n,), r.choice(kept[n]), r) for n in chosen], r))
    return samples


def negatives(r: random.Random, count: int, hold_out: bool = False) -> list[Sample]:
    """``count`` sentences that are no command; ``hold_out`` as with ``positives``."""
    patterns = {n: [p for p in ps if kept_back(p) == hold_out] for n, ps in NONE.items()}
    samples = []
    for _ in range(count):
        pieces, _ = command((), r.choice(patterns[r.choice(tuple(patterns))]), r)
        text = finish([([(None, text) for _, text in pieces], ())], r).text
        if not hold_out and r.random() < 0.08:  # a command broken off in the middle of a word
            broken = finish([command((), r.choice(POSITIVE["light.set"] + POSITIVE["list.add"]), r)], r)
            text = broken.text[: r.randint(2, max(3, len(broken.text) // 3))].strip()
        samples.append(Sample(text, ()))
    return samples
