"""English, as ``speaker/languages/grammar.py`` wants it."""

from speaker.languages.en.dates import date_of
from speaker.languages.en.durations import duration_of
from speaker.languages.en.expressions import expression_of
from speaker.languages.en.forms import forms, inflections, many_by_itself, plural, singular
from speaker.languages.en.names import area_of, items_of, name_of
from speaker.languages.en.numbers import amount_of, integer_of, number_of, percent_of
from speaker.languages.en.repeats import days_in, repeat_of
from speaker.languages.en.samples import sample, taught
from speaker.languages.en.spoken import (
    aloud,
    calendar,
    category,
    clock,
    continued,
    duration,
    either,
    how_often,
    joined,
    length,
    number,
    of_day,
    the,
    when,
)
from speaker.languages.en.times import part_of_day, tells_half, time_of

__all__ = [
    "aloud", "amount_of", "area_of", "calendar", "category", "clock", "continued", "date_of", "days_in", "duration",
    "duration_of", "either", "expression_of", "forms", "how_often", "inflections", "integer_of", "items_of", "joined",
    "length", "many_by_itself", "name_of", "number", "number_of", "of_day", "part_of_day", "percent_of", "plural",
    "repeat_of", "sample", "singular", "taught", "tells_half", "the", "time_of", "when",
]  # fmt: skip
