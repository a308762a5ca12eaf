"""What Zigbee2MQTT says of its devices: which there are, what each can do, what it tells. Pure functions.

Its list of devices names for each what it "exposes": lights, switches, covers, locks, thermostats and single values,
with the key of each in the JSON of its topic and the values that this key takes.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeGuard

from speaker.home import colors
from speaker.home.device import Device, State, kind_called
from speaker.home.thing import Message, Presence, Report, Thing, spoken, those, unable

MOST_DEVICES = 1000
"""So many are taken from one list; more are none of a house."""

_TOLD, _SETTABLE, _ASKABLE = 1, 2, 4  # bits of "access"
_SENSORS = (
    ("door", {"contact": "open"}),
    ("motion", {"occupancy": "motion", "motion": "motion", "presence": "motion"}),
    ("temperature", {"temperature": "temperature", "humidity": "humidity"}),
)
_TARGETS = ("occupied_heating_setpoint", "current_heating_setpoint", "occupied_cooling_setpoint")


@dataclass(frozen=True, slots=True)
class Feature:
    """One value of a device, as it is exposed."""

    key: str
    """In the JSON of its topic."""
    access: int
    spec: Mapping[str, Any]

    def number(self, name: str, default: float) -> float:
        value = self.spec.get(name)
        return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else default


Features = Mapping[str, Feature]
"""By name: state, brightness, color_xy …"""


def things(payload: str, base: str, areas: Iterable[str]) -> list[Thing]:
    """The things of ``bridge/devices``. Raises ValueError where that is no list; what is odd in it is left out."""
    listed = json.loads(payload)
    if not isinstance(listed, list):
        raise ValueError("the list of devices is no list")
    found: list[Thing] = []
    for entry in listed[:MOST_DEVICES]:
        if isinstance(entry, Mapping) and entry.get("type") != "Coordinator" and not entry.get("disabled"):
            try:
                some = list(_of(entry, base, tuple(areas)))
            except (TypeError, ValueError, KeyError, AttributeError, ArithmeticError):
                continue  # one that makes no sense hides none of the others
            bridge = Presence(f"{base}/bridge/state", online)
            found += [replace(thing, presences=(*thing.presences, bridge)) for thing in some]
    return found


def area_and_name(friendly: str, description: str, areas: Sequence[str]) -> tuple[str, str]:
    """Where a device is, and what it is called: "kitchen/ceiling light", "kitchen ceiling light", or its description
    is the name of an area, or begins with "area:"."""
    said = spoken(description.splitlines()[0].lower().removeprefix("area:")) if description.strip() else ""
    if said and (said in areas or description.lower().startswith("area:")):
        return said, spoken(friendly)
    head, slash, tail = friendly.rpartition("/")
    if slash and spoken(head) and spoken(tail):
        return spoken(head), spoken(tail)
    name = spoken(friendly)
    within = [area for area in areas if name.startswith(f"{area} ")]
    return max(within, key=len, default=""), name


def _of(entry: Mapping[str, Any], base: str, areas: Sequence[str]) -> Iterator[Thing]:
    friendly, definition = entry.get("friendly_name"), entry.get("definition")
    if not isinstance(friendly, str) or not isinstance(definition, Mapping) or any(c in friendly for c in "#+\x00"):
        return
    description = entry.get("description")
    area, name = area_and_name(friendly, description if isinstance(description, str) else "", areas)
    if not name:
        return  # nobody has given it a name yet
    topic = f"{base}/{friendly}"
    exposes = [e for e in _list(definition.get("exposes")) if isinstance(e, Mapping)]
    specific = [e for e in exposes if e.get("type") in _MAKERS]
    single = _features(e for e in exposes if "features" not in e)
    for each in specific:
        endpoint = spoken(each.get("endpoint"))
        called = f"{name} {endpoint}" if endpoint and len(specific) > 1 else name
        address = {"zigbee": friendly} | ({"endpoint": endpoint} if endpoint and len(specific) > 1 else {})
        kind = _kind(str(each["type"]), f"{friendly} {definition.get('description')}".lower())
        yield _MAKERS[str(each["type"])](
            Device(called, area, kind, driver="mqtt", address=address), topic, _features(_list(each.get("features")))
        )
    if not specific:
        yield from _sensors(name, area, friendly, topic, single)


def _sensors(name: str, area: str, friendly: str, topic: str, single: Features) -> Iterator[Thing]:
    first = True
    for kind, keys in _SENSORS:
        has = {name_: prop for name_, prop in keys.items() if name_ in single}
        if not has:
            continue
        address = {"zigbee": friendly} | ({} if first else {"sensor": kind})
        called = name if first or kind_called(kind) in name else f"{name} {kind_called(kind)}"
        actual = "window" if kind == "door" and "window" in name else kind
        if kind == "temperature" and "temperature" not in has:
            actual = "humidity"
        device = Device(called, area, actual, driver="mqtt", address=address)

        def read(told: Mapping[str, Any], has: Mapping[str, str] = has) -> dict[str, Any]:
            values = {prop: told[key] for key, prop in has.items() if key in told}
            if isinstance(values.get("open"), bool):
                values["open"] = not values["open"]  # contact: it is closed
            return values

        yield _thing(device, topic, read, lambda wanted: {}, frozenset(has.values()), {})
        first = False


def _light(device: Device, topic: str, has: Features) -> Thing:
    colored = "color_hs" in has or "color_xy" in has
    features = those(dimmable="brightness" in has, colored=colored)
    most = has["brightness"].number("value_max", 254) if "brightness" in has else 254

    def read(told: Mapping[str, Any]) -> dict[str, Any]:
        values = _switched(told, has)
        if "brightness" in has and _is_number(level := told.get(has["brightness"].key)):
            values["brightness"] = round(100 * min(max(level / most, 0.0), 1.0))
        if colored and (name := _color(told, has)):
            values["color"] = name
        return values

    def order(wanted: State) -> dict[str, Any]:
        says: dict[str, Any] = _switch(device, wanted, has)
        if wanted.on is False:
            return says
        if wanted.brightness is not None:
            says[_key(device, has, "brightness")] = round(wanted.brightness * most / 100)
        if wanted.color is not None:
            says |= _colored(device, wanted.color, has)
        return says

    return _thing(_with(device, features), topic, read, order, _told(has, {"state": "on"}, *_BRIGHT), has)


_BRIGHT = ({"brightness": "brightness"}, {"color_hs": "color", "color_xy": "color"})


def _color(told: Mapping[str, Any], has: Features) -> str | None:
    temperature = has.get("color_temp")
    if told.get("color_mode") == "color_temp" and temperature:
        mireds = told.get(temperature.key)
        return colors.of_kelvin(1e6 / mireds) if _is_number(mireds) and mireds > 0 else None
    color = told.get((has.get("color_xy") or has["color_hs"]).key)
    if not isinstance(color, Mapping):
        return None
    if _is_number(color.get("hue")) and _is_number(color.get("saturation")):
        return colors.of_hs(color["hue"], color["saturation"])
    if _is_number(color.get("x")) and _is_number(color.get("y")):
        return colors.of_xy(color["x"], color["y"])
    return None


def _colored(device: Device, name: str, has: Features) -> dict[str, Any]:
    color = colors.called(name)
    if color is None:
        raise unable(device, "color")
    if color.kelvin and (temperature := has.get("color_temp")):
        low, high = temperature.number("value_min", 153), temperature.number("value_max", 500)
        return {temperature.key: round(min(max(color.mireds, low), high))}
    feature = has.get("color_hs") or has.get("color_xy")
    if feature is None:
        raise unable(device, "color")
    return {feature.key: {"hue": round(color.hue), "saturation": round(color.saturation)}}


def _plain(device: Device, topic: str, has: Features) -> Thing:
    """A switch, a plug, a fan."""
    order: Callable[[State], dict[str, Any]] = lambda wanted: _switch(device, wanted, has)  # noqa: E731
    return _thing(device, topic, lambda told: _switched(told, has), order, _told(has, {"state": "on"}), has)


def _cover(device: Device, topic: str, has: Features) -> Thing:
    positioned = "position" in has

    def read(told: Mapping[str, Any]) -> dict[str, Any]:
        values: dict[str, Any] = {}
        if positioned and _is_number(position := told.get(has["position"].key)):
            values = {"position": round(position), "open": position > 0}
        elif "state" in has and isinstance(state := told.get(has["state"].key), str):
            values = {"open": state.upper() == "OPEN"}
        if isinstance(moving := told.get("moving"), str):
            values["moving"] = moving.upper() in ("UP", "DOWN", "OPENING", "CLOSING")
        return values

    def order(wanted: State) -> dict[str, Any]:
        if wanted.moving is False:
            return {_key(device, has, "state"): "STOP"}
        if wanted.position is None:
            return {}
        if wanted.position in (0, 100) and "state" in has:
            return {has["state"].key: "OPEN" if wanted.position else "CLOSE"}
        return {_key(device, has, "position"): wanted.position}

    device = _with(device, those(positioned=positioned))
    return _thing(device, topic, read, order, frozenset({"open", "position"}), has)


def _lock(device: Device, topic: str, has: Features) -> Thing:
    def read(told: Mapping[str, Any]) -> dict[str, Any]:
        feature = has.get("state")
        state = told.get(feature.key) if feature else None
        actual = told.get("lock_state")
        if isinstance(actual, str) and actual in ("locked", "unlocked", "not_fully_locked"):
            return {"locked": actual == "locked"}
        return {"locked": state == feature.spec.get("value_on", "LOCK")} if feature and isinstance(state, str) else {}

    def order(wanted: State) -> dict[str, Any]:
        if wanted.locked is None:
            return {}
        value = has["state"].spec.get("value_on", "LOCK") if wanted.locked else "UNLOCK"
        return {_key(device, has, "state"): value if wanted.locked else has["state"].spec.get("value_off", value)}

    return _thing(device, topic, read, order, _told(has, {"state": "locked"}), has)


def _climate(device: Device, topic: str, has: Features) -> Thing:
    target = next((has[name] for name in _TARGETS if name in has), None)
    mode = has.get("system_mode")
    modes = [m for m in _list(mode.spec.get("values")) if isinstance(m, str)] if mode else []

    def read(told: Mapping[str, Any]) -> dict[str, Any]:
        values: dict[str, Any] = {}
        if target and target.key in told:
            values["target"] = told[target.key]
        if "local_temperature" in has and has["local_temperature"].key in told:
            values["temperature"] = told[has["local_temperature"].key]
        if mode and isinstance(now := told.get(mode.key), str):
            values["on"] = now != "off"
        return values

    def order(wanted: State) -> dict[str, Any]:
        says: dict[str, Any] = {}
        if wanted.on is not None:
            running = next((m for m in ("heat", "auto", "cool") if m in modes), None)
            if mode is None or running is None or (not wanted.on and "off" not in modes):
                raise unable(device, "on")
            says[mode.key] = running if wanted.on else "off"
        if wanted.target is not None:
            if target is None:
                raise unable(device, "target")
            says[target.key] = wanted.target
        return says

    told = _told({"target": target} if target else {}, {"target": "target"})
    told |= _told(has, {"system_mode": "on", "local_temperature": "temperature"})
    return _thing(device, topic, read, order, told, has)


_MAKERS: Mapping[str, Callable[[Device, str, Features], Thing]] = {
    "light": _light,
    "switch": _plain,
    "fan": _plain,
    "cover": _cover,
    "lock": _lock,
    "climate": _climate,
}
_COVER_WORDS = ("curtain", "shutter", "awning", "garage door", "gate")


def _kind(type_: str, described: str) -> str:
    if type_ == "cover":
        return next((word for word in _COVER_WORDS if word in described), "blind")
    if type_ == "switch":
        return "plug" if any(word in described for word in ("plug", "outlet", "socket")) else "switch"
    return "thermostat" if type_ == "climate" else type_


def _thing(
    device: Device,
    topic: str,
    read: Callable[[Mapping[str, Any]], dict[str, Any]],
    order: Callable[[State], dict[str, Any]],
    told: frozenset[str],
    has: Features,
) -> Thing:
    def reads(payload: str) -> dict[str, Any]:
        told = json.loads(payload)
        if not isinstance(told, Mapping):
            return {}
        battery = told.get("battery")
        return read(told) | ({"battery": round(battery)} if _is_number(battery) else {})

    def orders(wanted: State) -> list[Message]:
        says = order(wanted)
        if not says:
            raise unable(device, next(iter(wanted.known()), "state"))
        return [(f"{topic}/set", json.dumps(says))]

    asked = {feature.key: "" for feature in has.values() if feature.access & _ASKABLE}
    asks = ((f"{topic}/get", json.dumps(asked)),) if asked else ()
    presence = Presence(f"{topic}/availability", online)
    return Thing(device, (Report(topic, reads),), orders, told, asks, (presence,))


def online(payload: str) -> bool | None:
    """What an availability topic says, plainly or as JSON."""
    try:
        said = json.loads(payload)
    except ValueError:
        said = payload
    word = said.get("state") if isinstance(said, Mapping) else said
    return {"online": True, "offline": False}.get(word) if isinstance(word, str) else None


def _switched(told: Mapping[str, Any], has: Features) -> dict[str, Any]:
    feature = has.get("state")
    if feature is None or feature.key not in told:
        return {}
    state = told[feature.key]
    values = {feature.spec.get("value_on", "ON"): True, feature.spec.get("value_off", "OFF"): False}
    return {"on": values[state]} if isinstance(state, str | bool) and state in values else {}


def _switch(device: Device, wanted: State, has: Features) -> dict[str, Any]:
    if wanted.on is None:
        return {}
    key = _key(device, has, "state")
    name, usual = ("value_on", "ON") if wanted.on else ("value_off", "OFF")
    return {key: has["state"].spec.get(name, usual)}


def _key(device: Device, has: Features, name: str) -> str:
    """The key of a feature that can be set."""
    feature = has.get(name)
    if feature is None or not feature.access & _SETTABLE:
        raise unable(device, "on" if name == "state" else name)
    return feature.key


def _told(has: Features, *names: Mapping[str, str]) -> frozenset[str]:
    every = {feature: prop for some in names for feature, prop in some.items()}
    return frozenset(prop for feature, prop in every.items() if feature in has and has[feature].access & _TOLD)


def _features(exposed: Iterable[Any]) -> dict[str, Feature]:
    found = {}
    for each in exposed:
        if isinstance(each, Mapping) and isinstance(each.get("name"), str):
            access = each.get("access")
            key = each.get("property")
            key = key if isinstance(key, str) else each["name"]
            found[each["name"]] = Feature(key, access if isinstance(access, int) else 7, each)
    return found


def _with(device: Device, features: frozenset[str]) -> Device:
    return replace(device, features=features)


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _is_number(value: Any) -> TypeGuard[int | float]:
    return isinstance(value, int | float) and not isinstance(value, bool)
