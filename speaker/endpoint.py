"""The end of a command: a decision with no device, model or clock inside."""

from dataclasses import dataclass

from speaker.events import EndedBy


@dataclass(frozen=True, slots=True)
class Limits:
    """When a command is over; all in seconds."""

    silence: float | None = 0.7
    """Silence after speech; None: a pause never ends the command."""
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


class Endpoint:
    """Takes the voice score of each frame and says when the command is over."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._voiced = False
        self._voice = 0.0
        self.seconds = 0.0
        """Audio taken so far."""
        self.speech_start: float | None = None
        """When the voice was first active, in seconds of audio taken; None: it never was for long enough."""
        self.speech_end = 0.0
        """When the voice was last active."""

    @property
    def speaking(self) -> bool:
        """Whether speech has begun."""
        return self.speech_start is not None

    def update(self, score: float, seconds: float) -> EndedBy | None:
        """Take a frame's voice score, 0 to 1, and length; why the command is over, None while it is not."""
        limits = self._limits
        self.seconds += seconds
        self._voiced = score >= (limits.keep if self._voiced else limits.begin)
        if self._voiced:
            self._voice += seconds
            self.speech_end = self.seconds
            if self.speech_start is None and self._voice >= limits.voice - 1e-6:
                self.speech_start = self.seconds - self._voice
        elif self.speech_start is None:
            self._voice = 0.0
        silence = self.seconds - self.speech_end
        if self.speaking and limits.silence is not None and silence >= limits.silence:
            return "silence"
        if not self.speaking and limits.nothing is not None and self.seconds >= limits.nothing:
            return "nothing"
        waited = self.speech_start if limits.nothing is None else 0.0
        if waited is not None and self.seconds - waited >= limits.longest:
            return "longest"
        return None
