"""Simulated devices: what they do is a value in the store, and nothing is switched in the real world."""

from collections.abc import Sequence

from speaker.home.device import CLIMATES, COVERS, LOCKS, PROPERTIES, SENSORS, VACUUMS, Device, State
from speaker.store import PluginStore


class Simulated:
    """The driver of devices that name no other. It does at once what is wanted; a room never gets warmer."""

    name = "simulated"

    def __init__(self, store: PluginStore) -> None:
        self._store = store

    def devices(self) -> tuple[Device, ...]:
        """None: it has only those that are described."""
        return ()

    def state(self, device: Device) -> State:
        """What was wanted last, else what it did at first."""
        return first(device).but(State.believed(self._store.get(device.key, {})))

    def change(self, devices: Sequence[Device], wanted: State) -> None:
        """Keep it; it is on the disk when this returns. Raises StoreError."""
        # For good: the home itself takes changes back, those of every driver alike.
        with self._store.for_good(), self._store.atomic():
            for device in devices:
                self._store.set(device.key, dict(after(self.state(device), wanted).known()))

    def close(self) -> None:
        """Nothing is open."""


def first(device: Device) -> State:
    """What a device does before anything was wanted of it."""
    if device.kind in COVERS:
        start = State(position=0, open=False, moving=False)
    elif device.kind in LOCKS:
        start = State(locked=True)
    elif device.kind in VACUUMS:
        start = State(cleaning=False, docked=True)
    elif device.kind in CLIMATES:
        start = State(on=True, target=20.0, temperature=20.0)
    elif device.kind in SENSORS:
        start = State()  # what it measures stands in the description, or is not known
    else:
        brightness, color = 100 if device.dimmable else None, "white" if device.colored else None
        start = State(on=False, brightness=brightness, color=color)
    return after(start, device.start)


def after(now: State, wanted: State) -> State:
    """What a device does once it has what is wanted: one property may bring another."""
    brought = State()
    if (wanted.room is None and wanted.cleaning is not None) or wanted.docked:
        now = now.only(frozenset(PROPERTIES) - {"room"})
    if wanted.position is not None:
        brought = State(open=wanted.position > 0, moving=False)
    if wanted.cleaning:
        brought = State(docked=False)
    if wanted.docked:
        brought = State(cleaning=False)
    return now.but(brought).but(wanted)
