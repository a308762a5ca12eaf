"""The options that every command has."""

import logging
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from speaker import config as configuration
from speaker.build import Place
from speaker.limits import LogFlood
from speaker.loading import PACKAGES

FILE = click.Path(path_type=Path)


def place_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options that every command has, before or after its name."""
    for option in (
        click.option("--data", type=FILE, help="Folder for timers, lists, models and the trace."),
        click.option("--plugins", "plugin_folders", type=FILE, multiple=True, help="A plugin, or a folder of them."),
        click.option("--config", "config_file", type=FILE, help="Configuration file (YAML)."),
        click.option("-v", "--verbose", is_flag=True, help="Say more of what happens."),
    ):
        command = option(command)
    return command


def place_of(context: click.Context) -> Place:
    """What the options say, those of the command before those of ``hark``."""
    given: dict[str, Any] = {"plugin_folders": ()}
    levels = [context]
    while (above := levels[0].parent) is not None:
        levels.insert(0, above)
    for level in levels:
        given["plugin_folders"] += level.params.get("plugin_folders") or ()
        given |= {k: v for k, v in level.params.items() if k in ("data", "config_file", "verbose") and v}
    handler = logging.StreamHandler(sys.stderr)
    handler.addFilter(LogFlood(PACKAGES))
    loud = logging.INFO if given.get("verbose") else logging.WARNING
    logging.basicConfig(level=loud, format="hark: %(message)s", handlers=[handler])
    file = given.get("config_file") or configuration.find()
    config = configuration.read(file) if file else configuration.default()
    return Place(config, file, given.get("data") or configuration.data_folder(), given["plugin_folders"])
