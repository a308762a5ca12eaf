"""Wake words: those that a library carries, those that were trained here, and those that the household taught."""

from speaker.wake.detector import WakeWords

__all__ = ["WakeWords"]
