"""``hark network``: what the service may reach."""

from typing import Any

import click

from speaker import reach
from speaker.options import place_of, place_options


@click.command()
@click.option("--rules", is_flag=True, help="Print it for hark-network.service, which has the kernel hold Hark to it.")
@place_options
@click.pass_context
def network(context: click.Context, /, rules: bool, **_: Any) -> None:
    """Say what Hark may reach: this machine, and what the configuration names. Nothing else gets through."""
    reached = [reach.reached(place, reach.resolved) for place in reach.named(place_of(context).config)]
    if rules:
        click.echo(reach.rules(reached), nl=False)
        return
    click.echo("this machine")
    for each in reached:
        found = ", ".join(each.addresses) or "not found now"
        outside = "; outside of the house" if each.outside else ""
        click.echo(f"{each.place.host} ({each.place.by}): {found}{outside}")
