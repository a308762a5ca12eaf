"""Write a Vosk model: Kaldi's transition model and nnet3 network as text, the graphs by OpenFST's programs.

Every sound is a hidden Markov model of one state, and a phone in four places of a word: begin, inside, end,
alone; so Vosk finds where words begin. A transition id is twice the phone's number for leaving the state, and
one less for staying. The graph has the form that takes phrases at run time: HCLr.fst, from sounds
to words, and Gr.fst, which words may follow, are composed when a recogniser is made.
"""

import ctypes.util
import itertools
import math
import os
import shutil
import subprocess
from pathlib import Path

import numpy as np

from .network import BINS, HIGHEST, LOWEST, OFFSETS, Floats, Network
from .words import PHONES, PRONUNCIATIONS, SILENCE, sentences

PROGRAMS = ("fstcompile", "fstconvert", "fstrmepsilon", "fstarcsort", "fstcompose")

_STAY, _LEAVE = 0.5, 0.5
_SOUND_OF_UNKNOWN = 1.5  # nats that each sound of an unknown word costs
_UNSEEN = 2.0  # added to the count of each pair of words
_UNKNOWN = "[unk]"

_MFCC = f"""\
--sample-frequency=16000
--use-energy=false
--num-mel-bins={BINS}
--num-ceps={BINS}
--low-freq={LOWEST}
--high-freq={HIGHEST}
--dither=0
"""
_DECODER = """\
--min-active=200
--max-active=3000
--beam=13.0
--lattice-beam=4.0
--acoustic-scale=0.5
--frame-subsampling-factor=3
--endpoint.silence-phones=1
"""

_PLACES = ("begin", "internal", "end", "singleton")
_PLACED = [(SILENCE, "nonword"), *((phone, place) for phone in PHONES[1:] for place in _PLACES)]
"""Kaldi's phones, which have numbers from 1."""

Arc = tuple[int, int, int, int, float]
"""From, to, transition id, word, cost."""


def missing() -> list[str]:
    """What is not installed of OpenFST: its programs, and the library that knows look-ahead graphs."""
    lacking = [program for program in PROGRAMS if shutil.which(program) is None]
    return lacking if _lookahead() else [*lacking, "libfstlookahead"]


def write(folder: Path, network: Network) -> None:
    """A model folder as Vosk reads it."""
    for part in ("am", "conf", "graph/phones"):
        (folder / part).mkdir(parents=True)
    (folder / "am/final.mdl").write_text(_transitions() + _nnet3(network))
    (folder / "conf/mfcc.conf").write_text(_MFCC)
    (folder / "conf/model.conf").write_text(_DECODER)
    graph = folder / "graph"
    words = [*sorted(PRONUNCIATIONS), _UNKNOWN]
    relabelled = _sounds_to_words(graph, {word: number for number, word in enumerate(words, 1)})
    (graph / "Gr.fst").write_bytes(_run(_bigrams(relabelled), "fstcompile", "fstarcsort --sort_type=ilabel"))
    boundaries = "".join(f"{number} {place}\n" for number, (_, place) in enumerate(_PLACED, 1))
    (graph / "phones/word_boundary.int").write_text(boundaries)
    table = {"<eps>": 0, **relabelled, "#0": max(relabelled.values()) + 1}
    (graph / "words.txt").write_text("".join(f"{word} {number}\n" for word, number in table.items()))
    (graph / "disambig_tid.int").write_text("100000\n")  # none: a number that no transition has


def compose(folder: Path) -> None:
    """Add the one graph of large models, which takes no phrases at run time; Vosk prefers it where it is there."""
    graph = folder / "graph"
    sounds = (graph / "HCLr.fst").read_bytes()
    sounds = _run(sounds, "fstconvert --fst_type=vector", "fstarcsort --sort_type=olabel")
    whole = _run(sounds, f"fstcompose - {graph / 'Gr.fst'}", "fstconvert --fst_type=const")
    (graph / "HCLG.fst").write_bytes(whole)


def _sounds_to_words(graph: Path, words: dict[str, int]) -> dict[str, int]:
    """Write HCLr.fst; returns the numbers of the words in it, which looking ahead needs in another order."""
    pairs = graph / "relabel"
    raw = "".join(f"{a} {b} {i} {o} {cost:.4f}\n" for a, b, i, o, cost in _arcs(words)) + "1 0\n"
    compiled = _run(
        raw.encode(),
        "fstcompile",
        "fstrmepsilon",
        "fstarcsort --sort_type=olabel",
        f"fstconvert --fst_type=olabel_lookahead --save_relabel_opairs={pairs}",
    )
    (graph / "HCLr.fst").write_bytes(compiled)
    new = dict(map(int, line.split()) for line in pairs.read_text().splitlines())
    pairs.unlink()
    return {word: new[number] for word, number in words.items()}


def _bigrams(numbers: dict[str, int]) -> bytes:
    """Which word follows which, counted in the sentences; state 0 is the beginning, a word's state its number."""
    counts = {before: dict.fromkeys([*PRONUNCIATIONS, ""], _UNSEEN) for before in ["", *PRONUNCIATIONS]}
    for sentence in sentences(3000, seed=0):
        for before, after in itertools.pairwise(["", *sentence.split(), ""]):
            counts[before][after] += 1
    lines = []
    for before, followers in counts.items():
        total = sum(followers.values())
        for after, count in followers.items():
            state, cost = numbers.get(before, 0), math.log(total / count)
            number = numbers.get(after, 0)
            lines.append(f"{state} {number} {number} {number} {cost:.4f}" if after else f"{state} {cost:.4f}")
    return "\n".join(lines).encode() + b"\n"


def _arcs(words: dict[str, int]) -> list[Arc]:
    """All words in a loop, silence between them if any: state 0 begins, between words it is in state 1."""
    states = itertools.count(2)
    arcs: list[Arc] = [(0, 1, 0, 0, 0.7)]

    def sound(before: int, phone: str, place: str = "nonword", word: int = 0, cost: float = 0.0) -> int:
        """Add a sound after a state; returns the state in which it goes on."""
        number, after = _PLACED.index((phone, place)) + 1, next(states)
        arcs.append((before, after, 2 * number, word, cost - math.log(_LEAVE)))
        arcs.append((after, after, 2 * number - 1, 0, -math.log(_STAY)))
        return after

    def between(state: int) -> None:
        """From the end of a word to the next."""
        arcs.append((state, 1, 0, 0, 0.7))
        arcs.append((sound(state, SILENCE, cost=0.7), 1, 0, 0, 0.0))

    arcs.append((sound(0, SILENCE), 1, 0, 0, 0.0))
    for word, pronunciations in PRONUNCIATIONS.items():
        for phones in map(str.split, pronunciations):
            places = ["begin", *["internal"] * (len(phones) - 2), "end"] if len(phones) > 1 else ["singleton"]
            state = 1
            for at, (phone, place) in enumerate(zip(phones, places, strict=True)):
                state = sound(state, phone, place, words[word] if at == 0 else 0)
            between(state)
    inside, outside = next(states), next(states)  # an unknown word is any sounds
    for phone in PHONES[1:]:
        arcs.append((sound(1, phone, "singleton", words[_UNKNOWN], _SOUND_OF_UNKNOWN), outside, 0, 0, 0.0))
        arcs.append((sound(1, phone, "begin", words[_UNKNOWN], _SOUND_OF_UNKNOWN), inside, 0, 0, 0.0))
        arcs.append((sound(inside, phone, "internal", cost=_SOUND_OF_UNKNOWN), inside, 0, 0, 0.0))
        arcs.append((sound(inside, phone, "end", cost=_SOUND_OF_UNKNOWN), outside, 0, 0, 0.0))
    between(outside)
    return arcs


def _run(data: bytes, *commands: str) -> bytes:
    """The data through OpenFST's programs, one after the other."""
    preload = {"LD_PRELOAD": _lookahead() or ""}
    for command in commands:
        data = subprocess.run(
            command.split(), input=data, check=True, capture_output=True, env=os.environ | preload
        ).stdout
    return data


def _lookahead() -> str | None:
    return ctypes.util.find_library("fstlookahead")


def _transitions() -> str:
    numbers = range(1, len(_PLACED) + 1)
    return (
        "<TransitionModel>\n<Topology>\n<TopologyEntry>\n<ForPhones>\n"
        + " ".join(map(str, numbers))
        + f"\n</ForPhones>\n<State> 0 <PdfClass> 0 <Transition> 0 {_STAY} <Transition> 1 {_LEAVE} </State>\n"
        + "<State> 1 </State>\n</TopologyEntry>\n</Topology>\n"
        + f"<Triples> {len(_PLACED)}\n"
        + "".join(f"{number} 0 {PHONES.index(phone)}\n" for number, (phone, _) in enumerate(_PLACED, 1))
        + "</Triples>\n<LogProbs>\n [ 0"
        + f" {math.log(_STAY):.5f} {math.log(_LEAVE):.5f}" * len(_PLACED)
        + " ]\n</LogProbs>\n</TransitionModel>\n"
    )


def _nnet3(network: Network) -> str:
    frames = ", ".join(f"Offset(input, {offset})" if offset else "input" for offset in OFFSETS)
    nodes, components, before = [f"input-node name=input dim={BINS}"], list[str](), f"Append({frames})"
    for at, (weights, biases) in enumerate(network.layers):
        last = at == len(network.layers) - 1
        kind = "LogSoftmaxComponent" if last else "RectifiedLinearComponent"
        for name, source in ((f"affine{at}", before), (f"shape{at}", f"affine{at}")):
            nodes.append(f"component-node name={name} component={name} input={source}")
        before = f"shape{at}"
        components.append(
            f"<ComponentName> affine{at} <AffineComponent> <LearningRate> 0.001 "
            f"<LinearParams> {_matrix(weights)}<BiasParams> {_vector(biases)}</AffineComponent> "
        )
        components.append(
            f"<ComponentName> shape{at} <{kind}> <Dim> {len(biases)} <ValueAvg>  [ ]\n<DerivAvg>  [ ]\n"
            f"<Count> 0 <NumDimsSelfRepaired> 0 <NumDimsProcessed> 0 </{kind}> "
        )
    nodes.append(f"output-node name=output input={before} objective=linear")
    return (
        "<Nnet3> \n"
        + "\n".join(nodes)
        + f"\n\n<NumComponents> {len(components)}\n"
        + "\n".join(components)
        + f"\n</Nnet3> <LeftContext> {-OFFSETS[0]} <RightContext> {OFFSETS[-1]} <Priors> {_vector(network.priors)}"
    )


def _matrix(values: Floats) -> str:
    return " [\n" + "\n".join("  " + " ".join(f"{value:.6g}" for value in row) for row in values) + " ]\n"


def _vector(values: Floats) -> str:
    return " [ " + " ".join(f"{value:.6g}" for value in np.asarray(values)) + " ]\n"
