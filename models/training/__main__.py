"""Make the language model: ``python -m models.training`` (``make model``).

Sentences → tokens → network → GGUF → q8_0 → the check against the network → the figures. Goes on where it was
interrupted: checkpoints are under models/training/runs, which git ignores. Another language is trained by its name, see
``language``: HARK_LANGUAGE=de python -m models.training.
"""

import argparse
import random
from pathlib import Path

import torch
from tokenizers import Tokenizer

from models.training import evaluate, export, vocabulary
from models.training.generate import negatives, positives
from models.training.language import NAME
from models.training.network import SHAPES
from models.training.train import others, train
from speaker.slm import LanguageModel

HERE = Path(__file__).parent
STEPS = 12_000  # some eighty minutes on two cores
SHIPPED = evaluate.SHIPPED


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--steps", type=int, default=STEPS)
    parser.add_argument("--size", choices=SHAPES, default="5M")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--name", default="main" if NAME == "en" else NAME, help="the run's folder under models/training/runs"
    )
    parser.add_argument("--out", type=Path, default=SHIPPED)
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    folder = HERE / "runs" / arguments.name
    folder.mkdir(parents=True, exist_ok=True)

    tokens = folder / "tokens.json"
    if not tokens.exists():
        r = random.Random(arguments.seed)
        theirs, theirs_not = others()
        sentences = positives(r, 80_000) + negatives(r, 25_000) + theirs + theirs_not
        vocabulary.train([sample.text for sample in sentences], tokens)
    encoder = vocabulary.Encoder(Tokenizer.from_file(str(tokens)))
    network = train(encoder, SHAPES[arguments.size], arguments.steps, arguments.seed, folder)
    export.export(network, encoder, arguments.out, folder)
    export.check(network, encoder, arguments.out)
    model = LanguageModel(arguments.out)
    sure = evaluate.scale(model)
    model.close()
    export.export(network, encoder, arguments.out, folder, (*sure, export.LEAD))
    evaluate.report(arguments.out)


if __name__ == "__main__":
    main()
