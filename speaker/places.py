"""Where what Hark carries lies: beside the code in a checkout, inside the package once installed."""

from pathlib import Path

_PACKAGE = Path(__file__).parent
_INSTALLED = _PACKAGE / "builtin"

INTENTS = _INSTALLED / "intents" if _INSTALLED.is_dir() else _PACKAGE.parent / "intents"
"""The built-in plugins."""

_MODELS = _INSTALLED / "models" if _INSTALLED.is_dir() else _PACKAGE.parent / "models" / "quantized"


def in_language(file: Path, language: str) -> Path:
    """The file of another language beside an English one: ``meanings.de.npz``."""
    return (
        file
        if language == "en"
        else file.with_name(f"{file.name.partition('.')[0]}.{language}.{file.name.partition('.')[2]}")
    )


LANGUAGE_MODEL = _MODELS / "hark-slm.gguf"
"""The language model."""

REPLAY = _MODELS / "replay.jsonl.gz"
"""Sentences that it knows, for when it is taught more."""

MEANINGS = _MODELS / "meanings.npz"
"""What words mean, for the intents that the language model does not know."""

WAKE = _MODELS / "wake"
"""The wake words that were trained here, and what teaches others."""
