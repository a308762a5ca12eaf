"""The button and the lights of a box: gpiozero's own mock pins stand for the hardware, and for the lights behind SPI."""

import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import gpiozero
import pytest
from gpiozero.pins.mock import MockFactory, MockPWMPin, MockSPIDevice

from speaker import config, lights
from speaker.board import Board, BoardConfig, LedPins
from speaker.build import Hark
from speaker.errors import ConfigError
from speaker.lights import ERROR, IDLE, LISTENING, MUTED, SPEAKING, THINKING, pattern

LAMP = LedPins(red=5, green=6, blue=13)


class Toggled:
    """A mute that counts."""

    muted = False

    def toggle(self) -> None:
        self.muted = not self.muted


@pytest.fixture
def pins() -> Iterator[MockFactory]:
    before = gpiozero.Device.pin_factory
    gpiozero.Device.pin_factory = MockFactory(pin_class=MockPWMPin)
    yield gpiozero.Device.pin_factory
    gpiozero.Device.pin_factory.reset()
    gpiozero.Device.pin_factory = before


@pytest.fixture
def board(pins: MockFactory) -> Iterator[Callable[..., Board]]:
    made: list[Board] = []

    def make(settings: BoardConfig, switch: Toggled | None = None, speaking: bool = False) -> Board:
        made.append(Board(settings, switch, lambda: speaking))
        return made[-1]

    yield make
    for each in made:
        each.close()


def wait_until(true: Callable[[], bool]) -> None:
    until = time.monotonic() + 10
    while not true():
        assert time.monotonic() < until
        time.sleep(0.01)


def color(pins: MockFactory) -> tuple[float, ...]:
    return tuple(round(float(pins.pin(number).state), 2) for number in (5, 6, 13))


@pytest.mark.parametrize(
    ("doing", "seconds", "speaking", "muted", "shown"),
    [
        ("idle", 0, False, False, IDLE),
        ("idle", 0, True, False, SPEAKING),
        ("listening", 9, True, False, LISTENING),
        ("thinking", 9, False, False, THINKING),
        ("error", 1, True, False, ERROR),
        ("error", 3, False, False, IDLE),
        ("error", 3, True, False, SPEAKING),
        ("idle", 0, True, True, MUTED),
        ("listening", 0, False, True, MUTED),
        ("error", 0, False, True, MUTED),
    ],
)
def test_what_is_shown_for_what_happens(
    doing: lights.Doing, seconds: float, speaking: bool, muted: bool, shown: lights.Pattern
) -> None:
    assert pattern(doing, seconds, speaking, muted) == shown


@pytest.mark.parametrize("some", [LISTENING, THINKING, SPEAKING, MUTED])
def test_no_light_that_means_something_goes_out_while_it_moves(some: lights.Pattern) -> None:
    levels = [max(some.at(at / 100)) for at in range(200)]
    assert min(levels) > 0.05
    assert max(levels) == pytest.approx(max(some.color), abs=0.01)
    assert (len(set(levels)) > 1) == bool(some.period)


def test_an_error_blinks() -> None:
    assert {ERROR.at(at / 100) for at in range(40)} == {ERROR.color, lights.OFF}


def test_the_button_works_the_mute_and_the_lamp_says_so(pins: MockFactory, board: Callable[..., Board]) -> None:
    switch = Toggled()
    board(BoardConfig(button=17, lights=LAMP), switch)
    pins.pin(17).drive_low()
    wait_until(lambda: switch.muted)
    pins.pin(17).drive_high()
    wait_until(lambda: color(pins) == MUTED.color)


def test_the_lamp_follows_what_is_done_and_is_dark_at_the_end(pins: MockFactory, board: Callable[..., Board]) -> None:
    lamp = board(BoardConfig(lights=LAMP))
    lamp.tell("listening")
    wait_until(lambda: color(pins) == LISTENING.color)
    lamp.close()
    assert pins.pin(5).state == pins.pin(6).state == pins.pin(13).state == 0


def test_while_hark_speaks_the_lamp_swells(pins: MockFactory, board: Callable[..., Board]) -> None:
    board(BoardConfig(lights=LAMP), speaking=True)
    seen: set[tuple[float, ...]] = set()
    wait_until(lambda: len(seen.add(color(pins)) or seen) > 4)
    assert all(red == 0 for red, _, _ in seen)


class Chain(MockSPIDevice):
    """The first light of a chain of APA102: the word after 32 zeros is its own."""

    shown: tuple[int, ...] = ()

    def on_bit(self) -> None:
        if self.rx_bit == 64:
            word = self.rx_word()
            assert word >> 32 == 0
            Chain.shown = tuple(word >> shift & 0xFF for shift in (24, 16, 8, 0))


def test_apa102_are_told_level_blue_green_and_red(board: Callable[..., Board]) -> None:
    gpiozero.Device.pin_factory = plain = MockFactory()  # a pin with PWM is no pin of a mock SPI
    with Chain(clock_pin=11, mosi_pin=10, miso_pin=9, select_pin=7, pin_factory=plain):
        lamp = board(BoardConfig(lights="apa102"))
        lamp.tell("listening")
        wait_until(lambda: Chain.shown == (0xE0 | 6, 255, 76, 0))
        lamp.close()
        assert Chain.shown == (0xE0 | 6, 0, 0, 0)


def test_a_pin_that_cannot_be_had_is_logged_and_done_without(
    pins: MockFactory, board: Callable[..., Board], caplog: pytest.LogCaptureFixture
) -> None:
    other = gpiozero.OutputDevice(17)
    board(BoardConfig(button=17, lights=LAMP), Toggled()).tell("listening")
    assert "board.button: GPIO 17 cannot be used" in caplog.text
    wait_until(lambda: color(pins) == LISTENING.color)
    other.close()


def test_an_error_of_a_library_behind_gpiozero_stops_nobody(
    pins: MockFactory, board: Callable[..., Board], caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(*_: object, **__: object) -> None:
        raise Exception("GPIO busy")  # as lgpio does it

    monkeypatch.setattr(gpiozero, "Button", busy)
    board(BoardConfig(button=17), Toggled())
    assert "board.button: GPIO 17 cannot be used: GPIO busy" in caplog.text


def test_lights_that_stop_to_answer_stop_nobody(
    pins: MockFactory, board: Callable[..., Board], caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    lamp = board(BoardConfig(lights=LAMP))
    wait_until(lambda: color(pins) == lights.OFF)

    def gone(*_: object) -> None:
        raise Exception("bad handle")

    monkeypatch.setattr(gpiozero.RGBLED, "color", property(None, gone))
    lamp.tell("listening")
    wait_until(lambda: "the lights do not answer: bad handle" in caplog.text)
    lamp.close()


def test_without_a_board_nothing_is_imported_and_nothing_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "gpiozero", None)
    Board(BoardConfig(), None, lambda: False).close()
    with pytest.raises(ConfigError, match=r"board\.button needs gpiozero; .*hark-speaker\[gpio\]"):
        Board(BoardConfig(button=17), Toggled(), lambda: False)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{button: 5, lights: {red: 5, green: 6, blue: 13}}", "board: GPIO 5 is there twice"),
        ("{button: 10, lights: apa102}", "board: GPIO 10 is there twice"),
        ("{buton: 17}", r"unknown key 'board\.buton'; did you mean 'button'"),
        ("{button: 99}", r"board\.button: .*less than or equal to 53"),
    ],
)
def test_a_wrong_board_is_one_clear_error(tmp_path: Path, text: str, said: str) -> None:
    file = tmp_path / "config.yaml"
    file.write_text(f"board: {text}\n")
    with pytest.raises(ConfigError, match=said):
        config.read(file)


def test_a_turn_tells_what_is_being_done(hark: Hark, spoken: Callable[..., object]) -> None:
    from speaker import recording

    done: list[str] = []
    assistant = hark.assistant(hark.ears(), done.append)
    list(assistant.attend(recording.frames(spoken("turn on the desk lamp"), rest=1.0), "test"))
    assert done == ["listening", "thinking", "idle"]
    done.clear()
    assistant.ask("we had such a lovely walk along the river")
    assert done == ["error"]
