"""What the words so far tell of the end of a command."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from speaker.build import Hark, Place
from speaker.config import AudioConfig, Config
from speaker.events import Outlook, Parse, Transcript
from speaker.outlook import Known, goes_on, is_sure, outlook, same
from speaker.states import Option, Question

COFFEE = Path(__file__).parent / "plugins" / "coffee"
Tells = Callable[[str], Outlook]


@pytest.fixture(scope="module")
def hark(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hark]:
    place = Place(Config(audio=AudioConfig(volume="software")), None, tmp_path_factory.mktemp("data"), (COFFEE,))
    with Hark(place) as assembled:
        yield assembled


@pytest.fixture(scope="module")
def tells(hark: Hark) -> Tells:
    """What some words tell, read by the language model."""
    known = Known(hark.mind.specs, (*hark.mind.areas, *hark.mind.names))
    return lambda text: outlook(Transcript(text, 0.9), hark.mind.parse(text), known)


@pytest.mark.parametrize(
    "text",
    [
        "Turn on the kitchen lights.",
        "turn off all the lights",
        "dim the bedroom lights to thirty percent",
        "cancel the pizza timer",
        "add milk and eggs to my shopping list",
        "lock the front door",
        "next song",
        "stop",
        "undo that",
        "what alarms do i have",
        "set an alarm for eight am every weekday",
        "get me a large single shot espresso with whole milk and sugar",
    ],
)
def test_a_whole_command_to_which_nothing_belongs_that_was_not_said_is_complete(tells: Tells, text: str) -> None:
    assert tells(text) == "complete"


@pytest.mark.parametrize(
    "text",
    [
        "turn off the lights",  # in the office
        "switch on the fan",  # in the living room
        "what time is it",  # in Tokyo
        "wake me up at seven",  # thirty
        "set the volume to twenty",  # five
        "make me a large latte",  # with sugar
        "snooze",  # for ten minutes
    ],
)
def test_what_people_say_with_more_behind_it_may_go_on(tells: Tells, text: str) -> None:
    assert tells(text) == "extendable"


@pytest.mark.parametrize(
    "text",
    [
        "set a timer for",
        "set a timer for twenty",
        "set a timer",
        "add milk and",
        "turn on the",
        "turn on",
        "remind me to call mum",  # when?
        "what time is it in",
        "set the bedroom lights to",
        "can i have a light roast",  # what drink?
        "Turn off the lights in the kitchen,",
    ],
)
def test_what_lacks_a_word_or_a_slot_is_open(tells: Tells, text: str) -> None:
    assert tells(text) == "open"


@pytest.mark.parametrize(
    "text",
    [
        "remind me at seven to call mum",
        "add milk",
        "announce that dinner is ready",
        "play some jazz",
        "what is fifteen percent of eighty",
        "what time is it in tokyo",
        "take bread off",  # the shopping list
        "when i say lights out turn off all the lights",
        "we had such a lovely walk along the river",
        "",
    ],
)
def test_free_words_lists_talk_and_lessons_end_with_silence_alone(tells: Tells, text: str) -> None:
    assert tells(text) == "unclear"


def test_an_answer_is_over_at_once(hark: Hark) -> None:
    options = (Option("desk lamp", ()), Option("reading lamp", ()))
    yes_or_no = Known(hark.mind.specs, (), Question("Shall I?", 0.0, ()))
    which = Known(hark.mind.specs, (), Question("Which one?", 0.0, (), options=options))

    def tells(text: str, known: Known) -> Outlook:
        return outlook(Transcript(text, 0.9), hark.mind.parse(text), known)

    assert [tells(text, yes_or_no) for text in ("Yes.", "no thanks", "go ahead")] == ["complete"] * 3
    assert [tells(text, which) for text in ("the desk lamp", "the second one", "both")] == ["complete"] * 3
    assert tells("the big", which) != "complete"


def test_what_is_heard_badly_or_read_unsurely_needs_a_second_look() -> None:
    parse = Parse("stop", (), False, 0.95)
    assert is_sure(Transcript("stop", 0.8), parse)
    assert not is_sure(Transcript("stop", 0.2), parse)
    assert not is_sure(Transcript("stop", 0.8), Parse("stop", (), False, 0.7))
    assert not is_sure(Transcript("stop", 0.8), Parse("stop", (), True, 0.95))


def test_readings_are_compared_by_what_they_would_do(hark: Hark) -> None:
    lights, there, timer = (
        hark.mind.parse(text) for text in ("turn on the lights", "turn on the lights in the office", "set a timer")
    )
    talk = hark.mind.parse("we had such a lovely walk along the river")
    assert same(lights, hark.mind.parse("switch the lights on"))
    assert not same(lights, there)
    assert not same(talk, talk)
    assert goes_on(lights, there)
    assert not goes_on(there, lights)
    assert not goes_on(lights, timer)
    assert not goes_on(lights, talk)
