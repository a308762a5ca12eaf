"""The home is found by what people call it, and never guessed."""

import threading
from collections.abc import Sequence

import pytest
from pydantic import ValidationError

from speaker.errors import ConfigError, HandlerError, HomeError, Unclear
from speaker.home import Device, DeviceConfig, Home, HomeConfig, State
from speaker.home.device import former
from speaker.store import Store


class Wire:
    """A driver that keeps in memory what it was told; it can be cut, or answer only when several changes wait."""

    name = "wire"

    def __init__(self) -> None:
        self.told: list[tuple[tuple[str, ...], State]] = []
        self.states: dict[str, State] = {}
        self.found: tuple[Device, ...] = ()
        self.cut = self.closed = False
        self.gate: threading.Barrier | None = None

    def devices(self) -> tuple[Device, ...]:
        return self.found

    def state(self, device: Device) -> State:
        return self.states.get(device.name, State())

    def change(self, devices: Sequence[Device], wanted: State) -> None:
        if self.gate:
            self.gate.wait(30)
        if self.cut:
            raise HomeError("The wire is cut; mend it.")
        self.told.append((tuple(d.name for d in devices), wanted))
        self.states |= {d.name: self.state(d).but(wanted) for d in devices}

    def close(self) -> None:
        self.closed = True


def wired(**more):
    """A home of which some is reached by a wire, and some is simulated."""
    return HomeConfig.model_validate(
        {
            "areas": {
                "den": {
                    "aliases": ["snug", "tv room"],
                    "lamp": {"kind": "light", "driver": "wire", "address": {"pin": 17}},
                    "door": {"kind": "lock", "driver": "wire"},
                    "blind": {"kind": "blind", "driver": "wire"},
                },
                "loft": {"loft light": {"kind": "light"}},
            },
            **more,
        }
    )


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


def test_each_driver_is_told_of_its_own_devices_together(store):
    wire = Wire()
    home = Home(wired(), store.of("home"), [wire])
    home.change(home.lights("all"), on=True)
    assert wire.told == [(("lamp",), State(on=True))]
    assert home.state(home.device("loft light", lights=True)).on
    assert home.state(home.device("lamp", lights=True)) == State(on=True)  # what is not known is not invented
    home.close()
    assert wire.closed


def test_what_a_driver_did_is_taken_back_by_telling_it_to_go_back(store):
    wire = Wire()
    wire.states = {"lamp": State(on=False, brightness=80), "blind": State(open=False)}
    home = Home(wired(), store.of("home"), [wire])
    with store.recording() as changes:
        home.change(home.lights("all"), on=True, brightness=30)
        home.change([home.device("blind")], position=60)
    store.restore(changes)
    assert wire.states["lamp"] == State(on=False, brightness=80)
    assert wire.states["blind"].position == 0
    assert home.state(home.device("loft light", lights=True)).on is False


def test_what_is_due_meanwhile_is_not_taken_back(store):
    home = Home(wired(), store.of("home"), [Wire()])
    with store.recording() as changes, store.for_good():
        home.change(home.lights("loft"), on=True)
    assert changes == []


@pytest.mark.parametrize(
    ("before", "wanted", "back"),
    [
        (State(on=True, brightness=80), State(on=False), State(on=True)),
        (State(on=True), State(brightness=30), None),
        (State(open=True), State(position=0), State(position=100)),
        (State(locked=False), State(locked=True), None),
        (State(locked=True), State(locked=False), State(locked=True)),
        (State(docked=True, cleaning=False), State(cleaning=True), State(docked=True)),
        (State(cleaning=True, docked=False), State(docked=True), State(cleaning=True)),
        (State(moving=True, position=40), State(moving=False), None),
    ],
)
def test_how_a_change_is_taken_back(before, wanted, back):
    assert former(before, wanted) == back


def test_taking_back_says_what_it_cannot(store):
    wire = Wire()
    wire.states = {"door": State(locked=False)}
    home = Home(wired(), store.of("home"), [wire])
    with store.recording() as changes:
        home.change([home.device("door")], locked=True)
    with pytest.raises(HomeError, match="The door stays locked; to unlock it, say so"):
        store.restore(changes)
    with store.recording() as changes:
        home.change(home.lights("all"), on=True)
    with pytest.raises(HomeError, match="I do not know what the lamp did before"):
        store.restore(changes)
    assert wire.states["door"].locked
    assert home.state(home.device("loft light", lights=True)).on is False  # the others are taken back all the same


def test_a_driver_that_fails_is_told_of_and_the_others_have_done_it(store):
    wire = Wire()
    wire.cut = True
    home = Home(wired(), store.of("home"), [wire])
    with store.recording() as changes, pytest.raises(HomeError, match="The wire is cut; mend it"):
        home.change(home.lights("all"), on=True)
    assert home.state(home.device("loft light", lights=True)).on
    wire.states = {"lamp": State(on=False)}
    with pytest.raises(HomeError, match="I do not know"):
        store.restore(changes)
    assert home.state(home.device("loft light", lights=True)).on is False


def test_devices_that_should_do_different_things_are_told_at_once(store):
    wire = Wire()
    wire.gate = threading.Barrier(3)
    scenes = {"dusk": {"lamp": {"on": True}, "blind": {"position": 0}, "door": {"locked": True}, "loft light": False}}
    home = Home(wired(scenes=scenes), store.of("home"), [wire])
    assert home.activate("dusk") == "dusk"
    assert wire.states == {"lamp": State(on=True), "blind": State(position=0), "door": State(locked=True)}


def test_devices_that_a_driver_finds_are_found_by_name_and_described_ones_win(store):
    wire = Wire()
    wire.found = (
        Device("hob", "galley", "switch", driver="wire", address={"pin": 4}),
        Device("pin seventeen", "den", "light", driver="wire", address={"pin": 17}),
    )
    home = Home(wired(), store.of("home"), [wire])
    assert home.device("hob", "galley").area == "galley"
    assert "galley" in home.areas
    assert "pin seventeen" not in home.names
    home.change([home.device("hob")], on=True)
    assert wire.states["hob"].on


def test_a_device_for_a_driver_that_is_not_there_is_an_error_that_says_where(store):
    with pytest.raises(ConfigError, match=r"home\.areas\.den\.lamp\.driver: there is no driver 'wire'"):
        Home(wired(), store.of("home"))


@pytest.mark.parametrize(
    ("said", "area"), [("snug", "den"), ("the tv room", "den"), ("snugs", "den"), ("loft", "loft")]
)
def test_an_area_is_found_by_its_aliases(store, said, area):
    home = Home(wired(), store.of("home"), [Wire()])
    assert {light.area for light in home.lights(said)} == {area}
    assert home.area(said) == area


def test_the_same_name_in_two_rooms_is_asked_for_by_the_room(store):
    areas = {"den": {"heater": {}}, "loft": {"heater": {}}, "hall": {"desk lamp": {"kind": "light"}}}
    home = Home(HomeConfig.model_validate({"areas": areas}), store.of("home"))
    with pytest.raises(Unclear, match=r"^The heater in the den or the loft\?$") as asked:
        home.device("heater")
    assert (asked.value.slot, asked.value.choices) == ("area", ("den", "loft"))
    assert home.device("heater", "loft").area == "loft"  # with the answer


def test_what_a_device_cannot_do_is_refused_and_nothing_is_changed(home):
    with pytest.raises(HandlerError, match=r"The front door cannot be switched on or off\."):
        home.change([home.device("kettle"), home.device("front door")], on=True)
    assert home.state(home.device("kettle")).on is False
    with pytest.raises(ValueError, match="brightness should be a whole number from 0 to 100, not 300"):
        home.change(home.lights("office"), brightness=300)


def test_what_a_device_tells_is_believed_only_where_it_can_be():
    told = {"on": "yes", "brightness": 300, "temperature": 21, "humidity": True, "battery": 80, "lux": 5, "color": ""}
    assert State.believed(told) == State(temperature=21, battery=80)


def test_a_scene_is_the_same_wherever_it_is_asked_for(store):
    config = HomeConfig(here="office")
    home = Home(config, store.of("home"))
    home.change(home.lights("all"), on=True)
    assert home.activate("good night") == "good night"
    assert not any(home.state(light).on for light in home.lights("all"))


def test_in_a_home_of_500_devices_the_right_one_is_found(store):
    areas = {
        f"room {a}": {f"{kind} {a} {n}": {"kind": kind} for n in range(5) for kind in ("light", "plug")}
        for a in range(50)
    }
    home = Home(HomeConfig.model_validate({"areas": areas}), store.of("home"))
    assert len(home.devices) == 500
    assert home.device("plug 31 4").name == "plug 31 4"
    assert len(home.lights("room 7")) == 5
