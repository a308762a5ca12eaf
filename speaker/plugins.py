"""Finding plugins, loading each on its own, and running their handlers so that none can stop the rest."""

import concurrent.futures
import importlib.metadata
import importlib.util
import inspect
import logging
import sys
import threading
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from types import ModuleType
from typing import Any, TypeVar

from speaker import manifest
from speaker.context import Context
from speaker.errors import HandlerError, PluginError, StoreError, Unclear
from speaker.events import Choices, Intent, IntentSpec, Reply
from speaker.manifest import Manifest, did_you_mean
from speaker.store import Event

log = logging.getLogger(__name__)

GROUP = "speaker.intents"
"""The entry-point group of plugins that pip installs; the value is the author's own package."""

_IMPORT_PATIENCE = 30.0  # seconds; a Pi is slow, and a plugin may import much

_RESERVED = {"home", "hark", "phrases"}  # parts of the store that are not a plugin's

T = TypeVar("T")
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
    hush: Callable[..., bool] | None = None
    duck: Callable[..., None] | None = None

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
        handler = plugin.handlers[intent.name]
        context = replace(self._contexts[plugin.name], said=intent.said, command=intent.command)
        patience = plugin.manifest.patience
        outcome = _in_time(lambda: handler(context, **intent.slots), patience)
        if outcome is None:
            log.error("plugin %s: %s took longer than %.0f s and was given up", plugin.name, intent.name, patience)
            return Reply(f"Sorry, {_spoken(plugin.name)} takes too long.", ok=False)
        error = outcome.exception()
        if isinstance(error, Unclear):
            return Reply(str(error), ok=False, choices=Choices(error.slot, tuple(error.choices)))
        if isinstance(error, HandlerError):
            return Reply(str(error), ok=False)
        if isinstance(error, StoreError):
            log.error("plugin %s: %s did nothing: %s", plugin.name, intent.name, error)
            return Reply(f"Sorry, I cannot keep that: {error.spoken}.", ok=False)
        if error is not None:
            log.error("plugin %s: %s failed: %r", plugin.name, intent.name, error, exc_info=error)
            return Reply(f"Sorry, {_spoken(plugin.name)} had a problem.", ok=False)
        text = outcome.result()
        if not isinstance(text, str):
            log.error("plugin %s: %s returned a %s, not a str", plugin.name, intent.name, type(text).__name__)
            return Reply(f"Sorry, {_spoken(plugin.name)} had a problem.", ok=False)
        return Reply(text)

    def hush(self) -> bool:
        """Have the plugins silence what they play; whether anything did. Raises HandlerError where one cannot."""
        outcomes = [(plugin, self._call(plugin, plugin.hush)) for plugin in self.loaded if plugin.hush]
        for plugin, outcome in outcomes:
            if outcome is None:
                raise HandlerError(f"{_spoken(plugin.name).capitalize()} takes too long.")
            if isinstance(error := outcome.exception(), HandlerError):
                raise error
        return any(bool(outcome.result()) for _, outcome in outcomes if outcome and not outcome.exception())

    def duck(self, quiet: bool) -> None:
        """Have the plugins play quieter, or as loud as before."""
        for plugin in self.loaded:
            if plugin.duck:
                self._call(plugin, plugin.duck, quiet)

    def _call(
        self, plugin: Plugin, function: Callable[..., T], *arguments: object
    ) -> "concurrent.futures.Future[T] | None":
        """Call what belongs to no command: "undo" takes back nothing of it, and what goes wrong is logged."""
        context = self._contexts[plugin.name]

        def call() -> T:
            with context.store.for_good():
                return function(context, *arguments)

        outcome = _in_time(call, plugin.manifest.patience)
        name = getattr(function, "__name__", "a function")
        if outcome is None:
            log.error(
                "plugin %s: %s took longer than %.0f s and was given up", plugin.name, name, plugin.manifest.patience
            )
        elif error := outcome.exception():
            expected = isinstance(error, HandlerError)
            log.log(logging.WARNING if expected else logging.ERROR, "plugin %s: %s failed: %r", plugin.name, name, error,
                    exc_info=None if expected else error)  # fmt: skip
        return outcome

    def rings(self, plugin: str) -> bool:
        """Whether a loaded plugin of that name can be told that something is due."""
        return any(p.name == plugin and p.due for p in self.loaded)

    def ring(self, event: Event, late: float) -> None:
        """Tell a plugin that something is due, ``late`` seconds ago; what it raises is logged.

        Raises StoreError where the plugin could not write: it wants to be told again.
        """
        plugin = next((p for p in self.loaded if p.name == event.plugin and p.due), None)
        if plugin is None or plugin.due is None:
            log.warning("nobody handles what plugin %s had due", event.plugin)
            return
        outcome = self._call(plugin, plugin.due, event.payload, late)
        if outcome and isinstance(error := outcome.exception(), StoreError):
            raise error  # it is told again later


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
    places = dict.fromkeys(place.resolve() for folder in folders for place in _plugins_in(folder))
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
        except Exception as error:  # a stranger's files: whatever is wrong with them, the rest goes on
            failed.append(Failed(name, place, f"{place}: {type(error).__name__}: {error}"))
            continue
        loaded.append(plugin)
        taken |= dict.fromkeys(plugin.handlers, plugin.name)
    for missing in set(settings) - {p.name for p in loaded} - {f.name for f in failed}:
        hint = did_you_mean(missing, [p.name for p in loaded])
        message = f"the configuration has settings for the plugin {missing!r}, which there is not{hint}"
        if not failed:
            raise PluginError(message)
        log.warning("%s", message)  # it may be one of those that failed, under another folder's name
    for failure in failed:
        log.warning("plugin %s is not loaded: %s", failure.name, failure.reason)
    return Plugins(loaded, failed, make_context)


def _plugins_in(folder: Path) -> Iterator[Path]:
    try:
        if not folder.is_dir():
            raise PluginError(
                f"there is no plugin folder {folder}; name a folder with manifest.yaml, or one of such folders"
            )
        inside = [folder] if _is_plugin(folder) else sorted(place for place in folder.iterdir() if _is_plugin(place))
    except OSError as error:
        raise PluginError(f"the plugin folder {folder} cannot be read ({error}); check its permissions") from error
    yield from inside


def _is_plugin(folder: Path) -> bool:
    """One without a manifest counts: it is reported, not passed over."""
    return (folder / "manifest.yaml").exists() or (folder / "handler.py").exists()


def _entry_points(failed: list[Failed]) -> Iterator[tuple[str, Path]]:
    for point in importlib.metadata.entry_points(group=GROUP):
        # In a thread: a dotted name imports the packages above it, which may do anything.
        outcome = _in_time(lambda value=point.value: importlib.util.find_spec(value), _IMPORT_PATIENCE)  # type: ignore[misc]
        spec = None if outcome is None or outcome.exception() else outcome.result()
        if spec is None or not spec.submodule_search_locations:
            failed.append(Failed(point.name, Path(), f"its entry point names {point.value!r}, which is no package"))
            continue
        yield point.name, Path(next(iter(spec.submodule_search_locations)))


def _load(folder: Path, settings: Mapping[str, Mapping[str, Any]]) -> Plugin:
    plan = manifest.read(folder / "manifest.yaml")
    if plan.name in _RESERVED:
        raise PluginError(f"a plugin may not be called {plan.name!r}; Hark keeps its own data under that name")
    module = _import(plan.name, folder / "handler.py")
    handlers = {}
    for name, intent in plan.intents.items():
        function = getattr(module, plan.handler_of(name), None)
        if not callable(function):
            raise PluginError(f"{folder / 'handler.py'} has no function {plan.handler_of(name)!r} for {name}")
        every, required = list(intent.slots), [slot for slot, m in intent.slots.items() if m.required]
        _check_fit(name, function, lambda f, e=every: f.bind(None, **dict.fromkeys(e)))  # type: ignore[misc]
        _check_fit(name, function, lambda f, r=required: f.bind(None, **dict.fromkeys(r)))  # type: ignore[misc]
        handlers[name] = function
    due, hush, duck = (
        _named(module, key, name, arguments)
        for key, name, arguments in (
            ("due", plan.due, (None, 0.0)),
            ("hush", plan.hush, ()),
            ("duck", plan.duck, (True,)),
        )
    )
    return Plugin(plan, folder, handlers, due, _settings(plan, settings.get(plan.name, {})), hush, duck)


def _named(module: ModuleType, key: str, name: str | None, arguments: tuple[object, ...]) -> Callable[..., Any] | None:
    """The function that a key of the manifest names; it is called with the context and such arguments."""
    if name is None:
        return None
    function = getattr(module, name, None)
    if not callable(function):
        raise PluginError(f"{module.__file__} has no function {name!r}, which {key!r} names")
    _check_fit(repr(key), function, lambda f: f.bind(None, *arguments))
    return function  # type: ignore[no-any-return]


def _import(name: str, path: Path) -> ModuleType:
    """Import a handler under a name of its own, so that two plugins' files never meet.

    It is a package, so that ``from . import other`` finds the file beside it.
    """
    unique = f"hark_plugin_{name}_{zlib.crc32(bytes(path)):08x}"
    spec = importlib.util.spec_from_file_location(unique, path, submodule_search_locations=[str(path.parent)])
    if spec is None or spec.loader is None or not path.is_file():
        raise PluginError(f"{path} is missing; it holds the handler functions")
    module = importlib.util.module_from_spec(spec)
    sys.modules[unique] = module
    loader = spec.loader
    outcome = _in_time(lambda: loader.exec_module(module), _IMPORT_PATIENCE)
    if outcome is None:
        raise PluginError(f"{path} cannot be imported: it takes longer than {_IMPORT_PATIENCE:.0f} s")
    if error := outcome.exception():  # anything may stand in a stranger's file, sys.exit() among it
        sys.modules.pop(unique, None)
        raise PluginError(f"{path} cannot be imported: {type(error).__name__}: {error}") from error
    return module


def _check_fit(what: str, function: Handler, bind: Callable[[inspect.Signature], object]) -> None:
    """Raise PluginError where a function cannot be called like this."""
    if inspect.iscoroutinefunction(function):
        raise PluginError(f"{function.__name__}() for {what} is async; make it a plain function")
    try:
        bind(inspect.signature(function))
    except (TypeError, ValueError) as error:
        raise PluginError(f"{getattr(function, '__name__', function)}() does not fit {what}: {error}") from error


def _settings(plan: Manifest, changes: Mapping[str, Any]) -> Mapping[str, Any]:
    for key, value in changes.items():
        if key not in plan.settings:
            raise PluginError(f"the plugin {plan.name} has no setting {key!r}{did_you_mean(key, plan.settings)}")
        default = plan.settings[key]
        if default is not None and type(value) is not type(default) and (type(value), type(default)) != (int, float):
            raise PluginError(f"the setting {plan.name}.{key} should be like {default!r}, not {value!r}")
    return {**plan.settings, **changes}


def _in_time(work: Callable[[], T], patience: float) -> concurrent.futures.Future[T] | None:
    """Run it in a thread of its own: what it came to, or None after ``patience`` seconds.

    The thread is left to itself then. Only what the work raised is in the outcome; Ctrl-C here stays Ctrl-C.
    """
    outcome: concurrent.futures.Future[T] = concurrent.futures.Future()

    def run() -> None:
        try:
            outcome.set_result(work())
        except BaseException as error:  # a plugin may raise anything, SystemExit among it
            outcome.set_exception(error)

    threading.Thread(target=run, name="plugin", daemon=True).start()
    done, _ = concurrent.futures.wait([outcome], timeout=patience)
    return outcome if done else None


def _spoken(name: str) -> str:
    return f"the plugin {name.replace('_', ' ')}"
