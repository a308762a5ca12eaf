"""Words become the values that handlers receive."""

from datetime import date

import pytest

from speaker.languages.en.repeats import days_in
from speaker.slots import resolve

TODAY = date(2026, 11, 24)  # a Tuesday

ONES = "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen".split()
ONES += ["seventeen", "eighteen", "nineteen"]
TENS = "_ _ twenty thirty forty fifty sixty seventy eighty ninety".split()


def spelled(number: int) -> str:
    """A whole number from 0 to 9999 as it is spoken."""
    if number < 20:
        return ONES[number]
    if number < 100:
        return TENS[number // 10] + (f" {ONES[number % 10]}" if number % 10 else "")
    if number < 1000:
        rest = f" and {spelled(number % 100)}" if number % 100 else ""
        return f"{ONES[number // 100]} hundred{rest}"
    rest = number % 1000
    return f"{ONES[number // 1000]} thousand" + (f"{' and' if rest < 100 else ''} {spelled(rest)}" if rest else "")


def test_every_number_that_can_be_spelled_is_read() -> None:
    for number in range(10_000):
        assert resolve("number", spelled(number), TODAY) == number
        assert resolve("number", str(number), TODAY) == number


@pytest.mark.parametrize(
    ("words", "value"),
    [
        ("twenty-five", 25), ("a hundred and five", 105), ("two and a half", 2.5), ("one point five", 1.5),
        ("3.5", 3.5), ("minus five", -5), ("1,500", 1500), ("half", 0.5), ("a couple", 2), ("a dozen", 12),
        ("two dozen", 24), ("too", 2), ("three quarters", 0.75), ("zero", 0), ("two hundred", 200),
        ("-5", -5), ("minus five degrees", -5), ("21°C", 21), ("half a dozen", 6), ("nineteen hundred", 1900),
        ("three million two thousand and one", 3_002_001), ("zero point five", 0.5),
    ],
)  # fmt: skip
def test_numbers(words: str, value: float) -> None:
    assert resolve("number", words, TODAY) == value


@pytest.mark.parametrize(
    "words",
    [
        "",
        "banana",
        "five ten",
        "one two three",
        "twenty ten",
        "and",
        "five and",
        "five and six",
        "hundred hundred",
        "one thousand two thousand",
        "a hundred and and five",
        "a few",
        "half point five",
        "two point",
    ],
)
def test_what_is_no_number_is_none(words: str) -> None:
    assert resolve("number", words, TODAY) is None


@pytest.mark.parametrize(
    ("words", "value"),
    [
        ("50%", 50), ("50 percent", 50), ("fifty per cent", 50), ("half", 50), ("a third", 33), ("two thirds", 67),
        ("three quarters", 75), ("7 out of 10", 70), ("seven out of ten", 70), ("full", 100), ("maximum brightness", 100),
        ("minimum", 1), ("40", 40), ("zero", 0), ("a hundred percent", 100), ("12.5%", 12), ("half brightness", 50),
        ("halfway", 50), ("half open", 50), ("all the way up", 100), ("to its lowest", 1),
    ],
)  # fmt: skip
def test_shares_become_percent(words: str, value: int) -> None:
    assert resolve("percent", words, TODAY) == value


@pytest.mark.parametrize("words", ["150%", "minus ten percent", "purple", "", "%", "eleven out of ten"])
def test_what_is_no_share_is_none(words: str) -> None:
    assert resolve("percent", words, TODAY) is None


@pytest.mark.parametrize(
    ("words", "seconds"),
    [
        ("5 minutes", 300), ("three hours and ten minutes", 11400), ("3 hours and 10 minutes", 11400), ("an hour and a half", 5400),
        ("half an hour", 1800), ("a half hour", 1800), ("one and a half hours", 5400), ("quarter of an hour", 900),
        ("three quarters of an hour", 2700), ("90 seconds", 90), ("1 hr 20 min", 4800), ("2h30m", 9000), ("5-minute", 300),
        ("ten minute", 600), ("five-minute", 300), ("two and a half minutes", 150), ("a minute", 60), ("a couple of minutes", 120),
        ("five minutes thirty", 330), ("5:30 minutes", 330), ("one hour", 3600), ("hour", 3600), ("half-hour", 1800),
        ("an hour and a quarter", 4500), ("two hours thirty minutes", 9000), ("one minute and thirty seconds", 90),
        ("two days", 172800), ("1.5 hours", 5400), ("twenty-five minutes", 1500), ("a minute and a half", 90),
        ("five more minutes", 300), ("in ten minutes", 600), ("an hour from now", 3600), ("two and a half hour", 9000), ("1:30 hours", 5400), ("a fortnight", 1_209_600),
        ("for minutes", 240),
    ],
)  # fmt: skip
def test_durations_become_seconds(words: str, seconds: int) -> None:
    assert resolve("duration", words, TODAY) == seconds


@pytest.mark.parametrize(
    "words",
    [
        "",
        "zero minutes",
        "-5 minutes",
        "minutes",
        "five minutes ten minutes",
        "5:75",
        "a few minutes",
        "pizza",
        "five",
        "minutes five bananas",
        "five banana minutes",
        "tomorrow",
    ],
)
def test_what_is_no_duration_is_none(words: str) -> None:
    assert resolve("duration", words, TODAY) is None


@pytest.mark.parametrize(
    ("words", "value"),
    [
        ("6:30", "06:30"), ("six thirty", "06:30"), ("half past six", "06:30"), ("half six", "06:30"),
        ("quarter to seven pm", "18:45"), ("twenty past eight in the evening", "20:20"), ("7 pm", "19:00"), ("7 p.m.", "19:00"),
        ("7pm", "19:00"), ("noon", "12:00"), ("midnight", "00:00"), ("oh seven hundred", "07:00"),
        ("seven o'clock in the morning", "07:00"), ("18:45", "18:45"), ("five in the afternoon", "17:00"),
        ("tonight at eight", "20:00"), ("twelve am", "00:00"), ("12 pm", "12:00"), ("oh six thirty", "06:30"), ("six oh five", "06:05"),
        ("ten to three", "02:50"), ("eleven forty five", "11:45"), ("two p m", "14:00"), ("ten minutes past four", "04:10"),
        ("half past midnight", "00:30"), ("twelve at night", "00:00"), ("ten to midnight", "23:50"), ("quarter to one am", "00:45"),
    ],
)  # fmt: skip
def test_times(words: str, value: str) -> None:
    assert resolve("time", words, TODAY) == value


def test_every_minute_of_the_day_as_it_is_spoken() -> None:
    for hour in range(1, 13):
        for minute in range(10, 60):
            said = f"{spelled(hour)} {spelled(minute)}"
            assert resolve("time", f"{said} am", TODAY) == f"{hour % 12:02d}:{minute:02d}"
            assert resolve("time", f"{hour}:{minute} pm", TODAY) == f"{hour % 12 + 12:02d}:{minute:02d}"
            if minute <= 30:
                assert resolve("time", f"{spelled(minute)} past {spelled(hour)}", TODAY) == f"{hour:02d}:{minute:02d}"
            else:
                said = f"{spelled(60 - minute)} minutes to {spelled(hour % 12 + 1)} at night"
                late = hour % 12 + 12 if 4 <= hour < 12 else hour % 12
                assert resolve("time", said, TODAY) == f"{late:02d}:{minute:02d}"
    for minutes in range(24 * 60):
        written = f"{minutes // 60:02d}:{minutes % 60:02d}"
        assert resolve("time", written, TODAY) == written


@pytest.mark.parametrize(
    "words",
    ["", "25:00", "12:75", "seven am pm", "banana", "past", "half", "6:30:20", "three hours", "a couple", "18:45 am"],
)
def test_what_is_no_time_is_none(words: str) -> None:
    assert resolve("time", words, TODAY) is None


@pytest.mark.parametrize(
    ("words", "value"),
    [
        ("today", "today"), ("tomorrow", "tomorrow"), ("friday", "friday"), ("on friday", "friday"), ("this friday", "friday"),
        ("next friday", "2026-12-04"), ("last monday", "2026-11-16"), ("yesterday", "2026-11-23"), ("the day after tomorrow", "2026-11-26"),
        ("the third of march", "2027-03-03"), ("march 3rd", "2027-03-03"), ("december 24th 2026", "2026-12-24"),
        ("the 5th", "2026-12-05"), ("the 30th", "2026-11-30"), ("in three days", "2026-11-27"), ("christmas", "2026-12-25"), ("christmas day", "2026-12-25"), ("new year's day", "2027-01-01"),
        ("tomorrow morning's", "tomorrow"), ("a week from tomorrow", "2026-12-02"),
        ("the twenty-first of june", "2027-06-21"), ("2027-01-02", "2027-01-02"), ("may 7 twenty twenty eight", "2028-05-07"),
        ("a week from today", "2026-12-01"), ("in two weeks", "2026-12-08"), ("twenty third march", "2027-03-23"),
        ("the 31st", "2026-12-31"), ("march fourth two thousand and thirty", "2030-03-04"), ("todays", "today"),
        ("tenth of march twenty thirty one", "2031-03-10"), ("tomorrow morning", "tomorrow"), ("in a day", "2026-11-25"), ("this evening", "2026-11-24"),
        ("this weekend", "2026-11-28"), ("next month", "2026-12-01"), ("tonight's", "2026-11-24"), ("christmas morning", "2026-12-25"),
    ],
)  # fmt: skip
def test_dates(words: str, value: str) -> None:
    assert resolve("date", words, TODAY) == value


@pytest.mark.parametrize(
    "words", ["", "the 31st of february", "smarch", "february 30", "the", "next banana", "2026-13-01", "three days"]
)
def test_what_is_no_day_is_none(words: str) -> None:
    assert resolve("date", words, TODAY) is None


@pytest.mark.parametrize(
    ("words", "value"),
    [
        ("every day", "daily"), ("daily", "daily"), ("each day", "daily"), ("every single day", "daily"), ("everyday", "daily"),
        ("every morning", "daily"), ("each evening", "daily"), ("every night", "daily"), ("seven days a week", "daily"),
        ("weekdays", "weekdays"), ("on weekdays", "weekdays"), ("every weekday", "weekdays"), ("weekday", "weekdays"),
        ("every weekday morning", "weekdays"), ("monday to friday", "weekdays"), ("monday through friday", "weekdays"),
        ("school days", "weekdays"), ("every working day", "weekdays"), ("weekends", "weekends"), ("each weekend", "weekends"),
        ("every monday", "monday"), ("Mondays", "monday"), ("on mondays", "monday"), ("each sunday morning", "sunday"),
        ("friday evenings", "friday"), ("saturday", "saturday"), ("every monday and wednesday", "monday,wednesday"),
        ("each wednesday, monday and friday", "monday,wednesday,friday"), ("on mondays and tuesdays", "monday,tuesday"),
        ("every saturday and every sunday", "weekends"), ("monday tuesday wednesday thursday and friday", "weekdays"),
    ],
)  # fmt: skip
def test_repeats(words: str, value: str) -> None:
    assert resolve("repeat", words, TODAY) == value


@pytest.mark.parametrize(
    "words",
    ["", "every", "every other day", "monday or wednesday", "tuesday to friday", "every five minutes", "monthly"],
)
def test_what_is_no_repeat_that_can_be_kept_is_none(words: str) -> None:
    assert resolve("repeat", words, TODAY) is None


@pytest.mark.parametrize(
    ("command", "days", "first"),
    [
        ("wake me at seven every monday and wednesday please", "every monday and wednesday", "every monday"),
        ("on mondays, tuesdays and fridays at six", "mondays, tuesdays and fridays", "mondays"),
        ("every monday at seven and cancel the alarm on sunday", "", ""),
        ("what is on monday and tuesday", "", ""),  # two days, and no habit
        ("wake me every day", "", ""),
    ],
)
def test_several_weekdays_in_a_command(command: str, days: str, first: str) -> None:
    found = days_in(command)
    assert found == ((days, first) if days else None)


def test_the_weekend_that_has_begun_is_this_one() -> None:
    assert resolve("date", "this weekend", date(2026, 11, 29)) == "2026-11-29"
    assert resolve("date", "next month", date(2026, 12, 31)) == "2027-01-01"


def test_items_are_split_and_lose_their_article() -> None:
    assert resolve("items", "Eggs and milk", TODAY) == ("eggs", "milk")
    assert resolve("items", "eggs and milk and bread", TODAY) == ("eggs", "milk", "bread")
    assert resolve("items", "some milk", TODAY) == ("milk",)
    assert resolve("items", "a dozen eggs", TODAY) == ("a dozen eggs",)
    assert resolve("items", "a hammer", TODAY) == ("hammer",)
    assert resolve("items", "mac and cheese and ketchup", TODAY) == ("mac and cheese", "ketchup")
    assert resolve("items", "eggs, milk, and bread", TODAY) == ("eggs", "milk", "bread")
    assert resolve("items", "1,500 nails and a few screws", TODAY) == ("1,500 nails", "a few screws")
    assert resolve("items", "and", TODAY) is None


def test_areas_and_names_lose_their_article() -> None:
    assert resolve("area", "the Living Room", TODAY) == "living room"
    assert resolve("name", "my desk lamp", TODAY) == "desk lamp"
    for everywhere in ("all", "everywhere", "every room", "the whole house", "in all rooms"):
        assert resolve("area", everywhere, TODAY) == "all"
    assert resolve("name", "the", TODAY) is None


@pytest.mark.timeout(20)
def test_any_text_is_answered_soon_and_without_an_error() -> None:
    for text in (
        "a" * 100_000,
        "five " * 20_000,
        "1" * 5000,
        "-" * 5000,
        "½",
        "٣",
        "🙂",
        "\x00",
        "and " * 999,
        "point " * 50,
    ):
        for kind in (
            "duration",
            "time",
            "date",
            "percent",
            "number",
            "text",
            "items",
            "area",
            "name",
            "color",
            "repeat",
        ):
            resolve(kind, text, TODAY)
