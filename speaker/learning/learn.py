"""Learning a stranger's plugins: the shipped model is taught their examples, measured, and kept where it got no worse."""

import hashlib
import json
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path

import numpy as np

from speaker.errors import PluginError
from speaker.events import IntentSpec
from speaker.learning import file
from speaker.learning.lesson import Lesson, candidates
from speaker.learning.lessons import lessons, replay
from speaker.learning.network import Floats, Network
from speaker.learning.teach import begin, teach
from speaker.slm import LanguageModel

_STEPS, _A_STEP, _MOST_STEPS = 30, 4, 80  # of the teaching; more for each intent
_SHARES = (0.6, 0.4)  # of what was learned that are tried, until the model gets no worse,
_LEADS = (
    1.0,
    0.6,
    0.4,
)  # and for each, parts of the lead that "none" has to have: more of what is learned is a command
_WORSE = 0.01  # share of the built-in commands that may be lost
_BOLDER = 0.02  # share of talk that may be obeyed besides; it is measured on few sentences
_SEED = 1
_TABLE = "token_embd.weight"
_KEY = "hark.learned"  # of the file, under which it says what it was taught, and what was taught

Show = Callable[[float], None]
"""Is told how much is done, 0 to 1."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How a model reads sentences that it was never taught."""

    understood: float
    """Share of the built-in commands that are read rightly, 0 to 1."""
    obeyed: float
    """Share of talk that would be obeyed, 0 to 1."""

    def worse_than(self, other: "Standing") -> bool:
        """By more than may be."""
        return self.understood < other.understood - _WORSE or self.obeyed > other.obeyed + _BOLDER


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of it."""

    before: Standing
    after: Standing
    kept: bool
    """False: the built-in commands would have got worse, and all is as it was."""


def learn(
    base: Path,
    sentences: Path,
    specs: Sequence[IntentSpec],
    home: tuple[Sequence[str], Sequence[str]],
    threshold: float,
    out: Path,
    show: Show,
) -> Outcome:
    """Teach the model in ``base`` the intents of ``specs``, and keep it as ``out`` where it got no worse.

    ``sentences``: what the model knew (see ``lessons.replay``); ``home``: the names of areas and of devices;
    ``threshold``: what is read less surely is not done. Some three minutes of CPU for ten intents. The weights are a
    mean of those before and after, which forgets less and reads the new no worse (Wortsman et al. 2022, Robust
    fine-tuning of zero-shot models); how far "none" has to lead is chosen anew with them. Raises PluginError where there is nothing to learn, ModelError where a file
    cannot be read or written.
    """
    if not specs:
        raise PluginError("there is nothing to learn: the language model knows every intent that there is")
    known, kept = replay(sentences)
    old = LanguageModel(base)
    before = _standing(old, kept, threshold)
    new = {spec.name: [slot.name for slot in spec.slots] for spec in specs}
    model = file.read(base).extended(new)
    fresh = len(model.tokens) - len(model.added)
    start = {name: weight.copy() for name, weight in model.network.weights.items()}
    as_it_was = Network(model.network.shape, start | {_TABLE: start[_TABLE][:fresh]})
    begin(model, old.tokens, lessons(specs, known, *home, seed=_SEED), list(new))
    steps = min(_MOST_STEPS, _STEPS + _A_STEP * len(specs))
    for step, _ in enumerate(teach(model, as_it_was, old.tokens, lessons(specs, known, *home, seed=_SEED + 1), steps)):
        show((step + 1) / (steps + 1))
    old.close()
    *scale, lead = json.loads(file.told(base, "hark.confidence"))
    fingerprints = json.dumps(_fingerprints(base, specs))
    taught = dict(model.network.weights)
    trial = out.with_name(f".{out.name}.trial")
    out.parent.mkdir(parents=True, exist_ok=True)
    for share, part in product(_SHARES, _LEADS):
        model.network.weights = _between(start, taught, share, fresh)
        file.write(model, trial, {"hark.confidence": json.dumps([*scale, part * lead]), _KEY: fingerprints})
        after = _standing_of(trial, kept, threshold)
        if not after.worse_than(before):
            trial.replace(out)
            break
    trial.unlink(missing_ok=True)
    show(1.0)
    return Outcome(before, after, not after.worse_than(before))


def taught(learned: Path, base: Path, specs: Collection[IntentSpec]) -> frozenset[str]:
    """The intents that a file was taught; none where it no longer fits the shipped model or the plugins that there are.

    A plugin that was learned and is no longer there does not fit: what asks for it would be rejected as its own.
    Raises ModelError where the file was not made by ``learn``.
    """
    told = json.loads(file.told(learned, _KEY))
    fits = told == _fingerprints(base, [spec for spec in specs if spec.name in told["intents"]])
    return frozenset(told["intents"]) if fits else frozenset()


def _fingerprints(base: Path, specs: Collection[IntentSpec]) -> dict[str, object]:
    intents = {
        spec.name: hashlib.sha256(repr((spec.slots, spec.examples)).encode()).hexdigest()[:16]
        for spec in sorted(specs, key=lambda spec: spec.name)
    }
    return {"base": hashlib.sha256(base.read_bytes()).hexdigest(), "intents": intents}


def _between(start: dict[str, Floats], taught: dict[str, Floats], share: float, fresh: int) -> dict[str, Floats]:
    """``share`` of the way from one set of weights to the other; tokens from ``fresh`` on are all new."""
    mixed = {name: (start[name] + share * (taught[name] - start[name])).astype(np.float32) for name in start}
    mixed[_TABLE][fresh:] = taught[_TABLE][fresh:]
    return mixed


def _standing_of(path: Path, kept: Sequence[Lesson], threshold: float) -> Standing:
    model = LanguageModel(path)
    try:
        return _standing(model, kept, threshold)
    finally:
        model.close()


def _standing(model: LanguageModel, kept: Sequence[Lesson], threshold: float) -> Standing:
    every = [IntentSpec(name) for name in model.intents]
    right, obeyed = [], []
    for lesson in kept:
        reading = model.read(lesson.text, every, candidates(lesson.before))
        sure = bool(reading.candidates) and reading.confidence >= threshold
        if lesson.intents:
            got = tuple((c.intent, tuple(sorted((p.slot, p.words) for p in c.slots))) for c in reading.candidates)
            right.append(sure and got == tuple((name, tuple(sorted(slots))) for name, slots in lesson.intents))
        else:
            obeyed.append(sure)
    return Standing(float(np.mean(right)), float(np.mean(obeyed)))
