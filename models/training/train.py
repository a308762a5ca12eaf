"""Train the network on sentences made as it goes."""

import random
import time
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import torch
from torch.nn import functional

from models.training import heard, language, public
from models.training.follow import follows
from models.training.generate import Sample, fragment, negatives, positives, vary
from models.training.network import Network, Shape
from models.training.vocabulary import PAD, Encoder

TOKENS_A_STEP = 4096
TEXT_SHARE = 0.25  # of the command's own words that are learned too: a little knowledge of language helps,
TEXT_WEIGHT = 0.3  # and it need not be learned as hard as the answer
RATE = 2e-3
WARM_UP = 100  # steps
FALL = 0.2  # share of all steps in which the rate falls
STRIDE, LONGEST = 8, 128  # tokens: lengths are rounded up to the one, and cut at the other
ROUND = 512  # tokens that are learned in a step are rounded up to so many
CHUNK = 20_000  # sentences made at a time
OWN, OWN_NOT, FOLLOW = 0.44, 0.16, 0.10  # shares of a chunk: our commands, what is none, what leans on a command
THEIRS, THEIRS_NOT, PIECES, HEARD = (
    0.08,
    0.12,
    0.02,
    0.08,
)  # and by others; pieces of theirs; as a recogniser wrote ours


def samples(seed: str) -> Iterator[list[Sample]]:
    """Sentences without end, ``CHUNK`` at a time; other people's among them where they are at hand."""
    theirs, theirs_not = others()
    by_intent = [[s for s in theirs if s.intents[0][0] == name] for name in sorted({s.intents[0][0] for s in theirs})]
    weights = [len(group) ** 0.5 for group in by_intent]
    for round_ in count():
        r = random.Random(f"{seed}/{round_}")
        chunk = positives(r, int(OWN * CHUNK)) + negatives(r, int(OWN_NOT * CHUNK)) + follows(r, int(FOLLOW * CHUNK))
        if theirs:
            groups = r.choices(by_intent, weights, k=int(THEIRS * CHUNK))
            chunk += [vary(r.choice(group), r) for group in groups] + r.choices(theirs_not, k=int(THEIRS_NOT * CHUNK))
            chunk += [fragment(r.choice(theirs_not), r) for _ in range(int(PIECES * CHUNK))]
        if misheard := heard.read():
            chunk += r.choices(misheard, k=int(HEARD * CHUNK))
        yield chunk


def others() -> tuple[list[Sample], list[Sample]]:
    """(commands, no commands) by other people that may be trained on; none where they are not at hand."""
    if language.NAME != "en" or not public.FOLDER.is_dir():
        return [], []
    hwu, hwu_not = public.hwu()
    snips, snips_not = public.snips()
    return (
        [s for s in hwu + snips if not public.held_out(s.text)],
        [s for s in hwu_not + snips_not if not public.held_out(s.text)],
    )


def batches(encoder: Encoder, seed: str) -> Iterator[tuple[torch.Tensor, torch.Tensor]]:
    """(tokens, weights), both (batch, length): sentences of like length together.

    There are few shapes, for each new one costs oneDNN as much as many steps.
    """
    pad = encoder.number[PAD]
    for number, chunk in enumerate(samples(seed)):
        encoded = sorted(encoder.encode(chunk), key=lambda one: -len(one[0]))
        groups, at = [], 0
        while at < len(encoded):
            length = min(-(-len(encoded[at][0]) // STRIDE) * STRIDE, LONGEST)
            size = TOKENS_A_STEP // length
            groups.append((length, size, encoded[at : at + size]))
            at += size
        random.Random(number).shuffle(groups)
        for length, size, group in groups:
            tokens, weights = torch.full((size, length), pad), torch.zeros(size, length)
            for row, (numbers, start) in enumerate(group):
                kept = numbers[:length]
                tokens[row, : len(kept)] = torch.tensor(kept)
                weights[row, : len(kept)] = TEXT_WEIGHT
                weights[row, start : len(kept)] = 1.0
            yield tokens, weights


def train(encoder: Encoder, shape: Shape, steps: int, seed: int, folder: Path) -> Network:
    """Train for ``steps``; goes on from the checkpoint in ``folder`` where there is one."""
    torch.manual_seed(seed)
    network = Network(shape)
    decayed = [p for p in network.parameters() if p.dim() > 1]
    others_ = [p for p in network.parameters() if p.dim() < 2]
    optimiser = torch.optim.AdamW(
        [{"params": decayed, "weight_decay": 0.1}, {"params": others_, "weight_decay": 0.0}],
        lr=RATE,
        betas=(0.9, 0.98),
        fused=True,
    )
    checkpoint, done = folder / "checkpoint.pt", 0
    if checkpoint.exists():
        state = torch.load(checkpoint)
        network.load_state_dict(state["network"])
        optimiser.load_state_dict(state["optimiser"])
        done = state["step"]
    began, total = time.time(), 0.0
    stream = batches(encoder, f"{seed}/{done}")
    for step in range(done, steps):
        for group in optimiser.param_groups:
            group["lr"] = rate(step, steps)
        tokens, weights = next(stream)
        total += update(network, optimiser, tokens, weights)
        if (step + 1) % 100 == 0:
            print(f"step {step + 1}/{steps}  loss {total / 100:.4f}  {time.time() - began:.0f} s", flush=True)
            total = 0.0
        if (step + 1) % 250 == 0 or step + 1 == steps:
            state = {"network": network.state_dict(), "optimiser": optimiser.state_dict(), "step": step + 1}
            torch.save(state, checkpoint.with_suffix(".new"))
            checkpoint.with_suffix(".new").replace(checkpoint)
    return network


def rate(step: int, steps: int) -> float:
    """The learning rate: up, level, and over the last part down to nothing (Hägele et al. 2024)."""
    falling = (steps - step) / (FALL * steps)
    return RATE * min(1.0, (step + 1) / WARM_UP, falling)


def update(network: Network, optimiser: torch.optim.Optimizer, tokens: torch.Tensor, weights: torch.Tensor) -> float:
    """One step; the loss looks at what is to be answered, and at some of the command's own words."""
    weights = weights[:, 1:].flatten()
    at = torch.nonzero((weights == 1.0) | ((weights > 0) & (torch.rand_like(weights) < TEXT_SHARE))).flatten()
    more = (0, -len(at) % ROUND)
    weights, at = functional.pad(weights[at], more), functional.pad(at, more)  # what is added weighs nothing
    with torch.autocast(tokens.device.type, torch.bfloat16):  # half the time, and the same result
        hidden = network.hidden(tokens[:, :-1]).flatten(0, 1)[at]
        logits = functional.linear(hidden, network.token_embd.weight)
    losses = functional.cross_entropy(logits.float(), tokens[:, 1:].flatten()[at], reduction="none")
    loss = (losses * weights).sum() / weights.sum()
    optimiser.zero_grad(set_to_none=True)
    loss.backward()
    torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
    optimiser.step()
    return loss.item()
