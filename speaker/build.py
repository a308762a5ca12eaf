"""The composition root: what the configuration names is made here, once, and put together."""

import logging
from collections.abc import Hashable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from speaker import config as configuration
from speaker import models, places
from speaker.asr import Recogniser
from speaker.assistant import Assistant, Ears, Mind, Others
from speaker.clock import local_time
from speaker.config import Config
from speaker.context import Context, Schedule
from speaker.endpoint import Limits
from speaker.errors import ModelError
from speaker.events import IntentSpec
from speaker.home import Home
from speaker.loading import Wanted, forget, load, stamps
from speaker.phrases import sentences
from speaker.plugins import Plugins
from speaker.schedule import Scheduler
from speaker.store import Store
from speaker.strangers import Strangers, Verbatim
from speaker.switches import Switches
from speaker.trace import Trace
from speaker.voice import Output, SpokenVoice, Synthesiser
from speaker.watch import Watcher

if TYPE_CHECKING:
    from speaker.general import GeneralModel
    from speaker.slm import LanguageModel

log = logging.getLogger(__name__)


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
    def own_plugins(self) -> Path:
        """The user's own plugins."""
        return self.data / "plugins"

    def trace(self) -> Trace:
        return Trace(self.data / "trace.jsonl", self.config.trace.keep)


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
        self.switches = Switches(self.store.of("hark"))
        self.general = self._load_general()
        self.plugins = load(self._wanted(), self._context)
        self.scheduler = Scheduler(self.store, self.plugins, local_time)
        self._model = self._load_model()
        self.mind = self._make_mind(self.plugins)
        self._recogniser: Recogniser | None = None
        self._gone: Plugins | None = None

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
        self._recogniser = self.recogniser()
        if self.general and config.general.commands:
            self.general.prepare(self.plugins.specs)
        wake = WakeWord(config.wake.word, config.wake.threshold)
        return Ears(wake, VoiceActivity(), limits, self._recogniser)

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

        return Moonshine(self._sentences(self.plugins))

    def watcher(self, assistant: Assistant) -> Watcher:
        """Sees to it that a plugin that is changed, added, enabled or disabled is so in ``assistant``, too."""
        return Watcher(self._look, lambda: self.renew(assistant))

    def renew(self, assistant: Assistant) -> None:
        """Take up what changed of the plugins. All that hangs on them is made anew beside what runs, and then swapped.

        Raises PluginError, and changes nothing, where a folder of plugins is not there.
        """
        before, now = self.plugins, load(self._wanted(), self._context, self.plugins)
        mind = self._make_mind(now)
        recogniser = self._recogniser.leaning(self._sentences(now)) if self._recogniser else None
        if self.general and self.place.config.general.commands:
            self.general.prepare(now.specs)
        self.plugins, self.mind, self._recogniser, self.scheduler.plugins = now, mind, recogniser, now
        assistant.renew(mind, recogniser)
        if self._gone:  # not yet what was replaced just now: one of its handlers may be at work
            forget(self._gone, now)
        self._gone = before
        log.warning("the plugins are taken up anew: %s", _difference(before, now) or "nothing that counts has changed")

    def others(self, specs: Sequence[IntentSpec]) -> Others:
        """What reads the intents that the language model was not trained on."""
        if self._model is None:
            return Verbatim(specs)
        known = [spec for spec in specs if spec.name in self._model.intents]
        strange = [spec for spec in specs if spec.name not in self._model.intents]
        return Strangers(strange, known, self.home.areas, self.home.names)

    def close(self) -> None:
        """Stop what runs and give back what is open."""
        self._closing.close()

    def __enter__(self) -> "Hark":
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def _wanted(self) -> Wanted:
        place = self.place
        named = [configuration.resolved(folder, place.config_file) for folder in place.config.plugin_folders]
        own = [place.own_plugins] if place.own_plugins.is_dir() else []
        folders = (places.INTENTS, *own, *named, *place.plugin_folders)
        language = place.config.speech.voice.partition("-")[0].lower()
        switches = {name: each for name, each in self.switches.all().items() if name not in place.enabled}
        return Wanted(folders, place.config.plugins, switches, language)

    def _look(self) -> Hashable:
        """What the plugins look like from outside."""
        wanted = self._wanted()
        return stamps(wanted, self.plugins), repr(wanted.switches)

    def _sentences(self, plugins: Plugins) -> list[str]:
        return [*sentences(plugins.specs, self.home.areas, self.home.names), *self.place.config.phrases]

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

    def _load_model(self) -> "LanguageModel | None":
        """None where a general model takes its place."""
        config = self.place.config
        if self.general and config.general.commands:
            return None
        from speaker.slm import LanguageModel

        file = config.understanding.model
        model = LanguageModel(configuration.resolved(file, self.place.config_file) if file else places.LANGUAGE_MODEL)
        self._closing.callback(model.close)
        return model

    def _make_mind(self, plugins: Plugins) -> Mind:
        config, model = self.place.config, self._model or self.general
        assert model is not None
        threshold = config.understanding.threshold
        return Mind(model, self.others(plugins.specs), plugins, local_time, threshold, config.phrases)


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
