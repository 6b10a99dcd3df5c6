"""Segmentation masks: a picture for each image whose values say which class each pixel belongs to."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import polars as pl

from holdfast.config import Settings
from holdfast.dataset import Dataset, ProblemRow, problem_table
from holdfast.formats.masks.beside import skipped, unreferenced
from holdfast.formats.masks.layout import Layout, find_splits
from holdfast.formats.masks.scopes import classes_table, find_scopes
from holdfast.formats.masks.tables import find, images_table, masks_tables
from holdfast.formats.reading import Reading
from holdfast.formats.tree import Tree, tree_of
from holdfast.names import display

LOOKED_FOR = "folders of images with masks of the same names, as images/ and masks/, train/ and trainannot/"


def recognise(root: Path, tree: Tree, settings: Settings) -> Reading | None:
    """The splits that folders of images and masks show; None where no mask has an image."""
    layout = Layout(tree)
    if not layout.pairings:
        return None
    problems: list[ProblemRow] = []
    splits = find_splits(layout, settings.splits, problems)
    scopes = find_scopes(root, layout, splits)
    problems += [problem for scope in scopes for problem in scope.declared.problems]
    dataset = Dataset(
        root,
        "masks",
        splits,
        declared=frozenset(scope.collection for scope in scopes if scope.declared.classes),
        classes=classes_table(scopes),
        problems=problem_table(problems),
    )
    found = find(dataset, layout)
    paired = sum(image is not None for _, image in found.masks.values())
    seen = [f"{len(splits)} splits", f"{paired} of {len(found.owners)} images with a mask"]
    seen += sorted({display(scope.declared.file) for scope in scopes})[:3]
    return Reading(dataset, _confidence(layout, paired, len(found.owners)), ", ".join(seen))


def read_images(dataset: Dataset) -> Dataset:
    """The same dataset with its images, and the problems on the way to them."""
    layout = Layout(tree_of(dataset))
    found = find(dataset, layout)
    problems = problem_table([*found.problems, *skipped(dataset, layout), *unreferenced(layout, found)])
    images = images_table(dataset, found)
    return replace(dataset, images=images, problems=pl.concat([dataset.problems, problems]))


def read_labels(dataset: Dataset) -> Dataset:
    """The same dataset with its masks; `holdfast.formats.masks.values` reads them once they are measured."""
    labels, masks = masks_tables(dataset, find(dataset, Layout(tree_of(dataset))))
    return replace(dataset, labels=labels, masks=masks)


def _confidence(layout: Layout, paired: int, images: int) -> float:
    if any(map(layout.has_boxes, layout.pairings)):
        return 0.4
    return 0.95 if paired * 2 >= images else 0.8
