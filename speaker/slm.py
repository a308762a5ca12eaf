"""The language model: reads a command and points at its intents and the words of their slots.

A small Llama of our own (models/training) in GGUF, run by llama.cpp. After the command it writes
``<intent> <slot> words … </s>``, and is let write nothing else: only intents that there are, only their
slots, and as words only what stands in the command, or was understood of the command before where that is
given. So it can be wrong, but it cannot make anything up.
"""

import ctypes
import json
import math
import threading
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from pathlib import Path
from typing import Any

import llama_cpp
import numpy as np
import numpy.typing as npt

from speaker import languages, llama
from speaker.errors import ModelError
from speaker.events import Candidate, IntentSpec, Pointed, Reading
from speaker.text import normalise

Floats = npt.NDArray[np.float32]

_CONTEXT = 256  # tokens of command and answer together
_LONGEST = 160  # tokens of a command, with the one before: more is no command
_MOST_INTENTS = 4
_CERTAIN = 0.95  # what is read less surely is looked at again, part by part
_JOINTS = 4  # that are tried: with all of them the time would grow without bound
_BEGINS_WORD = "Ġ"  # how the vocabulary writes the space before a word


@dataclass
class _Answer:
    """What the model has written so far."""

    intent: str = ""
    slot: str = ""
    value: list[int] = field(default_factory=list)
    pointed: list[Pointed] = field(default_factory=list)
    confidence: float = 0.0
    """Of the intent, against all others and none."""


class LanguageModel:
    """A loaded model. May be used by several threads; one command at a time is read."""

    def __init__(self, path: Path, *, threads: int = 1) -> None:
        """Load a GGUF made by models/training.

        Raises ModelError where the file is missing, damaged, or another kind of model.
        """
        self._lock = threading.Lock()
        self._context: Any = None
        self._model = llama.load(path, "understanding.model", "restore it, or run 'make model'")
        self.name = path.stem
        try:
            self._prepare(path, threads)
        except ModelError:
            self.close()
            raise

    def _prepare(self, path: Path, threads: int) -> None:
        self.intents = self._read_intents(path)
        self._slope, self._offset, self._lead = self._told(path, "hark.confidence")
        self._vocabulary = llama_cpp.llama_model_get_vocab(self._model)
        self._size = llama_cpp.llama_vocab_n_tokens(self._vocabulary)
        self._number = self._control_tokens(path)
        self._pieces = [self._piece(number) for number in range(self._size)]
        self._control = frozenset(self._number.values())
        self._begins = [p.startswith(_BEGINS_WORD) or n in self._control for n, p in enumerate(self._pieces)]
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

    def read(self, text: str, active: Collection[IntentSpec], before: Sequence[Candidate] = ()) -> Reading:
        """Read one command; the same arguments always give the same reading.

        ``before`` is how the command before was read, where this one may lean on it ("make them blue"). A command
        that asks, also in part, for an intent that the model knows but that is not active is rejected: neither forced into
        another intent nor done by half. Raises ModelError after ``close``.
        """
        with self._lock:
            if not self._context:
                raise ModelError("the language model is closed; load it again")
            said = normalise(text)
            reading = self._read(said, self._written(before))
            if reading.confidence < _CERTAIN:
                reading = self._in_parts(said, reading, self._written(before))
        active_names = {spec.name for spec in active}
        if any(candidate.intent not in active_names for candidate in reading.candidates):
            return Reading((), reading.confidence)
        return reading

    def _read(self, text: str, earlier: list[int]) -> Reading:
        """One reading of words, which may lean on what was understood ``earlier``; of all intents that there are."""
        words = self.tokens(text)
        if not words or len(words) > _LONGEST:
            return Reading((), 1.0)
        if earlier and len(earlier) + len(words) < _LONGEST:
            words = [*earlier, self._number["<then>"], *words]
        answers, sure, instead = self._answers(words)
        candidates = tuple(Candidate(a.intent, tuple(a.pointed), round(a.confidence, 4)) for a in answers)
        return Reading(candidates, min((c.confidence for c in candidates), default=round(sure, 4)), instead)

    def _in_parts(self, text: str, whole: Reading, earlier: list[int]) -> Reading:
        """The surest of a reading and of those of the command taken apart, where every part is a command.

        Several commands at once are rarer than each of them, so that the model is less sure of them than it could be.
        """
        read: dict[str, Reading] = {}
        best = whole
        for parts in _splits(text):
            for at, part in enumerate(parts):
                if part not in read:
                    read[part] = self._read(part, [] if at else earlier)
            each = [read[part] for part in parts]
            sure = min(reading.confidence for reading in each)
            if all(reading.candidates for reading in each) and (not best.candidates or sure > best.confidence):
                found = tuple(candidate for reading in each for candidate in reading.candidates)
                best = Reading(found, sure, each[0].instead)
        return best

    def tokens(self, text: str) -> list[int]:
        """The numbers of a text's tokens, with a space before its first word."""
        data = f" {text}".encode()
        room = len(data) + 8
        buffer = (llama_cpp.llama_token * room)()
        count = llama_cpp.llama_tokenize(self._vocabulary, data, len(data), buffer, room, False, False)
        return list(buffer[: max(count, 0)]) if text else []

    def _written(self, read: Sequence[Candidate]) -> list[int]:
        """What was read, as the model writes it; what it does not know is left out."""
        tokens = []
        for candidate in read:
            if candidate.intent in self.intents:
                order = self.intents[candidate.intent]
                known = sorted((p for p in candidate.slots if p.slot in order), key=lambda p: order.index(p.slot))
                tokens.append(self._number[f"<intent:{candidate.intent}>"])
                for pointed in known:
                    tokens += [self._number[f"<slot:{pointed.slot}>"], *self.tokens(normalise(pointed.words))]
        return tokens

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

    def _answers(self, words: list[int]) -> tuple[list[_Answer], float, bool]:
        """The intents of a command (none where none fits), how sure the first choice was, whether it corrects."""
        number = self._number
        logits = self.logits([number["<s>"], *words, number["<out>"]])
        logits[number["<none>"]] -= self._lead
        first = [*self._intent_of, number["<none>"]]
        corrects = [number["<instead>"]] if number["<then>"] in words else []
        token, sure = _best(logits, [*first, *corrects])
        if token in corrects:
            logits = self._next([token])
            token, share = _best(logits, list(self._intent_of))
            sure *= share
        else:
            corrects = []
        if token == number["<none>"]:
            return [], sure, False
        answers = [_Answer(self._intent_of[token], confidence=self._sure(sure))]
        free = [word not in self._control for word in words]
        for _ in range(_CONTEXT - len(words) - 4):
            logits = self._next([token])
            token, _ = _best(logits, self._allowed(answers[-1], words, free, len(answers) < _MOST_INTENTS))
            if token in self._slot_of or token in self._intent_of or token == number["</s>"]:
                self._close_slot(answers[-1], words, free)
            if token == number["</s>"]:
                break
            if token in self._slot_of:
                answers[-1].slot = self._slot_of[token]
            elif token in self._intent_of:
                share = _share(logits, token, [*self._intent_of, number["</s>"]])
                answers.append(_Answer(self._intent_of[token], confidence=self._sure(share)))
            else:
                answers[-1].value.append(token)
        return answers, sure, bool(corrects)

    def _sure(self, share: float) -> float:
        """How often a reading of this probability is right: 0 to 1 (Platt's scale, fitted after training)."""
        share = min(max(share, 1e-6), 1 - 1e-6)
        return 1 / (1 + math.exp(-self._slope * math.log(share / (1 - share)) - self._offset))

    def _allowed(self, answer: _Answer, words: list[int], free: list[bool], more: bool) -> list[int]:
        """The tokens that may come next."""
        said = bool(answer.pointed or answer.slot)  # an intent of which no word was said is not meant twice in a row
        ends = [self._number["</s>"]]
        ends += [token for token, name in self._intent_of.items() if more and (said or name != answer.intent)]
        order = self.intents[answer.intent]
        last = answer.slot or (answer.pointed[-1].slot if answer.pointed else "")
        ends += [self._number[f"<slot:{name}>"] for name in order[order.index(last) + 1 if last else 0 :]]
        if not answer.slot:
            return ends
        length = len(answer.value)
        follow, complete = set(), False
        for at in _places(answer.value, words, free):
            following = words[at + length] if at + length < len(words) and free[at + length] else None
            begins = at + length == len(words) or self._begins[words[at + length]]
            complete = complete or (length > 0 and begins)
            if following is not None and (length or begins):
                follow.add(following)
        return [*follow, *(ends if complete or not follow else [])]

    def _close_slot(self, answer: _Answer, words: list[int], free: list[bool]) -> None:
        """Take down what a slot points at; no other slot may point at the same words."""
        if answer.slot and answer.value:
            said = "".join(self._pieces[token] for token in answer.value).replace(_BEGINS_WORD, " ")
            answer.pointed.append(Pointed(answer.slot, _from_bytes(said).strip()))
            places = _places(answer.value, words, free)
            if len(places) == 1:
                free[places[0] : places[0] + len(answer.value)] = [False] * len(answer.value)
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
        told = self._told(path, "hark.intents")
        if not isinstance(told, dict):
            raise ModelError(f"{path} does not say what it was trained for; make it again with 'make model'")
        return {name: tuple(slots) for name, slots in told.items()}

    def _told(self, path: Path, key: str) -> Any:
        """What the file says under one of our own keys."""
        buffer = ctypes.create_string_buffer(1 << 16)
        got = llama_cpp.llama_model_meta_val_str(self._model, key.encode(), buffer, len(buffer))
        if got < 0:
            raise ModelError(f"{path} is a GGUF, but not one of Hark's; name one made by 'make model'")
        try:
            return json.loads(buffer.value)
        except ValueError as error:
            raise ModelError(f"{path} does not say what it was trained for; make it again with 'make model'") from error

    def _control_tokens(self, path: Path) -> dict[str, int]:
        slots = {slot for names in self.intents.values() for slot in names}
        wanted = [
            "<s>",
            "</s>",
            "<then>",
            "<out>",
            "<none>",
            "<instead>",
            *(f"<intent:{name}>" for name in self.intents),
        ]
        wanted += [f"<slot:{name}>" for name in slots]
        texts = [llama_cpp.llama_vocab_get_text(self._vocabulary, number) for number in range(self._size)]
        numbers = {text.decode("utf-8", "replace"): number for number, text in enumerate(texts)}
        if absent := [token for token in wanted if token not in numbers]:
            raise ModelError(f"{path} lacks the token {absent[0]}; make it again with 'make model'")
        return {token: numbers[token] for token in wanted}

    def _piece(self, number: int) -> str:
        text: bytes = llama_cpp.llama_vocab_get_text(self._vocabulary, number)
        return text.decode("utf-8", "replace")


def _splits(text: str) -> Iterator[list[str]]:
    """The ways to take a text apart into two or three at the words that join commands."""
    cuts = [found.span() for found in languages.current().words.joints.finditer(text)][:_JOINTS]
    for count in (1, 2):
        for some in combinations(cuts, count):
            starts, ends = [0, *(end for _, end in some)], [*(start for start, _ in some), len(text)]
            yield [text[start:end] for start, end in zip(starts, ends, strict=True)]


def _places(value: list[int], words: list[int], free: list[bool]) -> list[int]:
    """Where in a command a value stands, among words that are free."""
    length = len(value)
    starts = range(len(words) - max(length, 1) + 1)
    return [at for at in starts if words[at : at + length] == value and all(free[at : at + max(length, 1)])]


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
