"""Units by the names that people give them, and what one is in another; pint knows how long and how heavy they are."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import pint  # in this file alone, which is first imported when something is to be converted: it takes a while

from speaker.context import Context
from speaker.spoken import plural, singular

from .names import OWN

_HEAT = ("degC", "degF", "kelvin")


class NoConversionError(Exception):
    """One of two units cannot be said in the other; the name of the reply that says why, and its words."""

    def __init__(self, name: str, **words: str) -> None:
        super().__init__(name)
        self.name, self.words = name, words


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit that was named."""

    pint: str
    """An expression of pint."""
    many: str
    one: str
    of: str | None = None
    """What is measured: "flour"."""


@dataclass(frozen=True, slots=True)
class Units:
    """The units as they are called in the language of the house."""

    context: Context
    words: Mapping[str, Any]
    names: Mapping[str, Unit]

    def said(self, amount: str, unit: Unit, one: bool, part: bool = False) -> str:
        """ "1 mile", "5 miles", "2 US cups of flour"; ``part``: "half an hour", "2 thirds of a US cup"."""
        say, words = self.context.fragment, self.words
        article = words["articles"][bool(re.match(words["second_article"], unit.one))]
        if part and amount == words["parts"][2][0]:
            text = say("unit_half", article=article, unit=unit.one)
        elif part:
            text = say("unit_part", amount=amount, article=article, unit=unit.one)
        else:
            text = say("unit", amount=amount, unit=unit.one if one else unit.many)
        return say("unit_of", amount=text, thing=unit.of) if unit.of else text

    def find(self, said: str, measures: str = "us") -> Unit | None:
        """The unit that some words name, or None; ``measures``, us or imperial, says whose pint a pint is."""
        words = re.sub(self.words["before_unit"], "", " ".join(said.lower().replace("-", " ").split()))
        sticks = self.words["sticks"]
        if re.fullmatch(sticks["said"], words):
            return Unit("0.5 * cup", sticks["many"], sticks["one"], sticks["of"])
        if (of := re.fullmatch(self.words["of"], words)) and words not in self.names:
            unit = self.find(of[1], measures)
            return unit and replace(unit, of=of[2])
        words = self.words["shorter"].get(words, words)
        plain = singular(words)
        whose = self.words["systems"][measures].get(plain)
        if whose and whose == plain in self.words["plain"]:
            return Unit(plain, plural(plain), plain)
        if found := (self.by_pint(whose) if whose else self.names.get(words)):
            return found
        return self._power(words, measures) or self._ratio(words, measures) or self._any(words)

    def by_pint(self, name: str) -> Unit | None:
        """The unit that pint calls so."""
        return next((unit for unit in self.names.values() if unit.pint == name), None)

    def pair(self, source: str, target: str, measures: str) -> tuple[Unit, Unit]:
        """Two units as they are meant beside each other. Raises NoConversionError where one is none."""
        units = []
        for said in (source, target):
            unit = self.find(said, measures)
            if unit is None:
                raise NoConversionError("no_unit", unit=said)
            units.append(unit)
        return self._meant(units[0], units[1], measures), self._meant(units[1], units[0], measures)

    def convert(self, amount: float, source: Unit, target: Unit) -> float:
        """So many of one unit in another. Raises NoConversionError where they measure different things."""
        registry = _registry()
        try:
            if source.pint in _HEAT:
                quantity = registry.Quantity(amount, source.pint)
                if quantity.to("kelvin").magnitude < 0:
                    raise NoConversionError("too_cold")
                return float(quantity.to(target.pint).magnitude)
            quantity, wanted = amount * registry.parse_expression(source.pint), registry.parse_expression(target.pint)
            if quantity.dimensionality != wanted.dimensionality:
                quantity = self._other_kind(quantity, wanted, source, target)
            return float((quantity / wanted).to("dimensionless").magnitude)
        except (pint.DimensionalityError, pint.OffsetUnitCalculusError, ZeroDivisionError):
            words = {"source": self._called(source), "target": self._called(target)}
            raise NoConversionError("no_conversion", **words) from None

    def _meant(self, unit: Unit, other: Unit, measures: str) -> Unit:
        """ "ounces" beside cups are fluid ounces, "degrees" beside Fahrenheit are those of Celsius."""
        if unit.pint == "degree" and other.pint in _HEAT:
            return self.by_pint("degF" if other.pint == "degC" else "degC") or unit
        if unit.pint == "ounce" and not other.of and other.pint not in _HEAT:
            volume = _registry().parse_expression(other.pint).dimensionality == {"[length]": 3}
            fluid = self.by_pint("fluid_ounce" if measures == "us" else "imperial_fluid_ounce")
            return (fluid or unit) if volume else unit
        return unit

    def _called(self, unit: Unit) -> str:
        return self.context.fragment("unit_of", amount=unit.many, thing=unit.of) if unit.of else unit.many

    def _other_kind(self, quantity: pint.Quantity, wanted: pint.Quantity, source: Unit, target: Unit) -> pint.Quantity:
        """A cup of flour has a weight, and miles per gallon are litres per mile upside down."""
        volume, mass = {"[length]": 3}, {"[mass]": 1}
        kinds = dict(quantity.dimensionality), dict(wanted.dimensionality)
        thing = source.of or target.of
        if thing and kinds in ((volume, mass), (mass, volume)):
            if thing not in self.words["grams"]:
                raise NoConversionError("no_weight", thing=thing)
            density = self.words["grams"][thing] * _registry().parse_expression("gram / milliliter")
            return quantity * density if kinds[0] == volume else quantity / density
        return 1 / quantity if "/" in source.pint and "/" in target.pint else quantity

    def _power(self, words: str, measures: str) -> Unit | None:
        """ "square feet", "cubic metres", "metres squared"."""
        powers = self.words["powers"]
        first, _, rest = words.partition(" ")
        if first not in powers:
            rest, _, first = words.rpartition(" ")
        base = self.find(rest, measures) if first in powers and rest and rest.split()[0] not in powers else None
        if base is None or base.pint in (*_HEAT, "degree"):
            return None
        power, say = self.words["power_of"][powers[first]], self.context.fragment
        many, one = (say("unit_power", power=power, unit=unit) for unit in (base.many, base.one))
        return Unit(f"({base.pint}) ** {powers[first]}", many, one)

    def _ratio(self, words: str, measures: str) -> Unit | None:
        """ "feet per second", "kilometres an hour"."""
        per = self.words["per"]
        above, _, below = re.sub(self.words["ways_of_per"], f" {per} ", words).partition(f" {per} ")
        top = self.find(above, measures) if below else None
        bottom = self.find(below, measures) if below else None
        if top is None or bottom is None:
            return None
        say = self.context.fragment
        many, one = (say("unit_per", above=above, per=per, below=bottom.one) for above in (top.many, top.one))
        return Unit(f"({top.pint}) / ({bottom.pint})", many, one)

    def _any(self, words: str) -> Unit | None:
        """Whatever else pint knows by its full name: "parsecs"; abbreviations mean too many things."""
        name = singular(words).replace(" ", "_")
        if len(name) < 4 or not name.isascii() or not name.replace("_", "").isalpha():
            return None
        known = _registry().parse_unit_name(name)
        if not any(name.startswith(prefix) for prefix, _, _ in known):
            return None
        one = name.replace("_", " ")
        return Unit(name, plural(one), one)


def units_of(context: Context) -> Units:
    """The units of a language, read once."""
    key = id(context.words)
    if key not in _read:
        _read.clear()
        _read[key] = _names(context.words)
    return Units(context, context.words, _read[key])


_read: dict[int, Mapping[str, Unit]] = {}


def _names(words: Mapping[str, Any]) -> Mapping[str, Unit]:
    found: dict[str, Unit] = {}
    for base, spelled in words["prefixed"].items():
        binary = words["binary"] if base in ("byte", "bit") else ()
        for prefix in (*words["prefixes"], *binary):
            unit = Unit(prefix + base, plural(prefix + spelled[0]), prefix + spelled[0])
            found |= {f"{prefix}{word}": unit for each in spelled for word in (each, plural(each))}
            if base in words["short"] and (not prefix or words["prefixes"].get(prefix)):
                found[words["prefixes"][prefix] + words["short"][base]] = unit
    for expression, (many, one, *others) in words["units"].items():
        found |= dict.fromkeys((many.lower(), one.lower(), *others), Unit(expression, many, one))
    return found


@cache
def _registry() -> pint.UnitRegistry:
    registry = pint.UnitRegistry()
    for line in OWN.strip().splitlines():
        registry.define(line)
    return registry
