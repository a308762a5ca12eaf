"""A real mosquitto on a free port of this machine, and a second client that plays the devices of Zigbee2MQTT."""

import json
import shutil
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import paho.mqtt.client as paho

MOSQUITTO = shutil.which("mosquitto") or shutil.which("mosquitto", path="/usr/sbin")


def until(true: Callable[[], Any], seconds: float = 10.0) -> None:
    """Wait for something that has to become so."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not become so"
        time.sleep(0.005)


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


class Broker:
    """Can be killed, paused and started again, on the same port."""

    def __init__(self, folder: Path, *lines: str) -> None:
        assert MOSQUITTO
        self.port = free_port()
        self._config = folder / "mosquitto.conf"
        plain = [f"listener {self.port} 127.0.0.1", "persistence false", "log_dest none", "user root"]
        self._config.write_text("\n".join([*plain, *(lines or ["allow_anonymous true"])]) + "\n")
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> "Broker":
        assert MOSQUITTO
        self._process = subprocess.Popen([MOSQUITTO, "-c", str(self._config)], stderr=subprocess.DEVNULL)
        until(self._listens)
        return self

    def pause(self) -> None:
        """It keeps its connections and does nothing."""
        assert self._process
        self._process.send_signal(signal.SIGSTOP)

    def go_on(self) -> None:
        assert self._process
        self._process.send_signal(signal.SIGCONT)

    def kill(self) -> None:
        if self._process:
            self._process.kill()
            self._process.wait(10)
            self._process = None

    def _listens(self) -> bool:
        with socket.socket() as knock:
            return knock.connect_ex(("127.0.0.1", self.port)) == 0


class Zigbee:
    """Plays Zigbee2MQTT: says which devices there are, does what they are told, remembers every message."""

    def __init__(self, port: int, devices: list[dict[str, Any]], base: str = "zigbee2mqtt") -> None:
        self.base = base
        self.heard: list[tuple[str, Any]] = []
        self.states: dict[str, dict[str, Any]] = {d["friendly_name"]: {} for d in devices}
        self.deaf: set[str] = set()
        """Devices that do not answer."""
        self.seen: Callable[[], object] = lambda: None
        """Called when a device has been told something."""
        self._devices = devices
        self._subscribed = threading.Event()
        self._client = paho.Client(paho.CallbackAPIVersion.VERSION2, protocol=paho.MQTTv5)
        self._client.reconnect_delay_set(0.1, 0.1)  # type: ignore[arg-type]
        self._client.on_socket_open = lambda _c, _d, opened: opened.setsockopt(
            socket.IPPROTO_TCP, socket.TCP_NODELAY, 1
        )
        self._client.on_connect = self._on_connect
        self._client.on_message = self._on_message
        self._client.on_subscribe = lambda *_: self._subscribed.set()
        self._client.connect("127.0.0.1", port)
        self._client.loop_start()
        assert self._subscribed.wait(10)

    def publish(self, topic: str, said: Any, retain: bool = False) -> None:
        """Say anything; text and bytes as they are, all else as JSON."""
        self._client.publish(topic, said if isinstance(said, str | bytes) else json.dumps(said), 1, retain)

    def told(self, name: str) -> list[Any]:
        """What a device was told to do."""
        return [said for topic, said in self.heard if topic == f"{self.base}/{name}/set"]

    def close(self) -> None:
        self._client.disconnect()
        self._client.loop_stop()

    def _on_connect(self, client: paho.Client, *_: Any) -> None:
        client.subscribe([(f"{self.base}/+/set", 1), (f"{self.base}/+/+/set", 1), (f"{self.base}/+/get", 1)])
        self.publish(f"{self.base}/bridge/state", {"state": "online"}, retain=True)
        self.publish(f"{self.base}/bridge/devices", self._devices, retain=True)

    def _on_message(self, _client: paho.Client, _data: Any, message: paho.MQTTMessage) -> None:
        self.seen()
        said = json.loads(message.payload)
        name, _, what = message.topic.removeprefix(f"{self.base}/").rpartition("/")
        if what == "set":
            self.states.setdefault(name, {}).update(said)
        if name not in self.deaf and self.states.get(name):
            self.publish(f"{self.base}/{name}", self.states[name])
        self.heard.append((message.topic, said))


def binary(name: str, on: Any = "ON", off: Any = "OFF", access: int = 7, key: str | None = None) -> dict[str, Any]:
    return {
        "type": "binary", "name": name, "property": key or name, "access": access, "value_on": on, "value_off": off,
    }  # fmt: skip


def numeric(name: str, access: int = 7, **more: Any) -> dict[str, Any]:
    return {"type": "numeric", "name": name, "property": name, "access": access, **more}


COLOR_XY = {"type": "composite", "name": "color_xy", "property": "color", "access": 7, "features": []}
WHITE = numeric("color_temp", value_min=153, value_max=500)
LAMP = [binary("state"), numeric("brightness", value_min=0, value_max=254)]


def zigbee(name: str, *exposes: Mapping[str, Any], **more: Any) -> dict[str, Any]:
    """A device as Zigbee2MQTT lists it."""
    return {
        "ieee_address": "0x0017880104e45517", "type": "Router", "friendly_name": name, "disabled": False,
        "definition": {"model": "X", "vendor": "V", "description": "A thing", "exposes": list(exposes)}, **more,
    }  # fmt: skip


def light(*features: Mapping[str, Any]) -> dict[str, Any]:
    return {"type": "light", "features": list(features)}


DEVICES = [
    {"ieee_address": "0x00", "type": "Coordinator", "friendly_name": "Coordinator", "definition": None},
    zigbee("kitchen/ceiling_light", light(*LAMP)),
    zigbee("Desk Lamp", light(*LAMP, COLOR_XY, WHITE), description="office"),
    zigbee("Kettle Plug", {"type": "switch", "features": [binary("state")]}, description="area: Kitchen"),
    zigbee(
        "hall switch",
        {"type": "switch", "endpoint": "left", "features": [binary("state", key="state_left")]},
        {"type": "switch", "endpoint": "right", "features": [binary("state", key="state_right")]},
    ),
    zigbee(
        "office blind",
        {"type": "cover", "features": [binary("state", "OPEN", "CLOSE"), numeric("position", value_max=100)]},
    ),
    zigbee(
        "front door",
        {
            "type": "lock",
            "features": [binary("state", "LOCK", "UNLOCK"), {"type": "enum", "name": "lock_state", "access": 1}],
        },
        numeric("battery", 1),
    ),
    zigbee(
        "bedroom thermostat",
        {
            "type": "climate",
            "features": [
                numeric("occupied_heating_setpoint"),
                numeric("local_temperature", 5),
                {"type": "enum", "name": "system_mode", "property": "system_mode", "access": 7,
                 "values": ["off", "heat", "auto"]},
            ],
        },
    ),
    zigbee("bathroom sensor", numeric("temperature", 1), numeric("humidity", 1), numeric("battery", 1)),
    zigbee("garage window", binary("contact", False, True, 1)),
    zigbee("0x00158d0001a2b3c4", light(*LAMP)),
]  # fmt: skip
