"""Numbers and expressions as they are spoken."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from speaker.context import Context

_LARGE = 10**15
_WORDY = re.compile(r"\s*(\d+(?:\.\d+)?(?:/\d+)?%?!?|[a-z]+|[-+*/^])")


@dataclass(frozen=True, slots=True)
class Speech:
    """Says them in the language of the house."""

    context: Context

    @property
    def _words(self) -> Mapping[str, Any]:
        return self.context.words

    def number(self, value: Fraction, exact: bool = True) -> str:
        """ "1,250.5", "about 0.33", "about 1.27 times 10 to the power of 30": as many digits as an ear can use."""
        for places in (0, 2, 4, 6):
            if exact and abs(value) < _LARGE and (value * 10**places).denominator == 1:
                return self._plain(value, places)
        if _is_extreme(value):
            return self._about(self._powered(value))
        return self._about(self._plain(value, max(2, _places(value))))

    def measure(self, value: Fraction) -> str:
        """A number that was measured: at most three digits that count, "about" where some were left out."""
        if _is_extreme(value):
            return self._about(self._powered(value))
        about = round(value, places := _places(value))
        same = abs(value - about) <= abs(value) / 10**10
        if abs(value) >= 10**6 and (not same or abs(value) >= 10**9):
            size, name = next((10**n, name) for n, name in self._words["scales"].items() if abs(value) >= 10**n)
            return self.context.fragment("scaled", number=self.measure(value / size), scale=name)
        return self._plain(about, places) if same else self._about(self._plain(about, places))

    def fraction(self, value: Fraction) -> str:
        """ "2 thirds", "3 over 17"."""
        top, bottom = value.numerator, value.denominator
        if bottom == 1:
            return self._plain(value, 0)
        said = self._plain(Fraction(abs(top)), 0)
        if bottom not in self._words["parts"]:
            said = self.context.fragment("over", top=said, bottom=self._plain(Fraction(bottom), 0))
            return self._minus(said) if top < 0 else said
        one, part, several = self._words["parts"][bottom]
        if top == 1:
            return str(one)
        said = self.context.fragment("fraction", top=said, part=part if abs(top) == 1 else several)
        return self._minus(said) if top < 0 else said

    def expression(self, written: str) -> str | None:
        """ "12 times 7", "the square root of 81"; None for one with more brackets than an ear can follow."""
        opening = re.match(r"([a-z]+)\(([^(),]*)\)$", written)
        if opening and opening[1] in self._words["functions"]:
            inside = self.expression(opening[2])
            return self._words["functions"][opening[1]].format(inside) if inside else None
        if re.search(r"[(),]| as ", written) or written.count(" ") > 8:
            return None
        said = re.sub(r"\^ 2\b(?![./])", "squared", written)
        said = re.sub(r"\^ 3\b(?![./])", "cubed", said)
        return " ".join(self._said(token) for token in _WORDY.findall(said))

    def _said(self, token: str) -> str:
        if token in ("squared", "cubed"):
            return str(self._words[token])
        if not token[0].isdigit():
            return str(self._words["signs"].get(token, token))
        plain = token.rstrip("%!")
        said = self.fraction(Fraction(plain)) if "/" in plain else self._digits(plain)
        said = self._words["percent"].format(said) if "%" in token else said
        return str(self._words["factorial"].format(said)) if "!" in token else said

    def _digits(self, plain: str) -> str:
        """A number that was written with a point, as it is written here."""
        whole, _, places = plain.partition(".")
        return f"{int(whole):,}".replace(",", self._words["comma"]) + (
            f"{self._words['point']}{places}" if places else ""
        )

    def _plain(self, value: Fraction, places: int) -> str:
        """Digits with commas, and no zeros at the end."""
        said = f"{abs(round(value * 10**places)):0{places + 1}d}"
        whole, rest = (said[:-places], said[-places:].rstrip("0")) if places else (said, "")
        digits = self._digits(f"{whole}.{rest}")
        return self._minus(digits) if value < 0 and (int(whole) or rest) else digits

    def _powered(self, value: Fraction) -> str:
        size, power = abs(value), 0
        digits = len(str(size.numerator)) - len(str(size.denominator))
        power = digits if size >= Fraction(10) ** digits else digits - 1
        front = round(size / Fraction(10) ** power, 2)
        if front == 10:
            front, power = Fraction(1), power + 1
        raised = self._minus(str(-power)) if power < 0 else str(power)
        said = self.context.fragment("powered", number=self._plain(front, 2), power=raised)
        return self._minus(said) if value < 0 else said

    def _about(self, number: str) -> str:
        return self.context.fragment("about", number=number)

    def _minus(self, number: str) -> str:
        return self.context.fragment("minus", number=number)


def _is_extreme(value: Fraction) -> bool:
    """Whether a number is so large or small that nobody can follow its digits."""
    return abs(value) >= _LARGE or (value != 0 and abs(value) < Fraction(1, 10**6))


def _places(value: Fraction) -> int:
    """So many digits after the point that about three count."""
    size = abs(value)
    if size >= 1 or not size:
        return 0 if size >= 100 else 1 if size >= 10 else 2
    places = 2
    while size * 10**places < 10:
        places += 1
    return places
