"""The end of a command: a decision with no device, model or clock inside."""

import math
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass

from speaker.events import EndedBy, Outlook

_SHARES: Mapping[Outlook, float] = {"complete": 0.27, "extendable": 0.545, "unclear": 1.0, "open": 2.15}
_AWAY: Mapping[Outlook, float] = {"complete": 1.2, "extendable": 1.5, "unclear": 2.15, "open": 2.9}
"""The same where others go on talking, who are further away."""
_WHOLE = ("complete", "extendable")
_LOOKS = (0.1, 0.3)  # seconds of silence after which the words so far are wanted: at once, and where that left doubt
_LOOKS_AWAY = (0.35, 0.6)  # and of the speaker's silence while others talk
_NEAR = 10.0  # dB below the speaker's loudest syllable that a syllable of the speaker's is at least,
_FAINT = 17.0  # and that any sound of the speaker's is: below it a noise may pass for a voice, but not for this one
_SYLLABLE = 4  # frames


@dataclass(frozen=True, slots=True)
class Limits:
    """When a command is over; all in seconds."""

    silence: float | None = 0.7
    """Silence after speech where the words tell nothing; None: a pause never ends the command.

    What is surely whole ends after 0.27 of it, what could go on after 0.545, what lacks something after 2.15.
    """
    looks: bool = True
    """Whether the words so far are asked for in pauses; without them every command takes the same silence."""
    longest: float = 15.0
    """Longest command, whatever the room goes on saying."""
    nothing: float | None = 5.0
    """How long to wait for the first word; None: for ever."""
    voice: float = 0.2
    """Voice it takes to count as speech: less is a click, or the tail of the wake word."""
    begin: float = 0.5
    """Voice score at or above which a frame begins or renews speech, 0 to 1."""
    keep: float = 0.35
    """Voice score at or above which speech that has begun goes on, 0 to 1."""


class _Speaker:
    """How loud who gives the command is; a television is less so."""

    def __init__(self) -> None:
        self._last: deque[float] = deque(maxlen=_SYLLABLE)
        self._loudest = 0.0

    def take(self, power: float) -> None:
        """Take a frame in which there was a voice."""
        self._last.append(power)
        self._loudest = max(self._loudest, self._level)

    @property
    def is_near(self) -> bool:
        """Whether the last syllable was the speaker's."""
        return self._level >= self._loudest - _NEAR

    @property
    def is_faint(self) -> bool:
        """Whether the last sound was too faint for the speaker's."""
        return decibels(max(list(self._last)[-2:])) < self._loudest - _FAINT

    @property
    def _level(self) -> float:
        return decibels(sum(self._last) / len(self._last))


class Endpoint:
    """Takes each frame's voice score and level, and what the words so far tell, and says when the command is over."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._voiced = False
        self._voice = 0.0
        self._speaker = _Speaker()
        self._outlook: Outlook = "unclear"
        self._looks = 0
        self.seconds = 0.0
        """Audio taken so far."""
        self.speech_start: float | None = None
        """When the voice was first active, in seconds of audio taken; None: it never was for long enough."""
        self.speech_end = 0.0
        """When a voice was last active."""
        self.near_end = 0.0
        """When the voice of who gives the command was last active: others may go on."""

    @property
    def speaking(self) -> bool:
        """Whether speech has begun."""
        return self.speech_start is not None

    @property
    def silence(self) -> float:
        """Seconds in which nobody spoke."""
        return self.seconds - self.speech_end

    @property
    def away(self) -> float:
        """Seconds in which who gives the command did not speak."""
        return self.seconds - self.near_end

    @property
    def wants_words(self) -> bool:
        """Whether it has to be told now what the words so far are; ``tell`` it."""
        at = self._looks
        if not self.speaking or not self._limits.looks or self._limits.silence is None or at >= len(_LOOKS):
            return False
        if at and self._outlook in _WHOLE and self.silence:
            return False
        return self.silence >= _LOOKS[at] - 1e-6 or self.away >= _LOOKS_AWAY[at] - 1e-6

    def tell(self, outlook: Outlook) -> None:
        """What the words so far tell of the end; it counts until the speaker goes on."""
        self._looks += 1
        self._outlook = outlook

    def update(self, score: float, seconds: float, power: float = 1.0) -> EndedBy | None:
        """Take a frame's voice score, 0 to 1, length, and mean square; why the command is over, None while it is not."""
        limits = self._limits
        self.seconds += seconds
        self._voiced = score >= (limits.keep if self._voiced else limits.begin)
        if self._voiced:
            self._take_voice(seconds, power)
        elif (
            self.speech_start is None
        ):  # a click, or the tail of the wake word: it tells nothing of how loud the command is
            self._voice = 0.0
            self._speaker = _Speaker()
        if self.over:
            return self.over
        if not self.speaking and limits.nothing is not None and self.seconds >= limits.nothing:
            return "nothing"
        waited = self.speech_start if limits.nothing is None else 0.0
        if waited is not None and self.seconds - waited >= limits.longest:
            return "longest"
        return None

    def _take_voice(self, seconds: float, power: float) -> None:
        self._speaker.take(power)
        self._voice += seconds
        if not self._speaker.is_faint or not self._limits.looks:
            self.speech_end = self.seconds
        if self._speaker.is_near:
            self.near_end = self.seconds
            self._outlook, self._looks = "unclear", 0
        if self.speech_start is None and self._voice >= self._limits.voice - 1e-6:
            self.speech_start = self.seconds - self._voice

    @property
    def over(self) -> EndedBy | None:
        """Why the command is over after a pause; None while it is not."""
        silence, whole = self._limits.silence, self._outlook in _WHOLE
        if not self.speaking or silence is None:
            return None
        if not self._limits.looks:
            return "silence" if self.silence >= silence - 1e-6 else None
        over = (
            self.silence >= silence * _SHARES[self._outlook] - 1e-6
            or self.away >= silence * _AWAY[self._outlook] - 1e-6
        )
        return ("words" if whole else "silence") if over else None


def decibels(power: float) -> float:
    """A mean square of 16-bit samples in dB above one step; 0 at least."""
    return 10 * math.log10(max(power, 1.0))
