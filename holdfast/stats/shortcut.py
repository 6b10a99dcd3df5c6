"""Whether one number or one word about an image gives its class away.

For a class and a property the measure is the balanced accuracy of the best single question, `is the value at
most (at least) x?` or `is it this word?`: half of (share of the class for which the answer is yes + share of
the others for which it is no). 0.5 is chance, 1 is certain. It is (1 + J) / 2 of Youden's J (1950), and for
numbers J is the distance of the two-sample Kolmogorov-Smirnov test, so that one sort serves all classes.
"""

from __future__ import annotations

import polars as pl

from holdfast.stats.naming import with_class

CLUES = {
    "class": pl.String(), "image": pl.String(), "images": pl.Int64(), "property": pl.String(),
    "question": pl.String(), "accuracy": pl.Float64(), "inside": pl.Float64(), "outside": pl.Float64(),
}  # fmt: skip
"""Columns of a table of clues: the class, its first image, how many it has; the property; the question, as
in `at most 640`, its balanced accuracy, and the share of the class and of the other images it holds for."""

DOMINANT = 0.8
"""Share of the annotations of an image from which on their class is the class of the image."""

_PIXELS = pl.col("width").cast(pl.Int64) * pl.col("height")
PROPERTIES = {
    "format": pl.col("format"),
    "mode": pl.col("mode"),
    "width": pl.col("width"),
    "height": pl.col("height"),
    "width / height": pl.col("width") / pl.col("height"),
    "bytes": pl.col("size"),
    "bytes a pixel": pl.col("size") / _PIXELS,
    "brightness": pl.col("brightness"),
    "sharpness": pl.col("sharpness"),
}
"""What is looked at, from measured columns of `images`; of equal clues the first is taken."""
_WORDS = ("format", "mode")


def clues(images: pl.DataFrame, annotations: pl.DataFrame, min_images: int) -> pl.DataFrame:
    """The best question of each class and property, the most telling first; columns are CLUES.

    Only images that have one class count, and only classes of which, and of all others together, there are
    `min_images`; where two are left, one of them. Images need the facts that PROPERTIES name.
    """
    known = images.join(_class_of(annotations), left_on="path", right_on="image", maintain_order="left")
    number = pl.len().over("class")
    known = known.filter(number >= min_images, pl.len() - number >= min_images)
    known = known.select("class", "path", *(value.alias(name) for name, value in PROPERTIES.items()))
    asked = [_words(known, name) if name in _WORDS else _numbers(known, name) for name in PROPERTIES]
    found = pl.concat(asked).filter(pl.col("accuracy").is_finite())
    first = known.group_by("class").agg(image=pl.col("path").first())
    found = found.join(first, on="class", maintain_order="left").select(CLUES.keys()).cast(pl.Schema(CLUES))
    found = found.sort("accuracy", "class", descending=[True, False], maintain_order=True)
    two = first.height == 2 and found.height
    return found.filter(pl.col("class") == found["class"][0]) if two else found


def _class_of(annotations: pl.DataFrame) -> pl.DataFrame:
    """The class of each image that has one."""
    known = with_class(annotations.select("image", "class_id", "class_name")).drop_nulls("image")
    counts = known.group_by("image", "class").len()
    share = pl.col("len") / pl.col("len").sum().over("image")
    return counts.filter(share >= DOMINANT).select("image", "class")


def _numbers(known: pl.DataFrame, name: str) -> pl.DataFrame:
    """The best cut of each class, from ranks among all images and among its own."""
    value, own = pl.col("value"), pl.len().over("class")
    known = known.select("class", value=pl.col(name).cast(pl.Float64).fill_nan(None)).drop_nulls()
    rest = pl.len() - own
    up_to, own_up_to = value.rank("max"), value.rank("max").over("class")
    below, own_below = value.rank("min") - 1, value.rank("min").over("class") - 1
    ranked = known.select(
        "class", "value", own.alias("images"),
        most_inside=own_up_to / own, most_outside=(up_to - own_up_to) / rest,
        least_inside=1 - own_below / own, least_outside=1 - (below - own_below) / rest,
    )  # fmt: skip
    return _best(pl.concat([_cuts(ranked, side) for side in ("most", "least")]), name)


def _cuts(ranked: pl.DataFrame, side: str) -> pl.DataFrame:
    inside, outside = pl.col(f"{side}_inside"), pl.col(f"{side}_outside")
    best = ranked.group_by("class").agg(pl.all().exclude("class").get((inside - outside).arg_max()))
    shown = pl.col("value").round_sig_figs(4).cast(pl.String).str.strip_suffix(".0")
    return best.select("class", "images", question=pl.lit(f"at {side} ") + shown, inside=inside,
                       outside=outside)  # fmt: skip


def _words(known: pl.DataFrame, name: str) -> pl.DataFrame:
    """The best word of each class that it has, or has not."""
    known = known.select("class", question=name).drop_nulls()
    counts = known.group_by("class", "question").agg(own=pl.len())
    every = counts.select("class").unique().join(counts.select("question").unique(), how="cross")
    table = every.join(counts, on=["class", "question"], how="left").with_columns(pl.col("own").fill_null(0))
    images, total = pl.col("own").sum().over("class"), pl.col("own").sum().over("question")
    outside = (total - pl.col("own")) / (known.height - images)
    table = table.select(
        "class", images.alias("images"), "question", inside=pl.col("own") / images, outside=outside
    )
    negated = table.with_columns(
        question=pl.lit("not ") + pl.col("question"),
        inside=1 - pl.col("inside"),
        outside=1 - pl.col("outside"),
    )
    return _best(pl.concat([table, negated]), name)


def _best(questions: pl.DataFrame, name: str) -> pl.DataFrame:
    accuracy = (1 + pl.col("inside") - pl.col("outside")) / 2
    scored = questions.with_columns(accuracy=accuracy, property=pl.lit(name))
    return scored.sort("accuracy", "question", descending=[True, False]).unique("class", keep="first")
