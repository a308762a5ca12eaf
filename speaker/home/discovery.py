"""What devices say of themselves on Home Assistant's MQTT discovery topics. Pure functions.

A retained message on ``homeassistant/light/…/config`` names the topics and payloads of one light; ESPHome, Tasmota and
many others send them. The same keys may stand in a device's address, for one that says nothing of itself.
"""

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from speaker.home.components import COMPONENTS, Draft
from speaker.home.device import Device, State
from speaker.home.templates import reader
from speaker.home.thing import Message, Presence, Thing, spoken, unable

MOST_COMPONENTS = 200
"""So many are taken from one message of a device."""

_SHORT = {
    "avty": "availability", "avty_t": "availability_topic", "avty_tpl": "availability_template",
    "bri_cmd_t": "brightness_command_topic", "bri_scl": "brightness_scale", "bri_stat_t": "brightness_state_topic",
    "bri_val_tpl": "brightness_value_template", "cmd_t": "command_topic", "cmps": "components",
    "curr_temp_t": "current_temperature_topic", "curr_temp_tpl": "current_temperature_template", "dev": "device",
    "dev_cla": "device_class", "hs_cmd_t": "hs_command_topic", "hs_stat_t": "hs_state_topic",
    "hs_val_tpl": "hs_value_template", "mode_cmd_t": "mode_command_topic", "mode_stat_t": "mode_state_topic",
    "mode_stat_tpl": "mode_state_template", "name": "name", "opt": "optimistic", "p": "platform",
    "pl_avail": "payload_available", "pl_cls": "payload_close", "pl_lock": "payload_lock",
    "pl_not_avail": "payload_not_available", "pl_off": "payload_off", "pl_on": "payload_on", "pl_open": "payload_open",
    "pl_ret": "payload_return_to_base", "pl_stop": "payload_stop", "pl_strt": "payload_start",
    "pl_unlk": "payload_unlock", "pos_clsd": "position_closed", "pos_open": "position_open", "pos_t": "position_topic",
    "pos_tpl": "position_template", "rgb_cmd_t": "rgb_command_topic", "rgb_stat_t": "rgb_state_topic",
    "rgb_val_tpl": "rgb_value_template", "set_pos_t": "set_position_topic", "set_pos_tpl": "set_position_template",
    "stat_cla": "state_class", "stat_clsd": "state_closed", "stat_clsing": "state_closing",
    "stat_locked": "state_locked", "stat_off": "state_off", "stat_on": "state_on", "stat_open": "state_open",
    "stat_opening": "state_opening", "stat_t": "state_topic", "stat_unlocked": "state_unlocked",
    "sup_clrm": "supported_color_modes", "temp_cmd_t": "temperature_command_topic",
    "temp_cmd_tpl": "temperature_command_template", "temp_stat_t": "temperature_state_topic",
    "temp_stat_tpl": "temperature_state_template", "uniq_id": "unique_id", "unit_of_meas": "unit_of_measurement",
    "val_tpl": "value_template", "sa": "suggested_area", "t": "topic",
}  # fmt: skip
"""The short keys that the protocol allows, of those that are used here."""


def things(topic: str, payload: str, prefix: str) -> list[Thing]:
    """What a message on a discovery topic makes known; none where it takes something back, or is not for Hark.

    Raises ValueError where it is no JSON object.
    """
    if not payload.strip():
        return []
    says = json.loads(payload)
    if not isinstance(says, Mapping):
        raise ValueError("a device's description is no object")
    says = _long(says)
    component = topic.removeprefix(f"{prefix}/").split("/")[0]
    if component != "device":
        return [thing] if (thing := thing_of(component, says, topic)) else []
    found = []
    parts = says.get("components")
    for name, part in list(parts.items() if isinstance(parts, Mapping) else ())[:MOST_COMPONENTS]:
        if isinstance(part, Mapping):
            whole = {**{k: v for k, v in says.items() if k != "components"}, **_long(part)}
            if thing := thing_of(str(whole.get("platform")), whole, f"{topic}#{name}"):
                found.append(thing)
    return found


def described(device: Device) -> Thing:
    """A thing whose address has the keys of a discovery message. Raises ValueError where they lack something."""
    if device.kind in ("light", "fan", "lock", "vacuum"):
        component = device.kind
    elif device.kind in ("temperature", "humidity", "battery"):
        component = "sensor"
    elif device.kind in ("door", "window", "motion"):
        component = "binary_sensor"
    elif device.kind == "thermostat":
        component = "climate"
    else:
        component = "cover" if {"position", "moving"} <= device.wanted else "switch"
    says = {"device_class": device.kind, **_long(device.address), "name": device.name, "unique_id": device.key}
    thing = thing_of(component, says, device.key)
    if thing is None:
        raise ValueError(f"a {device.kind} needs 'command_topic', or 'state_topic' where it is a sensor")
    return replace(thing, device=device)


def thing_of(component: str, says: Mapping[str, Any], where: str) -> Thing | None:
    """The thing that a message describes; None where Hark has no use for it."""
    maker, draft = COMPONENTS.get(component), Draft(says, [], set())
    if maker is None:
        return None
    made = maker(draft)
    if made is None:
        return None
    kind, features, orders = made
    area, name = _called(says)
    if not name:
        return None
    identity = says.get("unique_id") or says.get("object_id") or where
    address = {"discovery": str(identity)[:120]}
    device = Device(name, area, kind, features=features, driver="mqtt", address=address)

    def order(wanted: State) -> list[Message]:
        messages = orders(wanted)
        if not messages:
            raise unable(device, next(iter(wanted.known()), "state"))
        return messages

    return Thing(device, tuple(draft.reports), order, frozenset(draft.told), presences=_presences(draft))


def _called(says: Mapping[str, Any]) -> tuple[str, str]:
    """Area and name: the entity's own, after its device's where it has one."""
    device = says.get("device")
    device = _long(device) if isinstance(device, Mapping) else {}
    whole, own = spoken(device.get("name")), spoken(says.get("name"))
    name = own if not whole or own.startswith(whole) else f"{whole} {own}".strip()
    return spoken(device.get("suggested_area")), spoken(name)


def _presences(draft: Draft) -> tuple[Presence, ...]:
    listed = draft.says.get("availability")
    each = [_long(e) for e in listed if isinstance(e, Mapping)] if isinstance(listed, list) else []
    if draft.says.get("availability_topic"):
        each.append({**draft.says, "topic": draft.says["availability_topic"]})
    found = []
    for says in each[:5]:
        one = Draft({"~": draft.says.get("~"), **says}, [], set())
        take = reader(says.get("value_template") or says.get("availability_template"))
        if one.topic("topic") and take:
            words = {
                one.text("payload_available", "online"): True,
                one.text("payload_not_available", "offline"): False,
            }
            found.append(Presence(one.topic("topic"), lambda payload, t=take, w=words: w.get(t(payload))))  # type: ignore[misc]
    return tuple(found)


def _long(says: Mapping[str, Any]) -> dict[str, Any]:
    return {_SHORT.get(key, key): value for key, value in says.items() if isinstance(key, str)}
