"""Classes that are shared out otherwise in one split than in another.

## What it does
Compares the shares of the classes among the annotations of two splits by Cramér's V with both splits weighted
alike: 0 says the same shares, 1 no class in common. What chance gives is taken off, and a difference that
splits drawn at random show more often than once in a thousand times is not reported; images, not annotations,
are what is drawn (Rao and Scott 1981), so a picture with many of one class is no evidence by itself.

## Options
`max_v` (default 0.15): the largest allowed Cramér's V, the limit of deepchecks for the drift of a label.
`min_images` (default 20): annotated images that both splits must have to be compared.

## Why is this bad?
The score is that of another mixture of classes than the one that was learnt: a model may look worse, or
better, than it is, and a choice made on val does not hold on test.

## Fix safety
No fixer, but `holdfast resplit` deals the images out anew, with the classes balanced.
"""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from holdfast import Finding, Unit, check, class_counts, class_shares, display, share_drift

RANDOM = 0.001
"""A difference that random splits show more often than this is noise."""


@check(per="split_pair", severity="warning")
def class_share_drift(
    annotations: pl.DataFrame, unit: Unit, *, max_v: float = 0.15, min_images: int = 20
) -> Iterator[Finding]:
    """One finding for a pair whose classes differ, with the classes that differ most."""
    counts = class_counts(annotations)
    first, second = unit.sides
    if any(counts.filter(split=name)["image"].n_unique() < min_images for name in unit.sides):
        return
    drift = share_drift(counts, first, second)
    if drift.effect <= max_v or drift.p >= RANDOM:
        return
    most = "; ".join(
        f"{display(row['class'])} {100 * row[first]:.1f} % of {first}, {100 * row[second]:.1f} % of {second}"
        for row in class_shares(counts, first, second).head(3).iter_rows(named=True)
    )
    place = str(counts.filter(split=second)["image"].min()).rpartition("/")[0]
    yield Finding(
        place or ".",
        f"classes differ from {first}: Cramér's V {drift.effect:.2f}, above {max_v:g}; most: {most}",
    )
