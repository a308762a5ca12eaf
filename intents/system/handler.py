"""How the machine is doing, and a restart of Hark: of the machine only where the settings say so."""

import importlib.metadata
import logging
import shlex
import shutil
import subprocess
import threading
from pathlib import Path

from speaker.context import Context
from speaker.errors import HandlerError
from speaker.spoken import duration, joined, number

from . import sensors

log = logging.getLogger(__name__)

root = Path("/")
"""Where /proc and /sys are; tests put others here."""

HOT = 80  # degrees Celsius: a Pi slows itself down there
SCARCE = 0.05  # of memory or disk
PATIENCE = 60  # seconds that a command for a restart may take


def status(context: Context) -> str:
    """What can be told, in two sentences; what is wrong comes first."""
    degrees, busy, free, left = sensors.temperature(root), sensors.load(root), sensors.memory(root), sensors.disk(root)
    wrong = {
        "hot": degrees is not None and degrees >= HOT,
        "busy": busy is not None and busy > 2,
        "little_memory": free is not None and free[0] < SCARCE * free[1],
        "little_disk": left is not None and left[0] < SCARCE * left[1],
    }
    known = [
        *([context.fragment("degrees", degrees=number(round(degrees)))] if degrees is not None else []),
        *([context.fragment("load", percent=number(round(min(100, 100 * busy))))] if busy is not None else []),
        *([context.fragment("memory", size=size(context, free[0]))] if free else []),
        *([context.fragment("disk", size=size(context, left[0]))] if left else []),
    ]
    words = {
        "hark": context.fragment("hark_version", version=version()) if version() else context.fragment("hark"),
        "wrong": joined(context.fragment(what) for what, so in wrong.items() if so),
        "known": joined(known),
    }
    first = context.reply(f"{'wrong' if any(wrong.values()) else 'well'}{'_so' * bool(known)}", **words)
    up, address = sensors.uptime(root), sensors.address()
    where = f"{'up_' if up else ''}{'online' if address else 'offline'}"
    return f"{first} {context.reply(where, length=duration(up or 0), address=address)}"


def restart(context: Context) -> str:
    """Restart Hark, after the reply; the disk holds what has to survive it."""
    command = shlex.split(context.settings["command"]) or sensors.service(root)
    if not command:
        raise HandlerError(context.reply("no_service"))
    if shutil.which(command[0]) is None:
        raise HandlerError(context.reply("no_program", program=command[0]))
    later = threading.Timer(context.settings["delay"], run, (context, tuple(command)))
    later.name, later.daemon = "restart", True
    later.start()
    return context.reply("restarting")


def run(context: Context, command: tuple[str, ...]) -> None:
    """Run what restarts; says so where it fails."""
    log.warning("restarting by: %s", shlex.join(command))
    try:
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=PATIENCE)
    except (OSError, subprocess.SubprocessError) as error:
        log.error("no restart: %s", error)
    else:
        if done.returncode == 0:
            return
        log.error("no restart: %s ended with %d: %s", command[0], done.returncode, done.stderr.strip()[-200:])
    context.voice.say(context.reply("failed"))


def version() -> str:
    """ "0.1.0"; "" where Hark is not installed but run from its folder."""
    try:
        return importlib.metadata.version("hark-speaker")
    except importlib.metadata.PackageNotFoundError:
        return ""


def size(context: Context, many: int) -> str:
    """ "512 megabytes", "3.2 gigabytes", "120 gigabytes"."""
    gigabytes = many / 10**9
    if gigabytes < 1:
        return context.fragment("megabytes", many=number(round(many / 10**6)))
    return context.fragment("gigabytes", many=number(round(gigabytes, None if gigabytes >= 9.95 else 1)))
