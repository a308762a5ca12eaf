"""Home Assistant's entities as devices: what they are, what their states tell, which services change them. Pure
functions over the JSON of its registries and states, of which nothing is taken for granted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from speaker.home import colors
from speaker.home.device import Device, State
from speaker.home.thing import spoken, those, unable

DOMAINS = frozenset(
    ("light", "switch", "fan", "cover", "climate", "lock", "scene", "vacuum", "media_player", "sensor", "binary_sensor")
)
"""The kinds of entities that become devices."""

ABSENT = ("unavailable", None)
"""States of an entity that cannot be reached; None where there is no such entity."""

Json = Mapping[str, Any]

_COLORED = {"hs", "xy", "rgb", "rgbw", "rgbww"}
_COVERS = {"curtain": "curtain", "garage": "garage door", "gate": "gate", "awning": "awning", "shutter": "shutter"}
_SENSED = {"temperature": "temperature", "humidity": "humidity", "battery": "battery"}
_CONTACTS = {"door": "door", "window": "window", "opening": "door", "garage_door": "door"}
_MOVED = {"motion", "occupancy", "presence", "moving"}
_SET_POSITION = 4  # a bit of a cover's features
_OFF = {"off", "standby"}


@dataclass(frozen=True, slots=True)
class Registry:
    """What Home Assistant knows of its entities beside their states."""

    entities: Mapping[str, Json]
    """By entity id."""
    devices: Mapping[str, Json]
    """By id; they are its devices, of which one may have many entities."""
    areas: Mapping[str, Json]
    """By id."""
    fahrenheit: bool = False
    """Whether its temperatures are in °F."""


@dataclass(frozen=True, slots=True)
class Call:
    """A service that is called for some entities."""

    service: str
    """``light.turn_on``."""
    data: tuple[tuple[str, Any], ...] = ()


def device_of(entity_id: str, state: Json, registry: Registry) -> Device | None:
    """The device that an entity is; None where Hark has no use for it, or it has no name."""
    domain = entity_id.split(".")[0]
    entity = registry.entities.get(entity_id, {})
    kind = _kind(domain, _attributes(state).get("device_class"))
    if kind is None or entity.get("hidden_by") or entity.get("disabled_by"):
        return None
    if entity.get("entity_category") and kind != "battery":
        return None  # a setting, or of use to a technician
    name = spoken(_attributes(state).get("friendly_name"))
    if not name:
        return None
    owner = registry.devices.get(str(entity.get("device_id")), {})
    area = registry.areas.get(str(entity.get("area_id") or owner.get("area_id")), {})
    aliases = entity.get("aliases")
    also = (spoken(alias) for alias in (aliases if isinstance(aliases, list) else ())[:20])
    return Device(
        name,
        spoken(area.get("name")),
        kind,
        tuple(alias for alias in dict.fromkeys(also) if alias and alias != name),
        _features(domain, _attributes(state)),
        "homeassistant",
        {"entity": entity_id},
    )


def state_of(entity_id: str, state: Json, fahrenheit: bool = False) -> State:
    """What an entity's state tells."""
    domain, now, has = entity_id.split(".")[0], state.get("state"), _attributes(state)
    if not isinstance(now, str) or now in (*ABSENT, "unknown"):
        return State()
    values: dict[str, Any] = {}
    if domain in ("light", "switch", "fan", "media_player"):
        values["on"] = now not in _OFF
    if domain == "light":
        values |= _light(has)
    elif domain == "cover":
        values = {"open": now != "closed", "moving": now in ("opening", "closing")}
        values |= {"position": _whole(has.get("current_position"))}
    elif domain == "lock":
        values = {"locked": now == "locked"}
    elif domain == "vacuum":
        values = {"cleaning": now == "cleaning", "docked": now == "docked"}
        values |= {"battery": _whole(has.get("battery_level"))}
    elif domain == "climate":
        values = {"on": now != "off", "target": _celsius(has.get("temperature"), fahrenheit)}
        values |= {"temperature": _celsius(has.get("current_temperature"), fahrenheit)}
        values |= {"humidity": has.get("current_humidity")}
    elif domain in ("sensor", "binary_sensor"):
        values = _sensed(domain, now, has)
    return State.believed({name: value for name, value in values.items() if value is not None})


def calls(device: Device, wanted: State, state: Json, fahrenheit: bool = False) -> list[Call]:
    """The services that have an entity take on what is wanted. Raises HomeError where there is none."""
    domain = str(device.address.get("entity")).split(".")[0]
    if domain == "light":
        found = _light_calls(wanted, _attributes(state))
    elif domain == "climate":
        found = _climate_calls(wanted, _attributes(state), fahrenheit)
    elif domain == "cover":
        found = _cover_calls(wanted, _attributes(state))
    elif domain == "lock":
        found = [] if wanted.locked is None else [Call("lock.lock" if wanted.locked else "lock.unlock")]
    elif domain == "vacuum":
        found = [Call("vacuum.return_to_base")] if wanted.docked else [Call("vacuum.start")] * bool(wanted.cleaning)
    elif domain == "scene":
        found = [Call("scene.turn_on")] if wanted.on else []
    else:
        switched = wanted.on is not None and domain in ("switch", "fan", "media_player")
        found = [Call(f"{domain}.turn_{'on' if wanted.on else 'off'}")] if switched else []
    if not found:
        raise unable(device, next(iter(wanted.known()), "state"))
    return found


def _kind(domain: str, device_class: Any) -> str | None:
    said = str(device_class)
    if domain == "switch":
        return "plug" if said == "outlet" else "switch"
    if domain == "cover":
        return _COVERS.get(said, "blind")
    if domain == "media_player":
        return "television" if said == "tv" else "player"
    if domain == "sensor":
        return _SENSED.get(said)
    if domain == "binary_sensor":
        return "motion" if said in _MOVED else _CONTACTS.get(said)
    if domain == "climate":
        return "thermostat"
    return domain if domain in DOMAINS else None


def _features(domain: str, has: Json) -> frozenset[str]:
    if domain == "cover":
        supported = has.get("supported_features")
        return those(positioned=isinstance(supported, int) and bool(supported & _SET_POSITION))
    modes = _modes(has)
    return those(dimmable=domain == "light" and bool(modes - {"onoff", "unknown"}), colored=bool(modes & _COLORED))


def _light(has: Json) -> dict[str, Any]:
    level, hs, kelvin = has.get("brightness"), has.get("hs_color"), has.get("color_temp_kelvin")
    values: dict[str, Any] = {}
    if isinstance(level, int | float):
        values["brightness"] = round(level / 2.55)
    if has.get("color_mode") == "color_temp" and isinstance(kelvin, int | float):
        values["color"] = colors.of_kelvin(kelvin)
    elif isinstance(hs, list) and len(hs) == 2 and all(isinstance(v, int | float) for v in hs):
        values["color"] = colors.of_hs(*hs)
    return values if _modes(has) & _COLORED else {k: v for k, v in values.items() if k != "color"}


def _light_calls(wanted: State, has: Json) -> list[Call]:
    if wanted.on is False:
        return [Call("light.turn_off")]
    data: list[tuple[str, Any]] = []
    if wanted.brightness is not None:
        data.append(("brightness_pct", wanted.brightness))
    if wanted.color is not None and (color := colors.called(wanted.color)):
        if color.kelvin and "color_temp" in _modes(has):
            low, high = has.get("min_color_temp_kelvin"), has.get("max_color_temp_kelvin")
            kelvin = max(color.kelvin, low) if isinstance(low, int) else color.kelvin
            data.append(("color_temp_kelvin", min(kelvin, high) if isinstance(high, int) else kelvin))
        else:
            data.append(("hs_color", (color.hue, color.saturation)))
    return [Call("light.turn_on", tuple(data))] if wanted.on or data else []


def _climate_calls(wanted: State, has: Json, fahrenheit: bool) -> list[Call]:
    found = []
    listed = has.get("hvac_modes")
    modes = listed if isinstance(listed, list) else []
    if wanted.on is not None:
        mode = next((m for m in ("heat", "heat_cool", "auto", "cool") if m in modes), None) if wanted.on else "off"
        if mode in modes:
            found.append(Call("climate.set_hvac_mode", (("hvac_mode", mode),)))
    if wanted.target is not None:
        target = round(wanted.target * 1.8 + 32) if fahrenheit else wanted.target
        found.append(Call("climate.set_temperature", (("temperature", target),)))
    return found


def _cover_calls(wanted: State, has: Json) -> list[Call]:
    if wanted.moving is False:
        return [Call("cover.stop_cover")]
    if wanted.position is None:
        return []
    if wanted.position in (0, 100):
        return [Call("cover.open_cover" if wanted.position else "cover.close_cover")]
    return [Call("cover.set_cover_position", (("position", wanted.position),))]


def _sensed(domain: str, now: str, has: Json) -> dict[str, Any]:
    kind = _kind(domain, has.get("device_class"))
    if kind is None:
        return {}
    if domain == "binary_sensor":
        return {"motion" if kind == "motion" else "open": now == "on"}
    try:
        value = float(now)
    except ValueError:
        return {}
    if kind == "temperature":
        return {kind: _celsius(value, has.get("unit_of_measurement") == "°F")}
    return {kind: _whole(value) if kind == "battery" else value}


def _modes(has: Json) -> set[str]:
    listed: Sequence[Any] = has.get("supported_color_modes") or ()
    return {mode for mode in listed if isinstance(mode, str)} if isinstance(listed, list) else set()


def _attributes(state: Json) -> Json:
    has = state.get("attributes")
    return has if isinstance(has, Mapping) else {}


def _whole(value: Any) -> int | None:
    return round(value) if isinstance(value, int | float) and abs(value) < 1e6 else None


def _celsius(value: Any, fahrenheit: bool) -> float | None:
    if not isinstance(value, int | float):
        return None
    return round((value - 32) / 1.8, 1) if fahrenheit else value
