"""Devices of a Home Assistant, through its WebSocket API: its registries and states are kept in step by its events."""

import json
import logging
import os
import ssl
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from websockets.exceptions import ConnectionClosed, InvalidHandshake
from websockets.sync.client import ClientConnection, connect

from speaker.errors import HomeError, StoreError
from speaker.home.connections import HomeAssistantConfig
from speaker.home.device import Device, State
from speaker.home.entities import ABSENT, DOMAINS, Call, Json, Registry, calls, device_of, state_of
from speaker.home.found import Found
from speaker.home.line import Line, plainly
from speaker.home.thing import shows
from speaker.languages import fragment, say
from speaker.spoken import joined, the

log = logging.getLogger(__name__)

TOKEN = "HARK_HOMEASSISTANT_TOKEN"
"""The variable of the environment that may hold the token."""

PATIENCE = 1.9
"""Seconds that a change may take, connecting included."""

MOST_DEVICES = 2000

_LONGEST_MESSAGE = 64 * 1024 * 1024  # bytes; all states of a big home are some of them
_ANSWER = 10.0  # seconds for the answers before everything else
_ALIVE = 10.0  # seconds after which a silent connection is asked, and again to answer
_SURE = frozenset({"locked"})  # properties that have to be seen before they are believed
_LISTS = {
    "config/area_registry/list": "area_id",
    "config/device_registry/list": "id",
    "config/entity_registry/list": "entity_id",
}
_EVENTS = ("state_changed", "area_registry_updated", "device_registry_updated", "entity_registry_updated")

_quiet = logging.getLogger("speaker.home.homeassistant.wire")
_quiet.disabled = True  # it would log the token


class HomeAssistant:
    """The driver. Connects by itself, again and again; no method but ``change`` waits."""

    name = "homeassistant"

    def __init__(
        self, config: HomeAssistantConfig, found: Found, resolved: Callable[[Path], Path] = Path.expanduser
    ) -> None:
        """Raises StoreError for ``found``."""
        self._config, self._found, self._resolved = config, found, resolved
        self._remembered = found.recall()
        self._line = Line("homeassistant", self._talk)
        self._changed = self._line.changed  # guards everything below
        self._socket: ClientConnection | None = None
        self._number = 0
        self._awaited: dict[int, Callable[[Any], None]] = {}
        self._results: dict[int, Json] = {}
        self._lists: dict[str, dict[str, Json]] = {}
        self._states: dict[str, Json] = {}
        self._devices: dict[str, Device] = {}
        self._fahrenheit = False
        self._line.start()

    def devices(self) -> tuple[Device, ...]:
        """The entities that are devices; before it has been reached, those of last time."""
        with self._changed:
            return tuple(self._devices.values()) or self._remembered

    def state(self, device: Device) -> State:
        """What its entity's state told last."""
        entity = str(device.address.get("entity"))
        with self._changed:
            return state_of(entity, self._states.get(entity, {}), self._fahrenheit)

    def status(self) -> tuple[bool, str]:
        """Whether it is reached, and a line about it."""
        with self._changed:
            if not self._line.up:
                return False, f"{self._config.url}: {self._line.trouble or 'not reached yet'}"
            return True, f"{self._config.url}: {len(self._devices)} devices found"

    def change(self, devices: Sequence[Device], wanted: State) -> None:
        """Call the services that do it, and wait for their results; a lock has to be seen to have turned, too.

        Raises HomeError after ``PATIENCE`` at most.
        """
        until = time.monotonic() + PATIENCE
        with self._changed:
            socket = self._socket if self._line.reach(until) else None
            if socket is None:
                raise HomeError(say("hub_unreached", why=self._line.trouble or fragment("no_answer")))
            absent = [d for d in devices if self._states.get(_entity(d), {}).get("state") in ABSENT]
            asked: dict[int, list[Device]] = {}
            messages = []
            for call, some in self._grouped([d for d in devices if d not in absent], wanted).items():
                number = self._next()
                asked[number] = some
                messages.append(_message(number, call, some))
        try:
            for message in messages:
                socket.send(message)
        except ConnectionClosed:
            raise HomeError(say("hub_gone")) from None
        with self._changed:
            told = [d for some in asked.values() for d in some]
            self._changed.wait_for(lambda: self._is_done(asked, told, wanted), until - time.monotonic())
            failures = self._unanswered(asked, absent, wanted)
            for number in asked:
                self._results.pop(number, None)
        if failures:
            raise HomeError(" ".join(dict.fromkeys(failures)))

    def close(self) -> None:
        """Disconnect."""
        self._line.close(lambda: None if self._socket is None else self._socket.close())

    def _grouped(self, devices: Sequence[Device], wanted: State) -> dict[Call, list[Device]]:
        """The calls to make, each with all devices that it does for."""
        groups: dict[Call, list[Device]] = {}
        for device in devices:
            for call in calls(device, wanted, self._states[_entity(device)], self._fahrenheit):
                groups.setdefault(call, []).append(device)
        return groups

    def _is_done(self, asked: Mapping[int, Sequence[Device]], told: Sequence[Device], wanted: State) -> bool:
        if not self._line.up or not all(number in self._results for number in asked):
            return not self._line.up
        failed = any(not self._results[number].get("success") for number in asked)
        return failed or all(self._shows(device, wanted) for device in told)

    def _shows(self, device: Device, wanted: State) -> bool:
        entity = _entity(device)
        return shows(state_of(entity, self._states.get(entity, {})).known(), wanted, _SURE)

    def _unanswered(self, asked: Mapping[int, Sequence[Device]], absent: Sequence[Device], wanted: State) -> list[str]:
        """What went wrong, as sentences."""
        failures = []
        if absent:
            failures.append(say("hub_absent", devices=_all(absent)))
        for number, some in asked.items():
            result = self._results.get(number)
            slow = some if result is None else [device for device in some if not self._shows(device, wanted)]
            if result is None and not self._line.up:
                failures.append(say("hub_gone"))
            elif result and not result.get("success"):
                failures.append(say("hub_refused", devices=_all(some), why=_reason(result)))
            elif slow:
                failures.append(say("hub_slow", devices=_all(slow)))
        return failures

    def _talk(self) -> str:
        """One connection, from its beginning to its end; why it ended."""
        try:
            token = self._token()
            tls = None
            if self._config.socket.startswith("wss"):
                authority = self._config.ca_file
                tls = ssl.create_default_context(cafile=self._resolved(authority) if authority else None)
            with connect(
                self._config.socket,
                ssl=tls,
                open_timeout=5,
                close_timeout=1,
                ping_interval=_ALIVE,
                ping_timeout=_ALIVE,
                max_size=_LONGEST_MESSAGE,
                logger=_quiet,
                proxy=None,
            ) as socket:
                return self._listen(socket, token)
        except ConnectionClosed:
            return fragment("trouble_gone")
        except Exception as error:  # what listens there may be anything
            log.debug("home assistant: %s", type(error).__name__)
            return _unreached(error)

    def _token(self) -> str:
        if self._config.token_file is None:
            return os.environ[TOKEN].strip()
        return self._resolved(self._config.token_file).read_text(encoding="utf-8").strip()

    def _listen(self, socket: ClientConnection, token: str) -> str:
        if _object(socket.recv(_ANSWER)).get("type") != "auth_required":
            return fragment("trouble_no_hub")
        socket.send(json.dumps({"type": "auth", "access_token": token}))
        if _object(socket.recv(_ANSWER)).get("type") != "auth_ok":
            return fragment("trouble_refuses_token")
        with self._changed:
            if self._line.closed:
                return ""
            self._socket, self._awaited, self._results, self._lists = socket, {}, {}, {}
        for event in _EVENTS:
            self._ask(socket, {"type": "subscribe_events", "event_type": event})
        self._ask(socket, {"type": "get_config"}, self._take_config)
        self._ask_registry(socket)
        self._ask(socket, {"type": "get_states"}, self._take_states)
        for message in socket:
            with self._changed:
                try:
                    again = self._take(_object(message))
                except (TypeError, ValueError, KeyError, AttributeError, RecursionError) as error:
                    log.warning("Home Assistant said something that makes no sense (%s)", type(error).__name__)
                    continue
                self._changed.notify_all()
            if again:
                self._ask_registry(socket)
        return fragment("trouble_gone")

    def _take(self, message: Json) -> bool:
        """Take a message in; whether the registries have changed."""
        number = message.get("id")
        if message.get("type") == "result" and isinstance(number, int):
            take = self._awaited.pop(number, None)
            if take is None:
                self._results[number] = message
            elif message.get("success"):
                take(message.get("result"))
            return False
        event = message.get("event")
        if message.get("type") != "event" or not isinstance(event, Mapping):
            return False
        if event.get("event_type") != "state_changed":
            return True
        data = event["data"]
        self._take_state(str(data["entity_id"]), data.get("new_state"))
        return False

    def _ask(self, socket: ClientConnection, what: Json, take: Callable[[Any], None] = lambda _: None) -> None:
        with self._changed:
            number = self._next()
            self._awaited[number] = take
        socket.send(json.dumps({"id": number, **what}))

    def _ask_registry(self, socket: ClientConnection) -> None:
        for which in _LISTS:
            self._ask(socket, {"type": which}, lambda result, w=which: self._take_list(socket, w, result))  # type: ignore[misc]

    def _take_list(self, socket: ClientConnection, which: str, result: Any) -> None:
        self._lists[which] = {str(each[_LISTS[which]]): each for each in result}
        if which == "config/entity_registry/list":  # it leaves the aliases out
            ids = [entity for entity in self._lists[which] if entity.split(".")[0] in DOMAINS][:MOST_DEVICES]
            number = self._next()
            self._awaited[number] = self._take_entries
            socket.send(json.dumps({"id": number, "type": "config/entity_registry/get_entries", "entity_ids": ids}))
        self._rebuild()

    def _take_entries(self, result: Any) -> None:
        entries = {entity: entry for entity, entry in result.items() if isinstance(entry, Mapping)}
        self._lists["config/entity_registry/list"] |= entries
        self._rebuild()

    def _take_config(self, result: Any) -> None:
        self._fahrenheit = result["unit_system"]["temperature"] == "°F"

    def _take_states(self, result: Any) -> None:
        self._states = {str(each["entity_id"]): each for each in result}
        self._rebuild()
        self._line.opened()

    def _take_state(self, entity: str, state: Any) -> None:
        if entity.split(".")[0] not in DOMAINS:
            return
        if not isinstance(state, Mapping):
            self._states.pop(entity, None)
            self._devices.pop(entity, None)
            return
        self._states[entity] = state
        device = device_of(entity, state, self._registry()) if state.get("state") not in ABSENT else None
        if device and (entity in self._devices or len(self._devices) < MOST_DEVICES):
            self._devices[entity] = device

    def _registry(self) -> Registry:
        areas, devices, entities = (self._lists.get(which, {}) for which in _LISTS)
        return Registry(entities, devices, areas, self._fahrenheit)

    def _rebuild(self) -> None:
        """The devices, from all that is known; kept once they are complete."""
        if set(self._lists) != set(_LISTS) or not self._states:
            return
        registry = self._registry()
        made = {entity: device_of(entity, state, registry) for entity, state in self._states.items()}
        self._devices = dict([(entity, device) for entity, device in made.items() if device][:MOST_DEVICES])
        try:
            self._found.keep(self._devices.values())
        except StoreError as error:
            log.warning("cannot keep which devices there are: %s", error)

    def _next(self) -> int:
        self._number += 1
        return self._number


def _entity(device: Device) -> str:
    return str(device.address.get("entity"))


def _message(number: int, call: Call, devices: Sequence[Device]) -> str:
    domain, _, service = call.service.partition(".")
    target = {"entity_id": [_entity(device) for device in devices]}
    says = {"id": number, "type": "call_service", "domain": domain, "service": service}
    return json.dumps({**says, "service_data": dict(call.data), "target": target})


def _object(message: str | bytes) -> Json:
    said = json.loads(message)
    return said if isinstance(said, Mapping) else {}


def _reason(result: Json) -> str:
    error = result.get("error")
    message = error.get("message") if isinstance(error, Mapping) else None
    return " ".join(str(message or fragment("no_reason")).split())[:120].rstrip(".")


def _all(devices: Sequence[Device]) -> str:
    return joined(dict.fromkeys(the(device.name) for device in devices))


def _unreached(error: Exception) -> str:
    """Why there is no connection, in a few words."""
    if isinstance(error, KeyError):
        return fragment("trouble_token", variable=TOKEN)
    if isinstance(error, InvalidHandshake | ValueError) and not isinstance(error, OSError):
        return fragment("trouble_no_hub")
    return plainly(error)
