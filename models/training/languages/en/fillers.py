"""Words for the slots of the training sentences, as people say them; some are made up, so that copying is learned."""

import random

from models.training.languages.en import words as w


def made_up(r: random.Random) -> str:
    """A word that there is not: of syllables, or of letters that no syllable fits."""
    if r.random() < 0.6:
        return "".join(r.choice(SYLLABLES) for _ in range(r.choice((2, 2, 3))))
    return "".join(r.choice(LETTERS) for _ in range(r.choice((3, 4, 5, 5, 6, 7, 8))))


SYLLABLES = w.SYLLABLES
LETTERS = "eeeeeeeetttttaaaaaaooooooiiiiinnnnssssrrrrhhhlllldddcccuuuumpppfggwyybbvkkxjqzéüñöç"
_SMALL = frozenset("a an and in of on out some the to up".split())
COMMON = sorted(
    {word for group in (w.FOODS, w.TASKS, w.DEVICES, w.LAMPS, w.TIMERS, w.AREAS) for x in group for word in x.split()}
    - _SMALL
)


def some_words(r: random.Random) -> str:
    """Any one to three words, for what no slot holds."""
    n = r.choice((1, 1, 2, 3))
    return " ".join(made_up(r) if r.random() < 0.35 else r.choice(COMMON) for _ in range(n))


def spelled(n: int) -> str:
    """A whole number from 0 to 999 in words."""
    if n < 20:
        return w.ONES[n]
    if n < 100:
        return w.TENS[n // 10] + ("" if n % 10 == 0 else (" " if n % 2 else "-") + w.ONES[n % 10])
    rest = n % 100
    return f"{w.ONES[n // 100]} hundred" + (f" and {spelled(rest)}" if rest else "")


def number(r: random.Random, low: int = 1, high: int = 60) -> str:
    """A number in words or digits; round ones more often."""
    n = r.choice([5, 10, 15, 20, 30, 45, 2, 3]) if r.random() < 0.3 else r.randint(low, high)
    n = min(max(n, low), high)
    return str(n) if r.random() < 0.4 else spelled(n)


def duration(r: random.Random) -> str:
    """A length of time as people say it."""
    unit = r.choice(("minute",) * 6 + ("hour",) * 3 + ("second",) * 2 + ("day",))
    kind = r.random()
    if kind < 0.62:
        n = number(r, 1, 90 if unit != "hour" else 24)
        return f"{n} {unit}" if n in ("1", "one") else f"{n} {unit}s"
    if kind < 0.70:
        return r.choice(
            (
                "an hour",
                "a minute",
                "one hour",
                "1 hour",
                "half an hour",
                "a half hour",
                "half a minute",
                "a quarter of an hour",
                "three quarters of an hour",
                "an hour and a half",
                "one and a half hours",
                "a minute and a half",
                "two and a half hours",
                "a couple of minutes",
                "a few minutes",
                "an hour and a quarter",
                "2 and a half minutes",
                "1.5 hours",
                "one hour and a half",
                "90 secs",
                "10 mins",
                "5 min",
                "1 hr",
                "a second",
                "a day",
                "a half an hour",
                "twenty four hours",
                "a week",
            )
        )
    if kind < 0.90:
        big, small = r.choice((("hour", "minute"), ("hour", "minute"), ("minute", "second")))
        a, b = number(r, 1, 12), number(r, 1, 59)
        first = r.choice(("an hour", "one hour", "1 hour")) if a in ("1", "one") and big == "hour" else f"{a} {big}s"
        return f"{first} {r.choice(('and ', 'and ', ''))}{b} {small}s"
    return f"{number(r, 1, 59)} {r.choice(('mins', 'min', 'minutes', 'minute', 'seconds', 'secs', 'hours'))}"


def hyphen(r: random.Random) -> str:
    """A length of time before a noun: the "ten minute" timer."""
    unit = r.choice(("minute",) * 5 + ("hour", "second"))
    if r.random() < 0.2:
        return r.choice(
            (
                "half hour",
                "half-hour",
                "one and a half hour",
                "two and a half minute",
                "hour",
                "hour and a half",
                "hour long",
                duration(r),
            )
        )
    return f"{number(r, 1, 90)}{r.choice((' ', ' ', '-'))}{unit}{'' if r.random() < 0.85 else 's'}"


def percent(r: random.Random) -> str:
    n = r.choice((10, 20, 25, 30, 40, 50, 60, 70, 75, 80, 90, 100)) if r.random() < 0.6 else r.randint(0, 100)
    said = str(n) if r.random() < 0.45 else spelled(n)
    return (
        f"{said}%" if said.isdigit() and r.random() < 0.6 else f"{said} {r.choice(('percent', 'percent', 'per cent'))}"
    )


def level(r: random.Random) -> str:
    kind = r.random()
    if kind < 0.5:
        return percent(r)
    if kind < 0.85:
        return number(r, 0, 100)
    return r.choice(
        (
            "half",
            "maximum",
            "max",
            "minimum",
            "full",
            "a third",
            "a quarter",
            "three quarters",
            "two thirds",
            f"{spelled(r.randint(1, 10))} out of ten",
            f"{r.randint(1, 10)} out of 10",
            "zero",
        )
    )


def brightness(r: random.Random) -> str:
    kind = r.random()
    if kind < 0.72:
        return percent(r)
    if kind < 0.82:
        return number(r, 1, 100)
    return r.choice(
        (
            "half",
            "maximum",
            "max",
            "minimum",
            "full",
            "full brightness",
            "half brightness",
            "a third",
            "a quarter",
            "three quarters",
            "maximum brightness",
            "two thirds",
        )
    )


def time(r: random.Random) -> str:
    hour, minute = r.randint(1, 12), r.choice((0, 15, 30, 45, r.randint(1, 59)))
    return r.choice(
        (
            f"{hour}:{minute:02d}",
            f"{hour} {r.choice(('am', 'pm'))}",
            f"{spelled(hour)} {r.choice(('am', 'pm'))}",
            f"{spelled(hour)} thirty",
            f"half past {spelled(hour)}",
            f"quarter to {spelled(hour)}",
            "noon",
            "midnight",
            f"{spelled(hour)} o'clock",
            f"{hour}:{minute:02d} {r.choice(('am', 'pm'))}",
            f"{spelled(hour)} in the morning",
        )
    )


def date(r: random.Random) -> str:
    month, day = r.choice(w.MONTHS), r.randint(1, 28)
    ordinal = w.ORDINALS[day - 1]
    if r.random() < 0.5:
        ordinal = f"{day}{'th' if 10 < day < 14 else {1: 'st', 2: 'nd', 3: 'rd'}.get(day % 10, 'th')}"
    return r.choice(
        (
            "today",
            "tomorrow",
            "the day after tomorrow",
            r.choice(w.WEEKDAYS),
            f"next {r.choice(w.WEEKDAYS)}",
            f"this {r.choice(w.WEEKDAYS)}",
            f"the {ordinal}",
            f"the {ordinal} of {month}",
            f"{month} {ordinal}",
            f"{month} {day}",
            f"{ordinal} {month}",
            f"{ordinal} of {month}",
            ordinal,
            f"{month} the {ordinal}",
            f"{day} {month}",
            "christmas day",
            f"in {spelled(r.randint(2, 20))} days",
            "in a week",
            f"{month} {ordinal} {r.choice(('2026', '2027', 'twenty twenty seven'))}",
        )
    )


def area(r: random.Random) -> str:
    kind = r.random()
    if kind < 0.5:
        return r.choice(w.AREAS[:12])
    if kind < 0.85:
        return r.choice(w.AREAS)
    return (
        f"{some_word(r)} {r.choice(('room', 'room', 'bedroom', 'corner', 'floor', 'office', 'hall'))}"
        if r.random() < 0.7
        else (f"{some_word(r)}'s {r.choice(('room', 'bedroom', 'office'))}")
    )


def some_word(r: random.Random) -> str:
    return made_up(r) if r.random() < 0.5 else r.choice(COMMON)


def place(r: random.Random) -> str:
    named = r.choice(w.PLACES) if r.random() < 0.8 else some_word(r)
    return f"{named} {r.choice(w.REGIONS)}" if r.random() < 0.12 else named


def lamp(r: random.Random) -> str:
    if r.random() < 0.8:
        return r.choice(w.LAMPS) + (r.choice((" one", " two", " 1", " 2")) if r.random() < 0.05 else "")
    return f"{some_word(r)} {r.choice(('lamp', 'lamp', 'spotlight', 'bulb', 'lantern', 'light strip'))}"


def device(r: random.Random) -> str:
    kind = r.random()
    if kind < 0.25:
        return r.choice(("fan", "tv", "television", "heater", "coffee machine", "plug", "radio"))
    if kind < 0.8:
        return r.choice(w.DEVICES) + (r.choice((" one", " two", " three", " 1", " 2")) if r.random() < 0.05 else "")
    return f"{some_word(r)} {r.choice(('fan', 'plug', 'socket', 'heater', 'machine', 'switch', 'pump', 'tv', 'outlet', 'charger'))}"


def food(r: random.Random) -> str:
    one = r.choice(w.FOODS) if r.random() < 0.8 else " ".join(some_word(r) for _ in range(r.choice((1, 1, 2))))
    if r.random() < 0.12 and not one.startswith(("a ", "some ", "two", "four", "six", "three")):
        one = r.choice(("some ", "a ", "more ", f"{number(r, 2, 12)} ", "a bag of ", "a bottle of ")) + one
    if r.random() < 0.18:
        return f"{one} and {r.choice(w.FOODS)}"
    if r.random() < 0.07:
        return f"{one} {r.choice(w.FOODS)} and {r.choice(w.FOODS)}"
    return one


def item(r: random.Random) -> str:
    if r.random() < 0.75:
        return food(r)
    return r.choice(w.TASKS) if r.random() < 0.6 else some_words(r)


def list_name(r: random.Random) -> str:
    kind = r.random()
    if kind < 0.45:
        return r.choice(("shopping", "shopping", "grocery", "to do", "todo", "to-do"))
    return r.choice(w.LISTS) if kind < 0.9 else some_word(r)


FILL = {
    "area": area,
    "all": lambda r: "all",
    "everywhere": lambda r: r.choice(
        ("everywhere", "in the whole house", "in every room", "in all rooms", "throughout the house")
    ),
    "whole": lambda r: r.choice(
        ("the whole house", "every room", "all rooms", "all the rooms", "the entire house", "the house")
    ),
    "lamp": lamp,
    "name": lamp,
    "device": device,
    "duration": duration,
    "hyphen": hyphen,
    "long": lambda r: duration(r) if r.random() < 0.3 else f"{number(r, 1, 60)} {r.choice(('minutes', 'hours'))}",
    "timer": lambda r: r.choice(w.TIMERS) if r.random() < 0.8 else some_word(r),
    "percent": percent,
    "level": level,
    "brightness": brightness,
    "color": lambda r: r.choice(w.COLORS[:8]) if r.random() < 0.5 else r.choice(w.COLORS),
    "item": item,
    "food": food,
    "list": list_name,
    "place": place,
    "date": date,
    "weekday": lambda r: r.choice(w.WEEKDAYS),
    "tomorrow": lambda r: r.choice(("tomorrow", "tomorrow", "yesterday", r.choice(w.WEEKDAYS))),
    "tomorrows": lambda r: r.choice(
        ("tomorrow's", "tomorrow's", "tomorrows", "yesterday's", f"{r.choice(w.WEEKDAYS)}'s")
    ),
    "tv": lambda r: r.choice(("tv", "television", "telly")),
    "heat": lambda r: r.choice(("heater", "heating", "space heater", "radiator", "fireplace", "electric blanket")),
    "cool": lambda r: r.choice(("fan", "ceiling fan", "air conditioner", "ac", "air conditioning", "aircon")),
    "extreme": lambda r: r.choice(("all the way", "fully", "half way", "halfway")),
    "yesterday": lambda r: r.choice(("yesterday", "last " + r.choice(w.WEEKDAYS))),
    "time": time,
    "number": lambda r: number(r, 1, 100),
    "task": lambda r: r.choice(w.TASKS),
    "word": some_word,
    "x": some_words,
}
