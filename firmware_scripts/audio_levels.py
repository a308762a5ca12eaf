"""How loud a card records and plays, set once: later it is the household's to change."""

import re
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass

from audio_cards import Card

_CAPTURE, _PLAYBACK = "80%", "75%"
_PATIENCE = 5.0  # seconds that a mixer has to answer

# Controls by the names that the kernel's driver of the codec gives them; what a board lacks is passed over.
_ROUTES = {
    "wm8960": (
        ("Left Output Mixer PCM", "on"),
        ("Right Output Mixer PCM", "on"),
        ("Left Boost Mixer LINPUT1", "on"),
        ("Right Boost Mixer RINPUT1", "on"),
        ("Left Input Mixer Boost", "on"),
        ("Right Input Mixer Boost", "on"),
        ("Playback", "100%"),
        ("ADC PCM", "76%"),  # 0 dB
        ("Capture", "70%", "cap"),
        ("Headphone", _PLAYBACK),
        ("Speaker", _PLAYBACK),
        ("Speaker AC", "80%"),
        ("Speaker DC", "80%"),
    ),
    "tlv320": (
        ("Left HP Mixer DACL1", "on"),
        ("Right HP Mixer DACR1", "on"),
        ("Left Line Mixer DACL1", "on"),
        ("Right Line Mixer DACR1", "on"),
        ("PGA", "50%", "cap"),
        ("PCM", _PLAYBACK),
        ("HP DAC", "100%"),
        ("HP", "unmute"),
        ("Line DAC", "100%"),
        ("Line", "unmute"),
    ),
}


@dataclass(frozen=True)
class Control:
    """A control of a mixer, as ``amixer scontents`` tells of it."""

    name: str
    can: frozenset[str]
    """Of pvolume, pswitch, cvolume, cswitch, volume and switch."""


def controls(scontents: str) -> list[Control]:
    """What a mixer has."""
    found = []
    for block in scontents.split("Simple mixer control ")[1:]:
        name = re.match(r"'(.*)',0", block)
        can = re.search(r"Capabilities: (.*)", block)
        if name and can:
            words = {word.removesuffix("-joined") for word in can[1].split()}
            found.append(Control(name[1], frozenset(words)))
    return found


def wanted(card: Card, there: Sequence[Control]) -> list[tuple[str, ...]]:
    """What to set: of each control its name and the words of ``amixer sset``."""
    if routes := _ROUTES.get(card.kind):
        names = {control.name for control in there}
        return [route for route in routes if route[0] in names]
    steps: list[tuple[str, ...]] = []
    for control in there:
        name, can = control.name, control.can
        listens = bool({"cvolume", "cswitch"} & can)
        if card.capture and listens:
            steps.append((name, "capture", _CAPTURE, "cap") if "cvolume" in can else (name, "cap"))
        if "pswitch" in can and (listens or "mic" in name.lower()):
            steps.append((name, "playback", "mute"))  # else one hears oneself in the loudspeaker
        elif card.playback and "pvolume" in can and not listens and "mic" not in name.lower():
            steps.append((name, "playback", _PLAYBACK, *(["unmute"] if "pswitch" in can else [])))
        if card.capture and "auto gain" in name.lower():
            steps.append((name, "on"))
    return steps


def level(card: Card, dry: bool) -> list[str]:
    """Set a card's levels, or only say how; a line for each, with what was refused. Raises OSError without amixer."""
    mixer = ("amixer", "-c", str(card.number))
    shown = _run(*mixer, "scontents")
    if shown is None:
        return [f"{card.id}: its mixer does not answer"]
    lines = []
    for name, *words in wanted(card, controls(shown)):
        refused = not dry and _run(*mixer, "-q", "sset", f"{name},0", *words) is None
        lines.append(f"{card.id}: {name} {' '.join(words)}{': refused' if refused else ''}")
    return lines


def keep(dry: bool) -> None:
    """Have the levels survive a power cut as well: alsa-utils' own service keeps them only where it shuts down."""
    if not dry:
        _run("alsactl", "store")


def _run(*command: str) -> str | None:
    """What a program prints; None where it fails or hangs. Raises OSError where there is none."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=_PATIENCE, check=False)
    except subprocess.TimeoutExpired:
        return None
    return done.stdout if done.returncode == 0 else None
