"""The tables of a large dataset with known faults, made without any file; `scale.py` measures with them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl

from holdfast import dataset as tables
from holdfast.dataset import COPIES, Dataset, PairKind, Problem, Split, schema
from holdfast.fault import Fault

PARTS = {"train": 0.7, "valid": 0.2, "test": 0.1}
COLLECTIONS = ("boulder", "mountain")
CLASSES = tuple(f"hold {number}" for number in range(20))


def places(images: int) -> pl.DataFrame:
    """Folder, unit, collection and split of each image, in path order."""
    rows = [
        (
            f"{collection}/{folder}",
            f"{collection}/{name}",
            collection,
            name,
            round(images * PARTS[folder] / 2),
        )
        for collection in COLLECTIONS
        for folder, name in (("test", "test"), ("train", "train"), ("valid", "val"))
    ]
    made = pl.DataFrame(rows, schema=["folder", "unit", "collection", "split", "count"], orient="row")
    return made.select(pl.exclude("count").repeat_by("count").explode())


def chosen(random: np.random.Generator, rows: int, share: float) -> pl.Series:
    """True for about this share of rows."""
    return pl.Series(random.random(rows) < share)


def make_images(random: np.random.Generator, count: int, faults: float) -> pl.DataFrame:
    """Images with their facts."""
    place = places(count)
    rows = place.height
    stem = pl.concat_str(pl.lit("wall_"), pl.col("number").cast(pl.String).str.zfill(8), pl.lit("_jpg"))
    digests = pl.Series(random.integers(0, 1 << 63, rows, dtype=np.uint64))
    images = place.with_columns(number=pl.int_range(rows)).select(
        pl.concat_str("folder", pl.lit("/images/"), stem, pl.lit(".jpg")).alias("path"),
        "unit", "collection", "split",
        pl.concat_str("folder", pl.lit("/labels/"), stem, pl.lit(".txt")).alias("label"),
        (~chosen(random, rows, faults)).alias("has_label"),
        stem.alias("source"),
        pl.lit(value=False).alias("listed"),
        digests.cast(pl.String).str.zfill(64).alias("sha256"),
        pl.lit(60_000).alias("size"),
        pl.when(chosen(random, rows, faults)).then(pl.lit(str(Fault.TRUNCATED))).alias("fault"),
        pl.lit(None).alias("detail"),
        pl.when(chosen(random, rows, faults)).then(pl.lit("PNG")).otherwise(pl.lit("JPEG")).alias("format"),
        pl.lit(640).alias("width"),
        pl.lit(480).alias("height"),
        digests.alias("phash"),
    )  # fmt: skip
    facts = {name: kind for name, kind in schema(tables.FACTS).items() if name in images.columns}
    return images.cast(pl.Schema(schema(tables.IMAGES) | facts))


def make_labels(random: np.random.Generator, images: pl.DataFrame, faults: float) -> pl.DataFrame:
    """The labels of the images that have one, some of which lost their image."""
    lost = chosen(random, images.height, faults)
    made = images.select(
        pl.col("label").alias("path"),
        "unit", "collection", "split",
        pl.when(~lost).then("path").alias("image"),
        "sha256",
    )  # fmt: skip
    return made.filter(images["has_label"])


def make_annotations(
    random: np.random.Generator, labels: pl.DataFrame, each: int, faults: float
) -> pl.DataFrame:
    """The same number of boxes in each label: some outside the image, flat, repeated, of no known class."""
    rows = labels.height * each
    file = np.repeat(np.arange(labels.height), each)
    x, y = random.random((2, rows)) / 2 + 0.25
    width, height = random.random((2, rows)) / 5 + 0.01
    x[chosen(random, rows, faults).to_numpy()] = 0.99
    height[chosen(random, rows, faults).to_numpy()] = 0
    class_id = random.integers(0, len(CLASSES), rows)
    class_id[chosen(random, rows, faults).to_numpy()] = 99
    values = np.column_stack((x, y, width, height))
    repeated = np.flatnonzero(chosen(random, rows, faults).to_numpy() & (np.arange(rows) % each != 0))
    values[repeated], class_id[repeated] = values[repeated - 1], class_id[repeated - 1]
    x, y, width, height = values.T
    names = pl.Series([*CLASSES, None], dtype=schema(tables.ANNOTATIONS)["class_name"])
    columns = {
        "line": pl.Series(np.tile(np.arange(1, each + 1, dtype=np.int32), labels.height)),
        "kind": pl.repeat("box", rows, dtype=schema(tables.ANNOTATIONS)["kind"], eager=True),
        "class_id": pl.Series(class_id),
        "class_name": names.gather(np.minimum(class_id, len(CLASSES))),
        "x_min": pl.Series(x - width / 2),
        "y_min": pl.Series(y - height / 2),
        "x_max": pl.Series(x + width / 2),
        "y_max": pl.Series(y + height / 2),
        "values": pl.Series(values).arr.to_list(),
    }
    named = labels.select(pl.col("path").alias("label"), "unit", "collection", "split", "image")
    place = named.select(pl.all().gather(file))
    return place.with_columns(**columns).select(schema(tables.ANNOTATIONS).keys())


def make_pairs(random: np.random.Generator, images: pl.DataFrame, faults: float) -> pl.DataFrame:
    """Pairs of each kind between images anywhere."""
    count = int(images.height * faults * 3)
    ends = np.sort(random.integers(0, images.height, (2, count)), axis=0)
    ours = images.select("path", "unit", "split")
    first, second = (ours.select(pl.all().gather(end)) for end in ends)
    kinds = np.array([str(kind) for kind in COPIES])[np.arange(count) % 3]
    made = first.hstack(second.select(pl.all().name.prefix("other_")).rename({"other_path": "other"}))
    return (
        made.with_columns(
            kind=pl.Series(kinds),
            distance=pl.when(pl.Series(kinds) == PairKind.REENCODED).then(4).otherwise(0),
            correlation=pl.lit(0.99),
            transform=pl.lit("none"),
            differing=pl.lit(0.0),
            overlap=pl.lit(1.0),
            signal=pl.lit("phash"),
            same_source=pl.lit(value=False),
            group=pl.col("path"),
        )
        .select(schema(tables.PAIRS).keys())
        .cast(pl.Schema(schema(tables.PAIRS)))
    )


def make_problems(random: np.random.Generator, labels: pl.DataFrame, faults: float) -> pl.DataFrame:
    """Lines that could not be read."""
    lines = labels.filter(chosen(random, labels.height, faults))
    columns = {
        "kind": pl.lit(str(Problem.MALFORMED)),
        "line": pl.lit(1),
        "column": pl.lit(3),
        "message": pl.lit("'x' is not a number"),
    }
    return (
        lines.with_columns(**columns)
        .select(schema(tables.PROBLEMS).keys())
        .cast(pl.Schema(schema(tables.PROBLEMS)))
    )


def make_dataset(root: Path, images: int, annotations: int, faults: float) -> Dataset:
    """All tables, the same ones for the same numbers."""
    random = np.random.default_rng(7)
    table = make_images(random, images, faults)
    labels = make_labels(random, table, faults)
    return Dataset(
        root,
        "yolo",
        tuple(Split(c, s, (f"{c}/{s}/images",)) for c in COLLECTIONS for s in ("train", "val", "test")),
        dict.fromkeys(COLLECTIONS, CLASSES),
        {"all": images + 1},
        images=table,
        labels=labels,
        annotations=make_annotations(random, labels, annotations, faults),
        problems=make_problems(random, labels, faults),
        pairs=make_pairs(random, table, faults),
    )
