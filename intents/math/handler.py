"""Sums, and units in other units."""

from fractions import Fraction

from speaker.context import Context
from speaker.errors import HandlerError

from .arithmetic import NoValueError, compute
from .speech import Speech

FIRST_MARK, A_MARK = 275, 25  # degrees Fahrenheit: where gas mark 1 is, and how far it is to the next


def calculate(context: Context, expression: str) -> str:
    """The value of an expression, with the expression, so that a mishearing is heard."""
    speech = Speech(context)
    try:
        result = compute(expression)
    except NoValueError as error:
        raise HandlerError(context.reply(str(error))) from None
    if result.percent:
        value = context.words["percent"].format(speech.number(100 * result.value, result.exact))
    elif result.fraction and result.exact:
        value = speech.fraction(result.value)
    else:
        value = speech.number(result.value, result.exact)
    said = speech.expression(expression)
    return context.reply("is", sum=said, value=value) if said else context.reply("that_is", value=value)


def convert(context: Context, amount: float, **others: str) -> str:
    """So much of the unit ``from`` (a word that Python keeps for itself) in the unit ``to``."""
    from . import units as known  # it imports pint, which nobody waits for who converts nothing

    source, target, measures = others["from"], others["to"], context.settings["measures"]
    speech, units = Speech(context), known.units_of(context)
    exact = Fraction(str(amount))
    share = exact.limit_denominator(12)
    part = 0 < exact < 1 and abs(exact - share) < Fraction(1, 10**6) and share.denominator != 10
    said = speech.fraction(share) if part else speech.number(exact)
    try:
        if source in context.words["gas_mark"]:
            unit = units.pair(context.words["units"]["degF"][2], target, measures)
            value = units.convert(FIRST_MARK + A_MARK * (amount - 1), *unit)
            other = units.said(speech.number(Fraction(round(value, -1))), unit[1], one=False)
            return context.reply("gas_mark", amount=said, other=other)
        pair = units.pair(source, target, measures)
        value = units.convert(amount, *pair)
    except known.NoConversionError as error:
        raise HandlerError(context.reply(error.name, **error.words)) from None
    counted = speech.measure(Fraction(value))
    other = units.said(counted, pair[1], one=counted == "1")
    return context.reply("converted", amount=units.said(said, pair[0], exact == 1, part), other=other)
