"""The model's tokens: a lower-case byte-level BPE, and one control token for each intent and slot."""

from collections.abc import Iterator
from pathlib import Path

from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

from models.training.contract import SLOTS
from models.training.generate import Intents, Sample

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
    """Writes samples as token numbers: ``<s> [before <then>] text <out> [<instead>] intent slot words … </s>``.

    What stands before ``<then>`` is the answer to the command before.
    """

    def __init__(self, tokenizer: Tokenizer) -> None:
        self.tokenizer = tokenizer
        self.number = {token: tokenizer.token_to_id(token) for token in CONTROL}

    def encode(self, samples: list[Sample]) -> list[tuple[list[int], int]]:
        """Each sample as (numbers, how many of them are the prompt)."""
        texts = [sample.text for sample in samples]
        values = [words for s in samples for _, slots in (*s.before, *s.intents) for _, words in slots]
        tokens = [encoding.ids for encoding in self.tokenizer.encode_batch(texts + values)]
        rest = iter(tokens[len(texts) :])
        return [self._one(sample, text, rest) for sample, text in zip(samples, tokens, strict=False)]

    def _one(self, sample: Sample, text: list[int], values: Iterator[list[int]]) -> tuple[list[int], int]:
        n = self.number
        before = [*self._answer(sample.before, values), n[THEN]] if sample.before else []
        prompt = [n[BEGIN], *before, *text, n[OUT]]
        answer = self._answer(sample.intents, values) if sample.intents else [n[NONE]]
        return [*prompt, *([n[INSTEAD]] if sample.instead else []), *answer, n[END]], len(prompt)

    def _answer(self, intents: Intents, values: Iterator[list[int]]) -> list[int]:
        numbers = []
        for intent, slots in intents:
            numbers.append(self.number[intent_token(intent)])
            words = [(slot, next(values)) for slot, _ in slots]
            for slot, tokens in sorted(words, key=lambda word: SLOTS[intent].index(word[0])):
                numbers += [self.number[slot_token(slot)], *tokens]
        return numbers
