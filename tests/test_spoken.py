"""Replies are read aloud as people say them."""

import pytest

from speaker.spoken import aloud


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("It is 6:05 pm.", "It is 6 oh 5 pm."),
        ("It is 6:50 pm, 12:00 am.", "It is 6:50 pm, 12 oh 0 am."),
        ("Today is Friday, March 6 2026.", "Today is Friday, March 6th, 20 26."),
        ("on Tuesday, November 22", "on Tuesday, November 22nd"),
        ("May 1, May 3, May 11, May 13, May 21", "May 1st, May 3rd, May 11th, May 13th, May 21st"),
        ("January 1 2001", "January 1st 2001"),
        ("Its address is 192.168.1.20.", "Its address is 192 dot 168 dot 1 dot 20."),
        ("Hark 0.1.0 is well: 3.2 gigabytes.", "Hark 0 dot 1 dot 0 is well: 3.2 gigabytes."),
        ("-5 degrees, well-known, A-4", "minus 5 degrees, well-known, A-4"),
        ("1,250 minus 17.5 is 1,232.5.", "1,250 minus 17.5 is 1,232.5."),
    ],
)
def test_what_would_be_read_otherwise_than_people_say_it(written: str, read: str) -> None:
    assert aloud(written) == read
