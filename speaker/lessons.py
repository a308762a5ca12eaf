"""Phrases that a household teaches by saying so: "when I say lights out, turn off all the lights"."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from speaker import languages
from speaker.store import PluginStore
from speaker.text import normalise, without_manners


@dataclass(frozen=True, slots=True)
class Lesson:
    """A phrase and the command that it shall stand for."""

    splits: tuple[tuple[str, str], ...]
    """Phrase and command, in every way in which what was said can be read, the likeliest first."""


@dataclass(frozen=True, slots=True)
class Forget:
    """A phrase that shall mean nothing any more."""

    phrase: str


def lesson(text: str) -> Lesson | None:
    """What a command teaches; None where it is no lesson.

    Where a comma or a word says where the phrase ends, it is read in that way alone.
    """
    words = languages.current().words.lessons
    found = words.begins.match(text.strip())
    if not found or not words.says.search(text):
        return None
    rest = found[1].strip().strip('"“”.')
    for mark in words.between.finditer(rest):
        phrase, command = key(rest[: mark.start()]), rest[mark.end() :].strip().strip('"“”.')
        if phrase and normalise(command):
            return Lesson(((phrase, command),))
    each = normalise(rest).split()
    splits = [(key(" ".join(each[:at])), " ".join(each[at:])) for at in range(1, len(each))]
    return Lesson(tuple(splits)) if splits else None


def forget(text: str) -> Forget | None:
    """The phrase that a command wants forgotten; None where it wants none."""
    found = languages.current().words.lessons.forget.match(without_manners(normalise(text)))
    return Forget(key(found[1])) if found else None


def key(phrase: str) -> str:
    """A phrase as commands are compared: normalised, without manners."""
    return without_manners(normalise(phrase))


class Phrases(Mapping[str, str]):
    """The sentences of the household, as ``key`` has them, with the commands that they stand for.

    Those of the configuration, and those that were taught: they are kept, and stand before the others.
    """

    def __init__(self, configured: Mapping[str, str], store: PluginStore) -> None:
        self._configured, self._store = configured, store

    @property
    def taught(self) -> Mapping[str, str]:
        """Those that were taught."""
        return dict(self._store.items())

    def teach(self, phrase: str, command: str) -> None:
        """Let a phrase stand for a command. Raises StoreError."""
        self._store.set(key(phrase), command)

    def forget(self, phrase: str) -> bool:
        """Forget a phrase that was taught; whether there was one. Raises StoreError."""
        return self._store.delete(key(phrase))

    def __getitem__(self, phrase: str) -> str:
        command = self._store.get(phrase)
        return self._configured[phrase] if command is None else str(command)

    def __iter__(self) -> Iterator[str]:
        return iter({**self._configured, **self.taught})

    def __len__(self) -> int:
        return len({**self._configured, **self.taught})
