from __future__ import annotations

from pathlib import Path

import imagehash
import pytest
from PIL import Image

from tests.checking import check
from tests.trees import Tree, picture, tree

HASH = "0123456789abcdef0123456789abcdef"


def cropped(seed: int) -> Image.Image:
    """The same picture without its margins: seed 7 differs in six bits."""
    return picture(seed).crop((3, 2, 125, 93)).resize((128, 96))


def bits(data: Tree, first: str, second: str) -> int:
    return int(
        imagehash.phash(Image.open(data.root / first)) - imagehash.phash(Image.open(data.root / second))
    )


def test_saved_again_has_the_same_hash(tmp_path: Path) -> None:
    data = tree(tmp_path).image("a/train", "x", seed=4)
    data.draw("b/train/images/y.jpg", picture(4), quality=40).image("a/train", "z")
    found = check(data.root, "near_duplicate")
    assert found.code == 1
    [finding] = found.findings
    assert (finding.path, finding.related) == ("a/train/images/x.jpg", ("b/train/images/y.jpg",))
    assert (finding.distance, finding.kind, finding.transform) == (0, "re-encoded", "none")
    assert bits(data, finding.path, finding.related[0]) == 0
    assert finding.correlation is not None
    assert finding.correlation >= 0.95
    assert f"distance 0, correlation {finding.correlation:.3f}" in finding.message
    assert (finding.severity, finding.unit, finding.fixable) == ("error", "train", True)


@pytest.mark.parametrize(("distance", "found"), [(None, 1), (6, 1), (5, 0), (0, 0)])
def test_distance(tmp_path: Path, distance: int | None, found: int) -> None:
    data = tree(tmp_path).image("train", "a", seed=7).draw("train/images/b.jpg", cropped(7))
    assert bits(data, "train/images/a.jpg", "train/images/b.jpg") == 6
    asked = "" if distance is None else f"distance = {distance}\n"
    data.settings(f"[rules.near_duplicate]\n{asked}orientations = false\nfeatures = false")
    outcome = check(data.root, "near_duplicate")
    assert [(one.distance, one.kind) for one in outcome.findings] == [(6, "cropped")] * found
    assert (outcome.code, outcome.severities) == (0, {"warning"} if found else set())


def test_a_near_hash_is_not_enough(tmp_path: Path) -> None:
    """A picture with a mark on it is another one of the same scene, for all that hashes know."""
    marked = picture(3)
    marked.paste((0, 0, 0), (4, 4, 16, 16))
    data = tree(tmp_path).image("train", "a", seed=3).draw("train/images/b.jpg", marked)
    assert bits(data, "train/images/a.jpg", "train/images/b.jpg") <= 8
    outcome = check(data.root, "near_duplicate")
    [finding] = outcome.findings
    assert (outcome.code, outcome.severities) == (0, {"info"})
    assert finding.kind == "same scene"
    assert finding.message.startswith("no copy, but the same scene as train/images/b.jpg")
    assert not finding.fixable
    assert finding.differing is not None
    assert 0.005 <= finding.differing <= 0.1


def test_versions_of_one_source_are_info(tmp_path: Path) -> None:
    data = tree(tmp_path).image("train", f"wall_jpg.rf.{HASH}", seed=7)
    data.draw(f"train/images/wall_jpg.rf.{HASH[::-1]}.jpg", cropped(7))
    found = check(data.root, "near_duplicate")
    assert (found.code, found.severities) == (0, {"info"})
    assert "the same shot as" in found.findings[0].message
    assert not found.findings[0].fixable


def test_versions_that_did_not_change_are_errors(tmp_path: Path) -> None:
    data = tree(tmp_path).image("train", f"wall_jpg.rf.{HASH}", seed=4)
    data.draw(f"train/images/wall_jpg.rf.{HASH[::-1]}.jpg", picture(4), quality=40)
    assert check(data.root, "near_duplicate").severities == {"error"}


def test_exact_pairs_are_not_repeated(tmp_path: Path) -> None:
    data = tree(tmp_path).image("train", "a").copy("train/images/a.jpg", "train/images/b.jpg")
    data.draw("train/images/c.png", picture(5)).draw("train/images/d.bmp", picture(5))
    assert check(data.root, "near_duplicate").findings == []


def test_pictures_without_structure_are_never_near(tmp_path: Path) -> None:
    data = tree(tmp_path)
    for name, colour in (("a", "white"), ("b", "blue"), ("c", "black"), ("d", "#fefefe")):
        data.draw(f"train/images/{name}.png", Image.new("RGB", (64, 48), colour))
    assert check(data.root, "near_duplicate").findings == []


def test_other_split_names_are_split_leakage(tmp_path: Path) -> None:
    data = tree(tmp_path).image("train", "a", seed=4)
    data.draw("valid/images/b.jpg", picture(4), quality=40)
    assert check(data.root, "near_duplicate").code == 0
