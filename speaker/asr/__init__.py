"""Speech recognition: one small interface, one file an engine."""

from collections.abc import Sequence
from typing import Protocol

from speaker.events import Samples, Transcript


class Hearing(Protocol):
    """One utterance being recognised; frames go in as they come."""

    def accept(self, samples: Samples) -> str:
        """Take the next samples (shape (n,), int16, 16 kHz) and return the partial transcript so far.

        An engine that recognises only whole utterances returns "".
        """

    def so_far(self) -> Transcript | None:
        """Recognise what was taken; more may follow. None where the engine cannot tell yet.

        Where nothing follows, ``finish`` gives the same, and takes no time.
        """

    def finish(self) -> Transcript:
        """Recognise what was taken; call once, after the last samples."""

    def again(self) -> Transcript | None:
        """A second opinion, held firmly to what can be said; its ``lost`` says how little the audio bears it out.

        None where it is the same, or the engine has none. Call after ``finish``.
        """


class Recogniser(Protocol):
    """A loaded speech recognition model."""

    name: str
    """Engine and model, for the trace: ``vosk:small-en-us``, ``moonshine:tiny-en``."""

    def listen(self, phrases: Sequence[str] = (), answers: Sequence[str] = ()) -> Hearing:
        """Begin an utterance.

        ``phrases`` are all that may be said (a runtime grammar), lower case; empty means anything. An engine
        that cannot be held to phrases ignores them. ``answers`` are what is likely to be said, where something was
        asked; anything else may be said, too. An engine that cannot lean ignores them.
        """
