"""New contents for images: made in a process of its own, never here."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from holdfast.names import display
from holdfast.repair.fix import Pixels
from holdfast.repair.pixels.exif import untagged
from holdfast.repair.runs.places import Refused

_TIMEOUT = 300
_MODULE = "holdfast.repair.pixels.work"


def made(data: bytes, how: Pixels, orientation: int) -> bytes:
    """The image stored in another way. Raises Refused where that is not possible as `how` says."""
    if how is Pixels.UNTAGGED:
        return untagged(data)
    # -P: what lies in the current folder is not imported
    command = [sys.executable, "-P", "-m", _MODULE, str(how), str(orientation)]
    try:
        done = subprocess.run(
            command, input=data, capture_output=True, timeout=_TIMEOUT, check=False, env=_environment()
        )
    except subprocess.TimeoutExpired:
        raise Refused(f"was not done in {_TIMEOUT} s") from None
    if done.returncode == 0 and done.stdout:
        return done.stdout
    said = done.stderr.decode("utf-8", "replace").strip().splitlines()
    raise Refused(display(said[-1][:200]) if done.returncode == 1 and said else "cannot be decoded")


def _environment() -> dict[str, str]:
    """With the place of this package, which a bare clone does not install."""
    package = str(Path(__file__).resolve().parents[3])
    paths = [package, *filter(None, [os.environ.get("PYTHONPATH")])]
    return os.environ | {"PYTHONPATH": os.pathsep.join(paths), "OPENBLAS_NUM_THREADS": "1"}
