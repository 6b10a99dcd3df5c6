from __future__ import annotations

from pathlib import Path

import pytest

from tests.checking import check
from tests.trees import BOX, sound_tree, tree
from tests.written import voc


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        ((), "no image belongs to it; it holds 0 annotations"),
        ((BOX,), "no image belongs to it; it holds 1 annotation"),
        ((BOX, "0 .1 .1 .1 .1", "junk"), "no image belongs to it; it holds 2 annotations"),
    ],
)
def test_label_without_image(tmp_path: Path, lines: tuple[str, ...], message: str) -> None:
    found = check(sound_tree(tmp_path).label("valid", "lost", *lines).root, "orphan_label")
    assert found.code == 1
    [finding] = found.findings
    assert (finding.path, finding.unit, finding.message) == ("valid/labels/lost.txt", "val", message)
    assert (finding.severity, finding.fixable) == ("error", True)
    assert finding.sha256 is not None


@pytest.mark.parametrize("name", ["train/labels/classes.txt", "train/labels/a.json", "train/labels/.a.txt"])
def test_files_that_are_no_labels(tmp_path: Path, name: str) -> None:
    assert check(sound_tree(tmp_path).file(name).root, "orphan_label").code == 0


@pytest.mark.parametrize("suffix", [".JPG", ".jpeg", ".Png", ".webp", ".bmp", ".tif"])
def test_any_image_suffix_counts(tmp_path: Path, suffix: str) -> None:
    data = sound_tree(tmp_path).image("train", "b", suffix=suffix).label("train", "b")
    assert check(data.root, "orphan_label").code == 0


def test_an_unread_image_still_owns_its_label(tmp_path: Path) -> None:
    data = sound_tree(tmp_path).file("train/images/b.jpg", "junk").label("train", "b")
    assert check(data.root, "orphan_label").code == 0


def test_an_xml_without_an_image(tmp_path: Path) -> None:
    data = voc(voc(tree(tmp_path), "train", "a", [("x", 1, 1, 9, 9)]), "train", "b", [("x", 1, 1, 9, 9)])
    (data.root / "train/b.jpg").unlink()
    found = check(data.root, "orphan_label", "dangling_reference")
    assert "train/b.xml" in found.paths
    assert found.code == 1
