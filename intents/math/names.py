"""What units are called: data for ``units``."""

# What pint has not, or has otherwise than people mean it.
OWN = """
calendar_year = 365 * day
calendar_month = calendar_year / 12
marathon = 42.195 * kilometer
metric_cup = 250 * milliliter
metric_tablespoon = 15 * milliliter
metric_teaspoon = 5 * milliliter
dessert_spoon = 10 * milliliter
kitchen_pinch = teaspoon / 16
"""

# One unit a line: pint's name, then the plural, the singular and whatever else it is called.
TABLE = """
inch: inches, inch, in
foot: feet, foot, ft
yard: yards, yard, yd, yds
mile: miles, mile, mi
nautical_mile: nautical miles, nautical mile, sea miles, sea mile
furlong: furlongs, furlong
fathom: fathoms, fathom
league: leagues, league
chain: chains, chain
rod: rods, rod
hand: hands, hand
micron: microns, micron
light_year: light years, light year, lightyears, lightyear
astronomical_unit: astronomical units, astronomical unit, au
marathon: marathons, marathon
ounce: ounces, ounce, oz
pound: pounds, pound, lb, lbs
stone: stone, stone, stones, st
short_ton: US tons, US ton, us tons, us ton, short tons, short ton
long_ton: imperial tons, imperial ton, long tons, long ton
metric_ton: tonnes, tonne, metric tons, metric ton
carat: carats, carat
troy_ounce: troy ounces, troy ounce
grain: grains, grain
kilogram: kilograms, kilogram, kilo, kilos, kg, kgs
cup: US cups, US cup, us cups, us cup
pint: US pints, US pint, us pints, us pint
quart: US quarts, US quart, us quarts, us quart
gallon: US gallons, US gallon, us gallons, us gallon
fluid_ounce: US fluid ounces, US fluid ounce, us fluid ounces, us fluid ounce
gill: US gills, US gill, us gills, us gill
imperial_pint: imperial pints, imperial pint, uk pints, uk pint, british pints, british pint
imperial_quart: imperial quarts, imperial quart, uk quarts, uk quart
imperial_gallon: imperial gallons, imperial gallon, uk gallons, uk gallon, british gallons, british gallon
imperial_fluid_ounce: imperial fluid ounces, imperial fluid ounce, uk fluid ounces, uk fluid ounce
imperial_gill: imperial gills, imperial gill
imperial_cup: imperial cups, imperial cup
metric_cup: metric cups, metric cup
tablespoon: US tablespoons, US tablespoon, us tablespoons, us tablespoon
teaspoon: US teaspoons, US teaspoon, us teaspoons, us teaspoon
metric_tablespoon: metric tablespoons, metric tablespoon
metric_teaspoon: metric teaspoons, metric teaspoon
dessert_spoon: dessert spoons, dessert spoon, dessertspoons, dessertspoon
kitchen_pinch: pinches, pinch
oil_barrel: barrels, barrel
bushel: bushels, bushel
milliliter: millilitres, millilitre, mils, mil, mls, cc, ccs
second: seconds, second, sec, secs, s
minute: minutes, minute, min, mins
hour: hours, hour, hr, hrs, h
day: days, day
week: weeks, week
fortnight: fortnights, fortnight
calendar_month: months, month
3 * calendar_month: quarters, quarter
calendar_year: years, year
366 * day: leap years, leap year
10 * calendar_year: decades, decade
100 * calendar_year: centuries, century
1000 * calendar_year: millennia, millennium
degC: degrees Celsius, degree Celsius, celsius, centigrade, c, °c
degF: degrees Fahrenheit, degree Fahrenheit, fahrenheit, f, °f
kelvin: kelvin, kelvin, kelvins, k
degree: degrees, degree
radian: radians, radian
acre: acres, acre
hectare: hectares, hectare, ha
are: ares, are
kilometer / hour: kilometres per hour, kilometre per hour, kph, kmh, km/h, kmph
mile / hour: miles per hour, mile per hour, mph
meter / second: metres per second, metre per second, m/s
knot: knots, knot
byte: bytes, byte
bit: bits, bit
megabyte: megabytes, megabyte, mb, meg, megs
gigabyte: gigabytes, gigabyte, gb, gig, gigs
terabyte: terabytes, terabyte, tb
kilobyte: kilobytes, kilobyte, kb
petabyte: petabytes, petabyte, pb
psi: pounds per square inch, pound per square inch, psi
atmosphere: atmospheres, atmosphere, atm
bar: bar, bar, bars
millibar: millibars, millibar
millimeter_Hg: millimetres of mercury, millimetre of mercury, mmhg
calorie: calories, calorie, cal
kilocalorie: kilocalories, kilocalorie, kcal
Btu: BTU, BTU, btus, btu, british thermal units, british thermal unit
kilowatt * hour: kilowatt hours, kilowatt hour, kwh
horsepower: horsepower, horsepower, hp
force_pound: pounds of force, pound of force
mile / gallon: miles per US gallon, mile per US gallon, us mpg
mile / imperial_gallon: miles per imperial gallon, mile per imperial gallon
liter / (100 * kilometer): litres per hundred kilometres, litre per hundred kilometres, liters per hundred kilometers,\
 litres per 100 kilometres, liters per 100 kilometers, l/100km
"""
PREFIXES = {"": "", "nano": "n", "micro": "", "milli": "m", "centi": "c", "deci": "d", "deca": "", "hecto": "h",
             "kilo": "k", "mega": "", "giga": "", "tera": "", "peta": "", "exa": ""}  # fmt: skip
PREFIXED = {"meter": ("metre", "meter"), "gram": ("gram", "gramme"), "liter": ("litre", "liter"),
             "pascal": ("pascal",), "joule": ("joule",), "newton": ("newton",), "watt": ("watt",),
             "second": ("second",), "byte": ("byte",), "bit": ("bit",)}  # fmt: skip
SHORT = {"meter": "m", "gram": "g", "liter": "l"}
BINARY = ("kibi", "mebi", "gibi", "tebi", "pebi")
SYSTEMS = {
    "us": {"tablespoon": "tablespoon", "teaspoon": "teaspoon"}
    | {name: f"us {name}" for name in ("cup", "pint", "quart", "gallon", "fluid ounce", "gill", "ton")},
    "imperial": {"cup": "metric cup", "tablespoon": "metric tablespoon", "teaspoon": "metric teaspoon"}
    | {name: f"imperial {name}" for name in ("pint", "quart", "gallon", "fluid ounce", "gill", "ton")},
}
SHORTER = {"fl oz": "fluid ounce", "floz": "fluid ounce", "pt": "pint", "pts": "pint", "qt": "quart", "qts": "quart",
            "gal": "gallon", "gals": "gallon", "tbsp": "tablespoon", "tbsps": "tablespoon", "tsp": "teaspoon",
            "tsps": "teaspoon", "mpg": "miles per gallon", "sqm": "square metre", "sqft": "square foot"}  # fmt: skip
POWERS = {"square": 2, "squared": 2, "sq": 2, "cubic": 3, "cubed": 3, "cu": 3}

# Grams of a millilitre of what stands in kitchens; flour as it is spooned, brown sugar as it is pressed.
GRAMS = {
    "flour": 0.51, "sugar": 0.85, "brown sugar": 0.9, "powdered sugar": 0.5, "icing sugar": 0.5, "butter": 0.96,
    "milk": 1.03, "cream": 1.0, "water": 1.0, "rice": 0.8, "honey": 1.42, "syrup": 1.37, "oats": 0.38, "oil": 0.92,
    "olive oil": 0.92, "cocoa": 0.36, "cocoa powder": 0.36, "salt": 1.2, "yogurt": 1.03, "yoghurt": 1.03,
}  # fmt: skip
