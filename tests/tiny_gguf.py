"""Chat models made from nothing: real GGUF files for llama.cpp, small, and of no use but to tests.

Their vocabulary is the 256 bytes (as GPT-2 writes them), whole pieces that a test names, and the tokens of a chat.
One with random weights says anything at all; one with a script writes exactly that, wherever it is let.
"""

import struct
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

TEMPLATE = (
    "{% for message in messages %}<|im_start|>{{ message.role }}\n{{ message.content }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
CHAT = ("<|im_start|>", "<|im_end|>")
NORMAL, CONTROL = 1, 3  # kinds of tokens
CONTEXT = 16384

Weights = Mapping[str, npt.NDArray[np.float32]]


def random_model(path: Path, seed: int = 0, template: str | None = TEMPLATE) -> Path:
    """Two layers of random weights."""
    tokens, width, inner = _tokens(), 64, 128
    draw = np.random.default_rng(seed)
    return _write(
        path, tokens, _weights(len(tokens), width, inner, 2, lambda *shape: draw.normal(0, 0.3, shape)), template
    )


def scripted_model(path: Path, script: Sequence[str], template: str | None = TEMPLATE) -> Path:
    """It writes these pieces, all different, one after the other, and then ends.

    Its layers do nothing: what comes next depends on the last token alone. Any piece but those leads nowhere.
    """
    tokens = _tokens(script)
    number = {token: at for at, token in enumerate(tokens)}
    width = len(tokens) + -len(tokens) % 32
    weights = _weights(len(tokens), width, 32, 1, lambda *shape: np.zeros(shape))
    weights["token_embd.weight"] = np.eye(len(tokens), width)
    for now, following in zip(["\n", *script], [*script, "<|im_end|>"], strict=True):
        weights["output.weight"][number[_letters(following)], number[_letters(now)]] = 1.0
    return _write(path, tokens, weights, template)


def _tokens(pieces: Iterable[str] = ()) -> list[str]:
    whole = [_letters(piece) for piece in pieces]
    singles = [letter for letter in _LETTERS if letter not in whole]
    return [*singles, *whole, *CHAT]


def _letters(text: str) -> str:
    """A text as GPT-2's vocabulary writes its bytes; the tokens of a chat as they are."""
    return text if text in CHAT else "".join(_LETTERS[byte] for byte in text.encode())


def _byte_letters() -> list[str]:
    plain = [*range(33, 127), *range(161, 173), *range(174, 256)]
    rest = iter(range(256, 512))
    return [chr(byte) if byte in plain else chr(next(rest)) for byte in range(256)]


_LETTERS = _byte_letters()


def _weights(vocabulary: int, width: int, inner: int, layers: int, draw: Any) -> dict[str, npt.NDArray[np.float64]]:
    shapes = {"token_embd": (vocabulary, width), "output": (vocabulary, width)}
    for layer in range(layers):
        shapes |= {f"blk.{layer}.attn_{name}": (width, width) for name in ("q", "k", "v", "output")}
        shapes |= {f"blk.{layer}.ffn_{name}": (inner, width) for name in ("gate", "up")}
        shapes[f"blk.{layer}.ffn_down"] = width, inner
    norms = ["output_norm", *(f"blk.{layer}.{part}_norm" for layer in range(layers) for part in ("attn", "ffn"))]
    return {f"{n}.weight": draw(*s) for n, s in shapes.items()} | {f"{n}.weight": np.ones(width) for n in norms}


def _write(path: Path, tokens: list[str], weights: Mapping[str, Any], template: str | None) -> Path:
    layers = sum(name.endswith("attn_q.weight") for name in weights)
    inner, width = weights["blk.0.ffn_up.weight"].shape
    keys: dict[str, Any] = {
        "general.architecture": "llama",
        "general.alignment": 32,
        "llama.context_length": CONTEXT,
        "llama.embedding_length": width,
        "llama.block_count": layers,
        "llama.feed_forward_length": inner,
        "llama.attention.head_count": 2,
        "llama.attention.head_count_kv": 2,
        "llama.attention.layer_norm_rms_epsilon": 1e-5,
        "llama.rope.dimension_count": width // 2,
        "llama.vocab_size": len(tokens),
        "tokenizer.ggml.model": "gpt2",
        "tokenizer.ggml.pre": "gpt-2",
        "tokenizer.ggml.tokens": tokens,
        "tokenizer.ggml.token_type": [np.int32(CONTROL if token in CHAT else NORMAL) for token in tokens],
        "tokenizer.ggml.merges": ["h e"],
        "tokenizer.ggml.bos_token_id": tokens.index("<|im_start|>"),
        "tokenizer.ggml.eos_token_id": tokens.index("<|im_end|>"),
        "tokenizer.ggml.add_bos_token": False,
    }
    if template is not None:
        keys["tokenizer.chat_template"] = template
    head, data = bytearray(), bytearray()
    for key, value in keys.items():
        head += _text(key) + _value(value)
    for name, weight in weights.items():
        head += _text(name) + struct.pack(f"<I{weight.ndim}QIQ", weight.ndim, *weight.shape[::-1], 0, len(data))
        data += weight.astype("<f4").tobytes()
        data += bytes(-len(data) % 32)
    whole = b"GGUF" + struct.pack("<IQQ", 3, len(weights), len(keys)) + head
    path.write_bytes(whole + bytes(-len(whole) % 32) + data)
    return path


def _text(text: str) -> bytes:
    return struct.pack("<Q", len(text.encode())) + text.encode()


def _value(value: Any) -> bytes:
    """A value with the number of its type before it."""
    if isinstance(value, bool):
        return struct.pack("<I?", 7, value)
    if isinstance(value, np.int32):
        return struct.pack("<Ii", 5, value)
    if isinstance(value, int):
        return struct.pack("<II", 4, value)
    if isinstance(value, float):
        return struct.pack("<If", 6, value)
    if isinstance(value, str):
        return struct.pack("<I", 8) + _text(value)
    values = [_value(each) for each in value]
    return struct.pack("<I", 9) + values[0][:4] + struct.pack("<Q", len(values)) + b"".join(v[4:] for v in values)
