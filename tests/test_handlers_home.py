"""Lights and devices do what was said, and say what they did."""

from pathlib import Path

import pytest

from speaker.home import HomeConfig
from speaker.testing import Bench

INTENTS = Path(__file__).parent.parent / "intents"


@pytest.fixture
def bench(tmp_path):
    with Bench([INTENTS / "light", INTENTS / "device"], tmp_path) as bench:
        yield bench


def light(bench, name):
    return bench.home.state(bench.home.device(name, lights=True))


def test_on_and_off(bench):
    assert bench.do("light.on", area="kitchen").text == "Kitchen light on."
    assert light(bench, "kitchen light").on
    assert bench.do("light.off", area="kitchen").text == "Kitchen light off."
    assert not light(bench, "kitchen light").on


def test_a_room_with_several_lights_and_all_of_them(bench):
    assert bench.do("light.on", area="office").text == "Office lights on."
    assert light(bench, "desk lamp").on
    assert not light(bench, "bedside lamp").on
    assert bench.do("light.on").text == "All lights on."
    assert light(bench, "bedside lamp").on


def test_the_reply_says_which_room_where_none_was_said(tmp_path):
    with Bench([INTENTS / "light"], tmp_path, home=HomeConfig(here="bedroom")) as bench:
        assert bench.do("light.on").text == "Bedroom lights on."


def test_brightness_and_color_together(bench):
    assert bench.do("light.set", name="desk lamp", brightness=40, color="red").text == "Desk lamp red at 40 percent."
    state = light(bench, "desk lamp")
    assert (state.on, state.brightness, state.color) == (True, 40, "red")


def test_a_brightness_of_0_is_off_and_on_gives_the_old_one_back(bench):
    bench.do("light.set", name="desk lamp", brightness=40)
    assert bench.do("light.set", name="desk lamp", brightness=0).text == "Desk lamp off."
    bench.do("light.on", name="desk lamp")
    assert light(bench, "desk lamp").brightness == 40


@pytest.mark.parametrize(
    ("slots", "says"),
    [
        ({"area": "kitchen"}, "a brightness or a color"),
        ({"area": "kitchen", "color": "octarine"}, "I do not know the color octarine."),
        ({"area": "garden", "color": "red"}, "The garden lights cannot change color."),
        ({"area": "attic", "brightness": 50}, "There is no attic"),
    ],
)
def test_what_cannot_be_set_is_declined_and_changes_nothing(bench, slots, says):
    reply = bench.do("light.set", **slots)
    assert not reply.ok
    assert says in reply.text
    assert not any(bench.home.state(device).on for device in bench.home.devices if device.is_light)


def test_a_refused_color_does_not_leave_half_a_change(bench):
    bench.do("light.set", area="garden", brightness=30, color="red")
    assert not light(bench, "garden lights").on


def test_brighter_and_dimmer_go_by_20_points_up_to_their_bounds(bench):
    bench.do("light.set", name="desk lamp", brightness=50)
    assert bench.do("light.brighter", name="desk lamp").text == "Desk lamp at 70 percent."
    for _ in range(2):
        bench.do("light.brighter", name="desk lamp")
    assert bench.do("light.brighter", name="desk lamp").text == "Desk lamp already as bright as can be."
    for _ in range(5):
        bench.do("light.dimmer", name="desk lamp")
    assert bench.do("light.dimmer", name="desk lamp").text == "Desk lamp already as dim as can be."
    assert light(bench, "desk lamp").brightness == 5


def test_devices_are_switched_and_stay_so_after_a_restart(tmp_path):
    with Bench([INTENTS / "device"], tmp_path) as before:
        assert before.do("device.on", name="telly").text == "Television on."
        assert before.home.state(before.home.device("television")).on
    with Bench([INTENTS / "device"], tmp_path) as after:
        assert after.home.state(after.home.device("television")).on
        assert after.do("device.off", name="television", area="living room").text == "Television off."
        assert not after.home.state(after.home.device("television")).on


def test_a_device_in_the_wrong_room_is_not_guessed(bench):
    reply = bench.do("device.on", name="television", area="kitchen")
    assert (reply.ok, reply.text) == (False, "There is no television in the kitchen; there is in the living room.")
    reply = bench.do("device.on", name="telescope", area="kitchen")
    assert not reply.ok
    assert reply.text == "There is no telescope in the kitchen; I know: kettle, coffee machine and kitchen light."


def test_a_light_is_switched_as_a_device_and_a_device_as_a_light(bench):
    assert bench.do("device.on", name="desk lamp").text == "Desk lamp on."
    assert light(bench, "desk lamp").on
    assert bench.do("light.on", name="kettle").text == "Kettle on."
    assert bench.home.state(bench.home.device("kettle")).on
