"""All things of a broker: what is known of them, and what each message changes. No connection inside, no lock."""

import json
import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from speaker.errors import ConfigError
from speaker.home import discovery, zigbee
from speaker.home.device import Device, State
from speaker.home.thing import Message, Presence, Report, Thing

log = logging.getLogger(__name__)

LONGEST_MESSAGE = 64 * 1024
"""Bytes of a message that is read; a longer one is none of a device."""

LONGEST_LIST = 16 * 1024 * 1024
"""Bytes of the list of all devices of Zigbee2MQTT."""

MOST_THINGS = 2000


def key_of(device: Device) -> str:
    """What tells a device's address from others."""
    return json.dumps(device.address, sort_keys=True, default=str)


class Things:
    """Knows them, and what they told."""

    def __init__(self, base: str, prefix: str, described: Iterable[Device], areas: Sequence[str]) -> None:
        """``base`` and ``prefix``: the beginnings of Zigbee2MQTT's and the discovery's topics.

        Raises ConfigError where an address lacks something.
        """
        self._base, self._prefix, self._areas = base, prefix, areas
        self._things: dict[str, Thing] = {}
        self._from: dict[str, list[str]] = {}  # the topics that things were found on, with their keys
        self._listeners: dict[str, list[tuple[str, Report | Presence]]] = {}
        self._values: dict[str, dict[str, Any]] = {}
        self._present: dict[tuple[str, str], bool] = {}
        self._grumbled: set[str] = set()
        for device in described:
            if not {"zigbee", "discovery"} & set(device.address):  # those are found, and only named otherwise
                try:
                    self._add("", [discovery.described(device)], key_of(device))
                except ValueError as error:
                    raise ConfigError(f"home.areas.{device.area}.{device.name}.address: {error}") from error

    def __iter__(self) -> Iterator[Thing]:
        return iter(self._things.values())

    @property
    def found(self) -> list[Device]:
        """The devices that were found, not described."""
        return [self._things[key].device for source, keys in self._from.items() if source for key in keys]

    @property
    def topics(self) -> list[str]:
        """All that is to be listened to."""
        fixed = [f"{self._base}/bridge/devices", f"{self._base}/bridge/state"]
        fixed += [f"{self._prefix}/+/config", f"{self._prefix}/+/+/config", f"{self._prefix}/+/+/+/config"]
        return [*fixed, *(topic for topic in self._listeners if topic not in fixed)]

    def thing(self, device: Device) -> Thing | None:
        """How a device is spoken with; None where it has not been found yet."""
        return self._things.get(key_of(device))

    def state(self, device: Device) -> State:
        """What a device told last."""
        return State.believed(self._values.get(key_of(device), {}))

    def absent(self, thing: Thing) -> Presence | None:
        """Where it is said that a thing is not there; None where it is, or nothing is said."""
        key = key_of(thing.device)
        return next((p for p in thing.presences if self._present.get((key, p.topic)) is False), None)

    def silent(self) -> list[Message]:
        """What asks the things of whose state nothing is known."""
        return [ask for key, thing in self._things.items() if not self._values.get(key) for ask in thing.asks]

    def hear(self, topic: str, payload: bytes) -> bool:
        """Take a message in; whether it changed which things there are. What makes no sense is logged once a topic."""
        try:
            return self._hear(topic, payload)
        except RecursionError:
            self._grumble(topic, "is nested too deeply")
        except Exception as error:  # a broker may send anything
            self._grumble(topic, f"makes no sense ({type(error).__name__}: {str(error)[:80]})")
        return False

    def _hear(self, topic: str, payload: bytes) -> bool:
        listed = topic == f"{self._base}/bridge/devices"
        if len(payload) > (LONGEST_LIST if listed else LONGEST_MESSAGE):
            self._grumble(topic, f"is too long, {len(payload)} bytes")
            return False
        text = payload.decode("utf-8")
        if listed:
            return self._take(topic, zigbee.things(text, self._base, self._areas))
        if topic.startswith(f"{self._prefix}/") and topic.endswith("/config"):
            # Of its own devices Zigbee2MQTT says there what it says in its list, where there is more.
            twice = f'"{self._base}/' in text
            return self._take(topic, [] if twice else discovery.things(topic, text, self._prefix))
        for key, listener in self._listeners.get(topic, ()):
            try:
                self._listen(key, listener, text)
            except Exception as error:  # what one reader cannot take, another may: they share a topic
                self._grumble(topic, f"makes no sense ({type(error).__name__}: {str(error)[:80]})")
        return False

    def _listen(self, key: str, listener: Report | Presence, text: str) -> None:
        if isinstance(listener, Presence):
            present = listener.read(text)
            if present is not None:
                self._present[key, listener.topic] = present
            return
        told = State.believed(_rounded(listener.read(text))).known()
        self._values.setdefault(key, {}).update(told)

    def _take(self, source: str, things: Sequence[Thing]) -> bool:
        """Have these things in place of those that were found on the same topic; whether that changed anything."""
        gone = self._from.pop(source, [])
        before = [self._things[key].device for key in gone]
        for key in gone:
            self._remove(key)
        self._add(source, things)
        after = [self._things[key].device for key in self._from.get(source, ())]
        keys = {key_of(device) for device in after}
        for device in before:
            if key_of(device) not in keys:
                self._values.pop(key_of(device), None)
        return before != after or [d.address for d in before] != [d.address for d in after]

    def _add(self, source: str, things: Sequence[Thing], key: str | None = None) -> None:
        for thing in things:
            name = key or key_of(thing.device)
            if name in self._things or len(self._things) >= MOST_THINGS:
                continue
            self._things[name] = thing
            self._from.setdefault(source, []).append(name)
            for each in thing.listeners:
                self._listeners.setdefault(each.topic, []).append((name, each))

    def _remove(self, key: str) -> None:
        thing = self._things.pop(key)
        for topic in {each.topic for each in thing.listeners}:
            left = [(name, each) for name, each in self._listeners[topic] if name != key]
            if left:
                self._listeners[topic] = left
            else:
                del self._listeners[topic]

    def _grumble(self, topic: str, what: str) -> None:
        if topic not in self._grumbled and len(self._grumbled) < 200:
            self._grumbled.add(topic)
            log.warning(
                "what the broker says on %s %s; it is ignored", topic[:80].encode("unicode_escape").decode(), what
            )


def _rounded(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: round(v) if name in _WHOLE and isinstance(v, float) else v for name, v in values.items()}


_WHOLE = ("brightness", "position", "battery")
