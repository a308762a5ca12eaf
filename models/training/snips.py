"""Snips' sentences (CC0) as ours: requests for music, by the pieces they come in; most others are none of ours."""

import json
import re
from pathlib import Path

from models.training import music
from models.training.generate import Sample
from speaker.text import normalise

Slots = tuple[tuple[str, str], ...]

_SERVICE = r"(?: (?:on|using|with|via|off|off of|from|in|through|over|by|out of|by using|by way of))(?: the| my)?"
_UNSURE = re.compile(
    r"\b(alarm|timer|remind|light|lights|volume|temperature|degrees|how (?:hot|cold|warm|humid)|is it (?:\w+ )?(?:hot|cold|warm|cool|humid)|"
    r"define|definition|music|listen|hear)\b"
)
_OUTDOORS = re.compile(r" (?:in|at|near|for) \w|\b(?:outside|will|forecast|tomorrow|going to|weather)\b")


def read(folder: Path) -> tuple[list[Sample], list[Sample]]:
    """(commands, no commands)."""
    commands, none = {}, {}
    for line in (folder / "snips.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        pieces = row["data"]
        text = normalise("".join(piece["text"] for piece in pieces))
        if row["intent"] == "PlayMusic":
            slots = play(text, pieces)
            if slots is not None and all(f" {words} " in f" {text} " for _, words in slots):
                commands[text] = Sample(text, (("media.play", slots),))
        elif text and _surely_none(text, row["intent"]):
            none[text] = Sample(text, ())
    return list(commands.values()), [sample for text, sample in none.items() if text not in commands]


def _surely_none(text: str, intent: str) -> bool:
    if intent == "SearchCreativeWork" and re.search(r"\b(play|listen|hear|song|album|soundtrack|watch)\b", text):
        return False
    if intent == "AddToPlaylist":
        return "list" in text and not re.search(r"\bplay\b", text)
    return not _UNSURE.search(text) or (intent == "GetWeather" and bool(_OUTDOORS.search(text)))


def play(text: str, pieces: list[dict[str, str]]) -> Slots | None:
    """The slots of a request for music; None where what is to be played is not one stretch of words."""
    kinds = [piece.get("entity") for piece in pieces]
    if kinds.count("service") > 1:
        return None
    if "service" in kinds:
        service = normalise(pieces[kinds.index("service")]["text"])
        said = re.sub(rf"{_SERVICE} {re.escape(service)}(?: please)?$", "", text)
        if said == text or f" {service} " in f" {said} ":
            return None
        text = said
    parts = music.played(text)
    if not parts:
        return None
    what = parts[1]
    if music.plain(what):
        return ()
    query = re.sub(r"^any ", "", music.bare(what))
    marked = [normalise(piece["text"]) for piece in pieces if piece.get("entity") not in (None, "service")]
    if not any(marked) or not all(
        f" {words} " in f" {query} ".replace("'s ", " 's ").replace(" 's", " ") or words in query for words in marked
    ):
        return None
    strange = re.search(
        r"\b(first|play|using|please)$|^(?:on|by|from|of|using|with|that|for|out|off|up|in|and|something)\b", query
    )
    only = re.fullmatch(
        r"(?:track|album|song|record|tune|ep|lp|soundtrack|sound track|melody|ballad|chant|concerto|symphony|movement)",
        query,
    )
    return None if strange or only or len(query.split()) > 12 else (("query", query),)
