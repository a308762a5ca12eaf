"""What is said right after another command, and leans on it: "make them blue", "and in the bedroom too"."""

import random
from dataclasses import dataclass

from models.training.contract import SLOTS
from models.training.generate import Sample, command, finish, kept_back, negatives, positives
from models.training.patterns import FOLLOW, POSITIVE

_CONTENT = {"duration", "time", "date", "repeat", "text", "item", "query", "message", "low", "high", "sides"}
_LIGHT = {"brightness", "color"}
_NAMED = ("device", "cover", "climate", "lock", "state")  # what they act on stays when it is said where


@dataclass(frozen=True)
class _Way:
    """A pattern and where it may stand."""

    before: str
    intent: str
    pattern: str
    instead: bool


def _ways() -> list[_Way]:
    ways = []
    for header, patterns in FOLLOW.items():
        befores, sign, own = header.partition(" >> ") if " >> " in header else header.partition(" > ")
        for before in befores.split():
            intent = before if own == "=" else own
            ways += [_Way(before, intent, pattern, sign == " >> ") for pattern in patterns]
    return ways


WAYS = _ways()


def follows(r: random.Random, count: int, hold_out: bool = False) -> list[Sample]:
    """``count`` commands, each with the one before: half of them lean on it, the others only come after it."""
    ways = [way for way in WAYS if kept_back(way.pattern) == hold_out]
    pairs = sorted({(way.before, way.intent) for way in ways})
    of = {pair: [way for way in ways if (way.before, way.intent) == pair] for pair in pairs}
    weights = [len(of[pair]) ** 0.5 for pair in pairs]
    samples: list[Sample] = []
    while len(samples) < count // 2:
        way = r.choice(of[r.choices(pairs, weights)[0]])
        if sample := _lean(way, r, hold_out):
            samples.append(sample)
    before = positives(r, count - len(samples), hold_out)
    rest = count - len(samples)
    free = positives(r, rest - rest // 3, hold_out) + negatives(r, rest // 3, hold_out)
    samples += [Sample(s.text, s.intents, b.intents) for s, b in zip(free, before, strict=True)]
    return samples


def _lean(way: _Way, r: random.Random, hold_out: bool) -> Sample | None:
    """One that leans on the command before; None where its words do not come out clearly."""
    patterns = [p for p in POSITIVE[way.before] if kept_back(p) == hold_out] or POSITIVE[way.before]
    first = finish([command((way.before,), r.choice(patterns), r)], r)
    said = finish([command((way.intent,), way.pattern, r)], r)
    own = dict(said.intents[0][1])
    kept = carried(dict(first.intents[0][1]), own, way)
    if kept is None:
        return None
    return Sample(said.text, ((way.intent, tuple((kept | own).items())),), first.intents, way.instead)


def carried(old: dict[str, str], new: dict[str, str], way: _Way) -> dict[str, str] | None:
    """The slots of the command before that still hold; None where that cannot be."""
    plugin, same = way.intent.split(".")[0], way.before == way.intent
    kept = {slot: words for slot, words in old.items() if slot in SLOTS[way.intent] and slot not in new}
    if "name" in new:
        kept.pop("area", None)
    if "area" in new and plugin not in _NAMED:
        kept.pop("name", None)
    if same and not way.instead and new.keys() & _CONTENT:  # "and another for ten minutes" is another
        kept = {slot: words for slot, words in kept.items() if slot not in _CONTENT and plugin != "timer"}
    if plugin == "timer" and (way.before, way.intent) != ("timer.start", "timer.cancel"):
        kept.pop("duration", None)  # what was added is not how long it runs
    if plugin == "list" and not way.instead:
        kept.pop("item", None)
    if new.keys() & _LIGHT:  # "make it blue" leaves the brightness as it is
        kept = {slot: words for slot, words in kept.items() if slot not in _LIGHT}
    if "time" in new:
        kept.pop("duration", None)
    needs_name = plugin in ("device", "cover", "lock") and way.intent != "cover.stop"
    return None if needs_name and not ({"name"} & (kept.keys() | new.keys())) else kept
