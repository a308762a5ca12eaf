"""Something that is looked at now and then: where it changed and is still again, someone is told."""

from collections.abc import Callable, Hashable

from speaker.looking import Looking

_LOOK = 1.0  # seconds between two looks
_SETTLES = 0.2  # seconds after which what changed is looked at again


class Watcher(Looking):
    """A thread that looks once a second. What it tells runs in that thread."""

    def __init__(self, look: Callable[[], Hashable], changed: Callable[[], None]) -> None:
        """``look`` says what there is; where that is another than before, and the same twice, ``changed`` is called."""
        self._look, self._changed = look, changed
        self._known = self._last = look()
        super().__init__("watch")

    @property
    def pause(self) -> float:
        return _LOOK if self._last == self._known else _SETTLES

    def look(self) -> bool:
        """Look once; whether something was told. An editor writes in several steps: only what stays is told."""
        now = self._look()
        settled, self._last = now == self._last, now
        if not settled or now == self._known:
            return False
        self._known = now
        self._changed()
        return True
