"""Being interrupted: what is said over Hark's own sound, and whether it means silence. No device, clock or model inside."""

import re
from collections.abc import Collection
from dataclasses import dataclass

from speaker.events import Transcript
from speaker.text import normalise, without_manners

NAME = "hark"
"""What Hark may be called before "stop"."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What counts as something short that somebody says over a sound; times in seconds."""

    voice: float = 0.5
    """Voice score, 0 to 1, from which on a frame may hold a voice."""
    over_echo: float = 0.1
    """Loudness, as a share of the echo's that was taken out, from which on it is not merely what was left of that."""
    loud: float = 60.0
    """Root mean square of the samples from which on it may be meant for Hark."""
    shortest: float = 0.12
    longest: float = 1.6
    """Longer is talk."""
    pause: float = 0.2
    """Silence that ends it."""
    before: float = 0.25
    """What is also listened to from before the voice was sure."""


class BargeIn:
    """Takes what is known of each frame while something sounds, and says when something short has been said."""

    def __init__(self, limits: Limits = Limits()) -> None:
        self._limits = limits
        self.reset()

    def reset(self) -> None:
        """Forget what was being said."""
        self._voiced = 0.0
        self._length = 0.0  # from the first voice on
        self._pause = 0.0

    def update(self, voice: float, loud: float, echo: float, seconds: float) -> float | None:
        """Take a frame's voice score, loudness, loudness of the echo taken out of it, and length.

        The length of audio up to here that is worth recognising, where something short has just been said; else None.
        """
        limits = self._limits
        if voice >= limits.voice and loud >= max(limits.loud, limits.over_echo * echo):
            self._voiced += seconds
            self._length += seconds
            self._pause = 0.0
            return None
        if not self._length:
            return None
        self._length += seconds
        self._pause += seconds
        if self._pause < limits.pause - 1e-6:
            return None
        said, short = self._length, limits.shortest <= self._voiced <= limits.longest
        self.reset()
        return said + limits.before if short else None


def silencing(first: Transcript, second: Transcript | None, own: str, phrases: Collection[str]) -> str | None:
    """The one of ``phrases`` that was said, so that Hark should be silent; None where it was something else.

    ``first`` and ``second``: what was heard, and on second thoughts. ``own``: what was heard in the same way of what
    Hark itself played meanwhile; a reply with "stop" in it does not stop itself.
    """
    for heard in (first, second):
        phrase = heard and _phrase(heard.text, phrases)
        if phrase:
            return None if _holds(own, phrase) else phrase
    return None


def _phrase(text: str, phrases: Collection[str]) -> str | None:
    """The phrase that a text is, but for manners, the name, and saying it again and again."""
    said = without_manners(normalise(text)).removeprefix(f"{NAME} ")
    if said in phrases:
        return said
    first, *others = said.split() or [""]
    return first if first in phrases and set(others) == {first} else None


def _holds(own: str, phrase: str) -> bool:
    return re.search(rf"\b{re.escape(phrase)}\b", normalise(own)) is not None
