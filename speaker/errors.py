"""Everything that can go wrong and that a person can meet, in one tree.

    HarkError                      1
    ├── ConfigError                3   the configuration file says something that Hark does not understand
    ├── DeviceError                4   a microphone or loudspeaker is missing or refuses
    ├── RecordingError             5   a sound file cannot be read
    ├── ModelError                 6   a model is missing, damaged or of another kind
    ├── PluginError                7   a plugin cannot be loaded, or is not there
    │   └── HandlerError           7   a handler says no: its message is spoken
    │       ├── Unclear            7   a handler asks which of several things is meant
    │       └── HomeError          7   devices did not do what was wanted
    ├── DownloadError              8   a model could not be fetched
    ├── SpeechError                9   the speech synthesiser is missing or fails
    └── StoreError                10   what should survive a restart cannot be read or written

The number is the exit code of ``hark``; 2 is a wrong command line, 0 is success. Each message is one
sentence of what happened and, after a semicolon or a full stop, what to do about it.
"""


class HarkError(Exception):
    """The root: an error with a message for people and an exit code for programs."""

    exit_code = 1


class ConfigError(HarkError):
    exit_code = 3


class DeviceError(HarkError):
    exit_code = 4


class RecordingError(HarkError):
    exit_code = 5


class ModelError(HarkError):
    exit_code = 6


class PluginError(HarkError):
    exit_code = 7


class HandlerError(PluginError):
    """Raised by a handler to decline: the message is a sentence that Hark speaks."""


class Unclear(HandlerError):  # noqa: N818 - it is a question
    """Several things could be meant: ask which, and do it with the answer.

    The message is the question; ``slot`` takes one of ``choices`` as its value.
    """

    def __init__(self, question: str, slot: str, choices: tuple[str, ...]) -> None:
        super().__init__(question)
        self.slot, self.choices = slot, choices


class HomeError(HandlerError):
    """A driver could not do what was wanted of its devices: "The lights do not answer; is the broker running?"."""


class DownloadError(HarkError):
    exit_code = 8


class SpeechError(HarkError):
    exit_code = 9


class StoreError(HarkError):
    exit_code = 10

    def __init__(self, message: str, spoken: str = "memory_unusable") -> None:
        """``spoken``: the name of the reason as Hark says it, to go on after a colon."""
        super().__init__(message)
        self.spoken = spoken
