"""The system's volume, on a real PulseAudio and, through ALSA's plugin for it, by the real amixer."""

import re
import shutil
import signal
import threading
import time
from collections.abc import Callable, Iterator

import pytest

from speaker import doctor
from speaker.build import Hark, Place
from speaker.config import AudioConfig, Config
from speaker.errors import HandlerError
from speaker.mixer import Level, SystemMixer, _Alsa
from speaker.voice import SpokenVoice
from tests.sound_server import OUT, ROOM, SoundServer, missing, sound_server
from tests.test_voice import Beep, Heard

pytestmark = pytest.mark.skipif(bool(missing()), reason=missing())


@pytest.fixture(scope="module")
def started(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SoundServer]:
    with sound_server(tmp_path_factory.mktemp("server")) as server:
        yield server


@pytest.fixture
def server(started: SoundServer, monkeypatch: pytest.MonkeyPatch) -> SoundServer:
    """It is this program's, and at 70 percent."""
    for name in ("HOME", "XDG_RUNTIME_DIR", "XDG_CONFIG_HOME", "PULSE_SERVER"):
        monkeypatch.setenv(name, started.env[name])
    for sink in (OUT, ROOM):
        started.pactl("set-sink-volume", sink, "70%")
        started.pactl("set-sink-mute", sink, "0")
    return started


@pytest.fixture
def deaf(monkeypatch: pytest.MonkeyPatch, tmp_path) -> None:
    """There is no mixer of the system's."""
    monkeypatch.setenv("PULSE_SERVER", f"unix:{tmp_path / 'nobody'}")
    monkeypatch.setenv("PATH", str(tmp_path))


def volumes(server: SoundServer, sink: str = OUT) -> list[int]:
    """Left and right, as another program sees them."""
    return [int(p) for p in re.findall(r"(\d+)%", server.pactl("get-sink-volume", sink).stdout.decode())]


def muted(server: SoundServer) -> bool:
    return b"yes" in server.pactl("get-sink-mute", OUT).stdout


def becomes(true: Callable[[], bool]) -> bool:
    until = time.monotonic() + 10
    while not true() and time.monotonic() < until:
        time.sleep(0.02)
    return true()


def test_what_is_said_reaches_the_system(server, tmp_path):
    with Hark(Place(Config(), None, tmp_path / "data")) as hark:
        assistant = hark.assistant()
        assert assistant.ask("set the volume to 30 percent").reply.text == "Volume at 30 percent."
        assert volumes(server) == [30, 30]
        server.pactl("set-sink-volume", OUT, "55%")  # someone turns a knob
        assert assistant.ask("turn the volume up").reply.text == "Volume at 65 percent."
        assert volumes(server) == [65, 65]
        assistant.ask("turn the volume down")
        assert volumes(server) == [55, 55]
        assistant.ask("mute")
        assert muted(server)
        assistant.ask("unmute")
        assert not muted(server)


def test_the_doctor_says_whose_volume_it_is(server, tmp_path):
    def finding(config: Config) -> str:
        found = doctor.examine(Place(config, None, tmp_path / "data"))
        return next(each.text for each in found if each.subject == "volume")

    assert finding(Config()) == "the system's, at 70 percent"
    assert finding(Config(audio=AudioConfig(volume="software"))) == "Hark's own, as the configuration says"


def test_starting_changes_nothing(server, tmp_path, store):
    store.of("hark").set("volume", 20)
    with Hark(Place(Config(), None, tmp_path), output=Heard()) as hark:
        assert hark.voice.volume == 70
        hark.voice.say("Hello.")
    assert volumes(server) == [70, 70]


def test_undo_gives_back_what_it_was_also_where_that_was_a_knob(server, tmp_path):
    with Hark(Place(Config(), None, tmp_path / "data"), Beep(), Heard()) as hark:
        assistant = hark.assistant()
        assistant.ask("set the volume to 30 percent")
        server.pactl("set-sink-volume", OUT, "61%")
        assistant.ask("turn the volume down")
        assert volumes(server) == [51, 51]
        assert assistant.ask("undo that").reply.text == "All right, that is undone."
        assert volumes(server) == [61, 61]


def test_who_turned_it_to_one_side_keeps_that(server):
    server.pactl("set-sink-volume", OUT, "80%", "40%")
    assert SystemMixer().level() == Level(80, False)
    assert SystemMixer().change(volume=40)
    assert volumes(server) == [40, 20]


def test_the_loudspeaker_of_the_configuration_is_the_one_that_is_set(server):
    assert SystemMixer(ROOM.upper()).change(volume=10)
    assert volumes(server, ROOM) == [10, 10]
    assert volumes(server) == [70, 70]
    assert SystemMixer("default").change(volume=12)
    assert volumes(server) == [12, 12]
    assert SystemMixer("another one").level() is None


@pytest.mark.skipif(shutil.which("amixer") is None, reason="not installed: amixer")
def test_alsa_by_amixer(server):
    alsa = _Alsa(None)
    assert alsa.level() == Level(70, False)
    assert alsa.change(volume=35, muted=True)
    assert alsa.level() == Level(35, True)
    assert volumes(server) == [35, 35]
    assert muted(server)
    assert alsa.change(muted=False)
    assert not muted(server)
    assert _Alsa("no such card").level() is None


def test_without_a_mixer_it_is_the_loudspeakers_own(deaf, store):
    out = Heard()
    voice = SpokenVoice(store.of("hark"), Beep(), out, SystemMixer())
    voice.volume, voice.muted = 40, True
    assert (out.volume, out.muted) == (40, True)
    assert (voice.volume, voice.muted) == (40, True)
    again = Heard()
    SpokenVoice(store.of("hark"), Beep(), again, SystemMixer())
    assert (again.volume, again.muted) == (40, True)


def test_with_one_the_loudspeaker_is_not_turned_down_a_second_time(server, store):
    out = Heard()
    voice = SpokenVoice(store.of("hark"), Beep(), out, SystemMixer())
    voice.volume, voice.muted = 40, True
    assert (out.volume, out.muted) == (100, False)
    assert volumes(server) == [40, 40]


def test_the_configuration_may_leave_the_system_alone(server, tmp_path):
    config = Config(audio=AudioConfig(volume="software"))
    out = Heard()
    with Hark(Place(config, None, tmp_path / "data"), Beep(), out) as hark:
        hark.assistant().ask("set the volume to 30 percent")
    assert out.volume == 30
    assert volumes(server) == [70, 70]


def test_what_rings_is_heard_though_the_system_is_muted(server, store):
    voice = SpokenVoice(store.of("hark"), Beep(), Heard(), SystemMixer())
    voice.muted = True
    assert muted(server)
    voice.ring("Your timer is over.")
    assert becomes(lambda: not muted(server))
    assert voice.hush()
    assert muted(server)
    voice.ring("Your timer is over.")
    assert becomes(lambda: not muted(server))
    voice.muted = False  # who asks for sound while it rings has it afterwards, too
    voice.hush()
    assert not muted(server)


def test_a_server_that_hangs_is_a_sentence_and_not_a_wait(server, tmp_path):
    with Hark(Place(Config(), None, tmp_path / "data")) as hark:
        server.send(signal.SIGSTOP)
        try:
            with pytest.raises(HandlerError):
                SystemMixer().change(volume=10)
            reply = hark.assistant().ask("set the volume to 30 percent").reply
            assert (reply.ok, reply.text) == (False, "The sound server does not answer.")
        finally:
            server.send(signal.SIGCONT)
        assert becomes(lambda: "pulse" not in {thread.name for thread in threading.enumerate()})
        assert hark.assistant().ask("set the volume to 30 percent").reply.ok
    assert volumes(server) == [30, 30]
