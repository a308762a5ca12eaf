"""``hark home``: what there is in the home, and what it does now."""

import json
from typing import Any

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from speaker.build import Hark
from speaker.home import Device, Home, State
from speaker.options import place_of, place_options

_YES_NO = {
    "on": ("on", "off"),
    "open": ("open", "closed"),
    "locked": ("locked", "unlocked"),
    "moving": ("moving", ""),
    "motion": ("motion", "no motion"),
    "cleaning": ("cleaning", ""),
    "docked": ("docked", ""),
}
_NUMBERS = {
    "brightness": "{:g} %",
    "position": "{:g} % open",
    "temperature": "{:g} °C",
    "target": "set to {:g} °C",
    "humidity": "{:g} % humidity",
    "battery": "battery {:g} %",
}
_NOTABLE = {"on", "open", "unlocked", "moving", "motion", "cleaning"}


@click.command(name="home")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line for each device.")
@place_options
@click.pass_context
def home_(context: click.Context, /, as_json: bool, **_: Any) -> None:
    """Show the home: areas, devices, kinds, and what each does now."""
    with Hark(place_of(context)) as hark:
        if as_json:
            for device in hark.home.devices:
                click.echo(json.dumps(device_json(device, hark.home.state(device)), ensure_ascii=False))
        else:
            show(Console(), hark.home)


def show(console: Console, home: Home) -> None:
    """A table of the devices by area; what is on, open or unlocked stands out."""
    table = Table("area", "device", "kind", "now", "reached by", box=None, header_style="dim", pad_edge=False)
    before = None
    for device in sorted(home.devices, key=lambda d: [*home.areas, d.area].index(d.area)):
        area = device.area or "(no area)"
        name = Text(device.name, style="bold") + Text("".join(f", {alias}" for alias in device.aliases), style="dim")
        driver = "" if device.driver == "simulated" else device.driver
        table.add_row(
            "" if area == before else Text(area, style="cyan"), name, device.kind, doing(home.state(device)), driver
        )
        before = area
    console.print(table)
    if home.scenes:
        console.print(Text("scenes  ", style="dim") + Text(", ".join(home.scenes)))
    if all(device.driver == "simulated" for device in home.devices):
        console.print("[dim]All of it is simulated: nothing is switched in the real world.[/]")


def doing(state: State) -> Text:
    """What is known of a state, in a few words."""
    parts = []
    for name, value in state.known().items():
        words = _YES_NO[name][not value] if name in _YES_NO else _NUMBERS.get(name, "{}").format(value)
        if words and not _is_told_otherwise(name, state):
            parts.append(Text(words, style="bold green" if words in _NOTABLE else ""))
    return Text(", ").join(parts) if parts else Text("not known", style="dim")


def _is_told_otherwise(name: str, state: State) -> bool:
    """Whether a property says nothing beside the others: how bright a light is that is off, how far a shut blind is open."""
    half = state.position not in (None, 0, 100)
    return (
        (name in ("brightness", "color") and not state.on)
        or (name == "open" and half)
        or (name == "position" and not half and state.open is not None)
    )


def device_json(device: Device, state: State) -> dict[str, Any]:
    """A device as ``home --json`` prints it; what is not known of its state is left out."""
    return {
        "name": device.name,
        "area": device.area,
        "kind": device.kind,
        "aliases": list(device.aliases),
        "driver": device.driver,
        "state": state.known(),
    }
