from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from tests.checking import check
from tests.trees import picture, sound_tree, tree


def test_leaks_of_each_pair_of_splits(tmp_path: Path) -> None:
    data = sound_tree(tmp_path, "boulder", "mountain")
    data.copy("boulder/train/images/train.jpg", "mountain/valid/images/x.jpg")
    data.draw(
        "boulder/test/images/y.jpg", Image.open(data.root / "mountain/valid/images/valid.jpg"), quality=60
    )
    found = check(data.root, "split_leakage")
    assert found.code == 1
    first, second = found.findings
    assert (first.unit, first.kind, first.distance) == ("train-val", "identical bytes", 0)
    assert (first.path, first.related) == ("boulder/train/images/train.jpg", ("mountain/valid/images/x.jpg",))
    assert first.message == ("same bytes as mountain/valid/images/x.jpg (leaked: 1 of 3 val images, 33.3 %)")
    assert (second.unit, second.kind) == ("val-test", "re-encoded")
    assert (second.path, second.related) == (
        "boulder/test/images/y.jpg",
        ("mountain/valid/images/valid.jpg",),
    )
    assert second.message.endswith("(leaked: 1 of 3 val images, 33.3 %; 1 of 3 test images, 33.3 %)")
    assert found.severities == {"error"}
    assert all(finding.fixable for finding in found.findings)


def test_equal_pictures_leak(tmp_path: Path) -> None:
    data = tree(tmp_path).draw("train/images/a.png", picture(1)).draw("test/images/b.bmp", picture(1))
    [finding] = check(data.root, "split_leakage").findings
    assert (finding.unit, finding.kind) == ("train-test", "identical picture")


def test_an_image_that_leaks_twice_counts_once(tmp_path: Path) -> None:
    data = sound_tree(tmp_path).copy("valid/images/valid.jpg", "train/images/a.jpg")
    data.copy("valid/images/valid.jpg", "train/images/b.jpg")
    found = check(data.root, "split_leakage")
    assert len(found.findings) == 2
    assert all("1 of 1 val images, 100.0 %" in finding.message for finding in found.findings)


@pytest.mark.parametrize(("distance", "code"), [(None, 1), (6, 1), (5, 0), (0, 0)])
def test_distance(tmp_path: Path, distance: int | None, code: int) -> None:
    near = picture(7).crop((3, 2, 125, 93)).resize((128, 96))  # six bits away
    data = tree(tmp_path).image("train", "a", seed=7).draw("valid/images/b.jpg", near)
    asked = "" if distance is None else f"distance = {distance}\n"
    data.settings(f"[rules.split_leakage]\n{asked}orientations = false\nfeatures = false")
    assert check(data.root, "split_leakage").code == code


def test_each_pair_rule_keeps_to_its_own_distance(tmp_path: Path) -> None:
    near = picture(7).crop((3, 2, 125, 93)).resize((128, 96))
    data = tree(tmp_path).image("train", "a", seed=7)
    data.draw("valid/images/b.jpg", near).copy("valid/images/b.jpg", "train/images/c.jpg")
    others = "orientations = false\nfeatures = false"
    data.settings(
        f"[rules.split_leakage]\ndistance = 0\n{others}\n[rules.near_duplicate]\ndistance = 8\n{others}"
    )
    found = check(data.root, "split_leakage", "near_duplicate")
    pairs = {(finding.rule, finding.path[-5], finding.related[0][-5]) for finding in found.findings}
    assert pairs == {("near_duplicate", "a", "c"), ("split_leakage", "c", "b")}


def test_copies_inside_a_split_do_not_leak(tmp_path: Path) -> None:
    data = sound_tree(tmp_path).copy("train/images/train.jpg", "train/images/b.jpg")
    assert check(data.root, "split_leakage").code == 0


def test_one_split_has_nothing_to_leak_into(tmp_path: Path) -> None:
    found = check(tree(tmp_path).image("train", "a").root, "split_leakage")
    assert found.code == 0
    assert found.header["ran"] == [["split_leakage", "none", "skipped"]]
