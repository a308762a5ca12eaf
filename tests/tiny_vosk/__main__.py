"""Make the model in the folder named on the command line."""

import sys
from pathlib import Path

from . import build

build(Path(sys.argv[1]))
