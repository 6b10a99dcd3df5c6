from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from tests.checking import check
from tests.trees import BOX, Tree, picture, sound_tree, tree
from tests.written import Coco, voc


def test_image_without_label(tmp_path: Path) -> None:
    found = check(sound_tree(tmp_path).image("train", "new").root, "missing_label")
    assert found.code == 1
    [finding] = found.findings
    assert (finding.path, finding.line) == ("train/images/new.jpg", None)
    assert finding.message == "no label file train/labels/new.txt"
    assert (finding.severity, finding.unit, finding.fixable) == ("error", "train", True)
    assert finding.sha256 is not None


def test_an_empty_label_says_background(tmp_path: Path) -> None:
    data = sound_tree(tmp_path).image("train", "wall").label("train", "wall")
    assert check(data.root, "missing_label").code == 0


def test_a_label_that_is_a_folder_is_missing(tmp_path: Path) -> None:
    data = sound_tree(tmp_path).image("train", "new")
    (data.root / "train/labels/new.txt").mkdir()
    assert check(data.root, "missing_label").paths == ["train/images/new.jpg"]


def listed(folder: Path, backgrounds: int, others: int) -> Coco:
    coco = Coco(tree(folder), "train")
    for number in range(backgrounds):
        coco.image(f"empty{number}.jpg")
    for number in range(others):
        coco.image(f"full{number}.jpg").box(0, 10, 10, 20, 20)
    return coco


def test_an_image_that_is_listed_without_annotations(tmp_path: Path) -> None:
    found = check(listed(tmp_path, 1, 9).write().root, "missing_label")
    assert found.code == 0
    [finding] = found.findings
    assert finding.path == "train/empty0.jpg"
    assert finding.message == "listed with 0 annotations: background, or not annotated"
    assert found.severities == {"warning"}


def test_many_of_them_are_background_on_purpose(tmp_path: Path) -> None:
    data = listed(tmp_path, 2, 8).write()
    found = check(data.root, "missing_label")
    [finding] = found.findings
    assert finding.message == (
        "2 of 10 images are listed without an annotation, this one first: taken for background"
    )
    assert found.severities == {"info"}
    data.settings("[rules.missing_label]\nbackground = 0.2\n")
    assert check(data.root, "missing_label").paths == ["train/empty0.jpg", "train/empty1.jpg"]


def test_an_xml_that_is_missing_or_empty(tmp_path: Path) -> None:
    data = voc(tree(tmp_path), "train", "a", [("hold", 1, 1, 9, 9)])
    voc(voc(data, "train", "b", []), "train", "c", [("hold", 1, 1, 9, 9)])
    (data.root / "train/c.xml").unlink()
    found = check(data.root, "missing_label", "unlisted_image")
    assert found.paths == ["train/c.jpg"]
    assert found.code == 1


def unlabelled(data: Tree, split: str, number: int) -> Tree:
    """Images without a label."""
    for image in range(number):
        data.image(split, f"new{image}")
    return data


@pytest.mark.parametrize(
    ("split", "code", "message"),
    [
        ("test", 0, "none of the 3 images has a label, this one first: to predict on"),
        ("dev", 1, "none of the 3 images has a label, this one first: of no use so"),
        ("train", 1, "none of the 3 images has a label, this one first: of no use so"),
    ],
)
def test_a_split_without_any_label(tmp_path: Path, split: str, code: int, message: str) -> None:
    data = unlabelled(tree(tmp_path), split, 3)
    if split != "train":
        data.image("train", "x").label("train", "x", BOX)
    found = check(data.root, "missing_label")
    assert found.code == code
    [finding] = found.findings
    assert (finding.path, finding.message) == (f"{split}/images/new0.jpg", message)
    assert found.severities == {"error" if code else "warning"}


def test_a_split_with_one_label_or_a_lost_one(tmp_path: Path) -> None:
    data = unlabelled(sound_tree(tmp_path), "test", 3).image("test", "one").label("test", "one", BOX)
    assert len(check(data.root, "missing_label").findings) == 3
    (data.root / "test/images/test.jpg").unlink()
    (data.root / "test/images/one.jpg").unlink()
    found = check(data.root, "missing_label")
    assert (found.code, len(found.findings)) == (1, 3)


def test_masks_of_train_and_val_only(tmp_path: Path) -> None:
    """As Carvana's download has it: masks, and a test/ of images."""
    data = tree(tmp_path)
    for number, split in enumerate(("train", "val", "test")):
        for image in range(4):
            name = f"{split}/images/{image}.png" if split != "test" else f"test/images/t{image}.png"
            data.draw(name, picture(10 * number + image))
            if split != "test":
                mask = Image.new("L", (128, 96), 0)
                mask.paste(1, (10, 10, 40, 40))
                data.draw(f"{split}/masks/{image}.png", mask)
    found = check(data.root, "missing_label")
    assert found.code == 0
    [finding] = found.findings
    assert finding.path == "test/images/t0.png"
    assert finding.message.startswith("none of the 4 images has a label")


def test_an_xml_for_each_but_those_of_test(tmp_path: Path) -> None:
    data = tree(tmp_path)
    for split in ("train", "valid"):
        for name in "ab":
            voc(data, split, f"{split}{name}", [("hold", 1, 1, 9, 9)])
    for name in "cd":
        data.draw(f"test/{name}.jpg", picture(ord(name)))
    found = check(data.root, "missing_label")
    assert (found.code, found.paths) == (0, ["test/c.jpg"])
