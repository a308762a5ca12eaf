"""llama.cpp as Hark uses it: loading a GGUF, a session that keeps what it was fed, and a grammar over its tokens."""

import ctypes
import hashlib
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import llama_cpp
import numpy as np
import numpy.typing as npt
from llama_cpp.llama_chat_format import Jinja2ChatFormatter

from speaker.errors import ModelError

Floats = npt.NDArray[np.float32]

CHUNK = 64
"""Tokens that are evaluated at a time: between two chunks it can be stopped. Of 32, each takes a fifth longer."""

_CANDIDATE = np.dtype([("id", np.int32), ("logit", np.float32), ("p", np.float32)])  # llama_token_data


@llama_cpp.llama_log_callback  # type: ignore[untyped-decorator]
def silent(level: int, text: bytes, data: ctypes.c_void_p) -> None:
    """llama.cpp's messages are for its developers; what matters is raised."""


def load(path: Path, key: str, mend: str) -> Any:
    """llama.cpp's handle of the model in a GGUF; to be freed by who asked for it.

    ``key`` of the configuration names it; ``mend`` says how to get a good one. Raises ModelError where the file is
    missing, no GGUF, not what its checksum beside it says, or nothing that llama.cpp can run.
    """
    if not path.is_file():
        raise ModelError(f"there is no language model {path}; correct '{key}', or leave it out")
    with path.open("rb") as file:
        if file.read(4) != b"GGUF":
            raise ModelError(f"{path} is no GGUF file; {mend}")
    checksum = path.with_name(path.name + ".sha256")
    if checksum.is_file():
        expected = checksum.read_text(encoding="ascii", errors="replace").split()[:1]
        with path.open("rb") as file:
            if expected != [hashlib.file_digest(file, "sha256").hexdigest()]:
                raise ModelError(f"{path} is damaged: its bytes do not match {checksum.name}; restore it")
    llama_cpp.llama_log_set(silent, ctypes.c_void_p(0))
    llama_cpp.llama_backend_init()
    model = llama_cpp.llama_model_load_from_file(str(path).encode(), llama_cpp.llama_model_default_params())
    if not model:
        raise ModelError(f"{path} is not a GGUF that llama.cpp can read; {mend}")
    return model


def quantize(full: Path, out: Path) -> None:
    """Write a GGUF again with weights of 8 bits (q8_0). Raises ModelError where llama.cpp cannot."""
    llama_cpp.llama_log_set(silent, ctypes.c_void_p(0))
    parameters = llama_cpp.llama_model_quantize_default_params()
    parameters.ftype = llama_cpp.LLAMA_FTYPE_MOSTLY_Q8_0
    parameters.nthread = 1
    if llama_cpp.llama_model_quantize(str(full).encode(), str(out).encode(), parameters) != 0:
        raise ModelError(f"llama.cpp could not write {out}; free some space, and try again")


class Weights:
    """A loaded model and its vocabulary."""

    def __init__(self, path: Path, key: str, mend: str) -> None:
        """Raises ModelError, as ``load`` does."""
        self.path = path
        self.model = load(path, key, mend)
        self.vocabulary = llama_cpp.llama_model_get_vocab(self.model)
        self.size: int = llama_cpp.llama_vocab_n_tokens(self.vocabulary)
        self.longest: int = llama_cpp.llama_model_n_ctx_train(self.model)

    def tokens(self, text: str, special: bool = False) -> list[int]:
        """The numbers of a text's tokens; ``special``: text such as ``<|im_end|>`` becomes the token of that name."""
        data = text.encode("utf-8", "replace")
        room = len(data) + 16
        buffer = (llama_cpp.llama_token * room)()
        count = llama_cpp.llama_tokenize(self.vocabulary, data, len(data), buffer, room, False, special)
        return list(buffer[: max(count, 0)])

    def piece(self, token: int) -> bytes:
        """What a token writes; nothing where it is a control token."""
        buffer = ctypes.create_string_buffer(256)
        count = llama_cpp.llama_token_to_piece(self.vocabulary, token, buffer, len(buffer), 0, False)
        return buffer.raw[: max(count, 0)]

    def ends(self, token: int) -> bool:
        """Whether a token ends what is written."""
        return bool(llama_cpp.llama_vocab_is_eog(self.vocabulary, token))

    def chat(self, messages: Sequence[tuple[str, str]]) -> str | None:
        """Messages (of a role each) as the file's own template writes them, up to where the assistant begins to write.

        None where the file has no template. Raises ValueError where the template does not take such messages, and
        whatever else a faulty template may raise.
        """
        template = llama_cpp.llama_model_chat_template(self.model, None)
        if not template:
            return None
        first, last = (self._text(of(self.vocabulary)) for of in (llama_cpp.llama_vocab_bos, llama_cpp.llama_vocab_eos))
        chat = Jinja2ChatFormatter(template.decode("utf-8", "replace"), eos_token=last, bos_token=first)
        # Models that can think aloud are asked not to: nobody waits for that.
        written = [{"role": role, "content": content} for role, content in messages]
        return str(chat(messages=written, enable_thinking=False).prompt)  # type: ignore[arg-type]

    def begin(self, tokens: Sequence[int]) -> list[int]:
        """The tokens with the one that begins a text, where the model wants one and it is not there."""
        first = llama_cpp.llama_vocab_bos(self.vocabulary)
        wanted = llama_cpp.llama_vocab_get_add_bos(self.vocabulary) and first >= 0 and [*tokens[:1]] != [first]
        return [first, *tokens] if wanted else list(tokens)

    def close(self) -> None:
        """Free it; sessions on it must be closed before."""
        if self.model:
            llama_cpp.llama_model_free(self.model)
        self.model = None

    def _text(self, token: int) -> str:
        return llama_cpp.llama_vocab_get_text(self.vocabulary, token).decode("utf-8", "replace") if token >= 0 else ""


class Session:
    """A text that is being read and written; its beginning is kept from one use to the next."""

    def __init__(self, weights: Weights, size: int) -> None:
        """``size``: tokens that it can hold. Raises ModelError where memory is short."""
        self.size = min(size, weights.longest)
        self.evaluated = 0
        """Tokens that the model has looked at since the session began: what time goes into."""
        self._fed: list[int] = []
        self._vocabulary_size = weights.size
        parameters = llama_cpp.llama_context_default_params()
        parameters.n_ctx = self.size
        parameters.n_batch = parameters.n_ubatch = CHUNK
        parameters.n_threads = parameters.n_threads_batch = _threads()
        self._context = llama_cpp.llama_init_from_model(weights.model, parameters)
        if not self._context:
            raise ModelError(f"llama.cpp has no memory left to run {weights.path}; close other programs")
        self._buffer = (llama_cpp.llama_token * CHUNK)()

    def restart(self, beginning: Sequence[int], go_on: Callable[[], None]) -> None:
        """Go back to just behind ``beginning``; only what is not there yet is evaluated.

        The same beginning is always evaluated in the same chunks, so that what follows never depends on what was
        there before. ``go_on`` is called before each chunk and may raise to stop it; what was done is kept.
        """
        same = 0
        while same < min(len(beginning), len(self._fed)) and beginning[same] == self._fed[same]:
            same += 1
        keep = same if same == len(beginning) else same - same % CHUNK
        memory = llama_cpp.llama_get_memory(self._context)
        if not llama_cpp.llama_memory_seq_rm(memory, 0, keep, -1):  # models without attention cannot go back a bit
            llama_cpp.llama_memory_clear(memory, True)
            keep = 0
        del self._fed[keep:]
        self.feed(beginning[keep:], go_on)

    def feed(self, tokens: Sequence[int], go_on: Callable[[], None]) -> None:
        """Read on; ``go_on`` as in ``restart``."""
        for start in range(0, len(tokens), CHUNK):
            go_on()
            chunk = tokens[start : start + CHUNK]
            for at, token in enumerate(chunk):
                self._buffer[at] = token
            batch = llama_cpp.llama_batch_get_one(self._buffer, len(chunk))
            if llama_cpp.llama_decode(self._context, batch) != 0:
                raise ModelError("llama.cpp could not run the general model; restart Hark")
            self._fed += chunk
            self.evaluated += len(chunk)

    def logits(self) -> Floats:
        """What is expected next, shape (vocabulary,)."""
        pointer = llama_cpp.llama_get_logits_ith(self._context, -1)
        return np.ctypeslib.as_array(pointer, shape=(self._vocabulary_size,)).copy()

    def close(self) -> None:
        """Free it."""
        if self._context:
            llama_cpp.llama_free(self._context)
        self._context = None


def _threads() -> int:
    """All cores but one: llama.cpp's threads wait for each other, so one that must share its core slows them all."""
    return min(max((os.cpu_count() or 1) - 1, 1), 4)


class Grammar:
    """What may be written, as rules in llama.cpp's notation (GBNF), and how far it has been."""

    def __init__(self, weights: Weights, rules: str) -> None:
        """The first rule is ``root``. Raises ModelError where llama.cpp does not take them."""
        self._sampler = llama_cpp.llama_sampler_init_grammar(weights.vocabulary, rules.encode(), b"root")
        if not self._sampler:
            raise ModelError("llama.cpp does not take the grammar of the commands; report this with 'hark plugins'")

    def allows(self, token: int) -> bool:
        """Whether a token may come next."""
        return bool(np.isfinite(self._apply(np.array([token]), np.zeros(1))[0]))

    def masked(self, logits: Floats) -> Floats:
        """The logits with minus infinity for tokens that may not come next; 8 ms for a vocabulary of 150 000."""
        return self._apply(np.arange(len(logits)), logits)

    def accept(self, token: int) -> None:
        """Go on by a token that may come next."""
        llama_cpp.llama_sampler_accept(self._sampler, token)

    def close(self) -> None:
        """Free it."""
        llama_cpp.llama_sampler_free(self._sampler)

    def _apply(self, tokens: npt.NDArray[Any], logits: npt.NDArray[Any]) -> Floats:
        candidates = np.zeros(len(tokens), _CANDIDATE)
        candidates["id"], candidates["logit"] = tokens, logits
        data = (llama_cpp.llama_token_data * len(candidates)).from_address(candidates.ctypes.data)
        array = llama_cpp.llama_token_data_array(data=data, size=len(candidates), selected=-1, sorted=False)
        llama_cpp.llama_sampler_apply(self._sampler, ctypes.byref(array))
        return candidates["logit"].copy()
