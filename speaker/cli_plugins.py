"""``hark plugins``: list plugins, begin a new one, check and test it, enable and disable it."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from speaker import manifest, places, rehearsal, skeleton
from speaker.build import Hark
from speaker.cli_learn import learn
from speaker.errors import PluginError
from speaker.lines import did_you_mean
from speaker.manifest import Manifest
from speaker.options import FILE, place_of, place_options
from speaker.permissions import MEANINGS
from speaker.plugins import Plugin
from speaker.rehearsal import Outcome
from speaker.review import counted, review

_HEARD_ENOUGH = 0.8  # share of spoken examples that have to be understood: no recogniser hears all


@click.group(name="plugins", invoke_without_command=True)
@place_options
@click.pass_context
def plugins_(context: click.Context, /, **_: Any) -> None:
    """List the plugins, what they understand, and what is wrong with those that are not loaded."""
    if context.invoked_subcommand is not None:
        return
    console = Console()
    with Hark(place_of(context)) as hark:
        for plugin in hark.plugins.loaded:
            _show(console, plugin)
        for off in hark.plugins.off:
            console.print(f"[bold dim]{off.name}[/]  [dim]is disabled: {escape(off.summary)}[/]", highlight=False)
        for failed in hark.plugins.failed:
            console.print(f"[bold red]{failed.name}[/]  is not loaded: {escape(failed.reason)}")
    sys.exit(7 if hark.plugins.failed else 0)


@plugins_.command()
@click.argument("name")
@click.option("--at", type=FILE, default=Path(), show_default="here", help="Where its folder is made.")
@place_options
def new(name: str, at: Path, **_: Any) -> None:
    """Begin a plugin: a folder that works, to be changed. Nothing is overwritten."""
    folder = skeleton.make(name, at)
    click.echo(f"{folder} is made, and works as it is. Change it, and look at it with:")
    click.echo(f"  hark plugins check {folder}\n  hark plugins test {folder}")
    click.echo(f"  hark ask --plugins {folder} recite a gloomy {name.replace('_', ' ')} poem")


@plugins_.command()
@click.argument("folder", type=FILE)
@place_options
@click.pass_context
def check(context: click.Context, /, folder: Path, **_: Any) -> None:
    """Say what is wrong with a plugin, line by line: files, names, examples, clashes with others.

    Its handlers are not run, but its file is imported. Each example is left out in turn, to see what the others make
    of it. The exit code is 7 where anything is wrong; warnings alone are none.
    """
    console, remarks = Console(), []
    colors = {"error": "bold red", "warning": "yellow"}
    for remark in review(folder, place_of(context)):
        remarks.append(remark)
        console.print(
            Text(f"{remark.level:<8}", colors[remark.level]) + Text(str(remark.problem)),
            soft_wrap=True,
            highlight=False,
        )
    count = counted(remarks)
    if not remarks:
        console.print(f"[green]{folder.resolve().name} is in order.[/]")
    else:
        console.print(", ".join(f"{n} {level}{'s' if n != 1 else ''}" for level, n in count.items() if n))
    sys.exit(7 if count["error"] else 0)


@plugins_.command()
@click.argument("folder", type=FILE)
@click.option("--speech", is_flag=True, help="Say each example with a synthetic voice, and hear it.")
@place_options
@click.pass_context
def test(context: click.Context, /, folder: Path, speech: bool, **_: Any) -> None:
    """Read each example of a plugin as a command: it has to be understood as what it is, slots and all.

    Slots are filled with their listed values, or with usual ones of their type. Nothing is done: no handler runs.
    The exit code is 7 where an example is not understood; with --speech, where fewer than 80 of 100 are.
    """
    folder = folder.resolve()
    place, console = place_of(context), Console()
    plan = manifest.read(folder / "manifest.yaml")
    with Hark(rehearsal.among(place, folder, plan)) as hark:
        if failed := next((f for f in hark.plugins.failed if f.where == folder), None):
            raise PluginError(failed.reason)
        trials = rehearsal.trials(plan.specs(), hark)
        some = rehearsal.by_speech(hark, trials) if speech else rehearsal.by_text(hark.mind, trials)
        outcomes = list(some)
    wrong = [outcome for outcome in outcomes if not outcome.right]
    if wrong:
        console.print(_failures(wrong))
    share = 1 - len(wrong) / max(len(outcomes), 1)
    how = "spoken" if speech else "typed"
    console.print(
        f"{len(outcomes) - len(wrong)} of {len(outcomes)} {how} examples understood ({share:.0%}); nothing was done"
    )
    sys.exit(0 if share >= (_HEARD_ENOUGH if speech else 1.0) else 7)


@plugins_.command()
@click.argument("name")
@click.option("-y", "--yes", is_flag=True, help="Do not ask.")
@place_options
@click.pass_context
def enable(context: click.Context, /, name: str, yes: bool, **_: Any) -> None:
    """Enable a plugin, with the permissions that it asks for; a running Hark takes it up."""
    with Hark(place_of(context)) as hark:
        plan, folder = _find(hark, name)
        if not yes and places.INTENTS not in folder.parents:
            click.echo(f"{plan.name}, in {folder}: {plan.summary}")
            for permission in plan.permissions:
                click.echo(f"  it may {MEANINGS[permission]} ({permission})")
            if not plan.permissions:
                click.echo("  it asks for no permissions")
            try:
                agreed = click.confirm("Enable it?")
            except click.Abort:
                raise PluginError(f"{plan.name} is not enabled; answer the question, or add --yes") from None
            if not agreed:
                raise PluginError(f"{plan.name} is not enabled; it stays as it was")
        hark.switches.enable(plan.name, plan.permissions)
    click.echo(f"{plan.name} is enabled")


@plugins_.command()
@click.argument("name")
@place_options
@click.pass_context
def disable(context: click.Context, /, name: str, **_: Any) -> None:
    """Disable a plugin, built in or not: nothing of it is understood or run; a running Hark lets it go."""
    with Hark(place_of(context)) as hark:
        plan, _folder = _find(hark, name)
        hark.switches.disable(plan.name)
    click.echo(f"{plan.name} is disabled; 'hark plugins enable {plan.name}' takes that back")


plugins_.add_command(learn)


def _show(console: Console, plugin: Plugin) -> None:
    may = "".join(f"  [magenta]{permission}[/]" for permission in plugin.manifest.permissions)
    console.print(f"[bold]{plugin.name}[/]  {escape(plugin.manifest.summary)}{may}  [dim]{plugin.folder}[/]")
    for spec in plugin.manifest.specs():
        slots = ", ".join(f"{slot.name}: {slot.type}" for slot in spec.slots)
        asks = "  (asks first)" if spec.confirm else ""
        example = spec.examples[0].replace("[", "").replace("]", "")
        console.print(f"  [yellow]{spec.name}[/]  [cyan]{slots}[/]  [dim]“{example}”{asks}[/]")
    for name, value in plugin.settings.items():
        shown, help_ = Text(repr(value), "green"), plugin.manifest.settings[name].help
        console.print(Text(f"  set {name}: ", "dim") + shown + Text(f"  {help_}" if help_ else "", "dim"))


def _failures(wrong: Sequence[Outcome]) -> Table:
    table = Table("said", "should be", "understood as", title="not understood", title_justify="left")
    for outcome in wrong:
        heard = (
            ""
            if outcome.heard == outcome.trial.text
            else f"\n[dim]{outcome.voice} heard as: {escape(outcome.heard)}[/]"
        )
        got = "; ".join(_in_words(intent.name, intent.slots) for intent in outcome.parse.intents)
        rejected = f"[red]nothing[/] ({outcome.parse.confidence:.2f})"
        table.add_row(
            outcome.trial.text + heard,
            escape(_in_words(outcome.trial.intent, outcome.trial.slots)),
            escape(got) or rejected,
        )
    return table


def _in_words(intent: str, slots: Any) -> str:
    return " ".join([intent, *(f"{name}={value}" for name, value in slots.items())])


def _find(hark: Hark, name: str) -> tuple[Manifest, Path]:
    """The manifest and folder of a plugin, loaded or not. Raises PluginError where there is none of that name."""
    known = {plugin.name: (plugin.manifest, plugin.folder) for plugin in hark.plugins.loaded}
    for folder in [*(off.folder for off in hark.plugins.off), *(failed.where for failed in hark.plugins.failed)]:
        try:
            plan = manifest.read(folder / "manifest.yaml")
        except PluginError:  # it is broken beyond having a name
            continue
        known.setdefault(plan.name, (plan, folder))
    if name not in known:
        raise PluginError(f"there is no plugin {name!r}; see 'hark plugins'{did_you_mean(name, known)}")
    return known[name]
