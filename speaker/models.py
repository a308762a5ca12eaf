"""Vosk models: which are installed, and fetching one from the Vosk site's own list.

The list is JSON: an array of objects with the keys of ``Entry``, and others.
"""

import errno
import hashlib
import logging
import shutil
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import requests
from pydantic import BaseModel, Field, ValidationError
from rapidfuzz import process

from speaker.asr.vosk import check
from speaker.errors import DownloadError, ModelError

Progress = Callable[[int, int], None]
"""Called with the bytes of the archive that are there, and those of the whole."""

_TIMEOUT = 20  # seconds without an answer
_BLOCK = 1 << 16
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
    try:
        answer = requests.get(url, timeout=_TIMEOUT)
        answer.raise_for_status()
        listed = answer.json()
    except requests.JSONDecodeError:
        listed = None
    except requests.RequestException as error:
        raise DownloadError(f"the list of models is out of reach ({_reason(error)}); check the network") from error
    entries = list(_entries(listed)) if isinstance(listed, list) else []
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
    with _room(folder):
        folder.mkdir(parents=True, exist_ok=True)
        _fetch(entry, part, progress)
        try:
            _verify(entry, part)
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
    nearest = [match[0] for match in process.extract(name, [entry.name for entry in entries], limit=3)]
    raise DownloadError(f"there is no model {name!r}; the nearest are {', '.join(nearest)}; see 'hark models list'")


def _good(place: Path) -> bool:
    try:
        check(place)
    except ModelError:
        return False
    return True


def _fetch(entry: Entry, part: Path, progress: Progress) -> None:
    """Bring ``part`` to the size of the archive, or raise DownloadError and keep what came."""
    have = part.stat().st_size if part.exists() else 0
    progress(min(have, entry.size), entry.size)
    if have >= entry.size:
        return
    headers = {"Accept-Encoding": "identity"} | ({"Range": f"bytes={have}-"} if have else {})
    try:
        with requests.get(entry.url, headers=headers, stream=True, timeout=_TIMEOUT) as answer:
            answer.raise_for_status()
            if answer.status_code != requests.codes.partial_content:  # the server sends the whole, asked or not
                have = 0
            with part.open("ab" if have else "wb") as file:
                for block in answer.iter_content(_BLOCK):
                    file.write(block)
                    have += len(block)
                    progress(min(have, entry.size), entry.size)
                    if have > entry.size:  # not the archive of the list: the check will say so
                        return
    except requests.HTTPError as error:
        raise DownloadError(f"{entry.name} cannot be had ({_reason(error)}); try later, or another mirror") from error
    except requests.RequestException as error:
        raise DownloadError(
            f"the download broke off at {have} of {entry.size} bytes ({_reason(error)});"
            " run the same command again to go on"
        ) from error
    if have < entry.size:
        raise DownloadError(f"only {have} of {entry.size} bytes came; run the same command again to go on")


def _verify(entry: Entry, part: Path) -> None:
    with part.open("rb") as file:  # MD5 is the one checksum that the list has
        digest = hashlib.file_digest(file, lambda: hashlib.md5(usedforsecurity=False)).hexdigest()
    if part.stat().st_size != entry.size or digest != entry.md5.lower():
        raise DownloadError(f"what came for {entry.name} is damaged and was deleted; run the same command again")


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


@contextmanager
def _room(folder: Path) -> Iterator[None]:
    """Whatever the disk refuses becomes a DownloadError."""
    try:
        yield
    except OSError as error:
        full = error.errno in (errno.ENOSPC, errno.EDQUOT)
        advice = "make room, then run the same command again" if full else "see to its permissions"
        raise DownloadError(f"the model cannot be kept in {folder}: {error.strerror or error}; {advice}") from error


def _reason(error: requests.RequestException) -> str:
    if isinstance(error, requests.Timeout):
        return "no answer in time"
    if isinstance(error, requests.HTTPError):
        return f"the server says {error.response.status_code} {error.response.reason}"
    if isinstance(error, requests.ConnectionError | requests.exceptions.ChunkedEncodingError):
        return "no connection"
    return " ".join(str(error).split())
