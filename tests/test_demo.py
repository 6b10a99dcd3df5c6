"""The sample data: what is drawn, what is planted, and that the manifest tells the truth."""

from __future__ import annotations

import hashlib
import json
from itertools import combinations
from pathlib import Path

import imagehash
import numpy as np
import pytest
from PIL import Image

from holdfast.demo import Manifest, PlantedFault, draw
from holdfast.errors import UsageError

RULES = {
    "unreadable_image", "exact_duplicate", "near_duplicate", "split_leakage", "conflicting_labels",
    "missing_label", "orphan_label", "malformed_label", "unknown_class", "box_out_of_image",
    "degenerate_box", "duplicate_box", "broken_config", "unreferenced_image", "wrong_extension",
}  # fmt: skip
BY_HAND = {"malformed_label", "unknown_class", "broken_config"}
SPLITS = [
    f"{collection}/{split}" for collection in ("boulder", "mountain") for split in ("train", "valid", "test")
]


@pytest.fixture(scope="module")
def drawn(tmp_path_factory) -> tuple[Path, Manifest]:
    root = tmp_path_factory.mktemp("demo") / "data"
    return root, draw(root)


def faults(manifest: Manifest, *rules: str) -> list[PlantedFault]:
    return [fault for fault in manifest.faults if fault.rule in rules]


def files(root: Path) -> dict[str, bytes]:
    return {
        file.relative_to(root).as_posix(): file.read_bytes() for file in root.rglob("*") if file.is_file()
    }


def images(root: Path) -> list[Path]:
    return sorted(file for split in SPLITS for file in (root / split / "images").iterdir())


def label_of(root: Path, image: str) -> Path:
    return root / Path(image.replace("/images/", "/labels/")).with_suffix(".txt")


def pixels(file: Path) -> np.ndarray:
    return np.asarray(Image.open(file).convert("RGB"))


def problems_of(lines: list[str]) -> list[str]:
    """What is wrong with the lines of a label, by the letter of the YOLO format with two classes."""
    wrong = [line for line in lines if lines.count(line) > 1]
    for line in lines:
        kind, *values = line.split()
        x, y, width, height = (float(value) for value in values)
        inside = all(c - s / 2 >= 0 and c + s / 2 <= 1 for c, s in ((x, width), (y, height)))
        decimals = all(len(value.partition(".")[2]) == 6 for value in values)
        if kind not in ("0", "1") or not inside or not decimals or min(width, height) <= 0:
            wrong.append(line)
    return wrong


def test_same_bytes_on_every_run(drawn, tmp_path):
    draw(tmp_path)
    assert {path: hashlib.sha256(data).digest() for path, data in files(tmp_path).items()} == {
        path: hashlib.sha256(data).digest() for path, data in files(drawn[0]).items()
    }


def test_about_120_images_below_5_mb_mostly_jpeg(drawn):
    root, manifest = drawn
    assert sum(map(len, files(root).values())) < 5_000_000
    assert len(images(root)) == manifest.images
    assert 110 <= manifest.images <= 130
    formats = [Image.open(file).format for file in images(root) if is_readable(file)]
    assert formats.count("JPEG") > 0.9 * len(formats)
    assert all(len(list((root / split / "images").iterdir())) >= 8 for split in SPLITS)


def is_readable(file: Path) -> bool:
    try:
        Image.open(file).load()
    except OSError:
        return False
    return True


def test_manifest_file_says_what_is_returned(drawn):
    root, manifest = drawn
    written = json.loads((root / "faults.json").read_text())
    assert written["seed"] == manifest.seed
    assert written["images"] == manifest.images
    assert [fault["path"] for fault in written["faults"]] == [fault.path for fault in manifest.faults]
    assert all({"rule", "path", "note"} <= fault.keys() for fault in written["faults"])


def test_every_rule_is_planted_at_paths_that_exist(drawn):
    root, manifest = drawn
    assert {fault.rule for fault in manifest.faults} == RULES
    for fault in manifest.faults:
        assert all((root / path).is_file() for path in (fault.path, *fault.related))
        assert [fault.path, *fault.related] == sorted((fault.path, *fault.related))


def test_no_image_has_two_faults_but_conflicting_copies(drawn):
    _, manifest = drawn
    conflicts = {fault.path for fault in faults(manifest, "conflicting_labels")}
    others = [f for f in manifest.faults if f.rule != "malformed_label" and f.path not in conflicts]
    paths = [path for fault in others for path in (fault.path, *fault.related)]
    assert len(paths) == len(set(paths))


def test_only_the_planted_unreadable_images_are(drawn):
    root, manifest = drawn
    unreadable = {file.relative_to(root).as_posix() for file in images(root) if not is_readable(file)}
    planted = {fault.path for fault in faults(manifest, "unreadable_image")}
    assert unreadable == planted
    contents = [(root / path).read_bytes() for path in planted]
    assert b"" in contents
    assert any(
        content.startswith(b"version https://git-lfs.github.com/spec/v1\noid sha256:") for content in contents
    )
    assert any(content.startswith(b"<!DOCTYPE html>") for content in contents)
    assert any(content.startswith(b"\xff\xd8") and not content.endswith(b"\xff\xd9") for content in contents)


def test_exact_copies_are_one_picture(drawn):
    root, manifest = drawn
    pairs = [(root / fault.path, root / fault.related[0]) for fault in faults(manifest, "exact_duplicate")]
    assert all(np.array_equal(pixels(a), pixels(b)) for a, b in pairs)
    equal = [a.read_bytes() == b.read_bytes() for a, b in pairs]
    assert equal.count(True) == 3  # one renamed, two with other labels
    assert equal.count(False) == 1  # other metadata
    assert any(a.parents[2] != b.parents[2] for a, b in pairs)


def test_labels_of_copies_agree_except_where_a_conflict_is_planted(drawn):
    root, manifest = drawn
    conflicts = {fault.path for fault in faults(manifest, "conflicting_labels")}
    for fault in faults(manifest, "exact_duplicate", "near_duplicate", "split_leakage"):
        first, second = (label_of(root, path).read_bytes() for path in (fault.path, fault.related[0]))
        assert (first == second) == (fault.path not in conflicts)


def test_conflicts_are_a_box_less_and_another_class(drawn):
    root, manifest = drawn
    differences = set()
    for fault in faults(manifest, "conflicting_labels"):
        assert (root / fault.path).read_bytes() == (root / fault.related[0]).read_bytes()
        first, second = (
            label_of(root, path).read_text().split("\n") for path in (fault.path, fault.related[0])
        )
        differences.add(
            (len(first) - len(second), sum(a[:1] != b[:1] for a, b in zip(first, second, strict=False)))
        )
    assert any(fewer != 0 for fewer, _ in differences)
    assert (0, 1) in differences


def test_leaks_cross_the_splits_as_bytes_and_as_another_encoding(drawn):
    root, manifest = drawn
    pairs = [(root / fault.path, root / fault.related[0]) for fault in faults(manifest, "split_leakage")]
    assert all(a.parents[1].name != b.parents[1].name for a, b in pairs)
    assert sorted(a.read_bytes() == b.read_bytes() for a, b in pairs) == [False, True]
    assert any(a.parents[2] != b.parents[2] for a, b in pairs)


def test_pictures_are_alike_only_where_planned(drawn):
    root, manifest = drawn
    planned = {
        frozenset((fault.path, *fault.related))
        for fault in faults(manifest, "exact_duplicate", "near_duplicate", "split_leakage")
    }
    readable = [file for file in [*images(root), *root.glob("mountain/extra/images/*")] if is_readable(file)]
    hashes = {file.relative_to(root).as_posix(): imagehash.phash(Image.open(file)) for file in readable}
    for a, b in combinations(hashes, 2):
        if {a, b} in planned:
            assert hashes[a] - hashes[b] <= 8, (a, b)
        else:
            assert hashes[a] - hashes[b] > 10, (a, b)


def test_exports_of_one_source_differ_by_a_little(drawn):
    root, manifest = drawn
    (pair,) = (fault for fault in faults(manifest, "near_duplicate") if ".rf." in fault.path)
    first, second = pair.path, pair.related[0]
    assert first.partition(".rf.")[0] == second.partition(".rf.")[0]
    distance = imagehash.phash(Image.open(root / first)) - imagehash.phash(Image.open(root / second))
    assert 1 <= distance <= 8


def test_labels_without_a_fault_are_clean_and_paired(drawn):
    root, manifest = drawn
    broken = {fault.path for fault in manifest.faults if fault.path.endswith(".txt")}
    unlabelled = {fault.path for fault in faults(manifest, "missing_label")}
    backgrounds = 0
    for image in images(root):
        path = image.relative_to(root).as_posix()
        label = label_of(root, path)
        assert label.is_file() == (path not in unlabelled)
        if label.is_file() and label.relative_to(root).as_posix() not in broken:
            lines = label.read_text().splitlines()
            assert problems_of(lines) == []
            backgrounds += not lines
    assert backgrounds == 2
    labels = {
        label.relative_to(root).as_posix()
        for split in SPLITS
        for label in (root / split / "labels").iterdir()
    }
    paired = {
        label_of(root, file.relative_to(root).as_posix()).relative_to(root).as_posix()
        for file in images(root)
    }
    assert labels - paired == {fault.path for fault in faults(manifest, "orphan_label")}


def test_mending_by_hand_gives_sound_files(drawn):
    root, manifest = drawn
    assert {fault.rule for fault in manifest.faults if fault.mend} == BY_HAND
    mended: dict[str, list[str]] = {}
    for fault in faults(manifest, *BY_HAND):
        place, _, text = fault.mend.partition(": ")
        assert place == f"{fault.path} line {fault.line}"
        lines = mended.setdefault(fault.path, (root / fault.path).read_text().splitlines())
        lines[fault.line - 1] = text
    assert mended.pop("mountain/data.yaml") == (root / "boulder/data.yaml").read_text().splitlines()
    assert len(mended) == 2  # one file with the malformed lines, one with the unknown class
    assert all(problems_of(lines) == [] for lines in mended.values())


def test_odd_boxes_are_where_the_manifest_says(drawn):
    root, manifest = drawn
    odd = {}
    for fault in faults(manifest, "box_out_of_image", "degenerate_box", "duplicate_box"):
        lines = (root / fault.path).read_text().splitlines()
        odd[fault.rule] = lines[fault.line - 1].split()
        assert problems_of(lines[: fault.line - 1] + lines[fault.line :]) == []
        assert (fault.rule == "duplicate_box") == (lines.count(lines[fault.line - 1]) == 2)
    x, width = (float(odd["box_out_of_image"][index]) for index in (1, 3))
    assert 1 + 0.01 < x + width / 2 < 1 + width / 2
    assert float(odd["degenerate_box"][3]) == 0


def test_wrong_extension_is_a_png(drawn):
    root, manifest = drawn
    (fault,) = faults(manifest, "wrong_extension")
    assert fault.path.endswith(".jpg")
    assert Image.open(root / fault.path).format == "PNG"


def test_unreferenced_images_lie_outside_the_splits(drawn):
    root, manifest = drawn
    planted = {fault.path for fault in faults(manifest, "unreferenced_image")}
    assert planted == {f.relative_to(root).as_posix() for f in root.glob("mountain/extra/images/*")}
    assert all(label_of(root, path).is_file() for path in planted)


@pytest.mark.parametrize("occupant", ["a file in it", "a file"])
def test_refuses_a_target_that_is_not_an_empty_folder(tmp_path, occupant):
    target = tmp_path / "data"
    if occupant == "a file":
        target.write_text("mine")
    else:
        target.mkdir()
        (target / "mine.txt").write_text("mine")
    with pytest.raises(UsageError) as error:
        draw(target)
    assert "\n" not in str(error.value)
    assert str(target) in str(error.value)
    kept = files(tmp_path)
    assert list(kept.values()) == [b"mine"]
