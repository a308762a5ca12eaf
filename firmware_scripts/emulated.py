"""A machine for the image: QEMU's board ``virt`` with a 64-bit ARM processor, 512 MB, sound in and out, and no hardware.

Time in it is counted in instructions (one a nanosecond), not read from a clock: however busy this machine is, the
sound has no gaps. A second in it is therefore no second here, and waiting for the card takes longer in it than it would.
Like a Pi it has no clock that runs without power. It is no Raspberry Pi: same programs, other devices.
"""

import contextlib
import fcntl
import json
import os
import queue
import re
import shutil
import socket
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import soxr

from firmware_scripts.check_image import Image
from speaker.events import SAMPLE_RATE, Samples

_F_SETPIPE_SZ = 1031
_RATE = 48000  # of its sound card, which has two channels
_ROOM = 32768  # bytes that wait in the microphone's pipe: a sixth of a second
_OBSERVER = """\
[Unit]
After=dev-hvc{port}.device
BindsTo=dev-hvc{port}.device

[Service]
ExecStart=/bin/sh -c "stty raw -echo; PS1= exec {command}"
StandardInput=tty-force
StandardOutput=tty
StandardError=tty
TTYPath=/dev/hvc{port}
Restart=always

[Install]
WantedBy=multi-user.target
"""
_SOUND = """\
pcm.null {{ type null }}
pcm.room {{ type file slave.pcm "null" file "/dev/null" infile "{microphone}" format "raw" }}
pcm.loudspeaker {{ type file slave.pcm "null" file "{loudspeaker}" format "raw" }}
"""


class UnresponsiveError(Exception):
    """The machine did not do in time what was waited for."""


def card(image: Path, path: Path, size: int) -> None:
    """Flash an image to a card of ``size`` bytes, and let us look in: a root shell and Hark's log at two extra ports.

    The ports are the only difference to what a maker flashes.
    """
    subprocess.run(["cp", "--sparse=always", image, path], check=True)
    with path.open("r+b") as file:
        file.truncate(size)
    look_in = {0: "/bin/sh", 1: "/bin/journalctl --follow --lines=all --output=short-monotonic --unit=hark"}
    with tempfile.TemporaryDirectory() as folder:
        requests = []
        for port, command in look_in.items():
            unit = Path(folder) / f"observer{port}.service"
            unit.write_text(_OBSERVER.format(port=port, command=command))
            place = f"/etc/systemd/system/observer{port}.service"
            wanted = f"/etc/systemd/system/multi-user.target.wants/observer{port}.service"
            requests += [f"write {unit} {place}", f"symlink {wanted} {place}"]
        script = Path(folder) / "requests"
        script.write_text("\n".join(requests) + "\n")
        subprocess.run(["debugfs", "-w", "-f", script, Image(path).ext], check=True, capture_output=True)


def _for_card(samples: Samples) -> bytes:
    """Samples at 16 kHz as the sound card records them."""
    return np.repeat(soxr.resample(samples, SAMPLE_RATE, _RATE), 2).astype("<i2").tobytes()


def _from_card(played: Samples) -> Samples:
    """What the sound card played, shape (n, 2), at 16 kHz."""
    return soxr.resample(played.mean(axis=1), _RATE, SAMPLE_RATE).astype(np.int16)  # type: ignore[no-any-return]


class Room:
    """What the microphone hears: silence, until something is said."""

    def __init__(self, pipe: Path) -> None:
        os.mkfifo(pipe)
        self._pipe = os.open(pipe, os.O_RDWR)
        fcntl.fcntl(self._pipe, _F_SETPIPE_SZ, _ROOM)
        self._said: queue.Queue[bytes] = queue.Queue()
        self._closed = False
        self._thread = threading.Thread(target=self._fill, daemon=True)
        self._thread.start()

    def say(self, samples: Samples) -> None:
        """Say it; 16 kHz mono."""
        self._said.put(_for_card(samples))

    def close(self) -> None:
        self._closed = True
        os.set_blocking(self._pipe, False)
        with contextlib.suppress(BlockingIOError):  # wake the thread where it waits for room
            while os.read(self._pipe, _ROOM):
                pass
        self._thread.join(2)
        os.close(self._pipe)

    def _fill(self) -> None:
        # A room is never digitally silent.
        hum = _for_card(np.random.default_rng(1).normal(0, 4, SAMPLE_RATE // 20).astype(np.int16))
        with contextlib.suppress(BlockingIOError, OSError):
            while not self._closed:
                try:
                    block = self._said.get_nowait()
                except queue.Empty:
                    block = hum
                view = memoryview(block)
                while view and not self._closed:
                    view = view[os.write(self._pipe, view[:_ROOM]) :]


class Machine:
    """A running machine. ``with`` switches it on, and pulls the plug at the end."""

    def __init__(self, card: Path, work: Path, memory: int = 512, processor: str = "cortex-a53") -> None:
        """``work`` is an empty folder for its sockets and what it leaves: speaker.raw, network.pcap, console.log."""
        self.card, self.work, self._memory, self._processor = card, work, memory, processor
        self.log: list[str] = []
        """Hark's journal so far, with the machine's own time in front of each line."""
        self._grown = threading.Condition()

    def __enter__(self) -> "Machine":
        self.work.mkdir(parents=True)
        self.room = Room(self.work / "room")
        (self.work / "asound.conf").write_text(
            _SOUND.format(microphone=self.work / "room", loudspeaker=self.work / "speaker.raw")
        )
        self._on = time.monotonic()
        with (self.work / "qemu.log").open("wb") as log:
            self._qemu = subprocess.Popen(
                self._command(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env={**os.environ, "ALSA_CONFIG_PATH": str(self.work / "asound.conf")},
            )
        self._shell, self._journal, self._monitor = (self._connect(name) for name in ("shell", "journal", "monitor"))
        self._ask_monitor("qmp_capabilities")
        threading.Thread(target=self._follow, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.cut()

    def cut(self) -> None:
        """Pull the plug."""
        self._qemu.kill()
        self._qemu.wait()
        self.room.close()
        for line in (self._shell, self._journal, self._monitor):
            line.close()

    @property
    def seconds_here(self) -> float:
        """How long it has run, by the clock of this machine."""
        return time.monotonic() - self._on

    def ask(self, command: str, timeout: float = 300) -> str:
        """Run a command in it as root; what it prints."""
        mark = f"done-{time.monotonic_ns()}"
        self._shell.settimeout(timeout)
        self._shell.sendall(f"{command}\necho {mark[:4]}''{mark[4:]}\n".encode())
        heard = b""
        while mark.encode() not in heard:
            try:
                heard += self._shell.recv(65536)
            except TimeoutError:
                raise UnresponsiveError(f"no answer to {command!r}; so far {heard[-200:]!r}") from None
        return heard.split(mark.encode())[0].decode(errors="replace").replace("\r", "").strip()

    def wait_for(self, pattern: str, timeout: float, after: int = 0) -> re.Match[str]:
        """Wait until a line of Hark's journal, of those from number ``after`` on, matches; seconds of this machine."""
        end = time.monotonic() + timeout
        with self._grown:
            while True:
                for line in self.log[after:]:
                    if found := re.search(pattern, line):
                        return found
                if self._qemu.poll() is not None:
                    raise UnresponsiveError(f"the machine ended: {(self.work / 'qemu.log').read_text()[-500:]}")
                if time.monotonic() > end:
                    last = "\n".join(self.log[-15:])
                    raise UnresponsiveError(f"Hark did not say {pattern!r} in {timeout:.0f} s; last:\n{last}")
                self._grown.wait(1.0)

    def sounds(self, since: int = 0) -> Samples:
        """What the loudspeaker played, from sample ``since`` on; 16 kHz mono."""
        file = self.work / "speaker.raw"
        if not file.exists():
            return np.zeros(0, np.int16)
        played = np.fromfile(file, "<i2")
        return _from_card(played[: len(played) // 2 * 2].reshape(-1, 2))[since:]

    def written(self) -> int:
        """Bytes that were written to the card since it was switched on."""
        devices = self._ask_monitor("query-blockstats")
        return sum(device["stats"]["wr_bytes"] for device in devices)

    def _command(self) -> list[str]:
        kernel, initrd = self._boot_files()
        sound = "in.fixed-settings=on,in.frequency=48000,in.channels=2,in.format=s16"
        ports = [
            part
            for name in ("shell", "journal")
            for part in (
                "-chardev",
                f"socket,id={name},path={self.work / name},server=on,wait=off",
                "-device",
                f"virtconsole,chardev={name}",
            )
        ]
        return [
            "qemu-system-aarch64", "-nodefaults", "-no-user-config", "-display", "none", "-no-reboot",
            "-machine", "virt,gic-version=2", "-cpu", self._processor, "-smp", "1", "-m", str(self._memory),
            "-accel", "tcg,thread=single", "-icount", "shift=0,sleep=off",
            "-kernel", str(kernel), "-initrd", str(initrd),
            "-append", "console=ttyAMA0 root=LABEL=hark-root rw fsck.repair=yes net.ifnames=0 rootwait nohz=off",
            "-serial", f"file:{self.work / 'console.log'}",
            "-qmp", f"unix:{self.work / 'monitor'},server=on,wait=off",
            "-drive", f"if=none,id=card,format=raw,file={self.card}", "-device", "virtio-blk-pci,drive=card",
            "-device", "virtio-rng-pci",
            "-netdev", "user,id=net", "-device", "virtio-net-pci,netdev=net,romfile=",
            "-object", f"filter-dump,id=dump,netdev=net,file={self.work / 'network.pcap'}",
            "-audiodev", f"alsa,id=sound,in.dev=room,out.dev=loudspeaker,in.try-poll=off,out.try-poll=off,{sound},"
            + sound.replace("in.", "out."),
            "-device", "intel-hda", "-device", "hda-duplex,audiodev=sound",
            "-device", "virtio-serial-pci", *ports,
        ]  # fmt: skip

    def _boot_files(self) -> tuple[Path, Path]:
        """Kernel and initrd as the card's config.txt names them; a Pi's own loader reads them there."""
        image = Image(self.card)
        config = image.boot("config.txt")
        places = []
        for pattern in (r"^kernel=(\S+)", r"^initramfs (\S+)"):
            found = re.search(pattern, config, re.M)
            assert found, "config.txt names no kernel or initrd"
            subprocess.run(["mcopy", "-n", "-o", "-i", image.fat, f"::/{found[1]}", self.work], check=True)
            places.append(self.work / found[1])
        return places[0], places[1]

    def _connect(self, name: str) -> socket.socket:
        line = socket.socket(socket.AF_UNIX)
        for _ in range(200):
            with contextlib.suppress(OSError):
                line.connect(str(self.work / name))
                return line
            if self._qemu.poll() is not None:
                break
            time.sleep(0.05)
        raise UnresponsiveError(f"QEMU does not start: {(self.work / 'qemu.log').read_text()[-800:]}")

    def _ask_monitor(self, command: str) -> list[dict[str, dict[str, int]]]:
        self._monitor.settimeout(60)
        self._monitor.sendall(json.dumps({"execute": command}).encode() + b"\n")
        heard = b""
        while True:
            heard += self._monitor.recv(65536)
            for line in heard.splitlines():
                with contextlib.suppress(ValueError):
                    answer = json.loads(line)
                    if "return" in answer:
                        return answer["return"]  # type: ignore[no-any-return]

    def _follow(self) -> None:
        rest = ""
        with contextlib.suppress(OSError):
            while heard := self._journal.recv(65536):
                *lines, rest = (rest + heard.decode(errors="replace").replace("\r", "")).split("\n")
                with self._grown:
                    self.log += lines
                    self._grown.notify_all()


def available() -> Iterator[str]:
    """The programs that are missing for an emulated machine, with their packages."""
    for program, package in (("qemu-system-aarch64", "qemu-system-arm"), ("mcopy", "mtools"), ("debugfs", "e2fsprogs")):
        if not shutil.which(program):
            yield f"{program} (package {package})"
