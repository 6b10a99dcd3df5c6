"""Which predicted box is which annotated one, at ten thresholds of overlap, as COCO's evaluation decides it.

The rules are those of `COCOeval.evaluateImg` for boxes of all sizes and at most 100 predictions an image and
class (https://cocodataset.org/#detection-eval): the surest prediction takes the annotation that it overlaps
most, if by the threshold; one that only overlaps a crowd counts neither way.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

THRESHOLDS = np.linspace(0.5, 0.95, 10)
"""Intersection over union from which on two boxes may be the same."""
MOST = 100
"""Predictions of an image and class that count, the surest."""

_AT_ONCE = 1 << 20
"""Pairs of boxes whose overlaps are held at once."""

Numbers = NDArray[np.int64]
Values = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Boxes:
    """Boxes, a row each: image and class by number, edges left, upper, right, lower in pixels; `score` is how
    sure a predicted one is, `crowd` whether an annotated one stands for many objects."""

    image: Numbers
    kind: Numbers
    edges: Values
    score: Values
    crowd: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Matches:
    """What became of the predictions, sorted by class and the surest first: their image and class.

    `hits` are those that are right or left out: place among the predictions, threshold (0 to 9), and whether
    it is right; sorted by class, threshold and place. `truth_image` and `truth_kind` are of all annotations
    that are to be found.
    """

    image: Numbers
    kind: Numbers
    hit: Numbers
    threshold: Numbers
    right: NDArray[np.bool_]
    truth_image: Numbers
    truth_kind: Numbers


def match(predicted: Boxes, truth: Boxes) -> Matches:
    """The predictions and annotations of all images."""
    kinds = 1 + max((int(side.kind.max()) for side in (predicted, truth) if len(side.kind)), default=0)
    order = _ranked(predicted, kinds)
    keys = predicted.image[order] * kinds + predicted.kind[order]
    states = np.zeros((len(order), len(THRESHOLDS)), np.int8)
    for rows, theirs in _groups(keys, truth.image * kinds + truth.kind):
        states[rows] = _states(predicted.edges[order[rows]], truth.edges[theirs], truth.crowd[theirs])
    image, kind = predicted.image[order], predicted.kind[order]
    by_score = np.lexsort((-predicted.score[order], kind))  # stable: of equal scores the first image counts
    states = states[by_score]
    place, threshold = np.nonzero(states)
    sorted_ = np.lexsort((place, threshold, kind[by_score][place]))
    place, threshold = place[sorted_], threshold[sorted_]
    return Matches(
        image[by_score], kind[by_score], place, threshold, states[place, threshold] == 1,
        truth.image[~truth.crowd], truth.kind[~truth.crowd],
    )  # fmt: skip


def _ranked(boxes: Boxes, kinds: int) -> Numbers:
    """The places of the boxes by image, class and score; only the surest of each image and class."""
    keys = boxes.image * kinds + boxes.kind
    order = np.lexsort((-boxes.score, keys))
    keys = keys[order]
    begins = np.searchsorted(keys, keys, side="left")
    return order[np.arange(len(keys)) - begins < MOST]


def _groups(ours: Numbers, theirs: Numbers) -> Iterator[tuple[slice, Numbers]]:
    """Predictions (a run of rows, `ours` is sorted) and annotations (their places) of one image and class."""
    order = np.argsort(theirs, kind="stable")
    keys = theirs[order]
    for key in np.intersect1d(ours, keys).tolist():
        first, last = np.searchsorted(ours, (key, key + 1))
        begin, end = np.searchsorted(keys, (key, key + 1))
        yield slice(int(first), int(last)), order[begin:end]


def _overlaps(ours: Values, theirs: Values, crowd: NDArray[np.bool_]) -> Values:
    """Intersection over union of each two boxes; of a crowd the share of ours that lies in it."""
    upper = np.minimum(ours[:, None, 2:], theirs[None, :, 2:])
    sides = np.clip(upper - np.maximum(ours[:, None, :2], theirs[None, :, :2]), 0, None)
    common = sides[..., 0] * sides[..., 1]
    areas = _areas(ours)[:, None]
    whole = np.where(crowd, areas, areas + _areas(theirs) - common)
    shares: Values = np.divide(common, whole, out=np.zeros_like(common), where=whole > 0)
    return shares


def _areas(edges: Values) -> Values:
    sides = np.clip(edges[:, 2:] - edges[:, :2], 0, None)
    areas: Values = sides[:, 0] * sides[:, 1]
    return areas


def _states(ours: Values, theirs: Values, crowd: NDArray[np.bool_]) -> NDArray[np.int8]:
    """For each prediction and threshold: 0 wrong, 1 right, 2 left out, because it lies in a crowd."""
    states = np.zeros((len(ours), len(THRESHOLDS)), np.int8)
    free = np.ones((len(THRESHOLDS), len(crowd)), np.bool_)
    step = max(1, _AT_ONCE // len(crowd))
    for start in range(0, len(ours), step):
        overlaps = _overlaps(ours[start : start + step], theirs, crowd)
        for number in np.flatnonzero(overlaps.max(axis=1) >= THRESHOLDS[0]).tolist():
            states[start + number] = _take(overlaps[number], crowd, free)
    return states


def _take(row: Values, crowd: NDArray[np.bool_], free: NDArray[np.bool_]) -> NDArray[np.int8]:
    """The states of one prediction by its overlaps; the annotations that it takes are no longer free."""
    near = np.flatnonzero(row >= THRESHOLDS[0])
    levels = np.arange(len(THRESHOLDS))
    open_ = (row[near] >= THRESHOLDS[:, None]) & free[:, near]
    best = _last_best(np.where(open_ & ~crowd[near], row[near], -1.0))
    right = open_[levels, best] & ~crowd[near[best]]
    free[levels[right], near[best[right]]] = False
    crowded = (open_ & crowd[near]).any(axis=1)
    return np.where(right, 1, np.where(crowded, 2, 0)).astype(np.int8)


def _last_best(values: Values) -> Numbers:
    """The place of the largest value of each row, the last of equals."""
    places: Numbers = values.shape[1] - 1 - values[:, ::-1].argmax(axis=1)
    return places
