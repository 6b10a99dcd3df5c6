"""Answers of the workers as tables, and joined to the images of a dataset."""

from __future__ import annotations

import polars as pl

from holdfast.dataset import FACTS, schema
from holdfast.facts.figures import from_text
from holdfast.facts.messages import Reply
from holdfast.facts.tables import MEASURED, table, unpacked

FOUND = {"path": pl.String(), "size": pl.Int64()} | MEASURED
"""What is known of a file: its place, its size in bytes, and what was measured."""

Lot = list[tuple[str, Reply]]
"""Answers by the key of their request."""


def found_in(lot: Lot) -> pl.DataFrame:
    """Answers to a measurement by path: columns FOUND."""
    rows = (
        (path, reply.stamp.size if reply.stamp else None, *reply[1:11], from_text(reply.figures))
        for path, reply in lot
    )
    return table(rows, FOUND)  # MEASURED names the fields of Reply from sha256 to figures


def sketches_of(found: pl.DataFrame) -> pl.DataFrame:
    """Each content with a hash, once: sha256, hash, exact, spread."""
    hashed = found.filter(pl.col("hash").is_not_null()).select("sha256", "hash", "exact", "spread")
    return hashed.unique("sha256", maintain_order=True)


def joined(images: pl.DataFrame, found: pl.DataFrame) -> pl.DataFrame:
    """Images with the columns of FACTS."""
    exact = found.with_columns(phash=pl.when("exact").then("hash")).hstack(unpacked(found["figures"]))
    plain = images.drop(set(schema(FACTS)) & set(images.columns))
    facts = exact.select("path", *(pl.col(name).cast(kind) for name, kind in schema(FACTS).items()))
    return plain.join(facts, on="path", how="left", maintain_order="left")
