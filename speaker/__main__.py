"""``python -m speaker`` is ``hark``."""

from speaker.cli import main

main()
