"""What is said reaches devices through a real broker, and whatever the broker does, the command ends soon.

The broker is a real mosquitto; the devices of Zigbee2MQTT are played by a second client, from the messages that it
documents, since there is no radio here.
"""

import json
import shutil
import subprocess
import threading
import time

import pytest

from speaker.errors import HomeError
from speaker.home import Device, State
from speaker.home.connections import MqttConfig
from speaker.home.found import Found
from speaker.home.mqtt import Mqtt
from speaker.home.things import LONGEST_LIST
from tests.broker import DEVICES, LAMP, MOSQUITTO, Broker, Zigbee, light, until, zigbee
from tests.driven import SOON, device, refused

pytestmark = pytest.mark.skipif(MOSQUITTO is None, reason="mosquitto is not installed")


@pytest.fixture
def broker(tmp_path):
    broker = Broker(tmp_path).start()
    yield broker
    broker.kill()


@pytest.fixture
def played(broker):
    played = Zigbee(broker.port, DEVICES)
    yield played
    played.close()


@pytest.fixture
def driver(broker, store):
    """A driver; nobody plays the devices unless the test has ``played``."""
    driver = Mqtt(MqttConfig(host="127.0.0.1", port=broker.port), Found(store.of("hark"), "mqtt"), areas=("office",))
    yield driver
    driver.close()


def test_devices_are_found_with_their_rooms_kinds_and_what_they_can(played, driver):
    device(driver, "desk lamp")
    found = {(d.area, d.name): (d.kind, set(d.features)) for d in driver.devices()}
    assert found == {
        ("kitchen", "ceiling light"): ("light", {"dimmable"}),
        ("office", "desk lamp"): ("light", {"dimmable", "colored"}),
        ("kitchen", "kettle plug"): ("plug", set()),
        ("", "hall switch left"): ("switch", set()),
        ("", "hall switch right"): ("switch", set()),
        ("office", "office blind"): ("blind", {"positioned"}),
        ("", "front door"): ("lock", set()),
        ("", "bedroom thermostat"): ("thermostat", set()),
        ("", "bathroom sensor"): ("temperature", set()),
        ("", "garage window"): ("window", set()),
    }


TOLD = [
    ("desk lamp", "Desk Lamp", State(on=True), {"state": "ON"}),
    ("desk lamp", "Desk Lamp", State(on=False, brightness=70), {"state": "OFF"}),
    ("desk lamp", "Desk Lamp", State(on=True, brightness=30), {"state": "ON", "brightness": 76}),
    ("desk lamp", "Desk Lamp", State(color="blue"), {"color": {"hue": 240, "saturation": 100}}),
    ("desk lamp", "Desk Lamp", State(color="warm white"), {"color_temp": 370}),
    ("ceiling light", "kitchen/ceiling_light", State(on=True), {"state": "ON"}),
    ("kettle plug", "Kettle Plug", State(on=True), {"state": "ON"}),
    ("hall switch right", "hall switch", State(on=True), {"state_right": "ON"}),
    ("office blind", "office blind", State(position=100), {"state": "OPEN"}),
    ("office blind", "office blind", State(position=40), {"position": 40}),
    ("office blind", "office blind", State(moving=False), {"state": "STOP"}),
    ("front door", "front door", State(locked=True), {"state": "LOCK"}),
    ("bedroom thermostat", "bedroom thermostat", State(target=21.5), {"occupied_heating_setpoint": 21.5}),
    ("bedroom thermostat", "bedroom thermostat", State(on=False), {"system_mode": "off"}),
]


def test_another_client_sees_what_was_wanted(played, driver):
    for name, topic, wanted, said in TOLD:
        if "color_temp" in said:
            played.states[topic]["color_mode"] = "color_temp"
        driver.change([device(driver, name)], wanted)
        until(lambda topic=topic, said=said: played.told(topic)[-1:] == [said])


def test_several_devices_change_together(played, driver):
    driver.change([device(driver, "desk lamp"), device(driver, "ceiling light")], State(on=True, brightness=50))
    assert played.told("Desk Lamp") == played.told("kitchen/ceiling_light") == [{"state": "ON", "brightness": 127}]
    assert driver.state(device(driver, "desk lamp")) == State(on=True, brightness=50)


def tells(driver: Mqtt, played: Zigbee, name: str, topic: str, said: object) -> State:
    """The state of a device after it has said something; again, where the driver has not listened to it yet."""
    found, before = device(driver, name), driver.state(device(driver, name))

    def changed() -> bool:
        played.publish(topic, said)
        time.sleep(0.02)
        return driver.state(found) != before

    until(changed)
    return driver.state(found)


def test_states_are_kept_in_step(played, driver):
    for name, topic, said, state in (
        (
            "desk lamp",
            "Desk Lamp",
            {"state": "ON", "brightness": 254, "color": {"x": 0.6942, "y": 0.2963}, "color_mode": "xy"},
            State(on=True, brightness=100, color="red"),
        ),
        ("office blind", "office blind", {"position": 30, "moving": "UP"}, State(position=30, open=True, moving=True)),
        (
            "bathroom sensor",
            "bathroom sensor",
            {"temperature": 21.3, "humidity": 61, "battery": 88.0},
            State(temperature=21.3, humidity=61, battery=88),
        ),
        ("garage window", "garage window", {"contact": False}, State(open=True)),
        (
            "front door",
            "front door",
            {"state": "LOCK", "lock_state": "not_fully_locked", "battery": 5},
            State(locked=False, battery=5),
        ),
    ):
        assert tells(driver, played, name, f"zigbee2mqtt/{topic}", said) == state


def test_what_is_not_known_is_asked_for(broker, played, driver):
    played.states["Desk Lamp"] = {"state": "ON", "brightness": 100}
    until(lambda: driver.state(device(driver, "desk lamp")).on)
    assert any(topic == "zigbee2mqtt/Desk Lamp/get" for topic, _ in played.heard)


def test_a_device_that_does_not_answer_is_named(played, driver):
    played.deaf.add("Desk Lamp")
    lamps = [device(driver, "desk lamp"), device(driver, "ceiling light")]
    began = time.monotonic()
    with pytest.raises(HomeError, match=r"^The desk lamp did not answer\.$"):
        driver.change(lamps, State(on=True))
    assert time.monotonic() - began < SOON
    assert driver.state(lamps[1]).on


def test_a_lock_is_not_locked_before_it_says_so(played, driver):
    played.states["front door"] = {"lock_state": "unlocked"}
    assert refused(driver, device(driver, "front door"), State(locked=True)) == "The front door did not answer."


def test_a_device_that_is_said_to_be_away_is_not_waited_for(played, driver):
    lamp = device(driver, "desk lamp")

    def until_refused(topic: str, says: object, reason: str) -> None:
        def so() -> bool:
            played.publish(topic, says)  # again, where the driver has not listened to it yet
            return reason in str(refusal(driver, lamp))

        until(so, 20)

    until_refused("zigbee2mqtt/Desk Lamp/availability", {"state": "offline"}, "cannot be reached")
    until_refused("zigbee2mqtt/Desk Lamp/availability", "online", "None")
    until_refused("zigbee2mqtt/bridge/state", {"state": "offline"}, "Zigbee2MQTT is not running.")


def refusal(driver: Mqtt, lamp: Device) -> HomeError | None:
    try:
        driver.change([lamp], State(on=True))
    except HomeError as error:
        return error
    return None


def test_where_nobody_listens_it_says_so_at_once(broker, played, driver):
    lamp = device(driver, "desk lamp")
    played.close()
    assert "nothing listens" in refused(driver, lamp, State(on=True))


def test_without_a_broker_a_command_ends_at_once_with_the_reason(store):
    driver = Mqtt(MqttConfig(host="127.0.0.1", port=1), Found(store.of("hark"), "mqtt"))
    lamp = Device("lamp", "", "light", driver="mqtt", address={"zigbee": "lamp"})
    try:
        assert refused(driver, lamp, State(on=True)) == "I cannot reach the MQTT broker: nothing listens there."
        assert driver.status() == (False, "127.0.0.1:1: nothing listens there")
    finally:
        driver.close()


def test_a_broker_that_comes_back_is_found_again_and_nothing_is_done_late(broker, played, driver):
    lamp = device(driver, "desk lamp")
    broker.kill()
    assert "broker" in refused(driver, lamp, State(on=True))
    broker.start()
    until(lambda: refusal(driver, lamp) is None, 20)
    until(lambda: len(played.told("Desk Lamp")) >= 1)
    time.sleep(0.2)
    assert all(said == {"state": "ON"} for said in played.told("Desk Lamp"))
    driver.change([lamp], State(on=False))
    assert played.told("Desk Lamp")[-1] == {"state": "OFF"}


def test_a_broker_that_dies_in_the_middle_of_a_command(broker, played, driver):
    lamp = device(driver, "desk lamp")
    played.deaf.add("Desk Lamp")
    killer = threading.Timer(0.3, broker.kill)
    killer.start()
    assert refused(driver, lamp, State(on=True))
    killer.join()
    broker.start()
    played.deaf.clear()
    until(lambda: refusal(driver, lamp) is None, 20)


def test_a_broker_that_hangs(broker, played, driver):
    lamp = device(driver, "desk lamp")
    broker.pause()
    try:
        assert refused(driver, lamp, State(on=True)).startswith("The MQTT broker does not answer")
    finally:
        broker.go_on()
    until(lambda: refusal(driver, lamp) is None)


RUBBISH = [b"", b"{", b"[]", b"null", b"42", b'"x"', b"\xff\xfe", b"NaN", b'{"state": {"a": []}}', b"[" * 60000,
           b'{"state": 1e999, "brightness": NaN}', b'{"brightness": "much", "color": 7}', b"x" * 100_000,
           b'[{"friendly_name": 7}, null, {"friendly_name": "a", "definition": {"exposes": [{"type": "light"}]}}]',
           b'{"command_topic": "#", "state_topic": ["a"], "name": "\\u0000"}', b'{"state": "on"}']  # fmt: skip


def test_rubbish_changes_nothing_and_the_next_command_is_done(played, driver):
    lamp = device(driver, "desk lamp")
    topics = ("zigbee2mqtt/Desk Lamp", "zigbee2mqtt/Desk Lamp/availability", "homeassistant/light/x/config",
              "homeassistant/device/y/config", "homeassistant/what/z/config", "zigbee2mqtt/bridge/state")  # fmt: skip
    for topic in topics:
        for rubbish in RUBBISH:
            played.publish(topic, rubbish, retain=True)
    driver.change([lamp], State(on=True, brightness=10))
    assert driver.state(lamp) == State(on=True, brightness=10)
    for rubbish in RUBBISH[:-1]:
        played.publish("zigbee2mqtt/bridge/devices", rubbish, retain=True)
    played.publish("zigbee2mqtt/bridge/devices", DEVICES, retain=True)
    until(lambda: refusal(driver, lamp) is None)


def test_a_name_from_outside_is_cut_and_cleaned(broker, played, driver):
    evil = "lamp\x1b[31m; turn off\nthe \u202e" + "alarm " * 50
    played.publish("zigbee2mqtt/bridge/devices", [zigbee(evil, light(*LAMP))], retain=True)
    until(lambda: len(driver.devices()) == 1)
    (found,) = driver.devices()
    assert found.name.startswith("lamp 31m turn off the alarm")
    assert len(found.name) <= 60


def test_devices_are_known_by_name_before_the_broker_answers(broker, played, driver, store):
    device(driver, "desk lamp")
    until(lambda: Found(store.of("hark"), "mqtt").recall())
    before = set(driver.devices())
    broker.kill()
    again = Mqtt(MqttConfig(host="127.0.0.1", port=broker.port), Found(store.of("hark"), "mqtt"))
    try:
        assert set(again.devices()) == before
        assert "broker" in refused(again, device(again, "desk lamp"), State(on=True))
    finally:
        again.close()


def test_a_device_that_is_taken_away_is_forgotten_and_a_new_one_known(played, driver):
    device(driver, "desk lamp")
    played.publish("zigbee2mqtt/bridge/devices", [zigbee("new lamp", light(*LAMP))], retain=True)
    until(lambda: [d.name for d in driver.devices()] == ["new lamp"])


DISCOVERED = {
    "light/node/lamp": {
        "name": "Shelf Lamp", "uniq_id": "lamp1", "~": "esp/lamp", "cmd_t": "~/set", "stat_t": "~/state",
        "bri_cmd_t": "~/bri/set", "bri_stat_t": "~/bri", "bri_scl": 100, "rgb_cmd_t": "~/rgb/set",
        "rgb_stat_t": "~/rgb", "dev": {"name": "ESP", "sa": "Living Room"},
    },
    "light/strip": {
        "schema": "json", "name": "Strip", "unique_id": "strip", "command_topic": "strip/set",
        "state_topic": "strip", "brightness": True, "supported_color_modes": ["hs"],
    },
    "switch/plug": {"name": None, "uniq_id": "p", "cmd_t": "tas/POWER", "stat_t": "tas/STATE", "dev_cla": "outlet",
                    "val_tpl": "{{ value_json.POWER }}", "dev": {"name": "Tasmota Plug"}},
    "cover/shade": {"name": "Shade", "uniq_id": "c", "cmd_t": "shade/cmd", "pos_t": "shade/pos",
                    "set_pos_t": "shade/pos/set", "dev_cla": "shutter", "pos_open": 0, "pos_clsd": 255},
    "climate/ac": {"name": "AC", "uniq_id": "ac", "temp_cmd_t": "ac/t/set", "temp_stat_t": "ac/t",
                   "mode_cmd_t": "ac/m/set", "mode_stat_t": "ac/m", "modes": ["off", "cool"],
                   "curr_temp_t": "ac/now", "curr_temp_tpl": "{{ value_json['t'] | round(1) }}"},
    "lock/gate": {"name": "Gate Lock", "uniq_id": "g", "cmd_t": "gate/set", "stat_t": "gate"},
    "vacuum/robo": {"name": "Robo", "uniq_id": "v", "cmd_t": "robo/set", "stat_t": "robo"},
    "scene/movie": {"name": "Movie", "uniq_id": "m", "cmd_t": "scene/movie", "pl_on": "GO"},
    "sensor/t": {"name": "Attic Temperature", "uniq_id": "t", "stat_t": "attic", "dev_cla": "temperature",
                 "unit_of_meas": "°F", "val_tpl": "{{ value_json.temp }}"},
    "binary_sensor/d": {"name": "Shed Door", "uniq_id": "d", "stat_t": "shed", "dev_cla": "door",
                        "avty_t": "shed/there", "pl_avail": "up", "pl_not_avail": "down"},
    "device/multi": {"dev": {"name": "Multi"}, "cmps": {"a": {"p": "switch", "name": "One", "uniq_id": "m1",
                     "cmd_t": "multi/1"}, "b": {"p": "switch", "name": "Two", "uniq_id": "m2", "cmd_t": "multi/2"}}},
    "light/evil": {"name": "Evil", "uniq_id": "e", "cmd_t": "evil", "stat_t": "evil/s",
                   "val_tpl": "{{ ''.__class__.__mro__[1].__subclasses__() }}"},
    "switch/0x1/switch": {"name": "Twice", "uniq_id": "0x1", "cmd_t": "zigbee2mqtt/Kettle Plug/set"},
}  # fmt: skip


@pytest.fixture
def discovered(played, driver):
    for topic, says in DISCOVERED.items():
        played.publish(f"homeassistant/{topic}/config", says, retain=True)
    until(lambda: len(driver.devices()) == 23)
    heard = []
    echo = {"esp/lamp/set": "esp/lamp/state", "esp/lamp/bri/set": "esp/lamp/bri", "esp/lamp/rgb/set": "esp/lamp/rgb",
            "strip/set": "strip", "shade/pos/set": "shade/pos", "ac/t/set": "ac/t", "ac/m/set": "ac/m"}  # fmt: skip
    echo |= {"tas/POWER": "tas/STATE", "gate/set": "gate", "robo/set": "", "scene/movie": "", "multi/2": "", "evil": ""}

    def answer(_client, _data, message):
        heard.append((message.topic, message.payload.decode()))
        said = heard[-1][1]
        if message.topic == "tas/POWER":
            said = json.dumps({"POWER": said})
        if message.topic == "gate/set":
            said = {"LOCK": "LOCKED", "UNLOCK": "UNLOCKED"}[said]
        if echo[message.topic]:
            played.publish(echo[message.topic], said)

    ready = threading.Event()
    client = played._client
    client.on_subscribe = lambda *_: ready.set()
    for topic in echo:
        client.message_callback_add(topic, answer)
    client.subscribe([(topic, 1) for topic in echo])
    assert ready.wait(10)
    return heard


SWITCHED = [
    (
        "esp shelf lamp",
        State(on=True, brightness=40, color="red"),
        [("esp/lamp/set", "ON"), ("esp/lamp/bri/set", "40"), ("esp/lamp/rgb/set", "255,0,0")],
    ),
    ("strip", State(on=True, brightness=20), [("strip/set", '{"state": "ON", "brightness": 51}')]),
    ("tasmota plug", State(on=True), [("tas/POWER", "ON")]),
    ("shade", State(position=50), [("shade/pos/set", "128")]),
    ("ac", State(target=19.5, on=True), [("ac/m/set", "cool"), ("ac/t/set", "19.5")]),
    ("gate lock", State(locked=True), [("gate/set", "LOCK")]),
    ("robo", State(cleaning=True), [("robo/set", "start")]),
    ("robo", State(docked=True), [("robo/set", "return_to_base")]),
    ("movie", State(on=True), [("scene/movie", "GO")]),
    ("multi two", State(on=True), [("multi/2", "ON")]),
]


def test_what_devices_say_of_themselves_is_enough_to_switch_them(discovered, driver):
    for name, wanted, said in SWITCHED:
        discovered.clear()
        driver.change([device(driver, name)], wanted)
        until(lambda said=said: discovered == said)


def test_a_topic_that_nobody_listens_to(discovered, driver):
    assert "nothing listens" in refused(driver, device(driver, "shade"), State(position=100))


def test_what_discovered_devices_tell(discovered, played, driver):
    for name, topic, said, state in (
        ("attic temperature", "attic", {"temp": 68}, State(temperature=20.0)),
        ("shed door", "shed", "ON", State(open=True)),
        ("ac", "ac/now", {"t": 23.46}, State(temperature=23)),
        ("shade", "shade/pos", "51", State(position=80)),
        ("robo", "robo", {"state": "docked", "battery_level": 80}, State(cleaning=False, docked=True, battery=80)),
        ("strip", "strip", {"state": "ON", "color": {"h": 119, "s": 98}}, State(on=True, color="green")),
    ):
        assert tells(driver, played, name, topic, said) == state
    played.publish("evil/s", "ON")
    played.publish("shed/there", "down", retain=True)
    until(lambda: "cannot be reached" in str(refusal(driver, device(driver, "shed door"))), 20)
    assert driver.state(device(driver, "evil")) == State()


def test_what_zigbee2mqtt_says_itself_counts_once(discovered, driver):
    assert "twice" not in [d.name for d in driver.devices()]
    assert device(driver, "esp shelf lamp").area == "living room"


def test_a_device_can_be_described_by_its_topics(broker, played, store):
    address = {"command_topic": "cmnd/fan/POWER", "state_topic": "stat/fan/POWER"}
    fan = Device("fan", "den", "fan", driver="mqtt", address=address)
    driver = Mqtt(MqttConfig(host="127.0.0.1", port=broker.port), Found(store.of("hark"), "mqtt"), [fan])
    try:
        until(lambda: driver.status()[0])
        assert "nothing listens" in refused(driver, fan, State(on=True))
        played.publish("stat/fan/POWER", "ON", retain=True)
        until(lambda: driver.state(fan) == State(on=True))
        assert fan not in driver.devices()
    finally:
        driver.close()


def test_what_is_far_too_long_is_not_even_sent(played, driver):
    lamp = device(driver, "desk lamp")
    played.publish("zigbee2mqtt/Desk Lamp", b" " * (LONGEST_LIST + 4096))
    driver.change([lamp], State(on=True))
    assert driver.state(lamp) == State(on=True)


def test_several_threads_switch_at_once(played, driver):
    names = ("desk lamp", "ceiling light", "kettle plug", "hall switch left")
    devices = [device(driver, name) for name in names]
    failures = []

    def switch(found: Device) -> None:
        try:
            for at in range(20):
                driver.change([found], State(on=at % 2 == 0))
        except HomeError as error:
            failures.append(error)

    threads = [threading.Thread(target=switch, args=[found]) for found in devices]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not failures
    assert [len(played.told(topic)) for topic in ("Desk Lamp", "Kettle Plug")] == [20, 20]


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not installed")
def test_a_certificate_has_to_be_trusted(tmp_path, store):
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    command = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=broker".split()
    more = ["-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", certificate]
    subprocess.run([*command, *more], check=True, capture_output=True)
    broker = Broker(tmp_path, f"keyfile {key}", f"certfile {certificate}", "allow_anonymous true").start()
    try:
        for authority, said in ((certificate, "devices found"), (None, "its certificate is not trusted")):
            config = MqttConfig(host="127.0.0.1", port=broker.port, tls=True, ca_file=authority)
            driver = Mqtt(config, Found(store.of("hark"), "mqtt"))
            until(lambda d=driver, said=said: said in d.status()[1])
            driver.close()
    finally:
        broker.kill()


def test_a_user_and_a_password(tmp_path, store):
    (tmp_path / "users").write_text("")
    subprocess.run(["mosquitto_passwd", "-b", tmp_path / "users", "hark", "secret"], check=True, capture_output=True)
    broker = Broker(tmp_path, "allow_anonymous false", f"password_file {tmp_path / 'users'}").start()
    (tmp_path / "right").write_text("secret\n")
    (tmp_path / "wrong").write_text("guess\n")
    try:
        for file, reached in (("right", True), ("wrong", False), ("missing", False)):
            config = MqttConfig(host="127.0.0.1", port=broker.port, user="hark", password_file=tmp_path / file)
            driver = Mqtt(config, Found(store.of("hark"), "mqtt"))
            until(lambda d=driver: d.status()[0] or "not reached yet" not in d.status()[1])
            assert driver.status()[0] is reached, driver.status()
            assert "secret" not in driver.status()[1]
            driver.close()
    finally:
        broker.kill()
