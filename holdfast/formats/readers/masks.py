"""Segmentation masks: a picture for each image whose values say which class each pixel belongs to.

    images/a.jpg  masks/a.png                     (or annotations, labels, mask, ...; train/images as well)
    train/a.png  trainannot/a.png                 (SegNet's CamVid; train_masks, train_labels, ...)
    JPEGImages/a.jpg  SegmentationClass/a.png  ImageSets/Segmentation/train.txt       (VOC, CVAT)
    leftImg8bit/train/x/a_leftImg8bit.png  gtFine/train/x/a_gtFine_labelIds.png       (Cityscapes)
    train/a.jpg  train/a_mask.png                 (Roboflow)

Image and mask have one stem, or endings such as `_mask`, `_label`, `_seg`, `_gt`. Where XML files of boxes
lie beside the images, the tree is read as VOC; `format = "masks"` reads its masks.

Splits: image sets (`ImageSets/Segmentation`, else `Main`; CVAT's `default.txt`), else folders called like
splits, else train. A collection is the folder above the splits, or above `images`.

Classes: labelmap.txt (CVAT), _classes.csv (Roboflow), class_dict.csv, classes.csv, label_colors.txt (CamVid),
classes.txt, labels.txt or class_names.txt, beside the folders or above; with colours (`r,g,b`) or numbers,
else a name a line, numbered from 0, or from 1 where the list leaves the background out. Without a list a
class is its number.

Values are numbers of a grey picture or of a palette, or colours as 0xRRGGBB. 0 and classes called background,
void, ignore and the like are none; neither are 255 and 65535 beside other numbers, nor VOC's colour of
borders. Each class of a mask is one annotation of kind mask, without `values` and edges, `entry` its place
among the values of the mask. The table `masks` has all values with their pixels. A mask of 0 only means
background.

Reported: `unknown_mask_value`, `mask_size_mismatch`; a mask that cannot be decoded or has more than 256
values by `malformed_label`; `missing_label`, `orphan_label`; a stem of a set without image by
`dangling_reference`; a list of classes that contradicts itself by `broken_config`.

Repair: a mask goes and moves with its image, image sets follow. No pixel of a mask is changed.

Limits: those of images (64 million pixels, 32,768 a side, 256 MiB); lists of classes 1 MiB and 65,536
classes; image sets 64 MiB.

http://host.robots.ox.ac.uk/pascal/VOC/, https://github.com/alexgkendall/SegNet-Tutorial,
https://docs.cvat.ai/docs/manual/advanced/formats/format-smask/, https://www.cityscapes-dataset.com
"""

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
from holdfast.wording import counted

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
    seen = [counted(len(splits), "split"), f"{paired} of {len(found.owners)} images with a mask"]
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
