"""Written arithmetic in pieces, with brackets where they are needed and nowhere else."""

import re
from dataclasses import dataclass
from fractions import Fraction

SUM, PRODUCT, SIGN, POWER, ATOM = range(5)
"""How tightly the parts of an expression hold together."""

_LEVELS = {"+": SUM, "-": SUM, "*": PRODUCT, "/": PRODUCT, "mod": PRODUCT, "of": PRODUCT, "^": POWER}
_CHAIN = re.compile(r"[\d./%]+(?: of [\d./%]+)+")


@dataclass(frozen=True, slots=True)
class Figure:
    """A number that was said."""

    value: Fraction
    words: tuple[str, ...]
    share: bool = False
    """Whether it was said as a part: "three quarters"."""

    @property
    def written(self) -> str:
        """ "12.5", or "1/3" for a part, or where no few decimals are enough."""
        value, places = self.value, 0
        while places < 15 and (value * 10**places).denominator > 1:
            places += 1
        if self.share or (value * 10**places).denominator > 1:
            return f"{value.numerator}/{value.denominator}" if value.denominator > 1 else str(value.numerator)
        digits = str(value.numerator * 10**places // value.denominator).rjust(places + 1, "0")
        return f"{digits[:-places]}.{digits[-places:]}" if places else digits


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of the expression, written."""

    text: str
    level: int = ATOM
    figure: Figure | None = None
    """Where it is a number and no more."""

    @property
    def part(self) -> bool:
        """Whether it is a part of something: "20%", "1/3"."""
        return self.text.endswith("%") or (self.figure is not None and self.figure.share)

    def within(self, level: int) -> str:
        """Written so that it stands beside an operator of that level."""
        return self.text if self.level >= level else f"({self.text})"


def joined(left: Piece, sign: str, right: Piece) -> Piece:
    """Two pieces with ``+ - * / mod of`` or ``^`` between them."""
    level = _LEVELS[sign]
    if sign == "^":
        exponent = f"({right.text})" if right.level == POWER else right.within(SIGN)
        return Piece(f"{left.within(ATOM)} ^ {exponent}", level)
    if sign == "of" and _CHAIN.fullmatch(right.text):
        return Piece(f"{left.within(level)} of {right.text}", level)
    return Piece(f"{left.within(level)} {sign} {right.within(level + 1)}", level)


def less(whole: Piece, part: Piece) -> Piece:
    """ "a third off sixty" takes a third of sixty; "20% off" is left to the percent sign."""
    if part.figure and part.figure.share:
        part = joined(part, "of", whole)
    return joined(whole, "-", part)


def factorial(piece: Piece) -> Piece:
    """``5!``, ``(2 + 3)!``."""
    return Piece(f"{piece.within(ATOM)}!")
