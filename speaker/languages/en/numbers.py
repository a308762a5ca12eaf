"""Numbers as they are spoken or written."""

import re

_ONES = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
    "seventeen eighteen nineteen"
).split()
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()

SMALL = {word: value for value, word in enumerate(_ONES)} | {"oh": 0, "nought": 0}
"""The value of each word below twenty."""
TENS = {word: 10 * (at + 2) for at, word in enumerate(_TENS)} | {"fourty": 40}
"""The value of each word for tens."""
_SCALES = {"hundred": 100, "thousand": 1000, "million": 10**6, "billion": 10**9, "trillion": 10**12}
_FRACTIONS = {
    "half": 1 / 2, "halves": 1 / 2, "third": 1 / 3, "thirds": 1 / 3, "quarter": 1 / 4, "quarters": 1 / 4,
    "fifth": 1 / 5, "fifths": 1 / 5, "tenth": 1 / 10, "tenths": 1 / 10,
}  # fmt: skip
_ALONE = {"couple": 2.0, "dozen": 12.0, "pair": 2.0}
_SOUNDS_LIKE = {"to": 2, "too": 2, "for": 4, "won": 1, "ate": 8}  # what recognisers write; only where it stands alone
_NAMED = {
    100: ("full", "fully", "maximum", "max", "highest", "loudest", "brightest", "all the", "all the way up"),
    1: ("minimum", "min", "lowest", "quietest", "dimmest"),
    0: ("off", "nothing", "none"),
}
_UNIT = re.compile(r"(?: degrees?| ?°)(?: ?(?:c|f|celsius|centigrade|fahrenheit))?$")
_DIGITS = re.compile(r"^[+-]?\d{1,3}(,\d{3})+(\.\d+)?$|^[+-]?\d{1,15}(\.\d+)?$")


def number_of(words: str) -> int | float | None:
    """The number that all of the words together denote: "twenty five", "2.5", "minus five degrees".

    None where they denote none, or more than one; "a few" is none.
    """
    tokens = re.sub(r"(?<=[a-z])-(?=[a-z])", " ", _UNIT.sub("", words)).split()
    negative = bool(tokens) and tokens[0] in ("minus", "negative")
    value = _positive(tokens[1:] if negative else tokens)
    if value is None:
        return None
    value = -value if negative else value
    return int(value) if value == int(value) else round(value, 6)


def amount_of(words: str) -> int | float | None:
    """How many of something: what ``number_of`` knows, and "a", "half a", "three quarters of an", "half a million".

    Also what stands for a number where things are counted or measured: "d20" is 20, "five foot eleven" is 71 inches,
    "three fifty" and "four twenty five", as ovens are set, are hundreds.
    """
    value = number_of(words)
    if value is not None:
        return value
    words = re.sub(r"(?<=[a-z])-(?=[a-z])", " ", words)
    if match := re.fullmatch(r"(?:an? )?d ?(\d{1,4}|[a-z]+(?: [a-z]+)?)", words):
        return integer_of({"hundred": "one hundred"}.get(match[1], match[1]))
    if match := re.fullmatch(r"(.+?) (?:feet|foot) (?:and )?(.+?)(?: inch(?:es)?)?", words):
        feet, inches = integer_of(match[1]), integer_of(match[2])
        return 12 * feet + inches if feet is not None and inches is not None and inches < 12 else None
    if match := re.fullmatch(r"(\w+) (\w+ty(?: \w+)?)", words):
        hundreds, rest = integer_of(match[1]), integer_of(match[2])
        if hundreds is not None and rest is not None and 0 < hundreds < 10 and 20 <= rest < 100 and match[1].isalpha():
            return 100 * hundreds + rest
    if match := re.fullmatch(r"(half|a quarter|quarter)(?: of)? an? (.+)", words):
        many = number_of(f"a {match[2]}")
        return None if many is None else number_of(str(many / (2 if match[1] == "half" else 4)))
    if match := re.fullmatch(r"((?:(?:a|an|one|single|just|only|exactly) ?)+)", words):
        return 1
    if words in _SCALES:
        return _SCALES[words]
    shorter = re.sub(r"(?: of)? an?$| of$", "", words)
    return number_of(shorter) if shorter != words else None


def integer_of(words: str) -> int | None:
    """A whole number of zero or more, as a clock or a calendar has it: no halves, dozens or words that sound like one."""
    value = _grouped(words.split()[:16]) if words else None
    return int(value) if value is not None and value >= 0 and value == int(value) else None


def percent_of(words: str) -> int | None:
    """A share as 0 to 100: "50%", "a third", "seven out of ten", "full"; the least that still is one is 1.

    What is said to be closed is what is left open: "a third closed" is 67. None where it is none, or outside of 0
    to 100.
    """
    if shut := re.match(r"^(.+) (closed|shut)$", words):
        closed = percent_of(shut[1])
        return None if closed is None else 100 - closed
    words = re.sub(r"\s*(%|\bper ?cent\b)\s*", " % ", f" {words} ").strip()
    words = re.sub(r"^(?:(?:to|at|about|around|the|its|their) )+", "", words)
    words = re.sub(r" ?\b(brightness|bright|volume|power|strength|level|open|(of the )?way)$", "", words).strip()
    words = "half" if words == "halfway" else words
    for named, names in _NAMED.items():
        if words in names:
            return named
    whole = re.match(r"^(.+) out of (?:a )?(.+)$", words)
    if whole:
        part, all_ = number_of(whole[1]), number_of(whole[2])
        value = 100 * part / all_ if part is not None and all_ else None
    elif words.endswith("%"):
        value = number_of(words[:-1].strip())
    else:
        value = number_of(words)
        if value is not None and isinstance(value, float) and 0 < value < 1:
            value *= 100
    return round(value) if value is not None and 0 <= value <= 100 else None


def _positive(tokens: list[str]) -> float | None:
    if len(tokens) == 1 and tokens[0] in _SOUNDS_LIKE:
        return _SOUNDS_LIKE[tokens[0]]
    if tokens in (["half", "a", "dozen"], ["half", "dozen"]):
        return 6
    for at in range(len(tokens) - 1, 0, -1):  # "two and a half", "three quarters", "two point five"
        if tokens[at] == "and" and tokens[at + 1 :]:
            fraction = _fraction(tokens[at + 1 :])
            whole = _whole(tokens[:at])
            if fraction is not None and whole is not None:
                return whole + fraction
    if "point" in tokens or "dot" in tokens:
        return _decimal(tokens)
    fraction = _fraction(tokens)
    return fraction if fraction is not None else _whole(tokens)


def _fraction(tokens: list[str]) -> float | None:
    """ "half", "a third", "three quarters"."""
    if not tokens or tokens[-1] not in _FRACTIONS:
        return None
    many = 1.0 if tokens[:-1] in ([], ["a"], ["an"]) else _whole(tokens[:-1])
    return many * _FRACTIONS[tokens[-1]] if many is not None else None


def _decimal(tokens: list[str]) -> float | None:
    """ "one point two five"."""
    at = tokens.index("point") if "point" in tokens else tokens.index("dot")
    whole = _whole(tokens[:at]) if at else 0.0
    digits = "".join(str(SMALL[t]) if SMALL.get(t, 10) < 10 else t for t in tokens[at + 1 :])
    if whole is None or whole % 1 or not re.fullmatch(r"[0-9]{1,9}", digits):
        return None
    return float(f"{int(whole)}.{digits}")


def _whole(tokens: list[str]) -> float | None:
    """A number without a fraction; "a hundred and five", "twenty five", "1,500", "a dozen"."""
    if tokens and tokens[0] in ("a", "an") and len(tokens) > 1:
        tokens = ["one", *tokens[1:]] if tokens[1] in _SCALES else tokens[1:]
    if tokens and tokens[-1] == "of":
        tokens = tokens[:-1]
    if len(tokens) == 1 and tokens[0] in _ALONE:
        return _ALONE[tokens[0]]
    if len(tokens) == 2 and tokens[1] == "dozen":
        many = _whole(tokens[:1])
        return None if many is None else 12 * many
    if not tokens or len(tokens) > 16:
        return None
    return _grouped(tokens)


def _grouped(tokens: list[str]) -> float | None:
    """Words for ones, tens, hundreds and thousands, each smaller than what stands before it."""
    total, group, fits, scale, said_and = 0.0, 0.0, 999.0, float("inf"), False
    for token in tokens:
        value = SMALL.get(token, TENS.get(token))
        if _DIGITS.match(token):
            if group or not fits:
                return None
            group, fits = float(token.replace(",", "")), 0
        elif value is not None:
            if value > fits or (value == 0 and (group or total)):
                return None
            group, fits = group + value, 9 if token in TENS else 0
        elif token == "hundred" and 1 <= group < 100 and not said_and:
            group, fits = group * 100, 99
        elif token != "hundred" and token in _SCALES and group and _SCALES[token] < scale and not said_and:
            scale = _SCALES[token]
            total, group, fits = total + group * scale, 0.0, 999
        elif token == "and" and (group >= 100 or (total and not group)) and not said_and:
            said_and = True
            continue
        else:
            return None
        said_and = False
    return None if said_and else total + group
