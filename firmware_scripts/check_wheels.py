#!/usr/bin/env python3
"""Whether a folder of wheels installs on a Raspberry Pi: all that the lock names, for its processor and its glibc.

    check_wheels.py FOLDER --lock requirements.txt [--python 3.11 --python 3.13]
    check_wheels.py --retag WHEEL        name a wheel that was compiled here after what it needs

The check is that of auditwheel, for a processor that is not this one: the version of each symbol that a library takes
from glibc and libstdc++ is read from its ELF header and held against what Debian 12 has.
"""

import argparse
import io
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

from elftools.elf.elffile import ELFFile
from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.tags import Tag, compatible_tags, cpython_tags
from packaging.utils import canonicalize_name, parse_wheel_filename
from packaging.version import Version

NEWEST = {"GLIBC": Version("2.36"), "GLIBCXX": Version("3.4.30")}
"""Of Debian 12, the older of the two systems."""


def libraries(wheel: Path) -> Iterator[tuple[str, ELFFile]]:
    """The shared libraries in a wheel, by their names in it."""
    with zipfile.ZipFile(wheel) as archive:
        for name in archive.namelist():
            content = archive.read(name)
            if content[:4] == b"\x7fELF":
                yield name, ELFFile(io.BytesIO(content))


def needed(library: ELFFile) -> dict[str, Version]:
    """The newest version of each set of symbols that a library wants: ``{"GLIBC": 2.17, …}``."""
    newest: dict[str, Version] = {}
    section = library.get_section_by_name(".gnu.version_r")
    for _, symbols in section.iter_versions() if section else ():
        for symbol in symbols:
            if match := re.fullmatch(r"([A-Z]+)_([0-9.]+)", symbol.name):
                family, version = match[1], Version(match[2])
                newest[family] = max(version, newest.get(family, version))
    return newest


def tags(python: str) -> set[Tag]:
    """What pip of that Python takes on Debian 12 or later on a 64-bit Pi."""
    version = tuple(int(part) for part in python.split("."))
    platforms = ["linux_aarch64", "manylinux2014_aarch64"]
    platforms += [f"manylinux_2_{minor}_aarch64" for minor in range(17, NEWEST["GLIBC"].minor + 1)]
    return {
        *cpython_tags(version, platforms=platforms),
        *compatible_tags(version, f"cp{version[0]}{version[1]}", platforms),
    }


def pins(lock: Path, python: str) -> dict[str, Version]:
    """What a lock names for a Pi with that Python."""
    pi = default_environment() | {
        "platform_machine": "aarch64",
        "sys_platform": "linux",
        "python_version": python,
        "python_full_version": f"{python}.0",
    }
    found = {}
    for line in lock.read_text().replace("\\\n", " ").splitlines():
        if line and not line.startswith("#"):
            requirement = Requirement(re.split(r"\s+--hash", line)[0])
            if not requirement.marker or requirement.marker.evaluate(pi):
                found[canonicalize_name(requirement.name)] = Version(next(iter(requirement.specifier)).version)
    return found


def faults(wheel: Path) -> Iterator[str]:
    """What keeps the libraries in a wheel from loading on a Pi, and each promise of its name that it breaks."""
    claims = [
        int(found[1])
        for tag in parse_wheel_filename(wheel.name)[3]
        if (found := re.fullmatch(r"manylinux_2_(\d+)_aarch64", tag.platform))
    ]
    for name, library in libraries(wheel):
        if library["e_machine"] != "EM_AARCH64":
            yield f"{wheel.name}: {name} is for {library['e_machine'].removeprefix('EM_')}, not for AARCH64"
            continue
        wanted = needed(library)
        for family, version in wanted.items():
            if family in NEWEST and version > NEWEST[family]:
                yield f"{wheel.name}: {name} wants {family} {version}; Debian 12 has {NEWEST[family]}"
        if claims and (glibc := wanted.get("GLIBC")) and glibc.minor > max(claims):
            yield f"{wheel.name}: {name} wants glibc {glibc}, more than its name says"


def missing(folder: Path, lock: Path, python: str) -> Iterator[str]:
    """What the lock names and the folder has no fitting wheel of."""
    fitting = tags(python)
    there = set()
    for wheel in folder.glob("*.whl"):
        name, version, _, own = parse_wheel_filename(wheel.name)
        if own & fitting:
            there.add((name, version))
    for name, version in pins(lock, python).items():
        if (name, version) not in there:
            yield f"no wheel of {name} {version} fits Python {python} on a Pi"


def retag(wheel: Path) -> None:
    """Name a wheel for the glibc that its libraries want."""
    newest = max((needed(library).get("GLIBC", Version("2.17")) for _, library in libraries(wheel)))
    platform = f"manylinux_2_{max(newest.minor, 17)}_aarch64"
    tool = [sys.executable, "-m", "wheel", "tags", "--remove", "--platform-tag", platform, str(wheel)]
    subprocess.run(tool, check=True, stdout=subprocess.DEVNULL)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", nargs="?", type=Path)
    parser.add_argument("--lock", type=Path)
    parser.add_argument("--python", action="append", default=[])
    parser.add_argument("--retag", type=Path)
    options = parser.parse_args()
    if options.retag:
        retag(options.retag)
        return 0
    if not options.folder:
        parser.error("name the folder of wheels")
    wheels = sorted(options.folder.rglob("*.whl"))
    found = [fault for wheel in wheels for fault in faults(wheel)]
    for python in options.python or ["3.11", "3.13"]:
        if options.lock:
            found += missing(options.folder, options.lock, python)
    for fault in found:
        print(fault)
    if not found:
        print(f"{len(wheels)} wheels, {sum(w.stat().st_size for w in wheels) / 1e6:.0f} MB: each loads on a Pi")
    return bool(found)


if __name__ == "__main__":
    sys.exit(main())
