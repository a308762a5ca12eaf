"""Fetching models, from a real server on this machine that can also misbehave."""

import hashlib
import io
import json
import random
import stat
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from speaker import models
from speaker.asr.vosk import Vosk
from speaker.errors import DownloadError
from tests.tiny_vosk import tiny_vosk  # noqa: F401  (a fixture)

NAME = "vosk-model-small-xx-0.1"
FILES = {
    "am/final.mdl": random.Random(0).randbytes(300_000),
    "conf/mfcc.conf": b"--sample-frequency=16000\n",
    "conf/model.conf": b"--endpoint.silence-phones=1\n",
    "graph/HCLG.fst": random.Random(1).randbytes(200_000),
}


@dataclass
class Site:
    """A site with a list of models and their archives; how it answers can be changed."""

    url: str = ""
    entries: list[dict[str, Any]] = field(default_factory=list)
    archives: dict[str, bytes] = field(default_factory=dict)
    ranges: bool = True
    breaks_after: int | None = None
    """Bytes after which the connection is cut."""
    asked: list[tuple[str, str | None]] = field(default_factory=list)
    """Each path asked for, and the range."""

    def add(self, archive: bytes, name: str = NAME, **other: Any) -> None:
        """Put a model on the list, as the Vosk site describes one."""
        self.archives[f"/{name}.zip"] = archive
        entry = {
            "lang": "xx",
            "lang_text": "Nowhere",
            "md5": hashlib.md5(archive, usedforsecurity=False).hexdigest(),
            "name": name,
            "obsolete": "false",
            "size": len(archive),
            "size_text": f"{len(archive) / 2**20:.1f}MiB",
            "type": "small",
            "url": f"{self.url}/{name}.zip",
            "version": "0.1",
        }
        self.entries.append(entry | other)

    @property
    def list_url(self) -> str:
        return f"{self.url}/model-list.json"

    @property
    def ranges_asked(self) -> list[str | None]:
        """The ranges of those requests that were for archives."""
        return [range_ for path, range_ in self.asked if path.endswith(".zip")]


def handler(site: Site) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked = self.headers.get("Range")
            site.asked.append((self.path, asked))
            body = site.archives.get(self.path)
            if self.path == "/model-list.json":
                body = json.dumps(site.entries).encode()
            if body is None:
                self.send_error(404)
                return
            start = int(asked.removeprefix("bytes=").removesuffix("-")) if asked and site.ranges else 0
            self.send_response(206 if start else 200)
            if start:
                self.send_header("Content-Range", f"bytes {start}-{len(body) - 1}/{len(body)}")
            self.send_header("Content-Length", str(len(body) - start))
            self.end_headers()
            cut = site.breaks_after if self.path.endswith((".zip", ".onnx")) else None
            self.wfile.write(body[start:] if cut is None else body[start : start + cut])

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    return Handler


@pytest.fixture
def site() -> Iterator[Site]:
    site = Site()
    with ThreadingHTTPServer(("127.0.0.1", 0), handler(site)) as server:
        site.url = f"http://127.0.0.1:{server.server_port}"
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield site
        server.shutdown()
        thread.join()


def zipped(files: dict[str, bytes], top: str = f"{NAME}/") -> bytes:
    """An archive of these files, all in one folder as the Vosk site has it."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(top + name, content)
    return data.getvalue()


def assert_is_the_model(place: Path) -> None:
    """Every file has arrived, and nothing else lies beside it."""
    assert {str(f.relative_to(place)): f.read_bytes() for f in place.rglob("*") if f.is_file()} == FILES
    assert list(place.parent.iterdir()) == [place]


# --- the list -----------------------------------------------------------------------------------------------


def test_the_list_is_read_without_what_is_obsolete(site: Site) -> None:
    site.add(b"one", "vosk-model-en-us-0.22")
    site.add(b"two", "vosk-model-en-us-0.20", obsolete="true")
    [entry] = models.catalogue(site.list_url)
    assert (entry.name, entry.lang, entry.size, entry.type) == ("vosk-model-en-us-0.22", "xx", 3, "small")


def test_one_strange_entry_does_not_hide_the_others(site: Site) -> None:
    site.entries += [{"name": "no-more-than-a-name"}, 7]
    site.add(b"evil", "../../outside")
    site.add(b"one", "vosk-model-en-us-0.22")
    assert [entry.name for entry in models.catalogue(site.list_url)] == ["vosk-model-en-us-0.22"]


@pytest.mark.parametrize("body", [b"<html>", b"{}", b"[]", b'[{"name": "x"}]', b"\xff"])
def test_what_is_no_list_is_said_to_be_none(site: Site, body: bytes) -> None:
    site.archives["/other.json"] = body
    with pytest.raises(DownloadError, match=r"not Vosk.s list of models; correct .models\.catalogue."):
        models.catalogue(f"{site.url}/other.json")


def test_a_list_out_of_reach_is_said_to_be(site: Site) -> None:
    with pytest.raises(DownloadError, match="the server says 404"):
        models.catalogue(f"{site.url}/nothing.json")
    with pytest.raises(DownloadError, match=r"out of reach \(no connection\); check the network"):
        models.catalogue("http://127.0.0.1:9/model-list.json")
    with pytest.raises(DownloadError, match="out of reach"):
        models.catalogue("no address")


# --- getting ------------------------------------------------------------------------------------------------


def test_a_model_is_fetched_into_its_place(site: Site, tmp_path: Path) -> None:
    archive = zipped(FILES)
    site.add(archive)
    told: list[tuple[int, int]] = []
    place = models.get(NAME, tmp_path / "models", site.list_url, lambda have, whole: told.append((have, whole)))
    assert place == tmp_path / "models" / NAME
    assert_is_the_model(place)
    assert told == sorted(told)
    assert len(told) > 3
    assert told[-1] == (len(archive), len(archive))


@pytest.mark.slow
def test_a_fetched_model_recognises(site: Site, tmp_path: Path, tiny_vosk: Path) -> None:  # noqa: F811
    content = {str(f.relative_to(tiny_vosk)): f.read_bytes() for f in tiny_vosk.rglob("*") if f.is_file()}
    site.add(zipped(content))
    assert Vosk(models.get(NAME, tmp_path, site.list_url)).name == f"vosk:{NAME}"


def test_an_archive_without_a_folder_of_its_own_is_fine(site: Site, tmp_path: Path) -> None:
    site.add(zipped(FILES, top=""))
    assert_is_the_model(models.get(NAME, tmp_path, site.list_url))


def test_a_good_model_is_left_alone(site: Site, tmp_path: Path) -> None:
    site.add(zipped(FILES))
    models.get(NAME, tmp_path, site.list_url)
    site.asked.clear()
    assert models.get(NAME, tmp_path, site.list_url) == tmp_path / NAME
    assert site.asked == []


def test_an_incomplete_model_is_fetched_again(site: Site, tmp_path: Path) -> None:
    site.add(zipped(FILES))
    place = models.get(NAME, tmp_path, site.list_url)
    (place / "am/final.mdl").unlink()
    (place / "stray").write_text("from before")
    assert_is_the_model(models.get(NAME, tmp_path, site.list_url))


def test_an_interrupted_download_goes_on_where_it_was(site: Site, tmp_path: Path) -> None:
    archive = zipped(FILES)
    site.add(archive)
    site.breaks_after = 200_000
    with pytest.raises(DownloadError, match="run the same command again"):
        models.get(NAME, tmp_path, site.list_url)
    [part] = tmp_path.iterdir()
    have = part.stat().st_size
    assert 0 < have <= 200_000
    assert archive.startswith(part.read_bytes())
    assert models.installed(tmp_path) == ()

    site.breaks_after = None
    told: list[int] = []
    assert_is_the_model(models.get(NAME, tmp_path, site.list_url, lambda have, whole: told.append(have)))
    assert site.ranges_asked == [None, f"bytes={have}-"]
    assert told[0] == have


def test_a_server_without_ranges_sends_all_again(site: Site, tmp_path: Path) -> None:
    site.add(zipped(FILES))
    site.breaks_after = 200_000
    with pytest.raises(DownloadError):
        models.get(NAME, tmp_path, site.list_url)
    site.breaks_after, site.ranges = None, False
    assert_is_the_model(models.get(NAME, tmp_path, site.list_url))
    assert len(site.ranges_asked) == 2


def test_an_archive_that_was_all_there_is_not_fetched_again(site: Site, tmp_path: Path) -> None:
    archive = zipped(FILES)
    site.add(archive)
    (tmp_path / f".{NAME}.part").write_bytes(archive)
    assert_is_the_model(models.get(NAME, tmp_path, site.list_url))
    assert site.ranges_asked == []


@pytest.mark.parametrize("wrong", ["a bit", "more", "before"])
def test_wrong_bytes_are_deleted_and_fetched_anew(site: Site, tmp_path: Path, wrong: str) -> None:
    archive = zipped(FILES)
    site.add(archive)
    if wrong == "a bit":
        site.archives[f"/{NAME}.zip"] = archive[:1000] + bytes([archive[1000] ^ 1]) + archive[1001:]
    elif wrong == "more":
        site.archives[f"/{NAME}.zip"] = archive + b"x"
    else:  # an interrupted download of an earlier archive of that name
        (tmp_path / f".{NAME}.part").write_bytes(bytes(5000))
    with pytest.raises(DownloadError, match="damaged and was deleted; run the same command again"):
        models.get(NAME, tmp_path, site.list_url)
    assert list(tmp_path.iterdir()) == []
    site.archives[f"/{NAME}.zip"] = archive
    assert_is_the_model(models.get(NAME, tmp_path, site.list_url))


def test_fewer_bytes_than_listed_are_kept_to_go_on(site: Site, tmp_path: Path) -> None:
    archive = zipped(FILES)
    site.add(archive)
    site.archives[f"/{NAME}.zip"] = archive[:-10]
    with pytest.raises(DownloadError, match=f"only {len(archive) - 10} of {len(archive)} bytes came"):
        models.get(NAME, tmp_path, site.list_url)
    site.archives[f"/{NAME}.zip"] = archive
    assert_is_the_model(models.get(NAME, tmp_path, site.list_url))


def test_an_unknown_name_tells_the_nearest(site: Site, tmp_path: Path) -> None:
    for name in ("vosk-model-small-de-0.15", "vosk-model-de-0.21", "vosk-model-small-fr-0.22", "vosk-model-ja-0.22"):
        site.add(b"", name, size=1)
    with pytest.raises(DownloadError, match=r"no model 'small-de'; the nearest are vosk-model-small-de-0\.15"):
        models.get("small-de", tmp_path, site.list_url)
    with pytest.raises(DownloadError, match=r"no model '\.\./x'"):
        models.get("../x", tmp_path, site.list_url)
    assert list(tmp_path.iterdir()) == []


def test_an_archive_that_is_gone_is_said_to_be(site: Site, tmp_path: Path) -> None:
    site.add(zipped(FILES))
    site.archives.clear()
    with pytest.raises(DownloadError, match="the server says 404 Not Found"):
        models.get(NAME, tmp_path, site.list_url)


def test_a_full_disk_says_to_make_room(site: Site, tmp_path: Path) -> None:
    site.add(zipped(FILES))
    (tmp_path / f".{NAME}.part").symlink_to("/dev/full")  # a real device that is always full
    with pytest.raises(DownloadError, match="No space left on device; make room"):
        models.get(NAME, tmp_path, site.list_url)


def test_a_folder_that_cannot_be_made_is_an_error(site: Site, tmp_path: Path) -> None:
    site.add(zipped(FILES))
    (tmp_path / "file").write_text("")
    with pytest.raises(DownloadError, match="cannot be kept in"):
        models.get(NAME, tmp_path / "file" / "models", site.list_url)


# --- archives that nobody should unpack -----------------------------------------------------------------------


def with_a_link() -> bytes:
    data = io.BytesIO(zipped(FILES))
    with zipfile.ZipFile(data, "a") as archive:
        link = zipfile.ZipInfo(f"{NAME}/link")
        link.create_system = 3  # Unix
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc")
    return data.getvalue()


@pytest.mark.parametrize(
    ("archive", "reason"),
    [
        (zipped(FILES | {"../../outside": b"x"}), "points out of its folder"),
        (zipped(FILES | {"/outside": b"x"}, top=""), "points out of its folder"),
        (with_a_link(), "points out of its folder"),
        (zipped(FILES | {"zeros": bytes(20_000_000)}), "far more than a model"),
        (zipped({"readme": b"a speaker model has other files"}), "no model for speech recognition"),
        (b"PK no archive", "no sound zip archive"),
        (zipped(FILES).replace(FILES["am/final.mdl"][:100], bytes(100)), "no sound zip archive"),
    ],
    ids=["above", "absolute", "link", "bomb", "other", "nothing", "checksum"],
)
def test_a_bad_archive_leaves_nothing_behind(site: Site, tmp_path: Path, archive: bytes, reason: str) -> None:
    site.add(archive)
    folder = tmp_path / "data" / "models"
    with pytest.raises(DownloadError, match=reason) as error:
        models.get(NAME, folder, site.list_url)
    assert "\n" not in str(error.value)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
    assert list(folder.iterdir()) == []
    assert not Path("/outside").exists()


# --- what is there ---------------------------------------------------------------------------------------------


def test_installed_models_are_listed_with_their_size(site: Site, tmp_path: Path) -> None:
    assert models.installed(tmp_path / "nothing") == ()
    for name in (NAME, "vosk-model-b", "vosk-model-a"):
        site.add(zipped(FILES), name)
        models.get(name, tmp_path, site.list_url)
    (tmp_path / ".vosk-model-c.part").write_bytes(b"half")
    size = sum(map(len, FILES.values()))
    assert models.installed(tmp_path) == tuple(
        models.Installed(name, tmp_path / name, size) for name in ("vosk-model-a", "vosk-model-b", NAME)
    )


def test_a_removed_model_is_gone(site: Site, tmp_path: Path) -> None:
    site.add(zipped(FILES))
    models.get(NAME, tmp_path, site.list_url)
    models.remove(NAME, tmp_path)
    assert models.installed(tmp_path) == ()
    for name in (NAME, "..", "", "."):
        with pytest.raises(DownloadError, match="is installed; see 'hark models'"):
            models.remove(name, tmp_path)


def test_the_model_used_is_the_named_else_the_first(tmp_path: Path) -> None:
    folder = tmp_path / "models"
    assert models.default_vosk(folder) is None
    for name in ("vosk-model-b", "vosk-model-a"):
        (folder / name).mkdir(parents=True)
    assert models.default_vosk(folder) == folder / "vosk-model-a"
    assert models.default_vosk(folder, "vosk-model-b") == folder / "vosk-model-b"
    assert models.default_vosk(folder, str(tmp_path / "elsewhere")) == tmp_path / "elsewhere"
