"""The tools of a plugin's author, as they are typed: begin, check, test, enable, disable."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from speaker import rehearsal
from speaker.build import Hark, Place
from speaker.cli import cli
from speaker.errors import HarkError
from speaker.review import review
from tests.conftest import TOP, Ran

Run = Callable[..., Any]
TIMES_AND_PLACES = ("HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME")

TEA = """\
name: tea
summary: Brews tea.
settings: {strength: 3}
permissions: [network]
intents:
  tea.brew:
    slots: {kind: {type: text, values: [green, {black: [english breakfast]}]}, minutes: {type: duration}}
    examples:
      - brew some {kind} tea
      - make me a cup of {kind} tea
      - i would love a {kind} tea
      - put the kettle on for {kind} tea
      - steep the {kind} tea for {minutes}
      - let the tea draw for {minutes}
      - a pot of {kind} tea would be nice
      - could we have tea
      - time for some tea
      - tea for two [please]
"""
HANDLER = "def brew(context, kind='black', minutes=180):\n    open('/nowhere/at/all', 'w')\n"


@pytest.fixture
def typed(tmp_path: Path) -> Run:
    """Run ``hark`` in this process, which has imported all it needs, in a home of its own."""

    def typed_(*words: object, given: str = "") -> Ran:
        env = dict.fromkeys(TIMES_AND_PLACES, str(tmp_path / "own")) | {"COLUMNS": "160"}
        ran = CliRunner().invoke(cli, [*map(str, words)], input=given, env=env)
        if isinstance(ran.exception, HarkError):
            return Ran(ran.exception.exit_code, ran.stdout, f"{ran.stderr}hark: {ran.exception}")
        if ran.exception is not None and not isinstance(ran.exception, SystemExit):
            raise ran.exception
        return Ran(ran.exit_code, ran.stdout, ran.stderr)

    return typed_


@pytest.fixture
def tea(tmp_path: Path) -> Path:
    folder = tmp_path / "tea"
    folder.mkdir()
    (folder / "manifest.yaml").write_text(TEA)
    (folder / "handler.py").write_text(HANDLER)
    return folder


def changed(folder: Path, old: str, new: str) -> None:
    text = (folder / "manifest.yaml").read_text()
    assert old in text
    (folder / "manifest.yaml").write_text(text.replace(old, new))


def told(folder: Path, place: Place) -> list[tuple[str, int, str]]:
    return [(remark.level, remark.problem.line, remark.problem.text) for remark in review(folder, place)]


# --- new ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["parrot", "night_light2"])
def test_a_new_plugin_passes_its_own_check_and_test_at_once(typed: Run, tmp_path: Path, name: str) -> None:
    made = typed("plugins", "new", name, "--at", tmp_path / "mine")
    assert made.code == 0
    folder = tmp_path / "mine" / name
    assert f"hark plugins check {folder}" in made.out
    checked = typed("plugins", "check", folder)
    assert (checked.code, checked.out) == (0, f"{name} is in order.\n")
    tested = typed("plugins", "test", folder)
    assert tested.code == 0
    assert "(100%); nothing was done" in tested.out
    words = name.replace("_", " ")
    assert "how long the night" in typed("ask", "--plugins", folder, f"recite a gloomy {words} poem").out
    own = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(folder)]
    assert (
        subprocess.run(own, cwd=tmp_path, env={"PYTHONPATH": str(TOP)}, capture_output=True, check=False).returncode
        == 0
    )


@pytest.mark.parametrize(("name", "says"), [("Tea", "lower case"), ("timer", "has already"), ("home", "has already")])
def test_a_new_plugin_needs_a_name_of_its_own(typed: Run, tmp_path: Path, name: str, says: str) -> None:
    ran = typed("plugins", "new", name, "--at", tmp_path)
    assert ran.code == 7
    assert says in ran.err


def test_a_new_plugin_overwrites_nothing(typed: Run, tea: Path) -> None:
    ran = typed("plugins", "new", "tea", "--at", tea.parent)
    assert ran.code == 7
    assert "stays as it is" in ran.err
    assert (tea / "manifest.yaml").read_text() == TEA


# --- check -------------------------------------------------------------------------------------------------------


def test_a_good_plugin_is_in_order(tea: Path, place: Place) -> None:
    assert told(tea, place) == []


def test_every_error_is_told_with_file_and_line_and_the_exit_code_says_so(typed: Run, tea: Path) -> None:
    changed(tea, "summary:", "sumary:")
    changed(tea, "settings: {strength: 3}", "settings: {strength: {type: integer, default: x}}")
    changed(tea, "for {minutes}", "for {minuts}")
    ran = typed("plugins", "check", tea)
    assert ran.code == 7
    for line, words in ((2, "did you mean 'summary'"), (3, "the default should be"), (13, "minuts"), (14, "minuts")):
        assert any(f"manifest.yaml:{line}:" in row and words in row for row in ran.out.splitlines()), ran.out
    assert "4 errors" in ran.out


@pytest.mark.parametrize(
    ("old", "new", "level", "line", "says"),
    [
        ("    examples:\n", "    examples:\n      - turn on the lights\n", "error", 9, "an example of light.on, too"),
        ("could we have tea", "'{kind} tea is what i want, steeped {minutes} {minutes}'", "error", 16, "a slot twice"),
        ("      - tea for two [please]\n", "", "warning", 6, "9 examples; ten to fifteen are best"),
        (
            "{type: duration}}",
            "{type: duration}, size: {type: number}}",
            "warning",
            7,
            "no example has the slot 'size'",
        ),
        ("{type: duration}}", "{type: duration}, what: {type: text}}\n    confirm: true", "warning", 7, "'what'"),
        ("tea for two [please]", "please could we have tea", "warning", 18, "the same as one before"),
        ("could we have tea", "what time is it now here", "warning", 16, "is taken for clock.time"),
        ("tea.brew:", "drink.brew:", "warning", 6, "does not begin with the plugin's name"),
        ("name: tea\n", "name: timer\n", "error", 1, "timer is already there"),
    ],
)
def test_what_is_wrong_or_could_be_better_is_told_in_its_line(
    tea: Path, place: Place, old: str, new: str, level: str, line: int, says: str
) -> None:
    changed(tea, old, new)
    found = told(tea, place)
    assert any((one, at) == (level, line) and says in text for one, at, text in found), found


def test_an_example_that_is_little_but_a_free_slot_is_warned_of(tea: Path, place: Place) -> None:
    changed(tea, "{type: duration}}", "{type: duration}, what: {type: text}}")
    changed(tea, "could we have tea", "serve {what}")
    (tea / "handler.py").write_text("def brew(context, kind='black', minutes=180, what=''):\n    return ''\n")
    assert any(line == 16 and "little but a free slot" in text for _, line, text in told(tea, place))


def test_two_intents_of_one_plugin_that_are_alike_are_told_which_is_taken_for_which(tea: Path, place: Place) -> None:
    more = (
        "  tea.stop:\n    handler: brew\n    examples: [stop the tea, no more tea, steep some green tea for an hour]\n"
    )
    (tea / "manifest.yaml").write_text(TEA + more)
    assert any("is taken for tea.brew" in text for level, line, text in told(tea, place) if line == 21)


def test_replies_are_held_against_the_code(tea: Path, place: Place) -> None:
    (tea / "handler.py").write_text(
        "def brew(context, kind='black', minutes=180):\n    return context.reply('brewd', kind=kind)\n"
    )
    assert told(tea, place) == [("error", 2, "there is no replies.en.yaml for the reply 'brewd'; write it")]
    (tea / "replies.en.yaml").write_text("brewed: One {kind} tea.\nempty: No tea.\n")
    (tea / "replies.de.yaml").write_text("brewed: Ein {kind} Tee.\n")
    assert told(tea, place) == [
        ("error", 2, "there is no reply 'brewd' in the language file; did you mean 'brewed'?"),
        ("warning", 1, "these replies are not in this language yet: empty"),
    ]


def test_a_file_that_cannot_be_imported_is_told_with_its_line(tea: Path, place: Place) -> None:
    (tea / "handler.py").write_text("\n\nimport nowhere_to_be_found\n")
    ((level, line, text),) = told(tea, place)
    assert (level, line) == ("error", 3)
    assert "No module named 'nowhere_to_be_found'" in text


def test_no_plugin_at_all_is_one_clear_line(typed: Run, tmp_path: Path) -> None:
    ran = typed("plugins", "check", tmp_path)
    assert ran.code == 7
    assert "a plugin is a folder with" in ran.err


# --- test --------------------------------------------------------------------------------------------------------


def test_each_example_is_a_test_and_each_listed_value_is_said(tea: Path, place: Place) -> None:
    from speaker import manifest

    plan = manifest.read(tea / "manifest.yaml")
    with Hark(rehearsal.among(place, tea, plan)) as hark:
        trials = rehearsal.trials(plan.specs(), hark)
        outcomes = list(rehearsal.by_text(hark.mind, trials))
    assert {trial.example for trial in trials} == set(plan.specs()[0].examples)
    assert {trial.slots["kind"] for trial in trials if "kind" in trial.slots} == {"green", "black"}
    assert all(isinstance(trial.slots["minutes"], int) for trial in trials if "minutes" in trial.slots)
    assert all(outcome.right for outcome in outcomes), [o for o in outcomes if not o.right]


def test_no_handler_runs(typed: Run, tea: Path, tmp_path: Path) -> None:
    """Its handler would fail, and would be in the log."""
    ran = typed("plugins", "test", tea)
    assert (ran.code, ran.err) == (0, "")
    assert "typed examples understood (100%); nothing was done" in ran.out
    assert "wrong" not in typed("trace").out


def test_examples_that_are_something_else_fail_with_what_they_are_taken_for(typed: Run, tea: Path) -> None:
    manifest = TEA.replace(
        "slots: {kind: {type: text, values: [green, {black: [english breakfast]}]}", "slots: {kind: {type: text}"
    )
    (tea / "manifest.yaml").write_text(manifest.replace("could we have tea", "do {kind}"))
    ran = typed("plugins", "test", tea)
    assert ran.code == 7
    assert "not understood" in ran.out
    assert "tea.brew kind=" in ran.out


def test_settings_that_nobody_made_yet_do_not_keep_a_plugin_from_being_tested(typed: Run, tea: Path) -> None:
    changed(tea, "settings: {strength: 3}", "settings: {key: {type: secret}}")
    assert typed("plugins", "test", tea).code == 0
    assert typed("plugins", "check", tea).code == 0
    assert "needs the setting 'key'" in typed("plugins", "--plugins", tea).out


@pytest.mark.slow
def test_spoken_examples_go_through_recognition(typed: Run, tea: Path) -> None:
    ran = typed("plugins", "test", "--speech", tea)
    assert "spoken examples understood" in ran.out
    assert ran.code == 0, ran.out


# --- enable and disable ------------------------------------------------------------------------------------------


def test_a_disabled_plugin_is_listed_and_does_nothing_until_it_is_enabled(typed: Run) -> None:
    assert typed("plugins", "disable", "timer").code == 0
    assert "timer  is disabled" in typed("plugins").out
    assert typed("ask", "--json", "set a timer for five minutes").objects[0]["rejected"]
    assert typed("plugins", "enable", "timer").code == 0
    assert not typed("ask", "--json", "set a timer for five minutes").objects[0]["rejected"]


def test_a_strangers_plugin_shows_what_it_may_and_asks(typed: Run, tea: Path) -> None:
    typed("plugins", "disable", "tea", "--plugins", tea)
    for answer in ("n\n", ""):
        asked = typed("plugins", "enable", "tea", "--plugins", tea, given=answer)
        assert asked.code == 7
        assert "it may reach other machines (network)" in asked.out
        assert "tea  is disabled" in typed("plugins", "--plugins", tea).out
    assert typed("plugins", "enable", "tea", "--plugins", tea, given="y\n").code == 0
    assert typed("plugins", "--plugins", tea).code == 0


def test_yes_does_not_ask_and_what_is_asked_for_later_is_asked_again(typed: Run, tea: Path) -> None:
    assert typed("plugins", "enable", "tea", "--yes", "--plugins", tea).code == 0
    changed(tea, "[network]", "[network, files]")
    listed = typed("plugins", "--plugins", tea)
    assert listed.code == 7
    assert "tea asks for more than it was allowed: files; enable it again" in listed.out
    assert typed("plugins", "enable", "tea", "-y", "--plugins", tea).code == 0
    assert typed("plugins", "--plugins", tea).code == 0


def test_disabling_nothing_names_the_nearest(typed: Run) -> None:
    ran = typed("plugins", "disable", "tmer")
    assert ran.code == 7
    assert "did you mean 'timer'?" in ran.err


def test_the_list_shows_settings_and_permissions_and_no_secret(typed: Run, tea: Path, tmp_path: Path) -> None:
    changed(tea, "settings: {strength: 3}", "settings: {key: {type: secret, help: From the tea shop}}")
    (tmp_path / "c.yaml").write_text("plugins: {tea: {key: hunter2}}\n")
    out = typed("plugins", "--plugins", tea, "--config", tmp_path / "c.yaml").out
    assert "hunter2" not in out
    assert "set key: '…'  From the tea shop" in out
    assert "Brews tea.  network" in out


def test_options_may_stand_at_any_level(typed: Run, tea: Path) -> None:
    assert "tea.brew" in typed("--plugins", tea, "plugins").out
    assert typed("--plugins", tea, "plugins", "disable", "tea").code == 0


# --- a package that pip installs ---------------------------------------------------------------------------------

BACKEND = '''
"""The smallest build backend there can be: a wheel is a zip file."""
import zipfile
from pathlib import Path

def build_wheel(to, settings=None, metadata=None):
    name, info = "hark_tea-1.0-py3-none-any.whl", "hark_tea-1.0.dist-info"
    with zipfile.ZipFile(Path(to) / name, "w") as wheel:
        for file in sorted(Path("hark_tea").iterdir()):
            wheel.write(file)
        wheel.writestr(f"{info}/METADATA", "Metadata-Version: 2.1\\nName: hark-tea\\nVersion: 1.0\\n")
        wheel.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")
        wheel.writestr(f"{info}/entry_points.txt", "[speaker.intents]\\ntea = hark_tea\\n")
        wheel.writestr(f"{info}/RECORD", "")
    return name
'''


def test_a_package_that_pip_really_installed_is_understood(run: Run, tea: Path, tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.mkdir()
    (source / "backend.py").write_text(BACKEND)
    (source / "pyproject.toml").write_text(
        '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n'
        '[project]\nname = "hark-tea"\nversion = "1.0"\n[project.entry-points."speaker.intents"]\ntea = "hark_tea"\n'
    )
    (tea / "handler.py").write_text("def brew(context, kind='black', minutes=180):\n    return f'{kind} tea.'\n")
    (tea / "__init__.py").touch()
    tea.rename(source / "hark_tea")
    pip = [sys.executable, "-m", "pip", "install", "--no-index", "--no-deps", "--no-build-isolation", "-q"]
    done = subprocess.run([*pip, "--target", str(tmp_path / "site"), str(source)], capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()
    installed = {"PYTHONPATH": str(tmp_path / "site")}
    assert run("ask", "--json", "brew some green tea", **installed).objects[0]["reply"] == "green tea."
    assert run("plugins", "disable", "tea", **installed).code == 0
    assert run("ask", "--json", "brew some green tea", **installed).objects[0]["rejected"]
    assert run("plugins", **installed).code == 0
