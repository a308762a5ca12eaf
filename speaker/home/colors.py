"""Colors by name, as lamps take them and tell them: hue and saturation, a temperature of white, CIE xy, RGB."""

import colorsys
from collections.abc import Mapping
from dataclasses import dataclass

from speaker import languages


@dataclass(frozen=True, slots=True)
class Color:
    """What a lamp is told."""

    hue: float
    """Degrees, 0 to 360."""
    saturation: float
    """0 to 100 %."""
    kelvin: int | None = None
    """Of a white; a lamp that has none takes hue and saturation."""

    @property
    def rgb(self) -> tuple[int, int, int]:
        """At full brightness, 0 to 255 each."""
        red, green, blue = colorsys.hsv_to_rgb(self.hue / 360, self.saturation / 100, 1.0)
        return round(red * 255), round(green * 255), round(blue * 255)

    @property
    def mireds(self) -> int:
        """The temperature of a white as Zigbee has it, a million by kelvin."""
        return round(1_000_000 / (self.kelvin or 4000))


COLORS: Mapping[str, Color] = {
    "white": Color(0, 0, 4000),
    "candlelight": Color(30, 70, 1900),
    "warm white": Color(30, 45, 2700),
    "soft white": Color(30, 35, 3000),
    "cool white": Color(210, 5, 5000),
    "daylight": Color(210, 8, 5700),
    "cold white": Color(210, 12, 6500),
    "red": Color(0, 100),
    "orange": Color(30, 100),
    "amber": Color(42, 100),
    "gold": Color(48, 85),
    "yellow": Color(58, 100),
    "lime": Color(80, 100),
    "green": Color(120, 100),
    "light green": Color(120, 50),
    "mint": Color(150, 40),
    "turquoise": Color(172, 80),
    "cyan": Color(182, 100),
    "sky blue": Color(200, 60),
    "light blue": Color(212, 40),
    "blue": Color(240, 100),
    "indigo": Color(262, 100),
    "violet": Color(274, 75),
    "purple": Color(284, 100),
    "lavender": Color(270, 35),
    "lilac": Color(290, 40),
    "magenta": Color(302, 100),
    "hot pink": Color(326, 75),
    "pink": Color(340, 45),
    "coral": Color(14, 70),
    "salmon": Color(8, 52),
    "peach": Color(24, 45),
}
"""A lamp that tells a color is said to have the nearest of these."""

_SAME = {"dark red": "red", "crimson": "red", "dark green": "green", "dark blue": "blue", "navy": "blue",
         "teal": "turquoise", "aqua": "cyan", "brown": "orange"}  # fmt: skip
# What makes them other colors is how bright they are, which is another wish.

_PALE = 15.0  # percent of saturation below which it is white


def color_meant(said: str) -> str | None:
    """The color that is called so in the language of the house; None where none is."""
    colors = languages.current().words.colors
    return next((color for color, called in colors.items() if said in called), None)


def color_called(color: str) -> str:
    """What a color is called in the language of the house."""
    return languages.current().words.colors.get(color, (color,))[0]


def called(name: str) -> Color | None:
    """The color of that name; None where it is not known."""
    return COLORS.get(_SAME.get(name, name))


def of_hs(hue: float, saturation: float) -> str:
    """The name of the nearest color to a hue (degrees) and a saturation (percent)."""
    if saturation < _PALE:
        return "white"
    return min(_BRIGHT, key=lambda name: _apart(COLORS[name], Color(hue % 360, saturation)))


def of_kelvin(kelvin: float) -> str:
    """The name of the nearest white."""
    return min(_WHITES, key=lambda name: abs(1e6 / (COLORS[name].kelvin or 4000) - 1e6 / max(kelvin, 500)))


def of_rgb(red: float, green: float, blue: float) -> str:
    """The name of the nearest color, whatever its brightness; each is 0 to 255."""
    hue, saturation, _ = colorsys.rgb_to_hsv(*(min(max(c, 0), 255) / 255 for c in (red, green, blue)))
    return of_hs(hue * 360, saturation * 100)


def of_xy(x: float, y: float) -> str:
    """The name of the nearest color to a point of CIE 1931."""
    y = max(y, 1e-4)
    big_x, big_z = x / y, (1 - x - y) / y
    linear = (
        3.2406 * big_x - 1.5372 - 0.4986 * big_z,
        -0.9689 * big_x + 1.8758 + 0.0415 * big_z,
        0.0557 * big_x - 0.2040 + 1.0570 * big_z,
    )
    most = max(*linear, 1e-6)
    return of_rgb(*(255 * _gamma(max(c / most, 0.0)) for c in linear))


def alike(one: str, other: str) -> bool:
    """Whether a lamp that tells ``other`` has taken on ``one``: lamps have fewer colors than there are names."""
    first, second = called(one), called(other)
    if first is None or second is None:
        return one == other
    if first.kelvin or second.kelvin:
        return (first.kelvin is not None or first.saturation < 60) and (
            second.kelvin is not None or second.saturation < 60
        )
    return _turn(first.hue, second.hue) <= 60


def _gamma(linear: float) -> float:
    return 12.92 * linear if linear <= 0.0031308 else 1.055 * linear ** (1 / 2.4) - 0.055


def _turn(one: float, other: float) -> float:
    """Degrees between two hues, 0 to 180."""
    return abs((one - other + 180) % 360 - 180)


def _apart(one: Color, other: Color) -> float:
    return float(_turn(one.hue, other.hue) + abs(one.saturation - other.saturation) * 0.5)


_WHITES = tuple(name for name, color in COLORS.items() if color.kelvin)
_BRIGHT = tuple(name for name, color in COLORS.items() if not color.kelvin)
