"""Devices at the pins of this machine: relays, lamps, contacts and motion sensors."""

import logging
import threading
from collections.abc import Callable, Sequence
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from speaker import pins
from speaker.errors import ConfigError, HomeError
from speaker.home.device import SENSORS, Device, State
from speaker.languages import say

log = logging.getLogger(__name__)

_INPUTS = {"door": "open", "window": "open", "motion": "motion"}


class Address(BaseModel):
    """Where a device is, as its address says."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    pin: int = Field(ge=0, le=53)
    """By the number of the GPIO, not of the header."""
    invert: bool = False
    """A high pin means on, open or moving; with this, a low one does."""
    pull: str | None = Field(None, pattern="^(up|down|none)$")
    """Of an input; None: up for a contact, which closes to ground, down for a motion sensor."""


class Gpio:
    """The driver. Outputs stay as they are when it starts; when it is closed they are let go."""

    name = "gpio"

    def __init__(self, devices: Sequence[Device]) -> None:
        """Take the pins of these devices; one that cannot be had is told when it is used.

        Raises ConfigError where gpiozero is not installed, or an address is wrong or twice.
        """
        self._lock = threading.Lock()
        self._pins: dict[str, Any] = {}
        self._levels: dict[str, int] = {}
        self._troubles: dict[str, str] = {}
        addresses = {device.key: _address(device) for device in devices}
        taken: dict[int, str] = {}
        for device in devices:
            pin = addresses[device.key].pin
            if pin in taken:
                raise ConfigError(f"home.areas: the {device.name} and the {taken[pin]} are both at GPIO {pin}")
            taken[pin] = device.name
        gpiozero = pins.gpiozero("home.drivers.gpio")
        for device in devices:
            try:
                self._pins[device.key] = _open(gpiozero, device, addresses[device.key])
            except (gpiozero.GPIOZeroError, OSError) as error:
                self._troubles[device.key] = " ".join(str(error).split())[:120] or type(error).__name__
                log.warning("the pin of the %s cannot be used: %s", device.name, error)

    def devices(self) -> tuple[Device, ...]:
        """None: pins do not say what hangs on them."""
        return ()

    def state(self, device: Device) -> State:
        """What the pin is now."""
        with self._lock:
            pin = self._pins.get(device.key)
            if pin is None:
                return State()
            if prop := _INPUTS.get(device.kind):
                return State(**{prop: bool(pin.value)})  # type: ignore[arg-type]
            level = round(100 * pin.value)
            dimmed = self._levels.get(device.key, level or None) if device.dimmable else None
            return State(on=level > 0, brightness=level or dimmed if device.dimmable else None)

    def change(self, devices: Sequence[Device], wanted: State) -> None:
        """Set the pins; they are set when it returns. Raises HomeError where a pin cannot be had."""
        failures = []
        with self._lock:
            for device in devices:
                pin = self._pins.get(device.key)
                if pin is None:
                    failures.append(say("pin_unusable", device=device.name))
                    continue
                if device.dimmable and wanted.brightness is not None:
                    self._levels[device.key] = wanted.brightness
                on = pin.value > 0 if wanted.on is None else wanted.on
                level = self._levels.get(device.key, 100) if device.dimmable else 100
                pin.value = level / 100 if on else 0
        if failures:
            raise HomeError(" ".join(failures))

    def status(self) -> tuple[bool, str]:
        """Whether all pins can be used, and a line about it."""
        if self._troubles:
            return False, "; ".join(f"{key}: {trouble}" for key, trouble in self._troubles.items())
        return True, f"{len(self._pins)} pin{'s' * (len(self._pins) != 1)}"

    def close(self) -> None:
        """Let the pins go."""
        with self._lock:
            for pin in self._pins.values():
                pin.close()
            self._pins = {}


def _address(device: Device) -> Address:
    try:
        address = Address.model_validate(dict(device.address))
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in ("address", *first["loc"]))
        raise ConfigError(
            f"home.areas.{device.area}.{device.name}.{where}: {first['msg'].lower()}; it should be like {{pin: 17}}"
        ) from None
    if device.kind in SENSORS and device.kind not in _INPUTS:
        raise ConfigError(f"home.areas.{device.area}.{device.name}: a pin tells no {device.kind}, only open and motion")
    return address


def _open(gpiozero: Any, device: Device, at: Address) -> Any:
    """The pin of a device: an input, or an output that keeps the state that it has."""
    if device.kind in _INPUTS:
        pull = at.pull or ("down" if device.kind == "motion" else "up")
        up = {"up": True, "down": False, "none": None}[pull]
        # gpiozero takes an input that is pulled up for active when it is low, which is not what "high" says.
        high = {} if up is not None else {"active_state": not at.invert}
        pin = gpiozero.DigitalInputDevice(at.pin, pull_up=up, **high)
        return _Flipped(pin) if up is not None and up is not at.invert else pin
    make: Callable[..., Any] = gpiozero.PWMOutputDevice if device.dimmable else gpiozero.DigitalOutputDevice
    return make(at.pin, active_high=not at.invert, **({} if device.dimmable else {"initial_value": None}))


class _Flipped:
    """An input whose value is the other way round."""

    def __init__(self, pin: Any) -> None:
        self._pin = pin

    @property
    def value(self) -> int:
        return 1 - int(self._pin.value)

    def close(self) -> None:
        self._pin.close()
