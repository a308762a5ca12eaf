"""What Hark writes to the card: at rest, and with a command. A table, and one JSON line.

    .venv/bin/python -m benchmarks.card [--minutes 5]

``hark run`` itself listens to a real sound server without hardware. The bytes are those that the kernel counts as sent
to the disk for it (write_bytes in /proc/PID/io): whole pages of 4096, its journal's and its database's among them.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from rich.console import Console
from rich.table import Table

from speaker import demo, recording
from tests.sound_server import sound_server

COMMANDS = ("turn on the kitchen lights", "what time is it", "set a timer for five minutes")


def written(process: int) -> int:
    """Bytes that a process has sent to the disk."""
    lines = Path(f"/proc/{process}/io").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("write_bytes"))


def turns(data: Path) -> int:
    trace = data / "trace.jsonl"
    return len(trace.read_text().splitlines()) if trace.exists() else 0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=5.0, help="how long it is left alone")
    minutes = parser.parse_args().minutes
    table, result = Table("what", "bytes written"), dict[str, float]()
    # Not in memory: the kernel counts nothing there.
    with (
        tempfile.TemporaryDirectory(prefix="hark-", dir="/var/tmp") as folder,
        sound_server(Path(folder) / "sound") as server,
    ):
        data = Path(folder) / "data"
        command = [sys.executable, "-m", "speaker", "run", "--data", str(data)]
        with subprocess.Popen(command, env=server.env, stdout=subprocess.DEVNULL) as hark:
            time.sleep(20)
            result["to start"] = before = written(hark.pid)
            time.sleep(60 * minutes)
            result["an hour at rest"] = (written(hark.pid) - before) * 60 / minutes
            for text in COMMANDS:
                file, before, had = Path(folder) / "said.wav", written(hark.pid), turns(data)
                recording.write(file, demo.spoken("slt", "hey jarvis", text))
                server.say(file)
                time.sleep(8)
                assert turns(data) == had + 1, f"{text!r} was not heard"
                result[text] = written(hark.pid) - before
            hark.terminate()
    for name, count in result.items():
        table.add_row(name, f"{count:,.0f}")
    Console().print(table)
    print(json.dumps({"bytes": result, "minutes": minutes}))


if __name__ == "__main__":
    main()
