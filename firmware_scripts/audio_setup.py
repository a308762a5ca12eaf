#!/usr/bin/env python3
"""Choose the box's microphone and loudspeaker, level them and make them ALSA's default; at each start, and by hand.

    audio_setup.py [--dry-run] [--wait SECONDS] [--level] [--root DIR]

What a person wrote into /etc/asound.conf stays: only a file that begins with Hark's own line is written. Levels are set
where a card is new, and after that left to the household. What was chosen is printed, and kept in
/run/hark-audio/chosen.json for `hark doctor`. It needs nothing but Python.
"""

import argparse
import json
import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import audio_levels
from audio_cards import Card, Choice, Found, Way, choose, find

MARK = "# Written by Hark at each start. Change or remove this line, and the file is yours and stays as it is."
_SERVERS = ("99-pipewire-default.conf", "99-pulse.conf", "99-pulseaudio-default.conf")
_LOOK = 0.5  # seconds between two looks for a microphone that is still starting


def configuration(choice: Choice) -> str:
    """ALSA's configuration: the default device, of which several programs may play and record at once."""
    sides, parts = [], []
    if speaker := choice.loudspeaker:
        sides.append('    playback.pcm "hark_out"')
        parts.append(_shared("hark_out", "dmix", 0x4841, speaker, speaker.playback))
    if microphone := choice.microphone:
        sides.append('    capture.pcm "hark_in"')
        parts.append(_shared("hark_in", "dsnoop", 0x4842, microphone, microphone.capture))
    mixer = choice.loudspeaker or choice.microphone
    assert mixer is not None
    default = "\n".join(["pcm.!default {", "    type asym", *sides, "}"])
    return "\n".join([MARK, default, f"ctl.!default {{\n    type hw\n    card {mixer.id}\n}}", *parts]) + "\n"


def _shared(name: str, kind: str, key: int, card: Card, way: Way | None) -> str:
    """A device that converts what programs ask for, and lets all members of the group audio in at once.

    The HDMI sockets of newer kernels take one program at a time.
    """
    assert way is not None
    if kind == "dmix" and card.id.startswith("vc4hdmi"):  # it plays frames of IEC 958 alone, which are not mixed
        return f'pcm.{name} {{\n    type plug\n    slave.pcm "sysdefault:CARD={card.id}"\n}}'
    return f"""pcm.{name} {{
    type plug
    slave.pcm {{
        type {kind}
        ipc_key {key}
        ipc_key_add_uid false
        ipc_perm 0660
        ipc_gid audio
        slave {{
            pcm "hw:CARD={card.id},DEV={way.device}"
            rate {way.rate}
            channels {way.channels}
        }}
    }}
}}"""


def write_configuration(root: Path, choice: Choice, dry: bool) -> str:
    """Write /etc/asound.conf where that is ours to do and it says something else; what was done, in words."""
    if not (choice.microphone or choice.loudspeaker):
        return "no sound card was found; /etc/asound.conf is left as it is"
    place = root / "etc/asound.conf"
    if any((root / "etc/alsa/conf.d" / name).exists() for name in _SERVERS):
        return "a sound server has the default device, and chooses by itself; /etc/asound.conf is left to it"
    before = place.read_text(encoding="utf-8", errors="replace") if place.exists() else None
    text = configuration(choice)
    if before == text:
        return "/etc/asound.conf is as it should be"
    if before is not None and before.partition("\n")[0] != MARK:
        return "/etc/asound.conf is not Hark's, and stays as it is"
    if not dry:
        replace_file(place, text)
    return f"/etc/asound.conf {'would be' if dry else 'is'} written"


def replace_file(place: Path, text: str) -> None:
    """Write a file, whole or not at all."""
    place.parent.mkdir(parents=True, exist_ok=True)
    part = place.with_name(f".{place.name}.part")
    with part.open("w", encoding="utf-8") as out:
        out.write(text)
        out.flush()
        os.fsync(out.fileno())
    part.chmod(0o644)
    part.replace(place)


def level_new(root: Path, choice: Choice, again: bool, dry: bool) -> list[str]:
    """Level the cards that were not chosen before, or all; what was done, a line each."""
    place = root / "var/lib/hark-audio/levelled.json"
    try:
        known = set(json.loads(place.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        known = set()
    chosen = {card.number: card for card in (choice.microphone, choice.loudspeaker) if card}
    fresh = [card for card in chosen.values() if again or _key(card) not in known]
    lines: list[str] = []
    if not fresh:
        return lines
    try:
        for card in fresh:
            lines += audio_levels.level(card, dry)
        audio_levels.keep(dry)
    except OSError:
        return [*lines, "the levels stay as they are: amixer is missing; install the package alsa-utils"]
    if not dry:
        replace_file(place, json.dumps(sorted(known | {_key(card) for card in fresh})))
    return lines


def _key(card: Card) -> str:
    return f"{card.id} {card.chip}"


def found_in_time(root: Path, seconds: float) -> Found:
    """The cards; where none of them records, after waiting for one: USB takes its time at the start."""
    until = time.monotonic() + seconds
    while True:
        found = find(root)
        if time.monotonic() >= until or any(card.capture for card in found.cards):
            return found
        time.sleep(_LOOK)


def in_words(card: Card | None) -> str:
    return f"{card.name} ({card.kind}, card {card.id})" if card else "none"


def main(words: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--dry-run", action="store_true", help="say what would be done, and do nothing")
    parser.add_argument("--wait", type=float, default=0.0, metavar="SECONDS", help="for a microphone to appear")
    parser.add_argument("--level", action="store_true", help="set the levels also of cards that were levelled before")
    parser.add_argument("--root", type=Path, default=Path("/"), metavar="DIR", help="the tree to work on")
    asked = parser.parse_args(words)
    found = found_in_time(asked.root, asked.wait)
    choice = choose(found.cards)
    report = {"microphone": in_words(choice.microphone), "loudspeaker": in_words(choice.loudspeaker)}
    for what, chosen in report.items():
        print(f"{what}: {chosen}")
    try:
        lines = [*found.notes, write_configuration(asked.root, choice, asked.dry_run)]
        lines += level_new(asked.root, choice, asked.level, asked.dry_run)
        print(*lines, sep="\n")
        if not asked.dry_run:
            state = {**report, "notes": list(found.notes)}
            replace_file(asked.root / "run/hark-audio/chosen.json", json.dumps(state, ensure_ascii=False) + "\n")
    except OSError as error:
        print(f"audio_setup: {error}; run it as root", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
