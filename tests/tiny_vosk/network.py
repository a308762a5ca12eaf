"""The acoustic model: Kaldi's MFCC, a small network in numpy, and the sounds aligned to the audio.

Training is the classic hybrid recipe (Bourlard and Morgan 1994, Connectionist Speech Recognition): learn from
the frames of those clips whose sounds are timed, find the most likely sounds of the others (Viterbi), learn
from all, and again.
"""

import itertools
from dataclasses import dataclass

import kaldi_native_fbank
import numpy as np
import numpy.typing as npt
import soxr

from speaker.events import SAMPLE_RATE, Samples

from .speech import Clip
from .words import PHONES, PRONUNCIATIONS, SILENCE

Floats = npt.NDArray[np.float32]
Labels = npt.NDArray[np.intp]

BINS = 40
LOWEST, HIGHEST = 20, 7600  # Hz
OFFSETS = (-9, -6, -3, 0, 3, 6, 9)
"""The frames that the network sees at a time, relative to the one it judges."""

_HIDDEN = 160
_BATCH = 256
_FRAME = 0.01  # seconds
_MARGIN = int(0.25 * SAMPLE_RATE)


@dataclass(frozen=True, slots=True)
class Network:
    """Layers as (weights of shape (out, in), biases of shape (out,)), with ReLU between them."""

    layers: tuple[tuple[Floats, Floats], ...]
    priors: Floats
    """How often each sound occurs, shape (sounds,), sum 1."""

    def log_likelihoods(self, inputs: Floats) -> Floats:
        """Of each sound in each frame, up to a constant; shape (frames, sounds)."""
        for weights, biases in self.layers[:-1]:
            inputs = np.maximum(inputs @ weights.T + biases, 0)
        weights, biases = self.layers[-1]
        scores = inputs @ weights.T + biases
        scores = scores - scores.max(axis=1, keepdims=True)
        return scores - np.log(np.exp(scores).sum(axis=1, keepdims=True)) - np.log(self.priors)


@dataclass(frozen=True, slots=True)
class _Example:
    inputs: Floats
    text: str
    labels: Labels | None


def train(clips: list[Clip], seed: int = 0) -> Network:
    """Learn the sounds; some of the clips must be timed."""
    chance = np.random.default_rng(seed)
    examples = [_example(clip, chance) for clip in clips]
    network = _fit([e for e in examples if e.labels is not None], chance, epochs=4)
    for epochs in (4, 8):
        examples = [_Example(e.inputs, e.text, align(network, e.inputs, e.text)) for e in examples]
        network = _fit(examples, chance, epochs)
    return network


def features(samples: Samples) -> Floats:
    """MFCC as Kaldi computes them, shape (frames, BINS), 10 ms a frame."""
    options = kaldi_native_fbank.MfccOptions()
    options.frame_opts.samp_freq = SAMPLE_RATE
    options.frame_opts.dither = 0
    options.mel_opts.num_bins = options.num_ceps = BINS
    options.mel_opts.low_freq, options.mel_opts.high_freq = LOWEST, HIGHEST
    options.use_energy = False
    mfcc = kaldi_native_fbank.OnlineMfcc(options)
    mfcc.accept_waveform(SAMPLE_RATE, samples.astype(np.float32).tolist())
    mfcc.input_finished()
    return np.stack([mfcc.get_frame(i) for i in range(mfcc.num_frames_ready)]).astype(np.float32)


def align(network: Network, inputs: Floats, text: str) -> Labels:
    """The most likely sound of each frame, given the words; silence may stand around each word.

    A sound that is skipped costs nothing where it is silence; of several pronunciations the best is taken by
    trying each against the others' first.
    """
    likelihoods = network.log_likelihoods(inputs)
    chosen = [PRONUNCIATIONS[word][0] for word in text.split()]
    best = _viterbi(likelihoods, chosen)
    for at, word in enumerate(text.split()):
        for other in PRONUNCIATIONS[word][1:]:
            tried = _viterbi(likelihoods, [*chosen[:at], other, *chosen[at + 1 :]])
            if tried[0] > best[0]:
                best, chosen[at] = tried, other
    return best[1]


def _viterbi(likelihoods: Floats, pronunciations: list[str]) -> tuple[float, Labels]:
    sounds = [SILENCE]
    for pronunciation in pronunciations:
        sounds += [*pronunciation.split(), SILENCE]
    phones = np.array([PHONES.index(sound) for sound in sounds])
    optional = phones == PHONES.index(SILENCE)
    states = np.arange(len(phones))
    scores = np.full(len(phones), -np.inf)
    scores[:2] = likelihoods[0, phones[:2]]
    back = np.zeros((len(likelihoods), len(phones)), dtype=np.intp)
    for at in range(1, len(likelihoods)):
        moves = np.full((3, len(phones)), -np.inf)  # stay, go on, leave out a silence
        moves[0], moves[1, 1:] = scores, scores[:-1]
        moves[2, 2:] = np.where(optional[1:-1], scores[:-2], -np.inf)
        back[at] = moves.argmax(axis=0)
        scores = moves[back[at], states] + likelihoods[at, phones]
    state = len(phones) - 1 if scores[-1] > scores[-2] else len(phones) - 2
    total = float(scores[state])
    path = np.zeros(len(likelihoods), dtype=np.intp)
    for at in range(len(likelihoods) - 1, -1, -1):
        path[at] = phones[state]
        state -= back[at, state]
    return total, path


def _example(clip: Clip, chance: np.random.Generator) -> _Example:
    """A clip with some silence around it, and the sound of each frame if known.

    Its pitch, speed, loudness and noise are changed by chance, so that few voices teach about many.
    """
    slower = chance.uniform(0.87, 1.15)
    samples = soxr.resample(clip.samples.astype(np.float32), SAMPLE_RATE, SAMPLE_RATE * slower)
    samples = np.pad(samples, _MARGIN) * chance.uniform(0.3, 1.0)
    samples += chance.normal(0, 1, len(samples)) * chance.choice([0, 1, 10, 40, 100])
    mfcc = features(np.clip(samples, -32768, 32767).astype(np.int16))
    reach = OFFSETS[-1]
    padded = np.pad(mfcc, ((reach, reach), (0, 0)), mode="edge")
    inputs = np.concatenate([padded[reach + offset :][: len(mfcc)] for offset in OFFSETS], axis=1)
    if not clip.sounds:
        return _Example(inputs, clip.text, None)
    ends = np.array([end for _, end in clip.sounds]) * slower + _MARGIN / SAMPLE_RATE
    middles = np.arange(len(mfcc)) * _FRAME + 0.0125
    sounds = np.array([*(PHONES.index(sound) if sound in PHONES else 0 for sound, _ in clip.sounds), 0])
    return _Example(inputs, clip.text, sounds[np.searchsorted(ends, middles)])


def _fit(examples: list[_Example], chance: np.random.Generator, epochs: int) -> Network:
    """Cross entropy by Adam (Kingma and Ba 2015), the rate falling to nothing."""
    inputs = np.concatenate([e.inputs for e in examples])
    labels = np.concatenate([e.labels for e in examples if e.labels is not None])
    mean, spread = inputs.mean(axis=0), inputs.std(axis=0) + 1e-3
    inputs = (inputs - mean) / spread
    sizes = [inputs.shape[1], _HIDDEN, _HIDDEN, len(PHONES)]
    parameters = []
    for fan_in, fan_out in itertools.pairwise(sizes):
        weights = chance.normal(0, np.sqrt(2 / fan_in), (fan_out, fan_in)).astype(np.float32)
        parameters += [weights, np.zeros(fan_out, dtype=np.float32)]
    moments = [(np.zeros_like(p), np.zeros_like(p)) for p in parameters]
    steps = epochs * (len(inputs) // _BATCH)
    for step in range(steps):
        if step % (len(inputs) // _BATCH) == 0:
            order = chance.permutation(len(inputs))
        batch = order[(step % (len(inputs) // _BATCH)) * _BATCH :][:_BATCH]
        rate = 2e-3 * (1 - step / steps)
        for p, g, (m, v) in zip(parameters, _gradients(parameters, inputs[batch], labels[batch]), moments, strict=True):
            m += 0.1 * (g - m)
            v += 0.01 * (g * g - v)
            p -= rate * (m / (1 - 0.9 ** (step + 1))) / (np.sqrt(v / (1 - 0.99 ** (step + 1))) + 1e-8)
    counts = np.bincount(labels, minlength=len(PHONES)) + 1.0
    parameters[1] -= parameters[0] @ (mean / spread)  # the network takes the features as they are
    parameters[0] /= spread
    layers = tuple(zip(parameters[::2], parameters[1::2], strict=True))
    return Network(layers, (counts / counts.sum()).astype(np.float32))


def _gradients(parameters: list[Floats], inputs: Floats, labels: Labels) -> list[Floats]:
    """Of the mean cross entropy, in the order of the parameters."""
    activations = [inputs]
    for at in range(0, len(parameters) - 2, 2):
        activations.append(np.maximum(activations[-1] @ parameters[at].T + parameters[at + 1], 0))
    scores = activations[-1] @ parameters[-2].T + parameters[-1]
    scores = np.exp(scores - scores.max(axis=1, keepdims=True))
    error = scores / scores.sum(axis=1, keepdims=True)
    error[np.arange(len(labels)), labels] -= 1
    error /= len(labels)
    gradients: list[Floats] = []
    for at in range(len(parameters) - 2, -1, -2):
        activation = activations[at // 2]
        gradients[:0] = [error.T @ activation, error.sum(axis=0)]
        error = (error @ parameters[at]) * (activation > 0)
    return gradients
