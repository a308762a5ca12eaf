"""What is said reaches Home Assistant, and whatever that does, the command ends soon.

The server of these tests is ``tests/hub.py``, which gives the recorded answers of a real Home Assistant; its own core
takes minutes to install. Against a real one, with its demo integration (it is switched and dimmed):

    HARK_TEST_HOMEASSISTANT=http://127.0.0.1:8123 HARK_TEST_TOKEN_FILE=token pytest tests/test_home_homeassistant.py
"""

import logging
import os
import socket
import threading
from pathlib import Path

import pytest

from speaker.errors import HomeError
from speaker.home import Device, State
from speaker.home.connections import HomeAssistantConfig
from speaker.home.found import Found
from speaker.home.homeassistant import HomeAssistant
from tests.broker import until
from tests.driven import device, refused
from tests.hub import TOKEN, Hub

REAL = os.environ.get("HARK_TEST_HOMEASSISTANT")


@pytest.fixture
def hub():
    hub = Hub().start()
    yield hub
    hub.stop()


@pytest.fixture
def config(hub, tmp_path):
    (tmp_path / "token").write_text(f"{TOKEN}\n")
    return HomeAssistantConfig(url=hub.url, token_file=tmp_path / "token")


@pytest.fixture
def driver(config, store):
    driver = HomeAssistant(config, Found(store.of("hark"), "homeassistant"))
    until(lambda: driver.status()[0])
    yield driver
    driver.close()


def test_entities_are_devices_with_their_rooms_and_other_names(driver):
    until(lambda: device(driver, "bed light").aliases)
    found = {d.name: (d.area, d.kind, set(d.features)) for d in driver.devices()}
    assert found == {
        "bed light": ("living room", "light", {"dimmable", "colored"}),
        "ceiling lights": ("", "light", {"dimmable", "colored"}),
        "kitchen lights": ("kitchen", "light", {"dimmable", "colored"}),
        "ac": ("", "plug", set()),
        "ceiling fan": ("", "fan", set()),
        "kitchen window": ("", "blind", set()),
        "hall window": ("", "blind", {"positioned"}),
        "garage door": ("", "garage door", set()),
        "heatpump": ("", "thermostat", set()),
        "hvac": ("", "thermostat", set()),
        "ecobee": ("", "thermostat", set()),
        "front door": ("", "lock", set()),
        "kitchen door": ("", "lock", set()),
        "0 ground floor": ("", "vacuum", set()),
        "movie night": ("", "scene", set()),
        "lounge room": ("", "television", set()),
        "outside temperature": ("", "temperature", set()),
        "outside humidity": ("", "humidity", set()),
        "movement backyard": ("", "motion", set()),
    }
    assert device(driver, "bed light").aliases == ("good bed light",)


def test_services_are_called_and_the_state_follows(hub, driver):
    for name, wanted, service, data in (
        ("bed light", State(on=True, brightness=40), "light.turn_on", {"brightness_pct": 40}),
        ("bed light", State(color="blue"), "light.turn_on", {"hs_color": [240, 100]}),
        ("bed light", State(color="candlelight"), "light.turn_on", {"color_temp_kelvin": 2000}),
        ("bed light", State(on=False, brightness=3), "light.turn_off", {}),
        ("ac", State(on=True), "switch.turn_on", {}),
        ("ceiling fan", State(on=True), "fan.turn_on", {}),
        ("hall window", State(position=100), "cover.open_cover", {}),
        ("hall window", State(position=30), "cover.set_cover_position", {"position": 30}),
        ("hall window", State(moving=False), "cover.stop_cover", {}),
        ("heatpump", State(on=False), "climate.set_hvac_mode", {"hvac_mode": "off"}),
        ("heatpump", State(target=21.5), "climate.set_temperature", {"temperature": 21.5}),
        ("kitchen door", State(locked=True), "lock.lock", {}),
        ("0 ground floor", State(cleaning=True), "vacuum.start", {}),
        ("0 ground floor", State(docked=True), "vacuum.return_to_base", {}),
        ("movie night", State(on=True), "scene.turn_on", {}),
        ("lounge room", State(on=False), "media_player.turn_off", {}),
    ):
        found = device(driver, name)
        driver.change([found], wanted)
        call = hub.called.pop()
        assert (f"{call['domain']}.{call['service']}", call["service_data"]) == (service, data)
        assert call["target"] == {"entity_id": [found.address["entity"]]}
    assert driver.state(device(driver, "kitchen door")) == State(locked=True)
    assert driver.state(device(driver, "heatpump")) == State(on=False, target=21.5, temperature=25)


def test_several_lights_change_by_one_call(hub, driver):
    lights = [device(driver, name) for name in ("bed light", "kitchen lights")]
    driver.change(lights, State(on=True, brightness=80))
    assert [call["target"]["entity_id"] for call in hub.called] == [["light.bed_light", "light.kitchen_lights"]]
    assert all(driver.state(each).brightness == 80 for each in lights)


def test_events_keep_states_and_devices_in_step(hub, driver):
    assert driver.state(device(driver, "outside temperature")) == State(temperature=15.6)
    hub.change("sensor.outside_temperature", "70", unit_of_measurement="°F")
    until(lambda: driver.state(device(driver, "outside temperature")) == State(temperature=21.1))
    hub.change("light.new", "on", friendly_name="New Lamp", supported_color_modes=["onoff"])
    assert device(driver, "new lamp").features == frozenset()
    hub.change("light.new", None)
    until(lambda: "new lamp" not in [d.name for d in driver.devices()])
    hub.lists["area"]["result"][1]["name"] = "Cookhouse"
    hub.tell("area_registry_updated", {"data": {"action": "update", "area_id": "kitchen"}})
    until(lambda: device(driver, "kitchen lights").area == "cookhouse")


def test_why_something_was_not_done(hub, driver):
    assert "could not do that with the ecobee: expected HVACMode" in refused(
        driver, device(driver, "ecobee"), State(target=31.0)
    )
    lamp = device(driver, "bed light")
    hub.change("light.bed_light", "unavailable")
    until(lambda: driver.state(lamp) == State())
    assert refused(driver, lamp, State(on=True)) == "Home Assistant cannot reach the bed light."
    gone = Device("lamp", "", "light", driver="homeassistant", address={"entity": "light.gone"})
    assert refused(driver, gone, State(on=True)) == "Home Assistant cannot reach the lamp."  # the real one says: done


def test_a_lock_that_does_not_turn_is_not_called_locked(hub, driver):
    hub.locks_turn = False
    said = refused(driver, device(driver, "kitchen door"), State(locked=False))
    assert said == "Home Assistant does not say that the kitchen door did that; it may still happen."


def test_one_that_hangs(hub, driver):
    hub.hanging.set()
    assert "does not say that the ac did that" in refused(driver, device(driver, "ac"), State(on=True))


def test_one_that_comes_back_is_found_again(hub, driver):
    plug = device(driver, "ac")
    hub.stop()
    until(lambda: not driver.status()[0])
    assert refused(driver, plug, State(on=True)) == "I cannot reach Home Assistant: nothing listens there."
    hub.start()

    def done() -> bool:
        try:
            driver.change([plug], State(on=True))
        except HomeError:
            return False
        return True

    until(done, 20)
    assert driver.state(plug).on
    assert len(hub.called) == 1  # what was wanted before is not done late


def test_one_that_goes_away_in_the_middle_of_a_command(hub, driver):
    hub.hanging.set()
    stopper = threading.Timer(0.2, hub.stop)
    stopper.start()
    assert "went away" in refused(driver, device(driver, "ac"), State(on=True))
    stopper.join()


RUBBISH = ("", "{", "[]", "7", "null", '{"type": "event"}', '{"type": "event", "event": {"event_type": "state_changed"}}',
           '{"type": "result", "id": 1, "success": true}', "[" * 5000, '{"id": "x", "type": "result"}')  # fmt: skip


def test_rubbish_changes_nothing(hub, driver):
    for rubbish in RUBBISH:
        hub.send(rubbish)
    hub.change("light.bed_light", "on", brightness="much", hs_color="blue", color_mode=7, supported_color_modes=3)
    hub.change("sensor.outside_temperature", "NaN")
    driver.change([device(driver, "ac")], State(on=True))
    assert driver.state(device(driver, "bed light")) == State(on=True)


def test_a_wrong_token_and_none_at_all(hub, store, tmp_path, monkeypatch):
    monkeypatch.delenv("HARK_HOMEASSISTANT_TOKEN", raising=False)
    (tmp_path / "wrong").write_text("guess")
    for file, said in (("wrong", "does not accept the token"), ("none", "cannot be read"), (None, "there is no token")):
        config = HomeAssistantConfig(url=hub.url, token_file=tmp_path / file if file else None)
        driver = HomeAssistant(config, Found(store.of("hark"), "homeassistant"))
        until(lambda d=driver, said=said: said in d.status()[1])
        driver.close()


def test_the_token_may_be_in_the_environment_and_is_never_logged(hub, store, monkeypatch, caplog):
    caplog.set_level(logging.DEBUG)
    monkeypatch.setenv("HARK_HOMEASSISTANT_TOKEN", TOKEN)
    driver = HomeAssistant(HomeAssistantConfig(url=hub.url), Found(store.of("hark"), "homeassistant"))
    until(lambda: driver.status()[0])
    driver.close()
    ours = [record.getMessage() for record in caplog.records if not record.name.startswith("websockets.server")]
    assert not any(TOKEN in message for message in ours)


def test_what_listens_there_may_be_something_else(store, tmp_path, config):
    with socket.create_server(("127.0.0.1", 0)) as other:

        def greet() -> None:
            connection, _ = other.accept()
            connection.recv(4096)
            connection.sendall(b"220 mail.example ESMTP\r\n\r\n")
            connection.close()

        greeter = threading.Thread(target=greet)
        greeter.start()
        odd = config.model_copy(update={"url": f"http://127.0.0.1:{other.getsockname()[1]}"})
        driver = HomeAssistant(odd, Found(store.of("hark"), "homeassistant"))
        until(lambda: "no Home Assistant" in driver.status()[1])
        driver.close()
        greeter.join()


def test_devices_are_known_by_name_before_it_answers(hub, driver, config, store):
    before = {d.name for d in driver.devices()}
    hub.stop()
    again = HomeAssistant(config, Found(store.of("hark"), "homeassistant"))
    assert {d.name for d in again.devices()} == before
    again.close()


@pytest.mark.skipif(REAL is None, reason="HARK_TEST_HOMEASSISTANT names no real Home Assistant")
def test_against_a_real_one(store):
    config = HomeAssistantConfig(url=REAL or "", token_file=Path(os.environ["HARK_TEST_TOKEN_FILE"]))
    driver = HomeAssistant(config, Found(store.of("hark"), "homeassistant"))
    try:
        until(lambda: driver.status()[0])
        lamp = device(driver, "bed light")
        driver.change([lamp], State(on=True, brightness=40, color="blue"))
        until(lambda: driver.state(lamp) == State(on=True, brightness=40, color="blue"))
        driver.change([lamp], State(on=False))
        until(lambda: driver.state(lamp).on is False)
        driver.change([device(driver, "hvac")], State(target=19.5))
        until(lambda: driver.state(device(driver, "hvac")).target == 19.5)
        assert "blind" in {d.kind for d in driver.devices()}
    finally:
        driver.close()
