"""Choosing a box's microphone and loudspeaker.

The hardware is emulated: trees that look like /proc and /sys of boards, and an amixer that writes down what it is told.
What ALSA makes of the configuration is seen with the real library. No board was at hand.
"""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

SCRIPTS = Path(__file__).resolve().parents[1] / "firmware_scripts"
sys.path.insert(0, str(SCRIPTS))

from audio_cards import Card, Choice, Way, choose, find  # noqa: E402
from audio_levels import Control, controls, wanted  # noqa: E402
from audio_setup import MARK, configuration  # noqa: E402

JACK = "Headphones|bcm2835_headpho - bcm2835 Headphones|playback"
HDMI = "vc4hdmi0|vc4-hdmi - vc4-hdmi-0|playback"
JABRA = "USB|USB-Audio - Jabra SPEAK 510 USB|playback capture|0b0e:0420"
WEBCAM = "C920|USB-Audio - HD Pro Webcam C920|capture|046d:082d"
DAC = "Dongle|USB-Audio - USB Dongle|playback|0d8c:0001"
SEEED = "seeed2micvoicec|seeed-2mic-voic - seeed-2mic-voicecard|playback capture"
WAVESHARE = "wm8960soundcard|wm8960-soundcar - wm8960-soundcard|playback capture"
FOUR = "seeed4micvoicec|seeed-4mic-voic - seeed-4mic-voicecard|capture"
ROOM = "Room|Loopback - Loopback|playback capture"
STREAM = """{name} : USB Audio

Playback:
  Status: Stop
  Interface 1
    Altset 1
    Format: S16_LE
    Channels: 2
    Rates: 48000

Capture:
  Status: Stop
  Interface 2
    Altset 1
    Format: S16_LE
    Channels: 1
    Rates: 8000, 16000
"""
SPEAKERPHONE_MIXER = """Simple mixer control 'PCM',0
  Capabilities: pvolume pswitch pswitch-joined
Simple mixer control 'Mic',0
  Capabilities: pvolume pswitch pswitch-joined cvolume cvolume-joined cswitch cswitch-joined
Simple mixer control 'Auto Gain Control',0
  Capabilities: pswitch pswitch-joined
"""
AMIXER = """#!/bin/sh
echo "amixer $*" >> {log}
case "$*" in *scontents*) cat {mixer} ;; esac
"""


@pytest.fixture
def board(tmp_path: Path) -> Callable[..., Path]:
    """A tree of a board with these cards, in their order, and these chips on its I2C bus."""

    def make(*cards: str, chips: dict[str, str] | None = None, screen: bool = False) -> Path:
        root, listed, ways = tmp_path / "root", "", ""
        shutil.rmtree(root / "proc", ignore_errors=True)
        for number, card in enumerate(cards):
            id_, names, directions, *usb = card.split("|")
            folder = root / f"proc/asound/card{number}"
            folder.mkdir(parents=True)
            listed += f"{number:2} [{id_:<15}]: {names}\n{'':22}{names} at somewhere\n"
            ways += f"{number:02}-00: Some : Some : {' : '.join(f'{d} 1' for d in directions.split())}\n"
            if usb:
                (folder / "usbid").write_text(usb[0] + "\n")
                (folder / "stream0").write_text(STREAM.format(name=id_))
            if "hdmi" in id_:
                (folder / "eld#0").write_text(f"monitor_present\t\t{int(screen)}\neld_valid\t\t0\n")
        (root / "proc/asound").mkdir(parents=True, exist_ok=True)
        (root / "proc/asound/cards").write_text(listed or "--- no soundcards ---\n")
        (root / "proc/asound/pcm").write_text(ways)
        for place, name in (chips or {}).items():
            device = root / "sys/bus/i2c/devices" / place
            device.mkdir(parents=True)
            (device / "name").write_text(name + "\n")
        return root

    return make


@pytest.fixture
def setup(tmp_path: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Run the script as the service does, with an amixer and an alsactl that only take down what they are told."""
    programs, log, mixer = tmp_path / "bin", tmp_path / "told", tmp_path / "mixer"
    programs.mkdir()
    log.touch()
    mixer.write_text(SPEAKERPHONE_MIXER)
    for name in ("amixer", "alsactl"):
        (programs / name).write_text(AMIXER.format(log=log, mixer=mixer).replace("amixer $*", f"{name} $*"))
        (programs / name).chmod(0o755)

    def run(root: Path, *words: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-B", "-E", "-s", SCRIPTS / "audio_setup.py", "--root", root, *words]
        environment = {**os.environ, "PATH": f"{programs}:/usr/bin:/bin"}
        return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)

    return run


def told(tmp_path: Path) -> list[str]:
    return (tmp_path / "told").read_text().splitlines()


@pytest.mark.parametrize(
    ("cards", "microphone", "loudspeaker"),
    [
        ([JACK, JABRA, SEEED], "USB", "USB"),
        ([JACK, SEEED, WEBCAM], "seeed2micvoicec", "seeed2micvoicec"),
        ([HDMI, JACK, WEBCAM], "C920", "Headphones"),
        ([HDMI, JACK, WEBCAM, DAC], "C920", "Dongle"),
        ([JACK, FOUR], "seeed4micvoicec", "Headphones"),
        ([JACK], None, "Headphones"),
        ([WEBCAM], "C920", None),
        ([ROOM, JACK, WEBCAM], "C920", "Headphones"),
        ([ROOM, HDMI], None, "vc4hdmi0"),
        ([ROOM], None, None),
        ([], None, None),
    ],
)
def test_a_speakerphone_comes_first_then_a_hat_then_a_microphone_with_a_loudspeaker(
    board: Callable[..., Path], cards: list[str], microphone: str | None, loudspeaker: str | None
) -> None:
    choice = choose(find(board(*cards)).cards)
    assert getattr(choice.microphone, "id", None) == microphone
    assert getattr(choice.loudspeaker, "id", None) == loudspeaker


@pytest.mark.parametrize(("screen", "chosen"), [(True, "vc4hdmi0"), (False, "Dongle")])
def test_an_hdmi_socket_without_a_screen_is_the_last_choice(
    board: Callable[..., Path], screen: bool, chosen: str
) -> None:
    other = "Dongle|HDA-Intel - HDA Intel|playback"
    speaker = choose(find(board(HDMI, other, WEBCAM, screen=screen)).cards).loudspeaker
    assert speaker
    assert speaker.id == chosen


@pytest.mark.parametrize(
    ("card", "chips", "kind"),
    [
        (SEEED, {"1-001a": "wm8960"}, "wm8960"),
        (SEEED, {"1-0018": "tlv320aic3104"}, "tlv320"),
        (SEEED, {"1-0018": ""}, "tlv320"),
        (SEEED, {"1-0018": "lis3dh"}, "hat"),
        (SEEED, None, "hat"),
        (WAVESHARE, None, "wm8960"),
        (JABRA, {"1-001a": "wm8960"}, "speakerphone"),
        (JACK, None, "jack"),
    ],
)
def test_a_hat_is_known_by_the_chip_on_the_bus_and_else_by_its_name(
    board: Callable[..., Path], card: str, chips: dict[str, str] | None, kind: str
) -> None:
    assert [c.kind for c in find(board(card, chips=chips)).cards] == [kind]


def test_a_chip_or_a_hat_without_a_card_is_told_with_what_to_do(board: Callable[..., Path]) -> None:
    root = board(JACK, chips={"1-001a": "wm8960"})
    assert "WM8960 is on the I2C bus but has no sound card; look at its dtoverlay" in find(root).notes[0]
    shutil.rmtree(root / "sys")
    hat = root / "proc/device-tree/hat/product"
    hat.parent.mkdir(parents=True)
    hat.write_text("ReSpeaker 2-Mics\0")
    assert find(root).notes == (
        "the HAT ReSpeaker 2-Mics is there but has no sound card; its dtoverlay is missing in config.txt",
    )


def test_a_usb_card_is_opened_as_it_can_be(board: Callable[..., Path]) -> None:
    (card,) = find(board(JABRA)).cards
    assert (card.capture, card.playback) == (Way(0, 1, 16_000), Way(0, 2, 48_000))


@pytest.mark.skipif(not all(map(shutil.which, ("aplay", "arecord"))), reason="alsa-utils is not installed")
@pytest.mark.parametrize(("program", "card"), [("aplay", "Mouth"), ("arecord", "Ear")])
def test_alsa_reads_the_configuration_and_looks_for_the_cards(tmp_path: Path, program: str, card: str) -> None:
    """The real library; that the cards are not here is as far as it comes without them."""
    ear = Card(7, "Ear", "Ear", "usb microphone", capture=Way(0, 1, 16_000))
    mouth = Card(8, "Mouth", "Mouth", "jack", playback=Way(0))
    file = tmp_path / "asound.conf"
    file.write_text("</usr/share/alsa/alsa.conf>\n" + configuration(Choice(ear, mouth)))
    end = ["/dev/zero"] if program == "aplay" else [tmp_path / "out.raw"]
    command = [program, "-D", "default", "-f", "S16_LE", "-d", "1", *end]
    environment = {**os.environ, "ALSA_CONFIG_PATH": str(file)}
    run = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=30, check=False)
    assert f"Cannot get card index for {card}" in run.stderr


def test_hdmi_of_newer_kernels_goes_through_alsas_own_conversion(board: Callable[..., Path]) -> None:
    choice = choose(find(board(HDMI, screen=True)).cards)
    assert 'slave.pcm "sysdefault:CARD=vc4hdmi0"' in configuration(choice)


def test_what_is_chosen_is_said_kept_and_written_once(
    board: Callable[..., Path], setup: Callable[..., subprocess.CompletedProcess[str]], tmp_path: Path
) -> None:
    root = board(JACK, JABRA)
    first = setup(root)
    assert first.returncode == 0, first.stderr
    assert "microphone: Jabra SPEAK 510 USB (speakerphone, card USB)" in first.stdout
    written = root / "etc/asound.conf"
    assert written.read_text().startswith(MARK)
    assert 'pcm "hw:CARD=USB,DEV=0"' in written.read_text()
    state = json.loads((root / "run/hark-audio/chosen.json").read_text())
    assert state["loudspeaker"] == "Jabra SPEAK 510 USB (speakerphone, card USB)"
    before = written.stat().st_ino
    assert "/etc/asound.conf is as it should be" in setup(root).stdout
    assert written.stat().st_ino == before
    assert "is written" in setup(board(JACK, SEEED)).stdout
    assert "CARD=seeed2micvoicec" in written.read_text()


def test_a_file_of_ones_own_and_a_sound_server_are_left_alone(
    board: Callable[..., Path], setup: Callable[..., subprocess.CompletedProcess[str]]
) -> None:
    root = board(JABRA)
    own = root / "etc/asound.conf"
    own.parent.mkdir()
    own.write_text("# mine\n")
    assert "is not Hark's, and stays as it is" in setup(root).stdout
    assert own.read_text() == "# mine\n"
    own.unlink()
    server = root / "etc/alsa/conf.d/99-pipewire-default.conf"
    server.parent.mkdir(parents=True)
    server.touch()
    assert "a sound server has the default device" in setup(root).stdout
    assert not own.exists()


def test_levels_are_set_once_and_then_the_households(
    board: Callable[..., Path], setup: Callable[..., subprocess.CompletedProcess[str]], tmp_path: Path
) -> None:
    root = board(JACK, JABRA)
    setup(root)
    assert told(tmp_path) == [
        "amixer -c 1 scontents",
        "amixer -c 1 -q sset PCM,0 playback 75% unmute",
        "amixer -c 1 -q sset Mic,0 capture 80% cap",
        "amixer -c 1 -q sset Mic,0 playback mute",
        "amixer -c 1 -q sset Auto Gain Control,0 on",
        "alsactl store",
    ]
    setup(root)
    assert len(told(tmp_path)) == 6
    setup(root, "--level")
    assert len(told(tmp_path)) == 12
    setup(board(JACK, WEBCAM))  # another card is new
    assert "amixer -c 1 -q sset Mic,0 capture 80% cap" in told(tmp_path)[12:]


def test_a_dry_run_says_it_all_and_does_nothing(
    board: Callable[..., Path], setup: Callable[..., subprocess.CompletedProcess[str]], tmp_path: Path
) -> None:
    root = board(JABRA)
    said = setup(root, "--dry-run").stdout
    assert "/etc/asound.conf would be written" in said
    assert "USB: PCM playback 75% unmute" in said
    assert told(tmp_path) == ["amixer -c 0 scontents"]
    assert sorted(path.name for path in root.iterdir()) == ["proc"]


def test_without_a_card_nothing_is_changed_and_that_is_said(
    board: Callable[..., Path], setup: Callable[..., subprocess.CompletedProcess[str]]
) -> None:
    root = board()
    run = setup(root)
    assert run.returncode == 0
    assert "no sound card was found" in run.stdout
    assert not (root / "etc").exists()


def test_the_routes_of_a_codec_are_opened_as_far_as_the_board_has_them() -> None:
    there = [Control(name, frozenset()) for name in ("Capture", "Left Output Mixer PCM", "Noise Gate")]
    card = Card(0, "wm8960soundcard", "wm8960-soundcard", "wm8960", Way(0), Way(0))
    assert wanted(card, there) == [("Left Output Mixer PCM", "on"), ("Capture", "70%", "cap")]


def test_a_card_that_only_plays_is_not_asked_to_record() -> None:
    jack = Card(0, "Headphones", "bcm2835 Headphones", "jack", playback=Way(0))
    assert wanted(jack, controls("Simple mixer control 'PCM',0\n  Capabilities: pvolume pswitch\n")) == [
        ("PCM", "playback", "75%", "unmute")
    ]


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not installed")
def test_the_service_is_hardened() -> None:
    unit = SCRIPTS / "systemd/hark-audio.service"
    command = ["systemd-analyze", "security", "--offline=yes", "--threshold=20", "--no-pager", str(unit)]
    judged = subprocess.run(command, capture_output=True, text=True, check=False)
    assert judged.returncode == 0, judged.stdout[-300:]
