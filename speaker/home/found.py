"""Devices that a driver found by itself, kept on the disk: after a start they have names before anything answers."""

from collections.abc import Iterable
from typing import Any

from speaker.home.device import Device
from speaker.store import PluginStore

MOST = 2000
"""So many are kept of one driver."""


class Found:
    """The memory of one driver."""

    def __init__(self, store: PluginStore, driver: str) -> None:
        self._store, self._driver = store, driver

    def recall(self) -> tuple[Device, ...]:
        """The devices of last time. Raises StoreError."""
        kept = self._store.get(f"found/{self._driver}", [])
        return tuple(_device(each, self._driver) for each in kept)

    def keep(self, devices: Iterable[Device]) -> None:
        """Keep these in their place; on the disk when it returns. Raises StoreError."""
        plain = [_plain(device) for device in devices][:MOST]
        if plain != self._store.get(f"found/{self._driver}", []):
            self._store.set(f"found/{self._driver}", plain)


def _plain(device: Device) -> dict[str, Any]:
    return {
        "name": device.name,
        "area": device.area,
        "kind": device.kind,
        "aliases": list(device.aliases),
        "features": sorted(device.features),
        "address": dict(device.address),
    }


def _device(kept: dict[str, Any], driver: str) -> Device:
    return Device(
        kept["name"],
        kept["area"],
        kept["kind"],
        tuple(kept["aliases"]),
        frozenset(kept["features"]),
        driver,
        kept["address"],
    )
