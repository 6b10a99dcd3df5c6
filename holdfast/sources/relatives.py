"""Images of different splits that are of one source, or neighbours in a sequence."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import polars as pl

from holdfast.columns import RELATIVES, schema
from holdfast.dataset import COPIES, Dataset
from holdfast.facts.scan import Scanner
from holdfast.sources.clips import clips
from holdfast.sources.looks import Looks, looks_of
from holdfast.sources.naming import KEY, groups
from holdfast.sources.neighbours import PAIR, in_clips, in_time
from holdfast.sources.pairs import across, members_of
from holdfast.sources.series import frames, moments, stems
from holdfast.sources.verdicts import judge


def find_relatives(dataset: Dataset, scanner: Scanner) -> Dataset:
    """The dataset, its pairs found, with the table `relatives`, and the clips among its images.

    `scanner` must have measured the images to SKETCH or deeper.
    """
    looks = looks_of(dataset.images, scanner)
    named = timed_stems(dataset)
    images = _with_clips(dataset.images, clips(frames(named), looks))
    unnumbered = without_times(named, images["clip"].is_not_null())
    sources = _of_sources(dataset, looks)
    relatives = pl.concat([sources, in_clips(images, looks), in_time(unnumbered, looks)])
    return replace(dataset, images=images, relatives=_table(images, relatives))


def timed_stems(dataset: Dataset) -> pl.DataFrame:
    """What the names of images tell, and when they were taken: for `frames` and `timelines`."""
    named = stems(dataset.images, dataset.splits)
    images = dataset.images
    return named.with_columns(moment=moments(named), taken=images["taken"], split=images["split"])


def without_times(named: pl.DataFrame, where: pl.Series) -> pl.DataFrame:
    """The same without the times of some rows: the name of a frame tells when its recording began."""
    return named.with_columns(
        pl.when(where).then(None).otherwise(pl.col(name)).alias(name) for name in ("moment", "taken")
    )


def _with_clips(images: pl.DataFrame, found: pl.DataFrame) -> pl.DataFrame:
    rows = images.select("path").with_row_index("row")
    shown = found.select("row", clip="series", frame=pl.col("frame") / pl.col("step"))
    return images.with_columns(
        rows.join(shown, on="row", how="left", maintain_order="left").select("clip", "frame")
    )


def _of_sources(dataset: Dataset, looks: Looks) -> pl.DataFrame:
    """Some pairs of each source between two splits, all proved ones among them, with the verdict on it."""
    named = groups(dataset.images)
    pairs = _proved(dataset, named)
    chosen = [pair for members in members_of(named) for pair in across(members)]
    sampled = pl.DataFrame(chosen, schema={"first": pl.UInt32, "second": pl.UInt32}, orient="row")
    pairs = pl.concat([pairs, sampled.join(pairs, on=["first", "second"], how="anti")], how="diagonal")
    ours = named.select("split", KEY, "source", "known_by", first="row")
    pairs = pairs.join(ours, on="first").join(named.select(second="row", other="split"), on="second")
    pairs = pairs.sort("first", "second")
    bits, likeness = _seen(pairs, looks)
    pairs = pairs.with_columns(distance=bits, likeness=likeness)
    judged = _judged(pairs, looks.alike_by_chance(dataset.images["source"].rank("dense").to_numpy()))
    both = pl.concat_list("split", "other").list.sort()
    pairs = pairs.with_columns(both=both).join(judged, on=[KEY, "both"])
    return pairs.rename({"source": "name"}).with_columns(apart=pl.lit(None, pl.Float64)).select(*PAIR)


def _proved(dataset: Dataset, named: pl.DataFrame) -> pl.DataFrame:
    """Proved pairs of one source in two splits: rows `first` and `second`, `kind`."""
    rows = dataset.images.select("path").with_row_index("row").join(named, on="row")
    rows = rows.select("path", "row", KEY, "split")
    pairs = dataset.pairs.filter(pl.col("kind").is_in(COPIES)).select("path", "other", "kind")
    pairs = pairs.join(rows, on="path").join(rows, left_on="other", right_on="path", suffix="_other")
    torn = (pl.col(KEY) == pl.col(f"{KEY}_other")) & (pl.col("split") != pl.col("split_other"))
    low, high = (end("row", "row_other") for end in (pl.min_horizontal, pl.max_horizontal))
    return pairs.filter(torn).select(first=low, second=high, kind="kind")


def _seen(pairs: pl.DataFrame, looks: Looks) -> tuple[pl.Series, pl.Series]:
    """Distance and likeness of each pair, null where they are not known."""
    first, second = (pairs[end].to_numpy().astype(np.int64) for end in ("first", "second"))
    return looks.distances(first, second), pl.Series(looks.likeness(first, second)).fill_nan(None)


def _judged(pairs: pl.DataFrame, alike: float) -> pl.DataFrame:
    """The verdict on each source between two splits."""
    both = pl.concat_list("split", "other").list.sort().alias("both")
    found = pairs.group_by(KEY, both, maintain_order=True).agg(
        pl.col("source").first(), pl.col("known_by").first(),
        pl.col("kind").is_not_null(), pl.col("likeness").fill_null(float("nan")),
    )  # fmt: skip
    rows = found.drop(KEY, "both").iter_rows()
    verdicts = [judge(name, known_by, same, seen, alike) for name, known_by, same, seen in rows]
    return found.select(KEY, "both", verdict=pl.Series(verdicts, dtype=pl.String))


def _table(images: pl.DataFrame, relatives: pl.DataFrame) -> pl.DataFrame:
    """The pairs of rows as the table RELATIVES, in order of both paths."""
    low, high = (end("first", "second") for end in (pl.min_horizontal, pl.max_horizontal))
    pairs = relatives.with_columns(first=low, second=high).sort("first", "second", "known_by")
    ours, theirs = (images.select("path", "unit", "split")[pairs[end]] for end in ("first", "second"))
    ends = {"path": ours["path"], "other": theirs["path"], "unit": ours["unit"], "other_unit": theirs["unit"]}
    ends |= {"split": ours["split"], "other_split": theirs["split"]}
    return pairs.with_columns(**ends).select(schema(RELATIVES).keys()).cast(pl.Schema(schema(RELATIVES)))
