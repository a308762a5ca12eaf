"""HWU64's sentences (CC BY 4.0) as ours, by their marks ``[kind : words]`` and by their words."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

from models.training import ask, music, when
from models.training.generate import Sample
from models.training.languages.en.words import AREAS, COLORS
from speaker.text import normalise

Slots = tuple[tuple[str, str], ...]
Command = tuple[str, Slots]

_MARK = re.compile(r"\[(\w+) : ([^\]]+)\]")
_BROKEN = re.compile(r"[<\[*^]|\butes?\b|\bnull\b", re.I)
_PLAIN_LIGHT = re.compile(r"^(all |the |my )*(lights?|lighting)$")
_NOWHERE = {"house", "home", "room", "this room", "the room", "apartment", "here"}
_SIMPLE = {
    "general_joke": "assistant.joke",
    "general_repeat": "assistant.repeat",
    "general_greet": "assistant.greet",
    "general_praise": "assistant.thanks",
}
_LIGHT = {
    "iot_hue_lightoff": "light.off",
    "iot_hue_lighton": "light.on",
    "iot_hue_lightup": "light.brighter",
    "iot_hue_lightdim": "light.dimmer",
}
_NONE = frozenset(
    "calendar_set calendar_query calendar_remove email_addcontact email_query email_querycontact email_sendemail social_post"
    " social_query takeaway_order takeaway_query transport_query transport_taxi transport_ticket transport_traffic"
    " recommendation_events recommendation_locations recommendation_movies qa_currency qa_stock weather_query news_query"
    " music_likeness music_dislikeness general_affirm general_negate general_confirm general_explain general_quirky"
    " cooking_recipe datetime_convert play_game music_settings".split()
)
_NONE_IF = {  # only these of an intent are surely no command
    "cooking_recipe": r"\brecipes?\b",
    "play_game": r"\bgames?\b|\b(?:with|against) (?:me|you)\b",
    "music_settings": r"\b(?:settings?|equali[sz]er?|save|bass|rating)\b",
    "general_quirky": r"^(?:i|i'm|i've|im|it|it's|this|that|today|you|we|he|she|they|my|call|take|order|the)\b",
}
_UNSURE = re.compile(
    r"\b(lights?|lamps?|timers?|volume|mute|jokes?|thanks?|thank you|how are you|how('?s| is) your day|hello|hi|what time is it|"
    r"alarms?|remind\w*|don't forget|wake|vacuum|clean|thermostat|heating|lock|unlock|doors?|curtains|blinds|coin|dice|announce|"
    r"broadcast|snooze|calculate|convert|define|definition|meaning|explain to|pause|resume|skip|shuffle|repeat|again|stop|cancel that|"
    r"never ?mind|listen|songs?|music|podcasts?|radio|shopping list|grocery list|to do|todo|help|turn (?:on|off)|switch (?:on|off)|"
    r"how far|distance|what can you do|remember|forget|hear|notif\w*|alert|(?:let me know|tell me) (?:when|at))\b"
)
_INDOORS = re.compile(r"\b(temperature|degrees|(?:how|too|is it)(?: \w+)? (?:hot|cold|warm|cool|humid)|humid\w*)\b")
_OUTDOORS = re.compile(
    r"\b(outside|outdoors?|outdoor|tomorrow|tonight|week\w*|weather|forecast|\w+day|city|state|going to|will)\b"
)
_ASKING = (
    "recommendation",
    "takeaway",
    "transport",
    "weather",
    "qa_",
)  # whose questions are surely not of general knowledge

_SOUND = frozenset(
    "song_name artist_name music_genre playlist_name media_type music_descriptor podcast_name podcast_descriptor radio_name"
    " audiobook_name audiobook_author music_album movie_name".split()
)
_LINKS = frozenset(
    "by from of the a music song songs track tracks playlist playlists radio station channel podcast podcasts audiobook album albums"
    " book latest new newest called named fm am show my favourite favorite some on about audio episode playing favorited old and to"
    " best popular mix soundtrack theme".split()
)
_NEXT = re.compile(
    r"^(?:olly |please |can you |i want you to )*(?:(?:play|go|skip|move|jump|proceed|advance|get|start)(?: me)?(?: forward)?(?: to)? )?(?:the |my )?"
    r"next (?:episode|podcast|song|track|one|podcast episode)(?: please| in podcast| on podcast| in (?:this|the) podcast| of this (?:podcast|series))*$|"
    r"^(?:olly |please )*(?:skip|change)(?: this| the| to next)?(?: (?:song|episode|podcast|one|track))?$|^(?:song|music) (?:next|change)(?: please)?$"
)
_SAME = r"(?: (?:the|this|my|current))*(?: (?:music|song|audiobook|audio book|audio|book|podcast|playback|playlist|reading))*(?: playback)?"
_RESUME = re.compile(
    rf"^(?:please |can you )?(?:resume|resuming|continue|unpause)(?: playing| playback of| play of| reading)?{_SAME}(?: please| now)?$"
)
_PAUSE = re.compile(rf"^(?:please |can you )?pause{_SAME}(?: please| now)?$")


def read(folder: Path) -> tuple[list[Sample], list[Sample]]:
    """(commands, no commands)."""
    commands: dict[str, Sample] = {}
    none: dict[str, Sample] = {}
    for raw, intent, marks in _rows(folder):
        text = normalise(raw)
        ours = _command(text, intent, marks)
        if ours and all(f" {words} " in f" {text} " for _, words in ours[1]):
            commands.setdefault(text, Sample(text, (ours,)))
        elif not ours and text and _surely_none(text, intent):
            none.setdefault(text, Sample(text, ()))
    return list(commands.values()), [sample for text, sample in none.items() if text not in commands]


def _rows(folder: Path) -> Iterator[tuple[str, str, list[tuple[str, str]] | None]]:
    """(text, intent, marks, or None where it has none)."""
    for name in ("hwu_slots.jsonl", "hwu64.jsonl"):
        for line in (folder / name).read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            if not _BROKEN.search(row["text"]):
                marked = row.get("annotated")
                yield row["text"], row["intent"], None if marked is None else _MARK.findall(marked.lower())


def _surely_none(text: str, intent: str) -> bool:
    if intent not in _NONE or _UNSURE.search(text) or not re.search(_NONE_IF.get(intent, ""), text):
        return False
    if _INDOORS.search(text) and not _OUTDOORS.search(text) and not re.search(r" in \w+", text):
        return False
    if re.search(r"\bplay\b", text) and intent not in ("play_game", "calendar_set", "calendar_query"):
        return False
    return intent.startswith(_ASKING) or not (ask.question(text) or ask.convert(text))


def _command(text: str, intent: str, marks: list[tuple[str, str]] | None) -> Command | None:
    """One sentence as ours, or None where it does not fit exactly."""
    if ours := _by_words(text, intent):
        return ours
    slots = dict(marks or ())
    if marks is None or len(slots) != len(marks):
        return None
    if intent in _SIMPLE:
        return _SIMPLE[intent], ()
    if intent == "general_commandstop":
        stop = re.search(r"\b(stop|quiet|silent|silence|shut)\b", text) and "cancel" not in text
        return ("assistant.stop" if stop else "assistant.cancel"), ()
    if intent in _LIGHT:
        return _light(text, _LIGHT[intent], slots)
    if intent == "iot_hue_lightchange" and slots.get("color_type") in COLORS and not re.search(r"\bfrom\b", text):
        return _light(text, "light.set", slots)
    if intent.startswith("audio_volume") and not (set(slots) - {"change_amount"}):
        return _volume(text, intent, slots)
    if intent.startswith("iot_wemo"):
        return _device(text, "device." + intent[9:], slots)
    if intent == "iot_cleaning":
        return _vacuum(text, slots)
    if intent in ("datetime_query", "datetime_convert"):
        return _clock(text, slots) if intent == "datetime_query" or text.startswith("what time is it in") else None
    if intent.startswith("lists_"):
        return _list(text, intent, slots)
    if intent in ("play_music", "play_radio", "play_podcasts", "play_audiobook"):
        return _play(text, slots)
    return None


def _by_words(text: str, intent: str) -> Command | None:
    """Those whose words say it all."""
    if intent in ("alarm_set", "calendar_set"):
        if intent == "alarm_set" and (alarm := when.alarm_set(text)) is not None:
            return "alarm.set", alarm
        return _made("reminder.set", when.reminder_set(text) if re.search("remind|forget", text) else None)
    if intent == "alarm_query":
        return ("alarm.list", ()) if when.alarm_list(text) else None
    if intent == "alarm_remove":
        return _made("alarm.cancel", when.alarm_cancel(text))
    if intent == "calendar_query":
        return _made("reminder.list", when.reminder_list(text))
    if intent in ("qa_maths", "qa_factoid", "cooking_recipe", "qa_definition"):
        return _question(text, intent)
    if intent == "music_query":
        return ("media.what", ()) if music.asked(text) else None
    if intent.startswith(("play_", "music_settings")) and intent != "play_game":
        if _NEXT.match(text):
            return "media.next", ()
        if _RESUME.match(text) or _PAUSE.match(text):
            return ("media.pause" if _PAUSE.match(text) else "media.resume"), ()
        found = music.played(text) if intent == "play_music" else None
        return ("media.play", ()) if found and music.plain(found[1]) else None
    return None


def _question(text: str, intent: str) -> Command | None:
    if slots := ask.convert(text):
        return "math.convert", slots
    if slots := ask.calculate(text) if intent == "qa_maths" else None:
        return "math.calculate", slots
    if intent == "qa_factoid":
        return _made("question.ask", ask.question(text))
    return _made("question.ask", ask.meaning(text)) if intent == "qa_definition" else None


def _made(intent: str, slots: Slots | None) -> Command | None:
    return None if slots is None else (intent, slots)


def _pairs(**values: str | None) -> Slots:
    return tuple((key, re.sub(r"^(the|my|our|a) ", "", value)) for key, value in values.items() if value)


def _play(text: str, slots: dict[str, str]) -> Command | None:
    """What is to be played, where marks tell what the words are."""
    app = slots.pop("app_name", None)
    text = (
        re.sub(rf" (?:on|from|using|through) (?:my |the )?{re.escape(app)}(?: app| radio)?$", "", text) if app else text
    )
    slots.pop("player_setting", None)
    parts = music.played(text)
    if not parts or not slots or set(slots) - _SOUND or (app and app in parts[1]):
        return None
    query = music.bare(parts[1])
    marked = {word for words in slots.values() for word in normalise(words).split()}
    outside = [word for word in query.split() if word not in marked]
    vague = query == "play list" or ({"media_type", "music_descriptor"} >= set(slots) and " " not in query)
    if not query or set(outside) - _LINKS or len(outside) == len(query.split()) or vague:
        return None
    if (
        query.split()[-1] in ("by", "of", "from", "the", "on", "about", "a", "and", "to")
        or query.split()[0] in ("from", "by", "of", "on")
        or re.search(r"\bafter|\bprevious|\bnext\b(?! episode)", query)
    ):
        return None
    return "media.play", (("query", query),)


def _vacuum(text: str, slots: dict[str, str]) -> Command | None:
    """Cleaning at once, in a room or nowhere in particular."""
    place = slots.get("house_place")
    if set(slots) - {"device_type", "house_place"} or not re.search(
        r"\b(vac\w*|clean\w*|i?roomba|hoover|robot)\b", text
    ):
        return None
    if re.search(
        r"\b(how|what|off|stop|dock|when|while|after|minutes?|hours?|at|by|from|daily|every|check|near|window|need|does|button|can't|charg\w*)\b",
        text,
    ):
        return None
    if place in _NOWHERE | {"flat", "furniture", "my room", "rooms"} or re.search(r"\bhouse\b|\bhome\b", text):
        return None
    area = None if not place or re.search("floor|carpet|rug", place) else place
    if not area and any(re.search(rf"\b{re.escape(name)}\b", text) for name in AREAS):
        return None
    return "vacuum.start", _pairs(area=area)


def _device(text: str, intent: str, slots: dict[str, str]) -> Command | None:
    name = slots.get("device_type")
    if not name or set(slots) - {"device_type", "house_place"}:
        return None
    if re.search(
        r"\b(when|while|to plug|on off|of my|for my|new|mute|lights?|not|else|battery|to connect)\b| in$", text
    ):
        return None
    said = (
        r"\b(on|start|activate|enable)\b"
        if intent.endswith("on")
        else r"\b(off|shut|deactivate|disable|power|cut|stop)\b"
    )
    return (intent, _pairs(name=name, area=slots.get("house_place"))) if re.search(said, text) else None


def _light(text: str, intent: str, slots: dict[str, str]) -> Command | None:
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
    return intent, _pairs(area=area, name=name, color=slots.get("color_type"))


def _volume(text: str, intent: str, slots: dict[str, str]) -> Command | None:
    if amount := slots.get("change_amount"):
        to = re.match(r"^(to|at) (.+)$", amount)
        return ("volume.set", (("level", to[2]),)) if to and "maximum level" not in amount else None
    if intent == "audio_volume_mute":
        return ("volume.mute", ()) if re.search(r"\b(mute|silent)\b", text) and "un" not in text else None
    direction = "up" if intent.endswith("up") else "down"
    fits = {
        "up": r"\b(up|louder|loud|increase|raise|higher|more|hear)\b",
        "down": r"\b(down|quiet|quieter|lower|decrease|reduce|softer|less|loud)\b",
    }
    return (f"volume.{direction}", ()) if re.search(fits[direction], text) else None


def _clock(text: str, slots: dict[str, str]) -> Command | None:
    vague = re.search(r"\b(zones?|another|other|this|next|last|neighboring|lovely)\b", text)
    if vague and not re.search(r"\bthis year$", text):
        return None
    if re.search(r"\btime\b", text) and not re.search("date|difference", text) and not (set(slots) - {"place_name"}):
        return "clock.time", _pairs(place=slots.get("place_name"))
    if re.search(r"\b(date|day)\b", text) and "time" not in text and not (set(slots) - {"date"}):
        day = slots.get("date")
        return "clock.date", _pairs(date=None if day in ("today", "today's") else day)
    return None


def _list(text: str, intent: str, slots: dict[str, str]) -> Command | None:
    name = slots.get("list_name")
    if set(slots) - {"list_name"} or not name:
        return None
    name = re.sub(r" list$", "", name)
    moves = {
        "lists_createoradd": ("add|put", "to|on|in|into|onto", "list.add"),
        "lists_remove": ("remove|delete|take", "from|off", "list.remove"),
    }
    if intent in moves:
        verb, link, ours = moves[intent]
        found = re.search(rf"\b(?:{verb}) (.+?) (?:{link}) (?:my |the |our )?{re.escape(name)}", text)
        item = re.sub(r"^(the|my) ", "", found[1]) if found else None
        return (ours, (("item", item), ("list", name))) if item and "item" not in item else None
    fits = re.search(r"^(please )?(what|whats|what's|read|show|tell me what|open|go through|list)\b", text)
    return ("list.read", (("list", name),)) if fits and "lists" not in text else None
