"""Devices behind an MQTT broker: those of Zigbee2MQTT, and those that say what they are on discovery topics."""

import logging
import socket
import ssl
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import paho.mqtt.client as paho
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode
from paho.mqtt.subscribeoptions import SubscribeOptions

from speaker.errors import HomeError, StoreError
from speaker.home.connections import MqttConfig
from speaker.home.device import Device, State
from speaker.home.found import Found
from speaker.home.line import Line, plainly
from speaker.home.thing import Thing, shows
from speaker.home.things import LONGEST_LIST, Things
from speaker.languages import fragment, say
from speaker.spoken import joined, the

log = logging.getLogger(__name__)

PATIENCE = 1.9
"""Seconds that a change may take, connecting included."""

_KEEPALIVE = 10  # seconds after which a silent broker is asked whether it is there
_SETTLED = 1.0  # seconds after the last news of devices: now all retained messages are there
_NOBODY = 0x10  # the broker's word for a message that nobody has subscribed to

_LATEST = 2000  # messages of whose fate the broker's word is kept


@dataclass(frozen=True, slots=True)
class _Sent:
    """A message on its way to a device."""

    device: Device
    thing: Thing
    number: int


class Mqtt:
    """The driver. Connects by itself, again and again; no method but ``change`` waits."""

    name = "mqtt"

    def __init__(
        self,
        config: MqttConfig,
        found: Found,
        described: Sequence[Device] = (),
        areas: Sequence[str] = (),
        resolved: Callable[[Path], Path] = Path.expanduser,
    ) -> None:
        """``described``: its devices among those of the configuration; ``areas``: those that names may begin with.

        Raises ConfigError where an address lacks something, StoreError for ``found``.
        """
        self._config, self._found, self._resolved = config, found, resolved
        self._things = Things(config.zigbee2mqtt, config.discovery, described, tuple(a.lower() for a in areas))
        self._remembered = found.recall()
        self._line = Line("mqtt", self._talk)
        self._changed = self._line.changed  # guards everything below and the things
        self._client: paho.Client | None = None  # the latest
        self._settle_at: float | None = None
        self._subscribed: set[str] = set()
        self._codes: dict[int, ReasonCode] = {}  # what the broker said of the latest messages
        self._settling = threading.Thread(target=self._keep_settling, name="mqtt-settle", daemon=True)
        self._settling.start()
        self._line.start()

    def devices(self) -> tuple[Device, ...]:
        """The devices that were found; until the broker has said which there are, those of last time."""
        with self._changed:
            fresh = self._things.found
            known = {str(device.address) for device in fresh}
            return (*fresh, *(d for d in self._remembered if str(d.address) not in known))

    def state(self, device: Device) -> State:
        """What a device told last."""
        with self._changed:
            return self._things.state(device)

    def status(self) -> tuple[bool, str]:
        """Whether the broker is reached, and a line about it."""
        host, port = self._config.where
        with self._changed:
            if not self._line.up:
                return False, f"{host}:{port}: {self._line.trouble or 'not reached yet'}"
            return True, f"{host}:{port}: {len(self._things.found)} devices found"

    def change(self, devices: Sequence[Device], wanted: State) -> None:
        """Tell devices what is wanted, and wait until their state shows it, where they have one that does.

        Raises HomeError after ``PATIENCE`` at most, naming those that did not answer.
        """
        until = time.monotonic() + PATIENCE
        with self._changed:
            if not self._line.reach(until) or self._client is None:
                raise HomeError(say("broker_unreached", why=self._line.trouble or fragment("no_answer")))
            client = self._client
            known = lambda: all(self._things.thing(device) for device in devices)  # noqa: E731
            self._changed.wait_for(known, until - time.monotonic())
            failures = [self._why_not(device) for device in devices]
            orders = [
                (device, thing, thing.order(wanted))
                for device, failure in zip(devices, failures, strict=True)
                if not failure and (thing := self._things.thing(device))
            ]
        # Not while the lock is held: paho has locks of its own, which it holds while it calls _on_publish.
        sent = [
            _Sent(device, thing, client.publish(topic, said, qos=1).mid)
            for device, thing, messages in orders
            for topic, said in messages
        ]
        with self._changed:
            done = lambda: all(self._is_done(each, wanted) for each in sent) or not self._is(client)  # noqa: E731
            self._changed.wait_for(done, until - time.monotonic())
            failures += self._unanswered(client, sent, wanted)
        if any(failures):
            raise HomeError(" ".join(dict.fromkeys(failure for failure in failures if failure)))

    def close(self) -> None:
        """Disconnect."""
        self._line.close(lambda: self._client and self._client.disconnect())
        self._settling.join(2.0)

    def _is(self, client: paho.Client) -> bool:
        """Whether that is the connection that there is."""
        return self._line.up and self._client is client

    def _why_not(self, device: Device) -> str:
        """Why a device cannot be told anything; "" where it can."""
        thing = self._things.thing(device)
        if thing is None:
            return say("broker_unknown", device=device.name)
        absent = self._things.absent(thing)
        if absent and absent.topic.endswith("bridge/state"):
            return say("broker_bridge")
        return say("broker_absent", device=device.name) if absent else ""

    def _is_done(self, sent: "_Sent", wanted: State) -> bool:
        code = self._codes.get(sent.number)
        if code is None or code.is_failure or code.value == _NOBODY:
            return code is not None
        return shows(self._things.state(sent.thing.device).known(), wanted, sent.thing.told)

    def _unanswered(self, client: paho.Client, sent: Sequence["_Sent"], wanted: State) -> list[str]:
        """What went wrong with messages that were sent, as sentences."""
        if any(each.number not in self._codes for each in sent):
            gone = fragment("does_not_answer" if self._is(client) else "went_away")
            return [say("broker_gone", why=gone)]
        silent, deaf, refused = list[str](), list[str](), list[str]()
        for each in sent:
            code, called = self._codes[each.number], the(each.device.name)
            if code.value == _NOBODY:
                deaf.append(called)
            elif code.is_failure:
                refused.append(called)
            elif not self._is_done(each, wanted):
                silent.append(called)
        says = []
        if silent:
            says.append(say("broker_silent", devices=_all(silent)))
        if deaf:
            says.append(say("broker_deaf", devices=_all(deaf)))
        if refused:
            says.append(say("broker_refused", devices=_all(refused)))
        return says

    def _talk(self) -> str:
        """One connection, from its beginning to its end; why it ended. Each has a client of its own, so that nothing
        that was wanted on a lost one is done later."""
        try:
            client = self._make()
            with self._changed:
                if self._line.closed:
                    return ""
                self._client = client
            limits = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]
            limits.MaximumPacketSize = LONGEST_LIST + 1024  # the broker keeps back what is longer
            host, port = self._config.where
            client.connect(host, port, keepalive=_KEEPALIVE, properties=limits)
            while client.loop() == paho.MQTT_ERR_SUCCESS:
                _acknowledge(client.socket())
        except Exception as error:  # what listens there may be no broker, and send anything
            log.debug("mqtt: %r", error)
            return plainly(error)
        return str(client.user_data_get()[0]) if client.user_data_get() else ""

    def _make(self) -> paho.Client:
        config = self._config
        client = paho.Client(CallbackAPIVersion.VERSION2, protocol=paho.MQTTv5, reconnect_on_failure=False, userdata=[])
        client.connect_timeout = 5.0
        # While it is set, only the thread of the loop writes to the socket: packets of two would get mixed up.
        client.on_socket_register_write = lambda *_: None
        if config.user is not None:
            file = config.password_file
            password = self._resolved(file).read_text(encoding="utf-8").strip() if file else None
            client.username_pw_set(config.user, password)
        if config.tls:
            authority = self._resolved(config.ca_file) if config.ca_file else None
            context = ssl.create_default_context(cafile=authority)
            context.sslsocket_class = _Closing
            client.tls_set_context(context)
        client.on_socket_open = _hurry
        client.on_connect = self._on_connect
        client.on_message = self._on_message
        client.on_publish = self._on_publish
        return client

    def _on_connect(self, client: paho.Client, trouble: list[str], _flags: Any, code: ReasonCode, _p: Any) -> None:
        if code.is_failure:
            trouble.append(fragment("trouble_says", what=str(code).lower()))
            return
        with self._changed:
            if self._line.closed:
                client.disconnect()
                return
            self._codes, self._subscribed = {}, set()
            self._settle_at = time.monotonic() + _SETTLED
            fresh = self._fresh()
            self._line.opened()
        _subscribe(client, fresh)

    def _on_message(self, client: paho.Client, _data: Any, message: paho.MQTTMessage) -> None:
        try:
            topic = message.topic
        except UnicodeDecodeError:
            return
        fresh: list[str] = []
        with self._changed:
            if self._things.hear(topic, bytes(message.payload)):
                fresh = self._fresh()
                self._settle_at = time.monotonic() + _SETTLED
            self._changed.notify_all()
        _subscribe(client, fresh)

    def _on_publish(self, _client: paho.Client, _data: Any, number: int, code: ReasonCode, _p: Any) -> None:
        with self._changed:
            self._codes[number] = code
            if len(self._codes) > _LATEST:
                del self._codes[next(iter(self._codes))]
            self._changed.notify_all()

    def _fresh(self) -> list[str]:
        """The topics that have not been subscribed to on this connection; now they are."""
        fresh = [topic for topic in self._things.topics if topic not in self._subscribed]
        self._subscribed |= set(fresh)
        return fresh

    def _keep_settling(self) -> None:
        """Once no more news of devices comes: keep which there are, and ask those that have told nothing."""
        while not self._line.closed:
            with self._changed:
                left = None if self._settle_at is None else self._settle_at - time.monotonic()
                if left is None or left > 0:
                    self._changed.wait(left)
                    continue
                self._settle_at = None
                if not self._line.up or self._client is None:
                    continue
                self._remembered = ()
                devices, asks, client = self._things.found, self._things.silent(), self._client
            for topic, said in asks:
                client.publish(topic, said)
            try:
                self._found.keep(devices)
            except StoreError as error:
                log.warning("cannot keep which devices there are: %s", error)


class _Closing(ssl.SSLSocket):
    """Closed where the other side is not trusted; paho leaves that to chance."""

    def do_handshake(self, block: bool = False) -> None:
        try:
            super().do_handshake(block)
        except OSError:
            self.close()
            raise


def _hurry(_client: paho.Client, _data: Any, opened: object) -> None:
    """Send what is written at once: a lamp should not wait until the broker has acknowledged the message before."""
    if isinstance(opened, socket.socket):
        opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)


def _acknowledge(opened: object) -> None:
    """Have the system acknowledge at once what was received, once: until it does, which may take it 40 ms, many brokers
    keep back the next message, and that is the lamp's answer."""
    if isinstance(opened, socket.socket) and hasattr(socket, "TCP_QUICKACK"):
        opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)


def _subscribe(client: paho.Client, topics: Sequence[str]) -> None:
    for at in range(0, len(topics), 100):
        client.subscribe([(topic, SubscribeOptions(qos=0)) for topic in topics[at : at + 100]])


def _all(names: Sequence[str]) -> str:
    return joined(dict.fromkeys(names))


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]
