"""What a general model is told of the commands, and what of its answer is believed."""

import json

import pytest

from speaker.catalogue import calls, rules, told
from speaker.events import Candidate, IntentSpec, Pointed, SlotSpec

TIMER = IntentSpec(
    "timer.start",
    (SlotSpec("duration", "duration", required=True), SlotSpec("name", "text")),
    ("set a timer", "set a timer for {duration}", "set a {name} timer for {duration} [please]"),
)
STOP = IntentSpec("assistant.stop", (), ("stop",))
SPECS = {spec.name: spec for spec in (TIMER, STOP)}
COMMAND = "set a ten minute pizza timer"


def call(name: object, /, **arguments: object) -> dict[str, object]:
    return {"name": name, "arguments": arguments}


def test_each_command_is_told_with_its_types_and_two_examples() -> None:
    text = told(SPECS.values())
    (line,) = (line for line in text.splitlines() if line.startswith("timer.start"))
    assert line == (
        'timer.start(duration: duration, name: text): "set a timer", "set a {name} timer for {duration} please"'
    )
    assert 'assistant.stop(): "stop"' in text


def test_what_was_said_is_believed() -> None:
    written = json.dumps([call("timer.start", duration="ten minute", name="pizza"), call("assistant.stop")])
    assert calls(written, COMMAND, SPECS) == [
        ("timer.start", (Pointed("duration", "ten minute"), Pointed("name", "pizza"))),
        ("assistant.stop", ()),
    ]
    assert calls("[]", COMMAND, SPECS) == []


@pytest.mark.parametrize(
    "value",
    [
        "twenty minute",
        "ten",
        "minute pizza ten",
        "te",
        "pizz",
        "pizza timer now",
        "",
        " ",
        "...",
        10,
        None,
        ["pizza"],
        {},
    ],
)
def test_a_value_that_was_not_said_refuses_it_all(value: object) -> None:
    believed = calls(json.dumps([call("assistant.stop"), call("timer.start", name=value)]), COMMAND, SPECS)
    assert (believed is None) is (value != "ten")


def test_values_of_the_command_before_were_said_too() -> None:
    before = [Candidate("timer.start", (Pointed("name", "pasta sauce"),), 1.0)]
    for value, good in (("pasta sauce", True), ("pasta", False), ("pizza", True), ("", False)):
        assert (calls(json.dumps([call("timer.start", name=value)]), COMMAND, SPECS, before) is not None) is good
    assert '| "pasta sauce")' in rules([TIMER], COMMAND, before)


def test_values_are_compared_as_commands_are_written() -> None:
    assert calls(json.dumps([call("timer.start", name="Pizza!")]), "Set a PIZZA timer.", SPECS) is not None
    assert calls(json.dumps([call("timer.start", name="piz")]), "set a pizza timer", SPECS) is None


@pytest.mark.parametrize(
    "written",
    [
        "",
        "null",
        "7",
        "{}",
        '["timer.start"]',
        "[[]]",
        '[{"name": "timer.start"}]',
        '[{"name": "timer.start", "arguments": []}]',
        '[{"name": ["timer.start"], "arguments": {}}]',
        '[{"name": "door.unlock", "arguments": {}}]',
        '[{"name": "timer.start", "arguments": {"sound": "pizza"}}]',
        "[" * 100_000,
        json.dumps([call("assistant.stop")] * 5),
        '[{"name": "assistant.stop", "arguments": {}}',
    ],
    ids=range(14),
)
def test_whatever_else_is_refused(written: str) -> None:
    assert calls(written, COMMAND, SPECS) is None


def test_the_grammar_has_only_the_words_of_the_command() -> None:
    text = rules(list(SPECS.values()), COMMAND)
    words = [line.split("::= ")[1].split('"')[1] for line in text.splitlines() if line.startswith("word-")]
    assert words == COMMAND.split()
