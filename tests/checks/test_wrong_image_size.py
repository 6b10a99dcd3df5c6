from __future__ import annotations

from pathlib import Path

from PIL import Image

from tests.checking import check
from tests.trees import picture, sound_tree, tree
from tests.written import Coco, voc


def test_declared_in_json(tmp_path: Path) -> None:
    data = Coco(tree(tmp_path), "train").image("a.jpg").image("b.jpg", width=640, height=480)
    found = check(data.image("c.jpg", height=None).write().root, "wrong_image_size")
    assert found.code == 1
    [finding] = found.findings
    assert finding.message == "declared as 640 x 480 px, it is 128 x 96 px"
    assert (finding.path, finding.pointer) == ("train/_annotations.coco.json", "/images/1")
    assert finding.related == ("train/b.jpg",)
    assert found.severities == {"error"}


def test_declared_in_xml(tmp_path: Path) -> None:
    data = voc(tree(tmp_path), "train", "a", [("hold", 1, 1, 9, 9)], size=(96, 128))
    [finding] = check(voc(data, "valid", "b", [("hold", 1, 1, 9, 9)]).root, "wrong_image_size").findings
    assert (finding.path, finding.related) == ("train/a.xml", ("train/a.jpg",))
    assert finding.message == "declared as 96 x 128 px, it is 128 x 96 px: width and height are swapped"


def test_a_picture_that_is_displayed_turned(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    data = Coco(tree(tmp_path), "train").image("a.jpg").image("b.jpg", width=96, height=128).write()
    for name in ("a", "b"):
        data.draw(f"train/{name}.jpg", picture(ord(name)), exif=exif)
    [finding] = check(data.root, "wrong_image_size").findings
    assert finding.pointer == "/images/0"
    assert finding.message == (
        "declared as 128 x 96 px, it is 96 x 128 px: swapped, and its EXIF orientation turns it"
    )


def test_nothing_declared_and_nothing_decoded(tmp_path: Path) -> None:
    assert check(sound_tree(tmp_path / "yolo").root, "wrong_image_size").code == 0
    data = Coco(tree(tmp_path / "coco"), "train").image("a.jpg").image("b.jpg").write()
    assert check(data.file("train/a.jpg", b"none").root, "wrong_image_size").code == 0
