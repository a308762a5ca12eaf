"""The local time knows the rules of its zone, and notices another one."""

import shutil
from datetime import UTC, datetime
from importlib import resources
from zoneinfo import ZoneInfo

import pytest

from speaker.clock import local_time, system_zone

SUMMER, WINTER = datetime(2026, 7, 1, 12, tzinfo=UTC), datetime(2026, 1, 1, 12, tzinfo=UTC)


def hours(zone: object) -> list[str]:
    return [f"{moment.astimezone(zone):%H:%M}" for moment in (WINTER, SUMMER)]


def test_the_local_time_is_now(monkeypatch):
    monkeypatch.setenv("TZ", "Europe/Berlin")
    now = local_time()
    assert now.tzinfo is ZoneInfo("Europe/Berlin")
    assert abs((now - datetime.now(UTC)).total_seconds()) < 60


@pytest.mark.parametrize(
    ("named", "says"),
    [
        ("Europe/Berlin", ["13:00", "14:00"]),
        (":America/New_York", ["07:00", "08:00"]),
        ("", ["12:00", "12:00"]),
    ],
)
def test_the_variable_names_a_zone(named, says):
    assert hours(system_zone(named)) == says


def test_the_file_of_the_system_is_read_again_when_it_is_another(tmp_path):
    zones, file = resources.files("tzdata") / "zoneinfo", tmp_path / "localtime"

    def choose(*name: str) -> None:
        """As timedatectl does it: another file in its place."""
        with resources.as_file(zones.joinpath(*name)) as rules:
            shutil.copy(rules, tmp_path / "new")
        (tmp_path / "new").replace(file)

    choose("Europe", "Berlin")
    berlin = system_zone(file=file)
    assert hours(berlin) == ["13:00", "14:00"]
    assert system_zone(file=file) is berlin
    choose("Asia", "Tokyo")
    assert hours(system_zone(file=file)) == ["21:00", "21:00"]
    assert hours(system_zone(f":{file}")) == ["21:00", "21:00"]


@pytest.mark.parametrize(
    "named", ["CET-1CEST,M3.5.0,M10.5.0/3", "Nowhere/Atlantis", "../etc/passwd", "/etc", "/missing"]
)
def test_without_rules_it_is_the_present_distance_from_utc(named):
    assert system_zone(named).utcoffset(datetime.now()) is not None
