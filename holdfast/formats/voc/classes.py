"""Classes that a VOC tree declares: `labelmap.txt`, as CVAT exports it beside `Annotations/`.

https://docs.cvat.ai/docs/manual/advanced/formats/format-voc/
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import polars as pl

from holdfast.dataset import CLASSES, Dataset, Problem, ProblemRow, schema
from holdfast.formats.masks.classes import read_classes
from holdfast.formats.tree import Tree, join, upward
from holdfast.names import display

_FILE = "labelmap.txt"
_KEY = "collection", "class_name"


def find_classes(
    root: Path, tree: Tree, collections: Iterable[str], problems: list[ProblemRow]
) -> pl.DataFrame:
    """The table of classes, background left out; what is wrong with a list is noted, once."""
    rows, seen = [], set()
    for collection in sorted(set(collections)):
        file = next((path for place in upward(collection) if tree.has_file(path := join(place, _FILE))), None)
        if file is None:
            continue
        found = read_classes(root, file)
        problems += found.problems if file not in seen else []
        seen.add(file)
        named = dict.fromkeys(one.name for one in found.classes if not one.is_background)
        lines = {one.name: one.line for one in reversed(found.classes)}
        rows += [
            (collection, None, number, name, file, lines[name], number) for number, name in enumerate(named)
        ]
    return pl.DataFrame(rows, schema=schema(CLASSES), orient="row")


def numbered(annotations: pl.DataFrame, classes: pl.DataFrame) -> pl.DataFrame:
    """The annotations, numbered by name: as declared, those that are not after these; where nothing is
    declared they stay."""
    if classes.is_empty():
        return annotations
    known = classes.select(*_KEY, number="class_id")
    most = classes.group_by("collection").agg(most=pl.col("class_id").max() + 1)
    joined = annotations.join(known, on=_KEY, how="left", maintain_order="left")
    joined = joined.join(most, on="collection", how="left", maintain_order="left")
    number = pl.coalesce("number", pl.col("class_id") + pl.col("most"), "class_id")
    return joined.with_columns(class_id=number).select(annotations.columns)


def undeclared(dataset: Dataset, annotations: pl.DataFrame) -> Iterator[ProblemRow]:
    """Names of objects that the list of their collection lacks, each at its first place."""
    lists = dataset.classes.group_by("collection").agg(pl.col("path").first(), known=pl.len())
    rest = annotations.join(dataset.classes.select(*_KEY), on=_KEY, how="anti", maintain_order="left")
    first = rest.unique(_KEY, keep="first", maintain_order=True).join(
        lists, on="collection", maintain_order="left"
    )
    splits = {split.unit: split for split in dataset.splits}
    for row in first.iter_rows(named=True):
        name, file = display(row["class_name"][:200]), display(row["path"])
        message = f"class {name} is none of the {row['known']} in {file}"
        place = row["line"], row["column"], splits[row["unit"]]
        yield ProblemRow(Problem.DANGLING, row["label"], message, *place)
