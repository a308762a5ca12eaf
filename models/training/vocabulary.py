"""The model's tokens: a lower-case byte-level BPE, and one control token for each intent and slot."""

from pathlib import Path

from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

from models.training.contract import SLOTS
from models.training.generate import Sample
from speaker.learning.lesson import written

SIZE = 4096

PAD, BEGIN, END, THEN, OUT, NONE, INSTEAD = "<pad>", "<s>", "</s>", "<then>", "<out>", "<none>", "<instead>"


def intent_token(name: str) -> str:
    return f"<intent:{name}>"


def slot_token(name: str) -> str:
    return f"<slot:{name}>"


CONTROL = [
    PAD,
    BEGIN,
    END,
    THEN,
    OUT,
    NONE,
    INSTEAD,
    *(intent_token(name) for name in sorted(SLOTS)),
    *(slot_token(name) for name in sorted({slot for slots in SLOTS.values() for slot in slots})),
]


def train(texts: list[str], path: Path) -> Tokenizer:
    """Learn the tokens from sentences and save them."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=True, use_regex=True)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=SIZE,
        special_tokens=CONTROL,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator(texts, trainer)
    tokenizer.save(str(path))
    return tokenizer


class Encoder:
    """Writes samples as token numbers (see ``speaker/learning/lesson.py``)."""

    def __init__(self, tokenizer: Tokenizer) -> None:
        self.tokenizer = tokenizer
        self.number = {token: tokenizer.token_to_id(token) for token in CONTROL}

    def encode(self, samples: list[Sample]) -> list[tuple[list[int], int]]:
        """Each sample as (numbers, how many of them are the prompt)."""
        values = [words for s in samples for _, slots in (*s.before, *s.intents) for _, words in slots]
        texts = list(dict.fromkeys([*(sample.text for sample in samples), *values]))
        ids = {text: encoding.ids for text, encoding in zip(texts, self.tokenizer.encode_batch(texts), strict=True)}
        return [written(sample, self.number, SLOTS, ids.__getitem__) for sample in samples]
