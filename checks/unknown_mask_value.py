"""Mask with values that stand for no class.

## What it does
Reports each mask that holds a value which the list of classes does not name; 0 (background) and 255 (not
labelled) need no name. Where nothing declares classes, it warns of masks with values that cover less than
`min_share` of every mask that has them, which are no class but what smoothing or JPEG leaves at edges, and
of masks with more than `max_values` values.

## Options
- `min_share` (default 0.001): part of a mask that a class covers in one mask at least.
- `max_values` (default 64): values that one mask may hold.

## Why is this bad?
A trainer stops at a class number that it does not know, or learns the edges of objects as further classes.
Masks are scaled to the nearest neighbour only, and stored without loss.

## Fix safety
No fixer: which class such a pixel belongs to cannot be known.
"""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from holdfast import Dataset, Finding, Severity, check


@check(per="collection")
def unknown_mask_value(
    masks: pl.DataFrame, annotations: pl.DataFrame, dataset: Dataset, *, min_share: float = 0.001,
    max_values: int = 64,
) -> Iterator[Finding]:  # fmt: skip
    """Masks with values that are no classes."""
    held = masks.filter(pl.col("values").list.len() > 0).with_columns(
        many=pl.col("values").list.len(), share=pl.col("counts") / pl.col("counts").list.sum()
    )
    flat = held.with_columns(entry=pl.int_ranges("many", dtype=pl.Int32)).explode(
        "values", "counts", "share", "entry"
    )
    rare = (pl.col("share").max().over("collection", "values") < min_share) | (pl.col("many") > max_values)
    known = pl.col("collection").is_in(list(dataset.declared))
    unnamed = annotations.filter(pl.col("class_name").is_null()).select("entry", path="label")
    wrong = flat.filter(known | rare).join(unnamed, on=["path", "entry"], how="semi", maintain_order="left")
    grouped = wrong.group_by("path", "collection", "mode", maintain_order=True).agg("values", "counts")
    for path, collection, mode, values, counts in grouped.rows():
        shown = [f"#{value:06x}" if mode.startswith("RGB") else str(value) for value in values[:3]]
        said = ", ".join(f"{value} ({count} px)" for value, count in zip(shown, counts[:3], strict=True))
        more = f" and {len(values) - 3} more" if len(values) > 3 else ""
        if (names := dataset.names_of(collection)) is not None:
            yield Finding(path, f"{said}{more}: no class; declared: {len(names)}")
        else:
            message = f"{said}{more}: no class, as it seems; smoothed or compressed masks hold such values"
            yield Finding(path, message, Severity.WARNING)
