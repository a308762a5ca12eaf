"""Spoken orders in a noisy kitchen: the share that is understood with all slots right."""

import statistics
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks import barista, sounds
from benchmarks.barista import Heard
from speaker.asr import Recogniser
from speaker.asr.moonshine import Moonshine
from speaker.asr.vosk import Vosk

NOISE = "kitchen"


@dataclass(frozen=True)
class Listener:
    """Who hears, and what."""

    name: str
    recogniser: Recogniser | None = None
    """None: Hark's own."""
    whole: bool = False
    """Whether decibels are those of the whole clip."""
    stride: int = 1
    """Of so many recordings one is heard."""


def heard(listener: Listener, decibels: int | None, stride: int) -> list[Heard]:
    """How orders come out at one level of noise; None: as they were recorded."""

    def noisy(samples: sounds.Samples, name: str) -> sounds.Samples:
        if decibels is None:
            return samples
        return sounds.mixed(samples, NOISE, decibels, f"{name} {decibels}", listener.whole)

    with tempfile.TemporaryDirectory(prefix="hark-") as data:
        return list(barista.hear(barista.recordings()[::stride], Path(data), noisy, listener.recogniser))


def listeners(vosk: Path | None = None) -> list[Listener]:
    found = [
        Listener("Hark"),
        Listener("Hark, decibels of the whole clip", whole=True, stride=2),
        Listener("unbiased", Moonshine(), stride=4),
    ]
    return [*found, Listener("Vosk", Vosk(vosk), stride=8)] if vosk else found


def measured(quick: bool, vosk: Path | None = None) -> dict[str, dict[str, float]]:
    """Who hears → level of noise → share with intent and slots right, and more."""
    return {listener.name: listened(listener, quick) for listener in listeners(vosk)}


def listened(listener: Listener, quick: bool) -> dict[str, float]:
    """Level of noise → share with intent and slots right; mean of them, share with the intent, CPU milliseconds (median)."""
    levels: Sequence[int | None] = (None, 15, 6) if quick else (None, *sounds.SNRS)
    each = {level: heard(listener, level, max(8 if quick else 1, listener.stride)) for level in levels}
    shares = {_named(level): sum(one.exact for one in some) / len(some) for level, some in each.items()}
    everything = [one for some in each.values() for one in some]
    return {
        **{level: round(share, 4) for level, share in shares.items()},
        "mean": round(statistics.mean(shares.values()), 4),
        "intent": round(statistics.mean(one.intent_right for one in everything), 4),
        "clips": len(each[None]),
        "cpu_ms": round(1000 * statistics.median(one.cpu for one in everything)),
    }


def _named(level: int | None) -> str:
    return "clean" if level is None else f"{level} dB"
