#!/usr/bin/env python3
"""Apply the settings on the card's boot partition: hark.yaml, which any computer can edit.

Run at each start, as root. What cannot be right is left as it was and said in hark-errors.txt beside the file; that
file is there exactly while something is wrong. A file that was applied already is not applied again.
"""

import hashlib
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import yaml

HARK = Path("/usr/local/bin/hark")
OURS = ("name", "wifi", "time zone", "time server", "ssh key")
"""Keys of the machine; every other one is Hark's own."""


class WrongError(ValueError):
    """A setting that cannot be right: its message says what to write instead."""


def read(path: Path) -> dict[str, Any]:
    """What the file says. Raises WrongError."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        raise WrongError("there is no hark.yaml; write one, or flash the card again") from None
    except UnicodeDecodeError:
        raise WrongError("hark.yaml is not plain text; save it as text in UTF-8") from None
    try:
        content = yaml.safe_load(text.replace("\t", "  "))
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else "?"
        raise WrongError(
            f"line {line} of hark.yaml cannot be read: {error.problem}; mind colons, quotes and indentation"
        ) from None
    except (yaml.YAMLError, ValueError) as error:
        raise WrongError(f"hark.yaml cannot be read: {' '.join(str(error).split())}") from None
    if content is None:
        return {}
    if not isinstance(content, dict):
        raise WrongError("hark.yaml should hold lines such as 'name: hark'")
    return content


def word(settings: dict[str, Any], key: str, default: str = "") -> str:
    """A setting that is one line of text. Raises WrongError."""
    value = settings.get(key)
    if value is None:
        return default
    if isinstance(value, dict | list):
        raise WrongError(f"{key}: should be one line of text")
    return str(value).strip()


def name(settings: dict[str, Any], root: Path) -> None:
    """The machine's name, also in its own hosts file. Raises WrongError."""
    said = word(settings, "name", "hark").lower()
    if not re.fullmatch(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?", said):
        raise WrongError(f"name: {said!r} should be letters, digits and hyphens, such as hark or hark-kitchen")
    write(root / "etc/hostname", f"{said}\n")
    write(root / "etc/hosts", f"127.0.0.1 localhost\n127.0.1.1 {said}\n::1 localhost ip6-localhost\n")


def wifi(settings: dict[str, Any], root: Path) -> None:
    """The network's name and key; the password itself is not kept in the system. Raises WrongError."""
    said = settings.get("wifi") or {}
    if not isinstance(said, dict):
        raise WrongError("wifi: should have name, password and country below it")
    if strange := set(said) - {"name", "password", "country"}:
        raise WrongError(f"wifi: {min(map(str, strange))!r} means nothing here; there are name, password and country")
    conf = root / "etc/wpa_supplicant/wpa_supplicant-wlan0.conf"
    network, password, country = word(said, "name"), word(said, "password"), word(said, "country").upper()
    link = root / "etc/systemd/system/multi-user.target.wants/wpa_supplicant@wlan0.service"
    if not network:
        conf.unlink(missing_ok=True)
        link.unlink(missing_ok=True)
        return
    ssid = network.encode()
    if len(ssid) > 32:
        raise WrongError("wifi: the name of a network has at most 32 letters")
    if not re.fullmatch("[A-Z]{2}", country):
        raise WrongError('wifi: country should be two letters in quotes, such as "GB" or "NO"')
    if password and not 8 <= len(password.encode()) <= 63:
        raise WrongError("wifi: a password has 8 to 63 letters; put it in quotes where it has digits alone")
    key = hashlib.pbkdf2_hmac("sha1", password.encode(), ssid, 4096, 32).hex()
    secret = f"psk={key}" if password else "key_mgmt=NONE"
    write(conf, f"country={country}\nnetwork={{\n  ssid={ssid.hex()}\n  scan_ssid=1\n  {secret}\n}}\n", 0o600)
    enable(link, "wpa_supplicant@.service")


def time_zone(settings: dict[str, Any], root: Path) -> None:
    """The local time. Raises WrongError."""
    zone = word(settings, "time zone", "Etc/UTC").replace(" ", "_")
    if ".." in zone or zone.startswith("/") or not (root / "usr/share/zoneinfo" / zone).is_file():
        raise WrongError(f"time zone: there is no {zone!r}; write a continent and a city, such as Europe/London")
    place(root / "etc/localtime", f"/usr/share/zoneinfo/{zone}")
    write(root / "etc/timezone", f"{zone}\n")


def time_server(settings: dict[str, Any], root: Path) -> None:
    """Who is asked for the time; without a name only whom the router names. Raises WrongError.

    Without a fallback systemd asks servers of its own: this machine is one that does not answer.
    """
    server = word(settings, "time server")
    if server and not re.fullmatch(r"[A-Za-z0-9.:-]+", server):
        raise WrongError(f"time server: {server!r} should be an address or a name, such as 192.168.1.1")
    write(root / "etc/systemd/timesyncd.conf.d/hark.conf", f"[Time]\nNTP={server}\nFallbackNTP=127.0.0.1\n")


def ssh_key(settings: dict[str, Any], root: Path) -> None:
    """Who may come in; without a key no door is open. Raises WrongError."""
    key = word(settings, "ssh key")
    file, link = root / "root/.ssh/authorized_keys", root / "etc/systemd/system/multi-user.target.wants/ssh.service"
    if not key:
        file.unlink(missing_ok=True)
        link.unlink(missing_ok=True)
        return
    if not re.match(r"(ssh-(ed25519|rsa)|ecdsa-sha2-nistp\d+|sk-\S+) [A-Za-z0-9+/=]{40,}", key):
        raise WrongError("ssh key: should be the one line of your .pub file, which begins with ssh-ed25519 or ssh-rsa")
    write(file, f"{key}\n", 0o600)
    enable(link, "ssh.service")
    if root == Path("/"):
        subprocess.run(["ssh-keygen", "-A"], check=True, stdout=subprocess.DEVNULL)


def configuration(settings: dict[str, Any], root: Path) -> None:
    """Hark's own keys, if Hark takes them. Raises WrongError."""
    own = {key: value for key, value in settings.items() if key not in OURS}
    text = "# From hark.yaml on the boot partition: write it there, or it is lost.\n"
    text += yaml.safe_dump(own, allow_unicode=True, sort_keys=False) if own else ""
    config = root / "etc/hark/config.yaml"
    tried = config.with_name("config.new.yaml")
    write(tried, text, 0o644)
    try:
        if own and (complaint := refused(tried)):
            raise WrongError(complaint.replace(str(tried), "hark.yaml"))
        tried.replace(config)
    finally:
        tried.unlink(missing_ok=True)


def refused(config: Path, data: Path = Path("/tmp/hark-settings")) -> str | None:
    """What Hark says against a configuration, tried without any sound device; None: it takes it."""
    command = [str(HARK), "--config", str(config), "--data", str(data), "home", "--json"]
    try:
        tried = subprocess.run(command, capture_output=True, text=True, timeout=180)
    except (OSError, subprocess.TimeoutExpired) as error:
        return f"could not be tried ({error})"
    return tried.stderr.strip().splitlines()[-1] if tried.returncode and tried.stderr.strip() else None


def write(path: Path, text: str, mode: int = 0o644) -> None:
    """Write a file whole, or not at all; nothing is written where it says that already."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.is_file() and path.read_text(encoding="utf-8", errors="replace") == text:
        return
    part = path.with_name(f"{path.name}.part")
    part.unlink(missing_ok=True)
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)


def place(link: Path, target: str) -> None:
    """Have a symbolic link point there."""
    link.parent.mkdir(parents=True, exist_ok=True)
    part = link.with_name(f"{link.name}.part")
    part.unlink(missing_ok=True)
    part.symlink_to(target)
    part.replace(link)


def enable(link: Path, unit: str) -> None:
    """Have a unit started with the system."""
    place(link, f"/lib/systemd/system/{unit}")


STEPS: tuple[Callable[[dict[str, Any], Path], None], ...] = (name, wifi, time_zone, time_server, ssh_key, configuration)


def apply(settings: dict[str, Any], root: Path = Path("/")) -> Iterator[str]:
    """Apply each setting that is right; what is wrong with the others, a line each."""
    for step in STEPS:
        try:
            step(settings, root)
        except WrongError as wrong:
            yield str(wrong)


def main(boot: Path = Path("/boot/firmware"), root: Path = Path("/")) -> int:
    """Once at each start. Returns 0: a wrong setting keeps nothing from starting."""
    file, report, stamp = boot / "hark.yaml", boot / "hark-errors.txt", root / "var/lib/hark-image/applied"
    seen = hashlib.sha256(file.read_bytes()).hexdigest() if file.is_file() else "none"
    if stamp.is_file() and stamp.read_text() == seen:
        return 0
    try:
        wrong = list(apply(read(file), root))
    except WrongError as error:
        wrong = [str(error)]
    if wrong:
        lines = [f"- {line}" for line in wrong]
        write(report, "\r\n".join(["What Hark could not do as hark.yaml says:", "", *lines, ""]))
        print(*wrong, sep="\n")
    else:
        report.unlink(missing_ok=True)
        write(stamp, seen)
    if root == Path("/"):
        started_anew()
    return 0


def started_anew() -> None:
    """Have the running system know what changed."""
    subprocess.run(["hostname", "--file", "/etc/hostname"], check=False)
    subprocess.run(["systemctl", "daemon-reload"], check=False)
    for unit in ("wpa_supplicant@wlan0.service", "ssh.service"):
        if Path(f"/etc/systemd/system/multi-user.target.wants/{unit}").is_symlink():
            subprocess.run(["systemctl", "start", "--no-block", unit], check=False)


if __name__ == "__main__":
    sys.exit(main())
