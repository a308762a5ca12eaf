"""What Hark says: replies, and rings that go on until someone says stop."""

import logging
import threading
from typing import Any, Protocol

import numpy as np

from speaker import chime
from speaker.errors import HarkError, StoreError
from speaker.events import Speech
from speaker.spoken import aloud
from speaker.store import PluginStore

log = logging.getLogger(__name__)

_RINGS = 60.0  # seconds that an unattended timer rings


class Synthesiser(Protocol):
    """Makes speech of text."""

    def speak(self, text: str) -> Speech: ...


class Output(Protocol):
    """A loudspeaker, or its twin over a file."""

    volume: int
    muted: bool

    def play(self, speech: Speech, even_muted: bool = False) -> None: ...

    def hush(self) -> bool: ...

    def wait(self, timeout: float | None = None) -> bool: ...


class SpokenVoice:
    """Speaks through a loudspeaker; without one it is silent, and only remembers."""

    def __init__(self, store: PluginStore, synthesiser: Synthesiser | None, output: Output | None) -> None:
        """Volume and mute are kept in ``store``."""
        self._store, self._synthesiser, self._output = store, synthesiser, output
        self._known: dict[str, Any] = {}
        self._unkept: dict[str, Any] = {}
        self.last_reply = ""
        self._quiet = threading.Event()
        self._ringing: threading.Thread | None = None
        if output is not None:
            output.volume, output.muted = self.volume, self.muted

    @property
    def volume(self) -> int:
        return int(self._get("volume", 100))

    @volume.setter
    def volume(self, percent: int) -> None:
        self._set("volume", percent)
        if self._output is not None:
            self._output.volume = percent

    @property
    def muted(self) -> bool:
        return bool(self._get("muted", False))

    @muted.setter
    def muted(self, muted: bool) -> None:
        self._set("muted", muted)
        if self._output is not None:
            self._output.muted = muted

    def synthesise(self, text: str) -> Speech:
        """Make speech of a reply; raises SpeechError."""
        return self._synthesiser.speak(aloud(text)) if self._synthesiser else Speech(np.zeros(0, np.int16), 16_000)

    def play(self, speech: Speech, text: str) -> None:
        """Say a reply; returns at once."""
        self.last_reply = text
        if self._output is not None:
            self._output.volume, self._output.muted = self.volume, self.muted  # a change may have been taken back
            self._output.play(speech)

    def say(self, text: str) -> None:
        """Speak outside of a turn; returns at once."""
        try:
            self.play(self.synthesise(text), text)
        except HarkError as error:
            log.error("not spoken: %s", error)

    def ring(self, text: str) -> None:
        """Ring and say ``text``, again and again, for a minute or until hushed."""
        log.info("ringing: %s", text)
        self._stop_ringing()
        self._quiet.clear()
        if self._output is not None:
            self._ringing = threading.Thread(target=self._ring, args=(text, self._output), name="ring", daemon=True)
            self._ringing.start()

    def hush(self) -> bool:
        """Be silent at once; whether anything sounded."""
        rang = self._stop_ringing()
        return (self._output.hush() if self._output is not None else False) or rang

    def _get(self, key: str, default: Any) -> Any:
        """As it is kept; else, where the store cannot be read, as it was known last."""
        if key in self._unkept:
            return self._unkept[key]
        try:
            self._known[key] = self._store.get(key, default)
        except StoreError as error:
            log.error("%s is taken as it was: %s", key, error)
        return self._known.get(key, default)

    def _set(self, key: str, value: Any) -> None:
        """Keep it, or at least know it: a full disk does not make Hark deaf to "quieter"."""
        self._unkept.pop(key, None)
        try:
            self._store.set(key, value)
        except StoreError as error:
            log.error("%s is not kept: %s", key, error)
            self._unkept[key] = value

    def _stop_ringing(self) -> bool:
        ringing, self._ringing = self._ringing, None
        if ringing is None or not ringing.is_alive():
            return False
        self._quiet.set()
        if self._output is not None:
            self._output.hush()
        ringing.join(3.0)
        return True

    def _ring(self, text: str, output: Output) -> None:
        bell = chime.bell()
        try:
            speech = self.synthesise(text)
        except HarkError as error:
            log.error("the ring has no words: %s", error)
            speech = bell
        waited = 0.0
        while waited < _RINGS and not self._quiet.is_set():
            output.play(bell, even_muted=True)
            output.play(bell, even_muted=True)
            output.play(speech, even_muted=True)
            length = 2 * bell.seconds + speech.seconds + 1.0
            self._quiet.wait(length)
            waited += length
