"""The words of the house: what the stages of the line hand to each other.

    Frame → Wake → Utterance → Transcript → Reading → Parse → Reply → Speech

All are frozen; none knows how it was made. Audio is 16 kHz, mono, int16 everywhere between stages.
Times named ``start``, ``end`` and ``at`` are seconds of audio since the stream began.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import numpy.typing as npt

SAMPLE_RATE = 16_000
"""Samples per second of all audio between stages."""

FRAME_SAMPLES = 512
"""Samples of one frame: 32 ms, what the voice activity model takes at a time."""

Samples = npt.NDArray[np.int16]
"""One channel of 16 kHz audio, shape (n,), int16."""

SlotValue = str | int | float | tuple[str, ...]
"""A slot as the handler receives it; a duration is in whole seconds, items are a tuple of text."""

SlotType = Literal[
    "duration",
    "time",
    "date",
    "repeat",
    "percent",
    "number",
    "expression",
    "unit",
    "text",
    "items",
    "area",
    "name",
    "color",
    "scene",
]
"""The types of slots; ``name`` is what a device is called, ``scene`` what a scene is, ``expression`` is arithmetic, ``unit``
what something is measured in."""

EndedBy = Literal["words", "silence", "longest", "nothing", "stream"]
"""Why an utterance ended: its words are whole, silence after speech, the longest length, nothing was said, or no more audio."""

Outlook = Literal["complete", "extendable", "unclear", "open"]
"""What the words of a command so far tell of its end: it is whole, it is but may go on, nothing, or something is missing."""


@dataclass(frozen=True, slots=True)
class Frame:
    """A slice of the microphone's stream."""

    samples: Samples
    """Shape (FRAME_SAMPLES,); the last frame of a file is filled up with zeros."""
    start: float
    played: Samples | None = None
    """What the loudspeaker was given to play meanwhile, of the same shape, which is heard later; None for nothing."""
    echo: float = 0.0
    """How loud the echo was that is taken out: root mean square of its samples."""

    @property
    def end(self) -> float:
        return self.start + len(self.samples) / SAMPLE_RATE


@dataclass(frozen=True, slots=True)
class Wake:
    """The wake word was heard."""

    word: str
    score: float
    """0 to 1, mean over the detector's window."""
    at: float
    """End of the frame that crossed the threshold."""


@dataclass(frozen=True, slots=True)
class Utterance:
    """The audio of one command, from the wake word (excluded) to its end (silence included)."""

    samples: Samples
    start: float
    end: float
    speech_end: float
    """When the voice was last active; equal to ``start`` where nothing was said."""
    ended_by: EndedBy


@dataclass(frozen=True, slots=True)
class Word:
    """One recognised word."""

    text: str
    start: float
    """Seconds from the beginning of the utterance."""
    end: float
    confidence: float
    """0 to 1."""


@dataclass(frozen=True, slots=True)
class Transcript:
    """What the recogniser heard."""

    text: str
    """Empty where nothing was recognised."""
    confidence: float
    """0 to 1: mean word confidence, or the mean token probability of an engine without words."""
    words: tuple[Word, ...] = ()
    """Empty for an engine that gives no words."""
    lost: float = 0.0
    """Nats a token that the audio alone bears it out less than what was heard freely; 0 for that itself."""


@dataclass(frozen=True, slots=True)
class SlotSpec:
    """A slot as a plugin's manifest declares it."""

    name: str
    type: SlotType
    required: bool = False
    values: tuple[tuple[str, ...], ...] = ()
    """The only values there are, each followed by other words for it; empty where all are allowed."""
    ask: str = ""
    """The question where a command leaves it out; empty: what fits its type."""


@dataclass(frozen=True, slots=True)
class IntentSpec:
    """An intent as a plugin's manifest declares it."""

    name: str
    """``plugin.intent``."""
    slots: tuple[SlotSpec, ...] = ()
    examples: tuple[str, ...] = ()
    """Sentences with ``{slot}`` where a slot's words stand."""
    confirm: bool = False
    """Ask for a yes before the handler runs."""
    one_of: tuple[str, ...] = ()
    """Optional slots of which at least one is needed; the first one's question asks for them."""

    def slot(self, name: str) -> SlotSpec | None:
        """The slot of that name, or None."""
        return next((slot for slot in self.slots if slot.name == name), None)


@dataclass(frozen=True, slots=True)
class Pointed:
    """A slot before its value is resolved: the words of the command that the model points at."""

    slot: str
    words: str


@dataclass(frozen=True, slots=True)
class Candidate:
    """An intent before its slots are resolved."""

    intent: str
    slots: tuple[Pointed, ...]
    confidence: float
    """0 to 1: the model's probability of this intent against all others and none."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What the language model makes of a command: intents in the order said; empty means none fits."""

    candidates: tuple[Candidate, ...]
    confidence: float
    """0 to 1: of the least sure candidate, or of the rejection where there is none."""
    instead: bool = False
    """Whether it corrects the command before, and stands for it."""


@dataclass(frozen=True, slots=True)
class Intent:
    """What should be done, with slots as the handler receives them."""

    name: str
    slots: Mapping[str, SlotValue]
    confidence: float
    said: Mapping[str, str] = field(default_factory=dict)
    """The words of the command that each slot's value was made of."""
    command: str = ""
    """The whole of it, as it was said."""

    @property
    def candidate(self) -> Candidate:
        """How it was read: what the next command may lean on."""
        return Candidate(self.name, tuple(Pointed(slot, words) for slot, words in self.said.items()), self.confidence)


@dataclass(frozen=True, slots=True)
class Parse:
    """A command understood, or rejected."""

    text: str
    intents: tuple[Intent, ...]
    rejected: bool
    """True where nothing is to be done: no intent fits, or none is sure enough."""
    confidence: float = 0.0
    """0 to 1: of the least sure intent, or of the best one that was not sure enough."""
    instead: bool = False
    """Whether it corrects the command before, and stands for it."""
    near: tuple[Intent, ...] = ()
    """Where it was rejected, but only just: what it may have meant, the likeliest first."""


@dataclass(frozen=True, slots=True)
class Choices:
    """What a slot could hold, where several things may be meant."""

    slot: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reply:
    """What is said back."""

    text: str
    """One or more sentences; empty where nothing is to be said."""
    ok: bool = True
    """False where something asked for was not done."""
    choices: Choices | None = None
    """Where the text is a handler's question: what may be answered."""


@dataclass(frozen=True, slots=True)
class Speech:
    """Synthesised speech."""

    samples: Samples
    rate: int
    """Samples per second; the loudspeaker resamples where it must."""

    @property
    def seconds(self) -> float:
        return len(self.samples) / self.rate


@dataclass(frozen=True, slots=True)
class Span:
    """One stage of a turn."""

    stage: str
    """wake, endpoint, asr, slm, handler or tts."""
    start: float
    """Seconds since the turn began."""
    end: float
    cpu: float = 0.0
    """CPU seconds that this process spent meanwhile."""
    notes: Mapping[str, str | float] = field(default_factory=dict)
    """Scores and choices."""


@dataclass(frozen=True, slots=True)
class Turn:
    """A command from beginning to end, as it is traced and printed."""

    began: str
    """Local time as ISO 8601 with zone."""
    source: str
    """``microphone``, ``text`` or the name of a file."""
    wake: Wake | None = None
    utterance: Utterance | None = None
    transcript: Transcript | None = None
    parse: Parse | None = None
    reply: Reply | None = None
    spans: tuple[Span, ...] = ()
    error: str | None = None
