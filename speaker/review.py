"""What is wrong with a plugin, or could be better: told to its author before anyone meets it."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from speaker import languages, lines, manifest, rehearsal, replies
from speaker.build import Hark, Place
from speaker.events import IntentSpec, Parse
from speaker.examples import parts_of
from speaker.lines import Page, Problem
from speaker.manifest import Manifest
from speaker.text import normalise, without_manners

_ENOUGH = 10  # examples an intent
_FREE = ("text", "items")
_MANIFEST = "manifest.yaml"


@dataclass(frozen=True, slots=True)
class Remark:
    """Something to tell the author."""

    level: Literal["error", "warning"]
    """An error keeps the plugin from working; a warning is worth a thought."""
    problem: Problem


def review(folder: Path, place: Place) -> Iterator[Remark]:
    """Look at a plugin's files, then at it among the others. Its handlers are not run, but its file is imported.

    Raises PluginError where it is no plugin at all.
    """
    folder = folder.resolve()
    plan, problems = manifest.examine(folder / _MANIFEST)
    for problem in (*problems, *_translations(folder, problems), *_replies(folder)):
        yield Remark("error", problem)
    for problem in _languages(folder):
        yield Remark("warning", problem)
    if plan is None:
        return
    page = lines.read(folder / _MANIFEST)
    yield from _wording(plan, page)
    with Hark(rehearsal.among(place, folder, plan)) as hark:
        if failed := next((f for f in hark.plugins.failed if f.where == folder), None):
            yield Remark("error", _located(failed.reason, page))
            return
        yield from _clashes(plan, page, hark)
        yield from _misread(plan, page, hark)


def _replies(folder: Path) -> Iterator[Problem]:
    """What is wrong with the language files, and in the code that uses them."""
    files = sorted(folder.glob("replies.*.yaml"))
    for file in files:
        variants, problems = replies.examine(file)
        yield from problems
        if file.name == f"replies.{replies.FALLBACK}.yaml" and not problems:
            yield from replies.misuses(folder, variants)
    if not any(file.name == f"replies.{replies.FALLBACK}.yaml" for file in files):
        for file, line, name, _ in replies.uses(folder):
            yield Problem(file, line, f"there is no replies.{replies.FALLBACK}.yaml for the reply {name!r}; write it")


def _translations(folder: Path, known: Sequence[Problem]) -> Iterator[Problem]:
    """What is wrong with the manifest in other languages alone."""
    for file in sorted(folder.glob("manifest.*.yaml")):
        for problem in manifest.examine(folder / _MANIFEST, file.name.split(".")[1])[1]:
            if problem not in known:
                yield problem


def _languages(folder: Path) -> Iterator[Problem]:
    """What other languages lack that the first has."""
    first_words = replies.words(folder)
    for file in sorted(folder.glob("words.*.yaml")):
        content = lines.read(file).content
        if isinstance(content, dict) and (lacks := [name for name in first_words if name not in content]):
            yield Problem(file, 1, f"these words are not in this language yet: {', '.join(lacks)}")
    files = {file: replies.examine(file)[0] for file in sorted(folder.glob("replies.*.yaml"))}
    first = files.get(folder / f"replies.{replies.FALLBACK}.yaml", {})
    for file, variants in files.items():
        there = replies.names(variants)
        if lacks := [name for name in replies.names(first) if name not in there]:
            yield Problem(file, 1, f"these replies are not in this language yet: {', '.join(lacks)}")


def _wording(plan: Manifest, page: Page) -> Iterator[Remark]:
    """What can be told of the examples by themselves."""
    for spec in plan.specs():
        where = ("intents", spec.name)
        if spec.name.split(".")[0] != plan.name:
            yield _warning(page, where, f"{spec.name} does not begin with the plugin's name; better {plan.name}.…")
        if len(spec.examples) < _ENOUGH:
            count = f"{len(spec.examples)} example{'s' if len(spec.examples) > 1 else ''}"
            yield _warning(page, where, f"{spec.name} has {count}; ten to fifteen are best")
        said = {slot for example in spec.examples for slot in re.findall(r"\{(\w+)\}", example)}
        for slot in spec.slots:
            if slot.name not in said:
                text = f"{spec.name}: no example has the slot {slot.name!r}, so it will seldom be found"
                yield _warning(page, (*where, "slots", slot.name), text)
        shapes: dict[str, int] = {}
        for at, example in enumerate(spec.examples):
            if _is_loose(spec, example):
                text = f"{example!r} is little but a free slot, which fits almost everything; say more around it"
                yield _warning(page, (*where, "examples", at), text)
            if shapes.setdefault(_shape(spec, example), at) != at:
                yield _warning(page, (*where, "examples", at), f"{example!r} is the same as one before")


def _clashes(plan: Manifest, page: Page, hark: Hark) -> Iterator[Remark]:
    """Examples that are another intent's, too: one of both will never be done."""
    ours = plan.specs()
    others = {_shape(spec, e): spec for spec in hark.plugins.specs if spec not in ours for e in spec.examples}
    for spec in ours:
        for at, example in enumerate(spec.examples):
            shape = _shape(spec, example)
            if other := others.get(shape):
                text = f"{example!r} is an example of {other.name}, too; only one of both can be done"
                yield Remark("error", page.problem(("intents", spec.name, "examples", at), text))
        others |= {_shape(spec, example): spec for example in spec.examples}


def _misread(plan: Manifest, page: Page, hark: Hark) -> Iterator[Remark]:
    """Each example left out in turn, and read by the others and the language model: what it is taken for."""
    for spec in plan.specs():
        lost = []
        for at, example in enumerate(spec.examples):
            trial = rehearsal.one(example, spec, hark)
            rest = replace(spec, examples=tuple(e for e in spec.examples if e != example))
            if trial is None or not rest.examples:
                continue
            specs = [rest if other.name == spec.name else other for other in hark.plugins.specs]
            parse = replace(hark.mind, others=hark.others(specs)).parse(trial.text)
            if wrong := _other(parse, spec.name):
                text = f"{example!r} is taken for {wrong} ({parse.confidence:.2f}) where it is left out"
                yield _warning(page, ("intents", spec.name, "examples", at), text)
            elif parse.rejected:
                lost.append(example)
        if lost and len(lost) > len(spec.examples) // 2:
            text = f"{spec.name}: {len(lost)} of {len(spec.examples)} examples are like no other, as {lost[0]!r}"
            yield _warning(page, ("intents", spec.name), f"{text}; more of the same kind make it surer")


def _other(parse: Parse, intent: str) -> str:
    """What it is taken for, if not for the intent."""
    names = [found.name for found in parse.intents]
    return "" if names == [intent] or not names else " and ".join(names)


def _is_loose(spec: IntentSpec, example: str) -> bool:
    parts = parts_of(spec, example)
    free = [part for part in parts if part.slot and part.slot.type in _FREE and not part.slot.values]
    own = [part.word for part in parts if part.word and part.word not in languages.current().words.articles]
    return bool(free) and len(own) <= 1


def _shape(spec: IntentSpec, example: str) -> str:
    """An example without what may differ between two that are the same: manners, optional words, names of slots."""
    types = {slot.name: f"{slot.type}slot" for slot in spec.slots}
    plain = re.sub(r"\{(\w+)\}", lambda found: types[found[1]], re.sub(r"\[[^]]*\]", "", example))
    return without_manners(normalise(plain))


def _warning(page: Page, where: lines.Where, text: str) -> Remark:
    return Remark("warning", page.problem(where, text))


def _located(reason: str, page: Page) -> Problem:
    """A reason as it is told elsewhere, taken apart into file, line and text where it has them."""
    found = re.match(r"(?P<file>/[^:]+):(?P<line>\d+):? (?P<text>.*)", reason, re.DOTALL)
    return Problem(Path(found["file"]), int(found["line"]), found["text"]) if found else page.problem((), reason)


def counted(remarks: Sequence[Remark]) -> Mapping[str, int]:
    """How many of each level."""
    return {level: sum(remark.level == level for remark in remarks) for level in ("error", "warning")}
