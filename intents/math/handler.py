"""Sums, and units in other units."""

from fractions import Fraction

from speaker.context import Context
from speaker.errors import HandlerError

from . import speech
from .arithmetic import compute

FIRST_MARK, A_MARK = 275, 25  # degrees Fahrenheit: where gas mark 1 is, and how far it is to the next


def calculate(context: Context, expression: str) -> str:
    """The value of an expression, with the expression, so that a mishearing is heard."""
    result = compute(expression)
    if result.percent:
        value = f"{speech.number(100 * result.value, result.exact)} percent"
    elif result.fraction and result.exact:
        value = speech.fraction(result.value)
    else:
        value = speech.number(result.value, result.exact)
    said = speech.expression(expression)
    return sentence(f"{said} is {value}.") if said else f"That is {value}."


def convert(context: Context, amount: float, **units: str) -> str:
    """So much of the unit ``from`` (a word that Python keeps for itself) in the unit ``to``."""
    from . import units as known  # it imports pint, which nobody waits for who converts nothing

    source, target, measures = units["from"], units["to"], context.settings["measures"]
    exact = Fraction(str(amount))
    share = exact.limit_denominator(12)
    part = 0 < exact < 1 and abs(exact - share) < Fraction(1, 10**6) and share.denominator != 10
    said = speech.fraction(share) if part else speech.number(exact)
    try:
        if source == "gas mark":
            unit = known.pair("fahrenheit", target, measures)
            value = known.convert(FIRST_MARK + A_MARK * (amount - 1), *unit)
            return f"Gas mark {said} is about {unit[1].of_this(speech.number(Fraction(round(value, -1))))}."
        pair = known.pair(source, target, measures)
        value = known.convert(amount, *pair)
    except known.NoConversionError as error:
        raise HandlerError(str(error)) from None
    return sentence(f"{pair[0].of_this(said, part)} is {pair[1].of_this(speech.measure(Fraction(value)))}.")


def sentence(text: str) -> str:
    """Its first letter large; the rest as it is."""
    return text[:1].upper() + text[1:]
