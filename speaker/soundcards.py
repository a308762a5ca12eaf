"""What firmware_scripts/audio_setup.py chose at the start of the machine, where it runs."""

import json
from dataclasses import dataclass
from pathlib import Path

CHOSEN = Path("/run/hark-audio/chosen.json")


@dataclass(frozen=True, slots=True)
class Chosen:
    """The sound cards that are ALSA's default."""

    microphone: str
    loudspeaker: str
    notes: tuple[str, ...]
    """What is not as it should be, and what to do."""

    @property
    def text(self) -> str:
        return f"microphone {self.microphone}; loudspeaker {self.loudspeaker}"


def chosen(place: Path | None = None) -> Chosen | None:
    """What was chosen; None where nobody chose, or it cannot be read."""
    try:
        kept = json.loads((place or CHOSEN).read_text(encoding="utf-8"))
        return Chosen(str(kept["microphone"]), str(kept["loudspeaker"]), tuple(map(str, kept["notes"])))
    except (OSError, ValueError, KeyError, TypeError):
        return None
