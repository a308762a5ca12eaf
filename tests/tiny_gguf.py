"""Chat models made from nothing: real GGUF files for llama.cpp, of no use but to tests and benchmarks.

Their vocabulary is the 256 bytes (as GPT-2 writes them), whole pieces or words that are named, and the tokens of a
chat. One with random weights says anything at all; one with a script writes exactly that, wherever it is let.
"""

import re
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
NORMAL, UNKNOWN, CONTROL, BYTE = 1, 2, 3, 6  # kinds of tokens
CONTEXT = 16384

F32, Q4_0 = 0, 2  # kinds of weights; the latter in blocks of 32 that take 18 bytes


def random_model(path: Path, seed: int = 0, template: str | None = TEMPLATE, without: str = "") -> Path:
    """Two layers of random weights; ``without``: letters that its vocabulary lacks."""
    tokens, width, inner = [token for token in _tokens() if token not in [*without]], 64, 128
    draw = np.random.default_rng(seed)
    return _write(
        path, tokens, _weights(len(tokens), width, inner, 2, lambda *shape: draw.normal(0, 0.3, shape)), template
    )


def sentencepiece_model(path: Path, seed: int = 0) -> Path:
    """Random weights behind the other common kind of vocabulary: "▁" for a space, and bytes for what is no letter."""
    tokens = ["<unk>", *(f"<0x{byte:02X}>" for byte in range(256)), *_SENTENCEPIECE, *CHAT]
    draw = np.random.default_rng(seed)
    weights = _weights(len(tokens), 64, 128, 2, lambda *shape: draw.normal(0, 0.3, shape))
    return _write(path, tokens, weights, "{{ bos_token }}" + TEMPLATE)


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


def large_model(path: Path, text: str) -> Path:
    """The size of Qwen2.5-0.5B in q4_0, 0.3 GB, with random weights: it costs what such a model costs.

    A word of ``text``, or a run of marks, is one token, as most are to a real one.
    """
    merges, pieces = dict[str, None](), dict[str, None]()
    for word in re.findall(r" ?[a-zA-Z]+| ?[^\sa-zA-Z]+", text):
        letters = _letters(word)
        for end in range(1, len(letters)):
            merges[f"{letters[:end]} {letters[end]}"] = None
            pieces[letters[: end + 1]] = None
    tokens = [*_LETTERS, *pieces, *CHAT]
    tokens += [f"unused{at}" for at in range(151_936 - len(tokens))]
    draw = np.random.default_rng(0)

    def blocks(rows: int, columns: int) -> npt.NDArray[np.uint8]:
        made = draw.integers(0, 256, (rows, columns // 32, 18), np.uint8)
        made[:, :, :2] = np.frombuffer(np.float16(0.01).tobytes(), np.uint8)
        return made.reshape(rows, -1)

    weights = _weights(len(tokens), 896, 4864, 24, blocks, groups=128)
    del weights["output.weight"]  # that of the embedding serves
    return _write(path, tokens, weights, TEMPLATE, heads=14, groups=2, merges=list(merges))


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
_SENTENCEPIECE = ["▁", *"abcdefghijklmnopqrstuvwxyz", "▁t", "▁ti", "▁tim", "▁time", "er", "▁timer"]


def _weights(vocabulary: int, width: int, inner: int, layers: int, draw: Any, groups: int = 0) -> dict[str, Any]:
    """``draw`` makes a matrix; ``groups`` is the width of keys and values, where it is another."""
    shapes = {"token_embd": (vocabulary, width), "output": (vocabulary, width)}
    for layer in range(layers):
        shapes |= {f"blk.{layer}.attn_{name}": (width, width) for name in ("q", "output")}
        shapes |= {f"blk.{layer}.attn_{name}": (groups or width, width) for name in ("k", "v")}
        shapes |= {f"blk.{layer}.ffn_{name}": (inner, width) for name in ("gate", "up")}
        shapes[f"blk.{layer}.ffn_down"] = width, inner
    norms = ["output_norm", *(f"blk.{layer}.{part}_norm" for layer in range(layers) for part in ("attn", "ffn"))]
    return {f"{n}.weight": draw(*s) for n, s in shapes.items()} | {f"{n}.weight": np.ones(width) for n in norms}


def _write(
    path: Path,
    tokens: Sequence[str],
    weights: Mapping[str, Any],
    template: str | None,
    heads: int = 2,
    groups: int = 2,
    merges: Sequence[str] = ("h e",),
) -> Path:
    """Weights are float, or bytes of q4_0."""
    layers = sum(name.endswith("attn_q.weight") for name in weights)
    width, inner = len(weights["output_norm.weight"]), len(weights["blk.0.ffn_up.weight"])
    keys: dict[str, Any] = {
        "general.architecture": "llama",
        "general.alignment": 32,
        "llama.context_length": CONTEXT,
        "llama.embedding_length": width,
        "llama.block_count": layers,
        "llama.feed_forward_length": inner,
        "llama.attention.head_count": heads,
        "llama.attention.head_count_kv": groups,
        "llama.attention.layer_norm_rms_epsilon": 1e-5,
        "llama.rope.dimension_count": width // heads,
        "llama.vocab_size": len(tokens),
        "tokenizer.ggml.tokens": tokens,
        "tokenizer.ggml.token_type": [np.int32(_kind(token)) for token in tokens],
        "tokenizer.ggml.bos_token_id": tokens.index("<|im_start|>"),
        "tokenizer.ggml.eos_token_id": tokens.index("<|im_end|>"),
        "tokenizer.ggml.add_bos_token": "<unk>" in tokens,
    }
    if "<unk>" in tokens:
        keys |= {"tokenizer.ggml.model": "llama", "tokenizer.ggml.scores": [-float(at) for at in range(len(tokens))]}
    else:
        keys |= {"tokenizer.ggml.model": "gpt2", "tokenizer.ggml.pre": "gpt-2", "tokenizer.ggml.merges": merges}
    if template is not None:
        keys["tokenizer.chat_template"] = template
    head, data = bytearray(), bytearray()
    for key, value in keys.items():
        head += _text(key) + _value(value)
    for name, weight in weights.items():
        packed = weight.dtype == np.uint8
        *rows, columns = weight.shape
        shape = [columns // 18 * 32 if packed else columns, *rows]
        head += _text(name) + struct.pack(f"<I{len(shape)}Q", len(shape), *shape)
        head += struct.pack("<IQ", Q4_0 if packed else F32, len(data))
        data += (weight if packed else weight.astype("<f4")).tobytes()
        data += bytes(-len(data) % 32)
    whole = b"GGUF" + struct.pack("<IQQ", 3, len(weights), len(keys)) + head
    path.write_bytes(whole + bytes(-len(whole) % 32) + data)
    return path


def _kind(token: str) -> int:
    if token in CHAT or token == "<unk>":
        return CONTROL if token in CHAT else UNKNOWN
    return BYTE if token.startswith("<0x") else NORMAL


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
