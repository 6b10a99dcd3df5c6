"""Reading a dataset, whatever its format, into the tables of `holdfast.dataset`."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path

from holdfast.config import Settings
from holdfast.dataset import Dataset
from holdfast.errors import UsageError
from holdfast.formats import yolo
from holdfast.formats.tree import join, walk
from holdfast.formats.yolo_config import SPLIT_NAMES
from holdfast.names import display, to_text


def recognise(root: Path, settings: Settings) -> Dataset:
    """The dataset below `root` with its splits and no rows yet: cheap, no image is opened.

    Raises UsageError when `root` is no folder, when no layout is recognised, with what was looked for
    and what was found, and when `[counts]` gives one split twice.
    """
    shown = display(to_text(str(root)))
    if not root.exists():
        raise UsageError(f"{shown}: no such folder")
    if not root.is_dir():
        raise UsageError(f"{shown}: not a folder; --data takes the folder that holds the dataset")
    dataset = yolo.recognise(root, settings.splits)
    if dataset is None:
        raise UsageError(
            f"{shown}: no dataset recognised: looked for {yolo.LOOKED_FOR}; found {_contents(root)}"
        )
    return replace(dataset, expected_counts=_counts(dataset, settings))


def read(dataset: Dataset) -> Dataset:
    """The dataset, listed anew, with its tables filled. Never raises on bad data; it fills `problems`.

    Raises UsageError when there is not a single image in any split.
    """
    return read_labels(read_images(replace(dataset, tree=None)))


def read_images(dataset: Dataset) -> Dataset:
    """The first half of `read`, from the files that `recognise` listed: what a scan needs to know.

    Raises as `read` does.
    """
    dataset = yolo.read_images(dataset)
    if dataset.images.is_empty():
        raise yolo.no_image(dataset)
    return dataset


def read_labels(dataset: Dataset) -> Dataset:
    """The second half: labels and annotations."""
    return yolo.read_labels(dataset)


def _counts(dataset: Dataset, settings: Settings) -> dict[str, int]:
    """The numbers of `[counts]` by unit name, whichever way a split is spelt there."""
    collections = {split.collection for split in dataset.splits}
    counts: dict[str, int] = {}
    for key, count in settings.counts.items():
        collection, _, spelling = key.rpartition("/")
        split = SPLIT_NAMES.get(spelling.lower(), spelling)
        name = key if key in collections else join(collection, split)
        if name in counts:
            raise settings.error(f"{key!r} is another spelling of {name!r}, which has a count", "counts", key)
        counts[name] = count
    return counts


def _contents(root: Path) -> str:
    tree = walk(root)
    folders = [display(name) for name in tree.folders[""]]
    suffixes = Counter(
        Path(name).suffix.lower() or "no suffix" for names in tree.files.values() for name in names
    )
    if not folders and not suffixes:
        return "an empty folder"
    kinds = ", ".join(f"{count} {display(suffix)}" for suffix, count in suffixes.most_common(4))
    listed = ", ".join(folders[:6]) + (", ..." if len(folders) > 6 else "")
    return f"folders: {listed or 'none'}; files: {kinds or 'none'}"
