"""The language model's GGUF, read to be changed, and written again with further words."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import gguf
import numpy as np

from speaker import llama
from speaker.errors import ModelError
from speaker.learning.network import Floats, Network, Shape

_KEPT = (
    "general.name",
    "general.license",
    "llama.context_length",
    "llama.embedding_length",
    "llama.block_count",
    "llama.feed_forward_length",
    "llama.attention.head_count",
    "llama.attention.head_count_kv",
    "llama.attention.layer_norm_rms_epsilon",
    "llama.rope.dimension_count",
    "llama.rope.freq_base",
    "tokenizer.ggml.model",
    "tokenizer.ggml.pre",
    "tokenizer.ggml.merges",
    "tokenizer.ggml.bos_token_id",
    "tokenizer.ggml.eos_token_id",
    "tokenizer.ggml.padding_token_id",
    "tokenizer.ggml.add_bos_token",
    "tokenizer.ggml.add_eos_token",
    "tokenizer.ggml.add_space_prefix",
)


@dataclass(frozen=True)
class ModelFile:
    """What stands in the file."""

    path: Path
    tokens: tuple[str, ...]
    kinds: tuple[int, ...]
    """Of the tokens, as GGUF numbers them."""
    intents: Mapping[str, tuple[str, ...]]
    """With their slots, in the order in which the model writes them."""
    network: Network
    added: tuple[str, ...] = ()
    """Tokens that were not there when it was read; the last of all."""

    def extended(self, intents: Mapping[str, Sequence[str]]) -> "ModelFile":
        """With further intents, and tokens for them and for slots that are new; each begins as the mean of its kind."""
        wanted = [f"<intent:{name}>" for name in intents]
        wanted += [f"<slot:{slot}>" for slots in intents.values() for slot in slots]
        new = [token for token in dict.fromkeys(wanted) if token not in self.tokens]
        table = self.network.weights["token_embd.weight"]
        rows = [table[[t.startswith(token.partition(":")[0]) for t in self.tokens]].mean(0) for token in new]
        weights = dict(self.network.weights) | {"token_embd.weight": np.concatenate([table, *(r[None] for r in rows)])}
        return replace(
            self,
            tokens=(*self.tokens, *new),
            kinds=(*self.kinds, *(int(gguf.TokenType.CONTROL) for _ in new)),
            intents={**self.intents, **{name: tuple(slots) for name, slots in intents.items()}},
            network=Network(self.network.shape, weights),
            added=tuple(new),
        )


def read(path: Path) -> ModelFile:
    """Read a GGUF made by models/training, with its weights in full. Raises ModelError where it is no such file."""
    try:
        reader = gguf.GGUFReader(path)
        told = {key: field.contents() for key, field in reader.fields.items()}
        shape = Shape(
            told["llama.embedding_length"],
            told["llama.block_count"],
            told["llama.attention.head_count"],
            told["llama.attention.head_count_kv"],
            told["llama.attention.layer_norm_rms_epsilon"],
            told["llama.rope.freq_base"],
        )
        weights = {tensor.name: _full(tensor) for tensor in reader.tensors}
        intents = {name: tuple(slots) for name, slots in json.loads(told["hark.intents"]).items()}
    except (OSError, ValueError, KeyError, IndexError) as error:
        raise ModelError(f"{path} is not a language model of Hark's: {error}; restore it") from error
    kinds = tuple(told["tokenizer.ggml.token_type"])
    return ModelFile(path, tuple(told["tokenizer.ggml.tokens"]), kinds, intents, Network(shape, weights))


def told(path: Path, key: str) -> str:
    """What a file says under one of our own keys. Raises ModelError where it says nothing."""
    try:
        return str(gguf.GGUFReader(path).fields[key].contents())
    except (OSError, ValueError, KeyError, IndexError) as error:
        raise ModelError(f"{path} is damaged or no model of Hark's; remove it") from error


def write(model: ModelFile, out: Path, told: Mapping[str, str]) -> None:
    """Write it, quantized to 8 bits, with what else is to be ``told`` by it (keys and text).

    Raises ModelError where it cannot be written.
    """
    full = out.with_name(out.name + ".full")
    writer = gguf.GGUFWriter(str(full), "llama")
    for key, field in gguf.GGUFReader(model.path).fields.items():
        if key in _KEPT:
            _copy(writer, key, field)
    writer.add_vocab_size(len(model.tokens))
    writer.add_file_type(gguf.LlamaFileType.ALL_F32)
    writer.add_token_list(list(model.tokens))
    writer.add_token_types(list(model.kinds))
    for key, text in {"hark.intents": json.dumps(model.intents), **told}.items():
        writer.add_string(key, text)
    for name, weight in model.network.weights.items():
        writer.add_tensor(name, weight)
    try:
        writer.write_header_to_file()
        writer.write_kv_data_to_file()
        writer.write_tensors_to_file()
    except OSError as error:
        raise ModelError(f"{full} cannot be written: {error}; free some space") from error
    finally:
        writer.close()
    llama.quantize(full, out)
    full.unlink()


def _full(tensor: Any) -> Floats:
    """A tensor's weights, shape (out, in) or (width,)."""
    weights = gguf.dequantize(tensor.data, tensor.tensor_type).astype(np.float32)
    return np.ascontiguousarray(weights.reshape(tuple(reversed(tensor.shape.tolist()))))


def _copy(writer: gguf.GGUFWriter, key: str, field: Any) -> None:
    inner = field.types[1] if field.types[0] == gguf.GGUFValueType.ARRAY else None
    writer.add_key_value(key, field.contents(), field.types[0], inner)
