"""A real PulseAudio of our own, with no hardware: one sink is the microphone's room, the other the loudspeaker's."""

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOM = "room"  # what is played here is what the microphone hears
OUT = "out"  # what Hark plays comes out here


class SoundServer:
    """Runs in a folder of its own; ``env`` makes a program use it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        runtime = folder / "runtime"
        runtime.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.socket = folder / "pulse.sock"
        # The ALSA plugin that PortAudio opens asks this server for its default devices.
        (folder / ".asoundrc").write_text("pcm.!default { type pulse }\nctl.!default { type pulse }\n")
        self.env = os.environ | {
            "HOME": str(folder),
            "XDG_RUNTIME_DIR": str(runtime),
            "XDG_CONFIG_HOME": str(folder / "config"),
            "PULSE_SERVER": f"unix:{self.socket}",
        }
        self._server: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start the server and wait until it answers."""
        modules = [
            f"module-native-protocol-unix socket={self.socket} auth-anonymous=1",
            f"module-null-sink sink_name={OUT} rate=48000 channels=2",
            f"module-null-sink sink_name={ROOM} rate=48000 channels=2",
            f"module-remap-source source_name=mic master={ROOM}.monitor",
        ]
        command = ["pulseaudio", "-n", "--daemonize=no", "--exit-idle-time=-1", "--disallow-exit=yes"]
        command += ["--use-pid-file=no", "--system=no", "--realtime=no", "--high-priority=no"]
        for module in modules:
            command += ["-L", module]
        self._server = subprocess.Popen(command, env=self.env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for _ in range(100):
            if self.pactl("info").returncode == 0:
                break
            time.sleep(0.1)
        assert self.pactl("set-default-source", "mic").returncode == 0
        assert self.pactl("set-default-sink", OUT).returncode == 0

    def stop(self) -> None:
        """Kill it, as if the device were pulled out."""
        if self._server is not None:
            self._server.send_signal(signal.SIGKILL)
            self._server.wait()
            self.socket.unlink(missing_ok=True)
            self._server = None

    def send(self, number: signal.Signals) -> None:
        """Send it a signal: SIGSTOP makes it hang."""
        assert self._server is not None
        self._server.send_signal(number)

    def pactl(self, *words: str) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(["pactl", *words], env=self.env, capture_output=True, check=False)

    def say(self, recording: Path, percent: int = 100) -> None:
        """Play a recording into the room, with the volume at this; returns when it is over."""
        volume = f"--volume={65536 * percent // 100}"
        subprocess.run(["paplay", "--device", ROOM, volume, recording], env=self.env, check=True, timeout=120)

    def echo(self, milliseconds: int = 60, percent: int = 60) -> None:
        """From now on, what comes out of the loudspeaker is heard in the room, some of it: the sum must not clip."""
        loop = f"source={OUT}.monitor sink={ROOM} latency_msec={milliseconds} adjust_time=0 source_dont_move=1 sink_dont_move=1"
        assert self.pactl("load-module", "module-loopback", *loop.split()).returncode == 0
        ((number, *_),) = (line.split() for line in self.pactl("list", "short", "sink-inputs").stdout.splitlines())
        assert self.pactl("set-sink-input-volume", number.decode(), f"{percent}%").returncode == 0

    @contextmanager
    def listening(self, file: Path, where: str = OUT) -> Iterator[None]:
        """Record what comes out of the loudspeaker, or sounds in the room, as raw int16 at 16 kHz mono."""
        command = [
            "parec",
            "--device",
            f"{where}.monitor",
            "--rate=16000",
            "--channels=1",
            "--format=s16le",
            "--latency-msec=50",
        ]
        with file.open("wb") as out:
            recorder = subprocess.Popen(command, env=self.env, stdout=out, stderr=subprocess.DEVNULL)
            try:
                until = time.monotonic() + 10
                while not file.stat().st_size and time.monotonic() < until:  # it takes its time to begin
                    time.sleep(0.02)
                yield
            finally:
                recorder.terminate()
                recorder.wait()


@contextmanager
def sound_server(folder: Path) -> Iterator[SoundServer]:
    """A started server, stopped at the end."""
    server = SoundServer(folder)
    server.start()
    try:
        yield server
    finally:
        server.stop()


def missing() -> str:
    """What keeps these tests from running; "" for nothing."""
    programs = [name for name in ("pulseaudio", "pactl", "paplay", "parec") if shutil.which(name) is None]
    return f"not installed: {', '.join(programs)}" if programs else ""
