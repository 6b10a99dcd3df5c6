from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.checking import check
from tests.trees import sound_tree, tree
from tests.written import voc


@pytest.mark.parametrize(
    ("name", "severity"),
    [("Thumbs.db", "info"), ("train/images/desktop.ini", "info"), ("#temp", "warning"),
     ("other/b.jpg.part", "warning"), ("train/labels/a.txt~", "warning"), ("train/images/a.tmp", "warning"),
     ("train/images/c.txt", "warning"), ("valid/labels/scan.doc", "warning"), ("test/images/x", "warning")],
)  # fmt: skip
def test_a_file_that_belongs_to_nothing(tmp_path: Path, name: str, severity: str) -> None:
    found = check(sound_tree(tmp_path).file(name, "x").root, "stray_file")
    assert found.code == 0
    assert [(finding.path, finding.severity) for finding in found.findings] == [(name, severity)]
    assert found.findings[0].message.startswith("belongs to nothing: ")


@pytest.mark.parametrize(
    "name",
    ["README.md", "LICENSE", "train/images/README.txt", "data.yaml", "classes.txt", "train/labels/notes.txt",
     "train/labels.cache", "notes/plan.odt", ".DS_Store", "train/images/.part", "train/metadata.csv"],
)  # fmt: skip
def test_files_that_may_lie_there(tmp_path: Path, name: str) -> None:
    data = sound_tree(tmp_path)
    data.file(name, "names: [a]" if name.endswith("yaml") else "a\n")
    assert check(data.root, "stray_file").findings == []


def test_what_other_rules_report_is_not_stray(tmp_path: Path) -> None:
    data = sound_tree(tmp_path).label("train", "orphan").image("extra", "b").label("extra", "b")
    assert check(data.root, "stray_file").findings == []
    assert len(check(data.root, "stray_file", "orphan_label", "unreferenced_image").findings) == 2


def test_more_may_be_allowed(tmp_path: Path) -> None:
    data = sound_tree(tmp_path)
    for name in ("a.XMP", "b.doc", "#c"):
        data.file(f"train/images/{name}")
    data.settings('[rules.stray_file]\nallowed = "*.xmp #*"\n')
    assert check(data.root, "stray_file").paths == ["train/images/b.doc"]


def test_the_label_of_an_unlisted_image_is_not_stray(tmp_path: Path) -> None:
    data = tree(tmp_path)
    for name in ("a", "b"):
        voc(data, "VOC", name, [("x", 1, 1, 9, 9)])
        data.path(f"JPEGImages/{name}.jpg").write_bytes((data.root / f"VOC/{name}.jpg").read_bytes())
        data.path(f"Annotations/{name}.xml").write_bytes((data.root / f"VOC/{name}.xml").read_bytes())
    shutil.rmtree(data.root / "VOC")
    data.file("ImageSets/Main/train.txt", "a\n").file("Annotations/c.doc", "x")
    found = check(data.root, "stray_file", "unlisted_image")
    assert found.paths == ["Annotations/c.doc", "JPEGImages/b.jpg"]
