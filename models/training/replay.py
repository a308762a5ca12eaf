"""Sentences of ours that go with the model, so that it does not forget them where it is taught more.

``python -m models.training.replay`` writes ``models/quantized/replay.jsonl.gz``: a line each, as ``speaker/learning``
reads it; after them as many as are kept back, by which it is told whether the model got worse.
"""

import gzip
import json
import random
from pathlib import Path

from models.training.follow import follows
from models.training.generate import Sample, negatives, positives

FILE = Path(__file__).parents[1] / "quantized" / "replay.jsonl.gz"
TAUGHT, KEPT = 4000, 1200
SHARES = {positives: 0.6, negatives: 0.28, follows: 0.12}


def make(count: int, hold_out: bool) -> list[Sample]:
    """Commands, what is none, and what leans on a command, shuffled."""
    r = random.Random(f"replay/{hold_out}")
    samples = [sample for kind, share in SHARES.items() for sample in kind(r, int(share * count), hold_out)]
    r.shuffle(samples)
    return samples


def main() -> None:
    taught = make(TAUGHT, False)
    seen = {sample.text for sample in taught}  # two patterns may say the same
    lines = []
    for kept, samples in ((False, taught), (True, [s for s in make(KEPT, True) if s.text not in seen])):
        for sample in samples:
            line = {"text": sample.text, "intents": sample.intents, "before": sample.before, "instead": sample.instead}
            lines.append(json.dumps({key: value for key, value in line.items() if value} | {"kept": kept}))
    with FILE.open("wb") as raw, gzip.GzipFile("", "wb", fileobj=raw, mtime=0) as file:  # the same bytes each time
        file.write("\n".join(lines).encode())
    print(f"{FILE}: {len(lines)} sentences, {FILE.stat().st_size / 1e3:.0f} kB")


if __name__ == "__main__":
    main()
