"""Each tree is recognised for what it is, read in full, and no rule about its integrity finds a fault."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import pytest

from tests.checking import check
from tests.formats.reading import images, read_tree
from tests.formats.recognition import exports
from tests.trees import Tree

INTEGRITY = (
    "broken_config", "dangling_reference", "empty_split", "malformed_label", "missing_label", "orphan_label",
    "other_format", "stray_file", "unknown_class", "unlisted_image", "unreferenced_image",
)  # fmt: skip


class Kind(NamedTuple):
    """What is written, and what is read: images by unit, numbers of annotations and masks, classes."""

    build: exports.Build
    format: str
    units: dict[str, int]
    annotations: int
    masks: int = 0
    classes: tuple[str, ...] = ("cat", "dog")
    expected: frozenset[str] = frozenset()


ONE = {"train": 3}
KINDS = (
    Kind(exports.roboflow_yolo, "yolo", {"train": 3, "val": 2, "test": 2}, 8),
    Kind(exports.roboflow_darknet, "yolo", {"train": 3, "val": 2, "test": 2}, 8),
    Kind(exports.cvat_yolo, "yolo", {"train": 3, "val": 2}, 6),
    Kind(exports.cvat_ultralytics, "yolo", {"train": 3, "val": 2}, 6),
    Kind(exports.darknet, "yolo", {"data/train": 2, "data/val": 1}, 4),
    Kind(exports.label_studio_yolo, "yolo", ONE, 4),
    Kind(exports.labelimg, "yolo", ONE, 4),
    Kind(exports.fiftyone_yolo, "yolo", {"train": 2}, 2),
    Kind(exports.coco128, "yolo", ONE, 4, classes=()),
    Kind(
        exports.coco_of_ultralytics, "yolo", {"train": 3, "val": 2}, 6, expected=frozenset({"other_format"})
    ),
    Kind(exports.coco_2017, "coco", {"train": 2, "val": 2}, 4),
    Kind(
        exports.devkits,
        "voc",
        {
            f"VOCdevkit/VOC{year}/{split}": number
            for year in (2007, 2012)
            for split, number in (("train", 2), ("val", 1))
        },
        12,
        classes=(),
    ),
    Kind(exports.fiftyone_voc, "voc", {"data/train": 3}, 3, classes=()),
    Kind(exports.oxford_pets, "voc", ONE, 3, classes=()),
    Kind(exports.cvat_camvid, "masks", ONE, 0, 3, ("cat",)),
    Kind(exports.fastai_camvid, "masks", ONE, 0, 3, ()),
    Kind(exports.fiftyone_masks, "masks", ONE, 0, 3, ()),
    Kind(exports.kaggle_cats, "class_folders", {"train": 4, "test": 4}, 8, classes=("cats", "dogs")),
    Kind(
        exports.imagenet,
        "class_folders",
        {"ILSVRC/Data/CLS-LOC/train": 2, "ILSVRC/Data/CLS-LOC/val": 2},
        4,
        classes=("n01440764", "n01443537"),
    ),
    Kind(exports.roboflow_retinanet, "csv_list", {"train": 3, "val": 2, "test": 2}, 7),
    Kind(exports.kaggle_breeds, "csv_list", ONE, 3, classes=()),
)


def _named(kind: Kind) -> str:
    return getattr(kind.build, "__name__", "")


@pytest.mark.parametrize("kind", KINDS, ids=_named)
def test_it_is_recognised_and_read_in_full(tmp_path: Path, kind: Kind) -> None:
    tree = Tree(tmp_path / "data")
    kind.build(tree)
    dataset = read_tree(tree.root)
    units = list(images(dataset).values())
    assert dataset.format == kind.format
    assert {unit: units.count(unit) for unit in units} == kind.units
    assert dataset.images["has_label"].all()
    assert (dataset.annotations.height, dataset.masks.height) == (kind.annotations, kind.masks)
    assert tuple(dict.fromkeys(dataset.classes["class_name"])) == kind.classes


@pytest.mark.parametrize("kind", KINDS, ids=_named)
def test_no_rule_about_integrity_finds_a_fault(tmp_path: Path, kind: Kind) -> None:
    tree = Tree(tmp_path / "data")
    kind.build(tree)
    outcome = check(tree.root, *INTEGRITY)
    assert {finding.rule for finding in outcome.findings} == kind.expected, outcome.text
