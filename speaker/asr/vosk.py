"""Vosk: streaming recognition with models from the Vosk site, https://alphacephei.com/vosk.

Vosk decodes with Kaldi (Povey et al. 2011, The Kaldi Speech Recognition Toolkit). Its own end-of-speech rules
are not used: when an utterance is over is decided elsewhere, and a pause within a command is no end.
"""

import importlib
import json
import logging
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from speaker.errors import ModelError
from speaker.events import SAMPLE_RATE, Samples, Transcript, Word

_BLOCK = SAMPLE_RATE // 10  # samples that Vosk gets at a time, so that the outcome is the same for any chunks
_UNKNOWN = "[unk]"  # what a word outside the phrases is recognised as
_LAYOUTS = (  # the acoustic model, what else belongs to it, where the graph lies; the second is that of old models
    ("am/final.mdl", ("conf/mfcc.conf", "conf/model.conf"), "graph/"),
    ("final.mdl", ("mfcc.conf",), ""),
)
_GRAPHS = (("HCLG.fst",), ("HCLr.fst", "Gr.fst", "disambig_tid.int"))  # as preferred; the second takes phrases

_log = logging.getLogger(__name__)


class Vosk:
    """A loaded Vosk model: recognises while the words are being said."""

    def __init__(self, folder: Path) -> None:
        """``folder``: an unpacked model. Raises ModelError where it is missing, incomplete or damaged."""
        self.name = f"vosk:{folder.resolve().name}"
        self._phrases_work = check(folder)
        library = _library()
        try:
            self._model = library.Model(model_path=str(folder))
            self.listen().accept(np.zeros(_BLOCK, dtype=np.int16))  # some damage shows only at first use
        except Exception as error:  # the library raises nothing more precise
            raise ModelError(
                f"the Vosk model {folder} is damaged; remove it with 'hark models remove' and get it again"
            ) from error

    def listen(self, phrases: Sequence[str] = (), answers: Sequence[str] = ()) -> "VoskHearing":
        """Begin an utterance; ``answers`` are ignored.

        Of ``phrases``, those with a word that the model does not know are left out. Vosk holds to the words of
        the phrases and prefers their order. Where the model's form has no runtime grammar, or no phrase is
        left, anything may be said.
        """
        known = [phrase for phrase in phrases if self._knows(phrase)] if self._phrases_work else []
        if phrases and not known:
            _without_phrases(self.name)
        grammar = (json.dumps([*known, _UNKNOWN]),) if known else ()
        recogniser = _library().KaldiRecognizer(self._model, float(SAMPLE_RATE), *grammar)
        recogniser.SetWords(True)
        return VoskHearing(recogniser)

    def _knows(self, phrase: str) -> bool:
        words = phrase.split()
        return bool(words) and all(self._model.vosk_model_find_word(word) >= 0 for word in words)


class VoskHearing:
    """One utterance being recognised."""

    def __init__(self, recogniser: Any) -> None:
        """``recogniser``: a ``vosk.KaldiRecognizer`` that gives words."""
        self._recogniser = recogniser
        self._waiting: Samples = np.zeros(0, dtype=np.int16)
        self._partial = ""

    def accept(self, samples: Samples) -> str:
        """Take the next samples, of any number, and return the words so far."""
        waiting = np.concatenate([self._waiting, samples.astype(np.int16, copy=False)])
        whole = len(waiting) - len(waiting) % _BLOCK
        for start in range(0, whole, _BLOCK):
            self._recogniser.AcceptWaveform(waiting[start : start + _BLOCK].tobytes())
        self._waiting = waiting[whole:]
        if whole:
            self._partial = _known_words(json.loads(self._recogniser.PartialResult())["partial"])
        return self._partial

    def so_far(self) -> Transcript:
        """The words so far; ``finish`` may know better. How sure they are is told of those alone that nothing can change."""
        self._recogniser.SetPartialWords(True)
        partial = json.loads(self._recogniser.PartialResult())
        self._recogniser.SetPartialWords(False)
        return Transcript(self._partial, _transcript(partial.get("partial_result", [])).confidence)

    def finish(self) -> Transcript:
        if len(self._waiting):
            self._recogniser.AcceptWaveform(self._waiting.tobytes())
        return _transcript(json.loads(self._recogniser.FinalResult()).get("result", []))

    def again(self) -> None:
        """Vosk has no second opinion."""


def check(folder: Path) -> bool:
    """Whether the model in ``folder`` takes phrases at run time.

    Raises ModelError where it is no Vosk model or lacks a file; hardly more of the files is read than their names.
    """
    if not folder.is_dir():
        raise ModelError(f"there is no Vosk model {folder}; 'hark models get' fetches one")
    for acoustic, others, graph in _LAYOUTS:
        if not (folder / acoustic).is_file():
            continue
        if lacking := [file for file in others if not (folder / file).is_file()]:
            raise ModelError(f"the Vosk model {folder} lacks {lacking[0]}; remove it and get it again")
        if len(others) > 1 and "--endpoint.silence-phones=" not in (folder / others[1]).read_text(errors="replace"):
            # without it the library would not raise an error but end the process
            raise ModelError(f"{others[1]} of the Vosk model {folder} is damaged; remove it and get it again")
        for files in _GRAPHS:
            if all((folder / graph / file).is_file() for file in files):
                return files is _GRAPHS[1]
        raise ModelError(
            f"the Vosk model {folder} lacks {graph}HCLG.fst, or {graph}HCLr.fst with Gr.fst and disambig_tid.int;"
            " remove it and get it again"
        )
    raise ModelError(f"{folder} is no Vosk model: it has no am/final.mdl; name the folder that holds 'am' and 'graph'")


@cache
def _library() -> Any:
    """The package, quiet. It is loaded when it is first needed: it needs a system library that may be missing."""
    try:
        library = importlib.import_module("vosk")
    except (ImportError, OSError) as error:
        raise ModelError(f"Vosk cannot be loaded ({error}); install the system package libatomic1") from error
    library.SetLogLevel(-1)
    return library


@cache
def _without_phrases(model: str) -> None:
    """Say so once for each model."""
    _log.warning("%s cannot be held to the phrases asked for; it recognises anything", model)


def _transcript(heard: Sequence[dict[str, Any]]) -> Transcript:
    """Words as Vosk gives them, without those that are outside of the phrases."""
    words = tuple(
        Word(word["word"], word["start"], word["end"], round(min(word["conf"], 1.0), 3))
        for word in heard
        if word["word"] != _UNKNOWN
    )
    if not words:
        return Transcript("", 0.0)
    confidence = sum(word.confidence for word in words) / len(words)
    return Transcript(" ".join(word.text for word in words), round(confidence, 3), words)


def _known_words(text: str) -> str:
    return " ".join(word for word in text.split() if word != _UNKNOWN)
