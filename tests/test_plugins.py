"""Plugins are found in folders and packages, and none, however broken, stops the rest."""

import logging
import os
import re
import shutil
import signal
import sys
import threading
import time
from pathlib import Path

import pytest

from speaker import loading
from speaker.errors import PluginError
from speaker.loading import Wanted
from speaker.testing import Bench

INTENTS = Path(__file__).parent.parent / "intents"
MANIFEST = """
name: {name}
summary: Says things.
settings: {{loud: false, times: 1}}
intents:
  {name}.say:
    slots: {{what: {{type: text, required: true}}, how: {{type: text}}}}
    examples:
      - say {{what}}
      - say {{what}} {{how}}
"""
HANDLER = "def say(context, what: str, how: str = 'plainly') -> str:\n    return f'{what}, {how}.'\n"


def make(folder: Path, handler: str = HANDLER, manifest: str | None = None, name: str | None = None) -> Path:
    folder.mkdir(parents=True)
    (folder / "manifest.yaml").write_text(MANIFEST.format(name=name or folder.name) if manifest is None else manifest)
    (folder / "handler.py").write_text(handler)
    return folder


def names(bench: Bench) -> list[str]:
    return [plugin.name for plugin in bench.plugins.loaded]


def test_a_folder_of_plugins_or_a_plugin_itself_may_be_named(tmp_path):
    make(tmp_path / "many" / "one")
    make(tmp_path / "many" / "two")
    make(tmp_path / "three")
    with Bench([tmp_path / "many", tmp_path / "three", tmp_path / "three"], tmp_path / "data") as bench:
        assert names(bench) == ["one", "two", "three"]
        assert bench.plugins.failed == ()
        assert [spec.name for spec in bench.plugins.specs] == ["one.say", "two.say", "three.say"]
        assert bench.plugins.spec("two.say") is bench.plugins.specs[1]
        assert bench.plugins.spec("two.shout") is None


def test_slots_arrive_as_keyword_arguments(tmp_path):
    with Bench([make(tmp_path / "echo")], tmp_path / "data") as bench:
        assert bench.do("echo.say", what="hello").text == "hello, plainly."
        assert bench.do("echo.say", what="hello", how="loudly").text == "hello, loudly."


def test_a_handler_may_import_the_file_beside_it_and_two_plugins_never_meet(tmp_path):
    for name in ("one", "two"):
        folder = make(
            tmp_path / name, "from . import words\n\ndef say(context, what, how=''):\n    return words.WORD\n"
        )
        (folder / "words.py").write_text(f"WORD = '{name}'\n")
    with Bench([tmp_path / "one", tmp_path / "two"], tmp_path / "data") as bench:
        assert [bench.do(f"{name}.say", what="x").text for name in ("one", "two")] == ["one", "two"]
    assert "intents" not in sys.modules
    assert "handler" not in sys.modules
    assert "words" not in sys.modules


def test_a_second_plugin_of_the_same_name_does_not_touch_the_files_of_the_first(tmp_path):
    late = "def say(context, what, how=''):\n    from . import words\n    return words.WORD\n"
    for place in ("first", "second"):
        folder = make(tmp_path / place / "echo", late)
        (folder / "words.py").write_text(f"WORD = '{place}'\n")
    with Bench([tmp_path / "first", tmp_path / "second"], tmp_path / "data") as bench:
        assert len(bench.plugins.failed) == 1
        assert bench.do("echo.say", what="x").text == "first"


BROKEN = {
    "bad yaml": {"manifest": "name: [", "says": "cannot be read"},
    "an impossible date": {"manifest": "name: 2026-13-40", "says": "cannot be read"},
    "an unknown key": {"manifest": MANIFEST.format(name="broken") + "sumary: x\n", "says": "did you mean 'summary'"},
    "an import error": {"handler": "import no_such_module_anywhere\n", "says": "no_such_module_anywhere"},
    "a syntax error": {"handler": "def say(:\n", "says": "SyntaxError"},
    "an exit at import": {"handler": "import sys\nsys.exit(3)\n", "says": "SystemExit"},
    "an interrupt at import": {"handler": "raise KeyboardInterrupt\n", "says": "KeyboardInterrupt"},
    "no function": {"handler": "", "says": "no function 'say'"},
    "no callable": {"handler": "say = 'hello'\n", "says": "no function 'say'"},
    "a slot not taken": {"handler": "def say(context, what): return ''\n", "says": "unexpected keyword argument 'how'"},
    "more than the slots": {
        "handler": "def say(context, what, where, how=''): return ''\n",
        "says": "missing a required argument: 'where'",
    },
    "an optional slot required": {
        "handler": "def say(context, what, how): return ''\n",
        "says": "missing a required argument: 'how'",
    },
    "no context": {"handler": "def say(*, what, how=''): return ''\n", "says": "too many positional arguments"},
    "async": {"handler": "async def say(context, what, how=''): return ''\n", "says": "is async"},
    "no due function": {"manifest": MANIFEST.format(name="broken") + "due: ring\n", "says": "no function 'ring'"},
    "a due function that does not fit": {
        "manifest": MANIFEST.format(name="broken") + "due: ring\n",
        "handler": HANDLER + "def ring(context): ...\n",
        "says": "does not fit 'due'",
    },
    "a module that answers with errors": {
        "handler": "def __getattr__(name): raise RuntimeError('not today')\n",
        "says": "RuntimeError: not today",
    },
    "a name that is taken": {"manifest": MANIFEST.format(name="good"), "says": "already there, from good"},
    "an intent that is taken": {
        "manifest": MANIFEST.format(name="good").replace("name: good", "name: broken"),
        "says": "good.say is already there, from good",
    },
    "a name that Hark keeps": {"manifest": MANIFEST.format(name="home"), "says": "may not be called 'home'"},
}


@pytest.mark.parametrize("what", BROKEN)
def test_a_broken_plugin_is_reported_with_its_reason_and_the_rest_works(tmp_path, caplog, what):
    case = BROKEN[what]
    make(tmp_path / "a" / "good")
    make(tmp_path / "b" / "broken", case.get("handler", HANDLER), case.get("manifest"))
    make(tmp_path / "c" / "other")
    with Bench([tmp_path / "a", tmp_path / "b", tmp_path / "c"], tmp_path / "data") as bench:
        assert names(bench) == ["good", "other"]
        (failed,) = bench.plugins.failed
        assert failed.name == "broken"
        assert failed.where == tmp_path / "b" / "broken"
        assert case["says"] in failed.reason
        assert failed.reason in caplog.text
        assert bench.do("other.say", what="hello").ok
        assert bench.do("good.say", what="hello").ok


def test_a_plugin_whose_import_never_ends_is_given_up(tmp_path, monkeypatch):
    monkeypatch.setattr(loading, "_IMPORT_PATIENCE", 0.2)
    make(tmp_path / "p" / "hangs", "import time\ntime.sleep(3)\n")
    make(tmp_path / "p" / "other")
    with Bench([tmp_path / "p"], tmp_path / "data") as bench:
        assert names(bench) == ["other"]
        assert "takes longer" in bench.plugins.failed[0].reason


@pytest.mark.parametrize("missing", ["manifest.yaml", "handler.py"])
def test_a_folder_with_half_a_plugin_is_reported(tmp_path, missing):
    make(tmp_path / "p" / "half")
    (tmp_path / "p" / "half" / missing).unlink()
    (tmp_path / "p" / "notes").mkdir()
    with Bench([tmp_path / "p"], tmp_path / "data") as bench:
        (failed,) = bench.plugins.failed
        assert failed.name == "half"
        assert f"{missing} is missing" in failed.reason


def test_a_folder_that_is_not_there_is_an_error(tmp_path):
    with pytest.raises(PluginError, match="there is no plugin folder"):
        loading.load(Wanted([tmp_path / "nowhere"]), lambda name, settings: None)


# --- settings -------------------------------------------------------------------------------------------------


def test_the_configuration_changes_settings_and_the_rest_keep_their_defaults(tmp_path):
    handler = "def say(context, what, how=''):\n    return str(dict(context.settings))\n"
    with Bench([make(tmp_path / "echo", handler)], tmp_path / "data", settings={"echo": {"times": 3}}) as bench:
        assert bench.do("echo.say", what="x").text == "{'loud': False, 'times': 3}"


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"tims": 3}, "did you mean 'times'"),
        ({"times": "three"}, "should be a whole number, not 'three'"),
        ({"loud": 1}, "should be true or false, not 1"),
    ],
)
def test_a_wrong_setting_is_the_plugins_failure(tmp_path, settings, says):
    with Bench([make(tmp_path / "echo")], tmp_path / "data", settings={"echo": settings}) as bench:
        assert names(bench) == []
        assert says in bench.plugins.failed[0].reason


def test_settings_of_a_plugin_that_is_not_there_are_an_error_with_the_nearest(tmp_path):
    with pytest.raises(PluginError, match="did you mean 'echo'"):
        loading.load(Wanted([make(tmp_path / "echo")], {"ecko": {}}, entry_points=False), lambda name, settings: None)


def test_settings_of_a_plugin_that_failed_do_not_stop_the_rest(tmp_path):
    make(tmp_path / "p" / "folder of its own name", "import no_such_module\n", name="broken")
    make(tmp_path / "p" / "other")
    with Bench([tmp_path / "p"], tmp_path / "data", settings={"broken": {"times": 2}}) as bench:
        assert names(bench) == ["other"]


# --- running --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "reply"),
    [
        ("from speaker.errors import HandlerError; raise HandlerError('There is no tea.')", "There is no tea."),
        ("raise KeyError('x')", "Sorry, the plugin echo had a problem."),
        ("raise SystemExit(1)", "Sorry, the plugin echo had a problem."),
        ("raise TimeoutError('of the network')", "Sorry, the plugin echo had a problem."),
        ("return None", "Sorry, the plugin echo had a problem."),
        ("return 7", "Sorry, the plugin echo had a problem."),
    ],
)
def test_whatever_a_handler_does_there_is_a_polite_reply(tmp_path, body, reply):
    with Bench([make(tmp_path / "echo", f"def say(context, what, how=''):\n    {body}\n")], tmp_path / "data") as bench:
        said = bench.do("echo.say", what="x")
        assert (said.text, said.ok) == (reply, False)


def test_an_exception_is_logged_with_the_plugin_and_where_it_came_from(tmp_path, caplog):
    folder = make(tmp_path / "echo", "def say(context, what, how=''):\n    return {}['tea']\n")
    with Bench([folder], tmp_path / "data") as bench, caplog.at_level(logging.ERROR):
        bench.do("echo.say", what="x")
    assert "plugin echo: echo.say failed" in caplog.text
    assert "return {}['tea']" in caplog.text


def test_a_handler_that_hangs_is_given_up_and_the_next_runs(tmp_path, caplog):
    hangs = "import time\ndef say(context, what, how=''):\n    time.sleep(3)\n    return ''\n"
    make(tmp_path / "p" / "slow", hangs, MANIFEST.format(name="slow") + "patience: 0.2\n")
    make(tmp_path / "p" / "other")
    with Bench([tmp_path / "p"], tmp_path / "data") as bench:
        began = time.monotonic()
        reply = bench.do("slow.say", what="x")
        assert time.monotonic() - began < 2
        assert (reply.text, reply.ok) == ("Sorry, the plugin slow takes too long.", False)
        assert "plugin slow: slow.say took longer" in caplog.text
        assert bench.do("other.say", what="hello").ok


@pytest.mark.usefixtures("interruptible")
def test_ctrl_c_while_a_handler_runs_is_not_taken_for_the_handlers_failure(tmp_path):
    folder = make(tmp_path / "slow", "import time\ndef say(context, what, how=''):\n    time.sleep(2)\n    return ''\n")
    with Bench([folder], tmp_path / "data") as bench:
        timer = threading.Timer(0.2, os.kill, [os.getpid(), signal.SIGINT])
        timer.start()
        with pytest.raises(KeyboardInterrupt):
            bench.do("slow.say", what="x")
        timer.join()


# --- packages that pip installs -------------------------------------------------------------------------------


def install(site: Path, package: str, value: str) -> None:
    """What pip would leave behind."""
    info = site / f"{package}-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {package}\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(f"[speaker.intents]\n{package} = {value}\n")


def test_an_installed_package_is_a_plugin(tmp_path, monkeypatch):
    site = tmp_path / "site"
    package = make(site / "hark_parrot", "from . import words\n" + HANDLER, name="parrot")
    (package / "__init__.py").touch()
    (package / "words.py").touch()
    install(site, "hark_parrot", "hark_parrot")
    monkeypatch.syspath_prepend(site)
    with Bench([INTENTS / "clock"], tmp_path / "data", entry_points=True) as bench:
        assert names(bench) == ["clock", "parrot"]
        assert bench.do("parrot.say", what="hello").text == "hello, plainly."


@pytest.mark.parametrize("value", ["no_such_package", "json.decoder", "fatal_parent.inside"])
def test_an_entry_point_to_nothing_is_reported_and_the_rest_works(tmp_path, monkeypatch, value):
    site = tmp_path / "site"
    (site / "fatal_parent" / "inside").mkdir(parents=True)
    (site / "fatal_parent" / "__init__.py").write_text("raise SystemExit(1)\n")
    install(site, "hark_nothing", value)
    monkeypatch.syspath_prepend(site)
    with Bench([INTENTS / "clock"], tmp_path / "data", entry_points=True) as bench:
        assert names(bench) == ["clock"]
        (failed,) = bench.plugins.failed
        assert failed.name == "hark_nothing"
        assert repr(value) in failed.reason


# --- those that come with Hark --------------------------------------------------------------------------------


def test_every_built_in_plugin_loads(tmp_path):
    with Bench([INTENTS], tmp_path) as bench:
        assert bench.plugins.failed == ()
        assert {"assistant", "clock", "device", "light", "list", "timer", "volume"} <= set(names(bench))


def test_they_work_from_any_other_folder(tmp_path):
    shutil.copytree(INTENTS, tmp_path / "elsewhere", ignore=shutil.ignore_patterns("__pycache__"))
    with Bench([tmp_path / "elsewhere"], tmp_path / "data") as bench:
        assert bench.plugins.failed == ()
        assert bench.do("clock.time").text == "It is 6:30 pm."


def test_the_example_in_the_readme_works_as_it_is_printed(tmp_path):
    text = (INTENTS / "README.md").read_text()
    manifest, handler = (re.search(rf"```{kind}\n(.*?)```", text, re.DOTALL)[1] for kind in ("yaml", "python"))
    with Bench([make(tmp_path / "tea", handler, manifest)], tmp_path / "data") as bench:
        assert bench.plugins.failed == ()
        assert bench.do("tea.brew", kind="green").text == "Green tea, cup number 1."
        assert bench.do("tea.brew", kind="black").text == "Black tea, cup number 2."


RADIO = """
def say(context, what: str, how: str = "plainly") -> str:
    context.store.set("on", True)
    return ""

def hush(context) -> bool:
    return context.store.delete("on")

def duck(context, quiet: bool) -> None:
    context.store.set("quiet", quiet)
"""
HOOKS = "hush: hush\nduck: duck\n"


def radio(folder: Path, handler: str = RADIO) -> Path:
    return make(folder, handler, MANIFEST.format(name=folder.name) + HOOKS + "patience: 0.3\n")


def test_a_plugin_is_told_to_be_silent_and_to_be_quieter(tmp_path):
    with Bench([radio(tmp_path / "radio"), make(tmp_path / "echo"), INTENTS / "assistant"], tmp_path / "data") as bench:
        bench.do("radio.say", what="it")
        assert bench.plugins.hush()
        assert not bench.plugins.hush()
        bench.do("radio.say", what="it")
        assert bench.do("assistant.stop").text == ""
        assert bench.store.of("radio").get("on") is None
        for quiet in (True, False):
            bench.plugins.duck(quiet)
            assert bench.store.of("radio").get("quiet") is quiet


def test_undo_takes_back_nothing_of_it(tmp_path):
    with Bench([radio(tmp_path / "radio")], tmp_path / "data") as bench, bench.store.recording() as changes:
        bench.plugins.duck(True)
        bench.plugins.hush()
        assert changes == []


def test_one_that_fails_or_hangs_when_told_stops_nobody(tmp_path, caplog):
    broken = (
        "def hush(context):\n    raise RuntimeError('no')\n\ndef duck(context, quiet):\n    raise RuntimeError('no')\n"
    )
    hanging = (
        "import time\n\ndef hush(context):\n    time.sleep(1.5)\n\ndef duck(context, quiet):\n    time.sleep(1.5)\n"
    )
    folders = [radio(tmp_path / "broken", HANDLER + broken), radio(tmp_path / "radio")]
    with Bench(folders, tmp_path / "data") as bench:
        bench.do("radio.say", what="it")
        assert bench.plugins.hush()
        bench.plugins.duck(True)
        assert bench.store.of("radio").get("quiet")
        assert "plugin broken: duck failed: RuntimeError('no')" in caplog.text
    folders.append(radio(tmp_path / "hanging", HANDLER + hanging))
    with Bench([*folders, INTENTS / "assistant"], tmp_path / "data") as bench:
        bench.do("radio.say", what="it")
        reply = bench.do("assistant.stop")
        assert (reply.ok, reply.text) == (False, "The plugin hanging takes too long.")
        assert bench.store.of("radio").get("on") is None
        bench.plugins.duck(True)
        assert "plugin hanging: duck took longer than 0 s" in caplog.text


@pytest.mark.parametrize(
    ("key", "function", "says"),
    [
        ("hush", "def other(context):\n    return True\n", "no function 'hush'"),
        ("hush", "def hush():\n    return True\n", "does not fit 'hush'"),
        ("duck", "def duck(context):\n    pass\n", "does not fit 'duck'"),
        ("duck", "async def duck(context, quiet):\n    pass\n", "is async"),
    ],
)
def test_what_a_manifest_names_has_to_fit(tmp_path, key, function, says):
    folder = make(tmp_path / "radio", HANDLER + function, MANIFEST.format(name="radio") + f"{key}: {key}\n")
    with Bench([folder], tmp_path / "data") as bench:
        assert says in bench.plugins.failed[0].reason
