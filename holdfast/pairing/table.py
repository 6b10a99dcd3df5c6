"""Proved pairs as the table of a dataset, and what the proof found to be broken."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import fields

import numpy as np
import polars as pl

from holdfast.dataset import COPIES, PAIRS, schema
from holdfast.facts.scan import Look
from holdfast.fault import Fault
from holdfast.pairing.contents import Contents, Pair
from holdfast.pairing.proof import Same
from holdfast.similarity.groups import components

_FIGURES = tuple(field.name for field in fields(Same) if field.name != "map")


def with_faults(
    images: pl.DataFrame, paths: pl.Series, contents: Contents, looks: Mapping[int, Look]
) -> pl.DataFrame:
    """What decoded at the cheap scale and not in full is at fault, wherever it lies; what changed meanwhile,
    or could not be checked, is the one file that was asked for. `paths` are those of the contents' rows."""
    rows = [
        (paths[row], look.fault, look.detail)
        for content, look in looks.items()
        for row in contents.rows[content][: 1 if look.fault == Fault.NOT_CHECKED else None]
    ]
    if not rows:
        return images
    faults = pl.DataFrame(rows, schema=["path", "late_fault", "late_detail"], orient="row")
    joined = images.join(faults, on="path", how="left", maintain_order="left")
    late = {name: pl.coalesce(name, f"late_{name}") for name in ("fault", "detail")}
    return joined.with_columns(**late).drop("late_fault", "late_detail")


def pair_table(images: pl.DataFrame, pairs: Mapping[Pair, Same]) -> pl.DataFrame:
    """The pairs of image rows as a table, in order of both paths."""
    ordered = sorted(pairs.items(), key=lambda pair: pair[0])
    first, second = (pl.Series([pair[side] for pair, _ in ordered], dtype=pl.UInt32) for side in (0, 1))
    ours, theirs = images[first], images[second]
    groups = _groups(ordered, images)
    exported = pl.col("path").str.contains(r"\.rf\.[^/]*$")
    same_source = (
        (ours["source"] == theirs["source"])
        & ours.select(exported).to_series()
        & theirs.select(exported).to_series()
    )
    columns = {
        "path": ours["path"], "other": theirs["path"], "unit": ours["unit"], "other_unit": theirs["unit"],
        "split": ours["split"], "other_split": theirs["split"],
        **{name: [getattr(how, name) for _, how in ordered] for name in _FIGURES}, "same_source": same_source,
        "group": groups,
    }  # fmt: skip
    return pl.DataFrame(columns, schema_overrides=schema(PAIRS))


def _groups(pairs: Sequence[tuple[Pair, Same]], images: pl.DataFrame) -> list[str]:
    """The group of each pair. What is of one scene only hangs together by itself: it joins no copies."""
    copies = np.array([same.kind in COPIES for _, same in pairs], np.bool_)
    ends = np.array([pair for pair, _ in pairs], np.int64).reshape(-1, 2)
    names: list[str] = [""] * len(pairs)
    for kind, mine in (("", copies), ("scene ", ~copies)):
        first, second = ends[mine].T
        least = components(first, second, images.height)
        named = {
            number: _name(kind + str(images["path"][number])) for number in np.unique(least[first]).tolist()
        }
        for place, number in zip(np.flatnonzero(mine).tolist(), least[first].tolist(), strict=True):
            names[place] = named[number]
    return names


def _name(path: str) -> str:
    return hashlib.sha256(path.encode()).hexdigest()[:12]
