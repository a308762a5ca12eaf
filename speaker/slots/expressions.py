"""Arithmetic as it is spoken, brought to the form in which it is written.

"fifteen percent of eighty" becomes ``15% of 80``, "five plus three all divided by two" ``(5 + 3) / 2``. Spoken
arithmetic has forms that written arithmetic has not: operands that swap ("seven into eighty four" is ``84 / 7``),
verbs ("subtract five from nine"), lists ("the average of three, four and five"). Nothing is computed here.
"""

import re
from dataclasses import dataclass

from speaker.slots.figures import Figure, figure_at
from speaker.slots.signs import signs_of

SUM, PRODUCT, SIGN, POWER, ATOM = range(5)
"""How tightly the parts of an expression hold together."""

_LEVELS = {"+": SUM, "-": SUM, "*": PRODUCT, "/": PRODUCT, "mod": PRODUCT, "of": PRODUCT, "^": POWER}
_FUNCTIONS = ("sqrt", "cbrt", "log", "ln", "sin", "cos", "tan", "factorial_of")
_LISTS = {"sum": "+", "product": "*", "difference": "-", "quotient": "/", "mean": "mean"}
_TIMES = {"double": "2 *", "triple": "3 *", "halve": "1/2 of"}
_VERBS = ("add", "subtract", "multiply", "divide", "*", "/")
_SWAPPED = {"less_than": "-", "more_than": "+", "from": "-", "into": "/", "off": "-"}
_LONGEST = 60  # tokens: nobody says more, and no nesting is deeper


def expression_of(words: str) -> str | None:
    """The expression that all of the words together denote: "12 times 7" is ``12 * 7``; None where they denote none.

    Written with ``+ - * / ^ mod``, brackets, ``!`` for factorials, and numbers without commas, where ``1/3`` without
    spaces is a number too. ``15% of 80``, ``45 - 20%``; ``20 / 80 as %`` where a percentage is asked for, ``as fraction``
    where a fraction is. Functions are sqrt, cbrt, root(degree, x), log (of base ten), ln, sin, cos, tan (of degrees),
    abs, mean(x, y, …); pi is one number. A number alone is no expression.
    """
    tokens = _tokens(signs_of(words))
    if tokens is None or not 0 < len(tokens) <= _LONGEST:
        return None
    try:
        written = _Parser(tokens).whole().text
    except _NoneError:
        return None
    return None if re.fullmatch(r"-?[\d./]+%?|pi", written) else written


class _NoneError(Exception):
    """These words are no arithmetic."""


@dataclass(frozen=True, slots=True)
class _Piece:
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


def _tokens(words: list[str]) -> list[str | Figure] | None:
    tokens: list[str | Figure] = []
    at = 0
    while at < len(words):
        figure = figure_at(words, at)
        tokens.append(figure or words[at])
        at += len(figure.words) if figure else 1
        if at < len(words) and words[at] in ("a", "an") and not figure_at(words, at):
            at += 1  # "on a fifty dollar bill"
    return tokens


def _joined(left: _Piece, sign: str, right: _Piece) -> _Piece:
    level = _LEVELS[sign]
    if sign == "^":
        return _Piece(f"{left.within(ATOM)} ^ {right.within(SIGN) if right.level != POWER else f'({right.text})'}", level)
    if sign == "-" and right.figure and right.figure.share and not left.part:
        return _Piece(f"{left.within(SUM)} - {right.text}", SUM)
    return _Piece(f"{left.within(level)} {sign} {right.within(level + (sign != 'of'))}", level)


def _less(whole: _Piece, part: _Piece) -> _Piece:
    """ "a third off sixty" takes a third of sixty; "20% off" is left to the percent sign."""
    if part.figure and part.figure.share:
        part = _joined(part, "of", whole)
    return _joined(whole, "-", part)


class _Parser:
    """Recursive descent over tokens; each method takes one kind of phrase, or raises _NoneError."""

    def __init__(self, tokens: list[str | Figure]) -> None:
        self._tokens, self._at = tokens, 0

    def whole(self) -> _Piece:
        """All of the tokens."""
        piece = self._share() or self._command() or self._swapped()
        while self._at < len(self._tokens):
            piece = self._continued(piece)
        return piece

    # --- whole sentences ---

    def _share(self) -> _Piece | None:
        """ "what percent of 80 is 20", "20 out of 80 as a percentage"."""
        start = self._at
        if self._take("what%"):
            of = self._expect("of", "is") == "of"
            first = self._sum()
            self._expect("is" if of else "of")
            second = self._sum()
            return self._as("%", *((second, first) if of else (first, second)))
        try:
            first = self._product(out_of=False)
            of = self._take("out_of")
            second = self._product() if of else first
            if kind := self._take("as%", "as_fraction"):
                if not of:
                    self._expect("of")
                    second = self._product()
                return self._as(kind.removeprefix("as").strip("_"), first, second)
        except _NoneError:
            pass
        self._at = start
        return None

    def _as(self, kind: str, part: _Piece, whole: _Piece) -> _Piece:
        if self._at < len(self._tokens):
            raise _NoneError
        return _Piece(f"{_joined(part, '/', whole).text} as {kind}", SUM)

    def _command(self) -> _Piece | None:
        match self._take("add", "subtract", "take", "deduct", "multiply", "*", "divide"):
            case None:
                return None
            case "add":
                items = self._list()
                if len(items) == 1 and self._take("to"):
                    return _joined(self._sum(), "+", items[0])
                return self._chain("+", items)
            case "subtract" | "take" | "deduct":
                part = self._product()
                return _less(self._sum(), part) if self._take("from", "off") else part
            case "divide":
                return self._operands("/", "by", "into")
            case _:
                return self._operands("*", "by", "and", "with")

    def _operands(self, sign: str, *between: str) -> _Piece:
        left = self._product(figures_apart="and" in between)
        if not self._take(*between):
            return left
        return _joined(left, sign, self._product())

    def _continued(self, piece: _Piece) -> _Piece:
        """ "… and divide by two", "… then add four"."""
        if not self._take("and", "all"):
            raise _NoneError
        verb = self._take(*_VERBS)
        if verb in ("multiply", "divide"):
            self._expect("by")
        signs = {"add": "+", "subtract": "-", "multiply": "*", "divide": "/", None: ""}
        sign = signs.get(verb, verb) or self._expect("+", "-")
        return _joined(piece, sign or "+", self._product())

    def _swapped(self) -> _Piece:
        left = self._sum(ands=True)
        if self._take("with"):
            part = self._product()
            self._expect("off")
            return _less(left, part)
        said = self._take(*_SWAPPED)
        if said is None:
            return left
        right = self._sum(ands=True)
        if said == "off" and right.text.endswith("%") and not left.part:  # "twenty off 45 percent"
            left, right = _Piece(f"{left.within(ATOM)}%"), _Piece(right.text[:-1], right.level)
        return _less(right, left) if said in ("off", "less_than") else _joined(right, _SWAPPED[said], left)

    # --- sums, products, powers ---

    def _sum(self, ands: bool = False) -> _Piece:
        left = self._product()
        while True:
            start = self._at
            whole = self._take("all")
            sign = self._take("+", "-", "take") or (whole and self._take("*", "/", "mod", "^"))
            if not sign and not whole and ands and self._take("and"):
                sign = "+" if self._begins() else None
            if not sign:
                self._at = start
                return left
            right = self._product()
            left = _joined(left, "-" if sign in ("take") else sign, right)

    def _product(self, out_of: bool = True, figures_apart: bool = False) -> _Piece:
        left = self._of(figures_apart)
        while sign := self._take("*", "/", "mod", *(("out_of",) if out_of else ())):
            left = _joined(left, "/" if sign == "out_of" else sign, self._of())
        return left

    def _of(self, figures_apart: bool = False) -> _Piece:
        left = self._sign()
        if figures_apart and left.figure and "and" in left.figure.words and self._next() is None:
            return self._apart(left.figure, "*")
        if left.part and (self._take("of") or (left.text == "1/2" and self._begins())):
            return _joined(left, "of", self._of())
        return left

    def _sign(self) -> _Piece:
        if self._take("-"):
            return _Piece(f"-{self._sign().within(SIGN)}", SIGN)
        if self._take("remainder"):
            left = self._sign()
            self._expect("/", "by")
            return _joined(left, "mod", self._sign())
        if function := self._take(*_FUNCTIONS):
            argument = self._of()
            return _factorial(argument) if function == "factorial_of" else _Piece(f"{function}({argument.text})")
        if self._take("root"):
            degree = self._atom()
            return _Piece(f"root({degree.text}, {self._of().text})")
        if name := self._take(*_LISTS):
            return self._chain(name, self._list())
        if times := self._take(*_TIMES):
            return _Piece(f"{_TIMES[times]} {self._of().within(PRODUCT)}", PRODUCT)
        if power := self._take("square", "cube"):
            return _joined(self._of(), "^", _Piece("2" if power == "square" else "3"))
        return self._power()

    def _power(self) -> _Piece:
        piece = self._atom()
        while sign := self._take("%", "!", "squared", "cubed", "^", "dozen"):
            match sign:
                case "%":
                    piece = _Piece(f"{piece.within(ATOM)}%")
                case "!":
                    piece = _factorial(piece)
                case "dozen":
                    piece = _joined(piece, "*", _Piece("12"))
                case "^":
                    piece = _joined(piece, "^", self._sign())
                case _:
                    piece = _joined(piece, "^", _Piece("2" if sign == "squared" else "3"))
        return piece

    def _atom(self) -> _Piece:
        token = self._next()
        if isinstance(token, Figure):
            self._at += 1
            return _Piece(token.written, figure=token)
        if self._take("negative"):
            return _Piece(f"-{self._atom().within(ATOM)}", SIGN)
        if self._take("("):
            inside = self._sum(ands=True)
            self._expect(")")
            return _Piece(inside.text, inside.level)
        if self._take("pi"):
            return _Piece("pi")
        raise _NoneError

    # --- lists ---

    def _list(self) -> list[_Piece]:
        items = [self._sum()]
        while True:
            start = self._at
            if not (self._take("and") and self._begins()) and not (self._at == start and self._begins()):
                self._at = start
                return items
            items.append(self._sum())

    def _chain(self, name: str, items: list[_Piece]) -> _Piece:
        """The items of a list under one operator or function."""
        sign = _LISTS.get(name, name)
        if len(items) == 1 and items[0].figure and "and" in items[0].figure.words:
            return self._apart(items[0].figure, name)  # "the product of two hundred and five"
        if name == "difference" and len(items) == 2:
            return _Piece(f"abs({_joined(items[0], '-', items[1]).text})")
        if sign == "mean" and len(items) > 1:
            return _Piece(f"mean({', '.join(item.text for item in items)})")
        if (name in ("difference", "quotient", "mean") and len(items) != 2) or not items:
            raise _NoneError
        if len(items) == 1 and items[0].level == ATOM:
            raise _NoneError
        piece = items[0]
        for item in items[1:]:
            piece = _joined(piece, sign, item)
        return piece

    def _apart(self, figure: Figure, name: str) -> _Piece:
        """The two numbers on both sides of the last "and" in what could be one."""
        at = len(figure.words) - 1 - figure.words[::-1].index("and")
        parts = [figure_at(words, 0) for words in (figure.words[:at], figure.words[at + 1 :])]
        return self._chain(name, [_Piece(part.written, figure=part) for part in parts if part])

    # --- tokens ---

    def _next(self) -> str | Figure | None:
        return self._tokens[self._at] if self._at < len(self._tokens) else None

    def _begins(self) -> bool:
        """Whether an operand begins here."""
        token = self._next()
        return isinstance(token, Figure) or token in (
            *_FUNCTIONS, *_LISTS, *_TIMES, "(", "-", "negative", "pi", "root", "square", "cube", "remainder",
        )  # fmt: skip

    def _take(self, *wanted: str) -> str | None:
        token = self._next()
        if isinstance(token, str) and token in wanted:
            self._at += 1
            return token
        return None

    def _expect(self, *wanted: str) -> str:
        taken = self._take(*wanted)
        if taken is None:
            raise _NoneError
        return taken


def _factorial(piece: _Piece) -> _Piece:
    return _Piece(f"{piece.within(ATOM)}!", ATOM)
