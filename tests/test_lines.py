"""What is wrong with a file is found in its line, and all of it at once."""

import pytest

from speaker import lines
from speaker.errors import PluginError
from speaker.manifest import examine, read

WRONG = """\
name: Tea
sumary: Brews tea.
settings:
  strength: {type: integer, default: 9, maximum: 5}
  colour: {typ: text}
permissions: [netwrok]
intents:
  tea.brew:
    slots:
      minutes: {type: duraton}
      Kind: {type: text}
    examples:
      - brew it for {minuts}
      - on
    confirm: true
    confirm: false
"""


@pytest.fixture
def write(tmp_path):
    def write(text, name="manifest.yaml"):
        (tmp_path / name).write_text(text)
        return tmp_path / name

    return write


def test_every_problem_is_told_with_its_line(write):
    plan, problems = examine(write(WRONG))
    told = [(problem.line, problem.text) for problem in problems]
    assert plan is None
    for line, words in [
        (1, "name: String should match"),
        (2, "unknown key 'sumary'; did you mean 'summary'?"),
        (4, "the default should be a whole number to 5, not 9"),
        (5, "unknown key 'settings.colour.typ'; did you mean 'type'?"),
        (6, "no permission 'netwrok'; there are home, network"),
        (10, "no slot type 'duraton'"),
        (11, "a slot is named in lower case"),
        (13, "undeclared slot 'minuts'; did you mean 'minutes'?"),
        (14, "put it in quotes"),
        (16, "'confirm' is there twice"),
    ]:
        assert any(at == line and words in text for at, text in told), (line, words, told)
    assert len(told) == 10, told


def test_reading_tells_the_first_and_how_many_more_there_are(write):
    path = write(WRONG)
    with pytest.raises(PluginError) as error:
        read(path)
    assert str(error.value).startswith(f"{path}:1: name")
    assert "9 more: see 'hark plugins check" in str(error.value)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("name: tea\nintents: [a, b\nsummary: x\n", 3),
        ("name: tea\n\tsummary: x\n", 2),
        ("name: tea\nsummary: 2026-13-40\n", 2),
        ("a: 1\nb: *nothing\n", 2),
        ("a: &a [*a]\n", 1),
        ("a: 1\nb: 2\n? {c: d}\n: e\n", 3),
    ],
    ids=["open list", "tab", "40th", "alias", "holds itself", "odd key"],
)
def test_what_is_no_yaml_is_told_with_its_line(write, text, line):
    page = lines.read(write(text))
    assert page.content is None
    assert [problem.line for problem in page.problems] == [line], page.problems


def test_aliases_of_aliases_do_not_fill_the_memory(write):
    bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
    bomb += "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 9))
    assert "far too much" in lines.read(write(bomb)).problems[0].text


def test_a_part_that_lacks_is_told_where_it_should_be(write):
    page = lines.read(write("a:\n  b: {}\n"))
    assert page.problem(("a", "b", "c", 3), "…").line == 2
    assert page.problem(("x",), "…").line == 1
