"""The table of images with the source of each, and how it is known."""

from __future__ import annotations

from dataclasses import replace

import polars as pl

from holdfast.dataset import Dataset, problem_table
from holdfast.sources.listed import by_column
from holdfast.sources.naming import KnownBy, by_name
from holdfast.sources.settings import Sources


def with_sources(dataset: Dataset) -> Dataset:
    """The dataset, its images read, with `source` and `known_by` as its `sources` (`[sources]`) and the names
    tell; rows of the column file that are about no image, and images that it lacks, in `problems`.

    Raises UsageError for a column file that cannot be read.
    """
    sources = dataset.sources or Sources()
    images = by_name(dataset.images, sources)
    if sources.file is None:
        return replace(dataset, images=images)
    values, problems = by_column(images, sources, dataset.root)
    given = values.is_not_null()
    images = images.with_columns(
        source=pl.when(given).then(values).otherwise("source"),
        known_by=pl.when(given).then(pl.lit(KnownBy.COLUMN)).otherwise("known_by"),
    )
    return replace(dataset, images=images, problems=pl.concat([dataset.problems, problem_table(problems)]))
