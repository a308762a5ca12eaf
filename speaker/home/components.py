"""The components of MQTT discovery: how a light, a cover, a lock … is told and tells. Pure functions.

A component is described by the keys of its message, see ``discovery``; each here makes of them its kind, its features
and its orders, and adds to the draft what it reports.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from speaker.home import colors
from speaker.home.device import State
from speaker.home.templates import reader, writer
from speaker.home.thing import Message, Read, Report, those

_COVERS = {"curtain": "curtain", "garage": "garage door", "gate": "gate", "awning": "awning", "shutter": "shutter"}
_SENSED = {"temperature": "temperature", "humidity": "humidity", "battery": "battery"}
_CONTACTS = {"door": "door", "window": "window", "opening": "door", "garage_door": "door"}
_MOVED = {"motion", "occupancy", "presence"}


@dataclass(slots=True)
class Draft:
    """A thing while it is put together."""

    says: Mapping[str, Any]
    reports: list[Report]
    told: set[str]

    def text(self, key: str, usual: str = "") -> str:
        value = self.says.get(key, usual)
        return value if isinstance(value, str) else json.dumps(value) if isinstance(value, int | float) else usual

    def topic(self, key: str) -> str:
        """A topic, with ``~`` for what all of them begin with; "" where there is none that can be used."""
        topic, base = self.text(key), self.text("~")
        if topic.startswith("~"):
            topic = base + topic[1:]
        elif topic.endswith("~"):
            topic = topic[:-1] + base
        return "" if any(sign in topic for sign in "+#\x00") or len(topic) > 500 else topic

    def number(self, key: str, usual: float) -> float:
        value = self.says.get(key)
        return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else usual

    def tells(self, topic: str, template: str, prop: str, convert: Callable[[Any], Any]) -> None:
        """Read a property from a topic; ``convert`` gives None for what says nothing."""
        take = reader(self.says.get(template))
        if not self.topic(topic) or take is None:
            return

        def read(payload: str) -> dict[str, Any]:
            value = convert(take(payload))
            return {} if value is None else {prop: value}

        self.reports.append(Report(self.topic(topic), read))
        self.told.add(prop)


Orders = Callable[[State], list[Message]]


Made = tuple[str, frozenset[str], Orders] | None


def _switch(draft: Draft, kind: str = "switch") -> Made:
    topic = draft.topic("command_topic")
    if not topic:
        return None
    on, off = draft.text("payload_on", "ON"), draft.text("payload_off", "OFF")
    words = {draft.text("state_on", on): True, draft.text("state_off", off): False}
    template = "state_value_template" if "state_value_template" in draft.says else "value_template"
    draft.tells("state_topic", template, "on", lambda value: words.get(str(value)))
    kind = "plug" if draft.says.get("device_class") == "outlet" else kind

    def orders(wanted: State) -> list[Message]:
        return [] if wanted.on is None else [(topic, on if wanted.on else off)]

    return kind, frozenset(), orders


def _fan(draft: Draft) -> Made:
    return _switch(draft, "fan")


def _light(draft: Draft) -> Made:
    schema = draft.says.get("schema", "basic")
    if schema == "json":
        return _json_light(draft)
    made = _switch(draft, "light") if schema in ("basic", "default") else None
    if made is None:
        return None
    kind, _, switch = made
    scale = draft.number("brightness_scale", 255)
    bright, hs, rgb = (draft.topic(f"{name}_command_topic") for name in ("brightness", "hs", "rgb"))
    draft.tells("brightness_state_topic", "brightness_value_template", "brightness", lambda v: _percent(v, scale))
    draft.tells("hs_state_topic", "hs_value_template", "color", lambda v: colors.of_hs(*_numbers(v, 2)))
    draft.tells("rgb_state_topic", "rgb_value_template", "color", lambda v: colors.of_rgb(*_numbers(v, 3)))

    def orders(wanted: State) -> list[Message]:
        says = switch(wanted)
        if wanted.on is False:
            return says
        if wanted.brightness is not None and bright:
            says.append((bright, str(round(wanted.brightness * scale / 100))))
        if wanted.color is not None and (color := colors.called(wanted.color)):
            if hs:
                says.append((hs, f"{color.hue:g},{color.saturation:g}"))
            elif rgb:
                says.append((rgb, ",".join(map(str, color.rgb))))
        return says

    return kind, those(dimmable=bool(bright), colored=bool(hs or rgb)), orders


def _json_light(draft: Draft) -> Made:
    topic, scale = draft.topic("command_topic"), draft.number("brightness_scale", 255)
    if not topic:
        return None
    listed = draft.says.get("supported_color_modes")
    modes = {mode for mode in listed if isinstance(mode, str)} if isinstance(listed, list) else set()
    old = {name for name in ("hs", "rgb", "xy") if draft.says.get(name) is True}
    mode = next((name for name in ("hs", "rgb", "rgbw", "rgbww", "xy") if name in modes | old), None)
    dimmable = bool(draft.says.get("brightness") is True or modes - {"onoff"})

    def orders(wanted: State) -> list[Message]:
        says: dict[str, Any] = {}
        if wanted.on is not None or wanted.brightness is not None or wanted.color is not None:
            says["state"] = "OFF" if wanted.on is False else "ON"
        if wanted.on is not False:
            if wanted.brightness is not None:
                says["brightness"] = round(wanted.brightness * scale / 100)
            if wanted.color is not None and mode and (color := colors.called(wanted.color)):
                red, green, blue = color.rgb
                hs = {"h": color.hue, "s": color.saturation}
                says["color"] = hs if mode in ("hs", "xy") else {"r": red, "g": green, "b": blue}
        return [(topic, json.dumps(says))] if says else []

    if draft.topic("state_topic"):
        draft.reports.append(Report(draft.topic("state_topic"), _read_json_light(scale, bool(mode))))
        draft.told |= those(on=True, brightness=dimmable, color=bool(mode))
    return "light", those(dimmable=dimmable, colored=bool(mode)), orders


def _read_json_light(scale: float, colored: bool) -> Read:
    def read(payload: str) -> dict[str, Any]:
        told = json.loads(payload)
        values: dict[str, Any] = {}
        if told.get("state") in ("ON", "OFF"):
            values["on"] = told["state"] == "ON"
        if "brightness" in told:
            values["brightness"] = _percent(told["brightness"], scale)
        color = told.get("color") if colored else None
        if isinstance(color, Mapping):
            if "h" in color and "s" in color:
                values["color"] = colors.of_hs(float(color["h"]), float(color["s"]))
            elif {"r", "g", "b"} <= set(color):
                values["color"] = colors.of_rgb(*(float(color[c]) for c in "rgb"))
            elif "x" in color and "y" in color:
                values["color"] = colors.of_xy(float(color["x"]), float(color["y"]))
        return values

    return read


def _cover(draft: Draft) -> Made:
    topic, set_position = draft.topic("command_topic"), draft.topic("set_position_topic")
    opened, closed = draft.number("position_open", 100), draft.number("position_closed", 0)
    put = writer(draft.says.get("set_position_template"))
    positioned = bool(set_position and put) and opened != closed
    if not topic and not positioned:
        return None
    words = {
        draft.text("state_open", "open"): True,
        draft.text("state_opening", "opening"): True,
        draft.text("state_closing", "closing"): True,
        draft.text("state_closed", "closed"): False,
    }
    going = {draft.text("state_opening", "opening"), draft.text("state_closing", "closing")}
    draft.tells("state_topic", "value_template", "open", lambda v: words.get(str(v)))
    draft.tells("state_topic", "value_template", "moving", lambda v: str(v) in going if str(v) in words else None)
    draft.tells("position_topic", "position_template", "position", lambda v: _within(float(v), closed, opened))

    def orders(wanted: State) -> list[Message]:
        if wanted.moving is False:
            return [(topic, draft.text("payload_stop", "STOP"))] if topic else []
        if wanted.position is None:
            return []
        if wanted.position in (0, 100) and topic:
            return [(topic, draft.text("payload_open", "OPEN") if wanted.position else _close(draft))]
        at = round(closed + wanted.position * (opened - closed) / 100)
        return [(set_position, put(at))] if positioned and put else []

    kind = _COVERS.get(str(draft.says.get("device_class")), "blind")
    return kind, those(positioned=positioned), orders


def _close(draft: Draft) -> str:
    return draft.text("payload_close", "CLOSE")


def _climate(draft: Draft) -> Made:
    target, mode = draft.topic("temperature_command_topic"), draft.topic("mode_command_topic")
    put = writer(draft.says.get("temperature_command_template"))
    listed = draft.says.get("modes")
    modes = [m for m in listed if isinstance(m, str)] if isinstance(listed, list) else ["auto", "off", "cool", "heat"]
    running = next((m for m in ("heat", "auto", "heat_cool", "cool") if m in modes), None)
    if not target and not mode:
        return None
    draft.tells("temperature_state_topic", "temperature_state_template", "target", float)
    draft.tells("current_temperature_topic", "current_temperature_template", "temperature", float)
    draft.tells("mode_state_topic", "mode_state_template", "on", lambda v: str(v) != "off")

    def orders(wanted: State) -> list[Message]:
        says: list[Message] = []
        if wanted.on is not None and mode and running and (wanted.on or "off" in modes):
            says.append((mode, running if wanted.on else "off"))
        if wanted.target is not None and target and put:
            says.append((target, put(wanted.target)))
        return says

    return "thermostat", frozenset(), orders


def _lock(draft: Draft) -> Made:
    topic = draft.topic("command_topic")
    if not topic:
        return None
    words = {draft.text("state_locked", "LOCKED"): True, draft.text("state_unlocked", "UNLOCKED"): False}
    draft.tells("state_topic", "value_template", "locked", lambda v: words.get(str(v)))

    def orders(wanted: State) -> list[Message]:
        if wanted.locked is None:
            return []
        return [
            (topic, draft.text("payload_lock", "LOCK") if wanted.locked else draft.text("payload_unlock", "UNLOCK"))
        ]

    return "lock", frozenset(), orders


def _vacuum(draft: Draft) -> Made:
    topic = draft.topic("command_topic")
    if not topic:
        return None
    if draft.topic("state_topic"):
        draft.reports.append(Report(draft.topic("state_topic"), _read_vacuum))
        draft.told |= {"cleaning", "docked", "battery"}

    def orders(wanted: State) -> list[Message]:
        if wanted.docked:
            return [(topic, draft.text("payload_return_to_base", "return_to_base"))]
        return [(topic, draft.text("payload_start", "start"))] if wanted.cleaning else []

    return "vacuum", frozenset(), orders


def _read_vacuum(payload: str) -> dict[str, Any]:
    told = json.loads(payload)
    values: dict[str, Any] = {}
    if isinstance(told.get("state"), str):
        values = {"cleaning": told["state"] == "cleaning", "docked": told["state"] == "docked"}
    return values | ({"battery": round(told["battery_level"])} if "battery_level" in told else {})


def _scene(draft: Draft) -> Made:
    topic = draft.topic("command_topic")
    if not topic:
        return None
    on = draft.text("payload_on", "ON")
    return "scene", frozenset(), lambda wanted: [(topic, on)] if wanted.on else []


def _sensor(draft: Draft) -> Made:
    kind = _SENSED.get(str(draft.says.get("device_class")))
    if kind is None or not draft.topic("state_topic"):
        return None
    fahrenheit = draft.says.get("unit_of_measurement") in ("°F", "F") and kind == "temperature"
    draft.tells("state_topic", "value_template", kind, lambda v: _measured(kind, float(v), fahrenheit))
    return kind, frozenset(), lambda wanted: []


def _binary(draft: Draft) -> Made:
    said = str(draft.says.get("device_class"))
    kind = "motion" if said in _MOVED else _CONTACTS.get(said)
    if kind is None or not draft.topic("state_topic"):
        return None
    words = {draft.text("payload_on", "ON"): True, draft.text("payload_off", "OFF"): False}
    prop = "motion" if kind == "motion" else "open"
    draft.tells("state_topic", "value_template", prop, lambda v: words.get(str(v)))
    return kind, frozenset(), lambda wanted: []


COMPONENTS: Mapping[str, Callable[[Draft], Made]] = {
    "light": _light,
    "switch": _switch,
    "fan": _fan,
    "cover": _cover,
    "climate": _climate,
    "lock": _lock,
    "vacuum": _vacuum,
    "scene": _scene,
    "sensor": _sensor,
    "binary_sensor": _binary,
}


def _measured(kind: str, value: float, fahrenheit: bool) -> float | int:
    if kind == "battery":
        return round(value)
    return round((value - 32) / 1.8, 1) if fahrenheit else value


def _percent(value: Any, scale: float) -> int:
    return round(100 * min(max(float(value) / scale, 0.0), 1.0))


def _within(value: float, closed: float, opened: float) -> int | None:
    return None if opened == closed else round(100 * min(max((value - closed) / (opened - closed), 0.0), 1.0))


def _numbers(value: Any, count: int) -> Iterable[float]:
    parts = str(value).split(",")
    if len(parts) != count:
        raise ValueError("not so many numbers")
    return [float(part) for part in parts]
