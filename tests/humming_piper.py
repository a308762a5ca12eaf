#!/usr/bin/env python3
"""A stand-in for Piper: the same options, and the same lines in and out, but it only hums, longer for longer texts.

No voice of Piper's can be had where these tests run. It does as Piper 1.8 does: a line in is a WAV file in the folder,
named on standard error once it is whole. What its model is called decides the rest: *cpp* does as the older Piper, which
names the file on standard output; *dies* ends after its first text, *hangs* from its second on, *refuses* cannot load.
"""

import argparse
import array
import math
import sys
import time
import wave

options = argparse.ArgumentParser()
for name in ("--model", "--output_dir", "--length_scale"):
    options.add_argument(name, required=True)
given = options.parse_args()

sys.stderr.write("a line that is none of a file\n")
if "refuses" in given.model:
    sys.exit("ValueError: no such voice")
for count, line in enumerate(sys.stdin):
    if "hangs" in given.model and count:
        time.sleep(600)
    path = f"{given.output_dir}/{time.monotonic_ns()}.wav"
    length = int(100 * len(line.strip()) * float(given.length_scale))
    with wave.open(path, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(16000)
        file.writeframes(array.array("h", (int(9000 * math.sin(n / 9)) for n in range(length))).tobytes())
    if "cpp" in given.model:
        print(path, flush=True)  # noqa: T201
    else:
        sys.stderr.write(f"INFO:__main__:Wrote {path}\n")
        sys.stderr.flush()
    if "dies" in given.model:
        sys.exit(3)
