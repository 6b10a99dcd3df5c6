"""The annotations of one COCO file as rows of the table, and what is wrong with them."""

from __future__ import annotations

from typing import Any, NamedTuple

import polars as pl

from holdfast.dataset import ANNOTATIONS, Dataset, Problem, Split, filled
from holdfast.files import NotRead
from holdfast.formats.coco.annotations import Annotations, Codes
from holdfast.formats.coco.categories import Categories
from holdfast.formats.coco.images import Images, repeated, shown
from holdfast.formats.coco.names import Finder, words
from holdfast.formats.coco.notes import Notes
from holdfast.formats.coco.panoptic import Panoptic
from holdfast.formats.coco.stream import Element, Stream
from holdfast.formats.coco.values import Malformed
from holdfast.formats.coco.window import window_of
from holdfast.formats.tree import Tree
from holdfast.names import display, to_os
from holdfast.wording import counted

_WANTED = ("images", "categories", "annotations")


class Labels(NamedTuple):
    """What one file says: rows of ANNOTATIONS and of CLASSES."""

    annotations: pl.DataFrame
    classes: pl.DataFrame


class _Reading:
    """Takes the elements of one file as they come."""

    def __init__(self, dataset: Dataset, tree: Tree, notes: Notes) -> None:
        codes = Codes()
        masks = (notes.file.rpartition(".")[0],)
        self.notes = notes
        self.images = Images(Finder(dataset.root, tree, notes.file, notes.split.folders), codes, None)
        self.categories = Categories(notes)
        self.annotations = Annotations(codes)
        self.panoptic = Panoptic(Finder(dataset.root, tree, notes.file, masks), self.annotations, notes)
        self.captions = 0

    def take(self, element: Element) -> None:
        """Take one element of one of the arrays."""
        if element.key == "annotations":
            self._annotation(element)
        elif element.key == "images":
            self.images.add(element)
        else:
            self.categories.add(element)

    def _annotation(self, element: Element) -> None:
        fields, place = element.value, (element.line, element.column)
        try:
            if type(fields) is not dict:
                raise Malformed("is no object")
            if "segments_info" in fields:
                self.panoptic.add(element)
            elif "caption" in fields and "category_id" not in fields:
                self.captions += 1
            elif odd := self.annotations.add(fields, element.entry, *place):
                raise Malformed(odd)
            if element.odd:
                raise Malformed(element.odd)
        except Malformed as error:
            there = type(fields) is dict and error.key in fields
            pointer = f"/annotations/{element.entry}" + f"/{error.key}" * there
            self.notes.add(Problem.MALFORMED, f"annotation: {error}", *place, pointer)


def labels_of(dataset: Dataset, tree: Tree, split: Split, file: str, notes: Notes) -> Labels:
    """Read the annotations and categories of a file."""
    reading = _Reading(dataset, tree, notes)
    try:
        with window_of(dataset.root / to_os(file)) as window:
            stream = Stream(window, _WANTED)
            for element in shown(stream, window, display(file)):
                reading.take(element)
            # what comes before the end of the images was reported when they were read
            begin = stream.finished.get("images", len(stream.faults))
            notes.add_faults([*stream.faults[begin:], *window.oddities])
            _report_absent(stream, notes)
    except NotRead:  # reported with the images
        pass
    reading.panoptic.finish()
    if reading.captions:
        message = f"{reading.captions} captions, which are not checked"
        notes.add(Problem.NOT_SUPPORTED, message, None, None, "/annotations")
    return _resolved(reading, notes)


def _report_absent(stream: Stream, notes: Notes) -> None:
    """That a whole file has no annotations; COCO's `image_info_test2017.json` has none on purpose."""
    on_purpose = notes.split.name == "test" or "info" in words(notes.file.rpartition("/")[2])
    if "annotations" not in stream.finished and not stream.faults and not on_purpose:
        notes.add(Problem.MALFORMED, "has no `annotations`: nothing says what is on its images", 1, 1, None)


def _resolved(reading: _Reading, notes: Notes) -> Labels:
    """The rows with their images and class names; what does not fit together is noted."""
    table, classes = reading.annotations.table(), reading.categories.table()
    images = reading.images.table().unique("id", keep="first", maintain_order=True)
    images = images.select("id", "path", "wide", "high", known=True)
    joined = table.select("image_id").join(
        images, left_on="image_id", right_on="id", how="left", maintain_order="left"
    )
    names = classes.select("class_id", "class_name")
    named = table.select("class_id").join(names, on="class_id", how="left", maintain_order="left")
    _report(table, joined, notes)
    _report_points(table, reading.categories, notes)
    height = table.height
    split = notes.split
    same = {"label": notes.file, "unit": split.unit, "collection": split.collection, "split": split.name}
    kinds = {column.name: column.type for column in ANNOTATIONS}
    data = {name: pl.repeat(value, height, dtype=kinds[name], eager=True) for name, value in same.items()}
    data |= {name: table[name] for name in table.columns if name in kinds}
    data |= {"image": joined["path"], "class_name": named["class_name"]}
    data["pixels"] = pl.repeat(True, height, dtype=pl.Boolean(), eager=True)
    return Labels(_placed(filled(ANNOTATIONS, data, height), notes), classes)


def _placed(table: pl.DataFrame, notes: Notes) -> pl.DataFrame:
    """The annotations without those that have no place, where others of the file have one."""
    nowhere = table["kind"].cast(pl.String()) == "class"
    if not nowhere.any() or nowhere.all():
        return table
    for row in table.filter(nowhere).select(*_PLACE).iter_rows(named=True):
        _note(notes, Problem.MALFORMED, "has neither bbox nor segmentation, as others of the file have", row)
    return table.filter(~nowhere)


def _report(table: pl.DataFrame, joined: pl.DataFrame, notes: Notes) -> None:
    """Annotations with the id of another, of no image, and masks of another size than their image."""
    for row in repeated(table, "id"):
        message = f"has the id of annotations/{row['first']} (line {row['first_line']})"
        _note(notes, Problem.DUPLICATE_ID, message, row)
    absent = table.filter(table["id"].is_null() & table["entry"].is_not_null())
    if absent.height:
        first = next(absent.head(1).iter_rows(named=True))
        _note(notes, Problem.MALFORMED, f"has no id, as {absent.height} of the file's annotations", first)
    for row in table.filter(joined["known"].is_null()).select(*_PLACE, "image_id").iter_rows(named=True):
        shown_id = f" {row['image_id']}" if abs(row["image_id"]) < 1 << 62 else ""
        _note(notes, Problem.DANGLING, f"image_id{shown_id} is that of no image", row)
    sizes = table.select(*_PLACE, "high", "wide").hstack(joined.select(declared="wide", tall="high"))
    other = (pl.col("high") != pl.col("tall")) | (pl.col("wide") != pl.col("declared"))
    for row in sizes.filter(other).iter_rows(named=True):
        is_mask, is_image = f"{row['wide']} x {row['high']}", f"{row['declared']} x {row['tall']}"
        _note(notes, Problem.MALFORMED, f"has a mask of {is_mask} px, its image is declared {is_image}", row)


def _report_points(table: pl.DataFrame, categories: Categories, notes: Notes) -> None:
    """Annotations with another number of keypoints than their category has."""
    wanted = categories.points()
    if not wanted:
        return
    known = pl.DataFrame({"class_id": list(wanted), "wanted": list(wanted.values())},
                         schema={"class_id": pl.Int64(), "wanted": pl.Int32()})  # fmt: skip
    given = table.filter(pl.col("points").is_not_null()).select(*_PLACE, "class_id", "points")
    for row in (
        given.join(known, on="class_id").filter(pl.col("points") != pl.col("wanted")).iter_rows(named=True)
    ):
        message = f"has {counted(row['points'], 'keypoint')}, its category {row['wanted']}"
        _note(notes, Problem.MALFORMED, message, row)


_PLACE = ("entry", "line", "column")


def _note(notes: Notes, kind: Problem, message: str, row: dict[str, Any]) -> None:
    pointer = None if row["entry"] is None else f"/annotations/{row['entry']}"
    notes.add(kind, f"annotation {message}", row["line"], row["column"], pointer)
