"""Series of frames: images whose names differ in one number, and the moments that names tell.

Which of a name's numbers counts the frames is found by trying: the last one, unless another gives twice
the coverage. Numbers alone prove nothing (`cat-001`, `cat-002`); `holdfast.sources.clips` looks at the
pictures.
"""

from __future__ import annotations

import polars as pl

from holdfast.dataset import Split

LEAST = 3
"""Frames that make a series."""
_TRIED = 4
"""Numbers of a name that are tried, from the last one."""
_LONGEST = 18
"""Digits of a number: as many as 64 bits hold."""
_FORMAT = r"(?si)[_-](?:jpe?g|png|bmp|webp|tiff?|gif|heic)$"
_EXPORT = r"(?s)\.rf\.[0-9a-zA-Z]{20,40}$"
_DATE = r"(?P<year>(?:19|20)[0-9][0-9])[-_.]?(?P<month>0[1-9]|1[0-2])[-_.]?(?P<day>0[1-9]|[12][0-9]|3[01])"
_TIME = r"(?P<hour>[01][0-9]|2[0-3])[-_.:h]?(?P<minute>[0-5][0-9])[-_.:m]?(?P<second>[0-5][0-9])s?"
_WHEN = rf"{_DATE}(?:[-_ T.]|at|__){{0,3}}{_TIME}(?P<milli>[0-9]{{3}})?"
_MOMENT = rf"(?s)(?:^|[^0-9]){_WHEN}(?:[^0-9]|$)"
_AFTER = rf"(?s)^(?P<head>(?:.*?[^0-9])?{_WHEN})(?P<tail>(?:[^0-9].*)?)$"


def stems(images: pl.DataFrame, splits: tuple[Split, ...]) -> pl.DataFrame:
    """Of each image its collection, its folder below that of its split, and its name without suffix, hash of
    an export, and format: columns `collection`, `folder`, `stem`."""
    folder = pl.col("path").str.replace(r"(?s)/?[^/]*$", "")
    known = sorted({place for split in splits for place in split.folders if place}, key=len, reverse=True)
    inner = (
        pl.coalesce(
            pl.when((folder == place) | folder.str.starts_with(place + "/")).then(
                folder.str.slice(len(place)).str.strip_chars_start("/")
            )
            for place in known
        )
        if known
        else folder
    )
    stem = pl.col("path").str.extract(r"(?s)([^/]*)$", 1).str.replace(r"(?s)(.)\.[^.]*$", "${1}")
    stem = stem.str.replace(_EXPORT, "").str.replace(_FORMAT, "")
    return images.select(
        pl.col("collection").cast(pl.String), pl.coalesce(inner, folder).alias("folder"), stem.alias("stem")
    )  # fmt: skip


def moments(named: pl.DataFrame) -> pl.Series:
    """The moment that each stem tells, in seconds since 1970 by the clock that named it; null: none."""
    found = named.select(pl.col("stem").str.extract_groups(_MOMENT).alias("moment"))["moment"].struct.unnest()
    year, month, day, hour, minute, second, milli = (pl.col(name).cast(pl.Int32) for name in found.columns)
    first = pl.date(year, month, 1)
    seconds = first.cast(pl.Int64) * 86_400 + (day - 1) * 86_400 + hour * 3_600 + minute * 60 + second
    valid = pl.when(day <= first.dt.month_end().dt.day())
    return found.select(moment=valid.then(seconds + milli.fill_null(0) / 1_000))["moment"]


def frames(named: pl.DataFrame) -> pl.DataFrame:
    """The series that names count: columns `row`, `series` (the name with # for its number), `frame`.

    In a name that tells a moment only what comes after it counts: a recording is named by its start. What has
    no number, or fewer than LEAST of a series, is left out.
    """
    parts = named.select(pl.col("stem").str.extract_groups(_AFTER).alias("part"))["part"].struct
    head = pl.when(moments(named).is_not_null()).then(parts.field("head")).otherwise(pl.lit(""))
    tail = pl.col("stem").str.slice(pl.col("head").str.len_chars())
    table = named.with_row_index("row").with_columns(head=head).with_columns(tail=tail)
    tried = pl.concat(_by_number(table, place) for place in range(_TRIED))
    counts = tried.group_by("template", "place").len("n")
    chosen = counts.filter(2 * pl.col("n") > pl.col("n").max().over("template"))
    chosen = chosen.group_by("template").agg(pl.col("place").min())
    found = tried.join(chosen, on=["template", "place"], how="semi")
    return found.select("row", "series", "frame").sort("row")


def _by_number(table: pl.DataFrame, place: int) -> pl.DataFrame:
    """Series where the number so far from the last one counts: row, template, place, series, frame."""
    after = rf"(?P<after>(?:[^0-9]+[0-9]+){{{place}}}[^0-9]*)"
    pattern = rf"(?s)^(?P<before>.*[^0-9]|)(?P<frame>[0-9]{{1,{_LONGEST}}}){after}$"
    slots = pl.concat_str(pl.col("head", "tail").str.replace_all(r"[0-9]+", "#"), separator="\0")
    template = pl.concat_str("collection", "folder", slots, separator="\0")
    name = pl.concat_str("head", "before", pl.lit("#"), "after")
    series = pl.concat_str("collection", "folder", name, separator="/").str.replace(r"^/+", "")
    found = table.with_columns(pl.col("tail").str.extract_groups(pattern).alias("m"), template=template)
    found = found.unnest("m").filter(pl.col("frame").is_not_null())
    columns = {"place": pl.lit(place), "series": series, "frame": pl.col("frame").cast(pl.Int64)}
    return found.select("row", "template", **columns).filter(
        pl.col("frame").n_unique().over("series") >= LEAST
    )
