"""Quick answers about single files of a dataset, for fixers: by path, without a scan of the tables."""

from __future__ import annotations

from dataclasses import dataclass, field, fields

import polars as pl

from holdfast.dataset import Dataset, PairKind


@dataclass(frozen=True, slots=True)
class Image:
    """One image. Facts that were not measured are None or 0; `size` is in bytes."""

    path: str
    unit: str
    collection: str
    split: str
    label: str
    has_label: bool
    listed: bool
    annotated: bool
    size: int
    pixels: int
    format: str | None


@dataclass(frozen=True, slots=True)
class Annotation:
    """One annotation; the fields are the columns of ANNOTATIONS."""

    label: str
    line: int
    kind: str
    class_id: int
    class_name: str | None
    x_min: float
    y_min: float
    x_max: float
    y_max: float
    values: tuple[float, ...]


_FIELDS = [field.name for field in fields(Annotation)]

NEEDS = frozenset({"sha256", "size", "format", "width", "height", "fault"})
"""The facts that fixers and refusals use."""


@dataclass(frozen=True, slots=True)
class Index:
    """Where to find what in the tables of one dataset."""

    dataset: Dataset
    image_rows: dict[str, int]
    users: dict[str, tuple[str, ...]]
    label_digests: dict[str, str | None]
    annotation_rows: dict[str, tuple[int, int]]
    troubled: frozenset[str]
    partners: dict[str, tuple[tuple[str, str], ...]]
    images: dict[str, Image] = field(default_factory=dict)


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


def annotations_of(dataset: Dataset, label: str) -> tuple[Annotation, ...]:
    """The annotations of a label file, in order of their lines."""
    start, count = index(dataset).annotation_rows.get(label, (0, 0))
    rows = dataset.annotations.slice(start, count).select(_FIELDS).iter_rows(named=True)
    return tuple(Annotation(**row | {"values": tuple(row["values"])}) for row in rows)


def find_annotation(dataset: Dataset, label: str, line: int | None) -> Annotation | None:
    """The annotation in that line of a label file, None if there is none."""
    return next((a for a in annotations_of(dataset, label) if a.line == line), None)


def is_troubled(dataset: Dataset, label: str) -> bool:
    """Whether the reader could not read all of that label file."""
    return label in index(dataset).troubled


def users_of(dataset: Dataset, label: str) -> tuple[str, ...]:
    """The images that this label file belongs to: several when their names differ in the suffix only."""
    return index(dataset).users.get(label, ())


def partners_of(dataset: Dataset, path: str, exact: bool = False) -> tuple[str, ...]:
    """The images that were proved to show the same picture, or with `exact` the very same pixels, in order of
    their paths."""
    partners = index(dataset).partners.get(path, ())
    return tuple(other for other, kind in partners if not (exact and kind == PairKind.NEAR))


def is_orphan(dataset: Dataset, label: str) -> bool:
    """Whether that is a label file of a split, and no image uses it."""
    return label in index(dataset).label_digests and not users_of(dataset, label)


def _build(dataset: Dataset) -> Index:
    used = dataset.images.group_by("label").agg(pl.col("path").sort())
    # annotations are in order of file and line: each file is one run of rows
    runs = dataset.annotations.with_row_index("row").group_by("label").agg(pl.col("row").min(), pl.len())
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
        annotation_rows={label: (row, count) for label, row, count in runs.iter_rows()},
        troubled=frozenset(dataset.problems["path"]),
        partners={path: tuple(zip(others, kinds, strict=True)) for path, others, kinds in paired.iter_rows()},
    )


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
        annotated=found.annotation_rows.get(values["label"], (0, 0))[1] > 0,
        size=values.get("size") or 0,
        pixels=(values.get("width") or 0) * (values.get("height") or 0),
        format=values.get("format"),
    )
