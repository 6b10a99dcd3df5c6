"""Sample data: a small drawn dataset of climbing walls with known faults."""

from __future__ import annotations

from pathlib import Path

from holdfast.demo.faults import plant_all
from holdfast.demo.manifest import Manifest, PlantedFault
from holdfast.demo.tree import SEED, clean_tree
from holdfast.errors import UsageError

__all__ = ["Manifest", "PlantedFault", "draw"]


def draw(target: Path) -> Manifest:
    """Draw the sample data into a new or empty folder and return what was planted in it.

    About 120 images in `boulder/` and `mountain/`, each with train, valid and test; the manifest is
    written beside them as `faults.json`. Every run writes the same bytes, given the same Pillow.
    Raises UsageError when the target is neither missing nor an empty folder, or cannot be written.
    """
    _prepare(target)
    tree = clean_tree()
    plant_all(tree)
    splits = [path for path in tree.files if "/images/" in path and "/extra/" not in path]
    manifest = Manifest(SEED, len(splits), tuple(tree.faults))
    tree.files["faults.json"] = manifest.to_json().encode()
    _write(target, tree.files)
    return manifest


def _prepare(target: Path) -> None:
    try:
        if target.exists() and not target.is_dir():
            raise UsageError(f"{target}: not a folder; the sample data needs a new or empty one")
        target.mkdir(parents=True, exist_ok=True)
        occupied = any(target.iterdir())
    except OSError as error:
        raise UsageError(f"{target}: cannot be made or read: {error.strerror}") from None
    if occupied:
        raise UsageError(f"{target}: not empty; the sample data needs a new or empty folder")


def _write(target: Path, files: dict[str, bytes]) -> None:
    try:
        for path, content in sorted(files.items()):
            file = target / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content)
    except OSError as error:
        raise UsageError(f"{target}: cannot be written: {error.strerror}") from None
