"""Train the network on sentences made as it goes."""

import math
import random
import time
from collections.abc import Iterator
from pathlib import Path

import torch
from torch.nn import functional

from models.training import public
from models.training.generate import Sample, negatives, positives
from models.training.network import Network, Shape
from models.training.vocabulary import PAD, Encoder

TOKENS_A_STEP = 4096
TEXT_WEIGHT = 0.1  # of the loss on the command's own words: a little knowledge of language helps
RATE = 2.5e-3
WARM_UP = 100
CHUNK = 20_000  # sentences made at a time


def samples(seed: int) -> Iterator[list[Sample]]:
    """Sentences without end, ``CHUNK`` at a time; other people's among them where they are at hand."""
    theirs, theirs_not = others()
    for round_ in range(10**9):
        r = random.Random(f"{seed}/{round_}")
        chunk = positives(r, int(0.58 * CHUNK)) + negatives(r, int(0.20 * CHUNK))
        if theirs:
            chunk += r.choices(theirs, k=int(0.07 * CHUNK)) + r.choices(theirs_not, k=int(0.15 * CHUNK))
        yield chunk


def others() -> tuple[list[Sample], list[Sample]]:
    """(commands, no commands) by other people that may be trained on; none where they are not at hand."""
    if not public.FOLDER.is_dir():
        return [], []
    hwu, hwu_not = public.hwu()
    clinc, clinc_not = public.clinc("train")
    return (
        [s for s in hwu if not public.held_out(s.text)] + clinc,
        [s for s in hwu_not if not public.held_out(s.text)] + clinc_not,
    )


def batches(encoder: Encoder, seed: int) -> Iterator[tuple[torch.Tensor, torch.Tensor]]:
    """(tokens, weights), both (batch, length): sentences of like length together."""
    pad = encoder.number[PAD]
    for number, chunk in enumerate(samples(seed)):
        encoded = sorted(encoder.encode(chunk), key=lambda one: len(one[0]))
        groups, at = [], 0
        while at < len(encoded):
            size = max(1, TOKENS_A_STEP // len(encoded[min(at + 64, len(encoded) - 1)][0]))
            groups.append(encoded[at : at + size])
            at += size
        random.Random(number).shuffle(groups)
        for group in groups:
            length = min(max(len(numbers) for numbers, _ in group), 256)
            tokens = torch.full((len(group), length), pad)
            weights = torch.zeros(len(group), length)
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
        [{"params": decayed, "weight_decay": 0.1}, {"params": others_, "weight_decay": 0.0}], lr=RATE, betas=(0.9, 0.98)
    )
    checkpoint, done = folder / "checkpoint.pt", 0
    if checkpoint.exists():
        state = torch.load(checkpoint)
        network.load_state_dict(state["network"])
        optimiser.load_state_dict(state["optimiser"])
        done = state["step"]
    began, total, seen = time.time(), 0.0, 0
    for step, (tokens, weights) in enumerate(batches(encoder, seed)):
        if step < done:
            continue
        if step >= steps:
            break
        rate = RATE * min(1.0, (step + 1) / WARM_UP) * (0.02 + 0.98 * 0.5 * (1 + math.cos(math.pi * step / steps)))
        for group in optimiser.param_groups:
            group["lr"] = rate
        logits = network(tokens[:, :-1])
        losses = functional.cross_entropy(logits.flatten(0, 1), tokens[:, 1:].flatten(), reduction="none")
        loss = (losses * weights[:, 1:].flatten()).sum() / weights[:, 1:].sum()
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimiser.step()
        total, seen = total + loss.item(), seen + 1
        if (step + 1) % 100 == 0:
            print(f"step {step + 1}/{steps}  loss {total / seen:.4f}  {time.time() - began:.0f} s", flush=True)
            total, seen = 0.0, 0
        if (step + 1) % 500 == 0 or step + 1 == steps:
            state = {"network": network.state_dict(), "optimiser": optimiser.state_dict(), "step": step + 1}
            torch.save(state, checkpoint.with_suffix(".new"))
            checkpoint.with_suffix(".new").replace(checkpoint)
    return network
