"""The home is found by what people call it, and never guessed."""

import pytest
from pydantic import ValidationError

from speaker.errors import HandlerError, Unclear
from speaker.home import DeviceConfig, Home, HomeConfig
from speaker.store import Store


@pytest.fixture
def store(tmp_path):
    store = Store(tmp_path / "hark.db")
    yield store
    store.close()


@pytest.fixture
def home(store):
    return Home(HomeConfig(), store.of("home"))


@pytest.mark.parametrize(
    ("said", "area", "found"),
    [
        ("coffee machine", None, "coffee machine"),
        ("the coffee maker", None, "coffee machine"),
        ("coffee machines", None, "coffee machine"),
        ("cofee machine", None, "coffee machine"),
        ("tv", None, "television"),
        ("telly", "living room", "television"),
        ("kitchen kettle", None, "kettle"),
        ("fan", None, "fan"),
        ("fan", "bathroom", "extractor fan"),
        ("smart plug", None, "plug"),
    ],
)
def test_a_device_is_found_by_its_name_an_alias_and_nearly(home, said, area, found):
    assert home.device(said, area).name == found


@pytest.mark.parametrize("said", ["toaster", "attic light", "x", "coffee"])
def test_an_unknown_device_is_not_guessed_and_the_reply_names_what_there_is(home, said):
    with pytest.raises(HandlerError, match=rf"There is no {said}; I know: ([a-z ]+, ){{4}}[a-z ]+ and \d+ more\.$"):
        home.device(said)


def test_an_ambiguous_device_is_asked_for(home):
    with pytest.raises(Unclear, match=r"The kitchen light, .* or the office light\?") as asked:
        home.device("ceiling light", lights=True)
    assert asked.value.slot == "name"
    assert asked.value.choices == ("kitchen light", "living room light", "bedroom light", "office light")


def test_the_room_of_this_speaker_settles_what_is_ambiguous(store):
    home = Home(HomeConfig(here="office"), store.of("home"))
    assert home.device("ceiling light", lights=True).area == "office"


@pytest.mark.parametrize(
    ("area", "name", "areas"),
    [
        ("kitchen", None, {"kitchen"}),
        ("the kitchen", None, {"kitchen"}),
        ("kitchn", None, {"kitchen"}),
        ("hallway", None, {"hall"}),
        ("office", "lights", {"office"}),
        (None, "kitchen", {"kitchen"}),
        (None, "kitchen lights", {"kitchen"}),
        (None, "desk lamp", {"office"}),
    ],
)
def test_lights_are_found_by_area_and_name(home, area, name, areas):
    assert {light.area for light in home.lights(area, name)} == areas


@pytest.mark.parametrize(("area", "name"), [("all", None), (None, None), (None, "the lights"), ("all", "lights")])
def test_all_lights_and_only_lights(home, area, name):
    assert home.lights(area, name) == tuple(d for d in home.devices if d.kind == "light")


def test_without_an_area_the_lights_are_those_of_this_room(store):
    home = Home(HomeConfig(here="bedroom"), store.of("home"))
    assert {light.area for light in home.lights()} == {"bedroom"}
    assert len({light.area for light in home.lights("all")}) > 1


def test_an_unknown_area_names_those_there_are(home):
    with pytest.raises(HandlerError, match="There is no attic; I know: kitchen, living room"):
        home.lights("attic")


def test_an_area_without_lights_says_so(store):
    home = Home(HomeConfig(areas={"cellar": {"pump": DeviceConfig()}}), store.of("home"))
    with pytest.raises(HandlerError, match="There is no light in the cellar"):
        home.lights("cellar")


def test_only_lights_can_be_dimmed(home):
    assert not home.device("fan").dimmable
    assert not home.device("fan").colored
    assert home.device("desk lamp", lights=True).dimmable


def test_what_was_changed_is_there_after_a_restart(tmp_path):
    first = Store(tmp_path / "one.db")
    home = Home(HomeConfig(), first.of("home"))
    home.change([home.device("kettle")], on=True)
    first.close()
    second = Store(tmp_path / "one.db")
    again = Home(HomeConfig(), second.of("home"))
    assert again.state(again.device("kettle")).on
    assert not again.state(again.device("heater")).on
    second.close()


@pytest.mark.parametrize("wrong", [{"here": "kitchn"}, {"aeras": {}}, {"areas": {"hall": {"lamp": {"kid": "light"}}}}])
def test_a_wrong_home_is_refused(wrong):
    with pytest.raises(ValidationError):
        HomeConfig.model_validate(wrong)
