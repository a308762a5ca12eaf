"""What is heard after a wake and is not for us: wake words, single words, talk. What share becomes an action?"""

import tempfile
from pathlib import Path

from benchmarks import sounds
from speaker import recording
from speaker.build import Hark, Place
from speaker.config import Config


def measured(quick: bool) -> dict[str, dict[str, float]]:
    """What → shares of which something is done, or asked, of so many clips."""
    result, all_done, all_asked, everything = {}, 0, 0, 0
    with tempfile.TemporaryDirectory(prefix="hark-") as data, Hark(Place(Config(), None, Path(data))) as hark:
        ears = hark.ears(one_command=True)
        for what, clips in _clips(quick).items():
            done = asked = 0
            for name, samples in clips:
                assistant = hark.assistant(ears)
                turn = assistant.command(recording.frames(samples, rest=1.0), name)
                assert turn.parse is not None
                acted = not turn.parse.rejected
                done, asked = done + (acted and not assistant.asks), asked + assistant.asks
            result[what] = _shares(done, asked, len(clips))
            all_done, all_asked, everything = all_done + done, all_asked + asked, everything + len(clips)
    return result | {"all": _shares(all_done, all_asked, everything)}


def _clips(quick: bool) -> dict[str, list[tuple[str, sounds.Samples]]]:
    """Some of the recordings of ``../shared/data/speech``: of the many alike, one of several."""
    more = 6 if quick else 1
    others = ("amelia", "athena", "computer", "heycomputer")
    return {
        "wake words": sounds.recorded("wake", 2 * more),
        "other wake words": [clip for word in others for clip in sounds.recorded(f"precise/{word}", 4 * more)],
        "single words": sounds.recorded("words", 8 * more),
        "talk": [
            *sounds.recorded("precise/not-wake-words", more),
            *(clip for clip in sounds.recorded("home") if clip[0].startswith("oov_")),
        ],
    }


def _shares(done: int, asked: int, clips: int) -> dict[str, float]:
    return {"clips": clips, "done": round(done / clips, 4), "asked": round(asked / clips, 4)}
