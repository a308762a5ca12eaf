"""What names mean: plurals, articles, aliases, a letter misheard. Pure functions."""

from collections.abc import Iterable, Mapping, Sequence

from rapidfuzz import fuzz

from speaker import languages
from speaker.home.device import Device
from speaker.languages import fragment
from speaker.spoken import joined
from speaker.spoken import singular as singular

EVERYWHERE = "all"
"""The area that means every room."""

MANY = 5
"""So many names are enough for a reply."""

_LIKE_ENOUGH = 84  # of 100: a plural, an article, a letter misheard
_SHORT = 4  # letters: a shorter word must be right to the letter

Areas = Mapping[str, Sequence[str]]
"""The areas, each with its aliases."""


def is_plural(name: str) -> bool:
    """Whether a name is of several things: "the blinds", "all blinds"."""
    last = name.lower().split()[-1:]
    return bool(last) and singular(last[0]) != last[0]


def area_of(said: str, areas: Areas) -> str | None:
    """The area that is meant, or None."""
    wanted = singular(said)
    scores = {area: max(_likeness(wanted, singular(c)) for c in (area, *also)) for area, also in areas.items()}
    forms = languages.current().words.area_forms
    scores |= {area: 100 for area in areas if wanted in [form.format(singular(area)) for form in forms]}
    best = max(scores, key=lambda area: scores[area], default=None)
    return best if best is not None and scores[best] >= _LIKE_ENOUGH else None


def choice_of(said: str, choices: Sequence[str]) -> list[str]:
    """Those of some names that may be meant: the one that is most like it, else those that have all its words."""
    wanted = singular(said)
    scores = {choice: _likeness(wanted, singular(choice)) for choice in choices}
    best = max(scores.values(), default=0)
    if best >= _LIKE_ENOUGH:
        return [choice for choice in choices if scores[choice] == best]
    words = set(wanted.split())
    return [choice for choice in choices if words and words <= set(singular(choice).split())]


def split(said: str, areas: Areas) -> tuple[str, str] | None:
    """The area and the rest of a name that begins with an area's: "kitchen blinds"; None where it does not."""
    words = said.split()
    for count in range(len(words) - 1, 0, -1):
        if area := area_of(" ".join(words[:count]), areas):
            return area, " ".join(words[count:])
    return None


def is_kind(said: str, kinds: Iterable[str]) -> list[str]:
    """Those of some kinds that a word stands for: "the blinds" are blind, "covers" none."""
    wanted, words = singular(said), languages.current().words.kinds
    return [kind for kind in kinds if wanted in (singular(kind), *words.get(kind, ()))]


def matching(said: str, devices: Sequence[Device], areas: Areas) -> list[Device]:
    """The devices that a name may mean; empty where it means none.

    Those whose name, or alias, with or without their area before it, is most like it, if it is like enough; else
    those of that kind; else those whose name ends like it: "the door" may be the front door.
    """
    wanted = singular(said)
    scored = [(max(_likeness(wanted, singular(c)) for c in _called(d, areas)), d) for d in devices]
    best = max((score for score, _ in scored), default=0)
    if best >= _LIKE_ENOUGH:
        return [device for score, device in scored if score == best]
    if found := [device for device in devices if is_kind(said, [device.kind])]:
        return found
    return ending(said, devices)


def called(said: str, devices: Iterable[Device]) -> list[Device]:
    """The devices of which it is a name, to the letter."""
    return [d for d in devices if singular(said) in [singular(name) for name in (d.name, *d.aliases)]]


def ending(said: str, devices: Iterable[Device]) -> list[Device]:
    """The devices with a name that ends like this, and has more before it."""
    end = f" {singular(said)}"
    return [d for d in devices if any(singular(name).endswith(end) for name in (d.name, *d.aliases))]


def nearest(said: str, devices: Iterable[Device]) -> list[str]:
    """A few names of devices, those that are most like what was said first."""
    wanted = singular(said)
    names = dict.fromkeys(device.name for device in devices)
    return sorted(names, key=lambda name: -fuzz.ratio(wanted, singular(name)))


def some(names: Sequence[str]) -> str:
    """ "the kettle, the fan and 3 more"; what there is, in a reply."""
    rest = len(names) - MANY
    return joined([*names[:MANY], fragment("more", count=rest)] if rest > 1 else names[: MANY + 1])


def _called(device: Device, areas: Areas) -> Iterable[str]:
    yield device.name
    yield from device.aliases
    for area in (device.area, *areas.get(device.area, ())):
        yield f"{area} {device.name}"


def _likeness(wanted: str, name: str) -> float:
    """0 to 100."""
    if len(name) < _SHORT:
        return 100.0 * (wanted == name)
    return fuzz.ratio(wanted, name)
