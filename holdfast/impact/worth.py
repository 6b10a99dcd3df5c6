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


class Metric(Protocol):
    """One or more figures of weighed images."""

    @property
    def cost(self) -> int:
        """Numbers that one call looks at."""

    @property
    def sized(self) -> bool:
        """Whether few images give other figures than many of the same kind."""

    def __call__(self, weights: Values) -> tuple[float, ...]:
        """The figures; nan where there are none."""


class Group(NamedTuple):
    """Images of one kind, and the figures of the metric on them; None: there are none."""

    name: str
    images: int
    values: tuple[float | None, ...]


class Difference(NamedTuple):
    """Leaked minus clean, at equal numbers of images, and its interval of 95 %; None: too few images."""

    value: float
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Scores:
    """What predictions of a split are worth: one of `metrics` in each of `values`, and `differences`, leaked
    minus clean, of each; empty where one of the two groups is; `evened`: at equal numbers of images.
    `notes` say what was left out."""

    file: str
    split: str
    metrics: tuple[str, ...]
    groups: tuple[Group, ...]
    differences: tuple[Difference, ...] = ()
    resamples: int = 0
    notes: tuple[str, ...] = ()
    evened: bool = False


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
