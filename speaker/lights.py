"""What the lights of a box show: a colour and how it moves, for what Hark does."""

import math
from dataclasses import dataclass
from typing import Literal

Doing = Literal["idle", "listening", "thinking", "error"]
"""What the assistant does; whether it speaks, the loudspeaker knows."""

Color = tuple[float, float, float]
"""Red, green and blue, each 0 to 1."""

_ERROR_SHOWS = 2.0  # seconds
_DIMMEST = 0.15  # of its full light, so that a breathing lamp never looks as if it were off
OFF: Color = (0.0, 0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Pattern:
    """A light in one colour."""

    color: Color
    period: float = 0.0
    """Seconds of one swell or blink; 0: it is steady."""
    hard: bool = False
    """On and off instead of swelling."""

    def at(self, seconds: float) -> Color:
        """The colour so long after it began."""
        if not self.period:
            return self.color
        phase = seconds % self.period / self.period
        light = float(phase < 0.5) if self.hard else _DIMMEST + (1 - _DIMMEST) * (1 - math.cos(math.tau * phase)) / 2
        red, green, blue = self.color
        return red * light, green * light, blue * light


IDLE = Pattern(OFF)
LISTENING = Pattern((0.0, 0.3, 1.0))
THINKING = Pattern((0.6, 0.2, 1.0), period=0.8)
SPEAKING = Pattern((0.0, 0.8, 0.3), period=1.6)
MUTED = Pattern((1.0, 0.0, 0.0))
ERROR = Pattern((1.0, 0.45, 0.0), period=0.4, hard=True)


def pattern(doing: Doing, seconds: float, speaking: bool, muted: bool) -> Pattern:
    """What to show. Muted is shown before all else, for whoever looks whether they are heard.

    ``seconds``: since ``doing`` began.
    """
    if muted:
        return MUTED
    if doing == "error" and seconds < _ERROR_SHOWS:
        return ERROR
    if doing == "listening":
        return LISTENING
    if doing == "thinking":
        return THINKING
    return SPEAKING if speaking else IDLE
