"""ONNX models in onnxruntime, on few threads and without spinning: a small box has other things to do."""

import os
from importlib.util import find_spec
from pathlib import Path
from typing import Any

# Since 1.32 it reports to its maker unless this is set before it is imported; disable_telemetry_events() comes too late.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"

import onnxruntime

from speaker.errors import ModelError

Session = Any  # onnxruntime has no types


def packaged(package: str, path: str) -> Path:
    """A file that an installed package carries, found without importing the package.

    Raises ModelError where the package or the file is missing.
    """
    spec = find_spec(package)
    for folder in (spec.submodule_search_locations or []) if spec else []:
        if (file := Path(folder) / path).is_file():
            return file
    raise ModelError(f"{path} is not where the package {package} should carry it; reinstall Hark's packages")


def load(path: Path, threads: int = 1) -> Session:
    """Load an ``.onnx`` or ``.ort`` file for the CPU; raises ModelError where it is missing or damaged."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    try:
        return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    except Exception as error:  # onnxruntime raises a class of its own for each status code
        reason = str(error).splitlines()[0]
        raise ModelError(f"cannot load the model {path} ({reason}); reinstall Hark's packages") from error
