"""A hot machine and a weak supply: work is stepped down, said once, and taken up again only when all is clearly well."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from speaker.build import Hark, Place
from speaker.config import Config
from speaker.events import Samples
from speaker.recording import frames
from speaker.strain import COOL, HOT, Reading, Strain, StrainWatch, read


def test_it_is_hot_from_one_degree_on_and_cool_only_below_another() -> None:
    strain = Strain()
    states = []
    for degrees in (HOT - 1, HOT, HOT - 1, COOL, None, COOL - 1, HOT - 1):
        strain.update(Reading(degrees, weak=False), 0.0)
        states.append(strain.causes)
    assert states == [(), ("hot",), ("hot",), ("hot",), ("hot",), (), ()]


def test_a_supply_that_was_weak_is_trusted_again_after_a_minute() -> None:
    strain = Strain()
    strain.update(Reading(40.0, weak=True), 100.0)
    states = []
    for now in (110.0, 159.0, 161.0):
        strain.update(Reading(40.0, weak=False), now)
        states.append(strain.causes)
    assert states == [("weak",), ("weak",), ()]


def test_each_cause_is_said_once_and_waits_until_it_is_asked_for() -> None:
    readings = iter([Reading(HOT, True), Reading(COOL - 1, True), Reading(HOT, True)])
    watch = StrainWatch(lambda: next(readings), lambda: 0.0)
    assert (watch.strained, watch.news()) == (False, "")
    for _ in range(3):
        watch.look()
    assert watch.strained
    assert watch.news() == (
        "I am hot, so I answer more slowly until I have cooled down. "
        "My power supply is too weak, so I answer more slowly. Please give me a stronger one."
    )
    assert watch.news() == ""


def test_it_is_read_where_a_pi_has_it(tmp_path: Path) -> None:
    assert read(tmp_path) == Reading(None, weak=False)
    zone, chip = tmp_path / "sys/class/thermal/thermal_zone0", tmp_path / "sys/class/hwmon/hwmon1"
    zone.mkdir(parents=True)
    chip.mkdir(parents=True)
    (zone / "temp").write_text("81250\n")
    (chip / "name").write_text("rpi_volt\n")
    (chip / "in0_lcrit_alarm").write_text("1\n")
    assert read(tmp_path) == Reading(81.25, weak=True)
    (chip / "name").write_text("cpu_thermal\n")
    assert not read(tmp_path).weak


@pytest.mark.parametrize("strained", [True, False])
def test_a_strained_machine_recognises_a_command_once_at_its_end(
    strained: bool, said: Callable[[str], Samples], tmp_path: Path
) -> None:
    with Hark(Place(Config(), None, tmp_path)) as hark:
        assistant = hark.assistant(replace(hark.ears(), spares=lambda: strained))
        turn = assistant.command(frames(said("turn on the kitchen lights"), rest=1.5), "said")
    assert turn.parse is not None
    assert [intent.name for intent in turn.parse.intents] == ["light.on"]
    assert turn.utterance is not None
    assert turn.utterance.ended_by == ("silence" if strained else "words")
