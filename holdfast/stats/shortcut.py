"""Whether one number or one word about an image gives its class away.

For a class and a property the measure is the balanced accuracy of the best single question, `is the value
at most (at least) x?` or `is it this word?`: half of (share of the class for which the answer is yes + share
of the others for which it is no). 0.5 is chance, 1 is certain. It is (1 + J) / 2 of Youden's J (1950,
doi:10.1002/1097-0142(1950)3:1<32::aid-cncr2820030106>3.0.co;2-3), and for numbers J is the distance of the
two-sample Kolmogorov-Smirnov test, so that one sort serves all classes.
"""

from __future__ import annotations

import polars as pl

CLUES = {
    "class": pl.String(), "property": pl.String(), "question": pl.String(), "accuracy": pl.Float64(),
    "inside": pl.Float64(), "outside": pl.Float64(), "images": pl.Int64(),
}  # fmt: skip
"""Columns of a table of clues: the class; the property; the question, as in `at most 640`; its balanced
accuracy; the share of the class, and of the other images, for which the answer is yes; images of the class."""


def clues(images: pl.DataFrame, properties: list[str]) -> pl.DataFrame:
    """The best question of each class and property, the most telling first.

    `images` has a column `class` and those of the properties; nulls are left out. Columns are CLUES.
    """
    found = [
        _of_words(images, name) if images[name].dtype == pl.String() else _of_numbers(images, name)
        for name in properties
    ]
    table = pl.concat([pl.DataFrame(schema=CLUES), *found])
    return table.sort("accuracy", "class", "property", descending=[True, False, False])


def _of_numbers(images: pl.DataFrame, name: str) -> pl.DataFrame:
    value, own = pl.col(name), pl.len().over("class")
    known = images.select(pl.col("class").cast(pl.String), value.cast(pl.Float64).fill_nan(None)).drop_nulls()
    rest = pl.len() - own
    up_to, own_up_to = value.rank("max"), value.rank("max").over("class")
    below, own_below = value.rank("min") - 1, value.rank("min").over("class") - 1
    counted = known.select(
        "class", name, own.alias("images"),
        in_most=own_up_to / own, out_most=(up_to - own_up_to) / rest,
        in_least=1 - own_below / own, out_least=1 - (below - own_below) / rest,
    )  # fmt: skip
    sides = []
    for side in ("most", "least"):
        inside, outside = pl.col(f"in_{side}"), pl.col(f"out_{side}")
        best = pl.all().exclude("class").get((inside - outside).arg_max())
        sides.append(
            counted.group_by("class").agg(best).select(
                "class", "images", pl.format(f"at {side} {{}}", value.round_sig_figs(4)).alias("question"),
                inside=inside, outside=outside,
            )
        )  # fmt: skip
    return _best(pl.concat(sides), name)


def _of_words(images: pl.DataFrame, name: str) -> pl.DataFrame:
    known = images.select(pl.col("class").cast(pl.String), pl.col(name).alias("question")).drop_nulls()
    counts = known.group_by("class", "question").agg(yes=pl.len().cast(pl.Int64))
    every = counts.select("class").unique().join(counts.select("question").unique(), how="cross")
    table = every.join(counts, on=["class", "question"], how="left").with_columns(pl.col("yes").fill_null(0))
    table = table.with_columns(
        images=pl.col("yes").sum().over("class"), total=pl.col("yes").sum().over("question")
    )
    rest = known.height - pl.col("images")
    table = table.select(
        "class", "images", "question",
        inside=pl.col("yes") / pl.col("images"), outside=(pl.col("total") - pl.col("yes")) / rest,
    )  # fmt: skip
    other = table.select(
        "class", "images", pl.format("not {}", "question").alias("question"),
        inside=1 - pl.col("inside"), outside=1 - pl.col("outside"),
    )  # fmt: skip
    return _best(pl.concat([table, other]), name)


def _best(questions: pl.DataFrame, name: str) -> pl.DataFrame:
    accuracy = (1 + pl.col("inside") - pl.col("outside")) / 2
    scored = questions.with_columns(accuracy=accuracy, property=pl.lit(name)).filter(
        pl.col("accuracy").is_finite()
    )
    best = scored.sort("accuracy", "question", descending=[True, False]).unique("class", keep="first")
    return best.select(CLUES.keys()).cast(CLUES)  # type: ignore[arg-type] # names to types
