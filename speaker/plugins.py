"""The plugins that there are, and running their handlers so that none can stop the rest."""

import concurrent.futures
import logging
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeVar, cast

from speaker.context import Context
from speaker.errors import HandlerError, StoreError, Unclear
from speaker.events import Choices, Intent, IntentSpec, Reply
from speaker.home import Home
from speaker.languages import fragment, say
from speaker.limits import Allowance, in_time, shortened
from speaker.manifest import Manifest
from speaker.permissions import Barred
from speaker.replies import Replies
from speaker.store import Event

log = logging.getLogger(__name__)

T = TypeVar("T")
Handler = Callable[..., str]
MakeContext = Callable[[str, Mapping[str, Any]], Context]
"""Makes the context of a plugin from its name and settings."""
Stamp = tuple[tuple[str, int, int], ...]
"""Of each file of a plugin: its path, when it was changed, its size."""


@dataclass(frozen=True, slots=True)
class Plugin:
    """A plugin that was loaded."""

    manifest: Manifest
    folder: Path
    handlers: Mapping[str, Handler]
    """By intent."""
    due: Callable[..., None] | None
    hush: Callable[..., bool] | None
    duck: Callable[..., None] | None
    settings: Mapping[str, Any]
    replies: Replies
    words: Mapping[str, Any]
    """Of its file ``words.en.yaml``."""
    package: str
    """What its modules are called."""
    stamp: Stamp

    @property
    def name(self) -> str:
        return self.manifest.name


@dataclass(frozen=True, slots=True)
class Failed:
    """A plugin that was not."""

    name: str
    where: Path
    reason: str


@dataclass(frozen=True, slots=True)
class Off:
    """A plugin that someone disabled: its code is not touched."""

    name: str
    folder: Path
    summary: str


class Plugins:
    """The plugins that there are."""

    def __init__(
        self, loaded: Iterable[Plugin], failed: Iterable[Failed], make_context: MakeContext, off: Iterable[Off] = ()
    ) -> None:
        self.loaded, self.failed, self.off = tuple(loaded), tuple(failed), tuple(off)
        self._make_context = make_context
        self.specs = tuple(spec for plugin in self.loaded for spec in plugin.manifest.specs())
        self._plugin_of = {name: plugin for plugin in self.loaded for name in plugin.handlers}
        self._specs = {spec.name: spec for spec in self.specs}
        self._contexts = {plugin.name: _context(plugin, make_context) for plugin in self.loaded}

    def spec(self, intent: str) -> IntentSpec | None:
        """The declaration of an intent, or None where no loaded plugin has it."""
        return self._specs.get(intent)

    def idle(self) -> "Plugins":
        """The same plugins, none of whose handlers does anything."""
        loaded = [
            replace(p, handlers=dict.fromkeys(p.handlers, _do_nothing), due=None, hush=None, duck=None)
            for p in self.loaded
        ]
        return Plugins(loaded, self.failed, self._make_context, self.off)

    def handle(self, intent: Intent) -> Reply:
        """Run an intent's handler. Whatever it does, there is a reply, and soon."""
        plugin = self._plugin_of[intent.name]
        handler = plugin.handlers[intent.name]
        context = replace(self._contexts[plugin.name], said=intent.said, command=intent.command)
        outcome = _run(plugin, context, lambda held: handler(held, **intent.slots))
        if outcome is None:
            patience = plugin.manifest.patience
            log.error("plugin %s: %s took longer than %.0f s and was given up", plugin.name, intent.name, patience)
            return Reply(say("plugin_slow", plugin=_spoken(plugin.name)), ok=False)
        error = outcome.exception()
        if isinstance(error, Unclear):
            return Reply(shortened(str(error)), ok=False, choices=Choices(error.slot, tuple(error.choices)))
        if isinstance(error, HandlerError):
            return Reply(shortened(str(error)), ok=False)
        if isinstance(error, StoreError):
            log.error("plugin %s: %s did nothing: %s", plugin.name, intent.name, error)
            return Reply(say("cannot_keep", why=fragment(error.spoken)), ok=False)
        if error is not None:
            log.error("plugin %s: %s failed: %r", plugin.name, intent.name, error, exc_info=error)
            return Reply(say("plugin_failed", plugin=_spoken(plugin.name)), ok=False)
        text = outcome.result()
        if not isinstance(text, str):
            log.error("plugin %s: %s returned a %s, not a str", plugin.name, intent.name, type(text).__name__)
            return Reply(say("plugin_failed", plugin=_spoken(plugin.name)), ok=False)
        if (short := shortened(text)) != text:
            log.error("plugin %s: the reply of %s is cut short: %d characters", plugin.name, intent.name, len(text))
        return Reply(short)

    def hush(self) -> bool:
        """Have the plugins silence what they play; whether anything did. Raises HandlerError where one cannot."""
        outcomes = [(plugin, self._call(plugin, plugin.hush)) for plugin in self.loaded if plugin.hush]
        for plugin, outcome in outcomes:
            if outcome is None:
                raise HandlerError(say("plugin_too_slow", plugin=_spoken(plugin.name)))
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

        def call(context: Context) -> T:
            with context.store.for_good():
                return function(context, *arguments)

        outcome = _run(plugin, self._contexts[plugin.name], call)
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


def _do_nothing(context: Context, **slots: object) -> str:
    return ""


def _run(plugin: Plugin, context: Context, work: Callable[[Context], T]) -> concurrent.futures.Future[T] | None:
    """Run a plugin's function in its time, held to what one call may use; None where it took longer."""
    allowance = Allowance(plugin.name)
    outcome = in_time(lambda: work(allowance.of(context)), plugin.manifest.patience, plugin.name)
    if outcome is None:
        allowance.end()
    return outcome


def _context(plugin: Plugin, make: MakeContext) -> Context:
    """What the plugin's functions see: with its replies, and without what it has no permission for."""
    said = plugin.replies
    context = make(plugin.name, plugin.settings)
    context = replace(context, reply=said.reply, fragment=said.fragment, words=plugin.words)
    if "home" in plugin.manifest.permissions:
        return context
    return replace(context, home=cast(Home, Barred(plugin.name, "home")))


def _spoken(name: str) -> str:
    return name.replace("_", " ")
