"""A server that speaks Home Assistant's WebSocket API as far as Hark uses it: not the real one.

Its answers, states and registries are those that a real Home Assistant (core 2024.3.3, with its demo integration) gave,
from ``homeassistant_recorded.json``; what a service does to a state is imitated. The tests can also be run against a
real one, see ``test_home_homeassistant.py``.
"""

import copy
import json
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from websockets.exceptions import ConnectionClosed
from websockets.sync.server import Server, ServerConnection, serve

RECORDED = json.loads(Path(__file__).with_name("homeassistant_recorded.json").read_text(encoding="utf-8"))
TOKEN = "long-lived"


class Hub:
    """Can be stopped, hung, and made to send rubbish."""

    def __init__(self) -> None:
        self.states = {s["entity_id"]: copy.deepcopy(s) for s in RECORDED["get_states"]["result"]}
        self.called: list[dict[str, Any]] = []
        """The services that were called, without their ids."""
        self.lists = {name: copy.deepcopy(RECORDED[f"config/{name}_registry/list"]) for name in LISTS}
        self.seen: Callable[[], object] = lambda: None
        """Called when a service is called."""
        self.hanging = threading.Event()
        self.locks_turn = True
        self._events: list[tuple[ServerConnection, int, str]] = []
        self._open: list[ServerConnection] = []
        self._server: Server | None = None
        self._thread: threading.Thread | None = None
        self.port = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> "Hub":
        self._server = serve(self._speak, "127.0.0.1", self.port)
        self.port = int(self._server.socket.getsockname()[1])
        self._thread = threading.Thread(target=self._server.serve_forever, name="hub")
        self._thread.start()
        return self

    def stop(self) -> None:
        """As it ends when it is shut down: connections are closed, the port is free."""
        if self._server and self._thread:
            self._server.shutdown()
            for connection in list(self._open):
                connection.close()
            self._thread.join(10)
            self._server = None

    def send(self, message: str) -> None:
        """Say anything to all."""
        for connection in list(self._open):
            connection.send(message)

    def change(self, entity: str, state: str | None, **attributes: Any) -> None:
        """Something happens to an entity; None: it is gone."""
        old = self.states.pop(entity, None)
        new = None
        if state is not None:
            new = copy.deepcopy(old or {"entity_id": entity, "attributes": {}})
            new["state"] = state
            new["attributes"] |= attributes
            self.states[entity] = new
        event = copy.deepcopy(RECORDED["state_changed"]["event"])
        event["data"] = {"entity_id": entity, "old_state": old, "new_state": new}
        self.tell("state_changed", event)

    def tell(self, kind: str, event: dict[str, Any]) -> None:
        for connection, number, wanted in list(self._events):
            if wanted == kind:
                connection.send(json.dumps({"id": number, "type": "event", "event": {**event, "event_type": kind}}))

    def _speak(self, connection: ServerConnection) -> None:
        self._open.append(connection)
        try:
            connection.send(json.dumps(RECORDED["auth_required"]))
            right = json.loads(connection.recv())["access_token"] == TOKEN
            connection.send(json.dumps(RECORDED["auth_ok" if right else "auth_invalid"]))
            for message in connection if right else ():
                if not self.hanging.is_set():
                    self._answer(connection, json.loads(message))
        except ConnectionClosed:
            pass
        finally:
            self._open.remove(connection)
            self._events = [each for each in self._events if each[0] is not connection]

    def _answer(self, connection: ServerConnection, asked: dict[str, Any]) -> None:
        number, kind = asked.pop("id"), asked["type"]
        answer = RECORDED.get(kind, {})
        if kind == "subscribe_events":
            self._events.append((connection, number, asked["event_type"]))
        elif kind == "get_states":
            answer = {**answer, "result": list(self.states.values())}
        elif kind == "call_service":
            answer = self._call(asked)
        elif kind.split("/")[-1] == "list":
            answer = self.lists[kind.split("/")[1].removesuffix("_registry")]
        connection.send(json.dumps({**answer, "id": number}))

    def _call(self, asked: dict[str, Any]) -> dict[str, Any]:
        """What a service does, imitated, and its recorded result."""
        self.called.append({key: asked[key] for key in ("domain", "service", "service_data", "target")})
        self.seen()
        data = asked["service_data"]
        if data.get("temperature", 20) > 30:
            return dict(RECORDED["refused"])
        for entity in asked["target"]["entity_id"]:
            match asked["service"]:
                case "turn_on":
                    more = {"brightness": round(data["brightness_pct"] * 2.55)} if "brightness_pct" in data else {}
                    if "hs_color" in data:
                        more |= {"hs_color": list(data["hs_color"]), "color_mode": "hs"}
                    if "color_temp_kelvin" in data:
                        more |= {"color_temp_kelvin": data["color_temp_kelvin"], "color_mode": "color_temp"}
                    self.change(entity, "on", **more)
                case "turn_off":
                    self.change(entity, "off", brightness=None)
                case "lock" | "unlock" if self.locks_turn:
                    self.change(entity, f"{asked['service']}ed")
                case "set_temperature":
                    self.change(entity, self.states[entity]["state"], temperature=data["temperature"])
                case "set_hvac_mode":
                    self.change(entity, data["hvac_mode"])
                case "open_cover":
                    self.change(entity, "opening")
                case "start":
                    self.change(entity, "cleaning")
        return dict(RECORDED["call_service"])


LISTS = ("entity", "device", "area")
