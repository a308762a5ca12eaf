"""The language model: reads a command and points at its intents and the words of their slots.

A small Llama of our own (models/training) in GGUF, run by llama.cpp. After the command it writes
``<intent> <slot> words … </s>``, and is let write nothing else: only intents that are active, only their
slots, and as words only what stands in the command. So it can be wrong, but it cannot make anything up.
"""

import ctypes
import hashlib
import json
import math
import threading
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import llama_cpp
import numpy as np
import numpy.typing as npt

from speaker.errors import ModelError
from speaker.events import Candidate, IntentSpec, Pointed, Reading
from speaker.text import normalise

Floats = npt.NDArray[np.float32]

_CONTEXT = 256  # tokens of command and answer together
_LONGEST = 160  # tokens of a command: more is no command
_MOST_INTENTS = 4
_BEGINS_WORD = "Ġ"  # how the vocabulary writes the space before a word


@llama_cpp.llama_log_callback  # type: ignore[untyped-decorator]
def silent(level: int, text: bytes, data: ctypes.c_void_p) -> None:
    """llama.cpp's messages are for its developers; what matters is raised."""


@dataclass
class _Answer:
    """What the model has written so far."""

    intent: str = ""
    slot: str = ""
    value: list[int] = field(default_factory=list)
    pointed: list[Pointed] = field(default_factory=list)
    confidence: float = 0.0


class LanguageModel:
    """A loaded model. May be used by several threads; one command at a time is read."""

    def __init__(self, path: Path, *, threads: int = 1) -> None:
        """Load a GGUF made by models/training.

        Raises ModelError where the file is missing, damaged, or another kind of model.
        """
        _verify(path)
        llama_cpp.llama_log_set(silent, ctypes.c_void_p(0))
        llama_cpp.llama_backend_init()
        self._lock = threading.Lock()
        self._context: Any = None
        self._model = llama_cpp.llama_model_load_from_file(str(path).encode(), llama_cpp.llama_model_default_params())
        if not self._model:
            raise ModelError(f"{path} is not a GGUF that llama.cpp can read; restore it, or run 'make model'")
        self.name = path.stem
        self.intents = self._read_intents(path)
        self._vocabulary = llama_cpp.llama_model_get_vocab(self._model)
        self._size = llama_cpp.llama_vocab_n_tokens(self._vocabulary)
        self._number = self._control_tokens(path)
        self._pieces = [self._piece(number) for number in range(self._size)]
        self._intent_of = {self._number[f"<intent:{name}>"]: name for name in self.intents}
        slots = {name: number for name, number in self._number.items() if name.startswith("<slot:")}
        self._slot_of = {number: name.removeprefix("<slot:")[:-1] for name, number in slots.items()}
        parameters = llama_cpp.llama_context_default_params()
        parameters.n_ctx = parameters.n_batch = parameters.n_ubatch = _CONTEXT
        parameters.n_threads = parameters.n_threads_batch = threads
        self._context = llama_cpp.llama_init_from_model(self._model, parameters)
        if not self._context:
            raise ModelError(f"llama.cpp has no memory left to run {path}; close other programs")
        self._buffer = (llama_cpp.llama_token * _CONTEXT)()

    def read(self, text: str, active: Collection[IntentSpec]) -> Reading:
        """Read one command; the same text and intents always give the same reading.

        What belongs to an intent that the model knows but that is not active is rejected, not forced into
        another.
        """
        words = self.tokens(normalise(text))
        if not words or len(words) > _LONGEST:
            return Reading((), 1.0)
        known = {spec.name for spec in active} & set(self.intents)
        with self._lock:
            return self._answer(words, known)

    def tokens(self, text: str) -> list[int]:
        """The numbers of a text's tokens, with a space before its first word."""
        data = f" {text}".encode()
        room = len(data) + 8
        buffer = (llama_cpp.llama_token * room)()
        count = llama_cpp.llama_tokenize(self._vocabulary, data, len(data), buffer, room, False, False)
        return list(buffer[: max(count, 0)]) if text else []

    def logits(self, tokens: Sequence[int]) -> Floats:
        """What the model expects after these tokens, from a fresh start; shape (vocabulary,)."""
        llama_cpp.llama_memory_clear(llama_cpp.llama_get_memory(self._context), True)
        return self._next(tokens)

    def close(self) -> None:
        """Free the model; nothing may be read afterwards."""
        with self._lock:
            if self._context:
                llama_cpp.llama_free(self._context)
            if self._model:
                llama_cpp.llama_model_free(self._model)
            self._context = self._model = None

    # --- decoding -------------------------------------------------------------------------------------------

    def _answer(self, words: list[int], active: set[str]) -> Reading:
        number = self._number
        logits = self.logits([number["<s>"], *words, number["<out>"]])
        first, sure = _best(logits, [*self._intent_of, number["<none>"]])
        name = self._intent_of.get(first)
        if name is None or name not in active:
            return Reading((), round(sure, 4))
        done: list[_Answer] = []
        answer = _Answer(intent=name, confidence=sure)
        token = first
        for _ in range(_CONTEXT - len(words) - 3):
            logits = self._next([token])
            allowed = self._allowed(answer, words, active if len(done) + 1 < _MOST_INTENTS else set())
            token, _ = _best(logits, allowed)
            if token in self._slot_of or token in self._intent_of or token == number["</s>"]:
                self._close_slot(answer)
            if token in self._slot_of:
                answer.slot = self._slot_of[token]
            elif token in self._intent_of:
                done.append(answer)
                rivals = [*self._intent_of, number["</s>"]]
                sure = _share(logits, token, rivals)
                answer = _Answer(intent=self._intent_of[token], confidence=sure)
            elif token == number["</s>"]:
                break
            else:
                answer.value.append(token)
        done.append(answer)
        candidates = tuple(Candidate(a.intent, tuple(a.pointed), round(a.confidence, 4)) for a in done)
        return Reading(candidates, min(candidate.confidence for candidate in candidates))

    def _allowed(self, answer: _Answer, words: list[int], active: set[str]) -> list[int]:
        """The tokens that may come next."""
        ends = [self._number["</s>"], *(n for n, name in self._intent_of.items() if name in active)]
        order = self.intents[answer.intent]
        after = order.index(answer.pointed[-1].slot) + 1 if answer.pointed else 0
        if answer.slot:
            after = order.index(answer.slot) + 1
        ends += [self._number[f"<slot:{name}>"] for name in order[after:]]
        if not answer.slot:
            return ends
        length = len(answer.value)
        follow, complete = set(), False
        for at in range(len(words) - length + 1):
            if words[at : at + length] != answer.value:
                continue
            following = words[at + length] if at + length < len(words) else None
            begins = following is not None and self._pieces[following].startswith(_BEGINS_WORD)
            if length and (following is None or begins):
                complete = True
            if following is not None and (length or begins):
                follow.add(following)
        return [*follow, *(ends if complete or not follow else [])]

    def _close_slot(self, answer: _Answer) -> None:
        if answer.slot and answer.value:
            said = "".join(self._pieces[token] for token in answer.value).replace(_BEGINS_WORD, " ")
            answer.pointed.append(Pointed(answer.slot, _from_bytes(said).strip()))
        answer.slot, answer.value = "", []

    def _next(self, tokens: Sequence[int]) -> Floats:
        for at, token in enumerate(tokens):
            self._buffer[at] = token
        batch = llama_cpp.llama_batch_get_one(self._buffer, len(tokens))
        if llama_cpp.llama_decode(self._context, batch) != 0:
            raise ModelError("llama.cpp could not run the language model; restart Hark")
        pointer = llama_cpp.llama_get_logits_ith(self._context, -1)
        return np.ctypeslib.as_array(pointer, shape=(self._size,)).copy()

    # --- loading --------------------------------------------------------------------------------------------

    def _read_intents(self, path: Path) -> Mapping[str, tuple[str, ...]]:
        buffer = ctypes.create_string_buffer(1 << 16)
        got = llama_cpp.llama_model_meta_val_str(self._model, b"hark.intents", buffer, len(buffer))
        if got < 0:
            raise ModelError(f"{path} is a GGUF, but not one of Hark's; name one made by 'make model'")
        return {name: tuple(slots) for name, slots in json.loads(buffer.value).items()}

    def _control_tokens(self, path: Path) -> dict[str, int]:
        slots = {slot for names in self.intents.values() for slot in names}
        wanted = ["<s>", "</s>", "<out>", "<none>", *(f"<intent:{name}>" for name in self.intents)]
        wanted += [f"<slot:{name}>" for name in slots]
        texts = [llama_cpp.llama_vocab_get_text(self._vocabulary, number) for number in range(self._size)]
        numbers = {text.decode("utf-8", "replace"): number for number, text in enumerate(texts)}
        if absent := [token for token in wanted if token not in numbers]:
            raise ModelError(f"{path} lacks the token {absent[0]}; make it again with 'make model'")
        return {token: numbers[token] for token in wanted}

    def _piece(self, number: int) -> str:
        text: bytes = llama_cpp.llama_vocab_get_text(self._vocabulary, number)
        return text.decode("utf-8", "replace")


def _verify(path: Path) -> None:
    """Refuse what llama.cpp had better not see: no file, no GGUF, or other bytes than its checksum says."""
    if not path.is_file():
        raise ModelError(f"there is no language model {path}; correct 'understanding.model', or leave it out")
    with path.open("rb") as file:
        if file.read(4) != b"GGUF":
            raise ModelError(f"{path} is no GGUF file; restore it, or run 'make model'")
    checksum = path.with_name(path.name + ".sha256")
    if checksum.is_file():
        expected = checksum.read_text(encoding="ascii", errors="replace").split()[:1]
        if expected != [hashlib.sha256(path.read_bytes()).hexdigest()]:
            raise ModelError(f"{path} is damaged: its bytes do not match {checksum.name}; restore it")


def _best(logits: Floats, allowed: Sequence[int]) -> tuple[int, float]:
    """The most likely of the allowed tokens, and its probability among them."""
    best = max(allowed, key=lambda token: (float(logits[token]), -token))
    return best, _share(logits, best, allowed)


def _share(logits: Floats, token: int, rivals: Sequence[int]) -> float:
    """The probability of a token among some."""
    return 1.0 / sum(math.exp(min(float(logits[rival] - logits[token]), 80.0)) for rival in rivals)


def _byte_letters() -> dict[str, int]:
    """How byte-level vocabularies write bytes as letters (GPT-2): printable ones as themselves."""
    plain = [*range(33, 127), *range(161, 173), *range(174, 256)]
    rest = [byte for byte in range(256) if byte not in plain]
    return {chr(byte): byte for byte in plain} | {chr(256 + at): byte for at, byte in enumerate(rest)}


_BYTES = _byte_letters()


def _from_bytes(letters: str) -> str:
    return bytes(_BYTES.get(letter, 32) for letter in letters).decode("utf-8", "replace")
