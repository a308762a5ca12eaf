"""Vosk models: which are installed, and fetching one from the Vosk site's own list."""

import hashlib
import shutil
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import requests
from pydantic import BaseModel, TypeAdapter, ValidationError
from rapidfuzz import process

from speaker.errors import DownloadError

Progress = Callable[[int, int], None]
"""Called with the bytes that are there, and those of the whole."""

_TIMEOUT = 20  # seconds without an answer
_BLOCK = 1 << 16
_LARGEST = 12  # times its archive's size that a model may unpack to


class Entry(BaseModel):
    """A model of the list."""

    name: str
    lang: str
    lang_text: str = ""
    size: int
    """Bytes of the archive."""
    size_text: str = ""
    md5: str
    url: str
    obsolete: str = "false"
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
    """The model that is used where none is named: the only or first one; None where there is none.

    A ``name`` may also be a path to a folder.
    """
    if name is None:
        models = installed(folder)
        return models[0].folder if models else None
    return folder / name if (folder / name).is_dir() else Path(name).expanduser()


def catalogue(url: str) -> tuple[Entry, ...]:
    """The models that can be fetched. Raises DownloadError: no network, or no such list."""
    try:
        answer = requests.get(url, timeout=_TIMEOUT)
        answer.raise_for_status()
        entries = TypeAdapter(list[Entry]).validate_python(answer.json())
    except requests.RequestException as error:
        raise DownloadError(f"the list of models is out of reach ({_reason(error)}); check the network") from error
    except (ValueError, ValidationError) as error:
        raise DownloadError(f"{url} is not Vosk's list of models; correct 'models.catalogue'") from error
    return tuple(entry for entry in entries if entry.obsolete != "true")


def get(name: str, folder: Path, url: str, progress: Progress = lambda have, whole: None) -> Path:
    """Fetch a model into ``folder`` and return its place; one that is there is left alone.

    An interrupted download goes on where it was. Raises DownloadError, with what to do: no network, an unknown
    name, wrong bytes, no room.
    """
    place = folder / name
    if place.is_dir():
        return place
    entries = {entry.name: entry for entry in catalogue(url)}
    if name not in entries:
        nearest = [match[0] for match in process.extract(name, list(entries), limit=3)]
        raise DownloadError(f"there is no model {name!r}; did you mean one of: {', '.join(nearest)}?")
    entry = entries[name]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        part = folder / f".{name}.part"
        _fetch(entry, part, progress)
        _verify(entry, part)
        _unpack(entry, part, place)
        part.unlink()
    except OSError as error:
        raise DownloadError(f"the model cannot be kept in {folder} ({error}); make room, then try again") from error
    return place


def remove(name: str, folder: Path) -> None:
    """Delete an installed model. Raises DownloadError where there is none of that name."""
    if name not in {model.name for model in installed(folder)}:
        raise DownloadError(f"no model {name!r} is installed; see 'hark models'")
    shutil.rmtree(folder / name)


def _fetch(entry: Entry, part: Path, progress: Progress) -> None:
    have = part.stat().st_size if part.exists() else 0
    if have >= entry.size:
        return
    try:
        headers = {"Range": f"bytes={have}-"} if have else {}
        with requests.get(entry.url, headers=headers, stream=True, timeout=_TIMEOUT) as answer:
            answer.raise_for_status()
            if answer.status_code != 206:  # the server sends the whole, asked or not
                have = 0
            with part.open("ab" if have else "wb") as file:
                for block in answer.iter_content(_BLOCK):
                    have += len(block)
                    if have > entry.size:
                        break
                    file.write(block)
                    progress(have, entry.size)
    except requests.RequestException as error:
        raise DownloadError(
            f"the download broke off ({_reason(error)}); run the same command again to go on"
        ) from error
    if have < entry.size:
        raise DownloadError(f"only {have} of {entry.size} bytes came; run the same command again to go on")


def _verify(entry: Entry, part: Path) -> None:
    digest = hashlib.md5(usedforsecurity=False)  # the one checksum that the list has
    with part.open("rb") as file:
        while block := file.read(_BLOCK):
            digest.update(block)
    if part.stat().st_size != entry.size or digest.hexdigest() != entry.md5:
        part.unlink()
        raise DownloadError(f"what came for {entry.name} is damaged and was deleted; run the same command again")


def _unpack(entry: Entry, part: Path, place: Path) -> None:
    fresh = place.with_name(f".{entry.name}.new")
    shutil.rmtree(fresh, ignore_errors=True)
    try:
        with zipfile.ZipFile(part) as archive:
            if sum(info.file_size for info in archive.infolist()) > _LARGEST * max(entry.size, 1 << 20):
                raise DownloadError(f"{entry.name} would unpack to far more than a model; it was not unpacked")
            for info in archive.infolist():
                if (
                    not (fresh / info.filename).resolve().is_relative_to(fresh.resolve())
                    or info.external_attr >> 28 == 0xA
                ):
                    raise DownloadError(
                        f"{entry.name} holds a file that points outside of its folder; it was not unpacked"
                    )
            archive.extractall(fresh)
    except zipfile.BadZipFile as error:
        raise DownloadError(f"{entry.name} is no zip archive; correct 'models.catalogue'") from error
    inner = fresh / entry.name
    (inner if inner.is_dir() else fresh).replace(place)
    shutil.rmtree(fresh, ignore_errors=True)


def _reason(error: requests.RequestException) -> str:
    if isinstance(error, requests.Timeout):
        return "no answer in time"
    if isinstance(error, requests.ConnectionError):
        return "no connection"
    return str(error).split(" for url")[0]
