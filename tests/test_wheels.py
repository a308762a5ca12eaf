"""Wheels for a Pi: what would not load there is named before anyone carries it to one."""

import platform
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest

pytest.importorskip("elftools", reason="needs pyelftools")

from firmware_scripts import check_wheels

_LOCK = Path(check_wheels.__file__).parent / "lock/requirements.txt"
_TOP = Path(check_wheels.__file__).parent.parent


def wheel(folder: Path, name: str, **files: bytes) -> Path:
    path = folder / name
    with zipfile.ZipFile(path, "w") as archive:
        for file, content in files.items():
            archive.writestr(file, content)
    return path


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A shared library of this machine that wants something of glibc."""
    compiler = shutil.which("gcc") or shutil.which("cc")
    if not compiler:
        pytest.skip("needs a C compiler")
    folder = tmp_path_factory.mktemp("library")
    (folder / "a.c").write_text('#include <stdio.h>\nvoid hello(void) { puts("hello"); }\n')
    subprocess.run([compiler, "-shared", "-fPIC", folder / "a.c", "-o", folder / "a.so"], check=True)
    return (folder / "a.so").read_bytes()


def for_pi(library: bytes) -> bytes:
    """The same library, by its header one for a Pi."""
    return library[:18] + (183).to_bytes(2, "little") + library[20:]


def test_a_library_for_another_processor_is_named(tmp_path: Path, library: bytes) -> None:
    if platform.machine() == "aarch64":
        pytest.skip("this machine is like a Pi")
    found = list(check_wheels.faults(wheel(tmp_path, "a-1-py3-none-manylinux_2_36_aarch64.whl", a=library)))
    assert len(found) == 1
    assert "not for AARCH64" in found[0]


def test_what_wants_a_newer_glibc_than_its_name_or_the_system_is_named(
    tmp_path: Path, library: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = wheel(tmp_path, "a-1-py3-none-manylinux_2_36_aarch64.whl", a=for_pi(library))
    assert list(check_wheels.faults(path)) == []
    wants = check_wheels.needed(next(check_wheels.libraries(path))[1])["GLIBC"]
    monkeypatch.setattr(check_wheels, "needed", lambda library: {"GLIBC": check_wheels.Version("2.38")})
    found = list(check_wheels.faults(path))
    assert any("Debian 12 has 2.36" in fault for fault in found)
    assert any("more than its name says" in fault for fault in found)
    assert wants < check_wheels.NEWEST["GLIBC"]


def test_a_wheel_is_missing_where_none_fits(tmp_path: Path) -> None:
    lock = tmp_path / "lock.txt"
    lock.write_text(
        "a==1 \\\n    --hash=sha256:00\n"
        "b==2 ; python_full_version < '3.12' \\\n    --hash=sha256:00\n"
        "c==3 ; platform_machine == 'x86_64' \\\n    --hash=sha256:00\n"
    )
    wheel(tmp_path, "a-1-py3-none-manylinux2014_x86_64.whl")
    wheel(tmp_path, "b-2-cp311-cp311-manylinux_2_17_aarch64.whl")
    assert list(check_wheels.missing(tmp_path, lock, "3.11")) == ["no wheel of a 1 fits Python 3.11 on a Pi"]
    wheel(tmp_path, "a-1-cp39-abi3-manylinux_2_28_aarch64.whl")
    assert list(check_wheels.missing(tmp_path, lock, "3.11")) == []
    assert list(check_wheels.missing(tmp_path, lock, "3.13")) == []


def test_the_lock_names_all_that_hark_depends_on() -> None:
    import tomllib

    project = tomllib.loads((_TOP / "pyproject.toml").read_text())["project"]
    for python in ("3.11", "3.13"):
        pinned = check_wheels.pins(_LOCK, python)
        for line in project["dependencies"]:
            requirement = check_wheels.Requirement(line)
            version = pinned[check_wheels.canonicalize_name(requirement.name)]
            assert requirement.specifier.contains(version), f"{line}: run firmware_scripts/build_wheels.sh --lock"


def test_each_line_of_the_lock_is_held_to_hashes() -> None:
    entries = _LOCK.read_text().replace("\\\n", " ").splitlines()
    assert all("--hash=sha256:" in entry for entry in entries if entry and not entry.startswith("#"))
