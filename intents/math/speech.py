"""Numbers and expressions as they are spoken."""

import re
from fractions import Fraction

_PARTS = {2: "half", 3: "third", 4: "quarter", 5: "fifth", 6: "sixth", 7: "seventh", 8: "eighth", 9: "ninth",
          10: "tenth", 12: "twelfth", 20: "twentieth", 100: "hundredth", 1000: "thousandth"}  # fmt: skip
_LARGE = 10**15
_SCALES = ((12, "trillion"), (9, "billion"), (6, "million"))
_SIGNS = {"+": "plus", "-": "minus", "*": "times", "/": "divided by", "mod": "modulo", "of": "of", "^": "to the power of",
          "pi": "pi"}  # fmt: skip
_FUNCTIONS = {
    "sqrt": "the square root of",
    "cbrt": "the cube root of",
    "log": "the logarithm of",
    "ln": "the natural logarithm of",
    "sin": "the sine of",
    "cos": "the cosine of",
    "tan": "the tangent of",
}
_WORDY = re.compile(r"\s*(\d+(?:\.\d+)?(?:/\d+)?%?!?|[a-z]+|[-+*/^])")


def number(value: Fraction, exact: bool = True) -> str:
    """ "1,250.5", "about 0.33", "about 1.27 times 10 to the power of 30": as many digits as an ear can use."""
    for places in (0, 2, 4, 6):
        if exact and abs(value) < _LARGE and (value * 10**places).denominator == 1:
            return _plain(value, places)
    if abs(value) >= _LARGE or (value and abs(value) < Fraction(1, 10**6)):
        return f"about {_powered(value)}"
    return f"about {_plain(value, max(2, _places(value)))}"


def measure(value: Fraction) -> str:
    """A number that was measured: at most three digits that count, "about" where some were left out."""
    if abs(value) >= _LARGE or (value and abs(value) < Fraction(1, 10**6)):
        return f"about {_powered(value)}"
    about = round(value, places := _places(value))
    same = abs(value - about) <= abs(value) / 10**10
    if abs(value) >= 10**6 and (not same or abs(value) >= 10**9):
        size, name = next((10**n, name) for n, name in _SCALES if abs(value) >= 10**n)
        return f"{measure(value / size)} {name}"
    return ("" if same else "about ") + _plain(about, places)


def fraction(value: Fraction) -> str:
    """ "2 thirds", "3 over 17"."""
    top, bottom = value.numerator, value.denominator
    if bottom == 1:
        return f"{top:,}"
    if bottom not in _PARTS:
        return f"{top:,} over {bottom:,}"
    part = _PARTS[bottom] if abs(top) == 1 else ("halves" if bottom == 2 else f"{_PARTS[bottom]}s")
    if top == 1:
        return "half" if bottom == 2 else f"{'an' if part[0] == 'e' else 'a'} {part}"
    return f"{'minus ' if top < 0 else ''}{abs(top):,} {part}"


def expression(written: str) -> str | None:
    """ "12 times 7", "the square root of 81"; None for one with more brackets than an ear can follow."""
    said = written
    opening = re.match(r"([a-z]+)\(([^(),]*)\)$", written)
    if opening and opening[1] in _FUNCTIONS:
        inside = expression(opening[2])
        return f"{_FUNCTIONS[opening[1]]} {inside}" if inside else None
    if re.search(r"[(),]| as ", said) or said.count(" ") > 8:
        return None
    said = re.sub(r"\^ 2\b(?![./])", "squared", said)
    said = re.sub(r"\^ 3\b(?![./])", "cubed", said)
    return " ".join(_said(token) for token in _WORDY.findall(said))


def _said(token: str) -> str:
    if token in ("squared", "cubed"):
        return token
    if not token[0].isdigit():
        return _SIGNS.get(token, token)
    plain = token.rstrip("%!")
    said = fraction(Fraction(plain)) if "/" in plain else _digits(plain)
    return said + (" percent" if "%" in token else "") + (" factorial" if "!" in token else "")


def _digits(plain: str) -> str:
    whole, _, places = plain.partition(".")
    return f"{int(whole):,}" + (f".{places}" if places else "")


def _places(value: Fraction) -> int:
    """So many digits after the point that about three count."""
    size = abs(value)
    if size >= 1 or not size:
        return 0 if size >= 100 else 1 if size >= 10 else 2
    places = 2
    while size * 10**places < 10:
        places += 1
    return places


def _plain(value: Fraction, places: int) -> str:
    """Digits with commas, and no zeros at the end."""
    said = f"{abs(round(value * 10**places)):0{places + 1}d}"
    whole, rest = (said[:-places], said[-places:].rstrip("0")) if places else (said, "")
    minus = "minus " if value < 0 and (int(whole) or rest) else ""
    return f"{minus}{int(whole):,}" + (f".{rest}" if rest else "")


def _powered(value: Fraction) -> str:
    size, power = abs(value), 0
    digits = len(str(size.numerator)) - len(str(size.denominator))
    power = digits if size >= Fraction(10) ** digits else digits - 1
    front = _plain(round(size / Fraction(10) ** power, 2), 2)
    if front == "10":
        front, power = "1", power + 1
    minus = "minus " if value < 0 else ""
    return f"{minus}{front} times 10 to the power of {'minus ' if power < 0 else ''}{abs(power)}"
