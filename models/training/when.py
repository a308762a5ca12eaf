"""Times, dates and lengths of time in sentences by other people, and the alarms and reminders told by them."""

import re

Slots = tuple[tuple[str, str], ...]

_ONES = "one|two|three|four|five|six|seven|eight|nine"
_HOUR = rf"(?:{_ONES}|ten|eleven|twelve|1[0-2]|[1-9])"
_MINUTE = (
    rf"(?:(?:oh|o) (?:{_ONES})|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen|"
    rf"(?:twenty|thirty|forty|fifty)(?:[ -](?:{_ONES}))?)"
)
_PART = r"(?: (?:in the (?:morning|afternoon|evening)|at night))"
_DIGITS = r"(?:[01]?\d|2[0-3])[:.][0-5]\d"
_SAID = rf"(?:{_DIGITS}|{_HOUR}(?: {_MINUTE})?)"
_ALONE = r"(?<!twenty )(?<!thirty )(?<!forty )(?<!fifty )(?<![\w:.-])"
STRONG = (
    rf"{_ALONE}(?:(?:{_SAID}|\d{{3,4}}) ?(?:am|pm){_PART}?|{_SAID} o'?clock(?: (?:am|pm))?{_PART}?|{_SAID}{_PART}|{_DIGITS}|"
    rf"(?:a )?(?:half|quarter|{_MINUTE}) (?:past|to|after|till) {_HOUR}(?: ?(?:am|pm))?{_PART}?|"
    r"(?:12 |twelve )?(?:noon|midnight|midday))\b(?! (?:minutes?|hours?|hundred))"
)
_LATER = r"(?=$| (?:today|tomorrow|tonight|on|every|to|this|next|for|please|in)\b)"
TIME = rf"{STRONG}|(?<=\bat ){_SAID}\b{_LATER}|(?<=\bfor ){_SAID}\b{_LATER}|(?<=\bto ){_SAID}\b{_LATER}"
_DAY = r"(?:monday|tuesday|wednesday|thursday|friday|saturday|sunday)"
_OF_DAY = r"(?: (?:morning|afternoon|evening|night))?"
_MONTH = r"(?:january|february|march|april|may|june|july|august|september|october|november|december)"
_NTH = (
    r"(?:\d{1,2}(?:st|nd|rd|th)|(?:twenty[ -]|thirty[ -])?(?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth)|"
    r"tenth|eleventh|twelfth|thirteenth|fourteenth|fifteenth|sixteenth|seventeenth|eighteenth|nineteenth|twentieth|thirtieth)"
)
DATE = (
    rf"(?:(?:the )?day after tomorrow|tomorrow{_OF_DAY}|today|tonight|this (?:morning|afternoon|evening)|"
    rf"(?:next |this coming |this |coming )?{_DAY}{_OF_DAY}|next week|next month|this weekend|"
    rf"(?:the )?{_NTH} (?:of )?{_MONTH}|{_MONTH} (?:the )?{_NTH}|{_MONTH} (?:\d{{1,2}}|{_MINUTE}|{_ONES})|the {_NTH})\b(?!'?s\b)(?! o'clock| alarm)"
)
REPEAT = (
    rf"\b(?:every ?day|daily|each day|every single day|(?:every|each) (?:weekday|weekend|morning|evening|night|{_DAY})|"
    rf"weekdays|weekends|{_DAY}s)\b"
)
_POSSESSIVE = rf"(?:today'?s|tomorrow'?s|tonight'?s|{_DAY}'s)\b"
_FEW = rf"(?:an?|{_ONES}|ten|fifteen|twenty|thirty|forty five|forty|fifty|\d+|half an|a half|a few|a couple of)"
DURATION = rf"(?:{_FEW} (?:minutes?|mins?|hours?|days?|weeks?)|an hour and a half)\b"

_MANNERS = (
    r"(?:(?:please|kindly|hey|hi|hello|ok|okay|also|just|olly|go ahead and|(?:can|could|will|would) you|"
    r"i (?:need|want) you to|i'?d like you to|i would like you to|you need to|i need to|i want to|i'?d like to|"
    r"i would like to|remember to|do ?n'?t forget to|can i|help me|let me|let's|you should|be sure to) )*"
)
_AROUND = frozenset(
    "please can could will would you i i'd id i'll want need like to wish have has an a the my me us new alarm clock up it"
    " at for on by now right just hey hi ok okay olly be in of alexa google siri set that which is and so there this".split()
)
_SET = frozenset(
    "make create add start schedule put go off wake ring sound play get give initiate arrange fix sure going"
    " setup from change alert buzz woken do help waking reset".split()
)
_CANCEL = frozenset(
    "cancel delete remove clear stop disable turn off dismiss erase get rid unset deactivate all alarms scheduled switch"
    " shut don't take away".split()
)
_LIST = frozenset(
    "what what's whats which when how many do does are is there any alarms list show tell time times will go off active"
    " upcoming scheduled give know let see all coming currently if check did next read out got hear".split()
)
_REMINDERS = frozenset(
    "what what's whats which are is there any reminder reminders list lists show tell do does all give know let see read out"
    " hear check back go through current currently pending upcoming items item every each repeat say speak everything with"
    " today's today some did am if up get".split()
)


def find(text: str, kinds: tuple[str, ...] = ("repeat", "date", "time")) -> tuple[str, dict[str, str]] | None:
    """(the other words, the times and dates); None where there are two of a kind."""
    if "hundred" in text:
        return None
    found: dict[str, str] = {}
    for kind in kinds:
        pattern = {"repeat": REPEAT, "date": DATE, "time": TIME, "possessive": _POSSESSIVE}[kind]
        hits = list(re.finditer(rf"(?<!\w)(?:{pattern})", text))
        if len(hits) > 1:
            return None
        if hits:
            found[kind] = hits[0][0]
            text = f"{text[: hits[0].start()]} {text[hits[0].end() :]}"
    return " ".join(text.split()), found


def alarm_set(text: str) -> Slots | None:
    """The slots of a sentence that sets one alarm."""
    if not (read := find(text)) or re.search(r"\b(reminder|timer|is my alarm|do i have)\b", text):
        return None
    other, slots = read
    if "time" in slots:
        other = re.sub(r"\b(?:in the|early in the) morning\b", "", other)
    wakes = re.search(r"\b(wake|woken|get) (?:me |us )?up\b|\bwake me\b|\b(?:alert|buzz) me\b", other)
    named = re.match(r"(?:a |an )?alarm\b", other) and "time" in slots
    sets = named or (
        re.search(r"\balarm\b", other)
        and re.search(
            r"\b(set|make|create|add|start|schedule|put|need|want|give|like|have|fix|arrange|initiate|change|sound|ring)\b",
            other,
        )
    )
    if (
        set(other.split()) - _AROUND - _SET
        or not (sets or (wakes and "time" in slots))
        or ("get up" in other and not sets)
    ):
        return None
    if re.search(r"\b(?:for|at|to|on|by)$", other) and not slots:
        return None
    if re.search(r"\b(change|reset|start)\b|\bis\b|alarm alarm", other) and "time" not in slots:
        return None
    return tuple((kind, slots[kind]) for kind in ("time", "date", "repeat") if kind in slots)


def alarm_cancel(text: str) -> Slots | None:
    """The slots of a sentence that cancels alarms."""
    if not (read := find(text, ("repeat", "possessive", "date", "time"))):
        return None
    other, slots = read
    fits = re.search(r"\balarms?\b", other) and re.search(
        r"\b(cancel|delete|remove|clear|stop|disable|turn|dismiss|erase|rid|unset|deactivate|switch|shut|take)\b", other
    )
    if not fits or "repeat" in slots or set(other.split()) - _AROUND - _CANCEL - {"wake"} or "turn on" in other:
        return None
    date = slots.get("possessive") or slots.get("date")
    if "possessive" in slots and "date" in slots:
        return None
    return _pairs(time=slots.get("time"), date=date)


def alarm_list(text: str) -> bool:
    """Whether it asks for the alarms."""
    text = re.sub(rf"\b(?:in the|this)? ?morning\b|{_POSSESSIVE}", "", text)
    if not (read := find(text)):
        return False
    other, _ = read
    asks = re.search(
        r"\b(what|what's|whats|which|when|how many|list|show|tell|do i|are there|is there|is (?:my|the)|check)\b|^my alarms$",
        other,
    )
    return bool(
        asks and re.search(r"\balarms?\b", other) and not set(other.split()) - _AROUND - _LIST
    ) and not re.search(r"\b(need|set|want|like) (?:to set )?(?:an|the|my) alarm\b|how do\b", other)


def reminder_list(text: str) -> Slots | None:
    """The slots of a sentence that asks for the reminders."""
    if not (read := find(text, ("possessive", "date"))):
        return None
    other, slots = read
    if not re.search(r"\breminders\b|\breminders? list\b", other) or set(other.split()) - _AROUND - _REMINDERS:
        return None
    asks = r"\b(what|what's|whats|which|list|show|tell|do i|are there|is there|any|check|read|give|hear|repeat|see|say|go)\b"
    if not re.search(asks, other) and other not in ("my reminders", "reminders"):
        return None
    if re.search(r"\b(set|need) (a|an|my) |\bif\b", other) or len(slots) > 1:
        return None
    return _pairs(date=next(iter(slots.values()), None))


_HEADS = re.compile(
    rf"^{_MANNERS}(?:(?P<ask>remind (?:me|us)|be reminded|do ?n'?t let me forget)|"
    r"(?:(?:set|make|create|add|give|schedule|need|have|want|like|leave|put in|i need|i want|i'?d like|i would like|get|new)"
    r"(?: me)?(?: up)?(?: an?| another| the)?(?: new)? reminder(?: for me| for myself)?(?: set)?(?: up)?))\b"
)
_ONE = re.compile(
    rf"(?:(?:in|after|within) (?P<duration>{DURATION})|(?:on |for )?(?P<date>{DATE})|(?:at |for |by )?(?P<time>{STRONG})|"
    rf"at (?P<weak>{_SAID})(?=$|\s))"
)
_END = re.compile(rf" (?:{_ONE.pattern})$")
_UNCLEAR = re.compile(
    r"\b(every|everyday|each|daily|weekly|monthly|yearly|recurring|repeat|repeating|remind|reminded|reminder|reminders|today|"
    r"todays|tomm?or?r?ow|tommorow|tomorrow'?s|tonight|am|pm|a m|p m|o'?clock|hours?|minutes?|later|weeks?|months?|before|when|if|"
    r"while|until|calendar|event|events|awhile|bit|morning|evening|afternoon|night|noon|midnight|monday|tuesday|wednesday|"
    r"thursday|friday|saturday|sunday|\w+days|will be|o clock|divided|in advance|this time|time|soon|thing|things|something|for me|alarm|set|don't|date|always)\b|\d(?:am|pm)?$|'s$"
)
_TIMED = re.compile(rf"\b(?:{DATE}|{STRONG}|{DURATION}|(?:at|by) {_HOUR}\b)|^{_HOUR}\b")
_VAGUE = frozenset("something it this that me us do this do it do that please an event".split(" ")) | {
    "do this", "do it", "do that", "an event", "job", "this job", "item", "this item", "do something", "to do something",
}  # fmt: skip


def reminder_set(text: str) -> Slots | None:
    """The slots of a sentence that asks to be reminded once."""
    if "hundred" in text:
        return None
    text = re.sub(r" (?:please|thanks|thank you|okay)$", "", text)
    slots: dict[str, str] = {}
    rest = _front(text, slots)
    if rest is None or not (head := _HEADS.match(rest)):
        return None
    rest = _front(rest[head.end() :].strip(), slots)
    if rest is None:
        return None
    link = re.match(r"(to|about|of|for me to|for me that|for|that|because)\b ?", rest)
    word = link[1] if link else ""
    rest = _back(rest[link.end() :] if link else rest, slots)
    if rest is None:
        return None
    if word in ("about", "of", "for", ""):
        rest = re.sub(r"^(the|my|our|a|an) ", "", rest)
    rest = re.sub(r"^(?:that )?i (?:have|need|ought|'ve got) to ", "", rest)
    if not rest:
        return _pairs(**slots) if slots or not (head["ask"] or word) else None
    if (
        _UNCLEAR.search(rest)
        or _TIMED.search(rest)
        or rest in _VAGUE
        or rest.split()[0] in ("this", "that", "to", "of", "about", "for", "at", "on", "in", "with")
    ):
        return None
    if not word and (not head["ask"] or not slots) and not re.match(r"(i|we|pay|call|buy|take|get|feed)\b", rest):
        return None
    return (("text", rest), *_pairs(**slots))


def _front(text: str, slots: dict[str, str]) -> str | None:
    """The text without the times it begins with; None where a kind stands twice."""
    while found := _ONE.match(text):
        if not _keep(found, slots):
            return None
        text = text[found.end() :].strip()
    return text


def _back(text: str, slots: dict[str, str]) -> str | None:
    text = f" {text}"
    while found := _END.search(text):
        if not _keep(found, slots):
            return None
        text = text[: found.start()]
    return text.strip()


def _keep(found: re.Match[str], slots: dict[str, str]) -> bool:
    kind, words = next((kind, words) for kind, words in found.groupdict().items() if words)
    kind = "time" if kind == "weak" else kind
    twice = kind in slots
    slots[kind] = words
    return not twice


def _pairs(**values: str | None) -> Slots:
    return tuple((key, value) for key, value in values.items() if value)
