"""A plugin that is changed while Hark runs counts from the next command on; a broken change costs nothing."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from speaker.assistant import Assistant
from speaker.build import Hark, Place
from speaker.config import Config
from speaker.watch import Watcher
from tests.conftest import TOP
from tests.sound_server import SoundServer, missing
from tests.test_plugins import make

MANIFEST = """
name: parrot
summary: Says what it learned.
intents:
  parrot.speak:
    examples: [what does the parrot say, let the parrot speak, parrot talk to me]
"""
HANDLER = "from . import words\n\ndef speak(context):\n    return words.WORDS\n"


@pytest.fixture
def parrot(tmp_path):
    folder = make(tmp_path / "data" / "plugins" / "parrot", HANDLER, MANIFEST)
    (folder / "words.py").write_text("WORDS = 'One.'\n")
    return folder


class Live:
    """An assistant, and the one who watches its plugins, looking only when told to."""

    def __init__(self, hark: Hark) -> None:
        self.hark = hark
        self.assistant: Assistant = hark.assistant()
        self.watcher: Watcher = hark.watcher(self.assistant)

    def notices(self) -> bool:
        """What the watcher's thread does once a second; whether something was taken up."""
        return any([self.watcher.look(), self.watcher.look()])

    def ask(self, text: str) -> str:
        reply = self.assistant.ask(text).reply
        assert reply is not None
        return reply.text


@pytest.fixture
def live(tmp_path, parrot):
    with Hark(Place(Config(), None, tmp_path / "data")) as hark:
        yield Live(hark)


def test_nothing_is_done_while_nothing_changes(live):
    plugins = live.hark.plugins
    assert not live.notices()
    assert live.hark.plugins is plugins


def test_a_changed_handler_and_the_files_beside_it_count_from_the_next_command_on(live, parrot):
    assert live.ask("let the parrot speak") == "One."
    # As quick and as long as before: neither Python's own cache nor a module that is there may hide it.
    (parrot / "words.py").write_text("WORDS = 'Two.'\n")
    assert live.notices()
    assert live.ask("let the parrot speak") == "Two."
    (parrot / "later.py").write_text("WORDS = 'Three.'\n")
    (parrot / "handler.py").write_text("def speak(context):\n    from . import later\n    return later.WORDS\n")
    assert live.notices()
    assert live.ask("let the parrot speak") == "Three."
    (parrot / "later.py").write_text("WORDS = 'Four!'\n")
    assert live.notices()
    assert live.ask("let the parrot speak") == "Four!"
    ours = [
        name for name, module in sys.modules.items() if getattr(module, "__file__", "") == str(parrot / "handler.py")
    ]
    assert len(ours) <= 2, ours  # the one at work, and the one before it


def test_a_new_example_is_understood_and_leant_on(live, parrot):
    question = "polly wants some attention"
    assert live.ask(question) != "One."
    recogniser = live.hark.recogniser()
    encoder, bias = recogniser._encoder, recogniser._bias
    (parrot / "manifest.yaml").write_text(MANIFEST.replace("parrot talk to me", question))
    assert live.notices()
    assert live.ask(question) == "One."
    assert recogniser._bias is not bias
    assert recogniser._encoder is encoder  # the model itself is not loaded again


def test_a_broken_change_leaves_the_old_version_and_says_why(live, parrot, caplog):
    (parrot / "handler.py").write_text("def speak(:\n")
    assert live.notices()
    assert live.ask("let the parrot speak") == "One."
    assert "SyntaxError" in caplog.text
    assert "it goes on as it was before" in caplog.text
    (parrot / "manifest.yaml").write_text("name: [\n")
    assert live.notices()
    assert live.ask("let the parrot speak") == "One."
    make_good = MANIFEST.replace("Says what", "Repeats what")
    (parrot / "manifest.yaml").write_text(make_good)
    (parrot / "handler.py").write_text("def speak(context):\n    return 'Better.'\n")
    assert live.notices()
    assert live.ask("let the parrot speak") == "Better."


def test_what_a_changed_plugin_plays_is_silenced_by_its_new_version(live, parrot):
    (parrot / "manifest.yaml").write_text(MANIFEST + "hush: quiet\n")
    (parrot / "handler.py").write_text(f"{HANDLER}\ndef quiet(context):\n    return False\n")
    assert live.notices()
    assert not live.hark.voice.silence()
    (parrot / "handler.py").write_text(f"{HANDLER}\ndef quiet(context):\n    return True\n")
    assert live.notices()
    assert live.hark.voice.silence()


def test_what_did_not_change_stays_as_it_is(live, parrot):
    before = {plugin.name: plugin for plugin in live.hark.plugins.loaded}
    (parrot / "words.py").write_text("WORDS = 'Two.'\n")
    assert live.notices()
    after = {plugin.name: plugin for plugin in live.hark.plugins.loaded}
    assert [name for name in after if after[name] is not before[name]] == ["parrot"]


def test_plugins_come_and_go(live, parrot, tmp_path):
    new = make(tmp_path / "data" / "plugins" / "cat", "def purr(context):\n    return 'Purr.'\n", None, "cat")
    (new / "manifest.yaml").write_text(
        "name: cat\nsummary: A cat.\nintents:\n  cat.purr:\n    examples: [let the cat purr]\n"
    )
    assert live.notices()
    assert live.ask("let the cat purr") == "Purr."
    for file in new.iterdir():
        if file.is_file():
            file.unlink()
    assert live.notices()
    assert live.ask("let the cat purr") != "Purr."
    assert live.ask("let the parrot speak") == "One."


def test_what_another_process_enables_and_disables_counts_here(live, tmp_path):
    with Hark(Place(Config(), None, tmp_path / "data")) as other:
        other.switches.disable("parrot")
        other.switches.disable("timer")
    assert live.notices()
    assert live.ask("let the parrot speak") != "One."
    assert "timer" not in live.ask("set a timer for five minutes")
    assert [off.name for off in live.hark.plugins.off] == ["timer", "parrot"]
    with Hark(Place(Config(), None, tmp_path / "data")) as other:
        other.switches.enable("parrot", [])
        other.switches.enable("timer", [])
    assert live.notices()
    assert live.ask("let the parrot speak") == "One."
    assert "timer" in live.ask("set a timer for five minutes").lower()


def test_a_plugin_that_asks_for_more_than_it_was_allowed_waits(live, parrot, caplog):
    live.hark.switches.enable("parrot", ["home"])
    (parrot / "manifest.yaml").write_text(MANIFEST + "permissions: [home, network]\n")
    (parrot / "words.py").write_text("WORDS = 'Two.'\n")
    assert live.notices()
    assert live.ask("let the parrot speak") == "One."
    assert "parrot asks for more than it was allowed: network" in caplog.text


def test_what_is_due_reaches_the_new_version(live, parrot):
    due = "def speak(context):\n    context.schedule.after(0, 'x')\n    return 'Soon.'\n"
    due += "def ring(context, payload, late):\n    context.store.set('rung', 'VERSION')\n"
    (parrot / "manifest.yaml").write_text(MANIFEST + "due: ring\n")
    (parrot / "handler.py").write_text(due.replace("VERSION", "old"))
    assert live.notices()
    live.ask("let the parrot speak")
    (parrot / "handler.py").write_text(due.replace("VERSION", "new"))
    assert live.notices()
    live.hark.scheduler.look()
    assert live.hark.store.of("parrot").get("rung") == "new"


def test_an_answer_is_for_the_one_that_asked(live, parrot):
    (parrot / "manifest.yaml").write_text(MANIFEST + "    confirm: true\n")
    assert live.notices()
    assert "Shall I" in live.ask("let the parrot speak")
    for file in list(parrot.glob("*.*")):
        file.unlink()
    assert live.notices()
    assert live.ask("yes") == "One."
    assert live.ask("let the parrot speak") != "One."


@pytest.mark.slow
@pytest.mark.skipif(bool(missing()), reason=missing())
def test_an_edit_while_hark_runs_is_taken_up_by_itself(tmp_path, parrot):
    """The program itself: its thread looks, and says in the log what it found."""
    server = SoundServer(tmp_path / "server")
    server.start()
    log = (tmp_path / "run.log").open("w+")
    command = [sys.executable, "-m", "speaker", "run", "--data", str(tmp_path / "data")]
    environment = {**os.environ, **server.env, "COLUMNS": "160", "PYTHONUNBUFFERED": "1"}
    hark = subprocess.Popen(command, env=environment, cwd=TOP, stdout=log, stderr=log)
    try:
        printed(tmp_path / "run.log", hark, "ready after")
        (parrot / "words.py").write_text("WORDS = oops\n")
        printed(tmp_path / "run.log", hark, "name 'oops' is not defined; it goes on as it was before")
        (parrot / "words.py").write_text("WORDS = 'Two.'\n")
        printed(tmp_path / "run.log", hark, "changed: parrot")
        hark.terminate()
        assert hark.wait(20) == 0
    finally:
        hark.kill()
        hark.wait(20)
        log.close()
        server.stop()


def printed(log: Path, process: "subprocess.Popen[bytes]", words: str) -> None:
    """Wait until it has printed something; fails where it does not."""
    until = time.monotonic() + 60
    while words not in log.read_text():
        assert process.poll() is None, log.read_text()
        assert time.monotonic() < until, f"{words!r} was not printed:\n{log.read_text()}"
        time.sleep(0.1)
