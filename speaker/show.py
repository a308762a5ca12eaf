"""What people see in the terminal: turns as they happen, the waterfall of a trace, tables."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TaskID, TimeRemainingColumn, TransferSpeedColumn
from rich.table import Table
from rich.text import Text

from speaker import download as downloads
from speaker.events import Turn
from speaker.trace import turn_json

_COLORS = {"wake": "magenta", "endpoint": "blue", "asr": "cyan", "slm": "yellow", "handler": "green", "tts": "white"}
_BAR = 44  # characters of a waterfall's longest bar


@contextmanager
def download(name: str) -> Iterator[downloads.Progress]:
    """A bar that grows with what is fetched."""
    columns = ("[bold]{task.description}", BarColumn(), DownloadColumn(), TransferSpeedColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True)) as bar:
        task: TaskID | None = None

        def progress(have: int, whole: int) -> None:
            nonlocal task
            if task is None:  # not before something comes
                task = bar.add_task(name, total=whole)
            bar.update(task, completed=have)

        yield progress


def turn(console: Console, turn: Turn) -> None:
    """A turn: what was heard, understood and answered, and how long each stage took."""
    kept = turn_json(turn)
    table = Table.grid(padding=(0, 2))
    table.add_column(style="dim", justify="right", width=9)
    table.add_column()
    table.add_column(justify="right", style="dim")
    if turn.wake:
        table.add_row("wake", f"“{turn.wake.word}”", f"{turn.wake.score:.2f}")
    if turn.transcript:
        heard = turn.transcript.text or "[dim]nothing[/]"
        table.add_row("heard", heard, f"{turn.transcript.confidence:.2f}" if turn.transcript.text else "")
    for intent in kept["intents"]:
        slots = Text("  ".join(f"{name}={_value(value)}" for name, value in intent["slots"].items()), style="cyan")
        table.add_row(
            "intent", Text(intent["name"], style="bold yellow") + Text("  ") + slots, f"{intent['confidence']:.2f}"
        )
    if turn.parse and turn.parse.rejected and turn.parse.text:
        table.add_row("intent", "[red]none: rejected[/]", f"{turn.parse.confidence:.2f}")
    if turn.reply:
        table.add_row(
            "reply", Text(turn.reply.text or "(silence)", style="bold green" if turn.reply.ok else "bold red"), ""
        )
    if turn.error:
        table.add_row("error", Text(turn.error, style="red"), "")
    table.add_row("took", _times(kept["timings_ms"]), "")
    console.print(table)


def waterfall(console: Console, turns: Iterable[Mapping[str, Any]]) -> None:
    """Kept turns, each with its stages as bars on one scale of time."""
    for kept in turns:
        console.print(
            Text(f"{kept['began'][:19].replace('T', ' ')}  ", style="dim")
            + Text(kept["transcript"] or "(nothing heard)")
        )
        if wake := kept["wake"]:
            woke = f"  woken by “{wake['word']}” ({wake['score']:.2f}) {wake['at']:.1f} s into {kept['file']}"
            console.print(Text(woke, style="dim"))
        names = " + ".join(i["name"] for i in kept["intents"]) or "rejected"
        console.print(Text(f"  {names} → ", style="dim") + Text(kept["reply"] or kept["error"] or "(silence)"))
        whole = max((s["end_ms"] for s in kept["stages"]), default=0.0) or 1.0
        table = Table.grid(padding=(0, 1))
        for stage in kept["stages"]:
            start = round(_BAR * stage["start_ms"] / whole)
            length = max(1, round(_BAR * (stage["end_ms"] - stage["start_ms"]) / whole))
            bar = Text(" " * start) + Text("█" * length, style=_COLORS.get(stage["stage"], "white"))
            bar.pad_right(max(0, _BAR + 1 - len(bar)))
            notes = "  ".join(f"{name} {value}" for name, value in stage["notes"].items())
            took = f"{stage['end_ms'] - stage['start_ms']:8.1f} ms"
            table.add_row(Text(f"  {stage['stage']:<9}", style="dim"), bar, took, Text(notes, style="dim"))
        console.print(table)
        console.print()


def _times(times: Mapping[str, float]) -> Text:
    out = Text()
    for stage, ms in times.items():
        out += Text(f"{stage} ", style="dim") + Text(f"{ms:.0f} ms  ", style=_COLORS.get(stage, "white"))
    return out


def _value(value: Any) -> str:
    return ", ".join(value) if isinstance(value, list) else str(value)
