"""The same picture with different annotations.

## What it does
Compares the annotations of every two images with equal bytes or equal pictures, over the whole
dataset: classes by name where they have one, numbers as written, in any order. An empty label, or an
image that is listed without annotations, says "nothing here"; a missing one says nothing: they differ.

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
from typing import Any

import polars as pl

from holdfast import EXACT, Finding, check, display


@check(per="dataset", needs=("sha256",))
def conflicting_labels(
    pairs: pl.DataFrame, images: pl.DataFrame, annotations: pl.DataFrame, *, decimals: int = 17
) -> Iterator[Finding]:
    """Exact pairs whose labels say different things."""
    differing = _differing(pairs.filter(pl.col("kind").is_in(EXACT)), images, annotations)
    rows = differing.select("path", "other", "kind", "group", "key", "key_other", "said", "said_other").rows()
    for path, other, kind, group, first, second, *said in rows:
        a, b = (_counted(annotated, decimals) for annotated in said)
        if a != b or (first is None) != (second is None):
            said_by = ["no label" if key is None else c.total() for key, c in ((first, a), (second, b))]
            counts = f"{said_by[0]} and {said_by[1]}, {(a & b).total()} in common"
            only = f"{(a - b).total()} or {(b - a).total()} (skip leaves, keep drops, union adds if clear)"
            message = f"same picture as {display(other)}, other annotations: {counts}; only in one {only}"
            yield Finding(path, message, related=(other,), kind=kind, group=group)


def _differing(pairs: pl.DataFrame, images: pl.DataFrame, annotations: pl.DataFrame) -> pl.DataFrame:
    """Pairs that are not annotated the same, row by row: few, and quicker to find."""
    # an image and its annotations share a key: its label file, or its path in formats without such files
    key = pl.when("has_label").then(pl.coalesce("label", "path"))
    known = images.filter(pl.col("path").is_in([*pairs["path"], *pairs["other"]]))
    known = known.select("path", "label", key=key)
    own = pl.col("label").is_in(known["label"].drop_nulls().implode())
    keyed = annotations.with_columns(key=pl.when(own).then("label").otherwise("image"))
    edges = pl.concat_list("x_min", "y_min", "x_max", "y_max")  # of a mask: it has no values
    values = pl.when(pl.col("values").list.len() > 0).then("values").otherwise(edges).alias("values")
    row = pl.struct(pl.col("class_name").cast(pl.String), "class_id", values)
    said = keyed.join(known, on="key", how="semi", maintain_order="left").group_by("key", maintain_order=True)
    known = known.join(said.agg(said=row), on="key", how="left")
    both = pairs.join(known, on="path", maintain_order="left")
    known = known.select(pl.all().name.suffix("_other")).rename({"path_other": "other"})
    both = both.join(known, on="other", maintain_order="left")
    unlike = pl.col("said").ne_missing(pl.col("said_other"))
    return both.filter(unlike | (pl.col("key").is_null() != pl.col("key_other").is_null()))


def _counted(said: list[dict[str, Any]] | None, decimals: int) -> Counter[tuple[object, ...]]:
    keys = ((row["class_name"] or row["class_id"], row["values"]) for row in said or ())
    return Counter((name, *(round(value or 0, decimals) for value in values)) for name, values in keys)
