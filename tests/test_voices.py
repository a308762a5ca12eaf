"""Piper's voices: a process that is kept, falls silent, hangs or dies; and fetching them."""

import hashlib
import json
import logging
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from speaker import recording, voices
from speaker.build import Place, synthesiser
from speaker.config import Config, SpeechConfig
from speaker.errors import DownloadError, SpeechError
from speaker.events import Speech
from speaker.piper import Piper
from speaker.tts import WithSpare
from tests.conftest import Ran
from tests.test_models import Site, site  # noqa: F401  (a fixture)

needs_espeak = pytest.mark.skipif(shutil.which("espeak-ng") is None, reason="espeak-ng is not installed")
HUMS = 16_000  # its rate; espeak-ng's is another


@pytest.fixture
def program(tmp_path: Path) -> str:
    """The stand-in, see its file."""
    path = tmp_path / "bin" / "piper"
    path.parent.mkdir()
    path.write_text(f"#!{sys.executable}\n" + (Path(__file__).parent / "humming_piper.py").read_text())
    path.chmod(0o755)
    return str(path)


@pytest.fixture
def piper(program: str) -> Iterator[Callable[..., Piper]]:
    started = []

    def start(model: str = "good", words_per_minute: int = 165, patience: float = 30.0) -> Piper:
        started.append(Piper(Path(model), words_per_minute, program, patience))
        return started[-1]

    yield start
    for each in started:
        each.close()


def process_of(piper: Piper) -> int:
    assert piper._process is not None
    return piper._process.pid


@pytest.mark.parametrize("model", ["good", "cpp"])
def test_each_text_is_spoken_whole_by_a_process_that_stays(piper: Callable[..., Piper], model: str) -> None:
    voice = piper(model)
    process = process_of(voice)
    for text in ("Yes.", "It is seven o'clock.", "two\nlines, and a bell \a", "-f /etc/passwd"):
        plain = " ".join(text.replace("\a", " ").split())
        speech = voice.speak(text)
        assert (len(speech.samples), speech.rate) == (100 * len(plain), HUMS)
    assert len(voice.speak(" \n ").samples) == 0
    assert process_of(voice) == process


def test_faster_is_shorter(piper: Callable[..., Piper]) -> None:
    assert len(piper("good", 330).speak("Good morning.").samples) == pytest.approx(650, abs=2)


def test_nothing_of_it_stays(piper: Callable[..., Piper]) -> None:
    voice = piper()
    voice.speak("Hello.")
    process, folder = process_of(voice), Path(voice._folder.name)
    voice.close()
    assert not folder.exists()
    with pytest.raises(ProcessLookupError):
        os.kill(process, 0)


def test_one_that_dies_is_started_again(piper: Callable[..., Piper]) -> None:
    voice = piper("dies")
    voice.speak("One.")
    with pytest.raises(SpeechError, match="Piper"):
        voice.speak("Two.")
    assert voice.speak("Three.").seconds > 0


def test_one_that_hangs_is_ended_and_started_again(piper: Callable[..., Piper]) -> None:
    voice = piper("hangs", patience=0.7)
    voice.speak("One.")
    process = process_of(voice)
    with pytest.raises(SpeechError, match="took longer"):
        voice.speak("Two.")
    with pytest.raises(ProcessLookupError):
        os.kill(process, 0)
    assert voice.speak("Three.").seconds > 0


def test_one_that_cannot_load_its_voice_says_why(piper: Callable[..., Piper]) -> None:
    with pytest.raises(SpeechError, match="no such voice"):
        piper("refuses").speak("One.")


class Moody:
    """Speaks while it is in the mood."""

    def __init__(self, rate: int) -> None:
        self.rate, self.well, self.asked = rate, True, 0

    def speak(self, text: str) -> Speech:
        self.asked += 1
        if not self.well:
            raise SpeechError("not in the mood")
        return Speech(np.zeros(self.rate, np.int16), self.rate)


def test_the_spare_speaks_with_one_warning_until_the_voice_is_well_again(caplog: pytest.LogCaptureFixture) -> None:
    now = 100.0
    first = Moody(1)
    voice = WithSpare(first, Moody(2), lambda: now)
    assert voice.speak("a").rate == 1
    first.well = False
    assert [voice.speak(text).rate for text in "bcd"] == [2, 2, 2]
    assert first.asked == 2  # it rests
    now += 61
    assert voice.speak("e").rate == 2
    assert caplog.text.count("espeak-ng speaks instead: not in the mood") == 1
    first.well, now = True, now + 61
    assert voice.speak("f").rate == 1


def installed(data: Path, name: str) -> None:
    (data / "voices").mkdir(parents=True, exist_ok=True)
    for end in (".onnx", ".onnx.json"):
        (data / "voices" / f"{name}{end}").write_text("{}")


def with_voice(data: Path, voice: str, program: str) -> Place:
    return Place(Config(speech=SpeechConfig(voice=voice, piper=program)), None, data)


@needs_espeak
def test_the_configuration_picks_either(tmp_path: Path, program: str) -> None:
    installed(tmp_path, "en_GB-hum-low")
    with synthesiser(with_voice(tmp_path, "en_GB-hum-low", program)) as voice:
        assert voice.speak("Hello.").rate == HUMS
    with synthesiser(with_voice(tmp_path, "en-us", program)) as voice:
        assert voice.speak("Hello.").rate != HUMS
    with pytest.raises(SpeechError, match="hark voices"), synthesiser(with_voice(tmp_path, "en_GB-no-low", program)):
        pass


@needs_espeak
@pytest.mark.parametrize(("voice", "there"), [("en_US-hum-low", False), ("en_US-refuses-low", True)])
def test_a_piper_that_is_missing_or_fails_leaves_espeak(
    tmp_path: Path, program: str, caplog: pytest.LogCaptureFixture, voice: str, there: bool
) -> None:
    installed(tmp_path, voice)
    with synthesiser(with_voice(tmp_path, voice, program if there else "no-such-piper")) as speaks:
        assert [speaks.speak("Hello.").rate != HUMS for _ in range(3)] == [True] * 3
    assert [r.levelno for r in caplog.records if "espeak-ng speaks instead" in r.message] == [logging.WARNING]


# --- fetching --------------------------------------------------------------------------------------------------

NAME = "en_GB-somebody-low"
MODEL, DESCRIPTION = os.urandom(400_000), b'{"audio": {"sample_rate": 16000}}'


def offer(site: Site, **wrong: str) -> str:  # noqa: F811
    """Put a voice on the site as Piper's list has it; the address of the list."""
    files = {}
    for end, body in ((".onnx", MODEL), (".onnx.json", DESCRIPTION), ("", b"card")):
        path = f"en/en_GB/somebody/low/{NAME}{end}" if end else "en/en_GB/somebody/low/MODEL_CARD"
        site.archives[f"/{path}"] = body
        digest = hashlib.md5(body, usedforsecurity=False).hexdigest()
        files[path] = {"size_bytes": len(body), "md5_digest": wrong.get("md5", digest)}
    voice = {
        "key": NAME,
        "name": "somebody",
        "language": {"code": "en_GB", "family": "en", "region": "GB", "name_english": "English"},
        "quality": "low",
        "num_speakers": 1,
        "files": files,
        "aliases": [],
    }
    site.archives["/voices.json"] = json.dumps({NAME: voice, "strange": {"key": "../x"}, "worse": 3}).encode()
    return f"{site.url}/voices.json"


def test_a_voice_is_fetched_with_its_description_and_its_progress_told(site: Site, tmp_path: Path) -> None:  # noqa: F811
    told: list[tuple[int, int]] = []
    model = voices.get(NAME, tmp_path, offer(site), lambda have, whole: told.append((have, whole)))
    assert model.read_bytes() == MODEL
    assert model.with_name(f"{NAME}.onnx.json").read_bytes() == DESCRIPTION
    assert {whole for _, whole in told} == {len(MODEL) + len(DESCRIPTION)}
    assert told[-1][0] == told[-1][1]
    assert [voice.name for voice in voices.installed(tmp_path)] == [NAME]
    asked = len(site.asked)
    assert voices.get(NAME, tmp_path, "http://127.0.0.1:9/") == model  # nobody is asked again
    assert len(site.asked) == asked
    voices.remove(NAME, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_download_that_broke_off_goes_on_where_it_was(site: Site, tmp_path: Path) -> None:  # noqa: F811
    url = offer(site)
    site.breaks_after = 131_072
    with pytest.raises(DownloadError, match="run the same command again"):
        voices.get(NAME, tmp_path, url)
    assert voices.installed(tmp_path) == ()
    site.breaks_after = None
    assert voices.get(NAME, tmp_path, url).read_bytes() == MODEL
    assert site.asked[-1] == (f"/en/en_GB/somebody/low/{NAME}.onnx", "bytes=131072-")


def test_wrong_bytes_are_no_voice(site: Site, tmp_path: Path) -> None:  # noqa: F811
    with pytest.raises(DownloadError, match="damaged"):
        voices.get(NAME, tmp_path, offer(site, md5="0" * 32))
    assert list(tmp_path.iterdir()) == []


def test_what_is_not_there_is_an_error_in_words(site: Site, tmp_path: Path) -> None:  # noqa: F811
    with pytest.raises(DownloadError, match=f"no voice 'en_GB-somebod'; the nearest are {NAME}"):
        voices.get("en_GB-somebod", tmp_path, offer(site))
    with pytest.raises(DownloadError, match=r"no list of Piper.s voices"):
        voices.catalogue(site.list_url)
    with pytest.raises(DownloadError, match="out of reach"):
        voices.catalogue("http://127.0.0.1:9/voices.json")
    with pytest.raises(DownloadError, match="is installed"):
        voices.remove(NAME, tmp_path)


@needs_espeak
def test_the_command_line_lists_fetches_and_speaks(
    run: Callable[..., Ran],
    site: Site,  # noqa: F811
    program: str,
    tmp_path: Path,
) -> None:
    config = tmp_path / "config.yaml"
    config.write_text(f"speech: {{voice: {NAME}, piper: {program}, catalogue: '{offer(site)}'}}\n")
    options = ("--config", config, "--data", tmp_path / "data")
    assert NAME in run("voices", "list", *options).out
    got = run("voices", "get", *options, NAME)
    assert (got.code, "is in" in got.out) == (0, True), got.err
    assert "in use" in run("voices", "list", *options).out
    said = run("voices", "say", *options, "--out", tmp_path / "said.wav", "Good", "morning.")
    assert said.code == 0, said.err
    assert len(recording.read(tmp_path / "said.wav")) == 1300
    other = run("voices", "say", *options, "--voice", "martian", "Hello.")
    assert (other.code, other.err.count("\n")) == (9, 1)
    assert run("voices", "get", "--data", tmp_path / "data", "x").code == 8
