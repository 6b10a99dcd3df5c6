"""Names: of files and folders, apart from where they lie; of classes, declared or not."""

from __future__ import annotations

import polars as pl

_FOLDER = pl.col("path").str.replace("/?[^/]*$", "")
_NAME = pl.col("path").str.strip_prefix(pl.col("folder")).str.strip_prefix("/")


def names_below(*tables: pl.DataFrame) -> pl.DataFrame:
    """Every file of these tables and every folder above one: `path`, `folder` ('' is the root), `name`
    and `folded`, the name for a file system that ignores case and composes accents (NFC)."""
    paths = pl.concat([table.select("path") for table in tables])
    levels = []
    while paths.height:
        levels.append(paths.with_columns(folder=_FOLDER))
        paths = levels[-1].select(path="folder").unique().filter(pl.col("path") != "")
    every = pl.concat([pl.DataFrame(schema={"path": pl.String(), "folder": pl.String()}), *levels])
    every = every.filter(every["path"].is_first_distinct()).with_columns(name=_NAME)
    plain = pl.col("name")
    if every["path"].str.contains("[^\x00-\x7f]").any():  # composing a million names takes seconds
        plain = plain.str.normalize("NFC")
    return every.with_columns(folded=plain.str.to_lowercase())


def class_name() -> pl.Expr:
    """The name of an annotation's class as text; `class 7` for number 7 without a name."""
    number = pl.lit("class ") + pl.col("class_id").cast(pl.String)  # pl.format panics on an empty first chunk
    return pl.coalesce(pl.col("class_name").cast(pl.String), number)


def with_class(annotations: pl.DataFrame) -> pl.DataFrame:
    """The annotations with their `class_name` as a column `class`; those beside named ones that have no name
    are left out: their class is an error of its own."""
    named = pl.col("class_name").is_not_null()
    kept = annotations.filter(named | ~named.any())
    return kept.with_columns(class_name().alias("class")).filter(pl.col("class").is_not_null())
