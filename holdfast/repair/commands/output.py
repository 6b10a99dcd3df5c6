"""The files that a plan is written to: never in the data, whole or not at all."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from holdfast.errors import UsageError


def require_writable_name(file: Path, root: Path, option: str) -> None:
    """Raises UsageError unless a file can have that name without harm to the data or to what is there."""
    what = "plan" if option == "output" else "template"
    try:
        if file.resolve().is_relative_to(root):
            raise UsageError(f"{file}: the {what} may not lie inside the data; give another --{option}=FILE")
        if os.path.lexists(file) and not stat.S_ISREG(file.lstat().st_mode):
            raise UsageError(f"{file}: is there and is no regular file; give another --{option}=FILE")
    except OSError as error:
        raise UsageError(f"{file}: cannot be written: {(error.strerror or str(error)).lower()}") from None


def write_whole(file: Path, data: bytes) -> None:
    """Write a file whole or not at all. Raises UsageError if it cannot be written."""
    new = file.with_name(f".plan-{os.getpid()}")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        new.write_bytes(data)
        new.replace(file)
    except OSError as error:
        raise UsageError(f"{file}: cannot be written: {(error.strerror or str(error)).lower()}") from None
