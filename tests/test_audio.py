"""Microphone and loudspeaker on a real sound server. PortAudio reads its surroundings once, so each test is a program."""

import json
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from speaker import recording
from speaker.events import SAMPLE_RATE, Samples
from tests.conftest import TOP
from tests.sound_server import SoundServer, missing, sound_server

pytestmark = [pytest.mark.skipif(bool(missing()), reason=missing()), pytest.mark.slow]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SoundServer]:
    with sound_server(tmp_path_factory.mktemp("server")) as running:
        yield running


def program(text: str, server: SoundServer) -> "subprocess.Popen[str]":
    """Start a program that prints one JSON line."""
    head = "import json, time, logging, sys, threading\nimport numpy as np\nfrom speaker import audio\nfrom speaker.events import *\n"
    command = [sys.executable, "-c", head + textwrap.dedent(text)]
    return subprocess.Popen(command, env=server.env, cwd=TOP, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def result(running: "subprocess.Popen[str]") -> Any:
    out, err = running.communicate(timeout=60)
    assert running.returncode == 0, err
    return json.loads(out.splitlines()[-1])


def tone(seconds: float, pitch: float = 440.0) -> Samples:
    return (12_000 * np.sin(2 * np.pi * pitch * np.arange(int(seconds * SAMPLE_RATE)) / SAMPLE_RATE)).astype(np.int16)


def pitch_of(samples: Samples) -> float:
    spectrum = np.abs(np.fft.rfft(samples.astype(float)))
    return float(np.argmax(spectrum) * SAMPLE_RATE / len(samples))


PLAY = """
    def tone(seconds, pitch):
        return Speech((12000 * np.sin(2 * np.pi * pitch * np.arange(int(seconds * 22050)) / 22050)).astype(np.int16), 22050)
    speaker = audio.Loudspeaker()
"""


def captured(server: SoundServer, file: Path, text: str) -> tuple[Any, Samples]:
    """What a program prints and what it plays."""
    with server.listening(file):
        time.sleep(0.3)
        printed = result(program(PLAY + text, server))
        time.sleep(0.5)
    samples = np.fromfile(file, np.int16)
    loud = np.flatnonzero(np.abs(samples) > 300)
    return printed, samples[loud[0] : loud[-1] + 1] if len(loud) else samples[:0]


def test_what_sounds_in_the_room_comes_as_frames_in_time(server: SoundServer, tmp_path: Path) -> None:
    recording.write(tmp_path / "tone.wav", tone(1.5))
    running = program(
        """
        microphone = audio.Microphone("default")
        heard, starts, until = [], [], time.monotonic() + 6
        for frame in microphone.frames():
            heard.append(frame.samples)
            starts.append(frame.start)
            if time.monotonic() > until:
                break
        microphone.close()
        samples = np.concatenate(heard)
        loud = np.flatnonzero(np.abs(samples) > 2000)
        middle = samples[loud[0] + 4000 : loud[0] + 20000].astype(float)
        print(json.dumps({
            "pitch": float(np.argmax(np.abs(np.fft.rfft(middle)))),
            "seconds": (loud[-1] - loud[0]) / 16000,
            "sizes": sorted({len(h) for h in heard}),
            "steps": [round(min(np.diff(starts)), 6), round(max(np.diff(starts)), 6)],
            "dropped": microphone.dropped,
            "threads": [t.name for t in threading.enumerate() if t is not threading.main_thread()],
        }))
        """,
        server,
    )
    time.sleep(2.5)
    server.say(tmp_path / "tone.wav")
    got = result(running)
    assert abs(got["pitch"] - 440) < 3
    assert 1.3 < got["seconds"] < 1.7
    assert got["sizes"] == [512]
    assert got["steps"] == [0.032, 0.032]
    assert got["dropped"] == 0
    assert got["threads"] == []


def test_what_nobody_takes_is_dropped_and_counted_not_kept(server: SoundServer) -> None:
    running = program(
        """
        logging.basicConfig(level=logging.WARNING, stream=sys.stderr)
        microphone = audio.Microphone()
        until = time.monotonic() + 30
        while microphone.dropped < 5 and time.monotonic() < until:
            time.sleep(0.1)
        waiting = microphone._blocks.qsize()
        next(iter(microphone.frames()))
        microphone.close()
        print(json.dumps({"dropped": microphone.dropped, "waiting": waiting}))
        """,
        server,
    )
    out, err = running.communicate(timeout=60)
    got = json.loads(out.splitlines()[-1])
    assert got["dropped"] >= 5
    assert got["waiting"] == 125
    assert "blocks are lost so far" in err


def test_an_unknown_device_is_an_error_that_names_those_there_are(server: SoundServer) -> None:
    got = result(
        program(
            """
            messages = []
            for make in (audio.Microphone, audio.Loudspeaker):
                try:
                    make("nonesuch")
                except audio.DeviceError as error:
                    messages.append(str(error))
            print(json.dumps(messages))
            """,
            server,
        )
    )
    assert len(got) == 2
    for message, kind in zip(got, ("microphone", "loudspeaker"), strict=True):
        assert f"there is no {kind} 'nonesuch'" in message
        assert "pulse" in message


def test_play_returns_at_once_and_keeps_the_order(server: SoundServer, tmp_path: Path) -> None:
    printed, samples = captured(
        server,
        tmp_path / "order.raw",
        """
    began = time.monotonic()
    speaker.play(tone(1.0, 400))
    speaker.play(tone(1.0, 900))
    took, playing = time.monotonic() - began, speaker.playing
    done = speaker.wait(15)
    speaker.close()
    print(json.dumps({"took": took, "playing": playing, "done": done, "after": speaker.playing}))
    """,
    )
    assert printed["took"] < 0.5
    assert (printed["playing"], printed["done"], printed["after"]) == (True, True, False)
    assert abs(pitch_of(samples[4000:12_000]) - 400) < 10
    assert abs(pitch_of(samples[-12_000:-4000]) - 900) < 10


def test_hush_cuts_what_sounds_and_what_waits(server: SoundServer, tmp_path: Path) -> None:
    printed, samples = captured(
        server,
        tmp_path / "hush.raw",
        """
    speaker.play(tone(8.0, 400))
    speaker.play(tone(8.0, 900))
    time.sleep(1.5)
    sounded, again = speaker.hush(), speaker.hush()
    speaker.play(tone(0.5, 1500))
    speaker.wait(10)
    speaker.close()
    print(json.dumps({"sounded": sounded, "again": again}))
    """,
    )
    assert printed == {"sounded": True, "again": False}
    assert len(samples) / SAMPLE_RATE < 5
    assert abs(pitch_of(samples[-6000:-2000]) - 1500) < 20


def test_volume_and_mute_reach_what_is_played(server: SoundServer, tmp_path: Path) -> None:
    peaks = []
    for setting in ("speaker.volume = 100", "speaker.volume = 25", "speaker.muted = True"):
        _, samples = captured(
            server,
            tmp_path / "volume.raw",
            f"""
    {setting}
    speaker.play(tone(1.0, 440))
    speaker.wait(10)
    speaker.close()
    print(json.dumps(None))
    """,
        )
        peaks.append(np.abs(samples.astype(int)).max(initial=0))
    full, quarter, muted = peaks
    assert full > 8000
    assert abs(quarter / full - 0.25) < 0.05
    assert muted == 0


def test_a_microphone_that_is_closed_while_it_is_opened_again_stays_closed(server: SoundServer) -> None:
    text = """
    audio._RETRY = 0.0
    microphone = audio.Microphone()
    real, closing = microphone._open, []
    def open_slowly():
        closing.append(threading.Thread(target=microphone.close))
        closing[0].start()
        time.sleep(0.5)
        return real()
    microphone._open = open_slowly
    microphone._reconnect()
    closing[0].join()
    print(json.dumps(microphone._stream.closed))
    """
    assert result(program(text, server)) is True
