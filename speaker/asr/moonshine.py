"""Moonshine tiny in plain onnxruntime, from the files that the moonshine-voice package carries.

Moonshine: Speech Recognition for Live Transcription and Voice Commands, Jeffries et al. 2024,
https://arxiv.org/abs/2410.15608; the English model is MIT.
"""

import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from speaker import onnx
from speaker.asr.beam import Beam, Sentence
from speaker.asr.bias import Bias, Vocabulary
from speaker.errors import ModelError
from speaker.events import SAMPLE_RATE, Samples, Transcript

Floats = npt.NDArray[np.float32]
Cache = dict[str, Floats]

_BOS, _EOS = 1, 2
_HEADS, _WIDTH = 8, 36  # of the attention: the shape of an empty cache
_TOKENS_A_SECOND = 6.5  # faster than this nobody speaks; it bounds a decoder that repeats itself
_REST = SAMPLE_RATE * 3 // 10  # silence behind words that may go on: whole ones come out surer
_SHORTEST = SAMPLE_RATE // 2  # shorter audio is filled up with silence: the convolutions need some length


class Moonshine:
    """Recognises whole utterances of English, leaning towards what can be said."""

    name = "moonshine:tiny-en"

    def __init__(self, sentences: Iterable[str] = (), threads: int = 1) -> None:
        """``sentences``: commands that the active plugins know; without any, recognition is unbiased.

        Raises ModelError where a model file is missing or damaged.
        """
        encoder, decoder, tokens = (
            onnx.packaged("moonshine_voice", f"assets/tiny-en/{file}")
            for file in ("encoder_model.ort", "decoder_model_merged.ort", "tokenizer.bin")
        )
        self._encoder = onnx.load(encoder, threads)
        self._decoder = onnx.load(decoder, threads)
        self._tokens = read_tokens(tokens)
        self._past = [i.name for i in self._decoder.get_inputs() if i.name.startswith("past")]
        self._present = [o.name.replace("present", "past_key_values") for o in self._decoder.get_outputs()[1:]]
        self._vocabulary = Vocabulary(self._tokens, _EOS)
        self._bias = Bias(self._vocabulary, sentences)
        self._using = threading.Lock()  # a sentence is decoded with one bias from its beginning to its end

    def learn(self, sentences: Iterable[str]) -> None:
        """Lean on these sentences from now on, not on those before; may be called by any thread."""
        bias = Bias(self._vocabulary, sentences)
        with self._using:
            self._bias = bias

    def listen(self, phrases: Sequence[str] = (), answers: Sequence[str] = ()) -> "MoonshineHearing":
        """Begin an utterance; ``phrases`` are ignored."""
        return MoonshineHearing(self, Bias(self._vocabulary, answers))

    def encode(self, samples: Samples) -> "Encoded":
        """The first half of the work; ``samples`` have shape (n,), int16, up to about 30 s."""
        audio = samples.astype(np.float32)[None, :] / 32768.0
        if audio.shape[1] < _SHORTEST:
            audio = np.pad(audio, ((0, 0), (0, _SHORTEST - audio.shape[1])))
        mask = np.ones(audio.shape, dtype=np.int64)
        hidden = self._encoder.run(None, {"input_values": audio, "attention_mask": mask})[0]
        return Encoded(hidden, mask, longest=int(audio.shape[1] / SAMPLE_RATE * _TOKENS_A_SECOND) + 2)

    def decode(self, encoded: "Encoded", answers: Bias) -> "tuple[Decoded, Decoded]":
        """The best sentence of a beam search that only leans, and of one that holds firmly to what can be said.

        Where there are answers that can be said, these. Both are searched for at once, which costs little more than one:
        the model's weights are gone through once for both.
        """
        with self._using:
            firm = self._bias if answers.empty else answers
            beams = [Beam(self._bias, "lean"), *([] if firm.empty else [Beam(firm, "firm")])]
            self._search(encoded, beams)
        found = [self._decoded(beam.best) for beam in beams]
        return found[0], found[-1]

    def _search(self, encoded: "Encoded", beams: Sequence[Beam]) -> None:
        """Let the beams write until each has its best sentence."""
        cache: Cache = {name: np.zeros((1, _HEADS, 0, _WIDTH), dtype=np.float32) for name in self._past}
        logits, cache = self._step(encoded, [_BOS], cache, first=True)
        heard = np.repeat(_log_softmax(logits), len(beams), axis=0)  # every beam begins with the same
        cache = {name: _pick(name, values, [0] * len(beams)) for name, values in cache.items()}
        for _ in range(encoded.longest):
            starts = np.cumsum([0, *(len(beam.paths) for beam in beams)]).tolist()
            rows = [
                start + row
                for beam, start, end in zip(beams, starts, starts[1:], strict=False)
                for row in beam.grow(heard[start:end])
            ]
            tokens = [path.tokens[-1] for beam in beams for path in beam.paths]
            if not tokens:
                break
            cache = {name: _pick(name, values, rows) for name, values in cache.items()}
            logits, cache = self._step(encoded, tokens, cache, first=False)
            heard = _log_softmax(logits)

    def _decoded(self, path: Sentence) -> "Decoded":
        return Decoded(self._text([t for t in path.tokens if t != _EOS]), path.heard, len(path.tokens))

    def _step(self, encoded: "Encoded", tokens: list[int], cache: Cache, first: bool) -> tuple[Floats, Cache]:
        feed = {
            "encoder_attention_mask": encoded.mask,
            "encoder_hidden_states": encoded.hidden,  # one for all: it is broadcast, and so are its keys
            "input_ids": np.array(tokens, dtype=np.int64)[:, None],
            "use_cache_branch": np.array([not first]),
        }
        logits, *present = self._decoder.run(None, feed | cache)
        after = dict(zip(self._present, present, strict=True))
        if not first:  # the keys of the encoder are computed once, and come back empty afterwards
            after |= {name: cache[name] for name in self._past if "encoder" in name}
        return logits[:, -1], after

    def _text(self, tokens: Sequence[int]) -> str:
        text = b"".join(self._tokens[token] for token in tokens).decode("utf-8", "replace")
        return text.replace("▁", " ").strip()


@dataclass(frozen=True, slots=True)
class Encoded:
    """An utterance after the encoder."""

    hidden: Floats
    """Shape (1, frames, width)."""
    mask: npt.NDArray[np.int64]
    """Ones, shape (1, samples): the decoder's mask counts samples."""
    longest: int
    """Tokens after which decoding stops."""


@dataclass(frozen=True, slots=True)
class Decoded:
    """A sentence found in the audio."""

    text: str
    heard: float
    """Log probability by the audio alone."""
    tokens: int

    @property
    def confidence(self) -> float:
        """0 to 1: the geometric mean of the probabilities of its tokens."""
        return round(float(np.exp(self.heard / max(self.tokens, 1))), 3)


class MoonshineHearing:
    """Collects an utterance and recognises it at its end."""

    def __init__(self, engine: Moonshine, answers: Bias) -> None:
        self._engine, self._answers = engine, answers
        self._parts: list[Samples] = []
        self._lean: Decoded | None = None
        self._firm: Decoded | None = None

    def accept(self, samples: Samples) -> str:
        self._parts.append(samples)
        self._lean = None
        return ""

    def so_far(self) -> Transcript:
        return self._recognised(_REST)

    def finish(self) -> Transcript:
        return self._recognised(0)

    def _recognised(self, rest: int) -> Transcript:
        """What was taken, with so many samples of silence behind it; where it was recognised already, that."""
        if not any(len(part) for part in self._parts):
            return Transcript("", 0.0)
        if self._lean is None:
            encoded = self._engine.encode(np.concatenate([*self._parts, np.zeros(rest, np.int16)]))
            self._lean, self._firm = self._engine.decode(encoded, self._answers)
        return Transcript(self._lean.text, self._lean.confidence)

    def again(self) -> Transcript | None:
        lean, firm = self._lean, self._firm
        if lean is None or firm is None or not firm.text or firm.text == lean.text:
            return None
        lost = (lean.heard - firm.heard) / max(firm.tokens, 1)
        return Transcript(firm.text, firm.confidence, lost=round(lost, 3))


def read_tokens(path: Path) -> list[bytes]:
    """The pieces of words, by token number, from Moonshine's ``tokenizer.bin``.

    Each is a length (one byte, or two with the high bit of the first set: low 7 bits, then the multiple of
    128) and that many bytes of UTF-8. Raises ModelError where the file ends early.
    """
    data = path.read_bytes()
    tokens, at = [], 0
    while at < len(data):
        length, at = data[at], at + 1
        if length >= 128 and at < len(data):
            length, at = length - 128 + data[at] * 128, at + 1
        if at + length > len(data):
            raise ModelError(f"{path} is damaged; reinstall the package moonshine-voice")
        tokens.append(data[at : at + length])
        at += length
    return tokens


def _log_softmax(logits: Floats) -> Floats:
    shifted = logits - logits.max(axis=-1, keepdims=True)
    result: Floats = shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))
    return result


def _pick(name: str, values: Floats, rows: list[int]) -> Floats:
    """The cache of the paths that go on; the encoder's part is the same for all."""
    return values if "encoder" in name else values[rows]
