"""Predictions against annotations: what a model scores, with leaks and without."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

import numpy as np
import polars as pl

from holdfast.dataset import Dataset
from holdfast.errors import UsageError
from holdfast.geometry import in_pixels
from holdfast.impact import accuracy, precision
from holdfast.impact.accuracy import Accuracy
from holdfast.impact.contamination import Impact, class_names
from holdfast.impact.difference import differences_of
from holdfast.impact.matching import Boxes, match
from holdfast.impact.placed import EDGES, Placed, place
from holdfast.impact.precision import Precision
from holdfast.impact.predictions import Predictions
from holdfast.impact.worth import FEW, Group, Metric, Parts, Scores, groups_of


class _Case(NamedTuple):
    """A metric, the images that it numbers, and what was left out."""

    metric: Metric
    names: tuple[str, ...]
    paths: list[str]
    notes: list[str]


def placed_on(dataset: Dataset, files: Iterable[Predictions]) -> tuple[Placed, ...]:
    """The predictions of these files on the images of a dataset that is read.

    Raises UsageError where a file names no image of val or test, or says what the annotations do not.
    """
    found = tuple(place(dataset, predictions) for predictions in files)
    for placed in found:
        _require_truth(dataset, placed)
    return found


def _require_truth(dataset: Dataset, placed: Placed) -> None:
    mine = dataset.annotations.filter(pl.col("split").is_in(placed.splits), pl.col("image").is_not_null())
    wanted = pl.col("x_min").is_not_null() if placed.has_boxes else pl.col("kind") == "class"
    if mine.filter(wanted).is_empty():
        needs = (
            "holds boxes, and no annotation has a place: expected path,label,score"
            if placed.has_boxes
            else "holds no boxes, and no image has a class of its own: expected x_min,y_min,x_max,y_max too"
        )
        raise UsageError(f"--predictions: {placed.file}: {needs}")


def scores_of(dataset: Dataset, placed: Placed, impact: Impact) -> Iterator[Scores]:
    """The scores of each split that the predictions are of."""
    for split in placed.splits:
        rows = placed.table.filter(pl.col("split") == split)
        case = _detection(dataset, split, rows) if placed.has_boxes else _classes(dataset, split, rows)
        parts = _parts(impact, split, case.paths)
        groups = tuple(groups_of(case.metric, parts, len(case.paths)))
        found, resamples = differences_of(case.metric, parts) if parts is not None else ((), 0)
        notes = (*placed.notes, *case.notes, *_small(groups, parts))
        yield Scores(placed.file, split, case.names, groups, found, resamples, notes, case.metric.sized)


def _small(groups: tuple[Group, ...], parts: Parts | None) -> Iterator[str]:
    """What the number of images says about the scores."""
    if parts is None:
        yield "no rule looked for leaks: which images are clean is not known"
    for group in groups[1:]:
        if 0 < group.images < FEW:
            yield f"only {group.images} images are {group.name}: their score says little"


def _parts(impact: Impact, split: str, paths: list[str]) -> Parts | None:
    """Which of these images are tied to train, or to val only; None where no rule looked."""
    if not any((row.split, row.against) == (split, "train") for row in impact.splits):
        return None
    ties = impact.ties.filter(~pl.col("waived"))
    sides = (ties.filter(pl.col("against") == before)["path"] for before in ("train", "val"))
    shown = pl.Series(paths, dtype=pl.String())
    leaked, later = (shown.is_in(side.to_list()).to_numpy() for side in sides)
    return Parts(leaked, later & ~leaked, ~(leaked | later))


def _detection(dataset: Dataset, split: str, predicted: pl.DataFrame) -> _Case:
    """Boxes against boxes, in pixels."""
    looked_at = pl.col("has_label").fill_null(value=True)  # who knows what is on the others
    images = _sized(dataset.images.filter(pl.col("split") == split, looked_at))
    written = dataset.annotations.filter(
        pl.col("split") == split, pl.col("image").is_not_null(), pl.col("x_min").is_not_null()
    )
    truth = in_pixels(written, images).select(
        *EDGES, path="image", name=class_names(), crowd=pl.col("crowd").fill_null(value=False)
    )
    lost = truth.filter(pl.any_horizontal(pl.col(EDGES).is_null()))["path"].unique()
    paths = images["path"].filter(~images["path"].is_in(lost.to_list())).to_list()
    notes = [f"{len(lost):,} images have no known size"] if len(lost) else []
    if missing := len(set(paths) - set(predicted["path"])):
        notes.append(f"{missing:,} of {len(paths):,} images have no prediction")
    kinds = truth["name"].drop_nulls().unique().sort().to_list()
    matches = match(_boxes(predicted.drop_nulls(), paths, kinds), _boxes(truth, paths, kinds))
    return _Case(Precision(matches), precision.METRICS, paths, notes)


def _sized(images: pl.DataFrame) -> pl.DataFrame:
    """The images with width and height: as measured, else as an annotation file says."""
    return images.with_columns(
        pl.coalesce(*(name for name in (side, f"declared_{side}") if name in images.columns)).alias(side)
        for side in ("width", "height")
    )


def _boxes(table: pl.DataFrame, paths: list[str], kinds: list[str]) -> Boxes:
    """The rows of these images and classes, both by their numbers."""
    images = pl.DataFrame({"path": paths}, schema={"path": pl.String()}).with_row_index("number")
    names = pl.DataFrame({"name": kinds}, schema={"name": pl.String()}).with_row_index("kind")
    rows = table.join(images, on="path", maintain_order="left").join(names, on="name", maintain_order="left")
    rows = rows.drop_nulls(EDGES)
    crowd = rows["crowd"].to_numpy() if "crowd" in rows.columns else np.zeros(rows.height, np.bool_)
    score = rows["score"].to_numpy() if "score" in rows.columns else np.zeros(rows.height)
    number, kind = (rows[name].cast(pl.Int64()).to_numpy() for name in ("number", "kind"))
    return Boxes(number, kind, rows.select(EDGES).to_numpy(), score, crowd)


def _classes(dataset: Dataset, split: str, predicted: pl.DataFrame) -> _Case:
    """The surest class of each image against its one class."""
    written = dataset.annotations.filter(pl.col("split") == split, pl.col("kind") == "class")
    truth = written.select(path="image", true=class_names()).drop_nulls().unique(maintain_order=True)
    single = truth.filter(~pl.col("path").is_duplicated())
    several = truth["path"].n_unique() - single.height
    best = predicted.sort("score", descending=True, maintain_order=True).unique("path", keep="first")
    said = single.join(best, on="path", how="inner", maintain_order="left")
    notes = [f"{several:,} images have several classes and are left out"] if several else []
    if missing := single.height - said.height:
        notes.append(f"{missing:,} of {single.height:,} images have no prediction and are left out")
    kinds = said["true"].unique().sort().to_list()
    number = said["true"].replace_strict(kinds, range(len(kinds)), return_dtype=pl.Int64())
    right = (said["name"] == said["true"]).fill_null(value=False)
    metric = Accuracy(number.to_numpy(), right.to_numpy())
    return _Case(metric, accuracy.METRICS, said["path"].to_list(), notes)
