"""The few templates of MQTT discovery that devices really send: ``{{ value_json.a.b | round(1) }}`` and ``{{ value }}``.

They come from outside, so nothing is evaluated: a path is walked, a filter is one of a short list, and everything else
is refused.
"""

import json
import re
from collections.abc import Callable
from typing import Any

_PATH = r"""(?:\.[A-Za-z_]\w{0,60}|\[(?:'[^'\]]{1,60}'|"[^"\]]{1,60}"|\d{1,4})\]){1,8}"""
_READ = re.compile(rf"^\s*\{{\{{-?\s*(value|value_json)({_PATH})?\s*((?:\|\s*[^|}}]{{1,60}}\s*){{0,4}})-?\}}\}}\s*$")
_STEP = re.compile(r"""\.(\w+)|\['([^']+)'\]|\["([^"]+)"\]|\[(\d+)\]""")
_WRITE = re.compile(r"\{\{-?\s*(?:value|position)\s*(?:\|\s*(int|float|round(?:\(\s*\d?\s*\))?)\s*){0,3}-?\}\}")
_FILTERS: dict[str, Callable[[Any], Any]] = {
    "int": lambda v: int(float(v)),
    "float": float,
    "round": lambda v: round(float(v)),
    "string": str,
    "lower": lambda v: str(v).lower(),
    "upper": lambda v: str(v).upper(),
    "is_defined": lambda v: v,
}


def reader(template: object) -> Callable[[str], Any] | None:
    """What takes the value out of a payload; without a template all of it. None where the template is refused.

    The function raises ValueError, KeyError, IndexError or TypeError where the payload has no such value.
    """
    if template in (None, ""):
        return lambda payload: payload
    found = _READ.match(template) if isinstance(template, str) and len(template) < 300 else None
    if found is None:
        return None
    source, path, filters = found.groups()
    steps: list[str | int] = [int(s[3]) if s[3] else s[0] or s[1] or s[2] for s in _STEP.findall(path or "")]
    names = [re.sub(r"\(.*\)$", "", f.strip()) for f in filters.split("|") if f.strip()]
    names = [name for name in names if name != "default"]
    if not all(name in _FILTERS for name in names) or (source == "value" and steps):
        return None

    def read(payload: str) -> Any:
        value: Any = payload if source == "value" else json.loads(payload)
        for step in steps:
            value = value[step]
        for name in names:
            value = _FILTERS[name](value)
        return value

    return read


def writer(template: object) -> Callable[[Any], str] | None:
    """What puts a value into a command; None where the template is refused."""
    if template in (None, ""):
        return str
    if not isinstance(template, str) or len(template) >= 300:
        return None
    parts = _WRITE.split(template)[::2]
    if len(parts) < 2 or any("{{" in part or "{%" in part for part in parts):
        return None
    return lambda value: str(value).join(parts)
