"""Finding plugins and loading each on its own; what is wrong with one is recorded and stops nobody."""

import importlib.machinery
import importlib.metadata
import importlib.util
import inspect
import itertools
import logging
import os
import sys
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any

from speaker import languages, manifest, permissions, replies, settings
from speaker.errors import PluginError
from speaker.limits import in_time
from speaker.lines import did_you_mean
from speaker.manifest import Manifest
from speaker.plugins import Failed, Handler, MakeContext, Off, Plugin, Plugins, Stamp

log = logging.getLogger(__name__)

GROUP = "speaker.intents"
"""The entry-point group of plugins that pip installs; the value is the author's own package."""

_IMPORT_PATIENCE = 30.0  # seconds; a Pi is slow, and a plugin may import much
RESERVED = {"home", "hark", "phrases"}
"""Parts of the store that are not a plugin's, so that no plugin may be called so."""
_PACKAGE = "hark_plugin_"  # how the packages of plugins are called, before the plugin's name
_AGAIN = itertools.count(1)  # a plugin that is loaded again gets a package of its own
_WATCHED = (".py", ".yaml")
_MOST_FILES = 500  # of a plugin that are watched

PACKAGES: dict[str, str] = {}
"""The plugin of each package that plugins' modules are in."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which plugins, and how."""

    folders: Sequence[Path]
    """Each a plugin, or a folder of them; those that are not there are an error."""
    settings: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """By plugin, as in the configuration."""
    switches: Mapping[str, Sequence[str] | None] = field(default_factory=dict)
    """By plugin, what someone decided: None: it is disabled; else the permissions that it was enabled with."""
    varied: bool = True
    """Whether replies vary; False: each is always the first of its kind."""
    entry_points: bool = True


def load(wanted: Wanted, make_context: MakeContext, before: Plugins | None = None) -> Plugins:
    """Load every plugin that is wanted.

    ``before``: what was loaded until now. A plugin whose files are the same stays as it is, with all that its modules
    hold; one that is broken now stays in its old version, and is among the failed all the same.
    Raises PluginError only where a folder is not there, or the settings name a plugin that is not.
    """
    old = {plugin.folder: plugin for plugin in before.loaded} if before else {}
    loaded: list[Plugin] = []
    failed: list[Failed] = []
    off: list[Off] = []
    for name, place in _places(wanted, failed):
        try:
            found = _load(place, wanted, old.get(place), again=before is not None)
            if isinstance(found, Off):
                off.append(found)
            else:
                _check_free(found, loaded)
                loaded.append(found)
        except Exception as error:  # a stranger's files: whatever is wrong with them, the rest goes on
            reason = str(error) if isinstance(error, PluginError) else f"{place}: {type(error).__name__}: {error}"
            if place in old:
                loaded.append(old[place])
                reason += "; it goes on as it was before"
            failed.append(Failed(name, place, reason))
    _check_settings(
        wanted.settings, [p.name for p in loaded], {*(f.name for f in failed), *(o.name for o in off)}, bool(failed)
    )
    known = set(before.failed) if before else set()
    for failure in failed:
        if failure not in known:
            log.warning("plugin %s is not loaded: %s", failure.name, failure.reason)
    return Plugins(loaded, failed, make_context, off)


def forget(gone: Plugins, now: Plugins) -> None:
    """Let the modules go of what was loaded and is no longer."""
    for package in {plugin.package for plugin in gone.loaded} - {plugin.package for plugin in now.loaded}:
        _forget(package)


def stamp_of(folder: Path) -> Stamp:
    """What a plugin's files look like from outside: another stamp, other files."""
    stamp: list[tuple[str, int, int]] = []
    for top, folders, files in os.walk(folder):
        folders[:] = [name for name in sorted(folders) if not name.startswith((".", "__"))]
        for name in sorted(files):
            if name.endswith(_WATCHED) and not name.startswith(".") and len(stamp) < _MOST_FILES:
                try:
                    status = Path(top, name).stat()
                except OSError:  # it went away this moment
                    continue
                stamp.append((f"{top}/{name}", status.st_mtime_ns, status.st_size))
    return tuple(stamp)


def stamps(wanted: Wanted, plugins: Plugins) -> tuple[Stamp, ...]:
    """What all plugins that are wanted look like from outside, those of packages among them."""
    places = dict.fromkeys(plugin.folder for plugin in plugins.loaded)
    for folder in wanted.folders:
        try:
            places |= dict.fromkeys(place.resolve() for place in _plugins_in(folder))
        except PluginError:  # it went away; what runs goes on
            continue
    return tuple(stamp_of(place) for place in places)


def _places(wanted: Wanted, failed: list[Failed]) -> Iterator[tuple[str, Path]]:
    for place in dict.fromkeys(place.resolve() for folder in wanted.folders for place in _plugins_in(folder)):
        yield place.name, place
    if wanted.entry_points:
        yield from _entry_points(failed)


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
        outcome = in_time(lambda value=point.value: importlib.util.find_spec(value), _IMPORT_PATIENCE)  # type: ignore[misc]
        spec = None if outcome is None or outcome.exception() else outcome.result()
        if spec is None or not spec.submodule_search_locations:
            failed.append(Failed(point.name, Path(), f"its entry point names {point.value!r}, which is no package"))
            continue
        yield point.name, Path(next(iter(spec.submodule_search_locations)))


def _load(folder: Path, wanted: Wanted, old: Plugin | None, again: bool) -> Plugin | Off:
    stamp = stamp_of(folder)
    same = old is not None and old.stamp == stamp
    plan = old.manifest if old and same else manifest.read(folder / "manifest.yaml", languages.current().name)
    if plan.name in RESERVED:
        raise PluginError(f"a plugin may not be called {plan.name!r}; Hark keeps its own data under that name")
    if plan.name in wanted.switches and (allowed := wanted.switches[plan.name]) is None:
        return Off(plan.name, folder, plan.summary)
    if plan.name in wanted.switches and (more := sorted(set(plan.permissions) - set(allowed or ()))):
        raise PluginError(f"{plan.name} asks for more than it was allowed: {', '.join(more)}; enable it again")
    if old and same:
        return old
    values = settings.chosen(plan.name, plan.settings, wanted.settings.get(plan.name, {}))
    language = languages.current()
    said = replies.read(folder, plan.name, language.name, language.counting, wanted.varied)
    words = replies.words(folder, language.name)
    package = f"{_PACKAGE}{plan.name}_{zlib.crc32(bytes(folder)):08x}" + (f"_{next(_AGAIN)}" if again else "")
    permissions.guard(package, plan.name, plan.permissions)
    PACKAGES[package] = plan.name
    try:
        module = _import(package, folder / "handler.py", again)
        handlers = _handlers(plan, module)
        due = _named(module, "due", plan.due, (None, 0.0))
        hush = _named(module, "hush", plan.hush, ())
        duck = _named(module, "duck", plan.duck, (True,))
    except BaseException:
        _forget(package)
        raise
    return Plugin(plan, folder, handlers, due, hush, duck, values, said, words, package, stamp)


def _forget(package: str) -> None:
    permissions.release(package)
    PACKAGES.pop(package, None)
    for name in [name for name in sys.modules if name == package or name.startswith(f"{package}.")]:
        del sys.modules[name]


def _handlers(plan: Manifest, module: ModuleType) -> Mapping[str, Handler]:
    """The function of each intent. Raises PluginError where one is not there, or does not take the slots."""
    handlers = {}
    for name, intent in plan.intents.items():
        function = getattr(module, plan.handler_of(name), None)
        if not callable(function):
            raise PluginError(f"{module.__file__} has no function {plan.handler_of(name)!r} for {name}")
        every, required = list(intent.slots), [slot for slot, m in intent.slots.items() if m.required]
        _check_fit(name, function, lambda f, e=every: f.bind(None, **dict.fromkeys(e)))  # type: ignore[misc]
        _check_fit(name, function, lambda f, r=required: f.bind(None, **dict.fromkeys(r)))  # type: ignore[misc]
        handlers[name] = function
    return handlers


def _named(module: ModuleType, key: str, name: str | None, arguments: tuple[object, ...]) -> Callable[..., Any] | None:
    """The function that a key of the manifest names; it is called with the context and such arguments."""
    if name is None:
        return None
    function = getattr(module, name, None)
    if not callable(function):
        raise PluginError(f"{module.__file__} has no function {name!r}, which {key!r} names")
    _check_fit(repr(key), function, lambda f: f.bind(None, *arguments))
    return function  # type: ignore[no-any-return]


def _check_free(plugin: Plugin, loaded: Iterable[Plugin]) -> None:
    """Raise PluginError where the plugin's name, or one of its intents, is taken."""
    for other in loaded:
        clash = next((intent for intent in plugin.handlers if intent in other.handlers), None)
        if clash or other.name == plugin.name:
            raise PluginError(f"{clash or plugin.name} is already there, from {other.name if clash else other.folder}")


def _check_settings(given: Iterable[str], loaded: Sequence[str], others: set[str], lenient: bool) -> None:
    for missing in set(given) - set(loaded) - others:
        message = f"the configuration has settings for the plugin {missing!r}, which there is not"
        if not lenient:
            raise PluginError(message + did_you_mean(missing, loaded))
        log.warning(
            "%s%s", message, did_you_mean(missing, loaded)
        )  # it may be one that failed, under another folder's name


def _import(package: str, path: Path, again: bool) -> ModuleType:
    """Import a handler under a name of its own, so that two plugins' files never meet.

    It is a package, so that ``from . import other`` finds the file beside it.
    """
    loader = _Fresh(package, str(path)) if again else None
    spec = importlib.util.spec_from_file_location(
        package, path, loader=loader, submodule_search_locations=[str(path.parent)]
    )
    if spec is None or spec.loader is None or not path.is_file():
        raise PluginError(f"{path} is missing; it holds the handler functions")
    if again and _FreshFinder not in sys.meta_path:
        sys.meta_path.insert(0, _FreshFinder)
    module = importlib.util.module_from_spec(spec)
    sys.modules[package] = module
    run = spec.loader.exec_module
    outcome = in_time(lambda: run(module), _IMPORT_PATIENCE)
    if outcome is None:
        raise PluginError(f"{path} cannot be imported: it takes longer than {_IMPORT_PATIENCE:.0f} s")
    if error := outcome.exception():  # anything may stand in a stranger's file, sys.exit() among it
        raise PluginError(f"{_where(error, path)} cannot be imported: {type(error).__name__}: {error}") from error
    return module


def _where(error: BaseException, path: Path) -> str:
    """The file, with the last of its lines that led to an error."""
    line, trace = 0, error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == str(path):
            line = trace.tb_lineno
        trace = trace.tb_next
    return f"{path}:{line}" if line else str(path)


class _Fresh(importlib.machinery.SourceFileLoader):
    """Loads what stands in a file now: Python's cache goes by the second, and an editor may be quicker."""

    def get_code(self, fullname: str) -> CodeType:
        path = self.get_filename(fullname)
        return self.source_to_code(self.get_data(path), path)


class _FreshFinder:
    """Finds the files beside a handler that is loaded again, past all caches."""

    @staticmethod
    def find_spec(
        name: str, path: Sequence[str] | None, target: object = None
    ) -> importlib.machinery.ModuleSpec | None:
        if path is None or not name.startswith(_PACKAGE) or not name.split(".")[0].rpartition("_")[2].isdigit():
            return None
        finder = importlib.machinery.FileFinder(next(iter(path)), (_Fresh, [".py"]))
        return finder.find_spec(name)


def _check_fit(what: str, function: Handler, bind: Callable[[inspect.Signature], object]) -> None:
    """Raise PluginError where a function cannot be called like this."""
    if inspect.iscoroutinefunction(function):
        raise PluginError(f"{function.__name__}() for {what} is async; make it a plain function")
    try:
        bind(inspect.signature(function))
    except (TypeError, ValueError) as error:
        raise PluginError(f"{getattr(function, '__name__', function)}() does not fit {what}: {error}") from error
