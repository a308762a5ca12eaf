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
from speaker.asr.bias import Bias, Context, Strength
from speaker.errors import ModelError
from speaker.events import SAMPLE_RATE, Samples, Transcript

Floats = npt.NDArray[np.float32]
Cache = dict[str, Floats]

_BOS, _EOS = 1, 2
_HEADS, _WIDTH = 8, 36  # of the attention: the shape of an empty cache
_TOKENS_A_SECOND = 6.5  # faster than this nobody speaks; it bounds a decoder that repeats itself
_BEAM = 8
_NEVER = np.float32(-1e4)
_SUPPORTED = 0.8  # nats a token that a firm sentence may be less likely than the lean one, by the audio alone
_REST = SAMPLE_RATE * 3 // 10  # silence behind words that may go on: whole ones come out surer
_SHORTEST = SAMPLE_RATE // 2  # shorter audio is filled up with silence: the convolutions need some length


@dataclass(frozen=True, slots=True)
class _Path:
    """A sentence being written in the beam."""

    tokens: tuple[int, ...]
    heard: float
    """Log probability by the audio alone."""
    leant: float
    """What the bias added."""
    context: Context

    @property
    def score(self) -> float:
        return self.heard + self.leant


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
        self._bias = Bias(self._tokens, _EOS, sentences)
        self._using = threading.Lock()  # a sentence is decoded with one bias from its beginning to its end

    def learn(self, sentences: Iterable[str]) -> None:
        """Lean on these sentences from now on, not on those before. Takes a second; may be called by any thread."""
        bias = Bias(self._tokens, _EOS, sentences)
        with self._using:
            self._bias = bias

    def listen(self, phrases: Sequence[str] = ()) -> "MoonshineHearing":
        """Begin an utterance; ``phrases`` are ignored."""
        return MoonshineHearing(self)

    def encode(self, samples: Samples) -> "Encoded":
        """The first half of the work; ``samples`` have shape (n,), int16, up to about 30 s."""
        audio = samples.astype(np.float32)[None, :] / 32768.0
        if audio.shape[1] < _SHORTEST:
            audio = np.pad(audio, ((0, 0), (0, _SHORTEST - audio.shape[1])))
        mask = np.ones(audio.shape, dtype=np.int64)
        hidden = self._encoder.run(None, {"input_values": audio, "attention_mask": mask})[0]
        return Encoded(hidden, mask, longest=int(audio.shape[1] / SAMPLE_RATE * _TOKENS_A_SECOND) + 2)

    def decode(self, encoded: "Encoded", strength: Strength) -> "Decoded":
        """The best sentence of a beam search, leaning on the bias with this strength."""
        with self._using:
            return self._decode(encoded, strength)

    def _decode(self, encoded: "Encoded", strength: Strength) -> "Decoded":
        cache: Cache = {name: np.zeros((1, _HEADS, 0, _WIDTH), dtype=np.float32) for name in self._past}
        paths = [_Path((), 0.0, 0.0, self._bias.start)]
        tokens, done = [_BOS], list[_Path]()
        for step in range(encoded.longest):
            logits, cache = self._step(encoded, tokens, cache, first=step == 0)
            grown = self._grow(paths, _log_softmax(logits), strength)
            done += [path for _, path in grown if path.tokens[-1] == _EOS]
            open_ = [(row, path) for row, path in grown if path.tokens[-1] != _EOS][:_BEAM]
            if not open_ or (done and max(path.score for path in done) >= open_[0][1].score):
                break
            rows, paths = [row for row, _ in open_], [path for _, path in open_]
            tokens = [path.tokens[-1] for path in paths]
            cache = {name: _pick(name, values, rows) for name, values in cache.items()}
        best = max(done or paths, key=lambda path: path.score)
        text = self._text([token for token in best.tokens if token != _EOS])
        return Decoded(text, best.heard, len(best.tokens))

    def _grow(self, paths: list[_Path], heard: Floats, strength: Strength) -> list[tuple[int, _Path]]:
        """Every path with each of its best next tokens, best first; with it the row that it came from."""
        grown = []
        for row, path in enumerate(paths):
            leant = self._bias.scores(path.context, strength)
            if path.tokens and self._bias.marks[path.tokens[-1]]:  # or it may go on with ?!?!?! for ever
                leant = np.where(self._bias.marks, _NEVER, leant)
            for token in np.argpartition(-(heard[row] + leant), _BEAM)[: _BEAM + 1].tolist():
                grown.append((row, token, float(heard[row, token]), float(leant[token])))
        grown.sort(key=lambda g: -(paths[g[0]].score + g[2] + g[3]))
        return [(row, self._extend(paths[row], token, *gains)) for row, token, *gains in grown[: 2 * _BEAM]]

    def _extend(self, path: _Path, token: int, heard: float, leant: float) -> _Path:
        context = path.context if token == _EOS else self._bias.after(path.context, token)
        return _Path((*path.tokens, token), path.heard + heard, path.leant + leant, context)

    def _step(self, encoded: "Encoded", tokens: list[int], cache: Cache, first: bool) -> tuple[Floats, Cache]:
        feed = {
            "encoder_attention_mask": encoded.mask,
            "encoder_hidden_states": np.repeat(encoded.hidden, len(tokens), axis=0),
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

    def __init__(self, engine: Moonshine) -> None:
        self._engine = engine
        self._parts: list[Samples] = []
        self._encoded: Encoded | None = None
        self._first: Decoded | None = None

    def accept(self, samples: Samples) -> str:
        self._parts.append(samples)
        self._first = None
        return ""

    def so_far(self) -> Transcript:
        return self._recognised(_REST)

    def finish(self) -> Transcript:
        return self._recognised(0)

    def _recognised(self, rest: int) -> Transcript:
        """What was taken, with so many samples of silence behind it; where it was recognised already, that."""
        if not any(len(part) for part in self._parts):
            return Transcript("", 0.0)
        if self._first is None:
            self._encoded = self._engine.encode(np.concatenate([*self._parts, np.zeros(rest, np.int16)]))
            self._first = self._engine.decode(self._encoded, "lean")
        return Transcript(self._first.text, self._first.confidence)

    def again(self) -> Transcript | None:
        if self._encoded is None or self._first is None:
            return None
        second = self._engine.decode(self._encoded, "firm")
        lost = (self._first.heard - second.heard) / max(second.tokens, 1)
        if not second.text or second.text == self._first.text or lost > _SUPPORTED:
            return None
        return Transcript(second.text, second.confidence)


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
    return np.repeat(values[:1], len(rows), axis=0) if "encoder" in name else values[rows]
