#!/usr/bin/env python3
"""Whether an image is one that may be flashed: it starts, it holds all of Hark, and nothing of whoever built it.

    check_image.py IMAGE.img [--packed IMAGE.img.zst] [--quiet]

Read in place, without mounts: sfdisk for the table, mtools for the boot partition, e2fsck and debugfs for the root.
Each line is one promise; the exit code is 1 where one is broken.
"""

import argparse
import json
import posixpath
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

PACKED = 400_000_000
"""Bytes that the compressed image may have."""

FIRMWARE = ("bootcode.bin", "start.elf", "fixup.dat", "start4.elf", "fixup4.dat")
BOARDS = {
    "Pi 3": "bcm2837-rpi-3-b.dtb",
    "Pi 3+": "bcm2837-rpi-3-b-plus.dtb",
    "Zero 2 W": "bcm2837-rpi-zero-2-w.dtb",
    "Pi 4": "bcm2711-rpi-4-b.dtb",
}
ENABLED = {
    "hark.service": "multi-user.target.wants",
    "hark-settings.service": "multi-user.target.wants",
    "hark-grow.service": "sysinit.target.wants",
    "systemd-networkd.service": "multi-user.target.wants",
}
SILENT = ("apt-daily.timer", "apt-daily-upgrade.timer")
"""Units that would ask somebody outside the house."""

MODELS = {
    "language": r"hark-slm\.gguf",
    "recognition": r"encoder_model\.ort|decoder_model_merged\.ort",
    "voice activity": r"silero_vad\.onnx",
    "wake word": r"hey_jarvis\.tflite",
}
SECRET = re.compile(rb"-----BEGIN [A-Z ]*PRIVATE KEY|^\s*(?:psk|sae_password)\s*=|://[^/\s:@]+:[^/\s:@]+@", re.M)

Finding = tuple[str, bool]
"""A promise, and whether it is kept."""


class UnreadableError(Exception):
    """The image cannot even be looked into."""


def run(*command: str | Path) -> str:
    """What a program prints; nothing where it fails."""
    done = subprocess.run(command, capture_output=True, errors="replace", text=True, check=False)
    return done.stdout if done.returncode == 0 else ""


@dataclass(frozen=True)
class Partition:
    """A partition: where it lies, in bytes, and its type as MBR names it."""

    start: int
    size: int
    kind: str


class Image:
    """An image file, looked into."""

    def __init__(self, path: Path) -> None:
        """Raises UnreadableError where it holds no partition table of two."""
        self.path = path
        table = run("sfdisk", "--json", path)
        if not table:
            raise UnreadableError("there is no partition table")
        found = json.loads(table)["partitiontable"]
        self.label: str = found["label"]
        self.partitions = [Partition(p["start"] * 512, p["size"] * 512, p["type"]) for p in found.get("partitions", ())]
        if len(self.partitions) != 2:
            raise UnreadableError(f"there should be two partitions, not {len(self.partitions)}")

    @cached_property
    def fat(self) -> str:
        """The boot partition, as mtools name it."""
        return f"{self.path}@@{self.partitions[0].start}"

    @cached_property
    def ext(self) -> str:
        """The root, as e2fsprogs name it."""
        return f"{self.path}?offset={self.partitions[1].start}"

    @cached_property
    def boot_files(self) -> set[str]:
        """The names at the top of the boot partition."""
        return {line.removeprefix("::/") for line in run("mdir", "-b", "-i", self.fat, "::/").splitlines()}

    def boot(self, name: str) -> str:
        """What a file of the boot partition says."""
        return run("mtype", "-i", self.fat, f"::/{name}")

    def debugfs(self, request: str) -> str:
        return run("debugfs", "-R", request, self.ext)

    def cat(self, path: str) -> str:
        """What a file of the root says; of a link, where it leads."""
        target = posixpath.normpath(posixpath.join(posixpath.dirname(path), self.link(path) or path))
        if target.startswith("/opt/hark/current/"):
            target = f"/opt/hark/{self.link('/opt/hark/current')}{target.removeprefix('/opt/hark/current')}"
        return self.debugfs(f"cat {target}")

    def has(self, path: str) -> bool:
        """Whether the root has that: a file, a folder or a link."""
        return "Inode:" in self.debugfs(f"stat {path}")

    def names(self, folder: str) -> list[str]:
        """What is in a folder of the root."""
        fields = (line.split("/") for line in self.debugfs(f"ls -p {folder}").splitlines())
        return [f[5] for f in fields if len(f) > 5 and f[5] not in (".", "..")]

    def link(self, path: str) -> str:
        """Where a link of the root points; a long one is kept like a file."""
        stat = self.debugfs(f"stat {path}")
        if "Type: symlink" not in stat:
            return ""
        found = re.search(r'Fast link dest: "(.*)"', stat)
        return found[1] if found else self.debugfs(f"cat {path}")


def table(image: Image) -> Iterator[Finding]:
    """A card that a Pi starts from: MBR, FAT32 first."""
    boot, root = image.partitions
    end = image.path.stat().st_size
    yield "the table is an MBR, which a Pi 3 needs", image.label == "dos"
    yield "first comes FAT32, then Linux", (boot.kind, root.kind) == ("c", "83")
    yield "partitions begin at whole 4 MiB", all(p.start % (4 << 20) == 0 for p in image.partitions)
    yield (
        "partitions lie one after the other, within the image",
        boot.start + boot.size <= root.start <= end - root.size,
    )


def boot_partition(image: Image) -> Iterator[Finding]:
    """What the Pi's own loader looks for."""
    for name in FIRMWARE:
        yield f"the firmware has {name}", name in image.boot_files
    for board, name in BOARDS.items():
        yield f"{board} is described ({name})", name in image.boot_files
    config, command = image.boot("config.txt"), image.boot("cmdline.txt")
    kernel, initrd = re.search(r"^kernel=(\S+)", config, re.M), re.search(r"^initramfs (\S+)", config, re.M)
    yield "config.txt names a kernel that is there", bool(kernel) and kernel[1] in image.boot_files  # type: ignore[index]
    yield "config.txt names an initrd that is there", bool(initrd) and initrd[1] in image.boot_files  # type: ignore[index]
    yield "the processor is switched to 64 bit", "arm_64bit=1" in config
    yield (
        "the kernel's command is one line, and finds the root by name",
        (len(command.strip().splitlines()) == 1 and "root=LABEL=hark-root" in command),
    )
    yield "nothing that suits one board alone is in the kernel's command", "cma=" not in command


def settings(image: Image) -> Iterator[Finding]:
    """hark.yaml: there, and empty of anyone's network."""
    said = image.boot("hark.yaml")
    yield "hark.yaml is on the boot partition", "hark.yaml" in image.boot_files and bool(said)
    yield (
        "hark.yaml names nobody's Wi-Fi or key",
        all(re.search(rf'^\s*{key}: ""\s*$', said, re.M) for key in ("  name", "  password", "ssh key")),
    )
    yield "no complaint about settings is on it", "hark-errors.txt" not in image.boot_files


def root_partition(image: Image) -> Iterator[Finding]:
    """A root that starts by itself."""
    yield (
        "the root is whole (e2fsck)",
        subprocess.run(["e2fsck", "-fn", image.ext], capture_output=True, check=False).returncode == 0,
    )
    yield "the root is called hark-root", "hark-root" in image.debugfs("stats -h")
    mounts = image.cat("/etc/fstab")
    yield "fstab finds root and boot partition by name", "LABEL=hark-root" in mounts and "LABEL=HARK" in mounts
    yield "reading is not written to the card (noatime)", mounts.count("noatime") >= 2
    yield "the journal is kept in memory", "Storage=volatile" in image.cat("/etc/systemd/journald.conf.d/hark.conf")
    for unit, target in ENABLED.items():
        yield f"{unit} starts with the system", image.has(f"/etc/systemd/system/{target}/{unit}")
    for unit in SILENT:
        yield f"{unit} asks nobody", image.link(f"/etc/systemd/system/{unit}") == "/dev/null"


def hark(image: Image) -> Iterator[Finding]:
    """Hark, with its models."""
    version = image.link("/opt/hark/current").rpartition("/")[2]
    yield (
        "/opt/hark/current names a version that is there",
        bool(version) and image.has(f"/opt/hark/versions/{version}"),
    )
    yield "the command hark is there", image.has("/usr/local/bin/hark")
    yield (
        "the user hark is there, and cannot log in",
        bool(re.search(r"^hark:.*:/usr/sbin/nologin$", image.cat("/etc/passwd"), re.M)),
    )
    files = "\n".join(_walk(image, f"/opt/hark/versions/{version}")) if version else ""
    for what, pattern in MODELS.items():
        yield f"the model for {what} is there", bool(re.search(rf"/(?:{pattern})$", files, re.M))


def nothing_private(image: Image) -> Iterator[Finding]:
    """No identity, no password, no key, nothing of the machine that built it."""
    yield (
        "the machine gets its id at the first start",
        image.has("/etc/machine-id") and not image.cat("/etc/machine-id").strip(),
    )
    yield "the machine gets its ssh keys itself", not any(n.startswith("ssh_host") for n in image.names("/etc/ssh"))
    yield "no seed of randomness is shared", not image.has("/var/lib/systemd/random-seed")
    shadow = image.cat("/etc/shadow")
    entries = [line.split(":") for line in shadow.splitlines() if line]
    yield "nobody has a password, nor an empty one", bool(entries) and all(e[1][:1] in ("*", "!") for e in entries)
    yield "no key opens it", not image.has("/root/.ssh/authorized_keys") and not image.names("/home")
    yield "ssh is off", not image.has("/etc/systemd/system/multi-user.target.wants/ssh.service")
    yield "no name server of the builder is in it", "nameserver" not in image.cat("/etc/resolv.conf")
    with tempfile.TemporaryDirectory() as folder:
        for part in ("/etc", "/root", "/var/lib/hark", "/var/log"):
            if image.has(part):
                image.debugfs(f"rdump {part} {folder}")
        held = [
            p
            for p in sorted(Path(folder).rglob("*"))
            if p.is_file() and not p.is_symlink() and SECRET.search(p.read_bytes())
        ]
        inside = ", ".join(f"/{p.relative_to(folder)}" for p in held)
        yield f"no key or password lies in /etc, /root, /var{': ' + inside if held else ''}", not held
        logs = [p for p in Path(folder).glob("log/*") if p.is_file()]
        yield "no record of the build is left", not logs


def _walk(image: Image, folder: str, depth: int = 9) -> Iterator[str]:
    """The files below a folder of the root."""
    for line in image.debugfs(f"ls -p {folder}").splitlines():
        fields = line.split("/")
        if len(fields) < 6 or fields[5] in (".", ".."):
            continue
        path = f"{folder}/{fields[5]}"
        if fields[2].startswith("04") and depth:
            if fields[5] != "__pycache__":
                yield from _walk(image, path, depth - 1)
        else:
            yield path


CHECKS: tuple[Callable[[Image], Iterator[Finding]], ...] = (
    table,
    boot_partition,
    settings,
    root_partition,
    hark,
    nothing_private,
)


def check(path: Path, packed: Path | None = None) -> Iterator[Finding]:
    """Each promise about an image. Raises UnreadableError."""
    image = Image(path)
    for part in CHECKS:
        yield from part(image)
    if packed:
        size = packed.stat().st_size
        yield f"it is downloaded in {size / 1e6:.0f} MB, of {PACKED / 1e6:.0f} at most", size <= PACKED


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("image", type=Path)
    parser.add_argument("--packed", type=Path, help="the compressed image, whose size is checked")
    parser.add_argument("--quiet", action="store_true", help="only what is broken")
    options = parser.parse_args()
    try:
        findings = list(check(options.image, options.packed))
    except (UnreadableError, OSError) as error:
        print(f"{options.image}: {error}")
        return 1
    for promise, kept in findings:
        if not kept or not options.quiet:
            print("ok    " if kept else "BROKEN", promise)
    broken = sum(not kept for _, kept in findings)
    print(f"{len(findings)} promises, {broken} broken")
    return bool(broken)


if __name__ == "__main__":
    sys.exit(main())
