"""Minutes of listening through the real line: nothing grows, and every command is acted on once."""

import shutil
from pathlib import Path

import pytest

from benchmarks import soak


@pytest.mark.slow
@pytest.mark.skipif(not (shutil.which("flite") and shutil.which("espeak-ng")), reason="flite or espeak-ng is missing")
def test_minutes_of_a_household_leave_nothing_behind_and_every_command_is_acted_on_once(tmp_path: Path) -> None:
    outcome = soak.run(hours=5 / 60, seed=1, data=tmp_path)
    assert outcome.commands >= 5
    assert outcome.twice == outcome.unasked == 0
    assert outcome.once >= 0.8 * outcome.commands  # a synthetic voice may be misheard
    settled, last = outcome.loads[len(outcome.loads) // 2], outcome.loads[-1]
    assert (last.threads, last.files) == (settled.threads, settled.files)
    assert last.memory - settled.memory < 10  # MB
    assert last.objects - settled.objects < 5000
