"""What leaks are worth: a metric on all, on leaked and on clean images, and how sure the difference is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from holdfast.impact.matching import Values

FEW = 30
"""Images below which a group's score says little."""

_RESAMPLES = (100, 1000)
_WORK = 200_000_000
"""Numbers that resampling may look at, on which it depends how often it is done."""
_SEED = 0


class Metric(Protocol):
    """One or more figures of weighed images."""

    @property
    def cost(self) -> int:
        """Numbers that one call looks at."""

    def __call__(self, weights: Values) -> tuple[float, ...]:
        """The figures; nan where there are none."""


class Group(NamedTuple):
    """Images of one kind, and the figures of the metric on them; None: there are none."""

    name: str
    images: int
    values: tuple[float | None, ...]


class Difference(NamedTuple):
    """Leaked minus clean, and between which numbers 95 of 100 resamples of the images lie."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Scores:
    """What predictions of a split are worth: one of `metrics` in each of `values`, and `differences`, leaked
    minus clean, of each; empty where one of the two groups is. `notes` say what was left out."""

    file: str
    split: str
    metrics: tuple[str, ...]
    groups: tuple[Group, ...]
    differences: tuple[Difference, ...] = ()
    resamples: int = 0
    notes: tuple[str, ...] = ()


class Parts(NamedTuple):
    """Which images are tied to train, to val only, to nothing; None where no rule looked."""

    leaked: NDArray[np.bool_]
    later: NDArray[np.bool_]
    clean: NDArray[np.bool_]


def groups_of(metric: Metric, parts: Parts | None, images: int) -> Iterator[Group]:
    """The metric on all images and on each part."""
    yield _group("all", metric, np.ones(images, np.bool_))
    if parts is not None:
        yield _group("leaked", metric, parts.leaked)
        if parts.later.any():
            yield _group("tied to val only", metric, parts.later)
        yield _group("clean", metric, parts.clean)


def _group(name: str, metric: Metric, chosen: NDArray[np.bool_]) -> Group:
    figures = metric(chosen.astype(np.float64))
    return Group(name, int(chosen.sum()), tuple(None if np.isnan(value) else value for value in figures))


def differences_of(metric: Metric, parts: Parts) -> tuple[tuple[Difference, ...], int]:
    """Leaked minus clean for each figure with its interval, and how many resamples that took: both groups
    are drawn anew with replacement, the percentile method of Efron and Tibshirani, with a fixed seed."""
    sides = [np.flatnonzero(part) for part in (parts.leaked, parts.clean)]
    real = _minus(metric(parts.leaked.astype(np.float64)), metric(parts.clean.astype(np.float64)))
    if np.isnan(real).any():
        return (), 0
    least, most = _RESAMPLES
    number = int(np.clip(_WORK // (2 * metric.cost + 1), least, most))
    random = np.random.default_rng(_SEED)
    draws = ([metric(_drawn(random, side, parts)) for side in sides] for _ in range(number))
    drawn = np.array([_minus(leaked, clean) for leaked, clean in draws])
    low, high = np.nanpercentile(drawn, (2.5, 97.5), axis=0)
    found = zip(real.tolist(), low.tolist(), high.tolist(), strict=True)
    return tuple(Difference(*row) for row in found), number


def _drawn(random: np.random.Generator, members: NDArray[np.int64], parts: Parts) -> Values:
    """Weights of as many images as there are members, drawn with replacement."""
    chosen = random.choice(members, len(members))
    weights: Values = np.bincount(chosen, minlength=len(parts.clean)).astype(np.float64)
    return weights


def _minus(ours: tuple[float, ...], theirs: tuple[float, ...]) -> Values:
    difference: Values = np.array(ours) - np.array(theirs)
    return difference
