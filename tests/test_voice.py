"""What sounds: speech by espeak-ng, the bell, rings that go on until hushed."""

import shutil
import threading
import time

import numpy as np
import pytest

from speaker import chime
from speaker.asr.moonshine import Moonshine
from speaker.errors import SpeechError
from speaker.events import SAMPLE_RATE, Speech
from speaker.recording import resampled
from speaker.store import Store
from speaker.tts import Espeak
from speaker.voice import SpokenVoice

needs_espeak = pytest.mark.skipif(shutil.which("espeak-ng") is None, reason="espeak-ng is not installed")


class Heard:
    """A loudspeaker that keeps what it was given."""

    def __init__(self) -> None:
        self.volume, self.muted = 100, False
        self.played: list[Speech] = []
        self.hushed = 0
        self.sounds = threading.Event()

    def play(self, speech: Speech, even_muted: bool = False) -> None:
        self.played.append(speech)
        self.sounds.set()

    def hush(self) -> bool:
        self.hushed += 1
        return False

    def wait(self, timeout: float | None = None) -> bool:
        return True


class Beep:
    """A synthesiser with one short sound."""

    def speak(self, text: str) -> Speech:
        return Speech(np.full(160, 1000, np.int16), SAMPLE_RATE)


@needs_espeak
@pytest.mark.parametrize("text", ["Timer set for five minutes.", "All lights off."])
def test_speech_says_what_it_was_given(text: str) -> None:
    speech = Espeak("en-us").speak(text)
    assert 0.5 < speech.seconds < 5
    assert 3000 < np.abs(speech.samples.astype(int)).max() < 32768
    hearing = Moonshine([text.lower().rstrip(".")]).listen()
    hearing.accept(resampled(speech.samples, speech.rate, SAMPLE_RATE))
    assert hearing.finish().text.lower().rstrip(".,!") == text.lower().rstrip(".")


@needs_espeak
def test_text_is_never_taken_for_an_option_or_markup() -> None:
    for text in ("-h", "--version", "<speak>no</speak>", "$(reboot)", "a\x00b\x07c", "🙂", '"quoted"'):
        assert Espeak().speak(text).rate > 0
    assert Espeak().speak("-v de").seconds > 0.3
    assert len(Espeak().speak("").samples) == 0


@needs_espeak
def test_an_endless_text_is_cut() -> None:
    assert Espeak().speak("word " * 100_000).seconds < 180


def test_without_espeak_the_error_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(SpeechError, match="install the package espeak-ng"):
        Espeak()


@needs_espeak
def test_an_unknown_voice_is_an_error() -> None:
    with pytest.raises(SpeechError, match=r"speech\.voice"):
        Espeak("martian")
    for voice in ("en-gb", "en-us+f2", "de", "en-gb-scotland", "English_(Great_Britain)"):
        Espeak(voice)


def test_the_bell_is_loud_but_does_not_clip() -> None:
    bell = chime.bell()
    peak = np.abs(bell.samples.astype(int)).max()
    assert 6000 < peak < 32000
    assert abs(int(bell.samples[0])) < 200
    assert 0.8 < bell.seconds < 2.0


@pytest.mark.parametrize("name", chime.SIGNS)
def test_a_sign_is_short_and_soft(name: str) -> None:
    sign = chime.SIGNS[name]()
    peak = np.abs(sign.samples.astype(int)).max()
    assert 0.05 < sign.seconds <= chime.LONGEST
    assert 3000 < peak < 6000
    assert max(abs(int(sign.samples[at])) for at in (0, -1)) < 200  # no click


def test_only_signs_that_are_wanted_sound(store: Store) -> None:
    out = Heard()
    voice = SpokenVoice(store.of("hark"), Beep(), out, signs=("understood",))
    voice.sign("listening")
    voice.sign("not_understood")
    assert out.played == []
    voice.sign("understood")
    assert [speech.seconds for speech in out.played] == [chime.understood().seconds]


def test_a_ring_goes_on_until_it_is_hushed(store: Store) -> None:
    out = Heard()
    voice = SpokenVoice(store.of("hark"), Beep(), out)
    voice.ring("Your timer is over.")
    assert out.sounds.wait(5)
    assert voice.hush()
    count = len(out.played)
    time.sleep(0.3)
    assert len(out.played) == count
    assert not voice.hush()
    assert "ring" not in {thread.name for thread in threading.enumerate()}


def test_volume_and_mute_are_kept_and_reach_the_loudspeaker(store: Store) -> None:
    first = Heard()
    voice = SpokenVoice(store.of("hark"), Beep(), first)
    voice.volume, voice.muted = 40, True
    assert (first.volume, first.muted) == (40, True)
    later = Heard()
    assert SpokenVoice(store.of("hark"), Beep(), later).volume == 40
    assert (later.volume, later.muted) == (40, True)


def test_the_last_reply_is_remembered(store: Store) -> None:
    voice = SpokenVoice(store.of("hark"), None, None)
    voice.play(voice.synthesise("It is noon."), "It is noon.")
    assert voice.last_reply == "It is noon."


def test_a_synthesiser_that_fails_does_not_end_the_loop(store: Store, caplog: pytest.LogCaptureFixture) -> None:
    class Hoarse:
        def speak(self, text: str) -> Speech:
            raise SpeechError("espeak-ng does not speak")

    SpokenVoice(store.of("hark"), Hoarse(), Heard()).say("hello")
    assert "not spoken" in caplog.text


class Band:
    """Plugins that make music."""

    def __init__(self) -> None:
        self.playing = True
        self.quiet = threading.Event()
        self.loud = threading.Event()

    def hush(self) -> bool:
        played, self.playing = self.playing, False
        return played

    def duck(self, quiet: bool) -> None:
        (self.quiet if quiet else self.loud).set()


def test_stop_silences_music_only_where_nothing_else_sounded(store: Store) -> None:
    band, voice = Band(), SpokenVoice(store.of("hark"), Beep(), Heard())
    voice.accompany(band)
    voice.ring("Your timer is over.")
    with voice.listening():  # the wake word has silenced the ring before "stop" is said
        assert voice.silence()
        assert band.playing
    with voice.listening():
        assert voice.silence()
        assert not band.playing
    assert not voice.silence()
    voice.close()


def test_the_end_of_hark_is_not_the_end_of_music(store: Store) -> None:
    band, voice = Band(), SpokenVoice(store.of("hark"), Beep(), Heard())
    voice.accompany(band)
    with voice.listening():
        assert band.quiet.wait(10)
        voice.close()
    assert band.playing
    assert band.loud.is_set()


def test_music_is_quiet_while_something_rings(store: Store) -> None:
    band, voice = Band(), SpokenVoice(store.of("hark"), Beep(), Heard())
    voice.accompany(band)
    voice.ring("Your timer is over.")
    assert band.quiet.wait(10)
    assert not band.loud.wait(0.5)
    voice.hush()
    assert band.loud.wait(10)
    voice.close()
