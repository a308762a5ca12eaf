"""What a plugin says stands in a file a language, varies, and is checked against the code that uses it."""

import itertools
from pathlib import Path

import pytest

from speaker import replies
from speaker.errors import PluginError
from speaker.testing import Bench
from tests.test_plugins import make

ENGLISH = """\
said: ["{what}, as you wish.", "so be it: {what}.", "{what}!"]
nothing: There is nothing to say.
"""
HANDLER = """
def say(context, what, how=""):
    if how == "badly":
        return context.reply("sadi", what=what)
    if how == "not at all":
        return context.reply("said")
    return context.reply("said", what=what)
"""


@pytest.fixture
def echo(tmp_path):
    folder = make(tmp_path / "echo", HANDLER)
    (folder / "replies.en.yaml").write_text(ENGLISH)
    return folder


def test_a_handler_says_one_of_the_variants_and_never_the_same_twice_in_a_row(echo, tmp_path):
    with Bench([echo], tmp_path / "data", varied=True) as bench:
        said = [bench.do("echo.say", what="tea").text for _ in range(40)]
    assert set(said) == {"Tea, as you wish.", "So be it: tea.", "Tea!"}
    assert all(one != other for one, other in itertools.pairwise(said))


def test_a_single_sentence_may_come_again(tmp_path):
    (tmp_path / "replies.en.yaml").write_text(ENGLISH)
    known = replies.read(tmp_path, "echo")
    assert known.reply("nothing") == known.reply("nothing") == "There is nothing to say."


@pytest.mark.parametrize(
    ("how", "says"), [("badly", "no reply 'sadi'; did you mean 'said'?"), ("not at all", "needs the word 'what'")]
)
def test_a_wrong_reply_costs_that_reply_and_is_logged(echo, tmp_path, caplog, how, says):
    with Bench([echo], tmp_path / "data") as bench:
        assert bench.do("echo.say", what="tea", how=how).text == "Sorry, the plugin echo had a problem."
        assert bench.do("echo.say", what="tea").ok
    assert says in caplog.text


def test_another_language_is_another_file_and_english_stands_in(echo):
    (echo / "replies.de.yaml").write_text("said: '{what}, bitte.'\n")
    assert replies.read(echo, "echo", "de").reply("said", what="tee") == "Tee, bitte."
    assert replies.read(echo, "echo", "fr").reply("nothing") == "There is nothing to say."


def test_a_reply_that_another_language_lacks_is_said_in_english(echo):
    (echo / "replies.de.yaml").write_text("said: '{what}, bitte.'\n")
    assert replies.read(echo, "echo", "de").reply("nothing") == "There is nothing to say."
    (echo / "words.en.yaml").write_text("all: [everything]\nnone: [nothing]\n")
    (echo / "words.de.yaml").write_text("all: [alles]\n")
    assert replies.words(echo, "de") == {"all": ["alles"], "none": ["nothing"]}
    assert replies.words(echo, "fr") == {"all": ["everything"], "none": ["nothing"]}


def test_a_number_chooses_the_sentence_and_is_spoken_as_the_language_has_it(tmp_path):
    (tmp_path / "replies.en.yaml").write_text(
        "left: {0: none, one: one cup, other: '{count} cups'}\nfew: {few: '{count} few', other: '{count} many'}\n"
    )
    english = replies.read(tmp_path, "tea")
    assert [english.reply("left", count=n) for n in (0, 1, 2, 1500)] == ["None", "One cup", "2 cups", "1,500 cups"]
    slavic = replies.Counting(lambda many: "few" if 1 < many < 5 else "other", lambda many: f"<{many}>")
    other = replies.read(tmp_path, "tea", counting=slavic)
    assert [other.reply("few", count=n) for n in (1, 3, 7)] == ["<1> many", "<3> few", "<7> many"]
    assert other.reply("left", count=1) == "<1> cups"  # what a file lacks, "other" stands in for
    with pytest.raises(PluginError, match="needs the word 'count', a number"):
        english.reply("left")
    assert english.fragment("left", count=1) == "one cup"


def test_what_is_said_by_number_is_checked_like_the_rest(echo):
    (echo / "replies.en.yaml").write_text("said:\n  one: '{what}'\n  lots: '{what}'\n  other: []\n")
    _, problems = replies.examine(echo / "replies.en.yaml")
    assert [problem.line for problem in problems] == [3, 4]
    assert "'lots' is no number, nor one of zero, one, two" in problems[0].text
    (echo / "replies.en.yaml").write_text("said: {one: '{what}', other: '{what}'}\n")
    variants, _ = replies.examine(echo / "replies.en.yaml")
    assert "the reply 'said' needs count=…" in [problem.text for problem in replies.misuses(echo, variants)]


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("a: fine\nb: []\n", 2, "there is no sentence"),
        ("a: fine\nb: [fine, 7]\n", 2, "7 is no sentence"),
        ("a:\n  - fine\n  - 'not {fine'\n", 3, "something else in its braces"),
        ("a: '{what.__class__}'\n", 1, "something else in its braces"),
        ("a: '{}'\n", 1, "something else in its braces"),
        ("Big: x\n", 1, "lower case"),
        ("- a\n", 1, "it should hold names with sentences"),
    ],
)
def test_a_wrong_language_file_is_told_with_its_line_and_is_the_plugins_failure(echo, tmp_path, text, line, says):
    (echo / "replies.en.yaml").write_text(text)
    _, problems = replies.examine(echo / "replies.en.yaml")
    assert [problem.line for problem in problems] == [line]
    assert says in problems[0].text
    with pytest.raises(PluginError, match=r"replies.en.yaml:\d+: "):
        replies.read(echo, "echo")
    with Bench([echo], tmp_path / "data") as bench:
        assert says in bench.plugins.failed[0].reason


def test_what_the_code_asks_for_is_held_against_the_file(echo):
    variants, _ = replies.examine(echo / "replies.en.yaml")
    found = [(problem.line, problem.text) for problem in replies.misuses(echo, variants)]
    assert found == [
        (4, "there is no reply 'sadi' in the language file; did you mean 'said'?"),
        (6, "the reply 'said' needs what=…"),
    ]


def test_every_built_in_plugin_asks_for_replies_that_there_are():
    for folder in sorted((Path(__file__).parents[1] / "intents").iterdir()):
        if folder.is_dir():
            file = folder / "replies.en.yaml"
            assert not list(replies.misuses(folder, replies.examine(file)[0] if file.exists() else {})), folder
