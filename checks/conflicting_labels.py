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


@check(per="dataset", needs=("sha256",))
def conflicting_labels(
    pairs: pl.DataFrame, images: pl.DataFrame, annotations: pl.DataFrame, *, decimals: int = 17
) -> Iterator[Finding]:
    """Exact pairs whose labels say different things."""
    differing = _differing(pairs.filter(pl.col("kind") != PairKind.NEAR), images, annotations)
    labels = [*differing["label"], *differing["label_other"]]
    boxes = _annotations(annotations.filter(pl.col("label").is_in(labels)), decimals)
    rows = differing.select("path", "other", "kind", "group", "label", "label_other").rows()
    for path, other, kind, group, first, second in rows:
        a, b = boxes.get(first, Counter()), boxes.get(second, Counter())
        if a != b or (first is None) != (second is None):
            counts = f"{_count(a, first)} and {_count(b, second)}, {(a & b).total()} in common"
            only = f"{(a - b).total()} or {(b - a).total()} (skip leaves, keep drops, union adds if clear)"
            message = f"same picture as {display(other)}, other annotations: {counts}; only in one {only}"
            yield Finding(path, message, related=(other,), kind=kind, group=group)


def _differing(pairs: pl.DataFrame, images: pl.DataFrame, annotations: pl.DataFrame) -> pl.DataFrame:
    """Pairs whose labels are not the same line by line: few, and quicker to find."""
    known = images.filter(pl.col("path").is_in([*pairs["path"], *pairs["other"]]))
    known = known.select("path", label=pl.when("has_label").then("label"))
    lines = annotations.join(known, on="label", how="semi", maintain_order="left")
    line = pl.struct("class_id", "class_name", "values")
    said = lines.group_by("label", maintain_order=True).agg(said=line)
    known = known.join(said, on="label", how="left")
    both = pairs.join(known, on="path", maintain_order="left")
    known = known.select(pl.all().name.suffix("_other")).rename({"path_other": "other"})
    both = both.join(known, on="other", maintain_order="left")
    unlike = pl.col("said").ne_missing(pl.col("said_other"))
    return both.filter(unlike | (pl.col("label").is_null() != pl.col("label_other").is_null()))


def _annotations(rows: pl.DataFrame, decimals: int) -> dict[str | None, Counter[tuple[object, ...]]]:
    found: dict[str | None, Counter[tuple[object, ...]]] = {}
    for label, name, number, values in rows.select("label", "class_name", "class_id", "values").rows():
        found.setdefault(label, Counter())[name or number, *(round(value, decimals) for value in values)] += 1
    return found


def _count(annotations: Counter[tuple[object, ...]], label: str | None) -> str:
    return "no label" if label is None else str(annotations.total())
