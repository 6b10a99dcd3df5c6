"""Names: of files and folders, apart from where they lie; of classes, declared or not."""

from __future__ import annotations

import polars as pl

_PARTS = pl.col("path").str.extract_groups("(?s)^(?:(?<folder>.*)/)?(?<name>[^/]*)$").alias("parts")


def names_below(*tables: pl.DataFrame) -> pl.DataFrame:
    """Every file of these tables and every folder above one, once: columns `path`, `folder` (null: the root)
    and `name`."""
    paths = pl.concat([table.select("path") for table in tables])
    levels = [paths.clear().with_columns(_PARTS).unnest("parts")]
    while paths.height:
        levels.append(paths.unique().with_columns(_PARTS).unnest("parts"))
        paths = levels[-1].select(path="folder").drop_nulls()
    return pl.concat(levels).unique("path")


def class_name() -> pl.Expr:
    """The name of an annotation's class as text; `class 7` for number 7 without a name."""
    return pl.coalesce(pl.col("class_name").cast(pl.String), pl.format("class {}", "class_id"))


def with_class(annotations: pl.DataFrame) -> pl.DataFrame:
    """The annotations with their `class_name` as a column `class`; those beside named ones that have no name
    are left out: their class is an error of its own."""
    named = pl.col("class_name").is_not_null()
    kept = annotations.filter(named | ~named.any())
    return kept.with_columns(class_name().alias("class")).filter(pl.col("class").is_not_null())
