"""The words of a language: what people say beside commands, as ``words.yaml`` lists it.

What is a list of ways there is a pattern here; each way may be a regular expression.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

_ARITHMETIC = r"\(([\d\s.,%]+[-+*/×÷^x][-+*/×÷^x\d\s.,%]+)\)"


def _pattern(form: str) -> Callable[[object], re.Pattern[str]]:
    """Makes a pattern of ways to say something; ``{}`` stands for any of them."""

    def made(ways: object) -> re.Pattern[str]:
        if not isinstance(ways, list) or not ways or not all(isinstance(way, str) for way in ways):
            raise ValueError("it should be a list of words; put yes, no, on and off in quotes")
        try:
            return re.compile(form.replace("{}", f"(?:{'|'.join(ways)})"))
        except re.error as error:
            raise ValueError(f"one of them is no regular expression: {error}") from error

    return made


Whole = Annotated[re.Pattern[str], BeforeValidator(_pattern("{}"))]
"""All of what is said."""
Before = Annotated[re.Pattern[str], BeforeValidator(_pattern("^{} "))]
"""Its first words."""
Behind = Annotated[re.Pattern[str], BeforeValidator(_pattern(" {}$"))]
"""Its last words."""
Between = Annotated[re.Pattern[str], BeforeValidator(_pattern(" {} "))]
"""Words in it."""
AllBefore = Annotated[re.Pattern[str], BeforeValidator(_pattern("^(?:{} )+"))]
AllBehind = Annotated[re.Pattern[str], BeforeValidator(_pattern("(?: {})+$"))]
"""As many of them as there are."""


class Signs(BaseModel):
    """How the signs of written arithmetic are said."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    open: str
    close: str
    squared: str
    cubed: str
    root: str
    times: str
    divided: str
    power: str
    minus: str

    @cached_property
    def patterns(self) -> Sequence[tuple[re.Pattern[str], str]]:
        """Each sign where it is one, and its words; in this order."""
        left, right = rf"(?:(?<=\d)|(?<=%)|(?<={re.escape(self.close)} ))", rf"(?=\d|{re.escape(self.open)})"
        pairs = (
            (_ARITHMETIC, rf" {self.open} \1 {self.close} "),
            (r"(?<=\d)²", f" {self.squared} "),
            (r"(?<=\d)³", f" {self.cubed} "),
            (r"√(?=\s*\d)", f" {self.root} "),
            (rf"{left}\s*[*×·⋅]\s*{right}", f" {self.times} "),
            (rf"{left}\s*÷\s*{right}", f" {self.divided} "),
            (rf"{left}\s*\^\s*{right}", f" {self.power} "),
            (rf"{left}(?:\s+[-–]\s+|\s*−\s*){right}", f" {self.minus} "),
        )
        return tuple((re.compile(pattern), words) for pattern, words in pairs)


class Spelling(BaseModel):
    """What is written otherwise than Hark reads it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    written: re.Pattern[str]
    read: str


class Lessons(BaseModel):
    """How a phrase is taught, and forgotten: regular expressions."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    begins: re.Pattern[str]
    """A whole lesson; its last group is the phrase and what it means."""
    says: re.Pattern[str]
    """What has to stand in it."""
    between: re.Pattern[str]
    """What may stand between the phrase and what it means."""
    forget: re.Pattern[str]
    """Of a command without manners; its group is the phrase."""


class Words(BaseModel):
    """All of them. Lower case, as commands are normalised."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    voice: str
    """The voice of espeak-ng that speaks it."""

    # commands
    manners_before: AllBefore
    """What is said for politeness before a command."""
    manners_behind: AllBehind
    signs: Signs
    spellings: tuple[Spelling, ...]
    heard: tuple[Spelling, ...]
    """What recognition writes otherwise than people do."""
    joints: Between
    """What joins two commands."""
    and_: str = Field(alias="and")
    """The plainest of those."""
    articles: frozenset[str]
    """They may be left out, and be said where an example has none."""
    alike: tuple[str, ...]
    """Words before a noun that count as the first of them."""
    dangling: frozenset[str]
    """Words that nobody ends a command with,"""
    bound: frozenset[str]
    """nor with these, where nothing is understood so far: "switch on"."""
    unfinished: re.Pattern[str]
    """A number to which another word may belong, at the end: "twenty", "a hundred"."""
    lead: frozenset[str]
    """Prepositions, which are no part of a value."""
    doubtful: frozenset[str]
    """Words that denote a value by themselves, but mostly mean something else."""
    nothing: frozenset[str]
    """What says no more than that there is something."""
    parts: Mapping[str, str]
    """A time with each part of the day; {} stands for the time."""
    later: str
    """A time of the half after noon."""

    # answers
    yes: frozenset[str]
    yes_first: frozenset[str]
    """The first words of an answer that goes on."""
    no: frozenset[str]
    no_first: frozenset[str]
    before_answer: Before
    """What may stand before an answer that is a name, a number and the like."""
    before_text: Before
    """And before one in free words, whose own first word may be "at" or "the"."""
    behind_answer: Behind
    places: tuple[str, ...]
    """ "first", "second" and so on."""
    place_endings: Whole
    """What stands behind a figure that is one of those."""
    counts: tuple[str, ...]
    """ "one", "two" and so on."""
    last: frozenset[str]
    former: frozenset[str]
    before_place: Before
    one: Behind
    """What stands for a thing behind what tells which: "the red one"."""
    behind_color: Behind
    all_: Whole = Field(alias="all")
    fillers: frozenset[str]
    """Words that tell nothing of which thing is meant."""
    other: Whole
    """The other one of two."""
    bare_length: str
    """What a number means where a length of time is asked for."""
    undo: frozenset[str]
    lessons: Lessons

    # what recognition expects
    requests: tuple[str, ...] = ()
    """What people begin with who want a thing, one for the other."""
    amounts: tuple[str, ...] = ()
    """How people speak of how much, one for the other."""
    along: tuple[str, ...] = ()
    """What stands before a thing that comes along, beside ``and``."""
    ones: str = ""
    """What stands for a thing behind what tells which."""
    several: tuple[str, ...] = ()
    """Several of the things that were asked about, or none."""

    # the home
    own_articles: tuple[str, ...]
    """With these a name needs no article before it."""
    lamps: frozenset[str]
    """What any light may be called."""
    area_forms: tuple[str, ...]
    """What a room may be called, too; {} stands for its name."""
    kinds: Mapping[str, tuple[str, ...]]
    """Kinds of devices, each by what it is called, singular; the first is what Hark says."""
    colors: Mapping[str, tuple[str, ...]]
    """Colors, each by what it is called; the first is what Hark says."""
    color_words: tuple[str, ...]
    """Single words that are colors."""
    shades: frozenset[str]
    """Words before those."""

    # learning
    polite: tuple[str, ...]
    """Ways to wrap a command, which is {}."""

    @cached_property
    def likened(self) -> Mapping[str, str]:
        """The others that are ``alike``, each with the first of them."""
        first, *others = self.alike
        return dict.fromkeys(others, first)
