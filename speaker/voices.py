"""Voices of Piper: which are installed, and fetching one from a list such as Piper's own ``voices.json``.

A voice is a pair of files, ``NAME.onnx`` and ``NAME.onnx.json``, in one folder. The list is a JSON object: by name,
objects with the keys of ``Entry``, and others; its files' paths are relative to the list.
"""

import logging
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from urllib.parse import urljoin

from pydantic import BaseModel, Field, ValidationError, model_validator

from speaker.download import Progress, Remote, fetch, listed, nearest, room
from speaker.errors import DownloadError

log = logging.getLogger(__name__)

_ENDS = (".onnx.json", ".onnx")  # in this order: where the model is, all of it is


class _File(BaseModel):
    size_bytes: int = Field(gt=0)
    md5_digest: str = Field(pattern=r"^[0-9a-fA-F]{32}$")


class _Language(BaseModel):
    code: str = ""
    name_english: str = ""


class Entry(BaseModel):
    """A voice of the list."""

    key: str = Field(pattern=r"^[A-Za-z0-9][\w.-]*$")
    """Its name, and that of its files."""
    language: _Language = _Language()
    quality: str = ""
    files: dict[str, _File]
    """By path, relative to the list."""

    @model_validator(mode="after")
    def _both(self) -> "Entry":
        if not {f"{self.key}{end}" for end in _ENDS} <= {PurePosixPath(path).name for path in self.files}:
            raise ValueError("it names no model with its description")
        return self

    @property
    def size(self) -> int:
        """Bytes of both files."""
        return sum(remote.size for remote in self.remotes(""))

    def remotes(self, url: str) -> list[Remote]:
        """Its two files, of the list at ``url``."""
        by_name = {PurePosixPath(path).name: (path, file) for path, file in self.files.items()}
        pairs = [(f"{self.key}{end}", *by_name[f"{self.key}{end}"]) for end in _ENDS]
        return [Remote(name, urljoin(url, path), file.size_bytes, file.md5_digest) for name, path, file in pairs]


@dataclass(frozen=True, slots=True)
class Voice:
    """A voice on this machine."""

    name: str
    model: Path
    """The ``.onnx`` file; its description is beside it."""
    size: int
    """Bytes."""


def installed(folder: Path) -> tuple[Voice, ...]:
    """The voices in a folder, by name."""
    models = sorted(folder.glob("*.onnx")) if folder.is_dir() else []
    pairs = [model for model in models if model.with_name(model.name + ".json").is_file()]
    return tuple(Voice(model.stem, model, model.stat().st_size) for model in pairs)


def catalogue(url: str) -> tuple[Entry, ...]:
    """The voices that can be fetched, by name. Raises DownloadError: no network, no such list."""
    voices = listed(url)
    entries = []
    for voice in voices.values() if isinstance(voices, dict) else ():
        try:
            entries.append(Entry.model_validate(voice))
        except ValidationError as error:
            log.info("a voice of the list is left out: %s", error.errors()[0]["msg"])
    if not entries:
        raise DownloadError(f"{url} is no list of Piper's voices; correct 'speech.catalogue' in the configuration")
    return tuple(sorted(entries, key=lambda entry: entry.key))


def get(name: str, folder: Path, url: str, progress: Progress = lambda have, whole: None) -> Path:
    """Fetch a voice of the list at ``url`` into ``folder`` and return its model; one that is there is left alone.

    An interrupted download goes on where it was. Raises DownloadError, with what to do: no network, an unknown
    name, wrong bytes, no room.
    """
    there = next((voice for voice in installed(folder) if voice.name == name), None)
    if there:
        return there.model
    entries = {entry.key: entry for entry in catalogue(url)}
    if name not in entries:
        like = nearest(name, list(entries))
        raise DownloadError(f"there is no voice {name!r}; the nearest are {like}; see 'hark voices list'")
    before, whole = 0, entries[name].size
    with room(folder):
        folder.mkdir(parents=True, exist_ok=True)
        for remote in entries[name].remotes(url):
            part = folder / f".{remote.name}.part"
            fetch(remote, part, lambda have, _, before=before: progress(before + have, whole))  # type: ignore[misc]
            part.rename(folder / remote.name)
            before += remote.size
    return folder / f"{name}.onnx"


def remove(name: str, folder: Path) -> None:
    """Delete an installed voice. Raises DownloadError where there is none of that name, or it cannot be deleted."""
    there = next((voice for voice in installed(folder) if voice.name == name), None)
    if there is None:
        raise DownloadError(f"no voice {name!r} is installed; see 'hark voices list'")
    with room(folder):
        there.model.unlink()
        there.model.with_name(there.model.name + ".json").unlink()
