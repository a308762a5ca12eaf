"""What reaches devices: the interface that every driver has."""

from collections.abc import Sequence
from typing import Protocol

from speaker.home.device import Device, State


class Driver(Protocol):
    """Reaches the devices that have its name as their ``driver``.

    Handlers run in threads of their own, so that all of this may be called by several threads at once. What
    comes from outside is never trusted: ``State.believed`` leaves out what is no value.
    """

    name: str
    """As devices name it: simulated, mqtt …"""

    def devices(self) -> tuple[Device, ...]:
        """The devices that it found by itself, beside those that are described; what it knows now, without waiting.

        One that has the same name and area, or the same address, as a described one is not counted twice: the
        description wins.
        """

    def state(self, device: Device) -> State:
        """What a device last said of itself, without waiting; what is not known is left out, never invented."""

    def change(self, devices: Sequence[Device], wanted: State) -> None:
        """Have some of its devices take on what is known in ``wanted``, and leave the rest of them as it is.

        Only properties that these devices' kinds have (``Device.wanted``) are asked for. ``position=100`` opens a
        cover, ``moving=False`` stops it; ``on=False`` with a brightness leaves a light off; ``docked=True`` sends a
        vacuum home. Returns when the devices have acknowledged it, or at least the broker, hub or pin has; ``state``
        then tells it. Waits 2 seconds at most.

        Raises HomeError, with a sentence that can be spoken, where it cannot be done or is not acknowledged: "The
        lights do not answer; is the broker running?". Some devices may have changed then.
        """

    def close(self) -> None:
        """Give back what is open; may be called twice."""


class Outside(Driver, Protocol):
    """A driver of devices outside of this program."""

    def status(self) -> tuple[bool, str]:
        """Whether what it needs is reached, and a line about it, without waiting."""
