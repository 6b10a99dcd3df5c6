from __future__ import annotations

from pathlib import Path

from tests.checking import check
from tests.trees import sound_tree, tree
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
