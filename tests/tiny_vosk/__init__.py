"""A real Vosk model of some forty words, made from nothing on this machine: for tests without a download.

It learns synthetic voices for about a minute, once; after that it lies in the cache until a file of this
package changes. ``python -m tests.tiny_vosk FOLDER`` makes one by hand.
"""

import hashlib
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import platformdirs
import pytest

from . import files, network, speech, words
from .speech import Voice

_VOICES = {
    **{Voice("flite", name, speed): 40 for name in ("slt", "rms", "kal16", "awb") for speed in (0.85, 1.0, 1.2)},
    **{Voice("espeak-ng", f"en-us+{variant}"): 40 for variant in "f1 f3 f4 f5 m2 m3 m4 m5 m6 m7".split()},
    Voice("espeak-ng", "en-us+m8", 1.2): 40,
    Voice("espeak-ng", "en-us+f3", 0.85): 40,
    Voice("espeak-ng", "en-gb+m5"): 40,
}
"""Who speaks how many sentences to learn from."""


@pytest.fixture(scope="session")
def tiny_vosk() -> Path:
    """The folder of the model; skips where a program to make it is missing."""
    folder = _cache() / "vosk-model-tiny-en"
    if not folder.is_dir():
        if lacking := speech.missing() + files.missing():
            pytest.skip(f"the tiny Vosk model cannot be made without {', '.join(lacking)}")
        _build_apart(folder)
    return folder


def build(folder: Path) -> None:
    """Make the model; it appears whole or not at all."""
    said = [
        speech.speak(voice, text)
        for seed, (voice, number) in enumerate(_VOICES.items())
        for text in words.sentences(number, seed)
    ]
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent) as scratch:
        made = Path(scratch) / folder.name
        files.write(made, network.train(said))
        if not folder.is_dir():  # another run may have been faster
            made.rename(folder)


def _build_apart(folder: Path) -> None:
    """Build in a process of its own, where numpy takes one thread: more only wait for each other here."""
    threads = dict.fromkeys(["OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"], "1")
    command = [sys.executable, "-m", "tests.tiny_vosk", str(folder)]
    subprocess.run(command, cwd=Path(__file__).parents[2], env=os.environ | threads, check=True)


def _cache() -> Path:
    """A folder of its own for each state of this package's source."""
    source = b"".join(file.read_bytes() for file in sorted(Path(__file__).parent.glob("*.py")))
    return platformdirs.user_cache_path("hark") / "tests" / hashlib.sha256(source).hexdigest()[:16]
