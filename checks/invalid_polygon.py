"""Polygon that is none.

## What it does
Reports each ring of a polygon with fewer than three points that differ (error), whose edges cross each other
(warning), or that is flat while the others are not (warning). Edges that merely touch, and a first point that
is repeated at the end, are no fault; a ring with too many edges side by side to compare them all is named.
What has no width, no height or no area as a whole is left to `degenerate_box`.

## Why is this bad?
What lies inside is not defined: two programs fill a crossed ring in two ways, its area is wrong, and an
evaluation with shapely stops at it. Two points enclose nothing at all.

## Fix safety
Unsafe: one under three points goes. Where the line was meant to go, only a person sees.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import polars as pl

from holdfast import Finding, Severity, check, ring_faults


@check(per="split")
def invalid_polygon(annotations: pl.DataFrame) -> Iterator[Finding]:
    """Rings without an inside, or with two."""
    wide, high = pl.col("x_max") > pl.col("x_min"), pl.col("y_max") > pl.col("y_min")
    annotations = annotations.filter(wide & high)  # degenerate_box reports the others
    faults = ring_faults(annotations)
    flat = pl.col("flat") & (pl.col("distinct") > 2)
    whole = (flat.sum() == pl.col("rings")).over("row")  # and those
    faults = faults.filter(~(flat & whole))
    rows = annotations[faults["row"]]
    for row, fault in zip(rows.iter_rows(named=True), faults.iter_rows(named=True), strict=True):
        severity = Severity.ERROR if fault["distinct"] < 3 else Severity.WARNING
        ring = f", ring {fault['ring']} of {fault['rings']}" if fault["rings"] > 1 else ""
        yield Finding.on(row, f"{row['kind']}{ring}: {_message(fault)}", severity=severity)


def _message(fault: Mapping[str, Any]) -> str:
    points, distinct = fault["points"], fault["distinct"]
    if distinct < 3:
        return f"{points} point{'s' * (points != 1)}, {distinct} of them different; it takes three"
    if fault["flat"]:
        return f"its {points} points lie on one line"
    if not fault["examined"]:
        return f"{points} points, too many edges side by side to see whether they cross"
    first, second = fault["first"], fault["second"]
    return f"the edges after points {first} and {second} of {points} cross"
