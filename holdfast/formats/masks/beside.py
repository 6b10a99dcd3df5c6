"""What lies in a tree of masks and belongs to no split: images, links, pipes, closed folders."""

from __future__ import annotations

from collections.abc import Iterator

from holdfast.dataset import Dataset, Problem, ProblemRow, Split
from holdfast.formats.masks.layout import Layout
from holdfast.formats.masks.pairing import MASKS, OTHERS
from holdfast.formats.masks.tables import Found
from holdfast.formats.tree import join, upward
from holdfast.images import is_image


def unreferenced(layout: Layout, found: Found) -> Iterator[ProblemRow]:
    """Images that no split refers to."""
    beside = {pairing.images.rpartition("/")[0] for pairing in layout.pairings}
    for folder, names in layout.tree.files.items():
        pairing = layout.of_masks(folder)
        if pairing is not None and pairing.images != pairing.masks:
            continue
        if pairing is None and _is_of_masks(folder, beside):
            continue
        images = [name for name in names if (pairing.holds_image(name) if pairing else is_image(name))]
        unused = [path for name in images if (path := join(folder, name)) not in found.owners]
        message = f"no split refers to it (in {folder or '.'}: {len(unused)} images unreferenced)"
        yield from (ProblemRow(Problem.UNREFERENCED, path, message) for path in unused)


def skipped(dataset: Dataset, layout: Layout) -> Iterator[ProblemRow]:
    """What is there and is not read: part of a split, or where more might lie."""
    owners: dict[str, Split] = {}
    for split in dataset.splits:
        for folder in split.folders:
            pairing = layout.of_images(folder)
            for place in (folder, pairing.mask_folder(folder) if pairing else folder):
                owners.setdefault(layout.tree.closed(place) or place, split)
    for path, reason in layout.tree.skipped.items():
        owner = next((owners[folder] for folder in upward(path) if folder in owners), None)
        if owner is not None:
            yield ProblemRow(Problem.NOT_READ, path, f"not read: {reason}", split=owner)
        elif is_image(path) or "." not in path.rpartition("/")[2]:  # an image, or a name as folders have
            yield ProblemRow(Problem.UNREFERENCED, path, f"no split refers to it; not read: {reason}")


def _is_of_masks(folder: str, beside: set[str]) -> bool:
    """Whether a folder is one of further masks; `beside` are the folders that those of images lie in."""
    return any(
        place.rpartition("/")[0] in beside and place.rpartition("/")[2].lower() in (*MASKS, *OTHERS)
        for place in upward(folder)
    )
