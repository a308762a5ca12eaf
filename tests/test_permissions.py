"""A plugin does not use by mistake what its manifest does not say. That it is no sandbox, the guide says plainly."""

import logging
import socket
import threading

import pytest

from speaker.testing import Bench
from tests.test_plugins import MANIFEST, make


def plugin(folder, body, permissions=()):
    manifest = MANIFEST.format(name="echo") + f"permissions: [{', '.join(permissions)}]\n"
    handler = f"import os, socket, sqlite3, subprocess, sys, threading\n\ndef say(context, what, how=''):\n    {body}\n    return 'Done.'\n"
    return make(folder / "echo", handler, manifest)


@pytest.fixture
def server():
    """Someone who listens on this machine."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield listening.getsockname()[1]


CASES = {
    "connecting": ("socket.create_connection(('127.0.0.1', {port})).close()", "network"),
    "asking for a name": ("socket.getaddrinfo('localhost', '80')", "network"),
    "a web library": (
        "import urllib.request, urllib.error\n    try: urllib.request.urlopen('http://127.0.0.1:{port}', timeout=0.1)\n    except OSError: pass",
        "network",
    ),
    "opening a server": ("with socket.socket() as own: own.bind(('127.0.0.1', 0))", "network"),
    "writing a file": ("open('{folder}/x', 'w').close()", "files"),
    "making a folder": ("os.mkdir('{folder}/new')", "files"),
    "deleting a file": ("os.remove('{folder}/old')", "files"),
    "a database of its own": ("sqlite3.connect('{folder}/own.db').close()", "files"),
    "a program": ("subprocess.run(['true'])", "programs"),
    "a shell": ("os.system('true')", "programs"),
}


@pytest.mark.parametrize("what", CASES)
def test_what_is_not_declared_is_refused_spoken_and_logged_and_what_is_declared_works(tmp_path, server, caplog, what):
    code, permission = CASES[what]
    body = code.format(port=server, folder=tmp_path)
    for name, permissions, ok in (("without", (), False), ("with", (permission,), True)):
        (tmp_path / "old").touch()
        with Bench([plugin(tmp_path / name, body, permissions)], tmp_path / f"data {name}") as bench:
            reply = bench.do("echo.say", what="x")
            assert (reply.text == "Done.") == ok, reply
        if not ok:
            assert reply.text.startswith("The plugin echo may not ")
            assert f"add 'permissions: [{permission}]' to its manifest" in caplog.text


@pytest.mark.parametrize(
    "body",
    [
        "open(os.devnull, 'w').close()",
        "open(__file__).close()",
        "sqlite3.connect(':memory:').close()",
        "[context.store.set('a', 1), context.schedule.after(60, 'b'), context.voice.say('c')]",
        "a, b = socket.socketpair(); a.close(); b.close()",
        "with socket.socket(socket.AF_UNIX) as s: s.connect_ex('/nowhere')",
        "import json, email, zoneinfo; zoneinfo.ZoneInfo('Asia/Tokyo')",
    ],
)
def test_what_everyone_may_needs_no_permission(tmp_path, body):
    with Bench([plugin(tmp_path, body)], tmp_path / "data") as bench:
        assert bench.do("echo.say", what="x").text == "Done."


def test_the_home_is_for_those_that_say_so(tmp_path):
    body = "context.home.lights()"
    with Bench([plugin(tmp_path / "without", body)], tmp_path / "data") as bench:
        assert bench.do("echo.say", what="x").text == "The plugin echo may not use the home."
    with Bench([plugin(tmp_path / "with", body, ("home",))], tmp_path / "data2") as bench:
        assert bench.do("echo.say", what="x").text == "Done."


def test_a_thread_that_a_handler_starts_is_held_to_it_too(tmp_path, server, caplog):
    body = (
        f"def go():\n        try: socket.create_connection(('127.0.0.1', {server}))\n"
        "        except Exception as e: said.append(str(e))\n    said = []\n"
        "    t = threading.Thread(target=go); t.start(); t.join()\n    return said[0]"
    )
    with Bench([plugin(tmp_path, body)], tmp_path / "data") as bench:
        assert bench.do("echo.say", what="x").text == "The plugin echo may not use the network."


def test_code_that_runs_when_it_is_imported_is_held_to_it_too(tmp_path, server):
    folder = make(tmp_path / "echo", f"import socket\nsocket.create_connection(('127.0.0.1', {server}))\n")
    with Bench([folder], tmp_path / "data") as bench:
        assert "may not use the network" in bench.plugins.failed[0].reason


def test_hark_itself_and_everyone_else_go_on_as_before(tmp_path, server):
    with Bench([plugin(tmp_path, "pass")], tmp_path / "data") as bench:
        assert bench.do("echo.say", what="x").ok
        socket.create_connection(("127.0.0.1", server)).close()
        (tmp_path / "mine").write_text("x")
        thread = threading.Thread(target=(tmp_path / "theirs").touch)
        thread.start()
        thread.join()
        assert (tmp_path / "theirs").exists()


def test_a_refusal_that_the_code_swallows_is_in_the_log(tmp_path, server, caplog):
    body = f"try: socket.create_connection(('127.0.0.1', {server}))\n    except Exception: pass"
    with Bench([plugin(tmp_path, body)], tmp_path / "data") as bench, caplog.at_level(logging.ERROR):
        assert bench.do("echo.say", what="x").text == "Done."
    assert "plugin echo: it may not use the network" in caplog.text
