"""A handler that hangs or floods is cut off, spoken of politely and logged by name; everyone else goes on."""

import logging
import threading
import time

import pytest

from speaker import loading
from speaker.limits import LONGEST_REPLY, LogFlood
from speaker.testing import Bench
from tests.test_plugins import HANDLER, MANIFEST, make


@pytest.fixture
def bench(tmp_path):
    opened = []

    def bench(body, extra="", head=""):
        manifest = MANIFEST.format(name="wild") + extra
        make(tmp_path / "p" / "wild", f"{head}\ndef say(context, what, how=''):\n    {body}\n", manifest)
        make(tmp_path / "p" / "tame", HANDLER)
        opened.append(Bench([tmp_path / "p"], tmp_path / "data"))
        return opened[0]

    yield bench
    for one in opened:
        one.__exit__()


def goes_on(bench):
    return bench.do("tame.say", what="hello").text == "hello, plainly."


PROBLEM = "Sorry, the plugin wild had a problem."


def test_megabytes_of_text_are_cut_short(bench, caplog):
    there = bench("return 'word ' * 1_000_000")
    reply = there.do("wild.say", what="x")
    assert reply.ok
    assert len(reply.text) <= LONGEST_REPLY + 2
    assert reply.text.endswith("word …")
    assert "plugin wild: the reply of wild.say is cut short: 5000000 characters" in caplog.text
    assert goes_on(there)


def test_a_refusal_of_megabytes_is_cut_short(bench):
    there = bench("from speaker.errors import HandlerError; raise HandlerError('no ' * 1_000_000)")
    assert len(there.do("wild.say", what="x").text) <= LONGEST_REPLY + 2


def test_a_hundred_thousand_events_are_not_scheduled(bench, caplog):
    there = bench("[context.schedule.after(60, str(n)) for n in range(100_000)]", "patience: 60\n")
    assert there.do("wild.say", what="x").text == PROBLEM
    assert "wild may not schedule more than 1000 events" in caplog.text
    assert len(there.store.of("wild").events()) == 1000
    assert goes_on(there)


@pytest.mark.parametrize(
    "body",
    ["context.store.set('x', 'y' * 100_000_000)", "[context.store.set(str(n), 'y' * 1_000_000) for n in range(100)]"],
    ids=["at once", "in pieces"],
)
def test_a_hundred_megabytes_are_not_kept(bench, tmp_path, caplog, body):
    there = bench(body, "patience: 60\n")
    assert there.do("wild.say", what="x").text == PROBLEM
    assert "wild may not keep more than 4 MB" in caplog.text
    assert sum(file.stat().st_size for file in (tmp_path / "data").iterdir()) < 20_000_000
    assert goes_on(there)


def test_it_does_not_speak_without_end(bench, caplog):
    there = bench("[context.voice.say('hello ' * 1000) for n in range(1000)]")
    assert there.do("wild.say", what="x").text == PROBLEM
    assert len(there.voice.said) == 20
    assert all(len(said) <= LONGEST_REPLY + 2 for said in there.voice.said)
    assert "may not speak or ring more than 20 times" in caplog.text


def test_what_it_sets_of_the_voice_counts(bench):
    there = bench("context.voice.volume = 7; return str(context.voice.volume)")
    assert there.do("wild.say", what="x").text == "7"
    assert there.voice.volume == 7


def test_an_endless_loop_is_given_up_and_ended(bench, caplog):
    there = bench("while True: pass", "patience: 0.3\n")
    assert there.do("wild.say", what="x").text == "Sorry, the plugin wild takes too long."
    assert "plugin wild: wild.say took longer" in caplog.text
    until = time.monotonic() + 20
    while any(thread.name == "plugin wild" for thread in threading.enumerate()):
        assert time.monotonic() < until, "it still runs"
        time.sleep(0.05)
    assert goes_on(there)


def test_what_was_given_up_neither_keeps_nor_says_anything_later(bench):
    body = (
        "time.sleep(0.6)\n    try: context.store.set('late', 1)\n    except Exception: pass\n"
        "    try: context.voice.say('late')\n    except Exception: pass\n    over.set()"
    )
    there = bench(body, "patience: 0.2\n", "import threading, time\nover = threading.Event()")
    there.do("wild.say", what="x")
    thread = next((t for t in threading.enumerate() if t.name == "plugin wild"), None)
    if thread:
        thread.join(10)
    assert there.store.of("wild").items() == []
    assert there.voice.said == []


def test_what_is_due_is_held_to_the_same(bench, caplog):
    there = bench(
        "context.schedule.after(1, 'a'); return ''",
        "due: ring\n",
        "def ring(context, payload, late):\n    [context.voice.say('again') for n in range(1000)]\n",
    )
    there.do("wild.say", what="x")
    there.wait(2)
    assert len(there.voice.said) == 20
    assert "plugin wild: ring failed" in caplog.text


def test_a_plugin_that_logs_without_end_is_heard_fifty_times(bench):
    heard: list[str] = []

    class Keeps(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            heard.append(record.getMessage())

    keeps = Keeps()
    keeps.addFilter(LogFlood(loading.PACKAGES))
    logging.getLogger().addHandler(keeps)
    try:
        there = bench(
            "[(log.warning('tea %d', n), logging.warning('tea')) for n in range(5000)]; return 'Done.'",
            head="import logging\nlog = logging.getLogger(__name__)",
        )
        assert there.do("wild.say", what="x").text == "Done."
        logging.getLogger("speaker.x").warning("Hark's own")
    finally:
        logging.getLogger().removeHandler(keeps)
    ours = [line for line in heard if line.startswith("plugin wild: ")]
    assert ours[0] == "plugin wild: tea 0"
    assert len(ours) == 51
    assert "more is left out" in ours[-1]
    assert heard[-1] == "Hark's own"
