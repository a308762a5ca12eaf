"""Requests for music, radio and books in sentences by other people: what is to be played."""

import re

Slots = tuple[tuple[str, str], ...]

_MANNERS = (
    r"(?:(?:please|kindly|hey|hi|hello|ok|okay|now|just|yo|olly|google|alexa|siri|"
    r"(?:can|could|will|would) (?:you|u)(?: please)?|are you able to|"
    r"go ahead and|i (?:want|need) (?:you|for you) to|i'?d like you to|i would like you to|you can|i need to|i wanna|let's|lets) )*"
)
_HEAD = re.compile(
    rf"^{_MANNERS}(?:play|put on|start playing|begin playing|start play|queue up|pull up|start up|tune (?:in ?)?to|listen to|"
    r"(?:i )?(?:want|need|wanna|like|love|wish)(?: to)? (?:hear|listen to|play)|i'?d (?:like|love) to (?:hear|listen to|play)|"
    r"i would (?:like|love) to (?:hear|listen to|play)|i am in the mood to (?:hear|listen to)|"
    r"(?:let me|let us|let's|lets|can i|could i|may i|can we) (?:hear|listen to)|hear|give me|start(?= (?:my|the) ))"
    r"\b(?: for me| me| us)?\b ?"
)
_ON = re.compile(rf"^{_MANNERS}(?:put|turn) (?P<what>.+?) on$")
_LATE = re.compile(r"(?: (?:please|for me|now|right now|immediately|thanks))+$")
DETERMINER = re.compile(r"^(?:(?:all|any) of the|some of the|all the|all my|some|the|my|a|an|our)(?: |$)")
_PLAIN = frozenset(
    "|music|songs|song|something|tune|tunes|anything|any music|any song|any songs|any tune|any tunes|some music|"
    "a song|a tune|music for me".split("|")
)
_UNCLEAR = re.compile(
    r"\b(goes?|going|sounds?|sounding|lyrics|that|this|x's|x|your|find|after|next|when|until|except|without|then|starts|"
    r"again|loop|repeat|shuffle|which|where|video|movie|game|alarm|reminder|timer|it|minutes|on|i|from where|volume|guitar)\b"
)
_NEXT = re.compile(
    r"\b(?:next|skip|pass (?:this|on)|past this|go forward|change (?:this|the) song|forward (?:this|one)|play the song after)\b"
)
_WHAT = re.compile(
    r"\b(?:songs?|songs|music|track|tune|jam|artist|band|singer|title|playing|listening|hearing|sings?|sang|singing|sung|this)\b"
)
_WHAT_WORDS = frozenset(
    "what what's whats which who who's whose is are am i we you the this that of to on by in and a it now right currently current at"
    " moment please can could will would tell me let know do i'd like want need wanna name names identify give say find out look up"
    " song songs song's songs music track tune jam release artist artist's band singer title titles called playing played play listening"
    " hearing hear sings sing sang singing sung being radio speaker speakers stereo hey olly ok okay nice cool love get for help get"
    " wanting needing you're we're that's there time plays".split()
)


def played(text: str) -> tuple[str, str] | None:
    """(the words before, the words after) the verb of a sentence that asks for something to be played."""
    if found := _ON.match(text):
        return text[: found.start("what")], found["what"]
    text = _LATE.sub("", text)
    return (text[: found.end()], text[found.end() :]) if (found := _HEAD.match(text)) else None


def bare(words: str) -> str:
    """Without an article or the like before it."""
    return re.sub(r"^(?:me |us )", "", DETERMINER.sub("", words)).strip()


def plain(words: str) -> bool:
    """Whether nothing certain is wanted: "some music"."""
    return bare(words) in _PLAIN and words not in ("the song", "the tune", "the songs")


def play(text: str) -> Slots | None:
    """The slots of a sentence without marks that asks for music."""
    if re.match(rf"{_MANNERS}(?:music|some music|a song)(?: please)?$", text):
        return ()
    if found := re.match(rf"^{_MANNERS}(?:the |my )?(?P<query>(?:[a-z' -]+) (?:playlist|mix))(?: please)?$", text):
        named = not re.search(
            r"\b(play|my|start|put|hear|use|turn|do|want|listen|is|pull|resume|up|open)\b", found["query"]
        )
        if named:
            return (("query", found["query"]),)
    if re.match(rf"{_MANNERS}(?:turn|put) (?:on (?:the |my )?)(?P<q>[a-z' ]+ playlist)", text):
        text = re.sub(r"\bturn on\b", "put on", text)
    if not (parts := played(text)):
        return None
    before, what = parts
    if plain(what) and re.search(r"\b(play|playing|on|hear|listen|put|start up)\b", text):
        return ()
    turned = re.search(r"\bturn\b", before)
    query = bare(what)
    unclear = (
        _UNCLEAR.search(query)
        or len(query.split()) > 8
        or query in ("playlist", "radio", "song", "music playlist", "jam")
    )
    if unclear or re.match(r"(me|us|any|up|for|by|out|to|with|back)\b", query) or (turned and "playlist" not in query):
        return None
    if re.search(r"\b(?:give me|need|like) ?$", before) and not re.search(r"\b(music|playlist|song)", query):
        return None
    return (("query", query),)


def following(text: str) -> bool:
    """Whether it asks for the next song."""
    other = r"\bwhat|\bwhich|\bpause|remember|\bprevious|\bto (?:number|track) |\btwo\b|playlist called|\bthen\b|ready|coming up|queue"
    return bool(_NEXT.search(text)) and not re.search(other, text)


def asked(text: str) -> bool:
    """Whether it asks what is playing."""
    if set(text.split()) - _WHAT_WORDS or not _WHAT.search(text):
        return False
    asks = r"\b(?:what|what's|whats|which|who|who's|whose|name|identify|title)\b|^(?:please )?tell me (?:this song|the (?:song|artist|singer|music))"
    return bool(re.search(asks, text)) and not re.search(
        r"\b(?:can i|do i|i play|play (?:this|that|the|a|some)|song by)\b", text
    )
