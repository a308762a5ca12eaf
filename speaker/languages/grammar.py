"""What a language has to know that is no list of words: a module ``grammar.py`` in its folder with these functions.

Words are normalised (see ``speaker.text``), and what is said comes back as it stands in the middle of a sentence.
Values are the same in all languages: weekdays are ``monday`` and so on, parts of a day ``morning``, ``afternoon``,
``evening`` and ``night``, colors and kinds of devices the names that ``speaker.home`` has for them.
"""

import random
from collections.abc import Iterable
from datetime import date, datetime, time
from typing import Literal, Protocol

from speaker.events import SlotType

Category = Literal["zero", "one", "two", "few", "many", "other"]
"""How many a noun stands for, as far as a language makes a difference (the plural categories of Unicode's CLDR)."""


class Grammar(Protocol):
    """The functions of a language."""

    # --- from words to values; None where they are none --------------------------------------------------------

    def number_of(self, words: str) -> int | float | None:
        """The number that all of the words together denote: "twenty five", "2.5"."""

    def integer_of(self, words: str) -> int | None:
        """A whole number of zero or more, as a clock or a calendar has it."""

    def amount_of(self, words: str) -> int | float | None:
        """How many of something: what ``number_of`` knows, and "a", "half a"."""

    def percent_of(self, words: str) -> int | None:
        """A share as 0 to 100: "50%", "a third", "full"."""

    def duration_of(self, words: str) -> int | None:
        """Whole seconds: "an hour and a half"."""

    def time_of(self, words: str) -> str | None:
        """``HH:MM`` of 24 hours; without a half of the day the hour is taken as it is said."""

    def date_of(self, words: str, today: date) -> str | None:
        """``today``, ``tomorrow`` or a weekday where it was said so; any other day as ISO date."""

    def repeat_of(self, words: str) -> str | None:
        """``daily``, ``weekdays``, ``weekends``, a weekday, or several with commas."""

    def expression_of(self, words: str) -> str | None:
        """Arithmetic as it is written: "12 times 7" is ``12 * 7``; see ``languages/en/expressions.py`` for its form."""

    def items_of(self, words: str) -> tuple[str, ...]:
        """The things of a list: "some eggs, milk and bread" is three."""

    def area_of(self, words: str) -> str:
        """A room without its article; ``all`` for every way of saying everywhere."""

    def name_of(self, words: str) -> str:
        """What a thing is called, without its article."""

    def part_of_day(self, words: str) -> str | None:
        """The part of the day that words name: "tomorrow evening", "7 am", "tonight"."""

    def tells_half(self, words: str) -> bool:
        """Whether the words of a time tell which half of the day is meant, though they name no part of it: "noon"."""

    def days_in(self, text: str) -> tuple[str, str] | None:
        """The words of a command that name several weekdays on which something comes again, and those of the first."""

    # --- forms of words ----------------------------------------------------------------------------------------

    def singular(self, name: str) -> str:
        """A name without articles and plural endings, so that "the lights" is "light"."""

    def inflections(self, word: str) -> tuple[str, ...]:
        """A word in singular and plural, itself first."""

    def forms(self, word: str) -> list[str]:
        """A word, and what it may be a form of: "watering", "water"."""

    # --- from values to words ----------------------------------------------------------------------------------

    def number(self, value: float) -> str:
        """ "1,250", "2.5"; digits, but as people here write and speak them."""

    def duration(self, seconds: float) -> str:
        """ "3 hours and 10 minutes"; rounded to whole seconds."""

    def length(self, seconds: float) -> str:
        """The same before a noun: the "5 minute" timer."""

    def clock(self, moment: datetime | time) -> str:
        """ "6:30 pm"."""

    def calendar(self, day: date, year: bool = False) -> str:
        """ "Tuesday, November 24", where wanted with its year."""

    def when(self, day: date, today: date) -> str:
        """ "today", "tomorrow", "on Friday", "on Tuesday, November 24"."""

    def of_day(self, day: date, today: date) -> str:
        """The same after "for" and the like: "today", "Friday"."""

    def how_often(self, repeat: str) -> str:
        """A value of ``repeat_of``: "every day", "on weekdays", "every Monday and Wednesday"."""

    def joined(self, things: Iterable[str]) -> str:
        """ "milk, eggs and bread"."""

    def either(self, things: Iterable[str]) -> str:
        """ "milk, eggs or bread"."""

    def the(self, name: str) -> str:
        """A name with its article: "the kettle"."""

    def plural(self, noun: str) -> str:
        """ "blinds" of "blind"."""

    def category(self, many: float) -> Category:
        """Which form of a sentence is said of so many."""

    def many_by_itself(self, name: str) -> bool:
        """Whether the name of one thing is a plural: "garden lights"."""

    def continued(self, sentence: str) -> str:
        """A sentence as it goes on after a colon."""

    def aloud(self, text: str) -> str:
        """A reply as a synthesiser should read it, where it would read it otherwise than people do."""

    # --- words to learn from -----------------------------------------------------------------------------------

    def sample(self, kind: SlotType, r: random.Random) -> str:
        """Words that a slot of this type may hold, for recognition to lean on; "" where they are the home's."""

    def taught(self, kind: SlotType, r: random.Random) -> str:
        """The same for teaching the language model, more varied; "" where any words will do."""


FUNCTIONS = tuple(name for name in vars(Grammar) if not name.startswith("_"))
"""Their names."""
