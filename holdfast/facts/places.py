"""Where the cache of measured facts is."""

from __future__ import annotations

import hashlib
import importlib.metadata
import os
import sys
from pathlib import Path

from holdfast.errors import UsageError

_VERSION = "6"
"""Of what is measured and how it is kept: another one starts an empty cache."""


def default_folder() -> Path:
    """Holdfast's folder in the user's cache folder: XDG_CACHE_HOME, else the system's usual place."""
    if configured := os.environ.get("XDG_CACHE_HOME"):
        return Path(configured) / "holdfast"
    home = Path.home()
    if sys.platform == "darwin":
        return home / "Library" / "Caches" / "holdfast"
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA", home)) / "holdfast"
    return home / ".cache" / "holdfast"


def cache_file(root: Path, folder: Path | None) -> Path:
    """The file of the cache, one for all datasets and each set of libraries that measure.

    Raises UsageError for a folder inside the dataset.
    """
    place = Path(os.path.realpath(folder or default_folder()))
    if place.is_relative_to(os.path.realpath(root)):
        raise UsageError(
            f"the cache may not lie inside the data: {place}; give another folder with --cache=DIR"
        )
    libraries = [
        f"{name}-{importlib.metadata.version(name)}" for name in ("Pillow", "ImageHash", "numpy", "scipy")
    ]
    key = "\0".join([_VERSION, *libraries])
    return place / f"facts-{hashlib.sha256(key.encode()).hexdigest()[:16]}.sqlite"


def dataset_folder(root: Path, folder: Path | None) -> Path:
    """A folder beside the cache for what belongs to one dataset. Raises as `cache_file` does."""
    name = hashlib.sha256(os.path.realpath(root).encode("utf-8", "surrogateescape")).hexdigest()[:24]
    return cache_file(root, folder).parent / name
