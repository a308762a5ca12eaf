"""A real MPD of our own, with no hardware: a music folder of short tagged files, outputs that play to nobody."""

import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import mpd
import numpy as np
import soundfile

OUTPUTS = ("Living Room", "Kitchen")


class MusicServer:
    """Runs in a folder of its own and answers at a socket there, so it meets no MPD of the system's."""

    def __init__(self, folder: Path, outputs: Sequence[str] = OUTPUTS, password: str = "") -> None:
        self.folder, self.music = folder, folder / "music"
        self.socket = folder / "mpd.sock"
        for part in (self.music, folder / "playlists"):
            part.mkdir(parents=True, exist_ok=True)
        lines = [
            f'music_directory "{self.music}"',
            f'playlist_directory "{folder / "playlists"}"',
            f'db_file "{folder / "database"}"',
            f'state_file "{folder / "state"}"',
            f'bind_to_address "{self.socket}"',
            'zeroconf_enabled "no"',
            'restore_paused "yes"',
            *(f'audio_output {{\n type "null"\n name "{name}"\n mixer_type "software"\n}}' for name in outputs),
            *([f'password "{password}@read,add,control,admin"', 'default_permissions ""'] if password else []),
        ]
        (folder / "mpd.conf").write_text("\n".join(lines) + "\n")
        self._server: subprocess.Popen[bytes] | None = None

    @property
    def settings(self) -> dict[str, str]:
        """Those of the plugin that reach it."""
        return {"host": str(self.socket)}

    def start(self) -> None:
        """Start it and wait until it answers."""
        command = ["mpd", "--no-daemon", "--stderr", str(self.folder / "mpd.conf")]
        with (self.folder / "log").open("ab") as log:
            self._server = subprocess.Popen(command, stdout=log, stderr=log, stdin=subprocess.DEVNULL)
        until = time.monotonic() + 30
        while True:
            with socket.socket(socket.AF_UNIX) as probe:
                if probe.connect_ex(str(self.socket)) == 0:
                    return
            assert self._server.poll() is None, (self.folder / "log").read_text()
            assert time.monotonic() < until, "mpd does not answer"
            time.sleep(0.02)

    def stop(self) -> None:
        """Kill it, hanging or not."""
        if self._server is not None:
            self._server.kill()
            self._server.wait()
            self._server = None
            self.socket.unlink(missing_ok=True)

    @contextmanager
    def hanging(self) -> Iterator[None]:
        """It is there and does not answer."""
        assert self._server is not None
        self._server.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            if self._server is not None:
                self._server.send_signal(signal.SIGCONT)

    @contextmanager
    def client(self) -> Iterator[Any]:
        """Another client, which sees what Hark did."""
        client = mpd.MPDClient()
        client.timeout = 20
        client.connect(str(self.socket))
        try:
            yield client
        finally:
            client.disconnect()

    def add(self, file: str, seconds: float = 60.0, **tags: str) -> None:
        """Write a silent song; seen after ``update``. A ``file`` ends with .flac or .ogg."""
        path = self.music / file
        path.parent.mkdir(parents=True, exist_ok=True)
        with soundfile.SoundFile(path, "w", samplerate=8000, channels=1) as song:
            for name, value in tags.items():
                setattr(song, name, value)
            song.write(np.zeros(int(8000 * seconds), np.int16))

    def playlist(self, name: str, files: Sequence[str]) -> None:
        """Store a playlist."""
        (self.folder / "playlists" / f"{name}.m3u").write_text("".join(f"{file}\n" for file in files))

    def update(self) -> None:
        """Have it look at the music folder; returns when it has."""
        with self.client() as client:
            client.update()
            while "updating_db" in client.status():
                time.sleep(0.02)

    def state(self) -> Mapping[str, str]:
        """What it does: MPD's status, and of the current song ``title``, ``artist`` and ``file``."""
        with self.client() as client:
            return {**client.currentsong(), **client.status()}


@contextmanager
def music_server(folder: Path, **options: Any) -> Iterator[MusicServer]:
    """A started server, stopped at the end."""
    server = MusicServer(folder, **options)
    server.start()
    try:
        yield server
    finally:
        server.stop()


def missing() -> str:
    """What keeps these tests from running; "" for nothing."""
    return "" if shutil.which("mpd") else "not installed: mpd"
