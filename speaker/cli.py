"""The command line: ``hark``."""

import json
import logging
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NoReturn

import click
from rich.console import Console

from speaker import __version__, doctor, recording, show
from speaker import config as configuration
from speaker import demo as demonstration
from speaker.board import Board
from speaker.build import Hark, Place, synthesiser
from speaker.cli_home import home_
from speaker.cli_models import models_
from speaker.cli_network import network
from speaker.cli_plugins import plugins_
from speaker.cli_teach import teach
from speaker.cli_voices import voices_
from speaker.cli_wake import wake_
from speaker.errors import DeviceError, HarkError
from speaker.events import Parse, Turn
from speaker.heartbeat import Heartbeat
from speaker.mute import MuteSwitch
from speaker.options import FILE, place_of, place_options
from speaker.strain import StrainWatch
from speaker.strain import read as read_strain
from speaker.tape import Tape
from speaker.trace import HEAR_KEYS, intents_json, turn_json
from speaker.trouble import of_recording


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="hark")
@place_options
def cli(**_: Any) -> None:
    """Hark: a voice assistant that never leaves the house."""


@cli.command()
@place_options
@click.pass_context
def run(context: click.Context, /, **_: Any) -> None:
    """Listen to the microphone: say the wake word, then a command."""
    began, place = time.monotonic(), place_of(context)
    from speaker.audio import Loudspeaker, Microphone, rescan

    console, tape = Console(), Tape()
    loudspeaker = Loudspeaker(place.config.audio.loudspeaker, tape)
    with synthesiser(place) as voice, Hark(place, voice, loudspeaker, place.config.sounds.wanted) as hark:
        strain = StrainWatch(read_strain, time.monotonic)
        ears = replace(hark.ears(), spares=lambda: strain.strained)
        heart = Heartbeat.of_service()
        listen, box = partial(Microphone, place.config.audio.microphone, tape, heart.beat), place.config.board
        switch = None if box.button is None else MuteSwitch(listen, rescan, hark.store.of("hark"))
        microphone = switch or listen()
        board = Board(box, switch, lambda: hark.voice.speaking)
        assistant = hark.assistant(ears, board.tell)
        watcher = hark.watcher(assistant)
        _end_on_signal()
        hark.scheduler.start()
        watcher.start()
        strain.start()
        if hark.store.notice:
            hark.voice.say(hark.store.notice)
        ready = time.monotonic() - began
        console.print(
            f"[dim]ready after {ready:.1f} s; microphone {microphone.name}; loudspeaker {loudspeaker.name}[/]"
        )
        console.print(f"Say {place.config.wake.spoken}, then a command. Ctrl-C ends it.")
        try:
            frames = switch.frames(hark.heard) if switch else hark.heard(microphone.frames())
            for turn in assistant.attend(heart.beats(frames, f"listening on {microphone.name}"), "microphone"):
                show.turn(console, turn)
                if news := strain.news():
                    hark.voice.say(news)
        finally:
            microphone.close()
            board.close()
            watcher.stop()
            strain.stop()
            hark.scheduler.stop()
            hark.voice.hush()
            loudspeaker.close()


@cli.command()
@click.argument("files", nargs=-1, required=True, type=FILE)
@click.option("--no-wake", is_flag=True, help="Each file is one command, without the wake word.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line for each file.")
@click.option("--reply", type=FILE, help="Write the spoken replies to this WAV file.")
@place_options
@click.pass_context
def hear(
    context: click.Context, /, files: tuple[Path, ...], no_wake: bool, as_json: bool, reply: Path | None, **_: Any
) -> None:
    """Put recordings through the whole line."""
    place, console = place_of(context), Console()
    output = recording.FileLoudspeaker(reply) if reply else None
    code = 0
    with synthesiser(place) as voice, Hark(place, voice, output) as hark:
        assistant = hark.assistant(hark.ears(one_command=no_wake))
        for file in files:
            try:
                samples = recording.read(file)
                for trouble in of_recording(samples):
                    click.echo(f"hark: {file}: the recording {trouble.text}", err=True)
                frames = recording.frames(samples, rest=1.5)
                turn = assistant.command(frames, str(file)) if no_wake else _first(assistant.attend(frames, str(file)))
            except HarkError as error:
                code = code or error.exit_code
                if as_json:
                    _print_json(_nothing(file, str(error)))
                click.echo(f"hark: {error}", err=True)
                continue
            if as_json:
                _print_json(_nothing(file, None) if turn is None else {k: turn_json(turn)[k] for k in HEAR_KEYS})
                continue
            console.print(f"[bold]{file}[/]")
            if turn is None:
                console.print(
                    f"  [dim]the wake word {place.config.wake.spoken} is not in it; --no-wake does without[/]"
                )
            else:
                show.turn(console, turn)
    sys.exit(code)


@cli.command()
@click.argument("text", nargs=-1, required=True)
@click.option("--json", "as_json", is_flag=True, help="Print a JSON object.")
@place_options
@click.pass_context
def ask(context: click.Context, /, text: tuple[str, ...], as_json: bool, **_: Any) -> None:
    """Do what a typed command says; on a terminal, questions can be answered."""
    with Hark(place_of(context)) as hark:
        assistant = hark.assistant()
        turn = assistant.ask(" ".join(text))
        while assistant.asks and sys.stdin.isatty() and not as_json:
            show.turn(Console(), turn)
            turn = assistant.ask(click.prompt("answer", default="", show_default=False))
    if as_json:
        kept = turn_json(turn)
        _print_json(
            {
                "text": kept["transcript"],
                **{k: kept[k] for k in ("intents", "rejected", "reply", "timings_ms", "error")},
            }
        )
    else:
        show.turn(Console(), turn)


@cli.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line for each command.")
@place_options
@click.pass_context
def parse(context: click.Context, /, as_json: bool, **_: Any) -> None:
    """Say what each line of standard input means; nothing is done."""
    with Hark(place_of(context)) as hark:
        for line in _lines():
            result = hark.mind.parse(line)
            if as_json:
                _print_json(parse_json(result))
            else:
                click.echo(f"{line}  →  {_in_words(result)}")


@cli.command(name="doctor")
@place_options
@click.pass_context
def doctor_(context: click.Context, /, **_: Any) -> None:
    """Look at devices, models, plugins, versions and permissions: what is wrong, and how to mend it."""
    console, bad = Console(), 0
    signs = {"good": "[green]✓[/]", "note": "[yellow]·[/]", "bad": "[bold red]✗[/]"}
    for finding in doctor.examine(place_of(context)):
        bad += finding.level == "bad"
        console.print(f"{signs[finding.level]} [dim]{finding.subject:<11}[/] {finding.text}", highlight=False)
    if bad:
        console.print(f"[bold red]{bad} thing{'s' if bad > 1 else ''} to mend.[/]")
    sys.exit(1 if bad else 0)


@cli.command()
@click.option("--silent", is_flag=True, help="Do not play the replies.")
@place_options
@click.pass_context
def demo(context: click.Context, /, silent: bool, **_: Any) -> None:
    """Several spoken commands, made on the spot, through the whole line; no microphone is needed.

    Nothing of it stays: lists and timers are kept in a folder that is deleted, unless --data names one.
    """
    began, place, console = time.monotonic(), place_of(context), Console()
    loudspeaker, why = _loudspeaker(place, silent)
    turns: list[Turn] = []
    with ExitStack() as closing:
        if place.data == configuration.data_folder():
            place = replace(place, data=Path(closing.enter_context(TemporaryDirectory(prefix="hark-"))))
        if loudspeaker is not None:
            closing.callback(loudspeaker.close)
        voice = closing.enter_context(synthesiser(place))
        hark = closing.enter_context(Hark(place, voice, loudspeaker))
        assistant = hark.assistant(hark.ears())
        console.print(f"[dim]ready after {time.monotonic() - began:.1f} s; {why}[/]\n")
        word = place.config.wake.all[0]
        for turn in demonstration.run(assistant, word, lambda text: console.print(f"[bold]» {text}[/]")):
            show.turn(console, turn)
            console.print()
            turns.append(turn)
            if loudspeaker is not None:
                loudspeaker.wait(20.0)
    good = sum(bool(turn.parse and not turn.parse.rejected) for turn in turns)
    rejected = len(turns) - good
    console.print(
        f"{good} commands done, {rejected} rejected. Try: [bold].venv/bin/hark ask turn on the fan[/], or [bold].venv/bin/hark run[/]."
    )
    expected = len(demonstration.COMMANDS)
    sys.exit(0 if (good, rejected) == (expected - 1, 1) else 1)


@cli.command()
@click.option("-n", "--count", default=5, show_default=True, help="How many turns.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@place_options
@click.pass_context
def trace(context: click.Context, /, count: int, as_json: bool, **_: Any) -> None:
    """Show the last turns as a waterfall: when each stage began and ended, and what it chose."""
    turns = place_of(context).trace().last(count)
    if as_json:
        for turn in turns:
            _print_json(turn)
    elif turns:
        show.waterfall(Console(), turns)
    else:
        click.echo("no turn is kept yet; try: hark ask what time is it")


cli.add_command(home_)
cli.add_command(models_)
cli.add_command(network)
cli.add_command(plugins_)
cli.add_command(teach)
cli.add_command(voices_)
cli.add_command(wake_)


def parse_json(result: Parse) -> dict[str, Any]:
    """A parse as ``parse --json`` prints it."""
    return {"text": result.text, "intents": intents_json(result.intents), "rejected": result.rejected}


def main() -> NoReturn:
    """Run ``hark``; whatever happens, a person sees one line, and a program an exit code."""
    try:
        cli(standalone_mode=False)
        code = 0
    except HarkError as error:
        code = error.exit_code
        click.echo(f"hark: {error}", err=True)
    except click.ClickException as error:
        code = error.exit_code
        error.show()
    except (KeyboardInterrupt, click.Abort):
        code = 130
    except BrokenPipeError:
        code = 141
    except Exception as error:
        code = 70
        click.echo(f"hark: a fault of Hark's own: {error!r}; please report it with the output of --verbose", err=True)
        logging.getLogger("hark").info("details", exc_info=error)
    sys.exit(code)


def _loudspeaker(place: Place, silent: bool) -> tuple[Any, str]:
    """A loudspeaker where there is one, and what to say of it."""
    if silent:
        return None, "replies are not played"
    try:
        from speaker.audio import Loudspeaker

        loudspeaker = Loudspeaker(place.config.audio.loudspeaker)
    except DeviceError as error:
        return None, f"replies are not played: {error}"
    return loudspeaker, f"replies are played on {loudspeaker.name}"


def _first(turns: Iterator[Turn]) -> Turn | None:
    return next(turns, None)


def _nothing(file: Path, error: str | None) -> dict[str, Any]:
    """The object of a file without a turn."""
    return dict(zip(HEAR_KEYS, (str(file), None, "", 0.0, [], "", {}, error), strict=True))


def _lines() -> Iterator[str]:
    """The lines of standard input; bytes that are no UTF-8 are replaced."""
    for line in sys.stdin.buffer:
        yield line.decode("utf-8", "replace").rstrip("\r\n")


def _in_words(result: Parse) -> str:
    if result.rejected:
        return f"rejected ({result.confidence:.2f})"
    return "; ".join(f"{i.name} {dict(i.slots)} ({i.confidence:.2f})" for i in result.intents)


def _print_json(thing: Any) -> None:
    click.echo(json.dumps(thing, ensure_ascii=False))
    sys.stdout.flush()


def _end_on_signal() -> None:
    """A service is stopped by SIGTERM: that is no failure."""

    def end(number: int, frame: Any) -> NoReturn:
        sys.exit(0)

    signal.signal(signal.SIGTERM, end)


if __name__ == "__main__":
    main()
