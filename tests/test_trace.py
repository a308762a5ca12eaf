"""Every turn leaves a trace; never more than was asked for."""

import io
import json
from pathlib import Path

from rich.console import Console

from speaker import show
from speaker.events import Intent, Parse, Reply, Transcript, Turn
from speaker.trace import Stopwatch, Trace, turn_json


def turn(text: str) -> Turn:
    watch = Stopwatch()
    with watch.stage("asr") as notes:
        notes["engine"] = "moonshine:tiny-en"
    with watch.stage("slm"):
        pass
    parse = Parse(text, (Intent("list.add", {"item": ("milk", "eggs")}, 0.98765),), False, 0.99)
    return Turn(
        "2026-11-24T12:00:00.000+01:00", "text", None, None, Transcript(text, 0.8), parse, Reply("Done."), watch.spans
    )


def test_a_turn_is_kept_with_its_stages_in_order(tmp_path: Path) -> None:
    trace = Trace(tmp_path / "trace.jsonl", 10)
    trace.add(turn("add milk and eggs"))
    (kept,) = trace.last(5)
    assert [stage["stage"] for stage in kept["stages"]] == ["asr", "slm"]
    assert kept["stages"][0]["end_ms"] <= kept["stages"][1]["start_ms"]
    assert kept["intents"] == [{"name": "list.add", "slots": {"item": ["milk", "eggs"]}, "confidence": 0.988}]


def test_old_turns_make_room(tmp_path: Path) -> None:
    trace = Trace(tmp_path / "trace.jsonl", 5)
    for number in range(23):
        trace.add(turn(f"turn {number}"))
    assert [kept["transcript"] for kept in trace.last(100)] == [f"turn {n}" for n in range(18, 23)]
    assert len((tmp_path / "trace.jsonl").read_text().splitlines()) <= 10


def test_none_is_kept_where_none_is_wanted(tmp_path: Path) -> None:
    Trace(tmp_path / "trace.jsonl", 0).add(turn("secret"))
    assert not (tmp_path / "trace.jsonl").exists()


def test_a_line_that_a_crash_cut_short_costs_only_itself(tmp_path: Path) -> None:
    trace = Trace(tmp_path / "trace.jsonl", 10)
    trace.add(turn("one"))
    with (tmp_path / "trace.jsonl").open("a") as file:
        file.write('{"began": "20')
    assert [kept["transcript"] for kept in trace.last(5)] == ["one"]


def test_the_waterfall_shows_each_stage() -> None:
    out = io.StringIO()
    show.waterfall(Console(file=out, width=120), [json.loads(json.dumps(turn_json(turn("add milk"))))])
    assert "add milk" in out.getvalue()
    for stage in ("asr", "slm", "moonshine:tiny-en", "list.add", "█"):
        assert stage in out.getvalue()
