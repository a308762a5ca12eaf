"""Which plugins a person enabled or disabled; what nobody decided on is enabled."""

from collections.abc import Mapping, Sequence

from speaker.store import PluginStore

_KEY = "plugins"


class Switches:
    """Kept in the store, so that a running Hark and the command line see the same."""

    def __init__(self, store: PluginStore) -> None:
        self._store = store

    def all(self) -> Mapping[str, Sequence[str] | None]:
        """By plugin: None where it is disabled, else the permissions that it was enabled with. Raises StoreError."""
        kept: Mapping[str, Sequence[str] | None] = self._store.get(_KEY, {})
        return kept

    def enable(self, plugin: str, permissions: Sequence[str]) -> None:
        """Let a plugin do what it is for, with these permissions and no more. Raises StoreError."""
        with self._store.atomic():
            self._store.set(_KEY, {**self.all(), plugin: sorted(permissions)})

    def disable(self, plugin: str) -> None:
        """Let it do nothing. Raises StoreError."""
        with self._store.atomic():
            self._store.set(_KEY, {**self.all(), plugin: None})
