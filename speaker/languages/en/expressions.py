"""Arithmetic as it is spoken, brought to the form in which it is written.

"fifteen percent of eighty" becomes ``15% of 80``, "five plus three all divided by two" ``(5 + 3) / 2``. Spoken
arithmetic has forms that written arithmetic has not: operands that swap ("seven into eighty four" is ``84 / 7``),
verbs ("subtract five from nine"), lists ("the average of three, four and five"). Nothing is computed here.
"""

import re

from speaker.languages.en.figures import figure_at
from speaker.languages.en.signs import signs_of
from speaker.slots.written import ATOM, PRODUCT, SIGN, SUM, Figure, Piece, factorial, joined, less

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


class _Parser:
    """Recursive descent over tokens; each method takes one kind of phrase, or raises _NoneError."""

    def __init__(self, tokens: list[str | Figure]) -> None:
        self._tokens, self._at = tokens, 0

    def whole(self) -> Piece:
        """All of the tokens."""
        piece = self._share() or self._command() or self._swapped()
        while self._at < len(self._tokens):
            piece = self._continued(piece)
        return piece

    # --- whole sentences ---

    def _share(self) -> Piece | None:
        """ "what percent of 80 is 20", "20 out of 80 as a percentage"."""
        start = self._at
        if self._take("what%"):
            percent_of = self._expect("of", "is") == "of"
            first = self._sum()
            self._expect("is" if percent_of else "of")
            second = self._sum()
            return self._as("%", *((second, first) if percent_of else (first, second)))
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

    def _as(self, kind: str, part: Piece, whole: Piece) -> Piece:
        if self._at < len(self._tokens):
            raise _NoneError
        return Piece(f"{joined(part, '/', whole).text} as {kind}", SUM)

    def _command(self) -> Piece | None:
        match self._take("add", "subtract", "take", "deduct", "multiply", "*", "divide"):
            case None:
                return None
            case "add":
                items = self._list()
                if len(items) == 1 and self._take("to"):
                    return joined(self._sum(), "+", items[0])
                return self._chain("+", items)
            case "subtract" | "take" | "deduct":
                part = self._product()
                return less(self._sum(), part) if self._take("from", "off") else part
            case "divide":
                return self._operands("/", "by", "into")
            case _:
                return self._operands("*", "by", "and", "with")

    def _operands(self, sign: str, *between: str) -> Piece:
        left = self._product(figures_apart="and" in between)
        if not self._take(*between):
            return left
        return joined(left, sign, self._product())

    def _continued(self, piece: Piece) -> Piece:
        """ "… and divide by two", "… then add four"."""
        if not self._take("and", "all"):
            raise _NoneError
        verb = self._take(*_VERBS)
        if verb in ("multiply", "divide"):
            self._expect("by")
        signs = {"add": "+", "subtract": "-", "multiply": "*", "divide": "/", None: ""}
        sign = signs.get(verb, verb) or self._expect("+", "-")
        return joined(piece, sign or "+", self._product())

    def _swapped(self) -> Piece:
        left = self._sum(ands=True)
        if self._take("with"):
            part = self._product()
            self._expect("off")
            return less(left, part)
        said = self._take(*_SWAPPED)
        if said is None:
            return left
        right = self._sum(ands=True)
        if said == "off" and right.text.endswith("%") and not left.part:  # "twenty off 45 percent"
            left, right = Piece(f"{left.within(ATOM)}%"), Piece(right.text[:-1], right.level)
        return less(right, left) if said in ("off", "less_than") else joined(right, _SWAPPED[said], left)

    # --- sums, products, powers ---

    def _sum(self, ands: bool = False) -> Piece:
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
            left = joined(left, "-" if sign in ("take") else sign, right)

    def _product(self, out_of: bool = True, figures_apart: bool = False) -> Piece:
        left = self._of(figures_apart)
        while sign := self._take("*", "/", "mod", *(("out_of",) if out_of else ())):
            left = joined(left, "/" if sign == "out_of" else sign, self._of())
        return left

    def _of(self, figures_apart: bool = False) -> Piece:
        left = self._sign()
        if figures_apart and left.figure and "and" in left.figure.words and self._next() is None:
            return self._apart(left.figure, "*")
        if left.part and (self._take("of") or (left.text == "1/2" and self._begins())):
            return joined(left, "of", self._of())
        return left

    def _sign(self) -> Piece:
        if self._take("-"):
            return Piece(f"-{self._sign().within(SIGN)}", SIGN)
        if self._take("remainder"):
            left = self._sign()
            self._expect("/", "by")
            return joined(left, "mod", self._sign())
        if function := self._take(*_FUNCTIONS):
            argument = self._of()
            return factorial(argument) if function == "factorial_of" else Piece(f"{function}({argument.text})")
        if self._take("root"):
            degree = self._atom()
            return Piece(f"root({degree.text}, {self._of().text})")
        if name := self._take(*_LISTS):
            return self._chain(name, self._list())
        if times := self._take(*_TIMES):
            return Piece(f"{_TIMES[times]} {self._of().within(SIGN)}", PRODUCT)
        if power := self._take("square", "cube"):
            return joined(self._of(), "^", Piece("2" if power == "square" else "3"))
        return self._power()

    def _power(self) -> Piece:
        piece = self._atom()
        while sign := self._take("%", "!", "squared", "cubed", "^", "dozen"):
            match sign:
                case "%":
                    piece = Piece(f"{piece.within(ATOM)}%")
                case "!":
                    piece = factorial(piece)
                case "dozen":
                    piece = joined(piece, "*", Piece("12"))
                case "^":
                    piece = joined(piece, "^", self._sign())
                case _:
                    piece = joined(piece, "^", Piece("2" if sign == "squared" else "3"))
        return piece

    def _atom(self) -> Piece:
        token = self._next()
        if isinstance(token, Figure):
            self._at += 1
            return Piece(token.written, figure=token)
        if self._take("negative"):
            return Piece(f"-{self._atom().within(ATOM)}", SIGN)
        if self._take("("):
            inside = self._sum(ands=True)
            self._expect(")")
            return Piece(inside.text, inside.level)
        if self._take("pi"):
            return Piece("pi")
        raise _NoneError

    # --- lists ---

    def _list(self) -> list[Piece]:
        items = [self._sum()]
        while True:
            start = self._at
            if not (self._take("and") and self._begins()) and not (self._at == start and self._begins()):
                self._at = start
                return items
            items.append(self._sum())

    def _chain(self, name: str, items: list[Piece]) -> Piece:
        """The items of a list under one operator or function."""
        sign = _LISTS.get(name, name)
        if len(items) == 1 and items[0].figure and "and" in items[0].figure.words:
            return self._apart(items[0].figure, name)  # "the product of two hundred and five"
        if name == "difference" and len(items) == 2:
            return Piece(f"abs({joined(items[0], '-', items[1]).text})")
        if sign == "mean" and len(items) > 1:
            return Piece(f"mean({', '.join(item.text for item in items)})")
        if (name in ("difference", "quotient", "mean") and len(items) != 2) or not items:
            raise _NoneError
        if len(items) == 1 and items[0].level == ATOM:
            raise _NoneError
        piece = items[0]
        for item in items[1:]:
            piece = joined(piece, sign, item)
        return piece

    def _apart(self, figure: Figure, name: str) -> Piece:
        """The two numbers on both sides of the last "and" in what could be one."""
        at = len(figure.words) - 1 - figure.words[::-1].index("and")
        parts = [figure_at(words, 0) for words in (figure.words[:at], figure.words[at + 1 :])]
        return self._chain(name, [Piece(part.written, figure=part) for part in parts if part])

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
