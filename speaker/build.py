"""The composition root: what the configuration names is made here, once, and put together."""

import logging
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from speaker import config as configuration
from speaker import models, places, voices
from speaker.asr import Recogniser
from speaker.assistant import Assistant, Ears, Mind
from speaker.clock import Belief, local_time, steady_time
from speaker.config import Config
from speaker.context import Context, Schedule
from speaker.endpoint import Limits
from speaker.errors import ModelError, SpeechError
from speaker.home import Home
from speaker.phrases import sentences
from speaker.plugins import Plugins, load
from speaker.schedule import Scheduler
from speaker.store import Store
from speaker.strangers import Strangers, Verbatim
from speaker.trace import Trace
from speaker.tts import Espeak, WithSpare
from speaker.voice import Output, SpokenVoice, Synthesiser

if TYPE_CHECKING:
    from speaker.general import GeneralModel

log = logging.getLogger(__name__)


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
    def voices(self) -> Path:
        """Where fetched voices lie."""
        return self.data / "voices"

    @property
    def own_plugins(self) -> Path:
        """The user's own plugins."""
        return self.data / "plugins"

    def trace(self) -> Trace:
        return Trace(self.data / "trace.jsonl", self.config.trace.keep)


@contextmanager
def synthesiser(place: Place, voice: str | None = None) -> Iterator[Synthesiser]:
    """The voice of the configuration, or another: Piper's where one of that name is installed, else espeak-ng's.

    Raises SpeechError where there is neither; a Piper that fails is one that espeak-ng speaks for.
    """
    speech = place.config.speech
    name, speed = voice or speech.voice, speech.words_per_minute
    model = next((v.model for v in voices.installed(place.voices) if v.name == name), None)
    if model is None:
        yield Espeak(name, speed)
        return
    from speaker.piper import Piper

    spare = Espeak("en-gb" if name.startswith("en_GB") else "en-us", speed)
    try:
        piper = Piper(model, speed, speech.piper)
    except SpeechError as error:
        log.warning("espeak-ng speaks instead: %s", error)
        yield spare
        return
    try:
        yield WithSpare(piper, spare)
    finally:
        piper.close()


class Hark:
    """An assembled assistant; close it, or use it in a ``with``."""

    def __init__(self, place: Place, synthesiser: Synthesiser | None = None, output: Output | None = None) -> None:
        """Without a synthesiser and an output it is silent."""
        self._closing = ExitStack()
        self.place = place
        self.store = Store(place.data / "hark.db")
        self._closing.callback(self.store.close)
        self.home = Home(place.config.home, self.store.of("home"))
        self.voice = SpokenVoice(self.store.of("hark"), synthesiser, output)
        self._closing.callback(self.voice.hush)
        self.general = self._load_general()
        self.belief = Belief(self.store.of("hark"), local_time)
        self.plugins = self._load_plugins()
        self.scheduler = Scheduler(self.store, self.plugins, local_time, steady_time, self.belief.knows_time)
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

        known = sentences(self.plugins.specs, self.home.areas, self.home.names)
        return Moonshine([*known, *self.place.config.phrases])

    def close(self) -> None:
        """Stop what runs and give back what is open."""
        self._closing.close()

    def __enter__(self) -> "Hark":
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def _load_plugins(self) -> Plugins:
        place = self.place
        named = [configuration.resolved(folder, place.config_file) for folder in place.config.plugin_folders]
        own = [place.own_plugins] if place.own_plugins.is_dir() else []
        folders = [places.INTENTS, *own, *named, *place.plugin_folders]
        return load(folders, place.config.plugins, self._context)

    def _context(self, plugin: str, settings: Mapping[str, Any]) -> Context:
        part = self.store.of(plugin)
        schedule = Schedule(part, local_time, steady_time, self.belief.knows_time)
        intents = lambda: self.plugins.specs  # noqa: E731
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
