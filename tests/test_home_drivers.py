"""Drivers come from the configuration: what it names is reached, and what is found can be said."""

import socket
import threading

import gpiozero
import pytest
import yaml
from gpiozero.pins.mock import MockFactory

from speaker import build, doctor
from speaker import config as configuration
from speaker.build import Hark, Place
from speaker.errors import ConfigError
from speaker.events import Intent
from tests.broker import DEVICES, MOSQUITTO, Broker, Zigbee, until
from tests.hub import TOKEN, Hub


@pytest.fixture
def written(tmp_path):
    """Write a home into a configuration; the place that it makes."""

    def written_(**home) -> Place:
        file = tmp_path / "config.yaml"
        file.write_text(yaml.safe_dump({"home": home}))
        return Place(configuration.read(file), file, tmp_path / "data")

    return written_


@pytest.mark.parametrize(
    ("drivers", "said"),
    [
        ({"mqt": {}}, "unknown key 'home.drivers.mqt'; did you mean 'mqtt'?"),
        ({"mqtt": {}}, "home.drivers.mqtt.host: field required"),
        ({"mqtt": {"host": "x", "pasword_file": "y"}}, "did you mean 'password_file'?"),
        ({"mqtt": {"host": "x", "password_file": "y"}}, "a 'password_file' needs a 'user'"),
        ({"mqtt": {"host": "x", "port": 99999}}, "home.drivers.mqtt.port"),
        ({"mqtt": {"host": "x", "zigbee2mqtt": "z/#"}}, "should be the beginning of a topic"),
        ({"homeassistant": {"url": "house"}}, "should be like 'http://homeassistant.local:8123'"),
        ({"homeassistant": {"url": "http://me:secret@house"}}, "the token goes into 'token_file'"),
    ],
)
def test_a_mistake_in_the_configuration_says_what_to_write(written, drivers, said):
    with pytest.raises(ConfigError) as raised:
        written(drivers=drivers)
    assert said in str(raised.value)
    assert "secret" not in str(raised.value)


def test_who_has_devices_gets_no_home_to_try_things_in(written):
    place = written(drivers={"mqtt": {"host": "127.0.0.1", "port": 1}})
    with Hark(place) as hark:
        assert hark.home.devices == ()


def test_a_driver_that_is_not_configured_is_named(written):
    fan = {"kind": "fan", "driver": "gpio", "address": {"pin": 4}}
    with pytest.raises(ConfigError, match="there is no driver 'gpio'"), Hark(written(areas={"den": {"fan": fan}})):
        pass


def test_starting_waits_for_nobody(written):
    with socket.create_server(("127.0.0.1", 0)) as silent:  # it takes connections and says nothing
        port = silent.getsockname()[1]
        hub = {"url": f"http://127.0.0.1:{port}", "token_file": "config.yaml"}
        with Hark(written(drivers={"mqtt": {"host": "127.0.0.1", "port": port}, "homeassistant": hub})) as hark:
            assert [driver.status()[0] for driver in hark.drivers] == [False, False]


@pytest.mark.skipif(MOSQUITTO is None, reason="mosquitto is not installed")
def test_a_command_reaches_a_device_that_was_found(written, tmp_path):
    broker = Broker(tmp_path).start()
    played = Zigbee(broker.port, DEVICES)
    place = written(drivers={"mqtt": {"host": "127.0.0.1", "port": broker.port}}, areas={"office": {}})
    try:
        with Hark(place) as hark:
            until(lambda: hark.store.of("hark").get("found/mqtt", []))
            turn = hark.assistant().ask("turn on the desk lamp")
            assert turn.reply is not None
            assert (turn.reply.ok, played.told("Desk Lamp")) == (True, [{"state": "ON"}])
            assert "office" in hark.home.areas
            broker.kill()
            reply = hark.plugins.handle(Intent("light.off", {"name": "desk lamp"}, 1.0))
            assert (reply.ok, "MQTT broker" in reply.text) == (False, True)
        with Hark(place) as hark:  # the broker is still away
            assert "desk lamp" in hark.home.names
            (found,) = doctor.drivers(hark)
            assert (found.level, found.subject, "nothing listens there" in found.text) == ("bad", "mqtt", True)
    finally:
        played.close()
        broker.kill()


def test_a_scene_of_home_assistant_is_a_scene_and_what_is_described_is_not_found_twice(written, tmp_path):
    hub = Hub().start()
    (tmp_path / "token").write_text(TOKEN)
    lamp = {"kind": "light", "driver": "homeassistant", "address": {"entity": "light.bed_light"}}
    drivers = {"homeassistant": {"url": hub.url, "token_file": "token"}}
    try:
        with Hark(written(drivers=drivers, areas={"den": {"night lamp": lamp}})) as hark:
            until(lambda: "movie night" in hark.home.scenes)
            assert hark.home.activate("movie night") == "movie night"
            hark.home.change([hark.home.device("night lamp", lights=True)], on=True)
            assert "bed light" not in hark.home.names
    finally:
        hub.stop()
    assert [call["target"]["entity_id"] for call in hub.called] == [["scene.movie_night"], ["light.bed_light"]]


def test_doctor_says_whether_each_is_reached(written, tmp_path):
    hub = Hub().start()
    (tmp_path / "token").write_text(TOKEN)
    fan = {"kind": "fan", "driver": "gpio", "address": {"pin": 4}}
    drivers = {"homeassistant": {"url": hub.url, "token_file": "token"}, "gpio": None}
    before, gpiozero.Device.pin_factory = gpiozero.Device.pin_factory, MockFactory()
    try:
        with Hark(written(drivers=drivers, areas={"den": {"fan": fan}})) as hark:
            found = {f.subject: (f.level, f.text) for f in doctor.drivers(hark)}
    finally:
        gpiozero.Device.pin_factory = before
        hub.stop()
    assert found == {"homeassistant": ("good", f"{hub.url}: 19 devices found"), "gpio": ("good", "1 pin")}


def test_recognition_leans_on_what_is_found_meanwhile(written, tmp_path, monkeypatch):
    monkeypatch.setattr(build, "_LOOK", 0.05)
    hub, learned = Hub().start(), list[list[str]]()
    (tmp_path / "token").write_text(TOKEN)
    try:
        with Hark(written(drivers={"homeassistant": {"url": hub.url, "token_file": "token"}})) as hark:
            until(lambda: hark.drivers[0].status()[0])
            monkeypatch.setattr(hark, "_lean", lambda: learned.append(hark._sayable()))
            threading.Thread(target=hark._keep_learning).start()
            hub.change("light.new", "on", friendly_name="Gazebo Lantern")
            until(lambda: learned)
            assert any("gazebo lantern" in sentence for sentence in learned[-1])
    finally:
        hub.stop()
