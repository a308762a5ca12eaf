"""A machine for the image: QEMU's board ``virt`` with a 64-bit ARM processor, 512 MB, sound in and out, and no hardware.

Time in it is counted in instructions (one a nanosecond), not read from a clock: however busy this machine is, the
sound has no gaps. A second in it is therefore no second here, and waiting for the card takes longer in it than it would.
Like a Pi it has no clock that runs without power. It is no Raspberry Pi: same programs, other devices.
"""

import contextlib
import json
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

_RATE = 48000  # of its sound card, which plays two channels
_WAITING = 4096  # bytes that wait on the way to its microphone, at most; an eighth of a second
_HEADER = 44  # bytes before the sound in a WAV file
_OBSERVER = """\
[Unit]
After=dev-hvc{port}.device
BindsTo=dev-hvc{port}.device

[Service]
Environment=PS1=
ExecStart=/bin/sh -c "stty raw -echo; {command}"
StandardInput=tty-force
StandardOutput=tty
StandardError=tty
TTYPath=/dev/hvc{port}
Restart=always

[Install]
WantedBy=multi-user.target
"""
_PORTS = {
    "shell": "exec /bin/sh",
    "journal": "journalctl --follow --lines=all --output=short-monotonic --unit=hark & exec tail -qn +1 -F /var/lib/hark/trace.jsonl",
    "room": "exec aplay -q -D hw:Room,1 -t raw -f S16_LE -r 16000 -c 1",
}
"""What runs at each extra port. What the room holds is played into one end of a sound card that is only wire (ALSA's
loopback); Hark has the other end as its microphone."""


class UnresponsiveError(Exception):
    """The machine did not do in time what was waited for."""


def card(image: Path, path: Path, size: int) -> None:
    """Flash an image to a card of ``size`` bytes, and add ports to it: a root shell, Hark's log and record of turns, and a microphone.

    The ports, and the driver of the microphone, are the only difference to what a maker flashes.
    """
    subprocess.run(["cp", "--sparse=always", image, path], check=True)
    with path.open("r+b") as file:
        file.truncate(size)
    files = {
        "/etc/modules-load.d/room.conf": "snd-aloop\n",
        "/etc/modprobe.d/room.conf": "options snd-aloop id=Room index=5\n",
    }
    for number, (port, command) in enumerate(_PORTS.items()):
        files[f"/etc/systemd/system/port-{port}.service"] = _OBSERVER.format(port=number, command=command)
    with tempfile.TemporaryDirectory() as folder:
        requests = []
        for number, (place, text) in enumerate(files.items()):
            content = Path(folder) / str(number)
            content.write_text(text)
            requests.append(f"write {content} {place}")
        for port in _PORTS:
            unit = f"/etc/systemd/system/port-{port}.service"
            requests.append(f"symlink /etc/systemd/system/multi-user.target.wants/port-{port}.service {unit}")
        script = Path(folder) / "requests"
        script.write_text("\n".join(requests) + "\n")
        subprocess.run(["debugfs", "-w", "-f", script, Image(path).ext], check=True, capture_output=True)


class Room:
    """What the microphone hears: silence, until something is said."""

    def __init__(self, line: socket.socket) -> None:
        """``line`` takes 16-bit samples, 16 kHz, one channel, as fast as the machine plays them."""
        line.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _WAITING)
        self._line = line
        self._said: queue.Queue[bytes] = queue.Queue()
        threading.Thread(target=self._fill, daemon=True).start()

    def say(self, samples: Samples) -> None:
        """Say it; 16 kHz mono."""
        self._said.put(samples.astype("<i2").tobytes())

    def _fill(self) -> None:
        # A room is never digitally silent.
        hum = np.random.default_rng(1).normal(0, 4, SAMPLE_RATE // 20).astype("<i2").tobytes()
        with contextlib.suppress(OSError):  # the plug was pulled
            while True:
                try:
                    block = self._said.get_nowait()
                except queue.Empty:
                    block = hum
                self._line.sendall(block)


class Machine:
    """A running machine. ``with`` switches it on, and pulls the plug at the end."""

    def __init__(self, card: Path, work: Path, memory: int = 512, processor: str = "cortex-a53") -> None:
        """``work`` is an empty folder for its sockets and what it leaves: speaker.wav, network.pcap, console.log."""
        self.card, self.work, self._memory, self._processor = card, work, memory, processor
        self.log: list[str] = []
        """Hark's journal so far, with the machine's own time in front of each line."""
        self._grown = threading.Condition()

    def __enter__(self) -> "Machine":
        self.work.mkdir(parents=True)
        self._on = time.monotonic()
        with (self.work / "qemu.log").open("wb") as log:
            self._qemu = subprocess.Popen(
                self._command(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        self._shell, self._journal, room, self._monitor = (self._connect(name) for name in (*_PORTS, "monitor"))
        self.room = Room(room)
        self._ask_monitor("qmp_capabilities")
        threading.Thread(target=self._follow, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.cut()

    def cut(self) -> None:
        """Pull the plug."""
        self._qemu.kill()
        self._qemu.wait()
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
        file = self.work / "speaker.wav"
        played = np.frombuffer(file.read_bytes()[_HEADER:] if file.exists() else b"", np.uint8)
        samples = played[: len(played) // 4 * 4].view("<i2").reshape(-1, 2).mean(axis=1)
        return soxr.resample(samples, _RATE, SAMPLE_RATE).astype(np.int16)[since:]  # type: ignore[no-any-return]

    def written(self) -> int:
        """Bytes that were written to the card since it was switched on."""
        devices = self._ask_monitor("query-blockstats")
        return sum(device["stats"]["wr_bytes"] for device in devices)

    def _command(self) -> list[str]:
        kernel, initrd = self._boot_files()
        ports = [
            part
            for name in _PORTS
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
            "-audiodev", f"wav,id=sound,path={self.work / 'speaker.wav'},out.frequency={_RATE}",
            "-device", "intel-hda", "-device", "hda-output,audiodev=sound",
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
