"""Teaching the language model more where it runs: the real file, the real network."""

import itertools
from pathlib import Path

import numpy as np
import pytest

from speaker import places
from speaker.errors import ModelError, PluginError
from speaker.events import IntentSpec, SlotSpec
from speaker.learning import file, learn
from speaker.learning.lessons import lessons, replay
from speaker.learning.network import Adam, Floats, Network, Shape
from speaker.slm import LanguageModel
from speaker.strangers import Strangers
from speaker.text import normalise

BREW = IntentSpec(
    "tea.brew",
    (SlotSpec("kind", "text", values=(("green",), ("black", "breakfast"), ("mint",))), SlotSpec("minutes", "number")),
    (
        "brew some {kind} tea",
        "make me a cup of {kind} tea",
        "i would love a {kind} tea",
        "put the kettle on for {kind} tea",
        "{kind} tea please",
        "let the {kind} tea steep for {minutes} minutes",
        "prepare [a pot of] {kind} tea",
        "i am thirsty make some tea",
        "tea time",
        "get the tea going",
    ),
)
WATER = IntentSpec(
    "plants.water",
    (SlotSpec("area", "area"),),
    (
        "water the plants",
        "water the plants in the {area}",
        "the plants are dry",
        "give the flowers a drink",
        "the {area} plants need water",
        "are the plants thirsty then water them",
        "time to water the flowers",
        "sprinkle the {area} flowers",
        "don't let my plants die",
        "irrigate the {area}",
    ),
)


@pytest.fixture
def small() -> Network:
    r, shape = np.random.default_rng(0), Shape(width=16, layers=2, heads=4, groups=2, epsilon=1e-5, base=1e4)
    sizes = {"token_embd": (40, 16), "output_norm": (16,)}
    for layer in ("blk.0.", "blk.1."):
        sizes |= {layer + name: (16,) for name in ("attn_norm", "ffn_norm")}
        sizes |= {layer + name: (16, 16) for name in ("attn_q", "attn_output")}
        sizes |= {layer + name: (8, 16) for name in ("attn_k", "attn_v")}
        sizes |= {layer + "ffn_gate": (24, 16), layer + "ffn_up": (24, 16), layer + "ffn_down": (16, 24)}
    return Network(shape, {f"{n}.weight": r.normal(0, 0.5, size).astype(np.float32) for n, size in sizes.items()})


def batch(r: np.random.Generator) -> tuple[np.ndarray, Floats]:
    worth = r.random((3, 7)).astype(np.float32)
    worth[0, 4:] = 0
    return r.integers(0, 40, (3, 7)), worth


def test_each_weights_gradient_is_the_slope_of_the_loss(small: Network) -> None:
    r = np.random.default_rng(1)
    tokens, worth = batch(r)
    _, gradients = small.learn(tokens, worth)
    assert gradients.keys() == small.weights.keys()
    for name, weight in dict(small.weights).items():
        way = r.normal(0, 1, weight.shape).astype(np.float32)
        step = np.float32(0.02 / np.sqrt(way.size))
        losses = []
        for sign in (1, -1):
            small.weights[name] = weight + sign * step * way
            losses.append(small.learn(tokens, worth)[0])
        small.weights[name] = weight
        slope = float((gradients[name] * way).sum())
        assert (losses[0] - losses[1]) / (2 * step) == pytest.approx(slope, rel=0.05, abs=0.01), name


def test_what_is_worth_nothing_is_not_learned(small: Network) -> None:
    tokens, worth = batch(np.random.default_rng(2))
    before, _ = small.learn(tokens, worth)
    changed = tokens.copy()
    changed[0, 5:] = 1  # only words that weigh nothing, and that nothing after them looks back at
    assert small.learn(changed, worth)[0] == pytest.approx(before)


def test_rows_that_are_to_stay_as_they_were_move_nothing_but_words_that_are_new(small: Network) -> None:
    tokens, worth = batch(np.random.default_rng(4))
    tokens = np.minimum(tokens, 37)
    table, every = small.weights["token_embd.weight"], np.ones(3, np.bool_)
    as_it_is = Network(small.shape, small.weights)
    without_two = Network(small.shape, small.weights | {"token_embd.weight": table[:-2]})

    def moved(kept: tuple[Network, np.ndarray] | None) -> float:
        return float(np.abs(small.learn(tokens, worth, kept)[1]["token_embd.weight"][-2:]).max())

    _, nothing = small.learn(tokens, worth, (as_it_is, every))
    assert max(float(np.abs(each).max()) for each in nothing.values()) < 1e-5
    assert moved((as_it_is, every)) < 1e-5 < moved((without_two, every))  # they are not to be said there
    _, learned = small.learn(tokens, worth)
    _, partly = small.learn(tokens, worth, (as_it_is, np.array([True, False, True])))
    assert 1e-3 < np.abs(partly["blk.0.ffn_up.weight"]).max() < np.abs(learned["blk.0.ffn_up.weight"]).max()


def test_steps_against_the_gradient_make_the_loss_smaller(small: Network) -> None:
    tokens, worth = batch(np.random.default_rng(3))
    adam = Adam(small.weights)
    losses = []
    for _ in range(30):
        loss, gradients = small.learn(tokens, worth)
        adam.step(gradients, 0.01)
        losses.append(loss)
    assert losses[-1] < losses[0] / 3


def test_it_computes_what_llama_cpp_computes() -> None:
    model, theirs = file.read(places.LANGUAGE_MODEL), LanguageModel(places.LANGUAGE_MODEL)
    number = {token: at for at, token in enumerate(model.tokens)}
    for text in ("turn off the lights in the kitchen", "add eggs and milk to my shopping list"):
        prompt = [number["<s>"], *theirs.tokens(text), number["<out>"]]
        ours, llama = model.network.logits(np.array([prompt]))[0, -1], theirs.logits(prompt)
        assert ours.argmax() == llama.argmax()
        assert np.abs(ours - llama).max() < 1.0  # llama.cpp rounds to 8 bits on the way
    theirs.close()


def test_a_model_with_further_intents_reads_the_old_ones_as_before(tmp_path: Path) -> None:
    extended = file.read(places.LANGUAGE_MODEL).extended({"tea.brew": ("kind", "minutes")})
    assert extended.added == ("<intent:tea.brew>", "<slot:minutes>")  # it has a slot named "kind" already
    extended.network.weights["token_embd.weight"][-len(extended.added) :] = 0  # knows nothing of them yet
    file.write(
        extended, tmp_path / "more.gguf", {"hark.confidence": file.told(places.LANGUAGE_MODEL, "hark.confidence")}
    )
    assert [f.name for f in tmp_path.iterdir()] == ["more.gguf"]
    old, new = LanguageModel(places.LANGUAGE_MODEL), LanguageModel(tmp_path / "more.gguf")
    every = [IntentSpec(name) for name in old.intents]
    assert set(new.intents) - set(old.intents) == {"tea.brew"}
    for text in ("turn off the kitchen lights", "set a timer for ten minutes and add milk", "what a lovely day"):
        assert [(c.intent, c.slots) for c in old.read(text, every).candidates] == [
            (c.intent, c.slots) for c in new.read(text, every).candidates
        ]
    old.close()
    new.close()


def test_half_of_the_lessons_are_of_the_examples_with_words_in_their_slots() -> None:
    known, kept = replay(places.REPLAY)
    some = list(itertools.islice(lessons([BREW, WATER], known, ["den"], ["lamp"], seed=1), 2000))
    new = [lesson for lesson in some if any(name in ("tea.brew", "plants.water") for name, _ in lesson.intents)]
    assert 0.4 < len(new) / len(some) < 0.6
    for lesson in new:
        for _, slots in lesson.intents:
            assert all(f" {words} " in f" {lesson.text} " for _, words in slots), lesson
        assert "{" not in lesson.text
        assert lesson.text == normalise(lesson.text)
    slots = [each for lesson in new for name, slots in lesson.intents for each in slots if name == "tea.brew"]
    kinds = {words for slot, words in slots if slot == "kind"}
    assert kinds == {"green", "black", "breakfast", "mint"}
    assert not {lesson.text for lesson in known} & {lesson.text for lesson in kept}


def test_a_missing_file_of_sentences_is_said(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="restore it"):
        replay(tmp_path / "none.gz")


def taught(out: Path, specs: list[IntentSpec], seen: list[float] | None = None) -> learn.Outcome:
    show = seen.append if seen is not None else lambda _: None
    return learn.learn(places.LANGUAGE_MODEL, places.REPLAY, specs, (["den"], ["lamp"]), 0.5, out, show)


@pytest.mark.slow
def test_a_strange_plugin_is_learned_and_nothing_is_forgotten(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(learn, "_STEPS", 16)  # half of what it is given otherwise: for speed
    seen: list[float] = []
    out = tmp_path / "data" / "learned.gguf"
    outcome = taught(out, [BREW, WATER], seen)
    assert outcome.kept
    assert not outcome.after.worse_than(outcome.before)
    assert seen == sorted(seen)
    assert seen[-1] == 1.0
    assert [f.name for f in out.parent.iterdir()] == ["learned.gguf"]
    model = LanguageModel(out)
    every = [*(IntentSpec(name) for name in model.intents)]

    strangers = Strangers([BREW, WATER], areas=["den"])

    def read(text: str) -> list[tuple[str, dict[str, str]]]:
        reading = strangers.placed(text, model.read(text, every))
        return [(c.intent, {p.slot: p.words for p in c.slots}) for c in reading.candidates]

    assert read("could you brew some mint tea for me") == [("tea.brew", {"kind": "mint"})]
    assert read("the flowers in the den need water") == [("plants.water", {"area": "den"})]
    both = read("brew some green tea and turn off the kitchen lights")
    assert [intent for intent, _ in both] == ["tea.brew", "light.off"]
    assert read("set a timer for ten minutes") == [("timer.start", {"duration": "ten minutes"})]
    assert read("she said the water was too cold for a swim") == []
    model.close()
    there = learn.taught(out, places.LANGUAGE_MODEL, [BREW, WATER, IntentSpec("light.on")])
    assert there == {"tea.brew", "plants.water"}
    assert not learn.taught(out, places.LANGUAGE_MODEL, [BREW])
    assert not learn.taught(out, places.LANGUAGE_MODEL, [BREW, IntentSpec("plants.water", (), ("water them",))])


@pytest.mark.slow
def test_what_would_make_the_built_in_commands_worse_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(learn, "_STEPS", 2)
    monkeypatch.setattr(learn, "_A_STEP", 0)
    monkeypatch.setattr(learn, "_SHARES", (0.6,))
    monkeypatch.setattr(learn, "_WORSE", -0.5)  # nothing is good enough
    outcome = taught(tmp_path / "learned.gguf", [BREW])
    assert not outcome.kept
    assert list(tmp_path.iterdir()) == []


def test_nothing_to_learn_is_said(tmp_path: Path) -> None:
    with pytest.raises(PluginError, match="nothing to learn"):
        taught(tmp_path / "learned.gguf", [])


def test_a_file_that_was_not_learned_is_no_current_one(tmp_path: Path) -> None:
    (tmp_path / "learned.gguf").write_bytes(b"GGUF" + bytes(100))
    with pytest.raises(ModelError, match="remove it"):
        learn.taught(tmp_path / "learned.gguf", places.LANGUAGE_MODEL, [])
