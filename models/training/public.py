"""Sentences by other people, where they are at hand, mapped onto our intents or taken as no command.

HWU64 (CC BY 4.0), CLINC150 (CC BY 3.0) and Snips (CC0), read from ``../shared/data/text``. A fifth of HWU64
by sentence, the validation part of CLINC150 and all of Snips are never trained on.
"""

import json
import re
import zlib
from pathlib import Path

from models.training import clinc as clinc_
from models.training.generate import Sample
from models.training.words import COLORS
from speaker.text import normalise

FOLDER = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "text"

_MARK = re.compile(r"\[(\w+) : ([^\]]+)\]")
_PLAIN_LIGHT = re.compile(r"^(all |the |my )*(lights?|lighting)$")
_NOWHERE = {"house", "home", "room", "this room", "the room", "apartment", "here"}
_OURS = re.compile(
    r"\b(lights?|lamp|timer|volume|mute|jokes?|thanks?|thank you|how are you|how('?s| is) your day|hello|hi|what time is it)\b"
)
_HWU_SIMPLE = {
    "general_joke": "assistant.joke",
    "general_repeat": "assistant.repeat",
    "general_greet": "assistant.greet",
    "general_praise": "assistant.thanks",
}
_HWU_LIGHT = {
    "iot_hue_lightoff": "light.off",
    "iot_hue_lighton": "light.on",
    "iot_hue_lightup": "light.brighter",
    "iot_hue_lightdim": "light.dimmer",
}
_HWU_UNSURE = {  # neither ours nor surely no command
    "general_commandstop",
    "general_dontcare",
    "general_praise",
    "audio_volume_other",
    "iot_hue_lightchange",
    "datetime_query",
    "lists_createoradd",
    "lists_query",
    "lists_remove",
    "audio_volume_up",
    "audio_volume_down",
    "audio_volume_mute",
    "iot_wemo_on",
    "iot_wemo_off",
    "datetime_convert",
    *_HWU_LIGHT,
    *_HWU_SIMPLE,
}
_CLINC_UNSURE = clinc_.OURS | {"timezone", "smart_home", "whisper_mode", "goodbye", "reset_settings"}


def held_out(text: str) -> bool:
    """Whether a sentence is kept for measuring: one in five, by its own words."""
    return zlib.crc32(normalise(text).encode()) % 5 == 0


def hwu() -> tuple[list[Sample], list[Sample]]:
    """(commands, no commands) of HWU64."""
    commands, none = [], []
    for line in (FOLDER / "hwu_slots.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        text, intent = normalise(row["text"]), row["intent"]
        sample = _map_hwu(text, intent, _MARK.findall(row["annotated"].lower()))
        if sample and all(f" {v} " in f" {text} " for _, slots in sample.intents for _, v in slots):
            commands.append(sample)
    for line in (FOLDER / "hwu64.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        text = normalise(row["text"])
        if text and row["intent"] not in _HWU_UNSURE and not _OURS.search(text):
            none.append(Sample(text, ()))
    return commands, none


def _map_hwu(text: str, intent: str, marks: list[tuple[str, str]]) -> Sample | None:
    """One HWU64 sentence as ours, or None where it does not fit exactly."""
    slots = dict(marks)
    if len(slots) != len(marks):
        return None
    if intent in _HWU_SIMPLE:
        return Sample(text, ((_HWU_SIMPLE[intent], ()),))
    if intent == "general_commandstop":
        stop = re.search(r"\b(stop|quiet|silent|silence|shut)\b", text) and "cancel" not in text
        return Sample(text, (("assistant.stop" if stop else "assistant.cancel", ()),))
    if intent in _HWU_LIGHT:
        return _light(text, _HWU_LIGHT[intent], slots)
    if intent == "iot_hue_lightchange" and slots.get("color_type") in COLORS and not re.search(r"\bfrom\b", text):
        return _light(text, "light.set", slots)
    if intent.startswith("audio_volume") and not (set(slots) - {"change_amount"}):
        return _volume(text, intent, slots)
    if intent.startswith("iot_wemo") and slots.get("device_type") and not (set(slots) - {"device_type", "house_place"}):
        return Sample(
            text, (("device." + intent[9:], _pairs(name=slots["device_type"], area=slots.get("house_place"))),)
        )
    if intent == "datetime_query":
        return _clock(text, slots)
    if intent.startswith("lists_"):
        return _list(text, intent, slots)
    return None


def _pairs(**values: str | None) -> tuple[tuple[str, str], ...]:
    return tuple((key, re.sub(r"^(the|my|our|a) ", "", value)) for key, value in values.items() if value)


def _light(text: str, intent: str, slots: dict[str, str]) -> Sample | None:
    if set(slots) - {"house_place", "device_type", "color_type"} or not re.search(
        r"light|lamp|dark|bright|dim|lit\b", text
    ):
        return None
    if (intent != "light.set") == ("color_type" in slots) or slots.get("house_place") in _NOWHERE:
        return None
    area = slots.get("house_place")
    if not area and (found := re.search(r"\b(upstairs|downstairs)\b", text)):
        area = found[1]
    if not area and (found := re.search(r"\b(all|every) ?(?:the |of the |my )?lights?\b", text)):
        area = found[1] if found[1] == "all" else None
    name = slots.get("device_type")
    name = None if not name or _PLAIN_LIGHT.match(name) else name
    return Sample(text, ((intent, _pairs(area=area, name=name, color=slots.get("color_type"))),))


def _volume(text: str, intent: str, slots: dict[str, str]) -> Sample | None:
    amount = slots.get("change_amount")
    if amount:
        to = re.match(r"^(to|at) (.+)$", amount)
        return Sample(text, (("volume.set", (("level", to[2]),)),)) if to and "maximum level" not in amount else None
    if intent == "audio_volume_mute":
        return (
            Sample(text, (("volume.mute", ()),)) if re.search(r"\b(mute|silent)\b", text) and "un" not in text else None
        )
    direction = "up" if intent.endswith("up") else "down"
    fits = (
        r"\b(up|louder|loud|increase|raise|higher|more|hear)\b"
        if direction == "up"
        else (r"\b(down|quiet|quieter|lower|decrease|reduce|softer|less|loud)\b")
    )
    return Sample(text, ((f"volume.{direction}", ()),)) if re.search(fits, text) else None


def _clock(text: str, slots: dict[str, str]) -> Sample | None:
    if (
        re.search(r"\btime\b", text)
        and "date" not in text
        and "difference" not in text
        and not (set(slots) - {"place_name"})
    ):
        return Sample(text, (("clock.time", _pairs(place=slots.get("place_name"))),))
    if re.search(r"\b(date|day)\b", text) and "time" not in text and not (set(slots) - {"date"}):
        when = slots.get("date")
        return Sample(text, (("clock.date", _pairs(date=None if when in ("today", "today's") else when)),))
    return None


def _list(text: str, intent: str, slots: dict[str, str]) -> Sample | None:
    name = slots.get("list_name")
    if set(slots) - {"list_name"} or not name:
        return None
    name = re.sub(r" list$", "", name)
    if intent == "lists_createoradd":
        found = re.search(rf"\b(?:add|put) (.+?) (?:to|on|in|into|onto) (?:my |the |our )?{re.escape(name)}", text)
        item = re.sub(r"^(the|my) ", "", found[1]) if found else None
        return Sample(text, (("list.add", (("item", item), ("list", name))),)) if item and "item" not in item else None
    if intent == "lists_remove":
        found = re.search(rf"\b(?:remove|delete|take) (.+?) (?:from|off) (?:my |the |our )?{re.escape(name)}", text)
        item = re.sub(r"^(the|my) ", "", found[1]) if found else None
        return (
            Sample(text, (("list.remove", (("item", item), ("list", name))),)) if item and "item" not in item else None
        )
    fits = re.search(r"^(please )?(what|whats|what's|read|show|tell me what|open|go through|list)\b", text)
    return Sample(text, (("list.read", (("list", name),)),)) if fits and "lists" not in text else None


def clinc(part: str) -> tuple[list[Sample], list[Sample]]:
    """(commands, no commands) of CLINC150's ``train`` or ``val`` part."""
    data = json.loads((FOLDER / "clinc150.json").read_text(encoding="utf-8"))
    commands, none = [], []
    for text, intent in data[part] + data[f"oos_{part}"]:
        text = normalise(text)
        if ours := clinc_.command(text, intent):
            commands.append(Sample(text, (ours,)))
        elif intent not in _CLINC_UNSURE:
            none.append(Sample(text, ()))
    return commands, none


def snips() -> list[Sample]:
    """Snips' requests for music, weather, books, films and restaurants: none of them ours."""
    samples = []
    for line in (FOLDER / "snips.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        pieces = row.get("data") or row.get("text")
        text = pieces if isinstance(pieces, str) else "".join(piece["text"] for piece in pieces)
        samples.append(Sample(normalise(text), ()))
    return samples
