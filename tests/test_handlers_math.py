"""What is said as a sum is computed exactly; units come out as people say them."""

import random
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest

from speaker.languages.en.expressions import expression_of
from speaker.slots import resolve
from speaker.testing import Bench
from speaker.text import normalise

INTENTS = Path(__file__).parent.parent / "intents"


@pytest.fixture(scope="module")
def bench(tmp_path_factory):
    with Bench([INTENTS / "math"], tmp_path_factory.mktemp("math")) as bench:
        yield bench


def answer(bench, said):
    """The reply to a sum as it is said, through the slot's type."""
    expression = resolve("expression", said, date(2026, 3, 6))
    assert expression is not None, said
    return bench.do("math.calculate", expression=expression)


SUMS = [
    # said, written, spoken
    ("12 times 7", "12 * 7", "12 times 7 is 84."),
    ("forty seven plus eighteen", "47 + 18", "47 plus 18 is 65."),
    ("1,250 minus 17.5", "1250 - 17.5", "1,250 minus 17.5 is 1,232.5."),
    ("100 divided by 7", "100 / 7", "100 divided by 7 is about 14.29."),
    ("0.1 plus 0.2", "0.1 + 0.2", "0.1 plus 0.2 is 0.3."),
    ("nought point one plus point two", "0.1 + 0.2", "0.1 plus 0.2 is 0.3."),
    ("three point one four times two", "3.14 * 2", "3.14 times 2 is 6.28."),
    ("five plus three times two", "5 + 3 * 2", "5 plus 3 times 2 is 11."),
    ("five plus three all times two", "(5 + 3) * 2", "That is 16."),
    ("open bracket 2 plus 3 close bracket times 4", "(2 + 3) * 4", "That is 20."),
    ("2.5 million plus 1", "2500000 + 1", "2,500,000 plus 1 is 2,500,001."),
    ("a hundred and five minus two hundred", "105 - 200", "105 minus 200 is minus 95."),
    ("fifteen hundred over three", "1500 / 3", "1,500 divided by 3 is 500."),
    ("two and two", "2 + 2", "2 plus 2 is 4."),
    ("twice seven", "2 * 7", "2 times 7 is 14."),
    ("two dozen", "2 * 12", "2 times 12 is 24."),
    ("six sevens", "6 * 7", "6 times 7 is 42."),
    ("17 mod 5", "17 mod 5", "17 modulo 5 is 2."),
    ("the remainder when you divide 17 by 5", "17 mod 5", "17 modulo 5 is 2."),
    ("five factorial", "5!", "5 factorial is 120."),
    # shares
    ("fifteen percent of eighty", "15% of 80", "15 percent of 80 is 12."),
    ("20% of 10% of 500", "20% of 10% of 500", "20 percent of 10 percent of 500 is 10."),
    ("twenty percent off 45", "45 - 20%", "45 minus 20 percent is 36."),
    ("twenty off 45 percent", "45 - 20%", "45 minus 20 percent is 36."),
    ("50 with 20 percent off", "50 - 20%", "50 minus 20 percent is 40."),
    ("200 plus nineteen per cent", "200 + 19%", "200 plus 19 percent is 238."),
    ("10 percent more than 50", "50 + 10%", "50 plus 10 percent is 55."),
    ("80 reduced by 25 percent", "80 - 25%", "80 minus 25 percent is 60."),
    ("five percent plus ten percent", "5% + 10%", "5 percent plus 10 percent is 15 percent."),
    ("18 percent tip on a 50 dollar bill", "18% of 50", "18 percent of 50 is 9."),
    ("what percent of 80 is 20", "20 / 80 as %", "That is 25 percent."),
    ("what percent is 20 of 80", "20 / 80 as %", "That is 25 percent."),
    ("20 is what percent of 80", "20 / 80 as %", "That is 25 percent."),
    ("20 out of 80 as a percentage", "20 / 80 as %", "That is 25 percent."),
    ("8 as a fraction of 12", "8 / 12 as fraction", "That is 2 thirds."),
    ("half of 90", "1/2 of 90", "Half of 90 is 45."),
    ("half ninety", "1/2 of 90", "Half of 90 is 45."),
    ("half a million", "1/2 of 1000000", "Half of 1,000,000 is 500,000."),
    ("three quarters of 80", "3/4 of 80", "3 quarters of 80 is 60."),
    ("half of a third of 60", "1/2 of 1/3 of 60", "Half of a third of 60 is 10."),
    ("two and a half plus three quarters", "2.5 + 3/4", "2.5 plus 3 quarters is 3.25."),
    ("a third off 60", "60 - 1/3 of 60", "60 minus a third of 60 is 40."),
    # roots and powers
    ("3 squared", "3 ^ 2", "3 squared is 9."),
    ("four cubed", "4 ^ 3", "4 cubed is 64."),
    ("2 to the power of 8", "2 ^ 8", "2 to the power of 8 is 256."),
    ("two to the tenth", "2 ^ 10", "2 to the power of 10 is 1,024."),
    ("two to the minus three", "2 ^ -3", "2 to the power of minus 3 is 0.125."),
    ("minus five squared", "-5 ^ 2", "Minus 5 squared is minus 25."),
    ("negative five squared", "(-5) ^ 2", "That is 25."),
    ("the square root of 81", "sqrt(81)", "The square root of 81 is 9."),
    ("root 2", "sqrt(2)", "The square root of 2 is about 1.41."),
    ("the cube root of 27", "cbrt(27)", "The cube root of 27 is 3."),
    ("the fourth root of 16", "root(4, 16)", "That is 2."),
    ("the square root of 16 plus 9", "sqrt(16) + 9", "That is 13."),
    ("the natural log of one", "ln(1)", "The natural logarithm of 1 is 0."),
    ("the logarithm of a thousand", "log(1000)", "The logarithm of 1,000 is 3."),
    ("the sine of 30 degrees", "sin(30)", "The sine of 30 is 0.5."),
    ("pi times 4", "pi * 4", "Pi times 4 is about 12.57."),
    # operands the other way round, verbs, lists
    ("seven go into eighty four", "84 / 7", "84 divided by 7 is 12."),
    ("5 subtracted from 20", "20 - 5", "20 minus 5 is 15."),
    ("subtract 5 from 20", "20 - 5", "20 minus 5 is 15."),
    ("take 20 percent off 45", "45 - 20%", "45 minus 20 percent is 36."),
    ("3 less than 10", "10 - 3", "10 minus 3 is 7."),
    ("add 5 and 9", "5 + 9", "5 plus 9 is 14."),
    ("add 5 to 9", "9 + 5", "9 plus 5 is 14."),
    ("add up 5 9 and 20", "5 + 9 + 20", "5 plus 9 plus 20 is 34."),
    ("add 5 and 9 and divide by 2", "(5 + 9) / 2", "That is 7."),
    ("multiply three hundred and five by two", "305 * 2", "305 times 2 is 610."),
    ("divide ninety by four", "90 / 4", "90 divided by 4 is 22.5."),
    ("split 100 three ways", "100 / 3", "100 divided by 3 is about 33.33."),
    ("share 80 between four friends", "80 / 4", "80 divided by 4 is 20."),
    ("the product of two hundred and five", "200 * 5", "200 times 5 is 1,000."),
    ("the difference between 3 and 10", "abs(3 - 10)", "That is 7."),
    ("the average of three four and eight", "mean(3, 4, 8)", "That is 5."),
    ("two times the sum of 3 and 4", "2 * (3 + 4)", "That is 14."),
    # as it is typed
    ("12x7", "12 * 7", "12 times 7 is 84."),
    ("12 - 7", "12 - 7", "12 minus 7 is 5."),
    ("12-7", "12 - 7", "12 minus 7 is 5."),
    ("(2 + 3) * 4", "(2 + 3) * 4", "That is 20."),
    ("100 ÷ 8", "100 / 8", "100 divided by 8 is 12.5."),
    ("3² + 4²", "3 ^ 2 + 4 ^ 2", "3 squared plus 4 squared is 25."),
    ("√81", "sqrt(81)", "The square root of 81 is 9."),
]


@pytest.mark.parametrize(("said", "written", "spoken"), SUMS)
def test_a_sum_is_written_down_and_computed(bench, said, written, spoken):
    assert expression_of(normalise(said)) == written
    reply = answer(bench, said)
    assert (reply.ok, reply.text) == (True, spoken)


@pytest.mark.parametrize(
    "said",
    ["", "five", "the cat", "12 12", "three times", "plus four", "half", "milk and eggs", "2 plus bananas", "the sum of 3",
     "twenty percent", "open bracket 2 plus 3", "20 dollars and 5 cents", "9" * 60 + " plus 1", "1 plus " * 60 + "1"],
)  # fmt: skip
def test_what_is_no_sum_is_none(said):
    assert resolve("expression", said, date(2026, 3, 6)) is None


def test_chains_of_sums_agree_with_arithmetic(bench):
    """Two hundred sums by chance, said in words, against Python's own precedence."""
    r = random.Random(3)
    words = {"plus": "+", "minus": "-", "times": "*", "divided by": "/"}
    for _ in range(200):
        said, sum_ = "", ""
        for at in range(r.randint(2, 6)):
            operator = r.choice(list(words)) if at else ""
            number = r.choice([str(r.randint(1, 2000)), f"{r.randint(0, 99)}.{r.randint(1, 99):02d}"])
            said += f" {operator} {number}"
            sum_ += f" {words.get(operator, '')} Fraction('{number}')"
        expression = expression_of(" ".join(said.split()))
        value = eval(sum_, {"Fraction": Fraction})
        rest = bench.do("math.calculate", expression=f"({expression}) {'-' if value > 0 else '+'} {abs(value)}")
        assert rest.text == "That is 0.", said


@pytest.mark.parametrize(
    ("said", "spoken"),
    [
        ("nine to the power of nine to the power of nine", "That number is too large for me."),
        ("ten to the power of a million", "That number is too large for me."),
        ("1.5 to the power of a million", "That number is too large for me."),
        ("a million factorial", "That number is too large for me."),
        ("seven divided by zero", "Nothing can be divided by zero."),
        ("17 mod zero", "Nothing can be divided by zero."),
        ("zero to the minus 1", "Nothing can be divided by zero."),
        ("the square root of minus 4", "A negative number has no root like that."),
        ("the logarithm of zero", "Only numbers above zero have a logarithm."),
        ("the tangent of 90", "The tangent has no value there."),
        ("2.5 factorial", "Only whole numbers have a factorial."),
    ],
)
def test_what_has_no_value_is_declined_in_words(bench, said, spoken):
    reply = answer(bench, said)
    assert (reply.ok, reply.text) == (False, spoken)


@pytest.mark.parametrize(
    "expression", ["", "2 +", "__import__('os')", "2 ** 3", "sqrt()", "sqrt(1, 2)", "1 as", "(" * 300, "7/0"]
)
def test_what_the_slot_would_never_hold_is_declined_too(bench, expression):
    assert not bench.do("math.calculate", expression=expression).ok


def test_numbers_that_are_large_or_small_are_said_by_their_power(bench):
    assert answer(bench, "2 to the power of 100").text.endswith(" is about 1.27 times 10 to the power of 30.")
    assert answer(bench, "20 factorial").text == "20 factorial is about 2.43 times 10 to the power of 18."
    assert answer(bench, "1 divided by 3 billion").text.endswith(" is about 3.33 times 10 to the power of minus 10.")


CONVERSIONS = [
    # amount, from, to, spoken
    ("5", "pounds", "kilograms", "5 pounds is about 2.27 kilograms."),
    ("a", "mile", "kilometres", "1 mile is about 1.61 kilometres."),
    ("half a", "mile", "feet", "Half a mile is 2,640 feet."),
    ("three", "feet", "inches", "3 feet is 36 inches."),
    ("a dozen", "inches", "feet", "12 inches is 1 foot."),
    ("five foot eleven", "inches", "centimetres", "71 inches is about 180 centimetres."),
    ("10", "cm", "mm", "10 centimetres is 100 millimetres."),
    ("26.2", "miles", "km", "26.2 miles is about 42.2 kilometres."),
    ("one", "light year", "kilometres", "1 light year is about 9.46 trillion kilometres."),
    ("12", "parsecs", "light years", "12 parsecs is about 39.1 light years."),
    ("11", "stone", "kilos", "11 stone is about 69.9 kilograms."),
    ("8", "oz", "g", "8 ounces is about 227 grams."),
    ("98.6", "fahrenheit", "celsius", "98.6 degrees Fahrenheit is 37 degrees Celsius."),
    ("minus 40", "degrees celsius", "fahrenheit", "Minus 40 degrees Celsius is minus 40 degrees Fahrenheit."),
    ("zero", "c", "kelvin", "0 degrees Celsius is about 273 kelvin."),
    ("three fifty", "f", "c", "350 degrees Fahrenheit is about 177 degrees Celsius."),
    ("180", "degrees", "fahrenheit", "180 degrees Celsius is 356 degrees Fahrenheit."),
    ("four", "gas mark", "celsius", "Gas mark 4 is about 180 degrees Celsius."),
    ("two", "cups", "millilitres", "2 US cups is about 473 millilitres."),
    ("a", "pint", "cups", "1 US pint is 2 US cups."),
    ("two", "imperial pints", "litres", "2 imperial pints is about 1.14 litres."),
    ("8", "ounces", "cups", "8 US fluid ounces is 1 US cup."),
    ("500", "ml", "fluid ounces", "500 millilitres is about 16.9 US fluid ounces."),
    ("a", "tablespoon", "teaspoons", "1 tablespoon is 3 teaspoons."),
    ("two thirds of a", "cup", "ml", "2 thirds of a US cup is about 158 millilitres."),
    ("two", "cups of flour", "grams", "2 US cups of flour is about 241 grams."),
    ("a", "stick of butter", "tablespoons", "1 stick of butter is 8 tablespoons."),
    ("60", "miles per hour", "km/h", "60 miles per hour is about 96.6 kilometres per hour."),
    ("10", "metres per second", "kilometres an hour", "10 metres per second is 36 kilometres per hour."),
    ("30", "miles per gallon", "litres per hundred kilometres",
     "30 miles per US gallon is about 7.84 litres per hundred kilometres."),
    ("1000", "square feet", "sqm", "1,000 square feet is about 92.9 square metres."),
    ("three", "acres", "hectares", "3 acres is about 1.21 hectares."),
    ("2", "cubic metres", "litres", "2 cubic metres is 2,000 litres."),
    ("a", "gig", "megs", "1 gigabyte is 1,000 megabytes."),
    ("1", "gibibyte", "mebibytes", "1 gibibyte is 1,024 mebibytes."),
    ("a", "week", "seconds", "1 week is 604,800 seconds."),
    ("a", "year", "hours", "1 year is 8,760 hours."),
    ("three quarters of an", "hour", "minutes", "3 quarters of an hour is 45 minutes."),
    ("100", "psi", "bar", "100 pounds per square inch is about 6.89 bar."),
]  # fmt: skip


@pytest.mark.parametrize(("amount", "source", "target", "spoken"), CONVERSIONS)
def test_units(bench, amount, source, target, spoken):
    slots = {"amount": resolve("number", amount, date(2026, 3, 6)), "from": source, "to": target}
    reply = bench.do("math.convert", **slots)
    assert (reply.ok, reply.text) == (True, spoken)


@pytest.mark.parametrize(
    ("source", "target", "spoken"),
    [
        ("pounds", "litres", "I cannot turn pounds into litres."),
        ("celsius", "metres", "I cannot turn degrees Celsius into metres."),
        ("metres", "celsius", "I cannot turn metres into degrees Celsius."),
        ("bananas", "apples", "I do not know the unit bananas."),
        ("dollars", "euros", "I do not know the unit dollars."),
        ("hats", "mats", "I do not know the unit hats."),
        ("cup of gravel", "grams", "I do not know how much gravel weighs."),
        ("per", "of", "I do not know the unit per."),
    ],
)
def test_units_that_do_not_fit_are_declined(bench, source, target, spoken):
    reply = bench.do("math.convert", **{"amount": 3, "from": source, "to": target})
    assert (reply.ok, reply.text) == (False, spoken)


def test_nothing_is_colder_than_the_coldest(bench):
    assert not bench.do("math.convert", **{"amount": -300, "from": "celsius", "to": "fahrenheit"}).ok


def test_the_settings_say_whose_pint_it_is(tmp_path):
    with Bench([INTENTS / "math"], tmp_path, settings={"math": {"measures": "imperial"}}) as bench:
        reply = bench.do("math.convert", **{"amount": 1, "from": "pint", "to": "ml"})
        assert reply.text == "1 imperial pint is about 568 millilitres."
        reply = bench.do("math.convert", **{"amount": 1, "from": "us pint", "to": "ml"})
        assert reply.text == "1 US pint is about 473 millilitres."


def test_measures_of_nobody_keep_the_plugin_from_being_loaded(tmp_path):
    with Bench([INTENTS / "math"], tmp_path, settings={"math": {"measures": "martian"}}) as bench:
        assert "should be one of us, imperial, not 'martian'" in bench.plugins.failed[0].reason


@pytest.mark.parametrize(
    ("words", "value"),
    [("a", 1), ("an", 1), ("half a", 0.5), ("a quarter of an", 0.25), ("half a dozen", 6), ("half a million", 500_000),
     ("two billion", 2_000_000_000), ("hundred", 100), ("one single", 1), ("a couple of", 2), ("d20", 20), ("a d six", 6),
     ("d hundred", 100), ("three fifty", 350), ("four twenty five", 425), ("six foot two", 74), ("six feet and 14", None),
     ("five ten", None), ("d", None), ("door", None), ("a few", None)],
)  # fmt: skip
def test_amounts(words, value):
    assert resolve("number", words, date(2026, 3, 6)) == value
