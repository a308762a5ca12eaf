"""Wake words: those that come with a library, those that were trained here, and those that the household taught."""

from speaker.wake.micro import WORDS, WakeWord

__all__ = ["WORDS", "WakeWord"]
