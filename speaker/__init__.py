"""Hark: a voice assistant that never leaves the house."""

__version__ = "0.1.0"
