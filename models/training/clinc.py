"""CLINC150's sentences (CC BY 3.0) as ours, by their words, for it marks no slots; None where one does not fit."""

import re
from collections.abc import Callable

from models.training import ask, music, when

Slots = tuple[tuple[str, str], ...]
Command = tuple[str, Slots]

_AMOUNT = r"(?:an?|\d+|[a-z]+(?:[ -](?:two|three|four|five|six|seven|eight|nine))?)"
_DURATION = re.compile(rf"\b({_AMOUNT}[ -](?:minute|hour|second)s?(?: and {_AMOUNT} (?:minute|second)s?)?)\b")
_STOP = re.compile(r"\b(stop|quit|silence|shut|talk|quiet|hush)")
_NUMBER = re.compile(
    r"\b(?:to|at) ((?:\d+|one|two|three|four|five|six|seven|eight|nine|ten|\w+ percent|\d+%))(?: please)?$"
)
_SIDES = r"(?:\d+|three|four|five|six|seven|eight|nine|ten|twelve|sixteen|twenty|thirty|hundred)"
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
    if len(durations) != 1 or re.search(
        r"cancel|how (long|much)|left|pause|check|add|more|remind|alarm|wake|stop at| x ", text
    ):
        return None
    words = re.sub(r"^(?:a|set|for|from|when|minus|start|timer|the) ", "", durations[0])
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


def _alarm(text: str) -> Command | None:
    if re.search(r"\b(cancel|delete|remove|turn off|disable|clear)\b", text):
        return _made("alarm.cancel", when.alarm_cancel(text))
    if (slots := when.alarm_set(text)) is not None:
        return "alarm.set", slots
    return ("alarm.list", ()) if when.alarm_list(text) else None


def _remind(text: str) -> Command | None:
    return _made("reminder.set", when.reminder_set(text))


def _reminders(text: str) -> Command | None:
    return _made("reminder.list", when.reminder_list(text))


def _play(text: str) -> Command | None:
    return _made("media.play", music.play(text))


def _next(text: str) -> Command | None:
    return ("media.next", ()) if music.following(text) else None


def _what(text: str) -> Command | None:
    return ("media.what", ()) if music.asked(text) else None


def _sum(text: str) -> Command | None:
    return _made("math.calculate", ask.calculate(text))


def _convert(text: str) -> Command | None:
    return _made("math.convert", ask.convert(text))


def _question(text: str) -> Command | None:
    return _made("question.ask", ask.meaning(text))


def _dice(text: str) -> Command | None:
    if not re.search(r"\b(dice|die|dices|d\d+)\b", text) or re.search(r"\btimes\b|\bwhat (?:are|is)\b", text):
        return None
    sides = re.search(rf"\b({_SIDES})[ -]sided?\b|\b(d\d+)\b|\b({_SIDES}) sides\b", text)
    if not sides:
        return None if re.search(r"\bsid(?:ed?|es)\b", text) else ("random.dice", ())
    return "random.dice", (("sides", next(filter(None, sides.groups()))),)


def _coin(text: str) -> Command | None:
    several = r"\btimes\b|\btwice\b|\bcoins\b|\bwhat are\b|\bhow\b"
    return ("random.coin", ()) if re.search(r"coin|heads|tails|flip", text) and not re.search(several, text) else None


def _made(intent: str, slots: Slots | None) -> Command | None:
    return None if slots is None else (intent, slots)


_HOME = r"^(?:(?:please|now|kindly|hey|go ahead and|(?:can|could|will|would) you(?: please| help me)?|will you please|i want you to|i need you to|i'd like you to|remember to|make sure to) )*"
_THING = r"(?:the |my |our )?(?P<name>tv|television|fans?|furnace|heater|ac|air conditioner|air conditioning|radio|ceiling fan|coffee maker|stereo)"
_LIGHTS = r"(?:the |my |all the |all my )?(?:lights?|lamps)"
_ROOM = r"(?: (?:in|of) (?:the |my )?(?P<area>[a-z]+(?: (?:room|bedroom|bathroom|yard))?))"
_LAST = r"(?: for me| please| right now| now| in here)*$"
_SWITCH = tuple(
    re.compile(_HOME + form + _LAST)
    for form in (
        rf"(?:turn|switch|put|power|get) {_THING} (?:to )?(?P<on>on|off)",
        rf"(?:turn|switch|put|power) (?P<on>on|off) {_THING}",
        rf"(?P<on>activate|start) {_THING}",
        rf"(?:(?:i )?(?:need|want) )?{_THING} (?P<on>on|off)",
        rf"(?:i )?(?:need|want) {_THING} turned (?P<on>on|off)",
    )
)
_LIT = tuple(
    re.compile(_HOME + form + _LAST)
    for form in (
        rf"(?:turn|switch|put) (?P<on>on|off) {_LIGHTS}{_ROOM}?",
        rf"(?:turn|switch|put) {_LIGHTS} (?P<on>on|off){_ROOM}?",
        rf"(?:turn|switch|put) {_LIGHTS}{_ROOM} (?P<on>on|off)",
        r"(?:turn|switch|put) (?P<on>on|off) (?:the |my )?(?P<area>[a-z]+(?: (?:room|bedroom))?) lights?",
        r"(?:turn|switch|put) (?:the |my )?(?P<area>[a-z]+(?: (?:room|bedroom))?) lights? (?P<on>on|off)",
    )
)
_DEGREES = re.compile(
    rf"\b(?:temp|temperature|thermostat|ac|heat|furnace)\b.*?\b(?:to|at|is|be) (?P<to>\d\d)(?: degrees)?{_LAST}|\btemperature (?P<so>\d\d)(?: degrees)?{_LAST}"
)
_HOW_WARM = re.compile(
    r"^(?:can you tell me |could you tell me |tell me |do you know )?(?:what|what's|whats) (?:is |temp |temperature |the |my )*(?:(?:temp|temperature|setting|ac|thermostat)\b.*)$"
)


def _home(text: str) -> Command | None:
    """Lights, fans, heating and doors, as far as the words are plain."""
    for form in _LIT:
        if (found := form.match(text)) and found["on"]:
            area = found.groupdict().get("area")
            unclear = area in ("here", "room", "house", "main", "all", "home", "this room", "of", "the")
            return None if unclear else (f"light.{found['on']}", (("area", area),) if area else ())
    for form in _SWITCH:
        if found := form.match(text):
            return ("device.off" if found["on"] == "off" else "device.on"), (("name", found["name"]),)
    if re.match(rf"{_HOME}dim {_LIGHTS}{_LAST}", text) or re.match(rf"{_HOME}make {_LIGHTS} dimmer{_LAST}", text):
        return "light.dimmer", ()
    if re.match(rf"{_HOME}turn (?:down {_LIGHTS}|{_LIGHTS} down)(?: a little| just a bit| a bit)?{_LAST}", text):
        return "light.dimmer", ()
    return _climate(text) or _doors(text)


def _climate(text: str) -> Command | None:
    if "oven" in text or "outside" in text:
        return None
    if re.search(r"\b(set|turn|make|change|put|adjust|raise|lower|sure)\b", text) and (found := _DEGREES.search(text)):
        return "climate.set", (("temperature", found["to"] or found["so"]),)
    return ("climate.get", ()) if _HOW_WARM.match(text) else None


def _doors(text: str) -> Command | None:
    if found := re.match(
        rf"{_HOME}(lock|unlock) (?:all (?:of )?)?(?:the |my )?((?:front |back )?doors?)(?: in the house)?{_LAST}", text
    ):
        return f"lock.{found[1]}", (("name", found[2]),)
    if found := re.match(
        r"(?:are|is) (?:all )?(?:the|my) ((?:front |back )?doors?) (?:locked|unlocked)(?: right now)?$", text
    ):
        return "state.get", (("name", found[1]),)
    return None


def surely_none(text: str, intent: str) -> bool:
    """Whether it is surely none of ours."""
    if not text or intent in OURS | _UNSURE or _DOUBTFUL.search(text):
        return False
    if intent == "oos":
        return not re.match(
            r"(?:(?:please|hey|can you|could you|do you know|tell me|find out|i want to know|i need to know|i'd like to know|let me know) )*"
            r"(who|what|when|where|why|how|which|is|are|does|do|did|was|were|can|could|should|would|will|has|have|tell|explain|in)",
            text,
        )
    return True


_DOUBTFUL = re.compile(
    r"\b(lights?|lamps?|timers?|volume|mute|jokes?|thanks?|thank you|alarms?|remind\w*|vacuum|thermostat|unlock|doors?|curtains|coin|dice|"
    r"snooze|calculate|convert|define|definition|play|songs?|music|listen|skip|temperature|degrees|how (?:hot|cold|warm)|"
    r"(?:shopping|grocery|to do|todo|to-do) list|how far|distance|stop|turn (?:on|off)|never ?mind|spell)\b"
)
_UNSURE = frozenset(
    "timezone smart_home whisper_mode goodbye reset_settings sync_device meaning_of_life fun_fact distance nutrition_info calories"
    " ingredient_substitution ingredients_list cook_time food_last recipe translate plug_type vaccines oil_change_how jump_start"
    " tire_change improve_credit_score international_visa exchange_rate next_holiday travel_suggestion gas_type carry_on maybe"
    " update_playlist how_old_are_you tire_pressure".split()
)
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
    "alarm": _alarm,
    "reminder": _reminders,
    "reminder_update": _remind,
    "play_music": _play,
    "next_song": _next,
    "what_song": _what,
    "calculator": _sum,
    "measurement_conversion": _convert,
    "definition": _question,
    "spelling": _question,
    "roll_dice": _dice,
    "flip_coin": _coin,
    "smart_home": _home,
}
OURS = frozenset(_PLAIN) | frozenset(_READERS)
