"""``hark`` at the pins of gpiozero's own mock board: a line of standard input presses the button, or asks for the lights.

The pins are emulated; all else is the program as it runs on a box.
"""

import sys
import threading
import time

import gpiozero
from gpiozero.pins.mock import MockFactory, MockPWMPin

from speaker.cli import main

BUTTON, LIGHTS = 17, (5, 6, 13)


def follow(board: MockFactory) -> None:
    for line in sys.stdin:
        if line.strip() == "press":
            board.pin(BUTTON).drive_low()
            time.sleep(0.1)
            board.pin(BUTTON).drive_high()
        else:
            print("lights", *(round(100 * board.pin(pin).state) for pin in LIGHTS), flush=True)  # noqa: T201


if __name__ == "__main__":
    gpiozero.Device.pin_factory = board = MockFactory(pin_class=MockPWMPin)
    threading.Thread(target=follow, args=(board,), daemon=True).start()
    main()
