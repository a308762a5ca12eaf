"""The network: a small Llama, as llama.cpp knows it (RMS norm, rotary positions, grouped queries, SwiGLU).

Llama: Touvron et al. 2023, https://arxiv.org/abs/2302.13971
"""

import math
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional


@dataclass(frozen=True)
class Shape:
    """How large the network is."""

    vocabulary: int = 4096
    width: int = 256
    layers: int = 6
    inner: int = 640
    heads: int = 8
    groups: int = 2
    context: int = 512
    epsilon: float = 1e-5
    base: float = 10_000.0

    @property
    def head(self) -> int:
        return self.width // self.heads


SHAPES = {
    "2M": Shape(width=192, layers=4, inner=512, heads=6),
    "5M": Shape(),
    "12M": Shape(width=384, layers=7, inner=1024, heads=12, groups=4),
}
"""The sizes that were compared."""


class Norm(nn.Module):
    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(shape.width))
        self.epsilon = shape.epsilon

    def forward(self, x: Tensor) -> Tensor:
        return functional.rms_norm(x, (x.shape[-1],), self.weight, self.epsilon)


def rotate(x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
    """Rotary positions on interleaved pairs, the order that GGUF's llama expects."""
    even, odd = x[..., 0::2], x[..., 1::2]
    return torch.stack((even * cos - odd * sin, even * sin + odd * cos), -1).flatten(-2)


def attend(q: Tensor, k: Tensor, v: Tensor) -> Tensor:
    """Causal attention written out: for sentences this short it trains 1.6 times as fast as torch's own on a CPU."""
    length = q.shape[2]
    scores = (q @ k.transpose(-1, -2)).float() / math.sqrt(q.shape[-1])
    future = torch.full((length, length), -math.inf, device=q.device).triu(1)
    return (scores + future).softmax(-1).to(v.dtype) @ v


class Block(nn.Module):
    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.shape = shape
        width, keys = shape.width, shape.groups * shape.head
        self.attn_norm, self.ffn_norm = Norm(shape), Norm(shape)
        self.attn_q = nn.Linear(width, width, bias=False)
        self.attn_k = nn.Linear(width, keys, bias=False)
        self.attn_v = nn.Linear(width, keys, bias=False)
        self.attn_output = nn.Linear(width, width, bias=False)
        self.ffn_gate = nn.Linear(width, shape.inner, bias=False)
        self.ffn_up = nn.Linear(width, shape.inner, bias=False)
        self.ffn_down = nn.Linear(shape.inner, width, bias=False)

    def forward(self, x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
        batch, length, _ = x.shape
        h = self.attn_norm(x)

        def heads(y: Tensor) -> Tensor:
            return y.view(batch, length, -1, self.shape.head).transpose(1, 2)

        q, k, v = (
            rotate(heads(self.attn_q(h)), cos, sin),
            rotate(heads(self.attn_k(h)), cos, sin),
            heads(self.attn_v(h)),
        )
        repeat = self.shape.heads // self.shape.groups
        k, v = k.repeat_interleave(repeat, 1), v.repeat_interleave(repeat, 1)
        seen = attend(q, k, v)
        x = x + self.attn_output(seen.transpose(1, 2).reshape(batch, length, -1))
        h = self.ffn_norm(x)
        return x + self.ffn_down(functional.silu(self.ffn_gate(h)) * self.ffn_up(h))


class Network(nn.Module):
    """Token numbers (batch, length) to logits (batch, length, vocabulary); embeddings are tied."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.shape = shape
        self.token_embd = nn.Embedding(shape.vocabulary, shape.width)
        self.blk = nn.ModuleList(Block(shape) for _ in range(shape.layers))
        self.output_norm = Norm(shape)
        for name, weight in self.named_parameters():
            if weight.dim() > 1:
                deep = name.endswith(("attn_output.weight", "ffn_down.weight"))
                nn.init.normal_(weight, 0.0, 0.02 / (math.sqrt(2 * shape.layers) if deep else 1.0))
        frequencies = shape.base ** (-torch.arange(0, shape.head, 2).float() / shape.head)
        angles = torch.outer(torch.arange(shape.context).float(), frequencies)
        self.register_buffer("cos", angles.cos(), persistent=False)
        self.register_buffer("sin", angles.sin(), persistent=False)

    def forward(self, tokens: Tensor) -> Tensor:
        return functional.linear(self.hidden(tokens), self.token_embd.weight)

    def hidden(self, tokens: Tensor) -> Tensor:
        """What the last layer knows at each token, shape (batch, length, width)."""
        length = tokens.shape[1]
        h = self.token_embd(tokens)
        for block in self.blk:
            h = block(h, self.cos[:length], self.sin[:length])
        return self.output_norm(h)
