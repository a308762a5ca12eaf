"""The model's tokens: a lower-case byte-level BPE, and one control token for each intent and slot."""

from pathlib import Path

from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

from models.training.generate import Sample
from models.training.patterns import POSITIVE

SIZE = 2048

SLOTS: dict[str, tuple[str, ...]] = {
    "clock.time": ("place",),
    "clock.date": ("date",),
    "timer.start": ("duration", "name"),
    "timer.cancel": ("name", "duration"),
    "timer.cancel_all": (),
    "timer.status": ("name",),
    "timer.pause": ("name",),
    "timer.resume": ("name",),
    "timer.increase": ("duration", "name"),
    "timer.decrease": ("duration", "name"),
    "list.add": ("item", "list"),
    "list.remove": ("item", "list"),
    "list.read": ("list",),
    "list.clear": ("list",),
    "light.on": ("area", "name"),
    "light.off": ("area", "name"),
    "light.set": ("area", "name", "brightness", "color"),
    "light.brighter": ("area", "name"),
    "light.dimmer": ("area", "name"),
    "device.on": ("name", "area"),
    "device.off": ("name", "area"),
    "volume.set": ("level",),
} | {
    name: ()
    for name in POSITIVE
    if name.startswith("assistant.") or name in ("volume.up", "volume.down", "volume.mute", "volume.unmute")
}
"""The slots of each intent, in the order in which the model writes them."""

PAD, BEGIN, END, OUT, NONE = "<pad>", "<s>", "</s>", "<out>", "<none>"


def intent_token(name: str) -> str:
    return f"<intent:{name}>"


def slot_token(name: str) -> str:
    return f"<slot:{name}>"


CONTROL = [
    PAD,
    BEGIN,
    END,
    OUT,
    NONE,
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
    """Writes samples as token numbers: ``<s> text <out> intent slot words … </s>``."""

    def __init__(self, tokenizer: Tokenizer) -> None:
        self.tokenizer = tokenizer
        self.number = {token: tokenizer.token_to_id(token) for token in CONTROL}

    def encode(self, samples: list[Sample]) -> list[tuple[list[int], int]]:
        """Each sample as (numbers, how many of them are the prompt)."""
        texts = [sample.text for sample in samples]
        values = [value for sample in samples for _, slots in sample.intents for _, value in slots]
        tokens = self.tokenizer.encode_batch(texts + values)
        prompts, rest = [t.ids for t in tokens[: len(texts)]], iter([t.ids for t in tokens[len(texts) :]])
        return [self._one(sample, prompt, rest) for sample, prompt in zip(samples, prompts, strict=True)]

    def _one(self, sample: Sample, prompt: list[int], values) -> tuple[list[int], int]:
        n = self.number
        numbers = [n[BEGIN], *prompt, n[OUT]]
        start = len(numbers)
        if not sample.intents:
            numbers.append(n[NONE])
        for intent, slots in sample.intents:
            numbers.append(n[intent_token(intent)])
            words = [(slot, next(values)) for slot, _ in slots]
            for slot, tokens in sorted(words, key=lambda word: SLOTS[intent].index(word[0])):
                numbers += [n[slot_token(slot)], *tokens]
        return [*numbers, n[END]], start
