"""The record of turns: when each stage began and ended, what it chose and how sure it was."""

import json
import logging
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from speaker.events import Intent, Span, Turn

log = logging.getLogger(__name__)

Notes = dict[str, str | float]


class Stopwatch:
    """Times the stages of one turn."""

    def __init__(self) -> None:
        self._began = time.perf_counter()
        self._spans: list[Span] = []

    @contextmanager
    def stage(self, name: str) -> Iterator[Notes]:
        """Time what is inside; what is put into the yielded dictionary becomes the stage's notes."""
        notes: Notes = {}
        start, cpu = time.perf_counter() - self._began, time.process_time()
        try:
            yield notes
        finally:
            end = time.perf_counter() - self._began
            self._spans.append(Span(name, start, end, time.process_time() - cpu, notes))

    @property
    def spans(self) -> tuple[Span, ...]:
        """The stages that ended, in that order."""
        return tuple(self._spans)


def intents_json(intents: tuple[Intent, ...]) -> list[dict[str, Any]]:
    """Intents as ``parse --json`` and ``hear --json`` print them."""
    return [
        {
            "name": intent.name,
            "slots": {k: list(v) if isinstance(v, tuple) else v for k, v in intent.slots.items()},
            "confidence": round(intent.confidence, 3),
        }
        for intent in intents
    ]


def turn_json(turn: Turn) -> dict[str, Any]:
    """A turn as it is kept: the fields of ``hear --json``, and the stages."""
    return {
        "began": turn.began,
        "file": turn.source,
        "wake": None
        if turn.wake is None
        else {"word": turn.wake.word, "score": turn.wake.score, "at": round(turn.wake.at, 3)},
        "transcript": turn.transcript.text if turn.transcript else "",
        "confidence": turn.transcript.confidence if turn.transcript else 0.0,
        "intents": intents_json(turn.parse.intents) if turn.parse else [],
        "rejected": turn.parse.rejected if turn.parse else True,
        "reply": turn.reply.text if turn.reply else "",
        "ended_by": turn.utterance.ended_by if turn.utterance else None,
        "timings_ms": {span.stage: round(1000 * (span.end - span.start), 1) for span in turn.spans},
        "stages": [
            {
                "stage": span.stage,
                "start_ms": round(1000 * span.start, 1),
                "end_ms": round(1000 * span.end, 1),
                "cpu_ms": round(1000 * span.cpu, 1),
                "notes": dict(span.notes),
            }
            for span in turn.spans
        ],
        "error": turn.error,
    }


HEAR_KEYS = ("file", "wake", "transcript", "confidence", "intents", "reply", "timings_ms", "error")
"""What ``hear --json`` prints of a turn."""


class Trace:
    """The last turns, a JSON object a line, in one file."""

    def __init__(self, path: Path, keep: int) -> None:
        """``keep``: how many turns; 0 keeps none and writes nothing."""
        self._path, self._keep = path, keep

    def add(self, turn: Turn) -> None:
        """Keep a turn; a full disk is logged and costs the trace, not the turn."""
        if self._keep == 0:
            return
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with self._path.open("a", encoding="utf-8") as file:
                file.write(json.dumps(turn_json(turn), ensure_ascii=False) + "\n")
            lines = self._path.read_text(encoding="utf-8").splitlines()
            if len(lines) > 2 * self._keep:  # so that not every turn rewrites the file
                fresh = self._path.with_suffix(".new")
                fresh.write_text("\n".join(lines[-self._keep :]) + "\n", encoding="utf-8")
                fresh.replace(self._path)
        except OSError as error:
            log.warning("the trace of this turn is lost: %s", error)

    def last(self, count: int) -> list[Mapping[str, Any]]:
        """The last turns, oldest first; lines that a crash cut short are left out."""
        try:
            lines = self._path.read_text(encoding="utf-8").splitlines()
        except FileNotFoundError:
            return []
        turns = []
        for line in lines[-min(count, max(self._keep, 1)) :] if count else []:
            try:
                turns.append(json.loads(line))
            except json.JSONDecodeError:
                continue
        return turns
