"""A manifest is read strictly: what is wrong is named, with the nearest right word."""

from pathlib import Path

import pytest

from speaker.errors import PluginError
from speaker.events import SlotSpec
from speaker.manifest import read

GOOD = """
name: tea
summary: Brews tea.
settings: {strength: 3}
intents:
  tea.brew:
    slots: {minutes: {type: duration, required: true}, kind: {type: text}}
    confirm: true
    handler: start
    examples:
      - brew {kind} tea for {minutes}
      - make tea [please]
"""
INTENTS = Path(__file__).parent.parent / "intents"


@pytest.fixture
def write(tmp_path):
    def write(text: str | bytes) -> Path:
        path = tmp_path / "manifest.yaml"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return write


def test_a_manifest_becomes_specs(write):
    plan = read(write(GOOD))
    (spec,) = plan.specs()
    assert spec.name == "tea.brew"
    assert spec.slots == (SlotSpec("minutes", "duration", True), SlotSpec("kind", "text", False))
    assert spec.examples == ("brew {kind} tea for {minutes}", "make tea [please]")
    assert spec.confirm
    assert plan.handler_of("tea.brew") == "start"


def test_a_question_and_slots_of_which_one_is_needed_are_declared(write):
    asking = GOOD.replace("kind: {type: text}", "kind: {type: text, ask: 'Which tea?'}, size: {type: text}")
    (spec,) = read(write(asking.replace("    confirm:", "    one_of: [kind, size]\n    confirm:"))).specs()
    assert [slot.ask for slot in spec.slots] == ["", "Which tea?", ""]
    assert spec.one_of == ("kind", "size")


def test_the_handler_is_named_like_the_intent_unless_told(write):
    assert read(write(GOOD.replace("    handler: start\n", ""))).handler_of("tea.brew") == "brew"


@pytest.mark.parametrize(
    ("right", "wrong", "says"),
    [
        ("summary:", "sumary:", "did you mean 'summary'"),
        ("confirm:", "confrim:", "did you mean 'confirm'"),
        ("required:", "requird:", "did you mean 'required'"),
        ("type: duration", "type: duraton", "did you mean 'duration'"),
        ("required: true", "required: 'yes'", "intents.tea.brew.slots.minutes.required"),
        ("name: tea", "name: Tea Maker", "name"),
        ("name: tea", "", "name: Field required"),
        ("tea.brew:", "brew:", "plugin.intent"),
        ("confirm: true", "one_of: [kind, minuts]", "no slot 'minuts'; did you mean 'minutes'"),
        ("confirm: true", "one_of: kind", "intents.tea.brew.one_of"),
        ("minutes: {type", "Minutes: {type", "a slot is named in lower case"),
        ("for {minutes}", "for {minuts}", "undeclared slot 'minuts'; did you mean 'minutes'"),
        ("for {minutes}", "for {minutes} or {minutes}", "a slot twice"),
        ("[please]", "[at {minutes}]", "a slot among its"),
        ("[please]", "please]", "is no sentence"),
        ("make tea [please]", "make tea {of kind}", "is no sentence"),
        ("make tea [please]", "'  '", "is no sentence"),
        ("make tea [please]", "on", "intents.tea.brew.examples.1"),
        ("      - brew {kind} tea for {minutes}\n      - make tea [please]", "      []", "examples"),
    ],
)
def test_what_is_wrong_is_named_with_the_file(write, right, wrong, says):
    assert right in GOOD
    path = write(GOOD.replace(right, wrong))
    with pytest.raises(PluginError) as error:
        read(path)
    assert says in str(error.value)
    assert str(path) in str(error.value)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    "content",
    ["", "just words", "- a\n- b", "a: [1, 2", "a: 2026-13-40", "\t", b"\xff\xfe\x00name", "[" * 5000, "? {a: b}\n: c"],
    ids=["empty", "words", "list", "open", "40th", "tab", "bytes", "deep", "odd key"],
)
def test_what_is_no_manifest_at_all_is_an_error_in_one_line(write, content):
    path = write(content)
    with pytest.raises(PluginError) as error:
        read(path)
    assert str(path) in str(error.value)
    assert "\n" not in str(error.value)


def test_a_missing_manifest_says_what_a_plugin_is(tmp_path):
    with pytest.raises(PluginError, match="a plugin is a folder with"):
        read(tmp_path / "manifest.yaml")


@pytest.mark.parametrize("path", sorted(INTENTS.glob("*/manifest.yaml")), ids=lambda path: path.parent.name)
def test_every_built_in_intent_has_five_different_examples(path):
    for spec in read(path).specs():
        assert len(set(spec.examples)) >= 5, spec.name


LISTED = """name: coffee
summary: Brews coffee.
intents:
  coffee.brew:
    slots: {kind: {type: text, values: VALUES}}
    examples: ["brew a {kind}"]
"""


@pytest.mark.parametrize(
    "values", ["[Espresso, {milk coffee: [cappuccino, Latte]}]", "{espresso: [], milk coffee: [cappuccino, latte]}"]
)
def test_a_slot_may_list_its_values_with_other_words_for_them(tmp_path, values):
    (tmp_path / "manifest.yaml").write_text(LISTED.replace("VALUES", values))
    (spec,) = read(tmp_path / "manifest.yaml").specs()
    assert spec.slots[0].values == (("espresso",), ("milk coffee", "cappuccino", "latte"))


@pytest.mark.parametrize(
    ("values", "complaint"),
    [
        ("[]", "should be a list of words"),
        ("espresso", "should be a list of words"),
        ("[on, off]", "put it in quotes"),
        ("[1]", "put it in quotes"),
        ("['?']", "put it in quotes"),
        ("[{a: b, c: d}]", "put it in quotes"),
        ("[tea, {coffee: [tea]}]", "'tea' is there twice"),
        ("[tea], type: number", "'values' go with the types text"),
    ],
)
def test_a_list_of_values_that_is_none_is_named_in_one_line(tmp_path, values, complaint):
    text = LISTED.replace("VALUES", values)
    if "type: number" in values:
        text = text.replace("type: text, ", "")
    (tmp_path / "manifest.yaml").write_text(text)
    with pytest.raises(PluginError) as error:
        read(tmp_path / "manifest.yaml")
    assert complaint in str(error.value)
    assert "\n" not in str(error.value)
