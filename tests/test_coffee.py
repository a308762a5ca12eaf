"""A plugin written from intents/README.md alone: a coffee machine, by text and by the voices of people."""

from pathlib import Path

import pytest

from benchmarks import barista
from speaker.build import Hark, Place
from speaker.config import Config
from speaker.review import review
from speaker.testing import Bench
from tests.conftest import SHARED, TOP

COFFEE = TOP / "tests" / "plugins" / "coffee"


@pytest.fixture
def hark(tmp_path: Path):
    with Hark(Place(Config(), None, tmp_path / "data", (COFFEE,))) as assembled:
        yield assembled


def orders(hark: Hark, text: str) -> list[tuple[str, dict[str, object]]]:
    return [(intent.name, dict(intent.slots)) for intent in hark.mind.parse(text).intents]


def test_nothing_is_wrong_with_it(place: Place) -> None:
    assert [remark for remark in review(COFFEE, place) if remark.level == "error"] == []


@pytest.mark.parametrize(
    ("said", "slots"),
    [
        ("a double espresso, please", {"drink": "espresso", "shots": "double"}),
        ("could you make me a large latte with soy milk", {"drink": "latte", "size": "large", "milk": "soy milk"}),
        ("I'd like an iced coffee, dark roast", {"drink": "iced coffee", "roast": "dark roast"}),
        (
            "bring me a small cappuccino with skimmed milk and brown sugar",
            {"drink": "cappuccino", "size": "small", "milk": "skim milk", "sugar": "brown sugar"},
        ),
    ],
)
def test_an_order_is_understood_in_other_words_than_its_examples(hark: Hark, said: str, slots: dict[str, str]) -> None:
    assert orders(hark, said) == [("coffee.order", slots)]


def test_milk_and_sugar_are_one_coffee_and_a_coffee_and_a_lamp_are_two_commands(hark: Hark) -> None:
    assert len(orders(hark, "get me a large latte with milk and sugar")) == 1
    assert len(orders(hark, "brew a medium roast iced mocha with sugar and a bit of almond milk")) == 1
    assert len(orders(hark, "make me a small coffee and add almond milk to my list")) == 2
    both = orders(hark, "make me a large latte and turn on the desk lamp")
    assert [name for name, _ in both] == ["coffee.order", "light.on"]


def test_what_is_ordered_is_brewed_at_the_strength_that_is_set(tmp_path: Path) -> None:
    with Bench([COFFEE], tmp_path, settings={"coffee": {"strength": 5}}) as bench:
        reply = bench.do("coffee.order", drink="latte", size="large", milk="soy milk", sugar="sugar")
        assert reply.text.lower() in (
            "large latte with soy milk and sugar, coming up.",
            "one large latte with soy milk and sugar.",
        )
        last = bench.store.of("coffee").get("last")
    assert (last["drink"], last["size"], last["milk"], last["strength"]) == ("latte", "large", "soy milk", 5)


def test_it_says_when_the_beans_are_used_up(tmp_path: Path) -> None:
    with Bench([COFFEE], tmp_path) as bench:
        assert all(bench.do("coffee.order", drink="espresso").ok for _ in range(20))
        reply = bench.do("coffee.order", drink="espresso")
        assert (reply.text, reply.ok) == ("There are no beans left.", False)
        bench.do("coffee.rinse")
        assert bench.do("coffee.order", drink="espresso").ok


def test_it_asks_before_it_rinses(hark: Hark) -> None:
    reply = hark.assistant().ask("clean the coffee machine").reply
    assert reply is not None
    assert "Shall I do that?" in reply.text


@pytest.mark.slow
@pytest.mark.skipif(not barista.RECORDINGS.is_dir(), reason="the recordings of ../shared/data are not there")
def test_most_recorded_orders_are_understood_with_their_slots(tmp_path: Path) -> None:
    """Twenty of them; benchmarks/barista.py tells of all."""
    heard = list(barista.hear(barista.recordings()[::10], tmp_path))
    assert len(heard) >= 19
    assert sum(one.intent_right for one in heard) >= 0.85 * len(heard), [h for h in heard if not h.intent_right]
    assert sum(one.exact for one in heard) >= 0.75 * len(heard), [h for h in heard if not h.exact]
    assert SHARED in barista.RECORDINGS.parents
