"""The button and the lights of a box, at the pins of a Raspberry Pi."""

import logging
import threading
import time
from collections.abc import Callable
from typing import Any, Literal, Protocol

from pydantic import BaseModel, ConfigDict, Field, model_validator

from speaker import lights, pins
from speaker.errors import ConfigError
from speaker.lights import OFF, Color, Doing, Pattern

log = logging.getLogger(__name__)

_LOOK = 0.1  # seconds between two looks at what is to be shown
_MOVES = 0.04  # and while it moves
_BOUNCE = 0.05  # seconds that a button may flutter
_SPI = {"port": 0, "device": 1}  # as the ReSpeaker HATs have it
_SPI_PINS = [7, 9, 10, 11]
_APA102S = 12  # lights that are told: as many as the largest HAT has; on a smaller one the rest falls off its end
_APA102_LEVEL = 6  # of 31: they are made for daylight

Pin = int


class LedPins(BaseModel):
    """A lamp of three colours, on while its pins are high."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    red: Pin = Field(ge=0, le=53)
    green: Pin = Field(ge=0, le=53)
    blue: Pin = Field(ge=0, le=53)


class BoardConfig(BaseModel):
    """Button and lights; pins by the number of the GPIO, not of the header."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    button: Pin | None = Field(None, ge=0, le=53)
    """Mutes the microphone and brings it back; it closes to ground. None: there is none."""
    lights: Literal["apa102"] | LedPins | None = None
    """``apa102``: those of the ReSpeaker HATs, over SPI; else a lamp at three pins."""

    @model_validator(mode="after")
    def _apart(self) -> "BoardConfig":
        taken = [] if self.button is None else [self.button]
        taken += [*self.lights.model_dump().values()] if isinstance(self.lights, LedPins) else []
        taken += _SPI_PINS if self.lights == "apa102" else []
        twice = next((pin for pin in taken if taken.count(pin) > 1), None)
        if twice is not None:
            raise ValueError(f"GPIO {twice} is there twice; each thing needs a pin of its own")
        return self


class Switch(Protocol):
    """The microphone's mute."""

    @property
    def muted(self) -> bool: ...

    def toggle(self) -> None: ...


class Board:
    """Has the button work the mute, and shows what Hark does. A pin that cannot be had is logged, and done without."""

    def __init__(self, config: BoardConfig, switch: Switch | None, speaking: Callable[[], bool]) -> None:
        """``switch``: what the button works; None where there is no button. ``speaking``: whether Hark is heard.

        Raises ConfigError where gpiozero is needed and not installed.
        """
        self._switch, self._speaking = switch, speaking
        self._doing: tuple[Doing, float] = ("idle", time.monotonic())
        self._closed = threading.Event()
        self._changed = threading.Event()
        self._button: Any = None
        self._lamp: _Led | _Apa102 | None = None
        if config.button is not None and switch is not None:
            self._button = _tried(f"board.button: GPIO {config.button}", lambda: _button(config.button, switch))
        if config.lights is not None:
            self._lamp = _tried("board.lights", lambda: _lamp(config.lights))
        if self._lamp is not None:
            self._thread = threading.Thread(target=self._run, args=(self._lamp,), name="lights", daemon=True)
            self._thread.start()

    def tell(self, doing: Doing) -> None:
        """Show this from now on; returns at once. Any thread may call it."""
        self._doing = doing, time.monotonic()
        self._changed.set()

    def close(self) -> None:
        """Lights out, and let the pins go."""
        self._closed.set()
        self._changed.set()
        lamp, button, self._lamp, self._button = self._lamp, self._button, None, None
        if lamp is not None:
            self._thread.join(3.0)
            if _shown(lamp, OFF):
                lamp.close()
        if button is not None:
            button.close()

    def _run(self, lamp: "_Led | _Apa102") -> None:
        shown: Color | None = None
        before, began = Pattern(OFF), time.monotonic()
        while not self._closed.is_set():
            (doing, since), now = self._doing, time.monotonic()
            muted = self._switch is not None and self._switch.muted
            wanted = lights.pattern(doing, now - since, self._speaking(), muted)
            if wanted != before:
                before, began = wanted, now
            if (color := wanted.at(now - began)) != shown:
                if not _shown(lamp, color):
                    return
                shown = color
            self._changed.wait(_MOVES if wanted.period else _LOOK)
            self._changed.clear()


class _Led:
    """A lamp of three pins."""

    def __init__(self, led: Any) -> None:
        self._led = led

    def show(self, color: Color) -> None:
        self._led.color = color

    def close(self) -> None:
        self._led.close()


class _Apa102:
    """A chain of APA102, all in one colour: 32 zeros, then a word for each of level, blue, green and red."""

    def __init__(self, spi: Any) -> None:
        self._spi = spi

    def show(self, color: Color) -> None:
        red, green, blue = (round(255 * part) for part in color)
        one = [0xE0 | _APA102_LEVEL, blue, green, red]
        self._spi.transfer([0, 0, 0, 0, *(one * _APA102S), 0xFF, 0xFF, 0xFF, 0xFF])

    def close(self) -> None:
        self._spi.close()


def _shown(lamp: _Led | _Apa102, color: Color) -> bool:
    """Show it; False, and a line in the log, where the lights do not answer."""
    try:
        lamp.show(color)
    except Exception as error:  # as in _tried
        log.error("the lights do not answer: %s", error)
        return False
    return True


def _button(pin: int | None, switch: Switch) -> Any:
    button = pins.gpiozero("board.button").Button(pin, bounce_time=_BOUNCE)
    button.when_pressed = switch.toggle
    return button


def _lamp(config: Literal["apa102"] | LedPins | None) -> _Led | _Apa102:
    gpiozero = pins.gpiozero("board.lights")
    if isinstance(config, LedPins):
        return _Led(gpiozero.RGBLED(config.red, config.green, config.blue))
    gpiozero.Device.ensure_pin_factory()
    return _Apa102(gpiozero.Device.pin_factory.spi(**_SPI))


def _tried(what: str, open_: Callable[[], Any]) -> Any:
    """What was opened; None, and a line in the log, where the pins cannot be had. Raises ConfigError."""
    try:
        return open_()
    except ConfigError:
        raise
    except Exception as error:  # the libraries behind gpiozero have roots of errors of their own
        reason = " ".join(str(error).split())[:120] or type(error).__name__
        log.error("%s cannot be used: %s", what, reason)
        return None
