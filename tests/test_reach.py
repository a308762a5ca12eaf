"""What the service may reach: what the configuration names, and nothing else."""

import os
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner

from speaker import reach
from speaker.cli import cli
from speaker.config import read

CONFIG = """
home:
  drivers:
    mqtt: {host: Broker.home}
    homeassistant: {url: "https://192.168.1.8:8123"}
plugins:
  media: {host: localhost}
  weather: {url: "http://8.8.8.8/today", step: 5}
  local: {host: /run/some.sock}
"""
BOOK = {"Broker.home": ("192.168.1.5", "fd00::5")}
SCRIPT = Path(__file__).resolve().parents[1] / "firmware_scripts/system/network.sh"


@pytest.fixture
def config(tmp_path: Path) -> Path:
    file = tmp_path / "config.yaml"
    file.write_text(CONFIG)
    return file


def test_the_drivers_and_the_plugins_that_name_a_place_count_and_this_machine_does_not(config: Path) -> None:
    named = {place.by: place.host for place in reach.named(read(config))}
    assert named == {
        "home.drivers.mqtt": "Broker.home",
        "home.drivers.homeassistant": "192.168.1.8",
        "plugins.weather": "8.8.8.8",
    }


def test_names_are_looked_up_and_addresses_are_not(config: Path) -> None:
    reached = [reach.reached(place, lambda host: BOOK.get(host, ())) for place in reach.named(read(config))]
    assert reach.rules(reached) == "192.168.1.5,fd00::5 Broker.home\n192.168.1.8 -\n8.8.8.8 -\n"
    assert [each.outside for each in reached] == [False, False, True]
    assert reach.rules([reach.reached(reach.Named("some", "gone.home"), lambda host: ())]) == "- gone.home\n"


def test_it_is_said_in_words(config: Path) -> None:
    config.write_text("plugins: {weather: {url: 'http://8.8.8.8/'}}")
    said = CliRunner().invoke(cli, ["network", "--config", str(config)]).output
    assert said == "this machine\n8.8.8.8 (plugins.weather): 8.8.8.8; outside of the house\n"


@pytest.mark.parametrize(
    ("rules", "allowed", "names"),
    [
        ("", "127.0.0.0/8 ::1/128 ", []),
        ("10.0.0.7 -", "127.0.0.0/8 ::1/128 10.0.0.7 ", []),
        (
            "10.0.0.7,fd00::7 hub.home\n- gone.home",
            "127.0.0.0/8 ::1/128 10.0.0.7 fd00::7 ",
            ["10.0.0.7 hub.home", "fd00::7 hub.home"],
        ),
    ],
)
def test_the_service_gets_these_addresses_and_names_and_is_told_once(
    rules: str, allowed: str, names: list[str], tmp_path: Path
) -> None:
    """The script as it is, but for where it writes; systemctl is a program that notes its words."""
    script = tmp_path / "network.sh"
    text = (
        SCRIPT.read_text()
        .replace("/run/hark-network", str(tmp_path))
        .replace("/usr/local/bin/hark", str(tmp_path / "hark"))
    )
    script.write_text(text)
    (tmp_path / "rules").write_text(rules + "\n")
    for name, does in (("hark", f"cat {tmp_path}/rules"), ("systemctl", f'printf "%s\\n" "$@" >> {tmp_path}/told')):
        (tmp_path / name).write_text(f"#!/bin/sh\n{does}\n")
        (tmp_path / name).chmod(0o755)
    for _ in range(2):
        subprocess.run(
            ["sh", script], env={"PATH": f"{tmp_path}:{os.environ['PATH']}"}, check=True, capture_output=True
        )
    told = (tmp_path / "told").read_text().splitlines()
    assert told == ["set-property", "--runtime", "hark.service", "IPAddressAllow=", f"IPAddressAllow={allowed}"]
    hosts = (tmp_path / "hosts").read_text().splitlines()
    assert hosts[len(hosts) - len(names) :] == names
    assert (tmp_path / "names").exists() == ("home" in rules)
