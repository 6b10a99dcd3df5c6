"""The predictions of a file on the images of a dataset."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from holdfast.dataset import Dataset
from holdfast.errors import UsageError
from holdfast.impact.placing import Places, Unplaced, class_table, labels_table
from holdfast.impact.predictions import Predictions, split_names
from holdfast.names import display

EDGES = ("left", "upper", "right", "lower")


@dataclass(frozen=True, slots=True)
class Placed:
    """The predictions of images of val and test: path, split, name of the class (null: the dataset has no
    such class), score, and edges where they have any. `notes` say what is left out."""

    file: str
    has_boxes: bool
    table: pl.DataFrame
    notes: tuple[str, ...]

    @property
    def splits(self) -> list[str]:
        """The splits that they are of."""
        return self.table["split"].unique(maintain_order=True).to_list()


def place(dataset: Dataset, predictions: Predictions) -> Placed:
    """Find the images and classes that a file names. Raises UsageError where it names none."""
    there = split_names(dataset.splits)
    splits = [predictions.split] if predictions.split else there
    if not set(splits) & set(there):
        missing = predictions.split or "val or test"
        raise UsageError(f"--predictions: {predictions.file}: the dataset has no {missing}")
    unplaced = Unplaced()
    places = Places(dataset, splits)
    paths = pl.Series("path", [places.find(name, unplaced) for name in predictions.names], pl.String())
    table = pl.DataFrame(
        {
            "path": paths.gather(np.asarray(predictions.image)),
            "label": np.asarray(predictions.label),
            "score": np.asarray(predictions.score),
        }
    )
    if predictions.has_boxes:
        table = table.with_columns(pl.DataFrame(predictions.edges(), schema=list(EDGES)))
    where = dataset.images.select("path", pl.col("split", "unit").cast(pl.String()))
    known = table.join(where, on="path", maintain_order="left")
    mine = known.filter(pl.col("split").is_in(splits))
    if mine.is_empty():
        first = display(str(next(iter(predictions.names)).value))
        raise UsageError(
            f"--predictions: {predictions.file}: none of its {len(predictions.names):,} images is one of "
            f"{' or '.join(splits)}, first {first}"
        )
    labels = labels_table(predictions, class_table(dataset))
    named = mine.join(labels, on=["unit", "label"], how="left", maintain_order="left")
    notes = tuple(_notes(unplaced, known.height - mine.height, named))
    columns = ["path", "split", "name", "score", *(EDGES if predictions.has_boxes else ())]
    return Placed(predictions.file, predictions.has_boxes, named.select(columns), notes)


def _notes(unplaced: Unplaced, elsewhere: int, named: pl.DataFrame) -> list[str]:
    """What is left out, with its number."""
    notes = []
    if unplaced.unknown:
        first = display(unplaced.unknown[0])
        notes.append(f"{len(unplaced.unknown):,} names of images are unknown, first {first}")
    if unplaced.unclear:
        first = display(unplaced.unclear[0])
        notes.append(f"{len(unplaced.unclear):,} names mean several images, first {first}")
    if elsewhere:
        notes.append(f"{elsewhere:,} predictions are of images of other splits")
    if strange := named["name"].null_count():
        notes.append(f"{strange:,} predictions are of classes that the dataset does not have")
    return notes
