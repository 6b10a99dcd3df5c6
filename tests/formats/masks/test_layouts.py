"""Where datasets keep their masks, each as its tool writes it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from holdfast import Problem
from tests.formats.masks.drawing import (
    Masks,
    classes,
    coloured,
    indexed,
    masks_tree,
    meant,
    problems,
    read_measured,
)

HASH = "0123456789abcdef0123456789abcdef"


def tutorial(data: Masks) -> None:
    for number in range(4):
        data.pair(f"images/{number}.jpg", f"masks/{number}.png")


def by_split(data: Masks) -> None:
    for split in ("train", "valid", "test"):
        data.pair(f"{split}/images/a.jpg", f"{split}/masks/a.png")


def split_below(data: Masks) -> None:
    for split in ("train", "validation"):
        data.pair(f"images/{split}/deep/a.jpg", f"annotations/{split}/deep/a.png")


def segnet(data: Masks) -> None:
    for split in ("train", "val", "test"):
        data.pair(f"{split}/a.png", f"{split}annot/a.png")


def camvid(data: Masks) -> None:
    for split in ("train", "val"):
        data.pair(f"{split}/a.png", f"{split}_labels/a_L.png", coloured(classes()))
    data.file("class_dict.csv", "name, r, g, b\nVoid,0,0,0\ncat,250,50,83\ndog,50,183,250\n")


def cvat(data: Masks) -> None:
    for number in range(3):
        data.pair(f"JPEGImages/{number}.jpg", f"SegmentationClass/{number}.png", coloured(classes()))
        data.copy(f"SegmentationClass/{number}.png", f"SegmentationObject/{number}.png")
    data.file("ImageSets/Segmentation/default.txt", "0\n1\n2\n")
    data.file("labelmap.txt", "# label:color_rgb:parts:actions\nbackground:0,0,0::\n"
              "cat:250,50,83::\ndog:50,183,250::\n")  # fmt: skip


def voc(data: Masks) -> None:
    void = classes()
    void[0] = 255
    for number in range(4):
        data.pair(
            f"VOC2012/JPEGImages/{number}.jpg", f"VOC2012/SegmentationClass/{number}.png", indexed(void)
        )
    for split, stems in (("train", "0\n1\n"), ("val", "2\n3"), ("trainval", "0\n1\n2\n3\n")):
        data.file(f"VOC2012/ImageSets/Segmentation/{split}.txt", stems)


def roboflow(data: Masks) -> None:
    for split in ("train", "valid"):
        stem = f"{split}/a_jpg.rf.{HASH}"
        data.pair(f"{stem}.jpg", f"{stem}_mask.png")
        data.file(f"{split}/_classes.csv", "Pixel Value, Class\n0, background\n1, cat\n2, dog\n")


def cityscapes(data: Masks) -> None:
    for split in ("train", "val"):
        stem = "aachen_000000"
        data.pair(
            f"leftImg8bit/{split}/aachen/{stem}_leftImg8bit.png",
            f"gtFine/{split}/aachen/{stem}_gtFine_labelIds.png",
        )
        data.copy(f"gtFine/{split}/aachen/{stem}_gtFine_labelIds.png",
                  f"gtFine/{split}/aachen/{stem}_gtFine_color.png")  # fmt: skip
        data.file(f"gtFine/{split}/aachen/{stem}_gtFine_polygons.json", "{}")


def carvana(data: Masks) -> None:
    for number in range(3):
        data.pair(f"imgs/{number}.jpg", f"masks/{number}_mask.gif", (classes() > 0).astype(np.uint8) * 255)


def collections(data: Masks) -> None:
    for place in ("boulder/train", "boulder/test", "mountain/train"):
        data.pair(f"{place}/images/a.jpg", f"{place}/masks/a.png")


PLAIN = {(1, None), (2, None)}
NAMED = {(1, "cat"), (2, "dog")}


@pytest.mark.parametrize(
    ("made", "units", "values"),
    [
        (tutorial, {"train": 4}, PLAIN),
        (by_split, {"train": 1, "val": 1, "test": 1}, PLAIN),
        (split_below, {"train": 1, "val": 1}, PLAIN),
        (segnet, {"train": 1, "val": 1, "test": 1}, PLAIN),
        (camvid, {"train": 1, "val": 1}, NAMED),
        (cvat, {"train": 3}, NAMED),
        (voc, {"VOC2012/train": 2, "VOC2012/val": 2}, PLAIN),
        (roboflow, {"train": 1, "val": 1}, NAMED),
        (cityscapes, {"train": 1, "val": 1}, PLAIN),
        (carvana, {"train": 3}, {(1, None)}),
        (collections, {"boulder/train": 1, "boulder/test": 1, "mountain/train": 1}, PLAIN),
    ],
)
def test_each_image_has_its_mask(
    tmp_path: Path,
    made: Callable[[Masks], None],
    units: dict[str, int],
    values: set[tuple[int, str | None]],
) -> None:
    data = masks_tree(tmp_path)
    made(data)
    dataset = read_measured(data)
    assert dataset.format == "masks"
    assert dict(dataset.images["unit"].value_counts().rows()) == units
    assert dataset.images["has_label"].all()
    assert sorted(dataset.labels["image"]) == sorted(dataset.images["path"])
    assert sorted(dataset.masks["path"]) == sorted(dataset.labels["path"]) == sorted(dataset.images["label"])
    assert meant(dataset) == values
    assert dataset.problems.filter(kind=Problem.MALFORMED).is_empty()
    assert dataset.problems.filter(kind=Problem.UNREFERENCED).is_empty()
    assert f"{len(dataset.images)} of {len(dataset.images)} images with a mask" in dataset.evidence


def test_settings_say_which_folders_are_which_split(tmp_path: Path) -> None:
    data = masks_tree(tmp_path)
    for place in ("red", "green", "blue"):
        data.pair(f"images/{place}/a.jpg", f"masks/{place}/a.png")
    data.settings('[splits]\ntrain = ["images/red", "images/green"]\ntest = "images/blue"\nval = "gone"\n')
    dataset = read_measured(data)
    assert dict(dataset.images.select("path", "unit").rows()) == {
        "images/blue/a.jpg": "test", "images/green/a.jpg": "train", "images/red/a.jpg": "train",
    }  # fmt: skip
    assert problems(dataset, Problem.CONFIG) == [
        ("holdfast.toml", "[splits] val names a folder without images that have masks: gone")
    ]


def test_a_split_without_a_single_mask_is_read(tmp_path: Path) -> None:
    data = masks_tree(tmp_path).pair("train/images/a.jpg", "train/masks/a.png")
    data.copy("train/images/a.jpg", "test/images/b.jpg")
    images = read_measured(data).images.select("path", "unit", "label", "has_label").rows()
    assert images == [
        ("test/images/b.jpg", "test", "test/masks/b.png", False),
        ("train/images/a.jpg", "train", "train/masks/a.png", True),
    ]


def test_what_lists_name_and_leave_out(tmp_path: Path) -> None:
    data = masks_tree(tmp_path)
    voc(data)
    data.file("VOC2012/ImageSets/Segmentation/train.txt", "0\ngone\n")
    dataset = read_measured(data)
    rows = dataset.problems.filter(kind=Problem.DANGLING).select("path", "line", "message").rows()
    assert rows == [
        ("VOC2012/ImageSets/Segmentation/train.txt", 2, "train names an image that is missing: gone")
    ]
    assert [path for path, _ in problems(dataset, Problem.UNREFERENCED)] == ["VOC2012/JPEGImages/1.jpg"]


def test_images_of_no_split_and_masks_that_are_not_read(tmp_path: Path) -> None:
    data = masks_tree(tmp_path)
    split_below(data)
    data.copy("images/train/deep/a.jpg", "images/b.jpg").copy("images/train/deep/a.jpg", "c.jpg")
    data.copy("annotations/train/deep/a.png", "annotations/train/deep/a.bmp")
    dataset = read_measured(data)
    assert sorted(path for path, _ in problems(dataset, Problem.UNREFERENCED)) == ["c.jpg", "images/b.jpg"]
    assert problems(dataset, Problem.MALFORMED) == [
        ("annotations/train/deep/a.bmp", "not read: a.png is the mask of the same image")
    ]


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    data = masks_tree(tmp_path).pair("images/a.jpg", "masks/a.png").pair("images/b.jpg", "masks/b.png")
    (data.root / "masks/b.png").unlink()
    (data.root / "masks/b.png").symlink_to(data.root / "masks/a.png")
    dataset = read_measured(data)
    assert problems(dataset, Problem.NOT_READ) == [("masks/b.png", "not read: a symbolic link, not followed")]
    assert dataset.images["has_label"].to_list() == [True, False]


def test_voc_with_boxes_is_read_as_masks_where_settings_say_so(tmp_path: Path) -> None:
    data = masks_tree(tmp_path)
    voc(data)
    data.file("VOC2012/Annotations/0.xml", "<annotation><filename>0.jpg</filename></annotation>")
    assert read_measured(data).format == "voc"
    assert read_measured(data.settings('format = "masks"\n')).format == "masks"


@pytest.mark.parametrize("labels", ["labels/train/a.txt", "annotations/a.xml", "annotations/a.json"])
def test_text_is_no_mask(tmp_path: Path, labels: str) -> None:
    data = masks_tree(tmp_path)
    data.pair("images/train/a.jpg", "other/x.png").file(labels, "0 0.5 0.5 0.2 0.2\n")
    data.settings('format = "yolo"\n')
    dataset = read_measured(data)
    assert not [message for _, message in problems(dataset, Problem.OTHER_FORMAT) if "as masks" in message]


def test_a_list_of_classes_is_no_sign_of_yolo(tmp_path: Path) -> None:
    data = masks_tree(tmp_path).file("classes.txt", "background\ncat\ndog\n")
    for split in ("train", "val"):
        data.pair(f"images/{split}/{split}.jpg", f"masks/{split}/{split}.png")
    assert problems(read_measured(data), Problem.OTHER_FORMAT) == []
