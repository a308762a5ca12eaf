"""What Hark says: replies, and rings that go on until someone says stop."""

import logging
import threading
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import Any, Protocol

import numpy as np

from speaker import chime
from speaker.chime import Sign
from speaker.ducking import Ducking
from speaker.errors import HarkError, StoreError
from speaker.events import Speech
from speaker.mixer import Level, Mixer, NoMixer
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


class Others(Protocol):
    """What else sounds: music that plugins play."""

    def hush(self) -> bool: ...

    def duck(self, quiet: bool) -> None: ...


class SpokenVoice:
    """Speaks through a loudspeaker; without one it is silent, and only remembers.

    How loud it is, is the system's to say where there is a mixer. Else it is kept in the store.
    """

    def __init__(
        self,
        store: PluginStore,
        synthesiser: Synthesiser | None,
        output: Output | None,
        mixer: Mixer = NoMixer(),  # noqa: B008 - it has no state
        signs: Collection[str] = (),
    ) -> None:
        """The volume and mute that were last asked for are kept in ``store``, so that they can be taken back.

        ``signs``: those of ``chime.SIGNS`` that are to be heard.
        """
        self._signs = {name: chime.SIGNS[name]() for name in signs}
        self._store, self._synthesiser, self._output, self._mixer = store, synthesiser, output, mixer
        self._known: dict[str, Any] = {}
        self._unkept: dict[str, Any] = {}
        self.last_reply = ""
        self._quiet = threading.Event()
        self._ringing: threading.Thread | None = None
        self._others: Others | None = None
        self._ducking: Ducking | None = None
        self._cut = False  # whether the wake word has just silenced something
        self._lifted = False  # whether the system is muted, but for what rings
        self._applied = self._asked()
        if output is not None:
            output.volume, output.muted = (100, False) if self._level() else self._applied

    def accompany(self, others: Others) -> None:
        """Have music be quieter while this speaks or Hark listens; others may take their place at any time."""
        self._others = others
        if self._output is not None and self._ducking is None:
            self._ducking = Ducking(self._duck, self._sounding)

    @property
    def volume(self) -> int:
        level = self._mixer.level()
        return level.volume if level else self._asked()[0]

    @volume.setter
    def volume(self, percent: int) -> None:
        self._ask_for("volume", self.volume, percent)
        self._apply_volume(percent)

    @property
    def muted(self) -> bool:
        level = self._mixer.level()
        return level.muted if level else self._asked()[1]

    @muted.setter
    def muted(self, muted: bool) -> None:
        self._ask_for("muted", self.muted, muted)
        self._apply_muted(muted)

    @property
    def speaking(self) -> bool:
        """Whether something sounds."""
        return self._output is not None and not self._output.wait(0.0)

    def synthesise(self, text: str) -> Speech:
        """Make speech of a reply; raises SpeechError."""
        return self._synthesiser.speak(aloud(text)) if self._synthesiser else Speech(np.zeros(0, np.int16), 16_000)

    def play(self, speech: Speech, text: str) -> None:
        """Say a reply; returns at once."""
        self.last_reply = text
        if self._output is not None:
            if self._asked() != self._applied:  # a change was taken back
                self._apply_volume(self._asked()[0])
                self._apply_muted(self._asked()[1])
            self._output.play(speech)
            self._begin()

    def sign(self, name: Sign) -> None:
        """Sound this in the place of words, where it is wanted; returns at once."""
        if self._output is not None and name in self._signs:
            self._output.play(self._signs[name])

    def end_sign(self) -> None:
        """Silence what is sounded in the place of words, but nothing that rings."""
        if self._output is not None and not (self._ringing and self._ringing.is_alive()):
            self._output.hush()

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
            self._begin()

    @contextmanager
    def listening(self) -> Iterator[None]:
        """Hark listens, from the wake word on: be silent at once, and have music be quiet until all is answered."""
        self._cut = self.hush()
        try:
            if self._ducking is None:
                yield
            else:
                with self._ducking.listening():
                    yield
        finally:
            self._cut = False

    def silence(self) -> bool:
        """Silence whatever sounds: speech and what rings, where the wake word has not done so already, else music."""
        cut, self._cut = self._cut, False
        return self.hush() or cut or (self._others is not None and self._others.hush())

    def hush(self) -> bool:
        """Be silent at once; whether anything sounded."""
        rang = self._stop_ringing()
        return (self._output.hush() if self._output is not None else False) or rang

    def close(self) -> None:
        """Be silent, and have music be as loud as before."""
        self.hush()
        if self._ducking is not None:
            self._ducking.close()

    def _asked(self) -> tuple[int, bool]:
        """The volume and mute that were last asked for."""
        return int(self._get("volume", 100)), bool(self._get("muted", False))

    def _ask_for(self, key: str, before: int | bool, now: int | bool) -> None:
        if self._get(key, None) != before:
            with self._store.for_good():  # someone turned a knob: this is what "undo" comes back to
                self._set(key, before)
        self._set(key, now)

    def _apply_volume(self, percent: int) -> None:
        system = self._mixer.change(volume=percent)
        if self._output is not None:
            self._output.volume = 100 if system else percent
        self._applied = percent, self._applied[1]

    def _apply_muted(self, muted: bool) -> None:
        self._lifted = False
        system = self._mixer.change(muted=muted)
        if self._output is not None:
            self._output.muted = muted and not system
        self._applied = self._applied[0], muted

    def _level(self) -> Level | None:
        try:
            return self._mixer.level()
        except HarkError as error:
            log.warning("%s", error)
            return None

    def _begin(self) -> None:
        if self._ducking is not None:
            self._ducking.begin()

    def _duck(self, quiet: bool) -> None:
        if self._others is not None:
            self._others.duck(quiet)

    def _sounding(self) -> bool:
        ringing = self._ringing
        return (ringing is not None and ringing.is_alive()) or (self._output is not None and not self._output.wait(0.0))

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
        with self._unmuted():
            waited = 0.0
            while waited < _RINGS and not self._quiet.is_set():
                output.play(bell, even_muted=True)
                output.play(bell, even_muted=True)
                output.play(speech, even_muted=True)
                length = 2 * bell.seconds + speech.seconds + 1.0
                self._quiet.wait(length)
                waited += length

    @contextmanager
    def _unmuted(self) -> Iterator[None]:
        """What rings is heard also where the system is muted; it is muted again then, unless it was asked for sound."""
        level = self._level()
        self._lifted = level is not None and level.muted
        if self._lifted:
            self._change_muted(False)
        try:
            yield
        finally:
            if self._lifted:
                self._lifted = False
                self._change_muted(True)

    def _change_muted(self, muted: bool) -> None:
        try:
            self._mixer.change(muted=muted)
        except HarkError as error:
            log.warning("%s", error)
