"""Relays, lamps and contacts at pins: gpiozero's own mock pins stand for the hardware."""

import sys

import gpiozero
import pytest
from gpiozero.pins.mock import MockFactory, MockPWMPin

from speaker.errors import ConfigError, HomeError
from speaker.home import Device, State
from speaker.home.gpio import Gpio


@pytest.fixture
def pins():
    before = gpiozero.Device.pin_factory
    gpiozero.Device.pin_factory = MockFactory(pin_class=MockPWMPin)
    yield gpiozero.Device.pin_factory
    gpiozero.Device.pin_factory.reset()
    gpiozero.Device.pin_factory = before


def at(pin: int, name: str = "thing", kind: str = "switch", *features: str, **more: object) -> Device:
    return Device(name, "shed", kind, features=frozenset(features), driver="gpio", address={"pin": pin, **more})


@pytest.fixture
def opened(pins):
    drivers = []

    def open_(*devices: Device) -> Gpio:
        drivers.append(Gpio(devices))
        return drivers[-1]

    yield open_
    for driver in drivers:
        driver.close()


def test_a_relay_is_switched(pins, opened):
    pump, heater = at(17, "pump"), at(27, "heater", invert=True)
    driver = opened(pump, heater)
    driver.change([pump, heater], State(on=True))
    assert (pins.pin(17).state, pins.pin(27).state) == (1, 0)
    assert driver.state(pump) == driver.state(heater) == State(on=True)
    driver.change([pump, heater], State(on=False))
    assert (pins.pin(17).state, pins.pin(27).state) == (0, 1)
    assert driver.status() == (True, "2 pins")


def test_a_relay_stays_as_it_is_when_hark_starts(pins, opened):
    pins.pin(17).function = "output"
    pins.pin(17).state = 1
    driver = opened(at(17))
    assert pins.pin(17).state == 1
    assert driver.state(at(17)) == State(on=True)


def test_a_lamp_is_dimmed_and_keeps_its_brightness_while_it_is_off(pins, opened):
    lamp = at(18, "lamp", "light", "dimmable")
    driver = opened(lamp)
    driver.change([lamp], State(on=True, brightness=30))
    assert pins.pin(18).state == pytest.approx(0.3)
    driver.change([lamp], State(on=False))
    assert pins.pin(18).state == 0
    assert driver.state(lamp) == State(on=False, brightness=30)
    driver.change([lamp], State(on=True))
    assert driver.state(lamp) == State(on=True, brightness=30)


@pytest.mark.parametrize(
    ("kind", "address", "level", "told"),
    [
        ("door", {}, 1, State(open=True)),
        ("door", {}, 0, State(open=False)),
        ("window", {"invert": True}, 0, State(open=True)),
        ("door", {"pull": "down"}, 1, State(open=True)),
        ("motion", {}, 1, State(motion=True)),
        ("motion", {}, 0, State(motion=False)),
        ("motion", {"pull": "none"}, 1, State(motion=True)),
        ("motion", {"pull": "none", "invert": True}, 1, State(motion=False)),
    ],
)
def test_a_contact_and_a_motion_sensor_tell_what_is(pins, opened, kind, address, level, told):
    sensor = at(4, "sensor", kind, **address)
    driver = opened(sensor)
    (pins.pin(4).drive_high if level else pins.pin(4).drive_low)()
    assert driver.state(sensor) == told


@pytest.mark.parametrize(
    ("devices", "said"),
    [
        ([at(4, pine=3)], r"home\.areas\.shed\.thing\.address\.pine: .* like \{pin: 17\}"),
        ([Device("thing", "shed", "switch", driver="gpio")], r"address\.pin: field required"),
        ([at(99)], r"address\.pin: .*less than or equal to 53"),
        ([at(4, "one"), at(4, "two")], "the two and the one are both at GPIO 4"),
        ([at(4, "probe", "temperature")], "a pin tells no temperature"),
    ],
)
def test_a_wrong_address_is_one_clear_error(opened, devices, said):
    with pytest.raises(ConfigError, match=said):
        opened(*devices)


def test_a_pin_that_cannot_be_had_is_told_when_it_is_used(pins, opened):
    other = gpiozero.OutputDevice(17)
    driver = opened(at(17, "pump"), at(27, "fan"))
    with pytest.raises(HomeError, match=r"^I cannot use the pin of the pump\.$"):
        driver.change([at(17, "pump"), at(27, "fan")], State(on=True))
    assert pins.pin(27).state == 1
    reached, text = driver.status()
    assert (reached, text.startswith("shed/pump: ")) == (False, True)
    other.close()


def test_without_gpiozero_the_error_says_how_to_get_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "gpiozero", None)
    with pytest.raises(ConfigError, match=r"pip install 'hark-speaker\[gpio\]'"):
        Gpio([at(17)])
