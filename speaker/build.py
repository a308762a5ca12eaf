"""The composition root: what the configuration names is made here, once, and put together."""

import logging
import threading
from collections.abc import Callable, Collection, Hashable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from speaker import config as configuration
from speaker import languages, models, places, voices
from speaker.asr import Recogniser
from speaker.assistant import Assistant, Ears
from speaker.checkup import Checkup
from speaker.clock import Belief, local_time, steady_time
from speaker.config import Config
from speaker.context import Context, Schedule
from speaker.echo import Echo
from speaker.endpoint import Limits
from speaker.errors import ModelError, SpeechError
from speaker.events import Frame, IntentSpec, Samples
from speaker.home import Home
from speaker.home.connections import DriversConfig
from speaker.home.driver import Outside
from speaker.home.found import Found
from speaker.interruptions import Interruptions
from speaker.lessons import Phrases
from speaker.lights import Doing
from speaker.loading import Wanted, forget, load, stamps
from speaker.mind import Mind, Others
from speaker.mixer import NoMixer, SystemMixer, no_microphone
from speaker.phrases import sentences
from speaker.plugins import Plugins
from speaker.schedule import Scheduler
from speaker.store import Store
from speaker.strangers import Strangers, Verbatim
from speaker.switches import Switches
from speaker.trace import Trace
from speaker.tts import Espeak, WithSpare
from speaker.voice import Output, SpokenVoice, Synthesiser
from speaker.watch import Watcher

if TYPE_CHECKING:
    from speaker.asr.moonshine import Moonshine
    from speaker.general import GeneralModel
    from speaker.slm import LanguageModel

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
    enabled: tuple[str, ...] = ()
    """Plugins that are enabled whatever was decided: those that are looked at."""

    @property
    def models(self) -> Path:
        """Where fetched models lie."""
        return self.data / "models"

    @property
    def base_model(self) -> Path:
        """The language model that the configuration names, else the one that Hark carries."""
        named = self.config.understanding.model
        return (
            configuration.resolved(named, self.config_file)
            if named
            else places.in_language(places.LANGUAGE_MODEL, self.config.language)
        )

    @property
    def learned_model(self) -> Path:
        """The language model that was taught plugins here, where there is one."""
        return self.data / "learned.gguf"

    @property
    def wake_words(self) -> Path:
        """Where the wake words lie that were taught here."""
        return self.data / "wake"

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
    name, speed = voice or place.config.voice, speech.words_per_minute
    model = next((v.model for v in voices.installed(place.voices) if v.name == name), None)
    if model is None:
        yield Espeak(name, speed)
        return
    from speaker.piper import Piper

    spare = Espeak("en-gb" if name.startswith("en_GB") else languages.current().words.voice, speed)
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

    def __init__(
        self,
        place: Place,
        synthesiser: Synthesiser | None = None,
        output: Output | None = None,
        signs: Collection[str] = (),
    ) -> None:
        """Without a synthesiser and an output it is silent. ``signs``: short sounds that are to be heard."""
        self._closing, self._closed = ExitStack(), threading.Event()
        self.place = place
        languages.choose(place.config.language)
        self.store = Store(place.data / "hark.db")
        self._closing.callback(self.store.close)
        self.drivers = self._connect()
        self.home = Home(place.config.home, self.store.of("home"), self.drivers)
        self._closing.callback(self.home.close)
        audio = place.config.audio
        mixer = SystemMixer(audio.loudspeaker) if audio.volume == "system" else NoMixer()
        self.voice = SpokenVoice(self.store.of("hark"), synthesiser, output, mixer, signs)
        self._closing.callback(self.voice.close)
        self.switches = Switches(self.store.of("hark"))
        self.general = self._load_general()
        self.belief = Belief(self.store.of("hark"), local_time)
        self.plugins = load(self._wanted(), self._context)
        self._gone: Plugins | None = None
        self.voice.accompany(self.plugins)
        self.phrases = Phrases(place.config.phrases, self.store.of("phrases"))
        self.scheduler = Scheduler(self.store, self.plugins, local_time, steady_time, self.belief.knows_time)
        self._model, self._taught = self._load_model()
        self.mind = self._make_mind(self.plugins)
        self._leaning: Moonshine | None = None
        self._lean_one_at_a_time = threading.Lock()

    def assistant(self, ears: Ears | None = None, told: Callable[[Doing], None] = lambda _: None) -> Assistant:
        """The turns; ``ears`` for spoken ones. ``told``: hears what is being done."""
        follow_up = self.place.config.conversation.follow_up
        return Assistant(self.mind, self.voice, self.store, self.place.trace(), ears, follow_up, told)

    def ears(self, one_command: bool = False) -> Ears:
        """Wake word, voice activity, endpoint and recognition.

        ``one_command``: the audio is one command, of which pauses are a part, and it may begin late.
        """
        from speaker.vad import VoiceActivity
        from speaker.wake import WakeWords

        config = self.place.config
        end = config.endpoint
        limits = Limits(
            silence=None if one_command else end.silence,
            looks=not (self.general and config.general.commands),  # it takes as long to read a command as to wait
            longest=end.longest,
            nothing=None if one_command else end.nothing,
        )
        self._recogniser = self.recogniser()
        if self.general and config.general.commands:
            self.general.prepare(self.plugins.specs)
        look = partial(_read, self._recogniser) if config.wake.second_look else None
        wake, own = (
            WakeWords(config.wake.all, config.wake.threshold, config.wake.sensitivity, self.place.wake_words, look)
            for _ in range(2)
        )
        interruptions = Interruptions(own, VoiceActivity(), self._recogniser)
        return Ears(wake, VoiceActivity(), limits, self._recogniser, interruptions)

    def heard(self, frames: Iterator[Frame]) -> Iterator[Frame]:
        """What a microphone hears, but for Hark's own voice; what is wrong with it is named."""
        if monitor := no_microphone(self.place.config.audio.microphone):
            log.warning("%s", monitor)
        echo, checkup = Echo() if self.place.config.audio.cancel_echo else None, Checkup(self.voice.say)
        for frame in frames:
            checkup.look(frame)
            yield echo.clean(frame) if echo else frame

    def recogniser(self) -> Recogniser:
        """Vosk where it is wanted, or a model of it is installed; else Moonshine."""
        asr = self.place.config.asr
        folder = models.default_vosk(self.place.models, asr.model)
        if asr.engine == "vosk" and folder is None:
            raise ModelError("no Vosk model is installed; run 'hark models get vosk-model-small-en-us-0.15'")
        if folder is not None and asr.engine != "moonshine":
            from speaker.asr.vosk import Vosk

            return Vosk(folder)
        if languages.current().name != "en":
            raise ModelError(
                "the recognition that is built in hears English alone; fetch a Vosk model of your language: "
                "see 'hark models list', then 'hark models get NAME'"
            )
        from speaker.asr.moonshine import Moonshine

        recogniser = self._leaning = Moonshine(self._sayable())
        if self.drivers:
            threading.Thread(target=self._keep_learning, name="names", daemon=True).start()
        return recogniser

    def watcher(self, assistant: Assistant) -> Watcher:
        """Sees to it that a plugin that is changed, added, enabled or disabled is so in ``assistant``, too."""
        return Watcher(self._look, lambda: self.renew(assistant))

    def renew(self, assistant: Assistant) -> None:
        """Take up what changed of the plugins. All that hangs on them is made anew beside what runs, and then swapped.

        Raises PluginError, and changes nothing, where a folder of plugins is not there.
        """
        before, now = self.plugins, load(self._wanted(), self._context, self.plugins)
        mind = self._make_mind(now)
        if self.general and self.place.config.general.commands:
            self.general.prepare(now.specs)
        self.plugins, self.mind, self.scheduler.plugins = now, mind, now
        self.voice.accompany(now)
        self._lean()
        assistant.renew(mind)
        if self._gone:  # not yet what was replaced just now: one of its handlers may be at work
            forget(self._gone, now)
        self._gone = before
        log.warning("the plugins are taken up anew: %s", _difference(before, now) or "nothing that counts has changed")

    def others(self, specs: Sequence[IntentSpec]) -> Others:
        """What reads the intents that the language model was not trained on, or only here."""
        if self._model is None:
            return Verbatim(specs)
        own = self._model.intents.keys() - self._taught
        known = [spec for spec in specs if spec.name in own]
        strange = [spec for spec in specs if spec.name not in own]
        return Strangers(strange, known, self.home.areas, self.home.names)

    def _lean(self) -> None:
        """Have recognition lean on what can be said now."""
        with self._lean_one_at_a_time:
            if self._leaning:
                self._leaning.learn(self._sayable())

    def _sayable(self) -> list[str]:
        """What recognition leans on."""
        home = self.home
        return [*sentences(self.plugins.specs, home.areas, home.names, home.scenes), *self.phrases]

    def _keep_learning(self) -> None:
        """Have recognition lean on the names of devices that are found meanwhile."""
        known = self.home.areas, self.home.names
        while not self._closed.wait(_LOOK):
            if (now := (self.home.areas, self.home.names)) != known:
                known = now
                self._lean()

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

    def _wanted(self) -> Wanted:
        place = self.place
        named = [configuration.resolved(folder, place.config_file) for folder in place.config.plugin_folders]
        own = [place.own_plugins] if place.own_plugins.is_dir() else []
        folders = (places.INTENTS, *own, *named, *place.plugin_folders)
        switches = {name: each for name, each in self.switches.all().items() if name not in place.enabled}
        return Wanted(folders, place.config.plugins, switches, place.config.speech.varied)

    def _look(self) -> Hashable:
        """What the plugins look like from outside."""
        wanted = self._wanted()
        return stamps(wanted, self.plugins), repr(wanted.switches)

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

    def _load_model(self) -> "tuple[LanguageModel | None, frozenset[str]]":
        """The language model, and the intents that it was taught here; None where a general model takes its place."""
        if self.general and self.place.config.general.commands:
            return None, frozenset()
        from speaker.slm import LanguageModel

        file, taught = self._language_model(self.plugins.specs)
        model = LanguageModel(file)
        self._closing.callback(model.close)
        return model, taught

    def _language_model(self, specs: Collection[IntentSpec]) -> tuple[Path, frozenset[str]]:
        """The language model's file, and the intents of plugins that it was taught here."""
        base, learned = self.place.base_model, self.place.learned_model
        if not learned.is_file():
            return base, frozenset()
        from speaker.learning.learn import taught

        try:
            known = taught(learned, base, specs)
        except ModelError as error:
            log.warning("what was learned is not used: %s", error)
            return base, frozenset()
        if not known:
            log.warning(
                "what was learned is not used: plugins or the model changed since; run 'hark plugins learn' again"
            )
        return (learned, known) if known else (base, known)

    def _make_mind(self, plugins: Plugins) -> Mind:
        model = self._model or self.general
        assert model is not None
        threshold, areas, names = self.place.config.understanding.threshold, self.home.areas, self.home.names
        return Mind(model, self.others(plugins.specs), plugins, local_time, threshold, self.phrases, areas, names)


def _read(recogniser: Recogniser, samples: Samples) -> str:
    """What recognition makes of a stretch of audio."""
    hearing = recogniser.listen()
    hearing.accept(samples)
    return hearing.finish().text


def _difference(before: Plugins, now: Plugins) -> str:
    """Which plugins came, went or changed."""
    old = {plugin.name: plugin.package for plugin in before.loaded}
    new = {plugin.name: plugin.package for plugin in now.loaded}
    changed = {
        "new": new.keys() - old.keys(),
        "gone": old.keys() - new.keys(),
        "changed": {name for name in old.keys() & new.keys() if old[name] != new[name]},
    }
    return "; ".join(f"{what}: {', '.join(sorted(names))}" for what, names in changed.items() if names)
