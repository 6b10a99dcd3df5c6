"""Where the cache of measured facts is."""

from __future__ import annotations

import hashlib
import importlib.metadata
import os
import sys
from pathlib import Path

from holdfast.errors import UsageError
from holdfast.images import HEIC_PACKAGE, heic_version

_VERSION = "24"
"""Of what is measured and how it is kept: another one starts an empty cache."""
MOST = 9
"""Files of one cache: this many damaged ones are no accident."""


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
    """The file of the cache, one for all datasets and each set of libraries that measure: the last of those
    that took each other's place.

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
    libraries += [f"{HEIC_PACKAGE}-{found}" for found in [heic_version()] if found]
    key = "\0".join([_VERSION, *libraries])
    file = place / f"facts-{hashlib.sha256(key.encode()).hexdigest()[:16]}.sqlite"
    while (following := next_file(file)) and os.path.exists(following):
        file = following
    return file


def next_file(file: Path) -> Path | None:
    """The file to go on with where this one is damaged; None after MOST. A damaged file stays where it is:
    another run may have it open, and SQLite names its journal by it."""
    name, _, number = file.name.partition(".sqlite-")
    following = int(number or 1) + 1
    first = name.removesuffix(".sqlite")
    return file.with_name(f"{first}.sqlite-{following}") if following <= MOST else None


def number_of(root: Path) -> int:
    """The number of a dataset in the cache: 56 bits of a digest of where it lies."""
    return int.from_bytes(hashlib.sha256(os.fsencode(os.path.realpath(root))).digest()[:7])


def dataset_folder(root: Path, folder: Path | None) -> Path:
    """A folder beside the cache for what belongs to one dataset. Raises as `cache_file` does."""
    name = hashlib.sha256(os.path.realpath(root).encode("utf-8", "surrogateescape")).hexdigest()[:24]
    return cache_file(root, folder).parent / name
