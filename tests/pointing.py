"""Handlers as words reach them: resolved from what the language model points at."""

from speaker.events import Candidate, Pointed, Reading, Reply
from speaker.testing import Bench
from speaker.understand import understand


def said(bench: Bench, intent: str, **words: str) -> Reply:
    """Do what a command means that these words were pointed at in."""
    specs = {spec.name: spec for spec in bench.plugins.specs}
    pointed = tuple(Pointed(slot, each) for slot, each in words.items())
    parse = understand("…", Reading((Candidate(intent, pointed, 1.0),), 1.0), specs, 0.5, bench.clock().date())
    return bench.plugins.handle(parse.intents[0])
