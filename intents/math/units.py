"""Units by the names that people give them, and what one is in another; pint knows how long and how heavy they are."""

import re
from dataclasses import dataclass
from functools import cache

import pint  # in this file alone, which is first imported when something is to be converted: it takes a while

from . import names


class NoConversionError(Exception):
    """One of two units cannot be said in the other."""


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit that was named."""

    pint: str
    """An expression of pint."""
    many: str
    one: str
    of: str | None = None
    """What is measured: "flour"."""

    def of_this(self, said: str, part: bool = False) -> str:
        """ "1 mile", "5 miles", "2 US cups of flour"; ``part``: "half an hour", "2 thirds of a US cup"."""
        article = "an" if re.match(r"[aeio]|hour", self.one) else "a"
        between = f" {article} " if said == "half" else f" of {article} "
        unit = f"{between}{self.one}" if part else f" {self.one if said == '1' else self.many}"
        return said + unit + (f" of {self.of}" if self.of else "")


def unit_of(said: str, measures: str = "us") -> Unit | None:
    """The unit that some words name, or None; ``measures``, us or imperial, says whose pint a pint is."""
    words = re.sub(r"^(?:the|an?|degrees?) (?=\w)|\.$", "", " ".join(said.lower().replace("-", " ").split()))
    if of := re.fullmatch(r"(?:stick|sticks) of butter", words):
        return Unit("0.5 * cup", "sticks", "stick", "butter")
    if (of := re.fullmatch(r"(.+?) of (?:the )?(.+)", words)) and words not in _names():
        unit = unit_of(of[1], measures)
        return unit and Unit(unit.pint, unit.many, unit.one, of[2])
    words = names.SHORTER.get(words, words)
    plain = re.sub(r"(?<=\w)s$", "", words)
    system = names.SYSTEMS[measures].get(plain)
    if system == plain:  # a US spoon is so near to any other that it need not be told
        return Unit(plain, f"{plain}s", plain)
    if found := _names().get(system or words):
        return found
    return _power(words, measures) or _ratio(words, measures) or _any(words)


def pair(source: str, target: str, measures: str) -> tuple[Unit, Unit]:
    """Two units as they are meant beside each other. Raises NoConversionError where one is none."""
    units = []
    for said in (source, target):
        unit = unit_of(said, measures)
        if unit is None:
            raise NoConversionError(f"I do not know the unit {said}.")
        units.append(unit)
    return _meant(units[0], units[1], measures), _meant(units[1], units[0], measures)


def _meant(unit: Unit, other: Unit, measures: str) -> Unit:
    """ "ounces" beside cups are fluid ounces, "degrees" beside Fahrenheit are those of Celsius."""
    if unit.pint == "degree" and other.pint in ("degC", "degF", "kelvin"):
        return unit_of("fahrenheit" if other.pint == "degC" else "celsius") or unit
    if unit.pint == "ounce" and not other.of and other.pint not in ("degC", "degF", "kelvin"):
        volume = _registry().parse_expression(other.pint).dimensionality == {"[length]": 3}
        return (unit_of("fluid ounce", measures) or unit) if volume else unit
    return unit


def convert(amount: float, source: Unit, target: Unit) -> float:
    """So many of one unit in another. Raises NoConversionError where they measure different things."""
    registry = _registry()
    try:
        if source.pint in ("degC", "degF", "kelvin"):
            quantity = registry.Quantity(amount, source.pint)
            if quantity.to("kelvin").magnitude < 0:
                raise NoConversionError("Nothing can be as cold as that.")
            return float(quantity.to(target.pint).magnitude)
        quantity, wanted = amount * registry.parse_expression(source.pint), registry.parse_expression(target.pint)
        if quantity.dimensionality != wanted.dimensionality:
            quantity = _other_kind(quantity, wanted, source, target)
        return float((quantity / wanted).to("dimensionless").magnitude)
    except (pint.DimensionalityError, pint.OffsetUnitCalculusError, ZeroDivisionError):
        raise NoConversionError(f"I cannot turn {_called(source)} into {_called(target)}.") from None


def _called(unit: Unit) -> str:
    return f"{unit.many} of {unit.of}" if unit.of else unit.many


def _other_kind(quantity: pint.Quantity, wanted: pint.Quantity, source: Unit, target: Unit) -> pint.Quantity:
    """A cup of flour has a weight, and miles per gallon are litres per mile upside down."""
    volume, mass = {"[length]": 3}, {"[mass]": 1}
    kinds = dict(quantity.dimensionality), dict(wanted.dimensionality)
    thing = source.of or target.of
    if thing and kinds in ((volume, mass), (mass, volume)):
        if thing not in names.GRAMS:
            raise NoConversionError(f"I do not know how much {thing} weighs.")
        density = names.GRAMS[thing] * _registry().parse_expression("gram / milliliter")
        return quantity * density if kinds[0] == volume else quantity / density
    if "per" in source.many and "per" in target.many:
        return 1 / quantity
    return quantity


def _power(words: str, measures: str) -> Unit | None:
    """ "square feet", "cubic metres", "metres squared"."""
    first, _, rest = words.partition(" ")
    if first not in names.POWERS:
        rest, _, first = words.rpartition(" ")
    base = unit_of(rest, measures) if first in names.POWERS and rest and rest.split()[0] not in names.POWERS else None
    if base is None or "degree" in base.one:
        return None
    name = {2: "square", 3: "cubic"}[names.POWERS[first]]
    return Unit(f"({base.pint}) ** {names.POWERS[first]}", f"{name} {base.many}", f"{name} {base.one}")


def _ratio(words: str, measures: str) -> Unit | None:
    """ "feet per second", "kilometres an hour"."""
    above, _, below = re.sub(r" (?:per|an|a) |/", " per ", words).partition(" per ")
    top = unit_of(above, measures) if below else None
    bottom = unit_of(below, measures) if below else None
    if top is None or bottom is None:
        return None
    many, one = f"{top.many} per {bottom.one}", f"{top.one} per {bottom.one}"
    return Unit(f"({top.pint}) / ({bottom.pint})", many, one)


def _any(words: str) -> Unit | None:
    """Whatever else pint knows by its full name: "parsecs"; abbreviations mean too many things."""
    name = words.replace(" ", "_")
    plain = re.sub(r"s$", "", name)
    if len(plain) < 4 or not plain.isascii() or not plain.replace("_", "").isalpha():
        return None
    known = _registry().parse_unit_name(plain)
    if not any(plain.startswith(prefix) for prefix, _, _ in known):
        return None
    one = plain.replace("_", " ")
    return Unit(plain, f"{one}s", one)


@cache
def _names() -> dict[str, Unit]:
    found: dict[str, Unit] = {}
    for base, spelled in names.PREFIXED.items():
        binary = names.BINARY if base in ("byte", "bit") else ()
        for prefix in (*names.PREFIXES, *binary):
            unit = Unit(prefix + base, f"{prefix}{spelled[0]}s", prefix + spelled[0])
            found |= {f"{prefix}{word}{end}": unit for word in spelled for end in ("", "s")}
            if base in names.SHORT and (not prefix or names.PREFIXES.get(prefix)):
                found[names.PREFIXES[prefix] + names.SHORT[base]] = unit
    for line in names.TABLE.strip().splitlines():
        expression, _, called = line.partition(": ")
        many, one, *others = called.split(", ")
        found |= dict.fromkeys((many.lower(), one.lower(), *others), Unit(expression, many, one))
    return found


@cache
def _registry() -> pint.UnitRegistry:
    registry = pint.UnitRegistry()
    for line in names.OWN.strip().splitlines():
        registry.define(line)
    return registry
