"""What the tests of drivers ask of them alike."""

import time

import pytest

from speaker.errors import HomeError
from speaker.home import Device, Driver, State
from tests.broker import until

SOON = 15
"""Seconds in which a command has to end: two, and what a very busy machine may add."""


def device(driver: Driver, name: str) -> Device:
    """A device, once the driver has found it."""
    until(lambda: any(d.name == name for d in driver.devices()))
    return next(d for d in driver.devices() if d.name == name)


def refused(driver: Driver, device: Device, wanted: State) -> str:
    """The reason that is spoken; it has to come soon."""
    began = time.monotonic()
    with pytest.raises(HomeError) as raised:
        driver.change([device], wanted)
    assert time.monotonic() - began < SOON
    return str(raised.value)
