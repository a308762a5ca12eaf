"""hark.yaml on the boot partition: what is right in it is applied, what is wrong is said there in plain words."""

import importlib.util
import shutil
import stat
import subprocess
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import yaml

from firmware_scripts import check_image

_FILE = Path(check_image.__file__).parent / "image"


@pytest.fixture
def settings(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The script of the image, with this checkout's hark."""
    spec = importlib.util.spec_from_file_location("image_settings", _FILE / "settings.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    monkeypatch.setattr(module, "refused", lambda config: None)
    return module


@pytest.fixture
def box(tmp_path: Path) -> tuple[Path, Path]:
    """A boot partition with the file as it is shipped, and a root."""
    boot, root = tmp_path / "boot", tmp_path / "root"
    boot.mkdir()
    shutil.copy(_FILE / "hark.yaml", boot)
    zones = root / "usr/share/zoneinfo"
    for zone in ("Etc/UTC", "Europe/London"):
        (zones / zone).parent.mkdir(parents=True, exist_ok=True)
        (zones / zone).touch()
    return boot, root


def complaints(settings: ModuleType, root: Path, **said: Any) -> list[str]:
    return list(settings.apply({key.replace("_", " "): value for key, value in said.items()}, root))


def test_the_file_as_shipped_is_right_and_opens_nothing(settings: ModuleType, box: tuple[Path, Path]) -> None:
    boot, root = box
    assert settings.main(boot, root) == 0
    assert not (boot / "hark-errors.txt").exists()
    assert (root / "etc/hostname").read_text() == "hark\n"
    assert yaml.safe_load((root / "etc/hark/config.yaml").read_text()) is None
    wanted = root / "etc/systemd/system/multi-user.target.wants"
    assert not wanted.exists() or not list(wanted.iterdir())


def test_wifi_is_set_up_and_its_password_is_not_kept(settings: ModuleType, box: tuple[Path, Path]) -> None:
    _, root = box
    assert complaints(settings, root, wifi={"name": "Zuhause 5", "password": 'pass"word', "country": "de"}) == []
    conf = root / "etc/wpa_supplicant/wpa_supplicant-wlan0.conf"
    text = conf.read_text()
    assert "country=DE" in text
    assert f"ssid={b'Zuhause 5'.hex()}" in text
    assert "word" not in text
    assert stat.S_IMODE(conf.stat().st_mode) == 0o600
    assert (root / "etc/systemd/system/multi-user.target.wants/wpa_supplicant@wlan0.service").is_symlink()
    assert complaints(settings, root, wifi={"name": ""}) == []
    assert not conf.exists()


def test_the_key_is_the_one_that_wpa_passphrase_makes(settings: ModuleType, box: tuple[Path, Path]) -> None:
    _, root = box
    settings.wifi({"wifi": {"name": "IEEE", "password": "password", "country": "US"}}, root)
    known = "f42c6fc52df0ebef9ebb4b90b38a5f902e83fe1b135a70e23aed762e9710a12e"  # of IEEE 802.11, annex J.4.2
    assert known in (root / "etc/wpa_supplicant/wpa_supplicant-wlan0.conf").read_text()


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"name": "Kitchen Hark"}, "letters, digits and hyphens"),
        ({"wifi": {"name": "x", "password": "short", "country": "GB"}}, "8 to 63 letters"),
        ({"wifi": {"name": "x", "password": 12345678, "country": False}}, "two letters in quotes"),
        ({"wifi": {"ssid": "x"}}, "'ssid' means nothing here"),
        ({"wifi": "Home"}, "name, password and country below it"),
        ({"time_zone": "Europe/Lundon"}, "a continent and a city"),
        ({"time_zone": "../../etc/shadow"}, "a continent and a city"),
        ({"time_server": "a b; reboot"}, "an address or a name"),
        ({"ssh_key": "-----BEGIN PRIVATE KEY-----"}, "your .pub file"),
        ({"name": ["a"]}, "one line of text"),
    ],
)
def test_what_is_wrong_is_said_and_the_rest_applied(
    settings: ModuleType, box: tuple[Path, Path], said: dict[str, Any], words: str
) -> None:
    _, root = box
    wrong = complaints(settings, root, **{"time_zone": "Europe/London", **said})
    assert len(wrong) == 1
    assert words in wrong[0]
    if "time_zone" not in said:
        assert (root / "etc/localtime").readlink() == Path("/usr/share/zoneinfo/Europe/London")


def test_ssh_opens_for_a_key_and_closes_without_it(settings: ModuleType, box: tuple[Path, Path]) -> None:
    _, root = box
    door = root / "etc/systemd/system/multi-user.target.wants/ssh.service"
    assert complaints(settings, root, ssh_key=f"ssh-ed25519 {'A' * 68} me@home") == []
    assert door.is_symlink()
    assert stat.S_IMODE((root / "root/.ssh/authorized_keys").stat().st_mode) == 0o600
    assert complaints(settings, root) == []
    assert not door.is_symlink()
    assert not (root / "root/.ssh/authorized_keys").exists()


def test_what_notepad_makes_of_the_file_is_read(settings: ModuleType, box: tuple[Path, Path]) -> None:
    boot, root = box
    (boot / "hark.yaml").write_bytes(b"\xef\xbb\xbfname: den\r\nwake:\r\n\tword: alexa\r\n")
    settings.main(boot, root)
    assert (root / "etc/hostname").read_text() == "den\n"
    assert yaml.safe_load((root / "etc/hark/config.yaml").read_text()) == {"wake": {"word": "alexa"}}


def test_the_complaint_lies_beside_the_file_until_it_is_mended(settings: ModuleType, box: tuple[Path, Path]) -> None:
    boot, root = box
    report = boot / "hark-errors.txt"
    (boot / "hark.yaml").write_text("name: den\nwifi: {name: x\n")
    settings.main(boot, root)
    assert "line" in report.read_text()
    assert not (root / "etc/hostname").exists()
    (boot / "hark.yaml").write_text("name: den\n")
    settings.main(boot, root)
    assert not report.exists()
    assert (root / "etc/hostname").read_text() == "den\n"


def test_a_file_that_was_applied_is_left_alone(settings: ModuleType, box: tuple[Path, Path]) -> None:
    boot, root = box
    settings.main(boot, root)
    (root / "etc/hostname").unlink()
    settings.main(boot, root)
    assert not (root / "etc/hostname").exists()


def test_what_hark_refuses_keeps_the_configuration_before(
    settings: ModuleType, box: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    _, root = box
    assert complaints(settings, root, wake={"word": "alexa"}) == []
    monkeypatch.setattr(
        settings, "refused", lambda config: f"hark: {config}: unknown key 'wakes'; did you mean 'wake'?"
    )
    wrong = complaints(settings, root, wakes={"word": "x"})
    assert wrong == ["hark: hark.yaml: unknown key 'wakes'; did you mean 'wake'?"]
    assert yaml.safe_load((root / "etc/hark/config.yaml").read_text()) == {"wake": {"word": "alexa"}}


def test_hark_itself_is_asked(box: tuple[Path, Path], tmp_path: Path) -> None:
    spec = importlib.util.spec_from_file_location("image_settings", _FILE / "settings.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    hark = shutil.which("hark") or str(Path(subprocess.sys.executable).with_name("hark"))  # type: ignore[attr-defined]
    module.HARK = Path(hark)
    config = tmp_path / "config.yaml"
    config.write_text("wakes: {word: x}\n")
    assert "did you mean 'wake'" in (module.refused(config, tmp_path / "data") or "")
    config.write_text("home: {here: kitchen, areas: {kitchen: {kettle: {}}}}\n")
    assert module.refused(config, tmp_path / "data") is None
