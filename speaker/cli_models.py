"""``hark models``: list models for speech recognition, get one, remove one."""

from typing import Any

import click
from rich.console import Console
from rich.table import Table

from speaker import models, show
from speaker.options import place_of, place_options


@click.group(name="models", invoke_without_command=True)
@place_options
@click.pass_context
def models_(context: click.Context, /, **_: Any) -> None:
    """Models for speech recognition: list them, get one, remove one."""
    if context.invoked_subcommand is None:
        place = place_of(context)
        for model in models.installed(place.models):
            click.echo(f"{model.name}  {model.size / 1e6:.0f} MB  {model.folder}")
        if not models.installed(place.models):
            click.echo("Moonshine tiny (English) is built in; no Vosk model is installed. See: hark models list")


@models_.command(name="list")
@click.option("--lang", help="Only this language, as en-us or de.")
@place_options
@click.pass_context
def list_(context: click.Context, /, lang: str | None, **_: Any) -> None:
    """List what can be fetched (asks the network)."""
    table = Table("name", "language", "size")
    for entry in models.catalogue(place_of(context).config.models.catalogue):
        if lang is None or entry.lang == lang:
            table.add_row(entry.name, entry.lang_text or entry.lang, entry.size_text or f"{entry.size / 1e6:.0f} MB")
    Console().print(table)


@models_.command()
@click.argument("name")
@place_options
@click.pass_context
def get(context: click.Context, /, name: str, **_: Any) -> None:
    """Fetch a Vosk model (asks the network); an interrupted download goes on where it was."""
    place = place_of(context)
    with show.download(name) as progress:
        folder = models.get(name, place.models, place.config.models.catalogue, progress)
    click.echo(f"{name} is in {folder}; with 'asr: {{engine: auto}}' it is used from now on")


@models_.command()
@click.argument("name")
@place_options
@click.pass_context
def remove(context: click.Context, /, name: str, **_: Any) -> None:
    """Delete a fetched model."""
    models.remove(name, place_of(context).models)
    click.echo(f"{name} is removed")
