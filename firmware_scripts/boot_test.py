#!/usr/bin/env python3
"""Boot the image in an emulated machine, speak to it, and hear what it answers.

    .venv/bin/python -m firmware_scripts.boot_test [--image FILE.img] [--power-cut] [--say FILE.wav] [--keep DIR]

The card is what a maker flashes, with a name and a place in hark.yaml as a maker writes them. A wake word and a
command come from a WAV file through the machine's microphone; the reply comes out of its loudspeaker as a WAV file
and is recognised again here. With --power-cut a timer is set, the plug is pulled, and it has to ring after that.

It ends in one JSON line: seconds to ready (in the machine's own time), memory of the service, bytes written to the
card, packets sent. Everything here is emulated: no Raspberry Pi has run it. Needs qemu-system-arm, mtools, flite.
"""

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import platformdirs
from rapidfuzz import fuzz

from firmware_scripts import emulated, packets
from firmware_scripts.check_image import Image
from speaker import demo, recording
from speaker.asr.moonshine import Moonshine
from speaker.events import SAMPLE_RATE, Samples

_HERE = Path(__file__).resolve().parent
_CARD = 4_000_000_000
_NETWORK_CARD = bytes.fromhex("525400123456")  # QEMU's own
_SETTINGS = """\
name: hark-test
time zone: Europe/London
audio: {microphone: Loopback, loudspeaker: HDA}
home:
  here: kitchen
  areas:
    kitchen: {ceiling light: {kind: light}}
"""
_FAST, _SLOW = 900.0, 1800.0  # seconds of this machine that a step, and a start, may take


class BoxError(Exception):
    """The box did not do what it should."""


@dataclass
class Figures:
    """What is measured; memory in MB.

    Seconds to ready are the machine's own: by its clock, in which waiting for the card is overstated, and of its
    processor, at one instruction a nanosecond.
    """

    to_ready_s: list[dict[str, float]] = field(default_factory=list)
    heard: list[str] = field(default_factory=list)
    memory_mb: dict[str, float] = field(default_factory=dict)
    written_mb: dict[str, float] = field(default_factory=dict)
    packets: Counter[str] = field(default_factory=Counter)


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def ready(machine: emulated.Machine, figures: Figures) -> None:
    """Wait until Hark listens; how long that took, by the machine's clock and in work of its processor."""
    found = machine.wait_for(r"\[ *([0-9.]+)\].*Started hark.service", _SLOW)
    ticks = [int(part) for part in machine.ask("head -n 1 /proc/stat").split()[1:]]
    busy = sum(ticks[:3] + ticks[5:7]) / 100  # user, nice, system, interrupts
    own = int(machine.ask("systemctl show -P CPUUsageNSec hark")) / 1e9
    figures.to_ready_s.append({"clock": float(found[1]), "processor": busy, "of_it_hark": round(own, 1)})
    say(f"  ready after {figures.to_ready_s[-1]} ({machine.seconds_here:.0f} s here)")


def turn(machine: emulated.Machine, command: Samples, expected: str) -> dict[str, Any]:
    """Say a command, and wait for its turn in Hark's own record."""
    lines = len(machine.log)
    machine.room.say(command)
    done: dict[str, Any] = json.loads(machine.wait_for(r"^\{.*\}$", _FAST, lines)[0])
    names = [intent["name"] for intent in done["intents"]]
    if not any(name.startswith(expected) for name in names):
        raise BoxError(f"{done['transcript']!r} was taken for {names}, not {expected}")
    return done


def speak(machine: emulated.Machine, command: Samples, expected: str, reply: Path, figures: Figures) -> str:
    """Say a command; its turn has to name ``expected``, and its reply to be heard again. Returns the reply's text."""
    since = len(machine.sounds())
    answer = turn(machine, command, expected)["reply"]
    sound = until_silent(machine, since)
    recording.write(reply, sound)
    again = understood(sound)
    likeness = fuzz.token_set_ratio(answer.lower(), again.lower())
    say(f"  did {expected}, said “{answer}”; its loudspeaker: “{again}” ({likeness:.0f} %)")
    if likeness < 60:
        raise BoxError(f"the reply {answer!r} came out of the loudspeaker as {again!r}; listen to {reply}")
    figures.heard.append(again)
    return answer


def until_silent(machine: emulated.Machine, since: int) -> Samples:
    """What is played from a sample on, once nothing more comes."""
    count = -1
    while len(machine.sounds(since)) != count or not count:
        count = len(machine.sounds(since))
        machine.ask("sleep 2")
        if machine.seconds_here > 2 * _SLOW:
            raise BoxError("nothing came out of the loudspeaker")
    return machine.sounds(since)


def understood(sound: Samples) -> str:
    """What Moonshine makes of it, with no hint of what could be said."""
    hearing = Moonshine().listen()
    hearing.accept(np.concatenate([sound, np.zeros(SAMPLE_RATE // 2, np.int16)]))
    return hearing.finish().text


def memory(machine: emulated.Machine) -> dict[str, float]:
    """Of the service: PSS, RSS and swap of all its processes, its peak; and what the whole machine has left."""
    ask = "for p in $(cat /sys/fs/cgroup/system.slice/hark.service/cgroup.procs); do cat /proc/$p/smaps_rollup; done"
    sums: Counter[str] = Counter()
    for name, amount in re.findall(r"^(Pss|Rss|Swap|SwapPss): +(\d+) kB", machine.ask(ask), re.M):
        sums[name] += int(amount)
    peak = machine.ask("systemctl show -P MainPID hark | xargs -I{} grep VmHWM /proc/{}/status")
    free = machine.ask("grep MemAvailable /proc/meminfo")
    return {
        "pss": round(sums["Pss"] / 1024, 1),
        "rss": round(sums["Rss"] / 1024, 1),
        "swapped": round(sums["Swap"] / 1024, 1),
        "peak_rss": round(int(re.findall(r"\d+", peak)[0]) / 1024, 1),
        "available_in_512": round(int(re.findall(r"\d+", free)[0]) / 1024, 1),
    }


def first_start(machine: emulated.Machine, work: Path, command: Samples, figures: Figures) -> None:
    """A card that was just flashed: it makes its identity, fills the card, takes its settings, and does a command."""
    ready(machine, figures)
    identity = machine.ask("cat /etc/machine-id; hostname; readlink /etc/localtime; df -m --output=size / | tail -1")
    say(f"  identity, name, zone, MB of the root: {' '.join(identity.split())}")
    number, name, zone, size = identity.split()
    if not re.fullmatch("[0-9a-f]{32}", number) or name != "hark-test" or not zone.endswith("Europe/London"):
        raise BoxError(f"hark.yaml was not applied: {identity!r}")
    if int(size) < 0.85 * (_CARD - Image(work / "card.img").partitions[1].start) / 2**20:
        raise BoxError(f"the root did not grow over the card: {size} MB")
    if complaint := machine.ask(
        "cat /boot/firmware/hark-errors.txt 2>/dev/null; systemctl --failed --plain --no-legend"
    ):
        said = machine.ask("journalctl -b -p info -n 40 --no-pager -o cat -u 'hark*'")
        raise BoxError(f"something is wrong in it: {complaint}\n{said}")
    speak(machine, command, "light.", work / "reply.wav", figures)
    figures.memory_mb = memory(machine)
    say(f"  memory, MB: {figures.memory_mb}")


def quiet_hour(machine: emulated.Machine, figures: Figures) -> None:
    """What an hour of mere listening writes to the card; two minutes are watched."""
    machine.ask("sync")
    before = machine.written()
    machine.ask("sleep 120; sync", _SLOW)
    figures.written_mb["an hour of listening"] = round((machine.written() - before) * 30 / 1e6, 2)
    figures.written_mb["since the first start"] = round(machine.written() / 1e6, 2)
    say(f"  written, MB: {figures.written_mb}")


def set_timer(machine: emulated.Machine, work: Path, figures: Figures) -> None:
    """Set a timer that has to outlive the power cut."""
    command = demo.spoken("slt", "hey jarvis", "set a timer for three minutes")
    speak(machine, command, "timer.", work / "timer.wav", figures)


def rings(machine: emulated.Machine, work: Path, figures: Figures) -> None:
    """After the power cut: the card is whole, the timer rings until it is stopped, and a command is done again."""
    ready(machine, figures)
    if wrong := machine.ask(
        "dmesg | grep -E 'EXT4-fs.*(error|orphan)'; cat /boot/firmware/hark-errors.txt 2>/dev/null"
    ):
        raise BoxError(f"the power cut left damage: {wrong}")
    for _ in range(30):
        machine.ask("sleep 10")
        if len(ring := machine.sounds()) > 5 * SAMPLE_RATE:
            break
    recording.write(work / "ring.wav", ring)
    heard = understood(ring[: 15 * SAMPLE_RATE]) if len(ring) else ""
    figures.heard.append(heard)
    say(f"  after the power cut the loudspeaker: “{heard}”")
    if "timer" not in heard.lower():
        raise BoxError(f"the timer did not ring after the power cut; listen to {work / 'ring.wav'}")
    turn(machine, demo.spoken("slt", "hey jarvis", "stop"), "assistant.stop")
    off = demo.spoken("slt", "hey jarvis", "turn off the lights")
    speak(machine, off, "light.", work / "again.wav", figures)


def count_packets(machine: emulated.Machine, figures: Figures) -> None:
    """What the network card sent. Raises BoxError where anything would have left the house."""
    figures.packets += packets.sent(machine.work / "network.pcap", _NETWORK_CARD)
    say(f"  sent: {dict(figures.packets)}")
    if leaving := packets.left(figures.packets):
        raise BoxError(f"packets would leave the house: {', '.join(leaving)}")


def flash(image: Path, work: Path) -> Path:
    """A card with the image and a maker's settings on it."""
    card = work / "card.img"
    emulated.card(image, card, _CARD)
    settings = work / "hark.yaml"
    settings.write_text(_SETTINGS)
    subprocess.run(["mcopy", "-o", "-i", Image(card).fat, settings, "::/hark.yaml"], check=True)
    return card


def boot(image: Path, work: Path, command: Samples, power_cut: bool) -> Figures:
    """The whole story. Raises BoxError, or emulated.UnresponsiveError."""
    figures = Figures()
    card = flash(image, work)
    say("first start")
    with emulated.Machine(card, work / "first") as machine:
        first_start(machine, work, command, figures)
        quiet_hour(machine, figures)
        if power_cut:
            set_timer(machine, work, figures)
        machine.cut()
        count_packets(machine, figures)
    if power_cut:
        say("the plug was pulled; second start")
        with emulated.Machine(card, work / "second") as machine:
            rings(machine, work, figures)
            machine.cut()
            count_packets(machine, figures)
    return figures


def cached_image() -> Path:
    """The image that build_image.sh keeps; built where there is none."""
    folder = Path(os.environ.get("HARK_CACHE") or platformdirs.user_cache_path("hark")) / "image"
    packed = sorted(folder.glob("hark-*.img.zst"))
    if not packed:
        say("building the image first: some 15 minutes")
        subprocess.run([_HERE / "build_image.sh", folder], check=True)
        packed = sorted(folder.glob("hark-*.img.zst"))
    image = packed[-1].with_suffix("")
    if not image.exists():
        subprocess.run(["zstd", "-q", "-d", "--long=27", "--sparse", packed[-1], "-o", image], check=True)
    return image


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--image", type=Path, help="an uncompressed image; else the cached one, or a new one")
    parser.add_argument("--power-cut", action="store_true", help="pull the plug while a timer runs")
    parser.add_argument("--say", type=Path, help="a recording: wake word, and a command to a light")
    parser.add_argument("--keep", type=Path, help="keep card, logs and sounds in this new folder")
    options = parser.parse_args()
    if missing := list(emulated.available()):
        print(f"an emulated machine needs {', '.join(missing)}")
        return 2
    command = recording.read(options.say) if options.say else demo.spoken("slt", "hey jarvis", "turn on the lights")
    work = options.keep or Path(tempfile.mkdtemp(prefix="hark-boot-"))
    work.mkdir(parents=True, exist_ok=True)
    began, result = time.monotonic(), 0
    try:
        figures = boot((options.image or cached_image()).resolve(), work.resolve(), command, options.power_cut)
        print(json.dumps({**figures.__dict__, "here_s": round(time.monotonic() - began)}))
    except (BoxError, emulated.UnresponsiveError) as error:
        print(f"FAILED: {error}")
        result = 1
    finally:
        if not options.keep:
            shutil.rmtree(work)
    return result


if __name__ == "__main__":
    sys.exit(main())
