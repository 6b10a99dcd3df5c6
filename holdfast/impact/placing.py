"""Which image a file of predictions means, and which class."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from holdfast.dataset import Dataset
from holdfast.errors import UsageError
from holdfast.files import NotRead
from holdfast.formats.coco.stream import Stream
from holdfast.formats.coco.values import Id, Malformed, id_of
from holdfast.formats.coco.window import window_of
from holdfast.images import is_image
from holdfast.impact.predictions import Name, Predictions
from holdfast.names import display, to_os, to_text

_SAME_NAME = 100
"""Images of one name that are looked through: in splits and collections there are a few."""


@dataclass(slots=True)
class Unplaced:
    """Names that mean no image: `unknown`, or one of several (`unclear`)."""

    unknown: list[str] = field(default_factory=list)
    unclear: list[str] = field(default_factory=list)


class Places:
    """The images of a dataset by what others call them, those of `splits` first."""

    def __init__(self, dataset: Dataset, splits: Iterable[str]) -> None:
        self._dataset = dataset
        self._splits = list(splits)
        self._paths = frozenset(dataset.images["path"])
        mine = pl.col("split").is_in(self._splits)
        self._first = _by_stem(dataset.images.filter(mine)["path"])
        self._others = _by_stem(dataset.images.filter(~mine)["path"])
        self._ids: dict[Id, list[str]] | None = None

    def find(self, name: Name, unplaced: Unplaced) -> str | None:
        """The image of a name. Raises UsageError for an id that several COCO files have."""
        if name.is_id and self._dataset.format == "coco":
            return self._by_id(name.value, unplaced)
        text = to_text(str(name.value)).strip().replace("\\", "/")
        text = _below(self._dataset.root, text)
        if text in self._paths:
            return text
        stem = _stem(text)
        for index in (self._first, self._others):
            held = index.get(stem.rpartition("/")[2], [])[:_SAME_NAME]
            found = [path for path in held if _fits(path, text, stem)]
            if found:
                if len(found) > 1:
                    unplaced.unclear.append(text)
                return found[0] if len(found) == 1 else None
        unplaced.unknown.append(text)
        return None

    def _by_id(self, number: Id, unplaced: Unplaced) -> str | None:
        if self._ids is None:
            self._ids = defaultdict(list)
            for file in self._files():
                for key, path in self._read_ids(file):
                    self._ids[key].append(path)
        found = self._ids.get(number, [])
        if len(found) > 1:
            shown = " and ".join(display(path) for path in found[:2])
            raise UsageError(
                f"--predictions: image_id {display(str(number))} is {shown}: give file_name instead, or say "
                "the split, as in --predictions=test=FILE"
            )
        if not found:
            unplaced.unknown.append(str(number))
        return found[0] if found else None

    def _files(self) -> Iterator[str]:
        mine = self._dataset.images.filter(pl.col("split").is_in(self._splits))
        yield from mine["declared_in"].drop_nulls().unique(maintain_order=True)

    def _read_ids(self, file: str) -> Iterator[tuple[Id, str]]:
        """The ids of the images that a COCO file lists."""
        rows = self._dataset.images.filter(pl.col("declared_in") == file, pl.col("split").is_in(self._splits))
        paths = dict(rows.select("declared_entry", "path").iter_rows())
        try:
            with window_of(self._dataset.root / to_os(file)) as window:
                for element in Stream(window, {"images"}, last="images").elements():
                    path = paths.get(element.entry)
                    if path is not None and type(element.value) is dict:
                        yield id_of(element.value, "id"), path
        except (NotRead, Malformed) as error:
            raise UsageError(f"--predictions: ids of {display(file)} cannot be read: {error}") from None


def class_table(dataset: Dataset) -> pl.DataFrame:
    """What the classes of each unit are called: unit, class_id, name."""
    text = pl.String()
    written = dataset.annotations.select(
        pl.col("unit").cast(text), "class_id", name=pl.col("class_name").cast(text)
    ).unique()
    units = pl.DataFrame(
        {"collection": [split.collection for split in dataset.splits],
         "of": [split.unit for split in dataset.splits]}, schema={"collection": text, "of": text},
    )  # fmt: skip
    declared = dataset.classes.with_columns(pl.col("collection", "unit", "class_name").cast(text))
    declared = declared.join(units, on="collection").filter(
        pl.col("unit").is_null() | (pl.col("unit") == pl.col("of"))
    )
    declared = declared.select(unit="of", class_id="class_id", name="class_name")
    both = pl.concat([declared, written])
    named = both.with_columns(pl.coalesce("name", pl.col("class_id").cast(text)))
    return named.drop_nulls().unique(["unit", "class_id"], keep="first", maintain_order=True)


def labels_table(predictions: Predictions, classes: pl.DataFrame) -> pl.DataFrame:
    """What the labels of a file mean in each unit: unit, label (place among the labels), name.

    Text is a name; where none of the labels is one and all are whole numbers, they are those of the classes.
    """
    names = set(classes["name"])
    texts = [str(label) for label in predictions.labels]
    by_number = all(map(_is_number, texts)) and not any(
        isinstance(label, str) and label in names for label in predictions.labels
    )
    written = pl.DataFrame({"text": texts}, schema={"text": pl.String()}).with_row_index("label")
    key = "number" if by_number else "name"
    keyed = classes.with_columns(number=pl.col("class_id").cast(pl.String()))
    written = written.with_columns(
        text=pl.col("text").str.to_integer(strict=False).cast(pl.String()) if by_number else pl.col("text")
    )
    return (
        keyed.join(written, left_on=key, right_on="text", how="inner", maintain_order="left")
        .select("unit", pl.col("label").cast(pl.Int64()), name="name")
        .unique(["unit", "label"], keep="first", maintain_order=True)
    )


def _is_number(text: str) -> bool:
    return len(text) < 20 and text.isascii() and text.removeprefix("-").isdigit()


def _by_stem(paths: Iterable[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for path in paths:
        found[_stem(path).rpartition("/")[2]].append(path)
    return dict(found)


def _stem(path: str) -> str:
    """The path without the suffix of an image."""
    return path.rpartition(".")[0] if is_image(path) else path


def _fits(path: str, name: str, stem: str) -> bool:
    """Whether a name means this image: it ends so, or the name is a longer path that ends with it."""
    own = path if stem != name else _stem(path)
    return f"/{own}".endswith(f"/{name}") or f"/{name}".endswith(f"/{own}")


def _below(root: Path, text: str) -> str:
    """The name from the root on, where it is a path into it."""
    for start in (to_text(str(root)).rstrip("/") + "/", "./"):
        text = text.removeprefix(start)
    return text
