"""Quick answers about single files of a dataset, for fixers: by path, without a scan of the tables."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, fields

import numpy as np
import polars as pl
from numpy.typing import NDArray

from holdfast.dataset import COPIES, EXACT, Dataset
from holdfast.finding import Finding


@dataclass(frozen=True, slots=True)
class Image:
    """One image. `label` is its own label file, or where that belongs; None where a file says of many images
    what is on them, or a folder does. `declared` are the width and height that a file says, in pixels. Facts
    that were not measured are None or 0; `size` is in bytes."""

    path: str
    unit: str
    collection: str
    split: str
    label: str | None
    has_label: bool
    listed: bool
    annotated: bool
    size: int
    pixels: int
    format: str | None
    width: int | None = None
    height: int | None = None
    declared_in: str | None = None
    declared: tuple[int, int] | None = None
    orientation: int | None = None
    mode: str | None = None


@dataclass(frozen=True, slots=True)
class Annotation:
    """One annotation; the fields are the columns of ANNOTATIONS."""

    label: str
    line: int | None
    column: int | None
    entry: int | None
    image: str | None
    kind: str
    class_id: int
    class_name: str | None
    pixels: bool
    x_min: float | None
    y_min: float | None
    x_max: float | None
    y_max: float | None
    values: tuple[float, ...]
    rings: tuple[int, ...] | None
    keypoints: tuple[float, ...] | None
    crowd: bool | None


_FIELDS = [field.name for field in fields(Annotation)]
_LISTS = ("values", "rings", "keypoints")

NEEDS = frozenset({"sha256", "size", "format", "width", "height", "fault", "orientation", "mode"})
"""The facts that fixers and refusals use."""

_Rows = NDArray[np.uint32]
_NONE: _Rows = np.empty(0, dtype=np.uint32)


@dataclass(frozen=True, slots=True)
class Index:
    """Where to find what in the tables of one dataset. `rows_of_image` are the annotations of the images that
    have no label file of their own, `rows_of_label` those of each file."""

    dataset: Dataset
    image_rows: dict[str, int]
    users: dict[str, tuple[str, ...]]
    label_digests: dict[str, str | None]
    rows_of_label: dict[str, _Rows]
    rows_of_image: dict[str, _Rows]
    troubled: frozenset[str]
    partners: dict[str, tuple[tuple[str, str], ...]]
    images: dict[str, Image] = field(default_factory=dict)
    entries: dict[str, dict[int, int]] = field(default_factory=dict)
    names: dict[str, dict[int, str]] = field(default_factory=dict)


_latest: list[Index] = []


def index(dataset: Dataset) -> Index:
    """The index of this dataset, built at the first call and kept until another dataset is asked for."""
    if not _latest or _latest[0].dataset is not dataset:
        _latest[:] = [_build(dataset)]
    return _latest[0]


def find_image(dataset: Dataset, path: str) -> Image | None:
    """The image of that path, None if no split has it."""
    found = index(dataset)
    row = found.image_rows.get(path)
    if row is None:
        return None
    if path not in found.images:
        found.images[path] = _image(found, row)
    return found.images[path]


def annotations_in(dataset: Dataset, label: str) -> tuple[Annotation, ...]:
    """The annotations that stand in a file, in its order."""
    return _annotations(dataset, index(dataset).rows_of_label.get(label, _NONE))


def annotations_of(dataset: Dataset, image: Image) -> tuple[Annotation, ...]:
    """The annotations of an image: those of its label file, else what other files say of it."""
    return _annotations(dataset, _rows_of(index(dataset), image.path, image.label))


def find_annotation(dataset: Dataset, finding: Finding) -> Annotation | None:
    """The annotation that a finding is about, by its entry or else its line; None if there is none."""
    rows = index(dataset).rows_of_label.get(finding.path)
    if rows is None:
        return None
    if finding.entry is None:
        return next((a for a in _annotations(dataset, rows) if a.line == finding.line), None)
    numbers = index(dataset).entries
    if finding.path not in numbers:
        numbers[finding.path] = dict(
            zip(dataset.annotations["entry"].gather(rows).to_list(), rows.tolist(), strict=True)
        )
    row = numbers[finding.path].get(finding.entry)
    return None if row is None else _annotations(dataset, [row])[0]


def is_troubled(dataset: Dataset, image: Image) -> bool:
    """Whether the reader could not read all that is said of an image in its label file."""
    return image.label in index(dataset).troubled


def users_of(dataset: Dataset, label: str | None) -> tuple[str, ...]:
    """The images that this label file belongs to: several when their names differ in the suffix only."""
    return index(dataset).users.get(label, ()) if label is not None else ()


def partners_of(dataset: Dataset, path: str, exact: bool = False) -> tuple[str, ...]:
    """The images that were proved to show the same picture, or with `exact` the very same pixels, in order of
    their paths."""
    partners = index(dataset).partners.get(path, ())
    return tuple(other for other, kind in partners if kind in (EXACT if exact else COPIES))


def is_orphan(dataset: Dataset, label: str) -> bool:
    """Whether that is a label file of a split, and no image uses it."""
    return label in index(dataset).label_digests and not users_of(dataset, label)


def is_read_whole(dataset: Dataset, label: str) -> bool:
    """Whether the reader could read all of that label file."""
    return label not in index(dataset).troubled


def class_names(dataset: Dataset, collection: str) -> dict[int, str]:
    """The names of classes by number: as declared, else as annotations say them."""
    known = index(dataset).names
    if collection not in known:
        here = dataset.annotations.filter(pl.col("collection") == collection).drop_nulls("class_name")
        said = here.select("class_id", pl.col("class_name").cast(pl.String)).unique()
        declared = dataset.names_of(collection)
        known[collection] = dict(said.rows()) if declared is None else declared
    return known[collection]


def _annotations(dataset: Dataset, rows: Iterable[int]) -> tuple[Annotation, ...]:
    chosen = dataset.annotations.select(_FIELDS)[list(rows)].iter_rows(named=True)
    return tuple(Annotation(**row | {name: _tuple(row[name]) for name in _LISTS}) for row in chosen)


def _tuple(values: list[float] | None) -> tuple[float, ...] | None:
    return None if values is None else tuple(values)


def _rows_of(found: Index, image: str, label: str | None) -> _Rows:
    if label is not None:
        return found.rows_of_label.get(label, _NONE)
    return found.rows_of_image.get(image, _NONE)


def _build(dataset: Dataset) -> Index:
    used = dataset.images.drop_nulls("label").group_by("label").agg(pl.col("path").sort())
    pairs = dataset.pairs.select("path", "other", "kind")
    turned = pairs.select(pl.col("other").alias("path"), pl.col("path").alias("other"), "kind")
    paired = (
        pl.concat([pairs, turned]).sort("other").group_by("path", maintain_order=True).agg("other", "kind")
    )
    return Index(
        dataset,
        image_rows={path: row for row, path in enumerate(dataset.images["path"])},
        users={label: tuple(paths) for label, paths in used.iter_rows()},
        label_digests=dict(dataset.labels.select("path", "sha256").iter_rows()),
        rows_of_label=_by(dataset.annotations["label"]),
        rows_of_image=_by(dataset.annotations["image"]) if dataset.images["label"].has_nulls() else {},
        troubled=frozenset(dataset.problems["path"]),
        partners={path: tuple(zip(others, kinds, strict=True)) for path, others, kinds in paired.iter_rows()},
    )


def _by(names: pl.Series) -> dict[str, _Rows]:
    """The rows of each name, in order."""
    table = names.alias("name").to_frame().with_row_index("row").drop_nulls("name")
    grouped = table.group_by("name", maintain_order=True).agg("row")
    return {name: rows.to_numpy() for name, rows in zip(grouped["name"], grouped["row"], strict=True)}


def _image(found: Index, row: int) -> Image:
    values = found.dataset.images.row(row, named=True)
    return Image(
        path=values["path"],
        unit=values["unit"],
        collection=values["collection"],
        split=values["split"],
        label=values["label"],
        has_label=values["has_label"],
        listed=values["listed"],
        annotated=len(_rows_of(found, values["path"], values["label"])) > 0,
        size=values.get("size") or 0,
        pixels=(values.get("width") or 0) * (values.get("height") or 0),
        format=values.get("format"),
        width=values.get("width"),
        height=values.get("height"),
        declared_in=values["declared_in"],
        declared=_pair(values["declared_width"], values["declared_height"]),
        orientation=values.get("orientation"),
        mode=values.get("mode"),
    )


def _pair(width: int | None, height: int | None) -> tuple[int, int] | None:
    return None if width is None or height is None else (width, height)
