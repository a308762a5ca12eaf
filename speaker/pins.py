"""gpiozero, where it is installed: it is only needed where the configuration names pins."""

import importlib
from typing import Any

from speaker.errors import ConfigError


def gpiozero(needed_by: str) -> Any:
    """The library. Raises ConfigError, in which the key ``needed_by`` is named, where it is not installed."""
    try:
        return importlib.import_module("gpiozero")
    except ImportError:
        raise ConfigError(f"{needed_by} needs gpiozero; install it with: pip install 'hark-speaker[gpio]'") from None
