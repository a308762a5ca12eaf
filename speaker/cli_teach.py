"""``hark teach``: sentences of the household."""

import sys
from typing import Any

import click
from rich.console import Console

from speaker.build import Hark
from speaker.lessons import Lesson, key
from speaker.options import place_of, place_options


@click.command()
@click.argument("phrase", required=False)
@click.argument("command", required=False)
@click.option("--list", "listing", is_flag=True, help="Print all phrases, and what they stand for.")
@click.option("--forget", metavar="PHRASE", help="Forget a phrase that was taught.")
@place_options
@click.pass_context
def teach(
    context: click.Context, /, phrase: str | None, command: str | None, listing: bool, forget: str | None, **_: Any
) -> None:
    """Let PHRASE stand for COMMAND: hark teach "lights out" "turn off all the lights".

    It can be said at once; recognition leans on it from the next start on. By voice: "when I say lights out, turn off
    all the lights".
    """
    ways = [bool(phrase and command), listing, forget is not None]
    if sum(ways) != 1 or (phrase and not command):
        raise click.UsageError("give a phrase and a command, each in quotes, or --list, or --forget PHRASE")
    with Hark(place_of(context)) as hark:
        if listing:
            console, taught = Console(), hark.phrases.taught
            for each, stands_for in sorted(hark.phrases.items()):
                where = "" if each in taught else "  [dim](configuration)[/]"
                console.print(f"[bold]{each}[/]  {stands_for}{where}", highlight=False)
            return
        reply = hark.mind.forget(forget) if forget else hark.mind.teach(Lesson(((key(phrase or ""), command or ""),)))
    click.echo(reply.text, err=not reply.ok)
    sys.exit(0 if reply.ok else 1)
