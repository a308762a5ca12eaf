"""``hark voices``: list voices, get one of Piper's, hear one."""

from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from speaker import recording, show, voices
from speaker.build import synthesiser
from speaker.errors import DownloadError
from speaker.events import Speech
from speaker.options import FILE, place_of, place_options


@click.group(name="voices")
@place_options
def voices_(**_: Any) -> None:
    """Voices that speak the replies: list them, get one, hear one."""


@voices_.command(name="list")
@click.option("--lang", default="", help="Only this language, as en or en_GB.")
@place_options
@click.pass_context
def list_(context: click.Context, /, lang: str, **_: Any) -> None:
    """List the voices of Piper that are installed, and, where the configuration names a list, that can be fetched."""
    place = place_of(context)
    table = Table("voice", "language", "size", "")
    here = {voice.name for voice in voices.installed(place.voices)}
    for voice in voices.installed(place.voices):
        if voice.name.startswith(lang):
            used = "in use" if voice.name == place.config.voice else "installed"
            table.add_row(voice.name, voice.name.split("-")[0], f"{voice.size / 1e6:.0f} MB", used)
    if url := place.config.speech.catalogue:
        for entry in voices.catalogue(url):
            if entry.key.startswith(lang) and entry.key not in here:
                language = entry.language.name_english or entry.language.code
                table.add_row(entry.key, language, f"{entry.size / 1e6:.0f} MB", "")
    if table.row_count:
        Console().print(table)
    if place.config.voice not in here:
        click.echo(f"espeak-ng speaks, with its voice {place.config.voice}; its others: espeak-ng --voices")
    if not url:
        click.echo("None is looked for elsewhere: 'speech: {catalogue: ADDRESS}' names a list of Piper's voices.")


@voices_.command()
@click.argument("name")
@place_options
@click.pass_context
def get(context: click.Context, /, name: str, **_: Any) -> None:
    """Fetch a voice of Piper (asks the network); an interrupted download goes on where it was."""
    place = place_of(context)
    url = place.config.speech.catalogue
    if url is None:
        raise DownloadError("the configuration names no list of voices; add 'speech: {catalogue: ADDRESS}'")
    with show.download(name) as progress:
        model = voices.get(name, place.voices, url, progress)
    click.echo(f"{name} is in {model.parent}; with 'speech: {{voice: {name}}}' it speaks")


@voices_.command()
@click.argument("name")
@place_options
@click.pass_context
def remove(context: click.Context, /, name: str, **_: Any) -> None:
    """Delete a fetched voice."""
    voices.remove(name, place_of(context).voices)
    click.echo(f"{name} is removed")


@voices_.command()
@click.argument("text", nargs=-1, required=True)
@click.option("--voice", help="Another one than that of the configuration.")
@click.option("--out", type=FILE, help="Write it to this WAV file instead of playing it.")
@place_options
@click.pass_context
def say(context: click.Context, /, text: tuple[str, ...], voice: str | None, out: Path | None, **_: Any) -> None:
    """Speak a text, to hear a voice."""
    place = place_of(context)
    with synthesiser(place, voice) as synthesise:
        speech = synthesise.speak(" ".join(text))
    if out is not None:
        recording.write(out, speech.samples, speech.rate)
        click.echo(f"{speech.seconds:.1f} s in {out}")
    else:
        _play(speech, place.config.audio.loudspeaker)


def _play(speech: Speech, name: str | None) -> None:
    from speaker.audio import Loudspeaker

    loudspeaker = Loudspeaker(name)
    try:
        loudspeaker.play(speech)
        loudspeaker.wait(speech.seconds + 5.0)
    finally:
        loudspeaker.close()
