"""What the values in masks mean: annotations, once the masks are measured."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import polars as pl

from holdfast.dataset import ANNOTATIONS, PLACE, Dataset, Problem, ProblemRow, filled, problem_table, schema
from holdfast.formats.masks.classes import read_classes
from holdfast.formats.masks.scopes import Scope, classes_table

COLOURED = ("RGB", "RGBA", "RGBX")
"""Modes whose values are colours, 0xRRGGBB."""
_BACKGROUND = 0
_VOID = (255, 65_535)
"""What is not labelled, by custom: the greatest number of a pixel (Pascal VOC, Cityscapes)."""
_VOID_COLOUR = 0xE0E0C0
"""The same as Pascal VOC's palette paints it."""
_OFTEN = 0.1
"""Share of masks that hold a value which no error explains."""
_MEANING = {"unit": schema(PLACE)["unit"], "coloured": pl.Boolean(), "value": pl.Int64()}
_NAMED = {"class_id": pl.Int64(), "class_name": schema(ANNOTATIONS)["class_name"], "background": pl.Boolean()}


def read_masks(dataset: Dataset) -> Dataset:
    """The dataset, its masks measured, with an annotation for each class in a mask, and with what is wrong
    with those that hold no values.

    A value that no list names is its own number; 0 is the background, 255 is not labelled where masks hold
    other numbers too.
    """
    if dataset.masks.is_empty():
        return dataset
    scopes = [_counted(scope, dataset) for scope in _scopes(dataset)]
    flat = _plain(_flat(dataset.masks), dataset, scopes)
    named = flat.join(_meanings(dataset, scopes), on=[*_MEANING], how="left", maintain_order="left")
    return replace(
        dataset,
        annotations=_annotations(named.filter(_is_class())),
        classes=classes_table(scopes),
        problems=pl.concat([dataset.problems, problem_table(faults_of(dataset, dataset.masks))]),
    )


def _scopes(dataset: Dataset) -> list[Scope]:
    """The lists that declare the classes, read again: tables of classes have no colours."""
    declared = dataset.classes.select("collection", "unit", "path").unique(maintain_order=True)
    return [
        Scope(collection, unit, read_classes(dataset.root, file))
        for collection, unit, file in declared.rows()
    ]


def _counted(scope: Scope, dataset: Dataset) -> Scope:
    """The scope with the number of its first class: 1 where the list leaves the background out.

    The masks show it: many hold the number after the last place.
    """
    classes = scope.declared.classes
    if not scope.declared.counted or not classes or classes[0].is_background or classes[0].colour is not None:
        return scope
    units = [split.unit for split in dataset.splits if scope.holds_for(split)]
    masks = dataset.masks.filter(pl.col("unit").is_in(units), ~pl.col("mode").is_in(COLOURED))
    beyond = masks["values"].list.contains(len(classes)).sum()
    return scope._replace(first=1) if beyond > _OFTEN * masks.height else scope


def _flat(masks: pl.DataFrame) -> pl.DataFrame:
    """One row a value of a mask."""
    held = masks.filter(pl.col("values").list.len() > 0).select(
        "path", *schema(PLACE), "image", "values", coloured=pl.col("mode").is_in(COLOURED)
    )
    entries = held.with_columns(entry=pl.int_ranges(pl.col("values").list.len(), dtype=pl.Int32()))
    return entries.explode("values", "entry").rename({"values": "value"}).cast({"value": pl.Int64()})


def _plain(flat: pl.DataFrame, dataset: Dataset, scopes: Iterable[Scope]) -> pl.DataFrame:
    """Numbers that are stored as grey colours, as numbers again; not where a list says what colours mean."""
    colours = {
        split.unit
        for scope in scopes
        for split in dataset.splits
        if scope.holds_for(split) and any(entry.colour is not None for entry in scope.declared.classes)
    }
    low = pl.col("value") % 256
    grey = (pl.col("value") == low * 0x010101).all().over("path")
    stored = pl.col("coloured") & grey & ~pl.col("unit").is_in(list(colours))
    return flat.with_columns(
        value=pl.when(stored).then(low).otherwise("value"), coloured=pl.col("coloured") & ~stored
    )


def _meanings(dataset: Dataset, scopes: Iterable[Scope]) -> pl.DataFrame:
    """What each declared value means in each split."""
    rows = []
    for scope in scopes:
        for split in filter(scope.holds_for, dataset.splits):
            for entry in scope.declared.classes:
                number = scope.number(entry)
                means = (number, entry.name, entry.is_background)
                rows.append((split.unit, False, number, *means))
                if entry.colour is not None:
                    rows.append((split.unit, True, entry.colour, *means))
    table = pl.DataFrame(rows, schema=_MEANING | _NAMED, orient="row")
    return table.unique([*_MEANING], keep="first", maintain_order=True)


def _is_class() -> pl.Expr:
    """Whether a value stands for a class, declared or not."""
    number, coloured = pl.col("value"), pl.col("coloured")
    others = (~coloured & (number != _BACKGROUND) & ~number.is_in(_VOID)).any().over("collection")
    void = pl.when(coloured).then(number == _VOID_COLOUR).otherwise(number.is_in(_VOID) & others)
    return pl.col("background").fill_null(void | (number == _BACKGROUND)).not_()


def _annotations(named: pl.DataFrame) -> pl.DataFrame:
    columns = named.select("entry", *schema(PLACE), "image", "class_name", label="path").to_dict()
    columns["class_id"] = named.select(pl.coalesce("class_id", "value")).to_series()
    alike = {"kind": "mask", "pixels": True, "crowd": False}
    columns |= {name: pl.Series(name, [value] * named.height) for name, value in alike.items()}
    columns["values"] = pl.Series("values", [[]] * named.height, schema(ANNOTATIONS)["values"])
    return filled(ANNOTATIONS, columns, named.height)


def faults_of(dataset: Dataset, masks: pl.DataFrame) -> list[ProblemRow]:
    """Which of these masks hold no values, and why."""
    splits = {split.unit: split for split in dataset.splits}
    rows = masks.filter(pl.col("fault").is_not_null()).select("path", "unit", "fault", "detail").rows()
    return [
        ProblemRow(Problem.MALFORMED, path, ": ".join(filter(None, (fault, detail))), split=splits[unit])
        for path, unit, fault, detail in rows
    ]
