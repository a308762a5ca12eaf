"""The shape of the code, held: who may import whom."""

import ast
from pathlib import Path

import pytest

SPEAKER = Path(__file__).resolve().parents[1] / "speaker"
FILES = sorted(SPEAKER.rglob("*.py"))
STAGES = {"audio", "echo", "wake", "vad", "endpoint", "asr", "slm", "general", "slots", "tts", "piper"}
ENGINES = {
    "sounddevice",
    "onnxruntime",
    "vosk",
    "llama_cpp",
    "pymicro_wakeword",
    "peewee",
    "soundfile",
    "requests",
    "pulsectl",
    "paho",
    "websockets",
    "gpiozero",
}
MAY_TWICE = {
    "soundfile": {"recording.py", "tts.py"},
    "requests": {"download.py"},
    "llama_cpp": {"llama.py", "slm.py"},  # the adapter, and the language model's own decoding, a mask a token
}


def imports(file: Path) -> set[str]:
    """The modules that a file imports, anywhere in it."""
    found = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    if "importlib.import_module" in file.read_text(encoding="utf-8"):
        found |= {e for e in ENGINES if f'import_module("{e}")' in file.read_text(encoding="utf-8")}
    return found


def stage_of(file: Path) -> str | None:
    name = file.relative_to(SPEAKER).parts[0].removesuffix(".py")
    return name if name in STAGES else None


@pytest.mark.parametrize("file", [f for f in FILES if stage_of(f)], ids=str)
def test_stages_do_not_import_each_other(file: Path) -> None:
    others = {name.split(".")[1] for name in imports(file) if name.startswith("speaker.")} & STAGES
    assert others <= {stage_of(file)}


@pytest.mark.parametrize("engine", sorted(ENGINES))
def test_an_engine_is_imported_in_one_file(engine: str) -> None:
    users = {f.name for f in FILES if any(name == engine or name.startswith(f"{engine}.") for name in imports(f))}
    assert users
    assert users <= MAY_TWICE.get(engine, users if len(users) == 1 else set())


@pytest.mark.parametrize("name", ["events.py", "errors.py"])
def test_the_words_of_the_house_import_nothing_of_ours(name: str) -> None:
    assert not [module for module in imports(SPEAKER / name) if module.startswith("speaker")]


def test_handlers_use_what_a_strangers_plugin_can_use() -> None:
    allowed = ("speaker.context", "speaker.errors", "speaker.home", "speaker.spoken")
    for file in sorted((SPEAKER.parent / "intents").rglob("*.py")):
        ours = [module for module in imports(file) if module.startswith("speaker")]
        assert all(module.startswith(allowed) for module in ours), file
