"""Environments for the tools that the benchmarks compare Holdfast with, each in a folder of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path


def environment(name: str, requirements: Sequence[str], folder: Path) -> Path | None:
    """The python of a virtual environment `folder/name` with these requirements, made when missing.

    None, with a one-line note, where it cannot be made. Packages come from pip's own configuration.
    """
    home = folder / name
    python = home / "bin" / "python"
    ready = home / "requirements.txt"
    wanted = "".join(f"{line}\n" for line in requirements)
    if ready.exists() and ready.read_text() == wanted:
        return python
    print(f"{name}: installing {', '.join(requirements)} in {home}", flush=True)
    for command in (
        [sys.executable, "-m", "venv", "--clear", str(home)],
        [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *requirements],
    ):
        done = subprocess.run(command, capture_output=True, text=True, errors="replace", check=False)
        if done.returncode:
            last = (done.stderr.strip() or "nothing said").splitlines()[-1]
            print(f"{name}: left out, it cannot be installed here: {last}", flush=True)
            return None
    ready.write_text(wanted)
    return python


def default_folder() -> Path:
    """Where the environments are kept from run to run: beside the user's other caches."""
    caches = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(caches) / "holdfast-benchmarks"
