"""The same picture with different annotations.

## What it does
Compares the annotations of every two images with equal bytes or equal pictures, over the whole
dataset: classes by name where names are declared, numbers as written, in any order of the lines.
An empty label says "nothing here"; a missing one says nothing: they differ.

## Options
`decimals` (default 17, all of them): digits after the point that are compared.

## Why is this bad?
One of the two is wrong, and a trainer is told both. Keeping the first copy and its label, as clean-up
scripts do, throws annotations away.

## Fix safety
No fixer of its own: removing one of the copies asks for a policy (`--on-conflict=keep|union|skip`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import polars as pl

from holdfast import Finding, PairKind, check, display

Annotations = Counter[tuple[object, ...]]


@check(per="dataset", needs=("sha256",))
def conflicting_labels(
    pairs: pl.DataFrame, images: pl.DataFrame, annotations: pl.DataFrame, *, decimals: int = 17
) -> Iterator[Finding]:
    """Exact pairs whose labels say different things."""
    exact = pairs.filter(pl.col("kind") != PairKind.NEAR)
    differing = _differing(exact, images, annotations)
    named = {label for labels in differing.select("label", "label_other").rows() for label in labels if label}
    boxes = _annotations(annotations.filter(pl.col("label").is_in(list(named))), decimals)
    rows = differing.select("path", "other", "kind", "group", "label", "label_other").rows()
    for path, other, kind, group, first, second in rows:
        a, b = boxes.get(first, Counter()), boxes.get(second, Counter())
        if a != b or (first is None) != (second is None):
            counts = f"{_count(a, first)} and {_count(b, second)}, {(a & b).total()} in common"
            message = f"same picture as {display(other)}, other annotations: {counts}"
            yield Finding(path, message, related=(other,), kind=kind, group=group)


def _differing(pairs: pl.DataFrame, images: pl.DataFrame, annotations: pl.DataFrame) -> pl.DataFrame:
    """Pairs whose labels are not written alike, with them; most are, which is quicker to see."""
    paths = pl.concat([pairs["path"], pairs["other"].alias("path")]).unique().to_frame()
    labels = images.join(paths, on="path", how="semi").select(
        "path", label=pl.when("has_label").then("label")
    )
    lines = annotations.join(labels, on="label", how="semi", maintain_order="left")
    written = lines.group_by("label", maintain_order=True).agg(
        written=pl.struct("class_id", "class_name", "values")
    )
    known = labels.join(written, on="label", how="left")
    both = pairs.join(known, on="path", how="left", maintain_order="left").join(
        known, left_on="other", right_on="path", how="left", maintain_order="left", suffix="_other"
    )
    missing = pl.col("label").is_null() != pl.col("label_other").is_null()
    return both.filter(missing | ~pl.col("written").eq_missing(pl.col("written_other")))


def _annotations(rows: pl.DataFrame, decimals: int) -> dict[str, Annotations]:
    found: dict[str, Annotations] = {}
    for label, name, number, values in rows.select("label", "class_name", "class_id", "values").rows():
        found.setdefault(label, Counter())[name or number, *(round(value, decimals) for value in values)] += 1
    return found


def _count(annotations: Annotations, label: str | None) -> str:
    return "no label" if label is None else str(annotations.total())
