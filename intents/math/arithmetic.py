"""Computes written expressions exactly: fractions where they are, thirty digits where numbers have no end."""

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Context, Decimal
from fractions import Fraction

DIGITS = Context(prec=30)
_TOKEN = re.compile(r"\s*(?:(\d+(?:\.\d+)?(?:/\d+)?)|([a-z]+)|([-+*/^%!(),]))")
_LARGEST = 4000  # bits of a numerator or denominator: twelve hundred digits
_DEEPEST = 40  # brackets within brackets
_PI = Fraction("3.14159265358979323846264338328")


class NoValueError(Exception):
    """An expression has no value; its text is the name of the reply that says why."""


@dataclass(frozen=True, slots=True)
class Result:
    """What an expression comes to."""

    value: Fraction
    exact: bool = True
    """False where it is a number without end, to thirty digits (sines: fifteen)."""
    percent: bool = False
    """Whether it is to be said in percent: 1/4 is 25%."""
    fraction: bool = False
    """Whether it is to be said as a fraction."""


def compute(expression: str) -> Result:
    """The value of an expression in the form of the slot type ``expression``; see ``speaker/slots/expressions.py``.

    Raises NoValueError where it has none (by zero, the root of a negative number), where a number on the way is
    larger than 4000 bits, or where it is no expression.
    """
    tokens = [match[0].strip() for match in _TOKEN.finditer(expression)]
    if "".join(tokens) != re.sub(r"\s+", "", expression):
        raise NoValueError("no_sum")
    return _Parser(tokens).whole()


class _Parser:
    """Precedence from loose to tight: ``+ -``, then ``* / mod of``, a sign, ``^``, and last ``% !``."""

    def __init__(self, tokens: list[str]) -> None:
        self._tokens, self._at, self._depth = tokens, 0, 0

    def whole(self) -> Result:
        result = self._sum()
        if self._take("as"):
            kind = self._take("%", "fraction")
            if kind is None:
                raise NoValueError("no_sum")
            result = Result(result.value, result.exact, percent=kind == "%", fraction=kind == "fraction")
        if self._at < len(self._tokens):
            raise NoValueError("no_sum")
        return result

    def _sum(self) -> Result:
        left = self._product()
        while sign := self._take("+", "-"):
            right = self._product()
            change = right.value if sign == "+" else -right.value
            if right.percent and not left.percent:  # 45 - 20% is 20% less
                change *= left.value
            left = _bounded(left.value + change, left.exact and right.exact, left.percent and right.percent)
        return left

    def _product(self) -> Result:
        left = self._sign()
        while sign := self._take("*", "/", "mod", "of"):
            right = self._sign()
            exact = left.exact and right.exact
            if sign in ("*", "of"):
                left = _bounded(left.value * right.value, exact, sign == "of" and right.percent)
            elif not right.value:
                raise NoValueError("by_zero")
            else:
                left = _bounded(left.value / right.value if sign == "/" else left.value % right.value, exact)
        return left

    def _sign(self) -> Result:
        if self._take("-"):
            self._deeper()
            result = self._sign()
            self._depth -= 1
            return Result(-result.value, result.exact, result.percent)
        return self._power()

    def _power(self) -> Result:
        base = self._postfix()
        if self._take("^"):
            self._deeper()
            exponent = self._sign()
            self._depth -= 1
            return _power(base, exponent)
        return base

    def _postfix(self) -> Result:
        result = self._atom()
        while sign := self._take("%", "!"):
            result = Result(result.value / 100, result.exact, percent=True) if sign == "%" else _factorial(result)
        return result

    def _atom(self) -> Result:
        token = self._take()
        if token == "(":
            result = self._inside()[0]
            return Result(result.value, result.exact)
        if token == "pi":
            return Result(_PI, exact=False)
        if token in _FUNCTIONS and self._take("("):
            many, function = _FUNCTIONS[token]
            arguments = self._inside()
            if many in (None, len(arguments)):
                return function(*arguments)
        elif token and token[0].isdigit():
            if token.endswith("/0"):
                raise NoValueError("by_zero")
            if len(token) <= 60:
                top, _, bottom = token.partition("/")
                return _bounded(Fraction(top) / int(bottom or 1))
        raise NoValueError("no_sum")

    def _inside(self) -> list[Result]:
        self._deeper()
        results = [self._sum()]
        while self._take(","):
            results.append(self._sum())
        if not self._take(")"):
            raise NoValueError("no_sum")
        self._depth -= 1
        return results

    def _deeper(self) -> None:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise NoValueError("too_long")

    def _take(self, *wanted: str) -> str | None:
        """The next token, where it is one of these, or whatever it is."""
        token = self._tokens[self._at] if self._at < len(self._tokens) else None
        if token is None or (wanted and token not in wanted):
            return None
        self._at += 1
        return token


def _bounded(value: Fraction, exact: bool = True, percent: bool = False) -> Result:
    if max(value.numerator.bit_length(), value.denominator.bit_length()) > _LARGEST:
        raise NoValueError("too_large")
    return Result(value, exact, percent)


def _about(value: Decimal | float) -> Result:
    return _bounded(Fraction(value), exact=False)


def _decimal(value: Fraction) -> Decimal:
    return DIGITS.divide(Decimal(value.numerator), Decimal(value.denominator))


def _power(base: Result, exponent: Result) -> Result:
    exact, power = base.exact and exponent.exact, exponent.value
    if not base.value and power < 0:
        raise NoValueError("by_zero")
    if abs(power) * (max(base.value.numerator.bit_length(), base.value.denominator.bit_length()) - 1) > _LARGEST:
        raise NoValueError("too_large")
    if power.denominator == 1:
        if abs(power) > _LARGEST and abs(base.value) != 1 and base.value:  # 1.5 to the power of a million
            raise NoValueError("too_large")
        if abs(base.value) == 1:
            return Result(base.value ** (power.numerator % 2), exact)
        return _bounded(base.value**power.numerator, exact) if base.value else Result(Fraction(power == 0))
    if base.value < 0:
        raise NoValueError("no_value")
    if power.denominator <= 100 and exact:
        root = _root(Result(Fraction(power.denominator)), base)
        if root.exact:
            return _power(root, Result(Fraction(power.numerator)))
    return _about(DIGITS.power(_decimal(base.value), _decimal(power))) if base.value else Result(Fraction(0))


def _root(degree: Result, of: Result) -> Result:
    n, value = degree.value, of.value
    if n.denominator != 1 or not 0 < n <= 100:
        raise NoValueError("no_root")
    if value < 0 and n % 2 == 0:
        raise NoValueError("no_root_below_zero")
    sign, value, power = -1 if value < 0 else 1, abs(value), int(n)
    top, bottom = _whole_root(value.numerator, power), _whole_root(value.denominator, power)
    if top is not None and bottom is not None:
        return Result(sign * Fraction(top, bottom), of.exact)
    return _about(sign * DIGITS.power(_decimal(value), DIGITS.divide(Decimal(1), Decimal(power))))


def _whole_root(value: int, power: int) -> int | None:
    """The whole number of which ``value`` is that power, or None; by halving, so that no digit is lost."""
    low, high = 0, 1 << (value.bit_length() // power + 1)
    while low < high:
        middle = (low + high) // 2
        low, high = (middle + 1, high) if middle**power < value else (low, middle)
    return low if low**power == value else None


def _factorial(of: Result) -> Result:
    n = of.value
    if n.denominator != 1 or n < 0:
        raise NoValueError("no_factorial")
    if n > 450:
        raise NoValueError("too_large")
    return _bounded(Fraction(math.factorial(int(n))), of.exact)


def _logarithm(of: Result, of_ten: bool) -> Result:
    if of.value <= 0:
        raise NoValueError("no_logarithm")
    if of.value == 1:
        return Result(Fraction(0), of.exact)
    result = DIGITS.log10(_decimal(of.value)) if of_ten else DIGITS.ln(_decimal(of.value))
    whole = of_ten and result == int(result) and of.value == Fraction(10) ** int(result)
    return Result(Fraction(int(result)), of.exact) if whole else _about(result)


def _angle(function: Callable[[float], float], of: Result) -> Result:
    """Of degrees. By Niven's theorem 0, 1/2, 1 and their negatives are the only exact values of whole degrees."""
    degrees = of.value % 360
    if function is math.tan and degrees in (90, 270):
        raise NoValueError("no_tangent")
    value = function(math.radians(float(degrees)))
    halves = round(2 * value)
    if of.exact and degrees.denominator == 1 and abs(2 * value - halves) < 1e-12:
        return Result(Fraction(halves, 2))
    return _about(value)


def _mean(*values: Result) -> Result:
    return _bounded(sum((v.value for v in values), Fraction(0)) / len(values), all(v.exact for v in values))


_FUNCTIONS: dict[str, tuple[int | None, Callable[..., Result]]] = {
    "sqrt": (1, lambda x: _root(Result(Fraction(2)), x)),
    "cbrt": (1, lambda x: _root(Result(Fraction(3)), x)),
    "root": (2, _root),
    "log": (1, lambda x: _logarithm(x, of_ten=True)),
    "ln": (1, lambda x: _logarithm(x, of_ten=False)),
    "sin": (1, lambda x: _angle(math.sin, x)),
    "cos": (1, lambda x: _angle(math.cos, x)),
    "tan": (1, lambda x: _angle(math.tan, x)),
    "abs": (1, lambda x: Result(abs(x.value), x.exact)),
    "mean": (None, _mean),
}
"""By name: how many arguments (None: any), and the function."""
