"""Names, areas and items as they are spoken."""

import re

_ARTICLE = re.compile(r"^(the|my|our|your|this|that|a|an)(\s+|$)")
_EVERYWHERE = re.compile(
    r"^(in |throughout )?(all|everywhere|every room|each room|all( of)?( the)? rooms|"
    r"(the )?(whole|entire) (house|home|flat)|(the )?house)$"
)
_SOME = re.compile(
    r"^(some|an|the|more|a(?! (dozen|couple|few|bag|bottle|pack|box|can|loaf|pound|kilo|liter|litre)\b))\s+"
)
_BETWEEN = re.compile(r"(?<![^\s,])(?:and also|and|plus)(?![^\s,])|,(?!\d)")
_BELONG = ("mac and cheese", "fish and chips", "salt and vinegar crisps", "half and half", "gin and tonic",
           "salt and pepper", "peanut butter and jelly", "bubble and squeak", "bits and pieces")  # fmt: skip


def name_of(words: str) -> str:
    """What a thing is called, without its article; "" where nothing is left."""
    return _ARTICLE.sub("", words).strip()


def area_of(words: str) -> str:
    """A room without its article; "all" for every way of saying everywhere."""
    return "all" if _EVERYWHERE.match(words) else name_of(re.sub(r"^in ", "", words))


def items_of(words: str) -> tuple[str, ...]:
    """The things of a list: "some eggs, milk and bread" is three. Amounts stay as they were said."""
    kept = words
    for at, pair in enumerate(_BELONG):
        kept = kept.replace(pair, f"\x00{at}\x00")
    parts = (re.sub(r"\x00(\d+)\x00", lambda found: _BELONG[int(found[1])], part) for part in _BETWEEN.split(kept))
    return tuple(item for part in parts if (item := _SOME.sub("", part.strip())))
