"""``hark plugins learn``: teach the language model the plugins that it does not know."""

from typing import Any

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TimeRemainingColumn
from rich.table import Table

from speaker import places
from speaker.build import Hark
from speaker.options import place_of, place_options


@click.command()
@click.option("--forget", is_flag=True, help="Use the language model as it was shipped again.")
@place_options
@click.pass_context
def learn(context: click.Context, /, forget: bool, **_: Any) -> None:
    """Teach the language model your plugins' intents: it then reads them as its own, also in words of no example.

    It takes some minutes and needs nothing but this machine. What was learned is kept beside the shipped model, and only
    where that reads the built-in commands no worse; --forget takes it back. A plugin that changes has to be learned again;
    until then it is understood from its examples, as before.
    """
    from speaker.learning.learn import learn as teach
    from speaker.slm import LanguageModel

    place = place_of(context)
    if forget:
        there = place.learned_model.is_file()
        place.learned_model.unlink(missing_ok=True)
        click.echo("All plugins are forgotten; their examples still work." if there else "Nothing was learned.")
        return
    model = LanguageModel(place.base_model)
    own = frozenset(model.intents)
    model.close()
    with Hark(place) as hark:
        strange = [spec for spec in hark.plugins.specs if spec.name not in own]
        home = (tuple(hark.home.areas), tuple(hark.home.names))
    with Progress("learning", BarColumn(), TimeRemainingColumn(), console=Console(stderr=True)) as bar:
        task = bar.add_task("learning", total=1.0)
        threshold = place.config.understanding.threshold
        outcome = teach(
            place.base_model,
            places.in_language(places.REPLAY, place.config.language),
            strange,
            home,
            threshold,
            place.learned_model,
            lambda done: bar.update(task, completed=done),
        )
    table = Table("built-in commands", "before", "after")
    table.add_row("understood", f"{outcome.before.understood:.1%}", f"{outcome.after.understood:.1%}")
    table.add_row("talk obeyed", f"{outcome.before.obeyed:.1%}", f"{outcome.after.obeyed:.1%}")
    Console().print(table)
    if outcome.kept:
        click.echo(f"Learned: {', '.join(spec.name for spec in strange)}. It is used from the next start on.")
    else:
        click.echo("Not kept: the built-in commands would be understood worse. The examples still work as before.")
        context.exit(7)
