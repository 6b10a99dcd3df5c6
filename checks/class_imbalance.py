"""Classes of which one has many times the annotations of another.

## What it does
Counts the annotations of each class of a collection and compares the largest class with the smallest one that
has any. One finding for a collection names both, and how many classes lie that far below the largest. Beside
declared classes those that nothing declares do not count: `unknown_class` reports them.

## Options
`ratio` (default 50.0): the largest allowed number of times. 50 is where Intel's Datumaro reports imbalanced
labels (`DEFAULT_IMBALANCE_RATIO_THR` of its validators).

## Why is this bad?
The loss is that of the large classes, and the small ones are hardly learnt: Buda, Maki and Mazurowski, A
systematic study of the class imbalance problem in convolutional neural networks (2018, arXiv:1710.05381),
measure it at ratios from 10 to 5,000 and find that oversampling the small classes mends most of it.

## Fix safety
No fixer: more pictures of the small classes, or a trainer that samples them more often.
"""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from holdfast import Finding, Unit, check, class_counts, display


@check(per="collection", severity="warning")
def class_imbalance(
    annotations: pl.DataFrame, classes: pl.DataFrame, unit: Unit, *, ratio: float = 50.0
) -> Iterator[Finding]:
    """The largest and the smallest class."""
    counts = class_counts(annotations).group_by("class").agg(pl.col("count").sum()).sort("count", "class")
    if counts.height < 2:
        return
    (rare, least), (name, most) = counts.row(0), counts.row(-1)
    if most <= ratio * least:
        return
    far = counts.filter(pl.col("count") * ratio < most).height
    declared = classes.filter(pl.col("class_name").cast(pl.String) == rare).select("path", "line").rows()
    path, line = declared[0] if declared else (unit.name if unit.name != "all" else ".", None)
    yield Finding(
        path, f"{display(name)} has {most} annotations, {display(rare)} has {least}: {most / least:.0f} "
        f"times as many, above {ratio:g} ({far} of {counts.height} classes so far below)", line=line,
    )  # fmt: skip
