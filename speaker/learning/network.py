"""The language model's network with its gradients, in numpy: small enough to be taught where it runs.

A Llama (Touvron et al. 2023): RMS norm, rotary positions on interleaved pairs, grouped queries, SwiGLU, tied
embeddings. The same that llama.cpp runs and models/training trains; here each part also goes backwards.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Numbers = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
Turns = npt.NDArray[np.complex64]
Back = Callable[[Floats], Floats]
"""From the gradient at a part's output to that at its input; what its weights get is kept aside."""


@dataclass(frozen=True, slots=True)
class Shape:
    """How large the network is."""

    width: int
    layers: int
    heads: int
    groups: int
    """Heads that share a key and a value are a group."""
    epsilon: float
    base: float
    """Of the rotary positions."""

    @property
    def head(self) -> int:
        return self.width // self.heads


class Network:
    """Weights by their names in a GGUF, each shape (out, in) or (width,); they are changed in place when it learns."""

    def __init__(self, shape: Shape, weights: Mapping[str, Floats]) -> None:
        self.shape = shape
        self.weights = dict(weights)

    def logits(self, tokens: Numbers) -> Floats:
        """What comes next after each token; tokens (batch, length) → (batch, length, vocabulary)."""
        hidden, _ = self._hidden(tokens, {})
        return hidden @ self.weights["token_embd.weight"].T

    def hidden(self, tokens: Numbers) -> Floats:
        """What the last layer knows at each token; tokens (batch, length) → (batch, length, width)."""
        return self._hidden(tokens, {})[0]

    def learn(
        self, tokens: Numbers, worth: Floats, kept: "tuple[Network, Flags] | None" = None
    ) -> tuple[float, dict[str, Floats]]:
        """(mean loss, its gradient by weight) of foretelling each token from those before it.

        ``tokens`` (batch, length); ``worth`` of the same shape, how much each token counts; 0 where it is not to be
        learned, as for padding. ``kept``: a network as it was before, and in which rows, (batch,), not the token is to be
        foretold but what that one expects, so that less is forgotten (Li and Hoiem 2016, Learning without Forgetting);
        its vocabulary is the beginning of this one's.
        """
        gradients: dict[str, Floats] = {}
        hidden, back = self._hidden(tokens[:, :-1], gradients)
        rows = np.nonzero(worth[:, 1:])
        share = worth[:, 1:][rows] / worth[:, 1:].sum()
        known, table, right = hidden[rows], self.weights["token_embd.weight"], tokens[:, 1:][rows]
        logits = known @ table.T
        logits -= logits.max(-1, keepdims=True)
        chance = np.exp(logits)
        total = chance.sum(-1, keepdims=True)
        at = np.arange(len(right))
        loss = float((share * (np.log(total[:, 0]) - logits[at, right])).sum())
        error = chance / total
        before, stays = kept or (self, np.zeros(len(tokens), np.bool_))
        old = stays[rows[0]]
        error[at[~old], right[~old]] -= 1
        if old.any():
            which = (np.cumsum(stays) - 1)[rows[0][old]]  # where a row stands among those that are kept
            then = before.logits(tokens[stays][:, :-1])[which, rows[1][old]]
            error[old, : then.shape[-1]] -= _chances(then)
        error *= share[:, None]
        above = np.zeros_like(hidden)
        above[rows] = error @ table
        below = back(above)
        gradients["token_embd.weight"] = error.T @ known
        np.add.at(gradients["token_embd.weight"], tokens[:, :-1], below)
        return loss, gradients

    def _hidden(self, tokens: Numbers, gradients: dict[str, Floats]) -> tuple[Floats, Back]:
        x = self.weights["token_embd.weight"][tokens]
        turn = _turns(tokens.shape[1], self.shape)
        backs: list[Back] = []
        for layer in range(self.shape.layers):
            x, block_back = self._block(x, f"blk.{layer}.", turn, gradients)
            backs.append(block_back)
        x, norm = self._norm(x, "output_norm.weight", gradients)

        def back(above: Floats) -> Floats:
            above = norm(above)
            for block in reversed(backs):
                above = block(above)
            return above

        return x, back

    def _block(self, x: Floats, name: str, turn: Turns, gradients: dict[str, Floats]) -> tuple[Floats, Back]:
        normed, norm = self._norm(x, f"{name}attn_norm.weight", gradients)
        seen, attend = self._attention(normed, name, turn, gradients)
        x = x + seen
        normed, norm2 = self._norm(x, f"{name}ffn_norm.weight", gradients)
        thought, feed = self._feed(normed, name, gradients)

        def back(above: Floats) -> Floats:
            above = above + norm2(feed(above))
            return above + norm(attend(above))

        return x + thought, back

    def _attention(self, x: Floats, name: str, turn: Turns, gradients: dict[str, Floats]) -> tuple[Floats, Back]:
        batch, length, _ = x.shape
        s, scale = self.shape, np.float32(self.shape.head**-0.5)

        def heads(y: Floats, per_group: int) -> Floats:  # (batch, group, of the group, length, head)
            return y.reshape(batch, length, s.groups, per_group, s.head).transpose(0, 2, 3, 1, 4)

        def flat(y: Floats) -> Floats:
            return np.ascontiguousarray(y.transpose(0, 3, 1, 2, 4)).reshape(batch, length, -1)

        q_, q_back = self._linear(x, f"{name}attn_q.weight", gradients)
        k_, k_back = self._linear(x, f"{name}attn_k.weight", gradients)
        v_, v_back = self._linear(x, f"{name}attn_v.weight", gradients)
        q, k, v = _rotate(heads(q_, s.heads // s.groups), turn), _rotate(heads(k_, 1), turn), heads(v_, 1)
        scores = q @ k.swapaxes(-1, -2) * scale + np.triu(np.full((length, length), -np.inf, np.float32), 1)
        share = np.exp(scores - scores.max(-1, keepdims=True))
        share /= share.sum(-1, keepdims=True)
        out, out_back = self._linear(flat(share @ v), f"{name}attn_output.weight", gradients)

        def back(above: Floats) -> Floats:
            d = heads(out_back(above), s.heads // s.groups)
            d_share = d @ v.swapaxes(-1, -2)
            d_scores = share * (d_share - (d_share * share).sum(-1, keepdims=True)) * scale
            d_v = (share.swapaxes(-1, -2) @ d).sum(2, keepdims=True)
            d_k = (d_scores.swapaxes(-1, -2) @ q).sum(2, keepdims=True)
            below = q_back(flat(_rotate(d_scores @ k, turn.conj())))
            below += k_back(flat(_rotate(d_k, turn.conj())))
            return below + v_back(flat(d_v))

        return out, back

    def _feed(self, x: Floats, name: str, gradients: dict[str, Floats]) -> tuple[Floats, Back]:
        gate, gate_back = self._linear(x, f"{name}ffn_gate.weight", gradients)
        up, up_back = self._linear(x, f"{name}ffn_up.weight", gradients)
        open_ = (1 / (1 + np.exp(-gate))).astype(np.float32, copy=False)
        out, out_back = self._linear(gate * open_ * up, f"{name}ffn_down.weight", gradients)

        def back(above: Floats) -> Floats:
            inner = out_back(above)
            below = up_back(inner * gate * open_)
            return below + gate_back(inner * up * open_ * (1 + gate * (1 - open_)))

        return out, back

    def _linear(self, x: Floats, name: str, gradients: dict[str, Floats]) -> tuple[Floats, Back]:
        weight = self.weights[name]

        def back(above: Floats) -> Floats:
            gradients[name] = above.reshape(-1, above.shape[-1]).T @ x.reshape(-1, x.shape[-1])
            return above @ weight

        return x @ weight.T, back

    def _norm(self, x: Floats, name: str, gradients: dict[str, Floats]) -> tuple[Floats, Back]:
        weight = self.weights[name]
        size = 1 / np.sqrt((x * x).mean(-1, keepdims=True) + np.float32(self.shape.epsilon))
        normed = x * size

        def back(above: Floats) -> Floats:
            gradients[name] = (above * normed).reshape(-1, x.shape[-1]).sum(0)
            own = above * weight
            below: Floats = size * (own - normed * (own * normed).mean(-1, keepdims=True))
            return below

        return normed * weight, back


class Adam:
    """Steps against the gradient, each weight at its own pace (Kingma and Ba 2014)."""

    def __init__(self, weights: dict[str, Floats], fast: float = 0.9, slow: float = 0.98) -> None:
        self._weights, self._fast, self._slow, self._steps = weights, fast, slow, 0
        self._mean = {name: np.zeros_like(weight) for name, weight in weights.items()}
        self._size = {name: np.zeros_like(weight) for name, weight in weights.items()}

    def step(self, gradients: Mapping[str, Floats], rate: float) -> None:
        """Change the weights; gradients together longer than 1 are cut to that."""
        self._steps += 1
        length = np.sqrt(sum(float((g * g).sum()) for g in gradients.values()))
        cut = np.float32(min(1.0, 1.0 / max(length, 1e-12)))
        for name, gradient in gradients.items():
            g, mean, size = gradient * cut, self._mean[name], self._size[name]
            mean += (1 - self._fast) * (g - mean)
            size += (1 - self._slow) * (g * g - size)
            pace = rate / (1 - self._fast**self._steps)
            self._weights[name] -= pace * mean / (np.sqrt(size / (1 - self._slow**self._steps)) + 1e-8)


def _chances(logits: Floats) -> Floats:
    """Probabilities of what has these logits, (n, vocabulary)."""
    chance = np.exp(logits - logits.max(-1, keepdims=True))
    shares: Floats = chance / chance.sum(-1, keepdims=True)
    return shares


def _turns(length: int, shape: Shape) -> Turns:
    """How far each place turns each pair of a head, (length, head / 2)."""
    frequencies = shape.base ** (-np.arange(0, shape.head, 2) / shape.head)
    turns: Turns = np.exp(1j * np.outer(np.arange(length), frequencies)).astype(np.complex64)
    return turns


def _rotate(x: Floats, turn: Turns) -> Floats:
    """Turn the pairs of each head by their place; with the conjugate, back again."""
    return (np.ascontiguousarray(x).view(np.complex64) * turn).view(np.float32)
