"""Images and annotations as files name them, over all files of a dataset."""

from __future__ import annotations

from typing import NamedTuple

import polars as pl

from holdfast.dataset import Dataset, Problem, ProblemRow, Split
from holdfast.formats.lists.names import Names
from holdfast.formats.lists.noted import Noted
from holdfast.formats.lists.placing import Placing
from holdfast.formats.lists.records import LIMIT_MARKS, ListFile, Lists, Malformed, Record
from holdfast.formats.lists.rows import Place, Rows
from holdfast.formats.splits import places
from holdfast.formats.tree import Tree, upward
from holdfast.names import display
from holdfast.progress import report

_EVERY = 10_000
"""Rows after which it is said how far the reading is."""


class Size(NamedTuple):
    """The size that a file says an image has, in pixels, and where it says so."""

    width: int
    height: int
    file: str
    line: int | None
    entry: int


class Owner(NamedTuple):
    """An image, or nobody, in a split."""

    image: str | None
    split: Split


class Collector:
    """What files say of which images.

    `splits` are the splits of images, `sizes` what is declared of them.
    """

    def __init__(self, dataset: Dataset, tree: Tree, placing: Placing, lists: Lists) -> None:
        self.rows = Rows(sized=lists.sized)
        self.splits: dict[str, Split] = {}
        self.sizes: dict[str, Size] = {}
        self.problems: list[ProblemRow] = []
        self._dataset = dataset
        self._owned: list[Owner] = []
        self._numbers: dict[Owner, int] = {}
        self._by_name = {(split.collection, split.name): split for split in dataset.splits}
        self._folders = _folders(dataset.splits)
        self._names = Names(dataset.root, tree, loose=lists.loose)
        self._placing = placing
        self._lists = lists
        self._named: dict[str, str] = {}

    def read(self, number: int, file: ListFile) -> None:
        """Take all of a file, the one of this number."""
        noted = Noted(file.path)
        lines: dict[str, int | None] = {}
        owners: dict[str, int] = {}
        count = 0
        for entry, record in enumerate(self._lists.records(file)):
            if entry and entry % _EVERY == 0:
                report(f"reading {display(file.path)}, rows", entry, 0)
            if isinstance(record, Malformed):
                noted.add(Problem.MALFORMED, record.message, record.line, record.column)
                self._claim(file, record.name)
                continue
            if record.name not in owners:
                owners[record.name], lines[record.name] = self._own(file, record, noted), record.line
            elif record.once:
                where = f"line {lines[record.name]}" if lines[record.name] else "a row above"
                message = f"names {display(record.name[:200])} again, first in {where}"
                noted.add(Problem.DUPLICATE_ID, message, record.line)
            owner = owners[record.name]
            self._note_size(file, entry, record, self._owned[owner].image, noted)
            for mark in record.marks:
                place = Place(number, record.line, count if record.once else entry, file.collection)
                self.rows.add(place, owner, mark)
                count += 1
            if count > LIMIT_MARKS:
                message = f"more than {LIMIT_MARKS} annotations; the rest is not read"
                noted.add(Problem.MALFORMED, message, record.line)
                break
        self.problems += noted.rows(self._split(file, file.split or "train"))
        self._report_taken(file, [self._owned[owner] for owner in owners.values()])

    def owners(self) -> pl.DataFrame:
        """Whom the annotations belong to, by number."""
        table = places(self._dataset.splits, (owner.split for owner in self._owned))
        return table.with_columns(image=pl.Series([owner.image for owner in self._owned], dtype=pl.String))

    def _own(self, file: ListFile, record: Record, noted: Noted) -> int:
        """The number of the image that a name means; nobody, with a problem noted, where there is none."""
        image, split, why = self._claim(file, record.name)
        if image is None:
            message = f"names an image that {why}: {display(record.name[:200])}"
            noted.add(Problem.DANGLING, message, record.line)
        owner = Owner(image, split)
        if owner not in self._numbers:
            self._numbers[owner] = len(self._owned)
            self._owned.append(owner)
        return self._numbers[owner]

    def _claim(self, file: ListFile, name: str) -> tuple[str | None, Split, str]:
        """The image that a name means and its split; for nobody why, and a split of the file."""
        image, why = self._names.find(name, file)
        if image is None:
            return None, self._split(file, file.split or "train"), why
        if image not in self.splits:
            folder = next((place for place in upward(image) if place in self._folders), None)
            own = None if folder is None else self._folders[folder]
            self.splits[image] = own or self._split(file, self._placing.image(image, file))
        return image, self.splits[image], why

    def _split(self, file: ListFile, name: str) -> Split:
        """The split of this name in a file's collection; else the first that the file is of."""
        found = self._by_name.get((file.collection, name))
        return found or next(split for split in self._dataset.splits if file.path in split.lists)

    def _note_size(self, file: ListFile, entry: int, record: Record, image: str | None, noted: Noted) -> None:
        if record.size is None or image is None:
            return
        size = self.sizes.setdefault(image, Size(*record.size, file.path, record.line, entry))
        if (size.width, size.height) != record.size:
            width, height = record.size
            message = (
                f"says {width} x {height} px, {display(size.file)}:{size.line} {size.width} x {size.height}"
            )
            noted.add(Problem.MALFORMED, message, record.line)

    def _report_taken(self, file: ListFile, owners: list[Owner]) -> None:
        """Images that a file names and another split has already, or another file of the same."""
        taken, own = [], []
        for image, split in owners:
            if image is None:
                continue
            if split != self._split(file, self._placing.image(image, file)):
                taken.append((image, split.unit))
            else:
                own.append(image)
        taken.sort()
        self._report_again(file, own)
        if taken:
            first, unit = taken[0]
            message = (
                f"names {len(taken)} of another split's images, first {display(first)} of {display(unit)}"
            )
            self.problems.append(ProblemRow(Problem.CONFIG, file.path, message))

    def _report_again(self, file: ListFile, images: list[str]) -> None:
        """Images that a file names and another file of their split named already."""
        again = sorted(image for image in images if self._named.setdefault(image, file.path) != file.path)
        if again:
            other = display(self._named[again[0]])
            message = f"names {len(again)} images that {other} names as well, first {display(again[0])}"
            split = self.splits[again[0]]
            self.problems.append(ProblemRow(Problem.MERGED, file.path, message, split=split))


def _folders(splits: tuple[Split, ...]) -> dict[str, Split | None]:
    """The split of each folder; None where several share it, and the files say which image is whose."""
    found: dict[str, Split | None] = {}
    for split in splits:
        for folder in split.folders:
            found[folder] = split if found.get(folder, split) is split else None
    return found
