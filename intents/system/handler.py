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
from speaker.spoken import duration, joined

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
    wrong = []
    if degrees is not None and degrees >= HOT:
        wrong.append("the processor is hot")
    if busy is not None and busy > 2:
        wrong.append("the processor has too much to do")
    if free and free[0] < SCARCE * free[1]:
        wrong.append("the memory is nearly full")
    if left and left[0] < SCARCE * left[1]:
        wrong.append("the disk is nearly full")
    known = []
    if degrees is not None:
        known.append(f"{degrees:.0f} degrees")
    if busy is not None:
        known.append(f"the processor {min(100, 100 * busy):.0f} percent busy")
    if free:
        known.append(f"{size(free[0])} of memory free")
    if left:
        known.append(f"{size(left[0])} of disk free")
    first = f"Hark{version()} needs care, as {joined(wrong)}" if wrong else f"Hark{version()} is well"
    up, address = sensors.uptime(root), sensors.address()
    ran = f"The machine has been up for {duration(up)}" if up else ""
    network = f"its address is {address}" if address else "it is on no network"
    second = f"{ran}, and {network}" if ran else f"I{network[1:]}"
    return f"{first}{': ' if known else ''}{joined(known)}. {second}."


def restart(context: Context) -> str:
    """Restart Hark, after the reply; the disk holds what has to survive it."""
    command = shlex.split(context.settings["command"]) or sensors.service(root)
    if not command:
        raise HandlerError("I do not run as a service, so I cannot restart myself.")
    if shutil.which(command[0]) is None:
        raise HandlerError(f"I cannot restart: there is no program {command[0]}.")
    later = threading.Timer(context.settings["delay"], run, (context, tuple(command)))
    later.name, later.daemon = "restart", True
    later.start()
    return "I am restarting."


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
    context.voice.say("The restart failed. The log says why.")


def version() -> str:
    """ " 0.1.0"; nothing where Hark is not installed but run from its folder."""
    try:
        return f" {importlib.metadata.version('hark-speaker')}"
    except importlib.metadata.PackageNotFoundError:
        return ""


def size(many: int) -> str:
    """ "512 megabytes", "3.2 gigabytes", "120 gigabytes"."""
    gigabytes = many / 10**9
    if gigabytes < 1:
        return f"{many / 10**6:.0f} megabytes"
    return f"{gigabytes:.0f} gigabytes" if gigabytes >= 9.95 else f"{gigabytes:.1f} gigabytes".replace(".0 ", " ")
