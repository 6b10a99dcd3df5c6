"""What a model said, as a file of predictions has it: COCO results (JSON) or a CSV.

COCO results are a list of {image_id, category_id, bbox or segmentation, score}; `file_name` or `path` may
stand in place of `image_id`: https://cocodataset.org/#format-results
A CSV has a header, in any order and with other columns beside: path, label, score for classes; with x_min,
y_min, x_max, y_max (pixels) for boxes.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from holdfast.dataset import Split
from holdfast.errors import UsageError
from holdfast.impact.ties import BEFORE
from holdfast.names import shown_path

MOST = 5_000_000
"""Predictions of a file; each takes 56 bytes."""

Box = tuple[float, float, float, float]


class Name(NamedTuple):
    """How a file calls an image; `is_id`: by its id in a COCO file."""

    value: int | str
    is_id: bool = False


class Prediction(NamedTuple):
    """One of them: its image, its class (a number or a name), how sure, and left, upper, right and lower edge
    in pixels; None where it has no place."""

    name: Name
    label: int | str
    score: float
    box: Box | None = None


@dataclass(slots=True)
class Predictions:
    """All predictions of a file, in its order. `split` is the split that they are of, where that was said.

    `image` and `label` give for each the place in `names` and `labels`; `box` has four edges in pixels for
    each, or is empty where they have none.
    """

    file: str
    split: str | None = None
    names: dict[Name, int] = field(default_factory=dict)
    labels: dict[int | str, int] = field(default_factory=dict)
    image: array[int] = field(default_factory=lambda: array("q"))
    label: array[int] = field(default_factory=lambda: array("q"))
    score: array[float] = field(default_factory=lambda: array("d"))
    box: array[float] = field(default_factory=lambda: array("d"))

    def add(self, prediction: Prediction) -> None:
        """Take one more."""
        self.image.append(self.names.setdefault(prediction.name, len(self.names)))
        self.label.append(self.labels.setdefault(prediction.label, len(self.labels)))
        self.score.append(prediction.score)
        self.box.extend(prediction.box or ())

    @property
    def has_boxes(self) -> bool:
        """Whether they say where things are."""
        return bool(self.box)

    def edges(self) -> NDArray[np.float64]:
        """The boxes, a row each."""
        return np.array(self.box, np.float64).reshape(-1, 4)


def read_predictions(given: str, folder: Path) -> Predictions:
    """The predictions of `FILE`, or of `val=FILE` or `test=FILE`, relative to a folder.

    Raises UsageError for a file that is missing or says something else, with the place.
    """
    from holdfast.impact.results_csv import csv_rows
    from holdfast.impact.results_json import json_rows

    split, equals, name = given.partition("=")
    if not equals or split not in BEFORE:
        split, name = "", given
    if not name:
        raise UsageError("--predictions is empty; it takes a .json or .csv file, or val=FILE or test=FILE")
    path = folder / name
    readers = {".csv": csv_rows, ".json": json_rows}
    if (reader := readers.get(path.suffix.lower())) is None:
        raise UsageError(f"--predictions: {shown_path(path)} is neither .json (COCO results) nor .csv")
    return _gathered(reader(path), Predictions(shown_path(path), split or None))


def _gathered(rows: Iterator[Prediction], found: Predictions) -> Predictions:
    for row in rows:
        if len(found.score) == MOST:
            raise UsageError(f"--predictions: {found.file} has more than {MOST:,} predictions")
        found.add(row)
    if not found.score:
        raise UsageError(f"--predictions: {found.file} holds no prediction")
    return found


def split_names(splits: tuple[Split, ...]) -> list[str]:
    """The evaluation splits that a dataset has."""
    return [name for name in BEFORE if any(split.name == name and not split.missing for split in splits)]
