from __future__ import annotations

from pathlib import Path

from tests.checking import check
from tests.trees import tree
from tests.written import Coco, voc


def test_a_json_that_names_what_is_not_there(tmp_path: Path) -> None:
    data = Coco(tree(tmp_path), "train").image("a.jpg").box(0, 10, 10, 20, 20)
    data.box(0, 30, 30, 20, 20).box(0, 10, 10, 20, 20, image_id=99)
    data.images.append(data.images[0] | {"id": 5, "file_name": "gone.jpg"})
    found = check(data.write().root, "dangling_reference")
    assert found.code == 1
    assert set(found.paths) == {"train/_annotations.coco.json"}
    assert sorted((finding.pointer or "") for finding in found.findings) == [
        "/annotations/2",
        "/images/1",
    ]
    assert found.severities == {"error"}


def test_an_image_set_that_names_what_is_not_there(tmp_path: Path) -> None:
    data = tree(tmp_path)
    for name in ("a", "b"):
        voc(data, "JPEGImages", name, [("hold", 1, 1, 9, 9)])
        (data.root / f"JPEGImages/{name}.xml").rename(data.path(f"Annotations/{name}.xml"))
    data.file("ImageSets/Main/train.txt", "a\ngone\n").file("ImageSets/Main/val.txt", "b\n")
    [finding] = check(data.root, "dangling_reference").findings
    assert (finding.path, finding.line) == ("ImageSets/Main/train.txt", 2)


def test_sound(tmp_path: Path) -> None:
    data = Coco(tree(tmp_path), "train").image("a.jpg").box(0, 10, 10, 20, 20).write()
    assert check(data.root, "dangling_reference").code == 0
