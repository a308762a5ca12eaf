"""CLINC150's sentences (CC BY 3.0) as ours, by their words, for it marks no slots; None where one does not fit."""

import re
from collections.abc import Callable

Slots = tuple[tuple[str, str], ...]
Command = tuple[str, Slots]

_AMOUNT = r"(?:an?|\d+|[a-z]+(?:[ -](?:two|three|four|five|six|seven|eight|nine))?)"
_DURATION = re.compile(rf"\b({_AMOUNT}[ -](?:minute|hour|second)s?(?: and {_AMOUNT} (?:minute|second)s?)?)\b")
_STOP = re.compile(r"\b(stop|quit|silence|shut|talk|quiet|hush)")
_NUMBER = re.compile(
    r"\b(?:to|at) ((?:\d+|one|two|three|four|five|six|seven|eight|nine|ten|\w+ percent|\d+%))(?: please)?$"
)
_LIST = r"(?:my |the |our )?(shopping|grocery|to do|to-do|todo|task) list"


def command(text: str, intent: str) -> Command | None:
    """A sentence's intent and slots."""
    if intent in _PLAIN:
        return _PLAIN[intent], ()
    reader = _READERS.get(intent)
    return reader(text) if reader else None


def _cancel(text: str) -> Command | None:
    if re.search(r"\bpause|resume|later\b", text):
        return None
    silence = _STOP.search(text) and not re.search(r"cancel|never ?mind|what you|request|working", text)
    return ("assistant.stop" if silence else "assistant.cancel"), ()


def _time(text: str) -> Command | None:
    if re.search(r"time ?zone|timezone", text):
        return None
    text = re.sub(r" (right now|now|please|at the moment|currently)$", "", text)
    place = re.search(r".* in (?:the )?([^,]+(?: [a-z]{2})?)$", text)
    return "clock.time", (("place", place[1]),) if place else ()


def _date(text: str) -> Command | None:
    if found := re.search(r"\b(tomorrow(?:'?s)?)\b", text):
        return "clock.date", (("date", found[1]),)
    return ("clock.date", ()) if re.search(r"\btoday|\bis it\b|current", text) else None


def _timer(text: str) -> Command | None:
    durations = _DURATION.findall(text)
    if len(durations) != 1 or re.search(r"cancel|how (long|much)|left|pause|check|add|more", text):
        return None
    words = re.sub(r"^(?:a|set|for|minus|start|timer|the) ", "", durations[0])
    return "timer.start", (("duration", words),)


def _volume(text: str) -> Command | None:
    if found := _NUMBER.search(text):
        return "volume.set", (("level", found[1]),)
    if re.search(r"\bto\b|\d|mute|max|min", text):
        return None
    if re.search(r"\b(up|louder|raise|increase|higher|boost)\b", text):
        return "volume.up", ()
    return ("volume.down", ()) if re.search(r"\b(down|quieter|lower|decrease|reduce|softer)\b", text) else None


def _read(text: str) -> Command | None:
    found = re.search(_LIST, text)
    asked = re.search(
        r"^(?:please |can you |could you |i need you to )?(?:what|read|tell me what|list|show|let me know what)", text
    )
    return ("list.read", (("list", found[1]),)) if found and asked and "need" not in text else None


def _change(text: str) -> Command | None:
    if len(re.findall(r"\b(?:add|put|remove|delete|take|cross|erase)\b", text)) != 1:
        return None
    begin = r"^(?:please |can you |could you |i need you to |go ahead and |you can |i need to |i want to )*"
    end = r"(?: please| for me| now)?$"
    if found := re.search(rf"{begin}(?:add|put) (.+?) (?:to|on|onto|in) {_LIST}{end}", text):
        return "list.add", (("item", _bare(found[1])), ("list", found[2]))
    if found := re.search(
        rf"{begin}(?:remove|delete|take|cross|erase) (?:off )?(.+?) (?:from|off|off of) {_LIST}{end}", text
    ):
        if re.search(r"\b(all|everything)\b", found[1]):
            return "list.clear", (("list", found[2]),)
        return "list.remove", (("item", _bare(found[1])), ("list", found[2]))
    return None


def _bare(words: str) -> str:
    return re.sub(r"^(the|my) ", "", words)


_PLAIN = {
    "repeat": "assistant.repeat",
    "tell_joke": "assistant.joke",
    "greeting": "assistant.greet",
    "thank_you": "assistant.thanks",
    "what_can_i_ask_you": "assistant.help",
}
_READERS: dict[str, Callable[[str], Command | None]] = {
    "cancel": _cancel,
    "time": _time,
    "date": _date,
    "timer": _timer,
    "change_volume": _volume,
    "shopping_list": _read,
    "todo_list": _read,
    "shopping_list_update": _change,
    "todo_list_update": _change,
}
OURS = frozenset(_PLAIN) | frozenset(_READERS)
