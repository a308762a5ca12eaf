"""Setting up a box and keeping it up to date, in a tree of its own: nothing of this machine is touched.

The packages are those of the running environment, linked (HARK_TEST_SITE); Hark itself is installed as on a box, and
the self-test that decides on an update is the real one: espeak-ng speaks, the whole line answers.
"""

import hashlib
import os
import re
import shutil
import site
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

TOP = Path(__file__).resolve().parents[1]
SCRIPTS = TOP / "firmware_scripts"
LINKED = {"HARK_TEST_SITE": site.getsitepackages()[0], "HARK_PYTHON": sys.executable}
OLD, NEW = "1800000000", "1800000001"  # when bundles were made

needs = pytest.mark.skipif(
    os.geteuid() != 0 or not all(map(shutil.which, ("espeak-ng", "ssh-keygen", "systemd-sysusers"))),
    reason="needs root, espeak-ng, ssh-keygen and systemd",
)


def run(script: Path, *words: object, **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [script, *map(str, words)], env={**os.environ, **LINKED, **more}, capture_output=True, text=True, timeout=300
    )


def tree(root: Path) -> dict[str, tuple[int, int, str]]:
    """Every file with its mode, its owner, and what is in it or where it leads."""
    found = {}
    for path in root.rglob("*"):
        content = (
            str(path.readlink())
            if path.is_symlink()
            else hashlib.sha256(path.read_bytes()).hexdigest()
            if path.is_file()
            else ""
        )
        stat = path.lstat()
        found[str(path.relative_to(root))] = stat.st_mode, stat.st_uid, content
    return found


def version(root: Path) -> str:
    return (root / "opt/hark/current").readlink().name


def works(root: Path) -> bool:
    return run(SCRIPTS / "selftest.sh", root / "opt/hark/current/site", root / "etc/hark/config.yaml").returncode == 0


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """A copy of what an installation is made of, to be changed."""

    def make(name: str) -> Path:
        place = tmp_path_factory.mktemp(name) / "hark"
        for part in ("speaker", "intents", "models/quantized", "firmware_scripts"):
            shutil.copytree(TOP / part, place / part, ignore=shutil.ignore_patterns("__pycache__"))
        shutil.copy(TOP / "pyproject.toml", place)
        (place / "wheels").mkdir()
        return place

    return make


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The maker's key, and a stranger's."""
    folder = tmp_path_factory.mktemp("keys")
    for name in ("maker", "stranger"):
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", folder / name], check=True)
    return folder


@pytest.fixture(scope="module")
def bundle(checkout: Callable[[str], Path], keys: Path) -> Callable[..., Path]:
    """Make a signed bundle of a checkout that is changed somehow; the folder that it lies in."""

    def make(name: str, change: Callable[[Path], object], key: str = "maker", made: str = NEW) -> Path:
        source = checkout(name)
        change(source)
        out = source.parent / "stick"
        out.mkdir()
        words = ("--key", keys / key, "--wheels", source / "wheels", "--out", out)
        done = run(source / "firmware_scripts/make_bundle.sh", *words, SOURCE_DATE_EPOCH=made)
        assert done.returncode == 0, done.stderr
        return out

    return make


@pytest.fixture
def box(installed: Path, tmp_path: Path) -> Path:
    """A tree that Hark is installed in."""
    root = tmp_path / "root"
    subprocess.run(["cp", "-a", installed, root], check=True)  # with its owners
    return root


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory, keys: Path) -> Path:
    root = tmp_path_factory.mktemp("box")
    done = run(SCRIPTS / "install.sh", "--root", root, "--signer", keys / "maker.pub", SOURCE_DATE_EPOCH=OLD)
    assert done.returncode == 0, done.stderr
    return root


@pytest.fixture(scope="module")
def good(bundle: Callable[..., Path]) -> Path:
    """An update that is good."""
    return bundle("good", lambda source: newer(source))


def newer(source: Path) -> None:
    file = source / "pyproject.toml"
    file.write_text(re.sub(r'^version = ".*"', 'version = "99.0"', file.read_text(), flags=re.MULTILINE))


@pytest.mark.skipif(shutil.which("shellcheck") is None, reason="needs shellcheck")
def test_shellcheck_finds_nothing() -> None:
    scripts = [*SCRIPTS.rglob("*.sh"), SCRIPTS / "system/hark"]
    done = subprocess.run(["shellcheck", *scripts], capture_output=True, text=True, cwd=SCRIPTS)
    assert done.returncode == 0, done.stdout


@needs
def test_what_is_installed_answers_and_is_the_same_the_second_time(box: Path) -> None:
    before = tree(box)
    assert {"etc/systemd/system/hark.service", "usr/local/bin/hark", "etc/hark/config.yaml"} <= before.keys()
    assert run(SCRIPTS / "install.sh", "--root", box).returncode == 0
    assert tree(box) == before
    assert works(box)


@needs
def test_uninstalling_leaves_what_is_the_users_and_purging_does_not(box: Path) -> None:
    (box / "etc/hark/config.yaml").write_text("wake: {word: alexa}\n")
    (box / "var/lib/hark/hark.db").write_text("timers")
    assert run(SCRIPTS / "install.sh", "--root", box).returncode == 0
    assert "alexa" in (box / "etc/hark/config.yaml").read_text()
    assert run(SCRIPTS / "install.sh", "--root", box, "--uninstall").returncode == 0
    left = {name for name in tree(box) if "hark" in name}
    assert left == {
        "etc/hark",
        "etc/hark/config.yaml",
        "etc/hark/signers",
        "var/lib/hark",
        "var/lib/hark/hark.db",
    }
    assert run(SCRIPTS / "install.sh", "--root", box, "--uninstall", "--purge").returncode == 0
    assert not {name for name in tree(box) if "hark" in name}
    assert "hark" not in (box / "etc/passwd").read_text() + (box / "etc/group").read_text()


@needs
@pytest.mark.parametrize("at", ["dependencies", "own", "whole", "account", "switch", "links"])
def test_an_interrupted_installation_goes_on_when_run_again(
    at: str, installed: Path, keys: Path, tmp_path: Path
) -> None:
    words = (SCRIPTS / "install.sh", "--root", tmp_path, "--signer", keys / "maker.pub")
    assert run(*words, HARK_POWER_OFF_AT=at, SOURCE_DATE_EPOCH=OLD).returncode < 0
    assert run(*words, SOURCE_DATE_EPOCH=OLD).returncode == 0
    ours, whole = tree(tmp_path), tree(installed)
    assert ours.pop("etc/shadow")[:2] == whole.pop("etc/shadow")[:2]  # the day is in it
    assert ours == whole


@needs
def test_wheels_are_held_to_the_hashes_of_the_lock(tmp_path: Path) -> None:
    wheels = tmp_path / "wheels"
    wheels.mkdir()
    wheel = wheels / "tiny-1.0-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as file:
        file.writestr("tiny.py", "answer = 42\n")
        file.writestr("tiny-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: tiny\nVersion: 1.0\n")
        file.writestr("tiny-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        file.writestr("tiny-1.0.dist-info/RECORD", "")
    lock, root = wheels / "requirements.txt", tmp_path / "root"
    root.mkdir()
    lock.write_text(f"tiny==1.0 --hash=sha256:{'0' * 64}\n")
    words = (SCRIPTS / "install.sh", "--root", root, "--wheels", wheels)
    refused = run(*words, HARK_TEST_SITE="")
    assert refused.returncode == 1
    assert "HASHES" in refused.stderr
    assert not (root / "opt/hark/current").is_symlink()
    lock.write_text(f"tiny==1.0 --hash=sha256:{hashlib.sha256(wheel.read_bytes()).hexdigest()}\n")
    assert run(*words, HARK_TEST_SITE="").returncode == 0
    assert (root / "opt/hark/current/site/tiny.py").is_file()


@needs
def test_systemd_finds_nothing_wrong_and_little_that_is_open(installed: Path, tmp_path: Path) -> None:
    root = tmp_path / "root"
    subprocess.run(["cp", "-a", installed, root], check=True)  # with its owners
    units = root / "usr/lib/systemd/system"
    units.mkdir(parents=True)
    (root / "bin").mkdir()
    (root / "bin/sh").touch(0o755)
    for name in (
        "sysinit.target",
        "basic.target",
        "shutdown.target",
        "multi-user.target",
        "system.slice",
        "-.slice",
        "timers.target",
    ):
        (units / name).write_text("[Unit]\nDefaultDependencies=no\n")
    ours = sorted(path.name for path in (root / "etc/systemd/system").glob("hark*.*") if path.is_symlink())
    names = [name.replace("@.", "@sda1.") for name in ours]
    checked = subprocess.run(
        ["systemd-analyze", "verify", f"--root={root}", "--man=no", *names], capture_output=True, text=True
    )
    said = [line for line in checked.stderr.splitlines() if "hark" in line]
    assert not said, said
    command = [
        "systemd-analyze",
        "security",
        "--offline=yes",
        f"--root={root}",
        "--threshold=30",
        "--no-pager",
        "hark.service",
    ]
    judged = subprocess.run(command, capture_output=True, text=True)
    assert judged.returncode == 0, judged.stdout[-300:]


@needs
def test_a_good_update_is_taken_once_and_nothing_older_after_it(
    box: Path, good: Path, bundle: Callable[..., Path]
) -> None:
    before = version(box)
    done = run(SCRIPTS / "update.sh", "--root", box, good)
    assert done.returncode == 0, done.stderr
    assert version(box).startswith("99.0-")
    assert {path.name for path in (box / "opt/hark/versions").iterdir()} == {before, version(box)}
    assert "runs already" in run(SCRIPTS / "update.sh", "--root", box, good).stderr
    older = bundle("older", lambda source: None, made=OLD)
    refused = run(SCRIPTS / "update.sh", "--root", box, older)
    assert (refused.returncode, version(box)[:4]) == (1, "99.0")
    assert "older than what is installed" in refused.stderr
    assert run(SCRIPTS / "update.sh", "--root", box, "--force", older).returncode == 0
    assert not version(box).startswith("99.0-")


def _one_byte_more(stick: Path) -> None:
    with next(stick.glob("*.tar")).open("ab") as file:
        file.write(b"\0")


def _no_signature(stick: Path) -> None:
    next(stick.glob("*.sig")).unlink()


@needs
@pytest.mark.parametrize(
    ("change", "reason"), [(_one_byte_more, "the signature is not"), (_no_signature, "is missing; copy it beside")]
)
def test_a_bundle_that_was_tampered_with_changes_nothing(
    change: Callable[[Path], None], reason: str, box: Path, good: Path, tmp_path: Path
) -> None:
    stick = tmp_path / "stick"
    shutil.copytree(good, stick)
    change(stick)
    before = tree(box)
    done = run(SCRIPTS / "update.sh", "--root", box, stick)
    assert (done.returncode, reason in done.stderr) == (1, True), done.stderr
    assert tree(box).items() - before.items() <= {("opt/hark/.updating", (0o100644, 0, hashlib.sha256().hexdigest()))}


@needs
def test_a_stranger_is_not_believed_nor_a_maker_who_signed_something_broken(
    box: Path, bundle: Callable[..., Path], keys: Path
) -> None:
    before = version(box)
    assert (
        "the signature is not"
        in run(SCRIPTS / "update.sh", "--root", box, bundle("strange", newer, key="stranger")).stderr
    )
    stick = bundle("cut", newer)
    whole = next(stick.glob("*.tar"))
    whole.write_bytes(whole.read_bytes()[:100_000])
    Path(f"{whole}.sig").unlink()
    subprocess.run(
        ["ssh-keygen", "-q", "-Y", "sign", "-f", keys / "maker", "-n", "hark-update", whole],
        check=True,
        capture_output=True,
    )
    assert "the bundle is broken" in run(SCRIPTS / "update.sh", "--root", box, stick).stderr
    assert version(box) == before


@needs
def test_a_version_that_does_not_answer_is_not_switched_to(box: Path, bundle: Callable[..., Path]) -> None:
    def deaf(source: Path) -> None:
        newer(source)
        (source / "speaker/wake/__init__.py").write_text("raise RuntimeError('deaf')\n")

    before = tree(box)
    done = run(SCRIPTS / "update.sh", "--root", box, bundle("deaf", deaf))
    assert done.returncode == 1
    assert "does not answer" in done.stderr
    assert tree(box).keys() - before.keys() <= {"opt/hark/.updating"}
    assert works(box)


@needs
def test_a_version_that_stops_answering_after_the_switch_is_taken_back(box: Path, good: Path) -> None:
    before = version(box)
    assert run(SCRIPTS / "update.sh", "--root", box, good, HARK_POWER_OFF_AT="check").returncode < 0
    assert version(box) != before
    (box / "opt/hark/current/site/speaker/wake/__init__.py").unlink()
    shutil.rmtree(box / "opt/hark/current/site/speaker/__pycache__")
    done = run(SCRIPTS / "update.sh", "--root", box, "--finish")
    assert (done.returncode, version(box)) == (1, before)
    assert "the update was taken back" in done.stderr
    assert works(box)


@needs
@pytest.mark.slow
def test_the_power_may_go_before_any_step(box: Path, good: Path) -> None:
    before, begun = version(box), ""
    steps = re.findall(r"^ *(?:[^#\n]*[ ;{])?step (\w+) ", (SCRIPTS / "update.sh").read_text(), re.MULTILINE)
    steps = [step for step in steps if step != "back"] + ["dependencies", "own", "whole"]
    order = [
        "fetch",
        "verify",
        "extract",
        "dependencies",
        "own",
        "whole",
        "speak",
        "pending",
        "switch",
        "links",
        "check",
        "kept",
        "prune",
    ]
    assert sorted(steps) == sorted(order)
    for step in order:
        done = run(SCRIPTS / "update.sh", "--root", box, good, HARK_POWER_OFF_AT=step)
        begun = version(box)
        assert (box / "opt/hark/current/site/speaker/cli.py").is_file()
        assert (box / "opt/hark/current/firmware_scripts/install.sh").is_file()
        assert (begun == before) == (order.index(step) <= order.index("switch")), done.stderr
    assert run(SCRIPTS / "update.sh", "--root", box, "--finish").returncode == 0
    assert run(SCRIPTS / "update.sh", "--root", box, good).returncode == 0
    assert version(box).startswith("99.0-")
    assert not (box / "opt/hark/pending").exists()
