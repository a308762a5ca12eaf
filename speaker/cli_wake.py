"""``hark wake``: teach a wake word, try it, forget it."""

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import click
import numpy as np
from rich.console import Console
from rich.progress import BarColumn, Progress, TimeRemainingColumn
from rich.table import Table

from speaker import recording
from speaker.errors import ConfigError, RecordingError
from speaker.events import Frame, Samples
from speaker.options import FILE, place_of, place_options
from speaker.vad import VoiceActivity
from speaker.wake import bank, teaching, words
from speaker.wake import head as heads
from speaker.wake.detector import WakeWords
from speaker.wake.takes import Take, doubts, judged

_TAKES = 5
_PATIENCE = 6.0  # seconds in which a take has to begin
_PAUSE = 0.6  # seconds of silence that end a take
_NEAR = 2.0  # of sensitivity: what is shown while trying


@click.group(name="wake")
@place_options
def wake_(**_: Any) -> None:
    """Wake words: list them, teach one of your own, try them, forget one."""


@wake_.command(name="list")
@place_options
@click.pass_context
def list_(context: click.Context, /, **_: Any) -> None:
    """List the wake words there are, and which of them wake."""
    place = place_of(context)
    table = Table("wake word", "", "missed", "false alarms", "")
    for word, known in sorted(words.known(place.wake_words).items()):
        used = "in use" if word in map(words.tidy, place.config.wake.all) else ""
        head = heads.read(known.file) if known.file else None
        table.add_row(
            word, known.kind, f"{head.misses:.0%}" if head else "", f"{head.alarms:.2g} an hour" if head else "", used
        )
    Console().print(table)
    click.echo(
        "'wake: {word: [computer, hey jarvis]}' in the configuration says which wake; missed (by parts that had not learned from what they were tried with) and false alarms are estimates."
    )


@wake_.command()
@click.argument("phrase")
@click.option(
    "--from", "files", type=FILE, multiple=True, help="A recording of the phrase, in place of the microphone."
)
@place_options
@click.pass_context
def teach(context: click.Context, /, phrase: str, files: tuple[Path, ...], **_: Any) -> None:
    """Teach a wake word: hark wake teach "hey bumblebee". Say it five times; no recording is kept.

    Machines then say it, and what sounds near it, in many voices and rooms, and a small network learns to tell it from
    talk: a minute or two, and only on this machine.
    """
    place, console = place_of(context), Console()
    word = words.tidy(phrase)
    if not word:
        raise click.UsageError('give a phrase in letters, such as "hey bumblebee"')
    for doubt in doubts(word):
        console.print(f"[yellow]·[/] “{word}” may be no good wake word: {doubt}", highlight=False)
    clips = _recorded(files) if files else list(_spoken(place.config.audio.microphone, word, console))
    with Progress("learning", BarColumn(), TimeRemainingColumn(), console=Console(stderr=True)) as bar:
        task = bar.add_task("learning", total=1.0)
        head = teaching.teach(word, clips, bank.read(word), progress=lambda done: bar.update(task, completed=done))
    file = words.file_of(place.wake_words, word)
    head.write(file)
    console.print(
        f"“{word}” is taught. Where it is quiet, {head.misses:.0%} of your recordings were missed by a third of the network that "
        f"had not learned from them; the whole of it hears better. {head.alarms:.2g} false alarms an hour of talk are expected.",
        highlight=False,
    )
    if head.misses > 0.4:
        console.print("[yellow]·[/] That is a lot: teach it again with clearer recordings, or choose a longer phrase.")
    others = [each for each in place.config.wake.all if words.tidy(each) != word]
    console.print(
        f"To use it: wake: {{word: [{', '.join([*others, word])}]}}   To try it: hark wake test", highlight=False
    )


@wake_.command()
@click.argument("phrase")
@place_options
@click.pass_context
def forget(context: click.Context, /, phrase: str, **_: Any) -> None:
    """Forget a wake word that was taught."""
    place = place_of(context)
    file = words.file_of(place.wake_words, phrase)
    if not file.is_file():
        taught = [w for w, known in words.known(place.wake_words).items() if known.kind == "taught"]
        raise ConfigError(f"no wake word {phrase!r} was taught; there are: {', '.join(taught) or 'none'}")
    file.unlink()
    click.echo(f"“{words.tidy(phrase)}” is forgotten.")


@wake_.command()
@click.option("--from", "files", type=FILE, multiple=True, help="A recording, in place of the microphone.")
@click.option("--word", "some", multiple=True, help="A wake word, in place of those of the configuration.")
@place_options
@click.pass_context
def test(context: click.Context, /, files: tuple[Path, ...], some: tuple[str, ...], **_: Any) -> None:
    """Listen, and show what comes near a wake word, and from which sensitivity on it wakes. Ctrl-C ends it."""
    place = place_of(context)
    wake = place.config.wake
    detector = WakeWords(some or wake.all, wake.threshold, folder=place.wake_words)
    for file in files:
        detector.reset()
        best = {word: float("inf") for word in detector.words}
        for frame in recording.frames(recording.read(file), rest=1.0):
            best |= {h.word: min(h.needs, best.get(h.word, h.needs)) for h in detector.listen(frame)}
        for word, needs in best.items():
            click.echo(f"{file}  {word}: {_in_words(needs, wake.sensitivity)}")
    if files:
        return
    from speaker.audio import Microphone

    microphone = Microphone(place.config.audio.microphone)
    click.echo(f"Say {', '.join(detector.words)}; Ctrl-C ends it.")
    try:
        for at, word, needs in _peaks(detector, microphone.frames()):
            click.echo(f"{at:7.1f} s  {word}: {_in_words(needs, wake.sensitivity)}")
    finally:
        microphone.close()


def _in_words(needs: float, sensitivity: float) -> str:
    if needs > 1:
        return f"does not wake at any sensitivity ({needs:.2f} would do)"
    wakes = "wakes" if needs < sensitivity else "does not wake"
    return f"{wakes}, from a sensitivity of {max(needs, 0):.2f} on"


def _peaks(detector: WakeWords, frames: Iterable[Frame]) -> Iterator[tuple[float, str, float]]:
    """What comes near a word: when it was nearest, which, and the sensitivity that it needs; one a second and word."""
    best: dict[str, tuple[float, float]] = {}
    for frame in frames:
        for heard in detector.listen(frame):
            if heard.needs < best.get(heard.word, (_NEAR, 0.0))[0]:
                best[heard.word] = (heard.needs, frame.end)
        for word, (needs, at) in list(best.items()):
            if frame.end - at > 1.0:
                del best[word]
                yield at, word, needs


def _recorded(files: Iterable[Path]) -> list[Samples]:
    """The word in each recording; raises RecordingError for one that is no good."""
    clips = []
    for file in files:
        take = _judge(recording.read(file))
        if take.complaint:
            raise RecordingError(f"{file} does not do: {take.complaint}")
        clips.append(take.samples)
    return clips


def _judge(samples: Samples) -> Take:
    activity = VoiceActivity()
    return judged(samples, [activity.score(frame) for frame in recording.frames(samples, rest=0.2)])


def _spoken(device: str | None, word: str, console: Console) -> Iterator[Samples]:
    """Five good takes from the microphone."""
    from speaker.audio import Microphone

    if not sys.stdin.isatty():
        raise click.UsageError("there is nobody to ask; give recordings with --from")
    for number in range(1, _TAKES + 1):
        while True:
            click.pause(f"{number} of {_TAKES}: press a key, wait a moment, and say “{word}”.")
            microphone = Microphone(device)
            try:
                take = _judge(_one(microphone.frames()))
            finally:
                microphone.close()
            if not take.complaint:
                break
            console.print(f"  [yellow]again:[/] {take.complaint}", highlight=False)
        console.print("  [green]✓[/]")
        yield take.samples


def _one(frames: Iterable[Frame]) -> Samples:
    """What is said next, with the silence before and after it."""
    activity, heard = VoiceActivity(), list[Samples]()
    spoken = silent = 0.0
    for frame in frames:
        heard.append(frame.samples)
        seconds = frame.end - frame.start
        voice = activity.score(frame) >= 0.5
        spoken, silent = spoken + seconds * voice, 0.0 if voice else silent + seconds
        if (spoken and silent > _PAUSE) or len(heard) * seconds > _PATIENCE:
            break
    return np.concatenate(heard)
