from __future__ import annotations

import json
from collections import Counter
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageOps

from benchmarks import truth, truth_plan
from benchmarks.truth_changes import CHANGES
from benchmarks.truth_likenesses import LIKENESSES
from holdfast.demo.walls import Plane

IMAGES = 60
KINDS = {
    "identical bytes",
    "identical picture",
    "re-encoded",
    "resized",
    "recoloured",
    "rotated/flipped",
    "cropped",
    "augmented",
}


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("drawn") / "set"
    truth.write(root, IMAGES, 3, 1)
    return root


def contents(root: Path) -> dict[str, bytes]:
    return {str(file.relative_to(root)): file.read_bytes() for file in root.rglob("*") if file.is_file()}


def displayed(file: Path) -> Plane:
    return np.asarray(ImageOps.exif_transpose(Image.open(file)).convert("RGB"), np.float32)


def planned(images: int) -> tuple[list[truth_plan.Group], list[truth_plan.Pair]]:
    groups = truth_plan.plan(images, 6)
    files = [[truth_plan.Written(item.stem, 1, 1, "", {}) for item in group.items] for group in groups]
    return groups, truth_plan.pairs(groups, files)


def test_the_bytes_are_the_same_for_any_number_of_processes(drawn: Path, tmp_path: Path) -> None:
    truth.write(tmp_path / "again", IMAGES, 3, 2)
    assert contents(tmp_path / "again") == contents(drawn)
    truth.write(tmp_path / "other", 8, 4, 1)
    assert not {*contents(tmp_path / "other").values()} & {
        data for name, data in contents(drawn).items() if "/images/" in name
    }


def test_every_image_is_listed_with_a_label_and_its_size(drawn: Path) -> None:
    known = json.loads((drawn / "truth.json").read_text())
    images = {str(file.relative_to(drawn / "data")) for file in drawn.glob("data/*/images/*")}
    assert {image["path"] for image in known["list"]} == images
    assert len(images) == known["images"] == IMAGES
    for image in known["list"]:
        height, width, _ = displayed(drawn / "data" / image["path"]).shape
        assert (image["width"], image["height"]) == (width, height)
        label = (drawn / "data" / image["path"].replace("/images/", "/labels/")).with_suffix(".txt")
        assert len(label.read_text().splitlines()) == 1


def test_what_leaves_the_picture_as_it_is_does_so(drawn: Path) -> None:
    known = json.loads((drawn / "truth.json").read_text())
    files = {name.removeprefix("data/"): data for name, data in contents(drawn).items()}
    seen = Counter()
    for pair in known["related"]:
        kind, (one, two) = pair["kind"], (pair["path"], pair["other"])
        seen[kind] += 1
        assert (files[one] == files[two]) == (kind == "identical bytes")
        first, second = displayed(drawn / "data" / one), displayed(drawn / "data" / two)
        same = first.shape == second.shape and bool(np.array_equal(first, second))
        assert same == (kind in ("identical bytes", "identical picture"))
        if kind == "re-encoded":
            assert first.shape == second.shape
            assert np.abs(first - second).mean() < 12
    assert all(seen[kind] for kind in ("identical picture", "re-encoded", "resized", "same scene", None))


def test_a_large_set_has_every_operation_and_likeness() -> None:
    groups, pairs = planned(5000)
    assert sum(len(group.items) for group in groups) == 5000
    direct = Counter(pair.operation for pair in pairs if pair.direct)
    assert set(direct) == {*truth_plan.OPERATIONS, *LIKENESSES}
    assert min(direct.values()) >= 25
    assert {pair.kind for pair in pairs if pair.relation == "copy" and pair.direct} == KINDS
    assert {pair.kind for pair in pairs if pair.relation == "scene"} == {"same scene"}
    assert set(CHANGES) <= set(truth_plan.OPERATIONS)
    stems = [item.stem for group in groups for item in group.items]
    assert len({stem.rpartition("/")[2] for stem in stems}) == 5000
    across = sum(pair.path.split("/")[0] != pair.other.split("/")[0] for pair in pairs)
    assert 0.3 < across / len(pairs) < 0.7


def test_pairs_of_one_picture_are_copies_and_all_pairs_of_a_group_are_listed() -> None:
    groups, pairs = planned(1000)
    relation = {(pair.path, pair.other): pair.relation for pair in pairs}
    assert len(relation) == len(pairs)
    for group in groups:
        for (one, first), (two, second) in combinations(enumerate(group.items), 2):
            roots = {one if first.of is None else first.of, two if second.of is None else second.of}
            path, other = sorted((first.stem, second.stem))
            assert (relation[path, other] == "copy") == (len(roots) == 1)
    mosaics = [(item, group) for group in groups for item in group.items if item.operation == "mosaic"]
    assert mosaics
    for item, group in mosaics:
        assert group.number not in item.others
        for number in item.others:
            for other in groups[number].items:
                path, last = sorted((item.stem, other.stem))
                assert relation[path, last] == "copy"


def test_a_folder_that_holds_something_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "kept.txt").write_text("mine")
    with pytest.raises(SystemExit, match="not empty"):
        truth.write(tmp_path, 5, 1, 1)
    assert contents(tmp_path) == {"kept.txt": b"mine"}


def test_photos_stand_in_for_scenes(tmp_path: Path) -> None:
    folder = tmp_path / "photos"
    folder.mkdir()
    Image.new("RGB", (1800, 1200), (200, 30, 30)).save(folder / "a.png")
    Image.new("RGB", (1800, 1200), (200, 30, 30)).save(folder / "b.png")
    photos = truth.photos_in(folder)
    assert [photo.name for photo in photos] == ["b.png"]
    truth.write(tmp_path / "set", 12, 3, 1, photos)
    known = json.loads((tmp_path / "set" / "truth.json").read_text())
    own = [each for each in known["list"] if each["group"] == 0 and not each["operation"]]
    assert [(each["width"], each["height"]) for each in own] == [(900, 600)]
    picture = displayed(tmp_path / "set" / "data" / own[0]["path"])
    assert np.abs(picture - (200, 30, 30)).max() < 6
