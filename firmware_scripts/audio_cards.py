"""The sound cards of this machine, and which of them are a box's microphone and loudspeaker.

Read from /proc and /sys alone: nothing is opened, and nothing is written to the I2C bus.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

Kind = Literal[
    "speakerphone", "usb microphone", "usb loudspeaker", "wm8960", "tlv320", "hat", "jack", "hdmi", "virtual", "other"
]
HATS = ("wm8960", "tlv320", "hat")

_CODECS = {"wm8960": "wm8960", "tlv320aic3104": "tlv320", "tlv320aic3x": "tlv320", "tlv320aic32x4": "tlv320"}
"""Chips as the kernel names them on the I2C bus."""
_ADDRESSES = {"1a": "wm8960", "18": "tlv320"}
_NAMES: tuple[tuple[str, Kind], ...] = (
    ("loopback", "virtual"),
    ("dummy", "virtual"),
    ("wm8960", "wm8960"),
    ("aic3104", "tlv320"),
    ("tlv320", "tlv320"),
    ("seeed", "hat"),
    ("respeaker", "hat"),
    ("googlevoicehat", "hat"),
    ("voicecard", "hat"),
    ("hifiberry", "hat"),
    ("hdmi", "hdmi"),
    ("headphone", "jack"),
    ("bcm2835", "jack"),
)


@dataclass(frozen=True)
class Way:
    """One direction of a card."""

    device: int
    channels: int = 2
    rate: int = 48_000
    """Samples a second at which it is opened, whatever programs ask for."""


@dataclass(frozen=True)
class Card:
    """A sound card."""

    number: int
    id: str
    """As ALSA calls it: hw:CARD=id."""
    name: str
    kind: Kind
    capture: Way | None = None
    playback: Way | None = None
    chip: str = ""
    """What tells it from others, apart from its place: a USB id, or the name of a codec."""
    idle: bool = False
    """An HDMI socket without a screen: only where there is nothing else."""


@dataclass(frozen=True)
class Choice:
    """What the box listens with and speaks through; None where there is nothing."""

    microphone: Card | None
    loudspeaker: Card | None


@dataclass(frozen=True)
class Found:
    """What there is."""

    cards: tuple[Card, ...]
    notes: tuple[str, ...] = field(default=())
    """What a person should know: a HAT without a card, and what to do."""


_MICROPHONES = ("speakerphone", *HATS, "usb microphone", "other")
_LOUDSPEAKERS = ("speakerphone", *HATS, "usb loudspeaker", "jack", "hdmi", "other")


def choose(cards: Sequence[Card]) -> Choice:
    """A speakerphone that does both comes first, then a HAT, then a USB microphone with a loudspeaker of its own.

    Where the microphone's card plays, too, it speaks: its echo canceller knows then what is played, and both run by
    one clock. Of several alike the first by number. A card without hardware is for whoever loaded its driver.
    """
    ears = [card for card in cards if card.capture and card.kind != "virtual"]
    mouths = [card for card in cards if card.playback and card.kind != "virtual"]
    microphone = min(ears, key=lambda card: _rank(card, _MICROPHONES), default=None)
    if microphone and microphone.playback and microphone.kind in ("speakerphone", *HATS):
        return Choice(microphone, microphone)
    return Choice(microphone, min(mouths, key=lambda card: _rank(card, _LOUDSPEAKERS), default=None))


def _rank(card: Card, order: Sequence[str]) -> tuple[bool, int, int]:
    return card.idle, order.index(card.kind) if card.kind in order else len(order), card.number


def find(root: Path) -> Found:
    """The cards under ``root`` (/ on a box), and what is not as it should be."""
    chips = _chips(root)
    asound = root / "proc/asound"
    ways = _ways(_text(asound / "pcm"))
    cards = []
    for number, id_, name in re.findall(r"^ *(\d+) \[(\S+) *\]: (.*)$", _text(asound / "cards"), re.M):
        folder = asound / f"card{number}"
        directions = {direction: device for card, device, direction in ways if card == int(number)}
        streams = _streams(_text(folder / "stream0"))
        way = {d: Way(device, *streams.get(d, (2, 48_000))) for d, device in directions.items()}
        usb = _text(folder / "usbid").strip()
        kind = _kind(f"{id_} {name}".lower(), bool(usb), chips, way)
        idle = kind == "hdmi" and not _screen(folder)
        label = name.partition(" - ")[2] or name
        capture, playback = way.get("capture"), way.get("playback")
        cards.append(Card(int(number), id_, label, kind, capture, playback, usb or label, idle))
    return Found(tuple(cards), tuple(_notes(root, chips, cards)))


def _kind(names: str, usb: bool, chips: Sequence[str], way: dict[str, Way]) -> Kind:
    if usb:
        if len(way) == 2:
            return "speakerphone"
        return "usb microphone" if "capture" in way else "usb loudspeaker"
    kind = next((kind for word, kind in _NAMES if word in names), "other")
    if kind in HATS:  # one name stands for boards of either chip: what is on the bus is right
        return next((chip for chip in ("wm8960", "tlv320") if chip in chips), kind)  # type: ignore[return-value]
    return kind


def _chips(root: Path) -> list[str]:
    """The codecs that the kernel knows to be on an I2C bus, by their name, or by their address where it has none."""
    found = []
    for place in sorted((root / "sys/bus/i2c/devices").glob("*-00*")):
        name = _text(place / "name").strip()
        if chip := _CODECS.get(name, "" if name else _ADDRESSES.get(place.name[-2:], "")):
            found.append(chip)
    return found


def _ways(pcm: str) -> list[tuple[int, int, str]]:
    """Card, device and direction, the first device of each direction last, so that it is the one that stays."""
    found = []
    for card, device, rest in re.findall(r"^(\d+)-(\d+): (.*)$", pcm, re.M):
        found += [(int(card), int(device), word) for word in ("playback", "capture") if f": {word} " in f"{rest} "]
    return found[::-1]


def _streams(text: str) -> dict[str, tuple[int, int]]:
    """Channels and rate of each direction of a USB card, of the first setting that it offers."""
    found = {}
    for direction in ("Playback", "Capture"):
        part = re.search(rf"^{direction}:$(.*?)(?=^\w|\Z)", text, re.M | re.S)
        channels = re.search(r"Channels: (\d+)", part[1]) if part else None
        rates = re.search(r"Rates: (.*)", part[1]) if part else None
        if channels and rates:
            found[direction.lower()] = int(channels[1]), _rate(rates[1])
    return found


def _rate(rates: str) -> int:
    """48 kHz where the card has it, else the highest that it has below, else its lowest."""
    known = sorted(map(int, re.findall(r"\d+", rates)))
    if "continuous" in rates:
        return min(max(48_000, known[0]), known[-1])
    return max((rate for rate in known if rate <= 48_000), default=known[0] if known else 48_000)


def _screen(folder: Path) -> bool:
    """Whether an HDMI socket has something that sounds."""
    return any(re.search(r"monitor_present\s+1", _text(eld)) for eld in folder.glob("eld#*"))


def _notes(root: Path, chips: Sequence[str], cards: Sequence[Card]) -> list[str]:
    if any(card.kind in HATS for card in cards):
        return []
    if chips:
        return [f"a {chips[0].upper()} is on the I2C bus but has no sound card; look at its dtoverlay in config.txt"]
    product = _text(root / "proc/device-tree/hat/product").strip("\0 \n")
    if any(word in product.lower() for word in ("voice", "audio", "respeaker", "sound", "wm8960")):
        return [f"the HAT {product} is there but has no sound card; its dtoverlay is missing in config.txt"]
    return []


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
