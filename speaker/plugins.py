"""Finding plugins, loading each on its own, and running their handlers so that none can stop the rest."""

import concurrent.futures
import contextlib
import importlib.metadata
import importlib.util
import inspect
import logging
import sys
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType
from typing import Any, TypeVar

from rapidfuzz import process

from speaker import manifest
from speaker.context import Context
from speaker.errors import HandlerError, PluginError
from speaker.events import Intent, IntentSpec, Reply
from speaker.manifest import Manifest
from speaker.store import Event

log = logging.getLogger(__name__)

GROUP = "speaker.intents"
"""The entry-point group of plugins that pip installs; the value is the author's own package."""

PATIENCE = 5.0
"""Seconds that a handler may take."""

Handler = Callable[..., str]
MakeContext = Callable[[str, Mapping[str, Any]], Context]
"""Makes the context of a plugin from its name and settings."""


@dataclass(frozen=True, slots=True)
class Plugin:
    """A plugin that was loaded."""

    manifest: Manifest
    folder: Path
    handlers: Mapping[str, Handler]
    """By intent."""
    due: Callable[..., None] | None
    settings: Mapping[str, Any]

    @property
    def name(self) -> str:
        return self.manifest.name


@dataclass(frozen=True, slots=True)
class Failed:
    """A plugin that was not."""

    name: str
    where: Path
    reason: str


class Plugins:
    """The plugins that there are."""

    def __init__(self, loaded: Iterable[Plugin], failed: Iterable[Failed], make_context: MakeContext) -> None:
        self.loaded, self.failed = tuple(loaded), tuple(failed)
        self.specs = tuple(spec for plugin in self.loaded for spec in plugin.manifest.specs())
        self._plugin_of = {name: plugin for plugin in self.loaded for name in plugin.handlers}
        self._specs = {spec.name: spec for spec in self.specs}
        self._contexts = {plugin.name: make_context(plugin.name, plugin.settings) for plugin in self.loaded}

    def spec(self, intent: str) -> IntentSpec | None:
        """The declaration of an intent, or None where no loaded plugin has it."""
        return self._specs.get(intent)

    def handle(self, intent: Intent) -> Reply:
        """Run an intent's handler. Whatever it does, there is a reply, and soon."""
        plugin = self._plugin_of[intent.name]
        handler, context = plugin.handlers[intent.name], self._contexts[plugin.name]
        try:
            text = _in_time(lambda: handler(context, **intent.slots))
        except HandlerError as refusal:
            return Reply(str(refusal), ok=False)
        except TimeoutError:
            log.error("plugin %s: %s took longer than %.0f s and was given up", plugin.name, intent.name, PATIENCE)
            return Reply(f"Sorry, {_spoken(plugin.name)} takes too long.", ok=False)
        except BaseException as error:  # a plugin may raise anything, SystemExit among it
            log.error("plugin %s: %s failed: %r", plugin.name, intent.name, error, exc_info=error)
            return Reply(f"Sorry, {_spoken(plugin.name)} had a problem.", ok=False)
        if not isinstance(text, str):
            log.error("plugin %s: %s returned a %s, not a str", plugin.name, intent.name, type(text).__name__)
            return Reply(f"Sorry, {_spoken(plugin.name)} had a problem.", ok=False)
        return Reply(text)

    def ring(self, event: Event, late: float) -> None:
        """Tell a plugin that something is due, ``late`` seconds ago; what it raises is logged."""
        plugin = next((p for p in self.loaded if p.name == event.plugin and p.due), None)
        if plugin is None or plugin.due is None:
            log.warning("nobody handles what plugin %s had due", event.plugin)
            return
        due, context = plugin.due, self._contexts[plugin.name]
        try:
            _in_time(lambda: due(context, event.payload, late))
        except BaseException as error:
            log.error("plugin %s: what was due failed: %r", plugin.name, error, exc_info=error)


def load(
    folders: Iterable[Path],
    settings: Mapping[str, Mapping[str, Any]],
    make_context: MakeContext,
    entry_points: bool = True,
) -> Plugins:
    """Load every plugin in these folders (each a plugin, or a folder of them) and of the entry-point group.

    Raises PluginError only where a folder is not there, or the settings name a plugin that is not.
    """
    loaded: list[Plugin] = []
    failed: list[Failed] = []
    taken: dict[str, str] = {}
    places = [place for folder in folders for place in _plugins_in(folder)]
    for name, place in [*((place.name, place) for place in places), *(_entry_points(failed) if entry_points else [])]:
        try:
            plugin = _load(place, settings)
            clash = next((i for i in plugin.handlers if i in taken), None)
            if clash or any(p.name == plugin.name for p in loaded):
                raise PluginError(
                    f"{clash or plugin.name} is already there, from {taken.get(clash or '', 'another plugin')}"
                )
        except PluginError as error:
            failed.append(Failed(name, place, str(error)))
            continue
        loaded.append(plugin)
        taken |= dict.fromkeys(plugin.handlers, plugin.name)
    for missing in set(settings) - {p.name for p in loaded} - {f.name for f in failed}:
        nearest = process.extractOne(missing, [p.name for p in loaded])
        hint = f"; did you mean {nearest[0]!r}?" if nearest and nearest[1] >= 60 else ""
        raise PluginError(f"the configuration has settings for the plugin {missing!r}, which there is not{hint}")
    for failure in failed:
        log.warning("plugin %s is not loaded: %s", failure.name, failure.reason)
    return Plugins(loaded, failed, make_context)


def _plugins_in(folder: Path) -> Iterator[Path]:
    if not folder.is_dir():
        raise PluginError(
            f"there is no plugin folder {folder}; name a folder with manifest.yaml, or one of such folders"
        )
    if (folder / "manifest.yaml").exists():
        yield folder
        return
    yield from sorted(place for place in folder.iterdir() if (place / "manifest.yaml").exists())


def _entry_points(failed: list[Failed]) -> Iterator[tuple[str, Path]]:
    for point in importlib.metadata.entry_points(group=GROUP):
        spec: ModuleSpec | None = None
        with contextlib.suppress(ImportError, ValueError):
            spec = importlib.util.find_spec(point.value)
        if spec is None or not spec.submodule_search_locations:
            failed.append(Failed(point.name, Path(), f"its entry point names {point.value!r}, which is no package"))
            continue
        yield point.name, Path(next(iter(spec.submodule_search_locations)))


def _load(folder: Path, settings: Mapping[str, Mapping[str, Any]]) -> Plugin:
    plan = manifest.read(folder / "manifest.yaml")
    module = _import(plan.name, folder / "handler.py")
    handlers = {}
    for name, intent in plan.intents.items():
        function = getattr(module, plan.handler_of(name), None)
        if not callable(function):
            raise PluginError(f"{folder / 'handler.py'} has no function {plan.handler_of(name)!r} for {name}")
        _check_parameters(name, function, set(intent.slots), {s for s, m in intent.slots.items() if m.required})
        handlers[name] = function
    due = getattr(module, plan.due, None) if plan.due else None
    if plan.due and not callable(due):
        raise PluginError(f"{folder / 'handler.py'} has no function {plan.due!r}, which 'due' names")
    return Plugin(plan, folder, handlers, due, _settings(plan, settings.get(plan.name, {})))


def _import(name: str, path: Path) -> ModuleType:
    """Import a handler under a name of its own, so that two plugins' files never meet."""
    unique = f"hark_plugin_{name}"
    spec = importlib.util.spec_from_file_location(unique, path)
    if spec is None or spec.loader is None or not path.is_file():
        raise PluginError(f"{path} is missing; it holds the handler functions")
    module = importlib.util.module_from_spec(spec)
    sys.modules[unique] = module
    try:
        spec.loader.exec_module(module)
    except BaseException as error:  # anything may stand in a stranger's file, sys.exit() among it
        sys.modules.pop(unique, None)
        raise PluginError(f"{path} cannot be imported: {type(error).__name__}: {error}") from error
    return module


def _check_parameters(intent: str, function: Handler, slots: set[str], required: set[str]) -> None:
    parameters = list(inspect.signature(function).parameters.values())[1:]
    if any(p.kind is inspect.Parameter.VAR_KEYWORD for p in parameters):
        return
    names = {p.name for p in parameters}
    if absent := slots - names:
        raise PluginError(f"{function.__name__}() does not take the slot {sorted(absent)[0]!r} of {intent}")
    needed = {p.name for p in parameters if p.default is inspect.Parameter.empty}
    if extra := needed - required:
        raise PluginError(f"{function.__name__}() needs {sorted(extra)[0]!r}, which is no required slot of {intent}")


def _settings(plan: Manifest, changes: Mapping[str, Any]) -> Mapping[str, Any]:
    for key in changes:
        if key not in plan.settings:
            nearest = process.extractOne(key, list(plan.settings))
            hint = f"; did you mean {nearest[0]!r}?" if nearest and nearest[1] >= 60 else ""
            raise PluginError(f"the plugin {plan.name} has no setting {key!r}{hint}")
    return {**plan.settings, **changes}


T = TypeVar("T")


def _in_time(work: Callable[[], T]) -> T:
    """Run it in a thread of its own; TimeoutError after ``PATIENCE``. The thread is left to itself then."""
    result: concurrent.futures.Future[T] = concurrent.futures.Future()

    def run() -> None:
        try:
            result.set_result(work())
        except BaseException as error:  # it is raised again where it is waited for
            result.set_exception(error)

    threading.Thread(target=run, name="handler", daemon=True).start()
    return result.result(timeout=PATIENCE)


def _spoken(name: str) -> str:
    return f"the plugin {name.replace('_', ' ')}"
