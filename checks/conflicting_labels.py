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


@check(per="dataset", needs=("sha256", "fingerprint"))
def conflicting_labels(
    pairs: pl.DataFrame, images: pl.DataFrame, annotations: pl.DataFrame, *, decimals: int = 17
) -> Iterator[Finding]:
    """Exact pairs whose labels say different things."""
    exact = pairs.filter(pl.col("kind") != PairKind.NEAR)
    names = pl.concat([exact["path"], exact["other"].alias("path")]).unique()
    concerned = images.filter(pl.col("path").is_in(names.to_list()))
    labels = {
        path: label if has else None
        for path, label, has in concerned.select("path", "label", "has_label").rows()
    }
    boxes = _annotations(annotations, concerned["label"], decimals)
    for path, other, kind, group in exact.select("path", "other", "kind", "group").rows():
        first, second = labels[path], labels[other]
        a, b = boxes.get(first, Counter()), boxes.get(second, Counter())
        if a != b or (first is None) != (second is None):
            counts = f"{_count(a, first)} and {_count(b, second)}, {(a & b).total()} in common"
            message = f"same picture as {display(other)}, other annotations: {counts}"
            yield Finding(path, message, related=(other,), kind=kind, group=group)


def _annotations(
    annotations: pl.DataFrame, labels: pl.Series, decimals: int
) -> dict[str | None, Annotations]:
    found: dict[str | None, Annotations] = {}
    rows = annotations.filter(pl.col("label").is_in(labels.to_list()))
    for label, name, number, values in rows.select("label", "class_name", "class_id", "values").rows():
        found.setdefault(label, Counter())[name or number, *(round(value, decimals) for value in values)] += 1
    return found


def _count(annotations: Annotations, label: str | None) -> str:
    return "no label" if label is None else str(annotations.total())
