"""Vosk models: which are installed, and fetching one from the Vosk site's own list.

The list is JSON: an array of objects with the keys of ``Entry``, and others.
"""

import logging
import shutil
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, Field, ValidationError

from speaker.asr.vosk import check
from speaker.download import Progress, Remote, fetch, listed, nearest, room
from speaker.errors import DownloadError, ModelError

_LARGEST = 10  # times its archive's size that a model may unpack to; real ones take about twice
_SMALLEST_BOUND = 1 << 20  # bytes that any archive may unpack to
_SYMLINK = 0xA  # the upper four bits of a Unix file's mode

_log = logging.getLogger(__name__)


class Entry(BaseModel):
    """A model of the list."""

    name: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$")
    """Also the name of its folder."""
    lang: str
    lang_text: str = ""
    size: int = Field(gt=0)
    """Bytes of the archive."""
    size_text: str = ""
    md5: str = Field(pattern=r"^[0-9a-fA-F]{32}$")
    """Of the archive, hexadecimal."""
    url: str
    obsolete: str = "false"
    """``true`` or ``false``, as text."""
    type: str = ""


@dataclass(frozen=True, slots=True)
class Installed:
    """A model on this machine."""

    name: str
    folder: Path
    size: int
    """Bytes on the disk."""


def installed(folder: Path) -> tuple[Installed, ...]:
    """The models in a folder, by name."""
    if not folder.is_dir():
        return ()
    found = sorted(f for f in folder.iterdir() if f.is_dir() and not f.name.startswith("."))
    return tuple(Installed(f.name, f, sum(p.stat().st_size for p in f.rglob("*") if p.is_file())) for f in found)


def default_vosk(folder: Path, name: str | None = None) -> Path | None:
    """The model that is used: that of the name, else the first one; None where none is named and none there.

    A ``name`` may also be a path to a folder. Whether the model is any good shows when it is loaded.
    """
    if name is None:
        models = installed(folder)
        return models[0].folder if models else None
    return folder / name if (folder / name).is_dir() else Path(name).expanduser()


def catalogue(url: str) -> tuple[Entry, ...]:
    """The models that can be fetched, without the obsolete ones. Raises DownloadError: no network, no such list."""
    models = listed(url)
    entries = list(_entries(models)) if isinstance(models, list) else []
    if not entries:
        raise DownloadError(f"{url} is not Vosk's list of models; correct 'models.catalogue' in the configuration")
    return tuple(entry for entry in entries if entry.obsolete != "true")


def get(name: str, folder: Path, url: str, progress: Progress = lambda have, whole: None) -> Path:
    """Fetch a model of the list at ``url`` into ``folder`` and return its place; a good one there is left alone.

    An interrupted download goes on where it was. Raises DownloadError, with what to do: no network, an unknown
    name, wrong bytes, no room.
    """
    if name in {model.name for model in installed(folder)} and _good(folder / name):
        return folder / name
    entry = _choose(name, catalogue(url))
    part = folder / f".{entry.name}.part"
    with room(folder):
        folder.mkdir(parents=True, exist_ok=True)
        fetch(Remote(entry.name, entry.url, entry.size, entry.md5), part, progress)
        try:
            _unpack(entry, part, folder / entry.name)
        except DownloadError:
            part.unlink()  # it will not get better
            raise
        part.unlink()
    return folder / entry.name


def remove(name: str, folder: Path) -> None:
    """Delete an installed model. Raises DownloadError where there is none of that name, or it cannot be deleted."""
    if name not in {model.name for model in installed(folder)}:
        raise DownloadError(f"no model {name!r} is installed; see 'hark models'")
    try:
        shutil.rmtree(folder / name)
    except OSError as error:
        raise DownloadError(f"{folder / name} cannot be deleted: {error.strerror}; delete it by hand") from error


def _entries(listed: list[object]) -> Iterator[Entry]:
    """What can be understood of the list: one strange entry should not hide the others."""
    for item in listed:
        try:
            yield Entry.model_validate(item)
        except ValidationError as error:
            _log.info("an entry of the list of models is left out: %s", error.errors()[0]["msg"])


def _choose(name: str, entries: tuple[Entry, ...]) -> Entry:
    for entry in entries:
        if entry.name == name:
            return entry
    like = nearest(name, [entry.name for entry in entries])
    raise DownloadError(f"there is no model {name!r}; the nearest are {like}; see 'hark models list'")


def _good(place: Path) -> bool:
    try:
        check(place)
    except ModelError:
        return False
    return True


def _unpack(entry: Entry, part: Path, place: Path) -> None:
    """Put the archive's model into its place, whole or not at all; one that was there is replaced."""
    with tempfile.TemporaryDirectory(prefix=f".{entry.name}.", dir=place.parent) as scratch:
        fresh = Path(scratch) / "model"
        try:
            with zipfile.ZipFile(part) as archive:
                _refuse_traps(entry, archive.infolist())
                archive.extractall(fresh)
        except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError) as error:  # Runtime: encrypted or unknown
            raise DownloadError(f"{entry.name} is no sound zip archive; try another mirror") from error
        inside = list(fresh.iterdir()) if fresh.is_dir() else []
        model = inside[0] if len(inside) == 1 and inside[0].is_dir() else fresh
        if not _good(model):
            raise DownloadError(f"{entry.name} holds no model for speech recognition; see 'hark models list'")
        if place.exists():
            shutil.rmtree(place)
        model.rename(place)


def _refuse_traps(entry: Entry, members: list[zipfile.ZipInfo]) -> None:
    """Raise DownloadError for what no honest archive of a model has; the library cuts files at their stated size."""
    if sum(member.file_size for member in members) > max(_LARGEST * entry.size, _SMALLEST_BOUND):
        raise DownloadError(f"{entry.name} would unpack to far more than a model; it was not unpacked")
    for member in members:
        path = Path(member.filename)
        if path.is_absolute() or ".." in path.parts or member.external_attr >> 28 == _SYMLINK:
            raise DownloadError(f"{entry.name} holds a file that points out of its folder; it was not unpacked")
