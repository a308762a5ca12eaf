"""Fetching a file that is on a list: with progress, going on where it broke off, and only if its checksum is right."""

import errno
import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests
from rapidfuzz import process

from speaker.errors import DownloadError

Progress = Callable[[int, int], None]
"""Called with the bytes that are there, and those of the whole."""

_TIMEOUT = 20  # seconds without an answer
_BLOCK = 1 << 16


@dataclass(frozen=True, slots=True)
class Remote:
    """A file to fetch."""

    name: str
    """What it is called in messages."""
    url: str
    size: int
    """Bytes."""
    md5: str
    """Hexadecimal; the one checksum that the lists have."""


def listed(url: str) -> Any:
    """The JSON at an address, None where it is none. Raises DownloadError where it cannot be had."""
    try:
        answer = requests.get(url, timeout=_TIMEOUT)
        answer.raise_for_status()
        return answer.json()
    except requests.JSONDecodeError:
        return None
    except requests.RequestException as error:
        raise DownloadError(f"the list at {url} is out of reach ({_reason(error)}); check the network") from error


def nearest(name: str, names: list[str]) -> str:
    """Those most like a name, for a message: "a, b, c"."""
    return ", ".join(match[0] for match in process.extract(name, names, limit=3))


def fetch(remote: Remote, part: Path, progress: Progress) -> None:
    """Bring ``part`` to the size of the file and check it; what came of a download that broke off is kept.

    Raises DownloadError, with what to do: no network, wrong bytes.
    """
    have = part.stat().st_size if part.exists() else 0
    progress(min(have, remote.size), remote.size)
    if have < remote.size:
        _go_on(remote, part, have, progress)
    with part.open("rb") as file:
        digest = hashlib.file_digest(file, lambda: hashlib.md5(usedforsecurity=False)).hexdigest()
    if part.stat().st_size != remote.size or digest != remote.md5.lower():
        part.unlink()  # it will not get better
        raise DownloadError(f"what came for {remote.name} is damaged and was deleted; run the same command again")


def _go_on(remote: Remote, part: Path, have: int, progress: Progress) -> None:
    headers = {"Accept-Encoding": "identity"} | ({"Range": f"bytes={have}-"} if have else {})
    try:
        with requests.get(remote.url, headers=headers, stream=True, timeout=_TIMEOUT) as answer:
            answer.raise_for_status()
            if answer.status_code != requests.codes.partial_content:  # the server sends the whole, asked or not
                have = 0
            with part.open("ab" if have else "wb") as file:
                for block in answer.iter_content(_BLOCK):
                    file.write(block)
                    have += len(block)
                    progress(min(have, remote.size), remote.size)
                    if have > remote.size:  # not the file of the list: the check will say so
                        return
    except requests.HTTPError as error:
        raise DownloadError(f"{remote.name} cannot be had ({_reason(error)}); try later, or another mirror") from error
    except requests.RequestException as error:
        raise DownloadError(
            f"the download broke off at {have} of {remote.size} bytes ({_reason(error)});"
            " run the same command again to go on"
        ) from error
    if have < remote.size:
        raise DownloadError(f"only {have} of {remote.size} bytes came; run the same command again to go on")


@contextmanager
def room(folder: Path) -> Iterator[None]:
    """Whatever the disk refuses becomes a DownloadError."""
    try:
        yield
    except OSError as error:
        full = error.errno in (errno.ENOSPC, errno.EDQUOT)
        advice = "make room, then run the same command again" if full else "see to its permissions"
        raise DownloadError(
            f"what is fetched cannot be kept in {folder}: {error.strerror or error}; {advice}"
        ) from error


def _reason(error: requests.RequestException) -> str:
    if isinstance(error, requests.Timeout):
        return "no answer in time"
    if isinstance(error, requests.HTTPError):
        return f"the server says {error.response.status_code} {error.response.reason}"
    if isinstance(error, requests.ConnectionError | requests.exceptions.ChunkedEncodingError):
        return "no connection"
    return " ".join(str(error).split())
