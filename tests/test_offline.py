"""Nothing leaves the house: the demo works where there is no network at all."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import TOP


def without_network(*command: object) -> list[str]:
    """The command in a network namespace of its own, which has no interface that is up."""
    return ["unshare", "--net", *([] if os.getuid() == 0 else ["--map-root-user"]), *map(str, command)]


def possible() -> bool:
    return (
        shutil.which("unshare") is not None
        and subprocess.run(without_network("true"), check=False, capture_output=True).returncode == 0
    )


pytestmark = [
    pytest.mark.skipif(not possible(), reason="this system allows no network namespaces"),
    pytest.mark.skipif(shutil.which("flite") is None, reason="flite is not installed"),
]


def test_there_is_no_network_in_it() -> None:
    links = subprocess.run(without_network("ip", "-o", "link"), capture_output=True, text=True, check=True).stdout
    assert all("lo:" in line and "state DOWN" in line for line in links.splitlines())


@pytest.mark.slow
def test_the_demo_works_without_a_network(tmp_path: Path) -> None:
    env = {**os.environ, "HOME": str(tmp_path), "COLUMNS": "160"}
    command = without_network(sys.executable, "-m", "speaker", "demo", "--data", tmp_path / "data")
    ran = subprocess.run(command, capture_output=True, text=True, env=env, cwd=TOP, timeout=300, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "7 commands done, 1 rejected." in ran.stdout
    for words in (
        "light.on",
        "timer.start  duration=300",
        "item=milk, eggs",
        "place=tokyo",
        "brightness=30",
        "none: rejected",
    ):
        assert words in ran.stdout


@pytest.mark.skipif(shutil.which("strace") is None, reason="needs strace")
def test_onnxruntime_calls_nobody(tmp_path: Path) -> None:
    """It carries a telemetry that reports to its maker some eight seconds after a model was loaded."""
    calls = tmp_path / "calls"
    load = "import time; from speaker import onnx, vad; vad.VoiceActivity(); time.sleep(12)"
    command = ["strace", "-f", "-e", "trace=connect", "-o", calls, sys.executable, "-c", load]
    subprocess.run(command, check=True, env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)})
    assert "AF_INET" not in calls.read_text()
