"""Vosk: streaming recognition with word confidences, from a model folder of any language."""

import json
import logging
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import vosk

from speaker.errors import ModelError
from speaker.events import SAMPLE_RATE, Samples, Transcript, Word

log = logging.getLogger(__name__)

_UNKNOWN = "[unk]"

_PARTS = (("am/final.mdl", "final.mdl"), ("conf/mfcc.conf", "mfcc.conf"))
"""Files that every model has, in the new layout or the old one."""
_GRAPHS = (
    ("graph/HCLG.fst",),
    ("graph/HCLr.fst", "graph/Gr.fst"),
    ("HCLG.fst",),
    ("HCLr.fst", "Gr.fst"),
)
"""Search graphs: one whole, or in two parts, which is what a runtime grammar needs."""


class Vosk:
    """A loaded Vosk model."""

    def __init__(self, folder: Path) -> None:
        """Raises ModelError where the folder is missing, incomplete or damaged."""
        _check(folder)
        vosk.SetLogLevel(-1)
        try:
            self._model = vosk.Model(model_path=str(folder))  # by name, it would ask the network
        except Exception as error:  # vosk raises a bare Exception
            raise ModelError(f"{folder} is no model that Vosk can load; remove it and get it again") from error
        self.name = f"vosk:{folder.name}"
        self._grammars = any((folder / name).is_file() for name in ("graph/HCLr.fst", "HCLr.fst"))
        self._told = False

    def listen(self, phrases: Sequence[str] = ()) -> "VoskHearing":
        """Begin an utterance; phrases with words that the model does not know are left out."""
        known = [p for p in phrases if p and all(self._knows(word) for word in p.split())]
        if not known:
            return VoskHearing(vosk.KaldiRecognizer(self._model, SAMPLE_RATE))
        if not self._grammars:
            if not self._told:
                log.warning("%s has one whole graph and cannot be held to phrases; it hears anything", self.name)
                self._told = True
            return VoskHearing(vosk.KaldiRecognizer(self._model, SAMPLE_RATE))
        grammar = json.dumps([*known, _UNKNOWN])
        return VoskHearing(vosk.KaldiRecognizer(self._model, SAMPLE_RATE, grammar))

    def _knows(self, word: str) -> bool:
        return bool(self._model.vosk_model_find_word(word) >= 0)


class VoskHearing:
    """One utterance being recognised."""

    def __init__(self, recognizer: Any) -> None:
        self._recognizer = recognizer
        self._recognizer.SetWords(True)
        self._words: list[Word] = []

    def accept(self, samples: Samples) -> str:
        if len(samples) and self._recognizer.AcceptWaveform(samples.tobytes()):
            self._words += _words(self._recognizer.Result())  # Kaldi saw a pause; the command may go on
        partial: str = json.loads(self._recognizer.PartialResult()).get("partial", "")
        said = " ".join(word.text for word in self._words)
        return f"{said} {partial}".replace(_UNKNOWN, "").strip()

    def finish(self) -> Transcript:
        self._words += _words(self._recognizer.FinalResult())
        words = tuple(self._words)
        sure = sum(word.confidence for word in words) / len(words) if words else 0.0
        return Transcript(" ".join(word.text for word in words), round(sure, 3), words)

    def again(self) -> Transcript | None:
        return None


def _words(result: str) -> list[Word]:
    found = json.loads(result).get("result", [])
    return [Word(w["word"], w["start"], w["end"], min(1.0, w["conf"])) for w in found if w["word"] != _UNKNOWN]


def _check(folder: Path) -> None:
    """Look for what Kaldi would otherwise only complain about in its log."""
    if not folder.is_dir():
        raise ModelError(f"there is no Vosk model {folder}; see 'hark models'")
    for places in _PARTS:
        if not any((folder / place).is_file() for place in places):
            raise ModelError(f"{folder} lacks {places[0]}, so it is no Vosk model; remove it and get it again")
    if not any(all((folder / name).is_file() for name in graph) for graph in _GRAPHS):
        raise ModelError(f"{folder} lacks graph/HCLG.fst, so it is no Vosk model; remove it and get it again")
