"""What the kernel tells of the machine; what it does not tell is None."""

import os
import shutil
import socket
from pathlib import Path


def temperature(root: Path) -> float | None:
    """Degrees Celsius of the hottest part."""
    degrees = [value / 1000 for zone in root.glob("sys/class/thermal/thermal_zone*/temp") if (value := _first(zone))]
    return max((d for d in degrees if 0 < d < 150), default=None)


def load(root: Path) -> float | None:
    """How busy the processors were in the last minute; 1 is all of them."""
    value = _first(root / "proc/loadavg")
    return None if value is None else value / (os.cpu_count() or 1)


def uptime(root: Path) -> float | None:
    """Seconds since the machine started."""
    return _first(root / "proc/uptime")


def memory(root: Path) -> tuple[int, int] | None:
    """Bytes that are free for the asking, and all."""
    try:
        lines = (root / "proc/meminfo").read_text(encoding="ascii").splitlines()
        kilobytes = {name: int(rest.split()[0]) for name, _, rest in (line.partition(":") for line in lines)}
        return 1024 * kilobytes["MemAvailable"], 1024 * kilobytes["MemTotal"]
    except (OSError, ValueError, KeyError, IndexError):
        return None


def disk(root: Path) -> tuple[int, int] | None:
    """Bytes that are free, and all, where the system is."""
    try:
        usage = shutil.disk_usage(root)
    except OSError:
        return None
    return usage.free, usage.total


def address() -> str | None:
    """The address that this machine has in its network; None where no route leads anywhere. Nothing is sent."""
    for family, somewhere in ((socket.AF_INET, "192.0.2.1"), (socket.AF_INET6, "2001:db8::1")):
        try:
            with socket.socket(family, socket.SOCK_DGRAM) as unsent:
                unsent.connect((somewhere, 9))  # of a datagram socket this only looks up the route
                return str(unsent.getsockname()[0])
        except OSError:
            continue
    return None


def service(root: Path) -> tuple[str, ...] | None:
    """What restarts Hark where it runs as a systemd service of its own name; None where it does not."""
    try:
        places = (root / "proc/self/cgroup").read_text(encoding="utf-8").split()
    except OSError:
        return None
    for place in places:
        unit = place.rpartition("/")[2]
        if unit.startswith("hark") and unit.endswith(".service"):
            return ("systemctl", *(("--user",) if "/user@" in place else ()), "--no-block", "restart", unit)
    return None


def _first(file: Path) -> float | None:
    """The first number in a file."""
    try:
        return float(file.read_text(encoding="ascii").split()[0])
    except (OSError, ValueError, IndexError):
        return None
