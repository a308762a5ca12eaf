"""Write the network as GGUF, quantize it, and check that llama.cpp computes the same."""

import hashlib
import json
from pathlib import Path

import gguf
import numpy as np
import torch

from models.training.contract import SLOTS
from models.training.network import Network
from models.training.vocabulary import BEGIN, CONTROL, END, PAD, Encoder
from speaker import llama
from speaker.slm import LanguageModel

LEAD = 2.5
"""By how much "none of these" has to lead, in log odds: what is said after the wake word is oftener a command than a
sentence of the training is."""


def export(
    network: Network, encoder: Encoder, out: Path, folder: Path, sure: tuple[float, float, float] = (1.0, 0.0, LEAD)
) -> None:
    """Write ``out``, quantized to 8 bits (q8_0); the full one stays in ``folder``.

    ``sure``: slope and offset by which the model's log odds become its confidence (see ``calibrate``), and the ``LEAD``.
    """
    full = folder / "full.gguf"
    shape = network.shape
    writer = gguf.GGUFWriter(str(full), "llama")
    writer.add_name("hark-slm")
    writer.add_license("apache-2.0")
    writer.add_context_length(shape.context)
    writer.add_embedding_length(shape.width)
    writer.add_block_count(shape.layers)
    writer.add_feed_forward_length(shape.inner)
    writer.add_head_count(shape.heads)
    writer.add_head_count_kv(shape.groups)
    writer.add_layer_norm_rms_eps(shape.epsilon)
    writer.add_rope_dimension_count(shape.head)
    writer.add_rope_freq_base(shape.base)
    writer.add_vocab_size(shape.vocabulary)
    writer.add_file_type(gguf.LlamaFileType.ALL_F32)
    writer.add_string("hark.intents", json.dumps(SLOTS))
    writer.add_string("hark.confidence", json.dumps(sure))
    _tokens(writer, encoder, shape.vocabulary)
    for name, weight in network.state_dict().items():
        writer.add_tensor(name, weight.float().numpy())
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    out.parent.mkdir(parents=True, exist_ok=True)
    llama.quantize(full, out)
    checksum = hashlib.sha256(out.read_bytes()).hexdigest()
    out.with_name(out.name + ".sha256").write_text(f"{checksum}  {out.name}\n", encoding="ascii")
    print(f"{out}: {out.stat().st_size / 1e6:.2f} MB")


def _tokens(writer: gguf.GGUFWriter, encoder: Encoder, size: int) -> None:
    learned = json.loads(encoder.tokenizer.to_str())["model"]
    names = {number: token for token, number in learned["vocab"].items()}
    kinds = []
    for number in range(size):
        known = names.setdefault(number, f"<unused{number}>")
        control, normal = gguf.TokenType.CONTROL, gguf.TokenType.NORMAL
        kinds.append(control if known in CONTROL else gguf.TokenType.UNUSED if known.startswith("<unused") else normal)
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("gpt-2")
    writer.add_token_list([names[number] for number in range(size)])
    writer.add_token_types(kinds)
    writer.add_token_merges([m if isinstance(m, str) else " ".join(m) for m in learned["merges"]])
    writer.add_bos_token_id(encoder.number[BEGIN])
    writer.add_eos_token_id(encoder.number[END])
    writer.add_pad_token_id(encoder.number[PAD])
    writer.add_add_bos_token(False)
    writer.add_add_eos_token(False)
    writer.add_add_space_prefix(False)


@torch.no_grad()
def check(network: Network, encoder: Encoder, path: Path) -> None:
    """Compare tokens and logits of llama.cpp with ours; stops where they differ by more than rounding."""
    network.eval()
    model = LanguageModel(path)
    commands = [
        "turn off the lights in the kitchen",
        "set a timer for 3 hours and ten minutes",
        "it's 50% o'clock, mum's",
        "what is the capital of france",
        "add eggs and milk to my shopping list",
        "héllo wörld 안녕",
    ]
    worst, same = 0.0, 0
    for text in commands:
        ours = encoder.tokenizer.encode(text).ids
        theirs = model.tokens(text)
        if ours != theirs:
            raise SystemExit(f"llama.cpp reads {text!r} as other tokens: {theirs} instead of {ours}")
        prompt = [encoder.number[BEGIN], *ours, encoder.number["<out>"]]
        expected = network(torch.tensor([prompt]))[0, -1].numpy()
        got = model.logits(prompt)
        worst, same = max(worst, float(np.abs(expected - got).max())), same + int(expected.argmax() == got.argmax())
    print(f"logits of {len(commands)} commands: largest difference {worst:.3f}, same best token {same}/{len(commands)}")
    if same < len(commands) - 1 or worst > 1.0:
        raise SystemExit("llama.cpp does not compute what the network does")
    model.close()
