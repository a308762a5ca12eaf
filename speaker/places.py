"""Where what Hark carries lies: beside the code in a checkout, inside the package once installed."""

from pathlib import Path

_PACKAGE = Path(__file__).parent
_INSTALLED = _PACKAGE / "builtin"

INTENTS = _INSTALLED / "intents" if _INSTALLED.is_dir() else _PACKAGE.parent / "intents"
"""The built-in plugins."""

LANGUAGE_MODEL = (
    _INSTALLED / "models" if _INSTALLED.is_dir() else _PACKAGE.parent / "models" / "quantized"
) / "hark-slm.gguf"
"""The language model."""
