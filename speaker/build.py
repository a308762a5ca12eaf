"""The composition root: what the configuration names is made here, once, and put together."""

import logging
import threading
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from speaker import config as configuration
from speaker import models, places
from speaker.asr import Recogniser
from speaker.assistant import Assistant, Ears, Mind
from speaker.clock import local_time
from speaker.config import Config
from speaker.context import Context, Schedule
from speaker.endpoint import Limits
from speaker.errors import ModelError
from speaker.home import Home
from speaker.home.connections import DriversConfig
from speaker.home.driver import Outside
from speaker.home.found import Found
from speaker.phrases import sentences
from speaker.plugins import Plugins, load
from speaker.schedule import Scheduler
from speaker.store import Store
from speaker.strangers import Strangers, Verbatim
from speaker.trace import Trace
from speaker.voice import Output, SpokenVoice, Synthesiser

if TYPE_CHECKING:
    from speaker.general import GeneralModel

log = logging.getLogger(__name__)

_LOOK = 5.0  # seconds between two looks at which devices have been found


@dataclass(frozen=True, slots=True)
class Place:
    """What the command line says: where everything is."""

    config: Config
    config_file: Path | None
    data: Path
    plugin_folders: tuple[Path, ...] = ()
    """Those of the command line; the configuration may name more."""

    @property
    def models(self) -> Path:
        """Where fetched models lie."""
        return self.data / "models"

    @property
    def own_plugins(self) -> Path:
        """The user's own plugins."""
        return self.data / "plugins"

    def trace(self) -> Trace:
        return Trace(self.data / "trace.jsonl", self.config.trace.keep)


class Hark:
    """An assembled assistant; close it, or use it in a ``with``."""

    def __init__(self, place: Place, synthesiser: Synthesiser | None = None, output: Output | None = None) -> None:
        """Without a synthesiser and an output it is silent."""
        self._closing, self._closed = ExitStack(), threading.Event()
        self.place = place
        self.store = Store(place.data / "hark.db")
        self._closing.callback(self.store.close)
        self.drivers = self._connect()
        self.home = Home(place.config.home, self.store.of("home"), self.drivers)
        self._closing.callback(self.home.close)
        self.voice = SpokenVoice(self.store.of("hark"), synthesiser, output)
        self._closing.callback(self.voice.hush)
        self.general = self._load_general()
        self.plugins = self._load_plugins()
        self.scheduler = Scheduler(self.store, self.plugins, local_time)
        self.mind = self._make_mind()

    def assistant(self, ears: Ears | None = None) -> Assistant:
        """The turns; ``ears`` for spoken ones."""
        return Assistant(self.mind, self.voice, self.store, self.place.trace(), ears)

    def ears(self, one_command: bool = False) -> Ears:
        """Wake word, voice activity, endpoint and recognition.

        ``one_command``: the audio is one command, of which pauses are a part, and it may begin late.
        """
        from speaker.vad import VoiceActivity
        from speaker.wake import WakeWord

        config = self.place.config
        end = config.endpoint
        limits = Limits(
            silence=None if one_command else end.silence,
            longest=end.longest,
            nothing=None if one_command else end.nothing,
        )
        recogniser = self.recogniser()
        if self.general and config.general.commands:
            self.general.prepare(self.plugins.specs)
        wake = WakeWord(config.wake.word, config.wake.threshold)
        return Ears(wake, VoiceActivity(), limits, recogniser)

    def recogniser(self) -> Recogniser:
        """Vosk where it is wanted, or a model of it is installed; else Moonshine."""
        asr = self.place.config.asr
        folder = models.default_vosk(self.place.models, asr.model)
        if asr.engine == "vosk" and folder is None:
            raise ModelError("no Vosk model is installed; run 'hark models get vosk-model-small-en-us-0.15'")
        if folder is not None and asr.engine != "moonshine":
            from speaker.asr.vosk import Vosk

            return Vosk(folder)
        from speaker.asr.moonshine import Moonshine

        recogniser = Moonshine(self._sayable())
        if self.drivers:
            threading.Thread(target=self._keep_learning, args=[recogniser.learn], name="names", daemon=True).start()
        return recogniser

    def _sayable(self) -> list[str]:
        """What recognition leans on."""
        home = self.home
        known = sentences(self.plugins.specs, home.areas, home.names, home.scenes)
        return [*known, *self.place.config.phrases]

    def _keep_learning(self, learn: Callable[[list[str]], None]) -> None:
        """Have recognition lean on the names of devices that are found meanwhile."""
        known = self.home.areas, self.home.names
        while not self._closed.wait(_LOOK):
            if (now := (self.home.areas, self.home.names)) != known:
                known = now
                learn(self._sayable())

    def close(self) -> None:
        """Stop what runs and give back what is open."""
        self._closed.set()
        self._closing.close()

    def __enter__(self) -> "Hark":
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def _connect(self) -> list[Outside]:
        """What the configuration names; nothing else is reached, and nothing is waited for. Raises ConfigError."""
        home, made = self.place.config.home, list[Outside]()
        described = {name: [d for d in home.devices() if d.driver == name] for name in DriversConfig.model_fields}

        def found(name: str) -> Found:
            return Found(self.store.of("hark"), name)

        def resolved(path: Path) -> Path:
            return configuration.resolved(path, self.place.config_file)

        try:
            if home.drivers.gpio:
                from speaker.home.gpio import Gpio

                made.append(Gpio(described["gpio"]))
            if home.drivers.mqtt:
                from speaker.home.mqtt import Mqtt

                made.append(Mqtt(home.drivers.mqtt, found("mqtt"), described["mqtt"], tuple(home.areas), resolved))
            if home.drivers.homeassistant:
                from speaker.home.homeassistant import HomeAssistant

                made.append(HomeAssistant(home.drivers.homeassistant, found("homeassistant"), resolved))
        except Exception:
            for driver in made:
                driver.close()
            raise
        return made

    def _load_plugins(self) -> Plugins:
        place = self.place
        named = [configuration.resolved(folder, place.config_file) for folder in place.config.plugin_folders]
        own = [place.own_plugins] if place.own_plugins.is_dir() else []
        folders = [places.INTENTS, *own, *named, *place.plugin_folders]
        return load(folders, place.config.plugins, self._context)

    def _context(self, plugin: str, settings: Mapping[str, Any]) -> Context:
        part = self.store.of(plugin)
        schedule, intents = Schedule(part, local_time), lambda: self.plugins.specs
        return Context(settings, part, local_time, self.home, self.voice, schedule, intents, self._answer)

    def _answer(self, question: str) -> str | None:
        return self.general.answer(question) if self.general else None

    def _load_general(self) -> "GeneralModel | None":
        file = self.place.config.general.model
        if file is None:
            return None
        from speaker.general import GeneralModel

        model = GeneralModel(configuration.resolved(file, self.place.config_file))
        self._closing.callback(model.close)
        return model

    def _make_mind(self) -> Mind:
        config, specs = self.place.config, self.plugins.specs
        threshold = config.understanding.threshold
        if self.general and config.general.commands:
            return Mind(self.general, Verbatim(specs), self.plugins, local_time, threshold, config.phrases)
        from speaker.slm import LanguageModel

        file = config.understanding.model
        model = LanguageModel(configuration.resolved(file, self.place.config_file) if file else places.LANGUAGE_MODEL)
        self._closing.callback(model.close)
        known = [spec for spec in specs if spec.name in model.intents]
        strange = [spec for spec in specs if spec.name not in model.intents]
        strangers = Strangers(strange, known, self.home.areas, self.home.names)
        return Mind(model, strangers, self.plugins, local_time, threshold, config.phrases)
