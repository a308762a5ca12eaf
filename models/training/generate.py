"""Training sentences from the patterns: random choices, filled slots, and the slips of recognisers and people."""

import random
import zlib

from models.training.expand import Marked, expand
from models.training.language import FILL, manners
from models.training.patterns import NONE, POSITIVE, SEVERAL
from speaker.learning.lesson import Lesson as Sample


def command(intents: tuple[str, ...], pattern: str, r: random.Random) -> tuple[Marked, tuple[str, ...]]:
    """One sentence of a pattern, with manners."""
    pieces = expand(pattern.removeprefix("!"), r)
    polite = r.random()
    if pattern.startswith("!") and polite < 0.35:
        before, _, after = r.choice(manners.ASKING).partition("{}")
        pieces = [(None, before), *pieces, (None, after)]
    elif polite > 0.96:
        pieces = [(None, r.choice(manners.BRIEFLY)), *pieces] if r.random() < 0.5 else [*pieces, (None, manners.AFTER)]
    if pattern.startswith("!") and r.random() < 0.05:
        why = [(None, text) for _, text in expand(r.choice(manners.CONTEXT), r)]
        pieces = [*why, (None, r.choice(manners.WHY)), *pieces] if r.random() < 0.6 else [*pieces, (None, " "), *why]
    return pieces, intents


def finish(parts: list[tuple[Marked, tuple[str, ...]]], r: random.Random) -> Sample:
    """Join commands, slip a little, and write it as the model reads it."""
    pieces: Marked = []
    names: list[str] = []
    for number_, (marked, intents) in enumerate(parts):
        if number_:
            pieces.append((None, r.choice(manners.JOINTS)))
        for slot, text in marked:
            own, _, rest = (slot or "").rpartition(".")
            pieces.append((None if slot is None else f"{len(names) + int(own or 0)}.{rest}", text))
        names += intents
    if r.random() < 0.06:
        pieces = [(None, r.choice(manners.BEFORE) + " "), *pieces]
    pieces = [(slot, slip(text, r) if slot is None else text) for slot, text in pieces]
    if r.random() < 0.04:
        pieces = hesitate(pieces, r)
    text = " ".join("".join(text for _, text in pieces).split()).replace(" '", "'")
    slots = [(slot.split("."), " ".join(words.split())) for slot, words in pieces if slot]
    return Sample(
        text, tuple((n, tuple((key, v) for (i, key), v in slots if int(i) == at)) for at, n in enumerate(names))
    )


def hesitate(pieces: Marked, r: random.Random) -> Marked:
    """Leave out a word between slots, or say one too many."""
    at = r.choice([i for i, (slot, _) in enumerate(pieces) if slot is None] or [-1])
    if at < 0:
        return pieces
    spoken = pieces[at][1].split(" ")
    place = r.randrange(len(spoken))
    if r.random() < 0.5 and spoken[place] in manners.DROPPED:
        spoken[place] = ""
    elif spoken[place] == "" or r.random() < 0.7:
        spoken.insert(place, f" {r.choice(manners.FILLERS)} ")
    return [*pieces[:at], (None, " ".join(spoken)), *pieces[at + 1 :]]


def slip(text: str, r: random.Random) -> str:
    """A slip of the recogniser, now and then."""
    if r.random() < 0.03:
        old, new = r.choice(manners.SLIPS[:8] if r.random() < 0.8 else manners.SLIPS)
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


def fragment(sample: Sample, r: random.Random) -> Sample:
    """A few words out of a sentence that is no command."""
    spoken = sample.text.split()
    start = r.randrange(len(spoken))
    return Sample(" ".join(spoken[start : start + r.choice((1, 1, 1, 2, 3))]), ())


VARIED = frozenset(("area", "item", "list", "place", "color"))


OPEN = ("announce.broadcast", "math.calculate", "media.play", "question.ask", "reminder.set", "reminder.cancel")
"""What ends in free words, to which anything that follows could belong; so it is said last."""


def kept_back(pattern: str) -> bool:
    """Whether a pattern is kept for measuring: one in fifteen, by its own words."""
    return zlib.crc32(pattern.encode()) % 15 == 7


def positives(r: random.Random, count: int, hold_out: bool = False) -> list[Sample]:
    """``count`` commands of most patterns, or with ``hold_out`` of the others, which are never trained on."""
    kept = {n: [p for p in ps if kept_back(p) == hold_out] for n, ps in POSITIVE.items()}
    names = [name for name, patterns in kept.items() if patterns]
    weights = [len(POSITIVE[name]) ** 0.5 for name in names]
    useful = [name for name in names if not name.startswith("assistant.")]  # "thanks and hello" is nobody's command
    closed = [name for name in useful if name not in OPEN]
    several = [(tuple(n.split()), p) for n, ps in SEVERAL.items() for p in ps if kept_back(p) == hold_out]
    samples = []
    for _ in range(count):
        kind = r.random()
        if kind < 0.06:
            intents, pattern = r.choice(several)
            samples.append(finish([command(intents, pattern, r)], r))
        elif kind < 0.80:
            name = r.choices(names, weights)[0]
            samples.append(finish([command((name,), r.choice(kept[name]), r)], r))
        else:
            chosen = [*r.choices(closed, k=1 if r.random() < 0.88 else 2), r.choice(useful)]
            samples.append(finish([command((n,), r.choice(kept[n]), r) for n in chosen], r))
    return samples


def negatives(r: random.Random, count: int, hold_out: bool = False) -> list[Sample]:
    """``count`` sentences that are no command; ``hold_out`` as with ``positives``."""
    patterns = {n: [p for p in ps if kept_back(p) == hold_out] for n, ps in NONE.items()}
    kinds, weights = tuple(patterns), [len(some) ** 0.5 for some in NONE.values()]
    samples = []
    for _ in range(count):
        pieces, _ = command((), r.choice(patterns[r.choices(kinds, weights)[0]]), r)
        text = finish([([(None, text) for _, text in pieces], ())], r).text
        if not hold_out and r.random() < 0.08:  # a command broken off in the middle of a word
            broken = finish([command((), r.choice(POSITIVE["light.set"] + POSITIVE["list.add"]), r)], r)
            text = broken.text[: r.randint(2, max(3, len(broken.text) // 3))].strip()
        if not hold_out and r.random() < 0.05:
            text = garbled(text, r)
        samples.append(Sample(text, ()))
    return samples


def garbled(talk: str, r: random.Random) -> str:
    """A command of which a recogniser got a word or two right, and heard ``talk`` for the others."""
    names = tuple(POSITIVE)
    said = finish([command((), r.choice(POSITIVE[r.choice(names)]), r)], r).text.split()
    others = talk.split()
    if len(said) < 3:
        return talk
    kept = set(r.sample(range(1, len(said)), max(1, len(said) // 4)))  # never the first: it tells most
    return " ".join(word if at in kept else r.choice(others) for at, word in enumerate(said))
