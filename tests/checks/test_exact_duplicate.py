from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from tests.checking import check
from tests.trees import picture, sound_tree, tree


def test_equal_bytes_over_all_collections(tmp_path: Path) -> None:
    data = tree(tmp_path).image("boulder/train", "a").image("boulder/train", "b")
    data.copy("boulder/train/images/a.jpg", "mountain/train/images/z.JPG")
    found = check(data.root, "exact_duplicate")
    assert found.code == 1
    [finding] = found.findings
    assert (finding.path, finding.related) == ("boulder/train/images/a.jpg", ("mountain/train/images/z.JPG",))
    assert (finding.unit, finding.kind, finding.distance, finding.correlation) == (
        "train",
        "identical bytes",
        0,
        1.0,
    )
    assert finding.message == "same bytes as mountain/train/images/z.JPG"
    assert (finding.severity, finding.fixable) == ("error", True)
    assert finding.sha256 == finding.related_sha256[0]


def test_equal_pictures_in_other_bytes(tmp_path: Path) -> None:
    turned = Image.Exif()
    turned[0x0112] = 3
    data = tree(tmp_path).draw("train/images/a.png", picture(1)).draw("train/images/b.bmp", picture(1))
    data.draw("train/images/c.png", picture(1).transpose(Image.Transpose.ROTATE_180), exif=turned)
    data.draw("train/images/d.png", picture(1).convert("RGBA"))
    found = check(data.root, "exact_duplicate")
    assert [(finding.path[-5], finding.related[0][-5]) for finding in found.findings] == [
        ("a", "b"), ("a", "c"), ("a", "d"), ("b", "c"), ("b", "d"), ("c", "d"),
    ]  # fmt: skip
    assert {finding.kind for finding in found.findings} == {"identical picture"}
    assert len({finding.group for finding in found.findings}) == 1


def test_two_groups_are_two_groups(tmp_path: Path) -> None:
    data = tree(tmp_path)
    for name in "ab":
        data.image("train", name).copy(f"train/images/{name}.jpg", f"train/images/{name}2.jpg")
    assert len({finding.group for finding in check(data.root, "exact_duplicate").findings}) == 2


def test_a_large_set_is_a_star(tmp_path: Path) -> None:
    data = tree(tmp_path).image("train", "a")
    for number in range(65):
        data.copy("train/images/a.jpg", f"train/images/b{number:02}.jpg")
    found = check(data.root, "exact_duplicate")
    assert len(found.findings) == 65
    assert set(found.paths) == {"train/images/a.jpg"}


def test_copies_in_two_splits_belong_to_split_leakage(tmp_path: Path) -> None:
    data = sound_tree(tmp_path).copy("train/images/train.jpg", "valid/images/copy.jpg")
    assert check(data.root, "exact_duplicate").code == 0


@pytest.mark.parametrize("other", [picture(1).resize((64, 48)), picture(2), picture(1).convert("L")])
def test_other_pictures(tmp_path: Path, other: Image.Image) -> None:
    data = tree(tmp_path).draw("train/images/a.png", picture(1)).draw("train/images/b.png", other)
    assert check(data.root, "exact_duplicate").code == 0


def test_files_that_do_not_decode_are_equal_only_by_their_bytes(tmp_path: Path) -> None:
    data = tree(tmp_path).image("train", "z")
    data.file("train/images/a.jpg", "junk").file("train/images/b.jpg", "other junk")
    assert check(data.root, "exact_duplicate").code == 0
    data.copy("train/images/a.jpg", "train/images/c.jpg")
    assert check(data.root, "exact_duplicate").paths == ["train/images/a.jpg"]
