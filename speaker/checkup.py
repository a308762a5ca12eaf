"""What is wrong with the microphone, said to whom it concerns: in the log, and aloud where nobody could be heard."""

import logging
from collections.abc import Callable

from speaker.events import Frame
from speaker.languages import say
from speaker.trouble import DEAD, Troubles

log = logging.getLogger(__name__)


class Checkup:
    """Looks at a microphone's frames as they come."""

    def __init__(self, say: Callable[[str], None]) -> None:
        """``say``: speaks a sentence."""
        self._say = say
        self._troubles = Troubles()
        self._heard = False

    def look(self, frame: Frame) -> None:
        """Take the next frame, as it came from the microphone."""
        for trouble in self._troubles.update(frame.samples, sounding=frame.played is not None):
            if trouble not in self._troubles.present:
                log.warning("the microphone is better: no longer %s", trouble.name)
                continue
            log.warning("the microphone %s", trouble.text)
            if trouble == DEAD and not self._heard:  # else somebody muted it, and knows
                self._say(say("microphone_dead"))
        self._heard = self._heard or bool(frame.samples.any())
