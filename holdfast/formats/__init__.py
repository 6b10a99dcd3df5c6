"""Reading a dataset, whatever its format, into the tables of `holdfast.dataset`."""

from __future__ import annotations

import importlib
import pkgutil
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Protocol

import polars as pl

from holdfast.archives import PACKED, is_archive
from holdfast.config import Settings
from holdfast.dataset import Dataset, Problem, ProblemRow, problem_table
from holdfast.errors import UsageError
from holdfast.formats import readers
from holdfast.formats.coco.pictures import compare_pictures
from holdfast.formats.masks import values
from holdfast.formats.reading import CLOSE, PLAUSIBLE, Reading
from holdfast.formats.rest import files_of
from holdfast.formats.splits import SPLIT_NAMES, merged
from holdfast.formats.tree import Tree, join, tree_of, walk
from holdfast.formats.unread import unread
from holdfast.formats.unsupported import looks_like
from holdfast.formats.vanished import vanished
from holdfast.images import is_image
from holdfast.names import display, to_text

_SAYING = {"txt", "xml", "json", "jsonl", "csv", "parquet"}
"""Suffixes of files that may say what is on images."""


class Reader(Protocol):
    """What every module among the readers has. None of its functions raises for what the data is."""

    LOOKED_FOR: str
    """What it wants to see, for the message that nothing was recognised."""

    def recognise(self, root: Path, tree: Tree, settings: Settings) -> Reading | None:
        """What it makes of a tree: lists, reads configuration and the beginning of annotation files."""

    def read_images(self, dataset: Dataset) -> Dataset:
        """The dataset with its images; `tree` is what was listed."""

    def read_labels(self, dataset: Dataset) -> Dataset:
        """The dataset, its images read, with labels and annotations."""


def recognise(root: Path, settings: Settings) -> Dataset:
    """The dataset below `root` with its splits and no rows yet: cheap, no image is opened.

    The format is that of the settings, else the one that most speaks for. Raises UsageError when `root` is no
    folder, when no format is recognised, with what was looked for and what was found, when its splits hold no
    image, and when `[counts]` gives one split twice.
    """
    shown = display(to_text(str(root)))
    if not root.exists():
        raise UsageError(f"{shown}: no such folder")
    if not root.is_dir() and not is_archive(root.name):
        hint = "unpack it first" if root.name.lower().endswith(PACKED) else "or a .zip or .tar file of it"
        raise UsageError(f"{shown}: not a folder; --data takes the folder that holds the dataset; {hint}")
    tree = walk(root)
    found = _readings(root, tree, settings)
    sure = bool(found) and (found[0].confidence >= PLAUSIBLE or bool(settings.format))
    if not sure and (other := looks_like(root, tree)):
        raise UsageError(f"{shown}: looks like {other}")
    if not found:
        raise _nothing(shown, tree, settings)
    chosen = found[0]
    tree = chosen.dataset.tree or tree
    noted = list(_others(found, settings))
    if chosen.dataset.format != "yolo":  # which knows what a data.yaml declares
        noted += merged(split for split in chosen.dataset.splits if split.name not in settings.splits)
    problems = pl.concat([chosen.dataset.problems, problem_table(noted)])
    dataset = replace(chosen.dataset, evidence=chosen.evidence, problems=problems, tree=tree)
    dataset = replace(dataset, declares_splits=bool(settings.splits))
    if not any(split.lists for split in dataset.splits) and not _has_images(dataset, tree):
        raise _no_image(dataset)
    return replace(dataset, expected_counts=_counts(dataset, settings), sources=settings.sources)


def formats() -> list[str]:
    """The names of the formats that are read, in order: every file among the readers."""
    return sorted(module.name for module in pkgutil.iter_modules(readers.__path__))


def read(dataset: Dataset) -> Dataset:
    """The dataset, listed anew, with its tables filled. Never raises on bad data; it fills `problems`.

    Raises UsageError when there is not a single image in any split.
    """
    return read_labels(read_images(replace(dataset, tree=None)))


def read_images(dataset: Dataset) -> Dataset:
    """The first half of `read`, from the files that `recognise` listed: what a scan needs to know.

    Raises as `read` does.
    """
    dataset = replace(dataset, tree=tree_of(dataset))
    dataset = _reader(dataset.format).read_images(dataset)
    if dataset.images.is_empty():
        raise _no_image(dataset)
    noted = problem_table(list(vanished(dataset, tree_of(dataset))))
    return replace(dataset, problems=pl.concat([dataset.problems, noted]))


def read_labels(dataset: Dataset) -> Dataset:
    """The second half: labels and annotations."""
    tree = tree_of(dataset)
    dataset = _reader(dataset.format).read_labels(replace(dataset, tree=tree))
    problems = pl.concat([dataset.problems, problem_table(list(unread(dataset, tree)))])
    dataset = replace(dataset, problems=problems)
    return replace(dataset, files=files_of(dataset, tree), tree=None)


def read_masks(dataset: Dataset) -> Dataset:
    """What the masks say, once they are measured: annotations, or whether they hold what a file declares."""
    return compare_pictures(dataset) if dataset.format == "coco" else values.read_masks(dataset)


def _reader(name: str) -> Reader:
    module: Reader = importlib.import_module(f"{readers.__name__}.{name}")
    return module


def _nothing(shown: str, tree: Tree, settings: Settings) -> UsageError:
    """The error for a tree that no reader recognises."""
    wanted = [settings.format] if settings.format else formats()
    looked = "; ".join(f"{name}: {_reader(name).LOOKED_FOR}" for name in wanted)
    suffixes = {name.rpartition(".")[2].lower() for names in tree.files.values() for name in names}
    hint = "[splits] in holdfast.toml names the folders of images where their names do not tell"
    if any(map(is_image, (f"a.{suffix}" for suffix in suffixes))) and not suffixes & _SAYING:
        hint = "nothing says what is on the images: annotations, or a folder for each class, are wanted"
    found = _contents(tree)
    return UsageError(f"{shown}: no dataset recognised: found {found}; {hint}; looked for {looked}")


def _readings(root: Path, tree: Tree, settings: Settings) -> list[Reading]:
    """What the readers make of a tree, the most convinced first; only the one that the settings name."""
    if settings.format and settings.format not in formats():
        known = ", ".join(formats())
        raise settings.error(f"unknown format {settings.format!r}; there are {known}", "", "format")
    found = [_reader(name).recognise(root, tree, settings) for name in formats()]
    kept = [reading for reading in found if reading is not None]
    kept.sort(key=lambda reading: (reading.dataset.format != settings.format, *_rank(reading)))
    if settings.format and not any(reading.dataset.format == settings.format for reading in kept):
        return []
    return kept


def _rank(reading: Reading) -> tuple[float, int]:
    """What readings are sorted by: of two that are as sure, that of more splits goes first."""
    return -reading.confidence, -sum(not split.missing for split in reading.dataset.splits)


def _others(found: list[Reading], settings: Settings) -> Iterator[ProblemRow]:
    """That a tree can be read in other ways as well."""
    chosen = found[0]
    for other in found[1:]:
        if other.confidence < PLAUSIBLE:
            continue
        name, read = other.dataset.format, chosen.dataset.format
        close = not settings.format and chosen.confidence - other.confidence < CLOSE
        kind = Problem.AMBIGUOUS if close else Problem.OTHER_FORMAT
        message = f"read as {read} ({chosen.evidence}), not as {name} ({other.evidence})"
        hint = "" if settings.format else f'; format = "{name}" in holdfast.toml reads it so'
        yield ProblemRow(kind, _place(other.dataset), message + hint)


def _place(dataset: Dataset) -> str:
    """A file or folder of a reading, to point at."""
    files = dataset.classes["path"].drop_nulls()
    folders = [place for split in dataset.splits for place in (*split.lists, *split.folders)]
    return str(files[0]) if len(files) else next(iter(folders), "") or "."


def _has_images(dataset: Dataset, tree: Tree) -> bool:
    folders = [folder for split in dataset.splits for folder in split.folders]
    return any(is_image(path) for folder in folders for path in tree.below(folder))


def _no_image(dataset: Dataset) -> UsageError:
    """The error for a dataset whose splits hold nothing at all."""
    shown = display(to_text(str(dataset.root)))
    places = [place for split in dataset.splits for place in split.folders + split.lists]
    if places:
        looked = ", ".join(display(place) or "." for place in places[:6])
        return UsageError(f"{shown}: no image found; looked in {looked}")
    messages = dataset.problems.filter(pl.col("kind").is_in([Problem.CONFIG, Problem.MALFORMED]))["message"]
    return UsageError("; ".join([f"{shown}: no image found: none of its splits exists", *messages[:1]]))


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


def _contents(tree: Tree) -> str:
    folders = [display(name) for name in tree.folders[""]]
    suffixes = Counter(
        Path(name).suffix.lower() or "no suffix" for names in tree.files.values() for name in names
    )
    if not folders and not suffixes:
        return tree.skipped.get("", "an empty folder")
    kinds = ", ".join(f"{count} {display(suffix)}" for suffix, count in suffixes.most_common(4))
    listed = ", ".join(folders[:6]) + (", ..." if len(folders) > 6 else "")
    return f"folders: {listed or 'none'}; files: {kinds or 'none'}"
