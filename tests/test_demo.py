"""The sample data: what is drawn, what is planted, and that the manifest tells the truth."""

from __future__ import annotations

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
    "mixed_formats",
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
    return {file.relative_to(root).as_posix(): file.read_bytes() for file in root.rglob("*.*")}


def images(root: Path) -> list[str]:
    return sorted(p for p in files(root) if "/images/" in p and "/extra/" not in p)


def label_of(image: str) -> str:
    return Path(image.replace("/images/", "/labels/")).with_suffix(".txt").as_posix()


def pixels(file: Path) -> np.ndarray:
    return np.asarray(Image.open(file).convert("RGB"))


def is_readable(file: Path) -> bool:
    try:
        Image.open(file).load()
    except OSError:
        return False
    return True


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
    assert sorted(files(tmp_path)) == sorted(files(drawn[0]))
    assert all(data == (drawn[0] / path).read_bytes() for path, data in files(tmp_path).items())


def test_about_120_images_below_5_mb_mostly_jpeg(drawn):
    root, manifest = drawn
    paths = images(root)
    assert sum(map(len, files(root).values())) < 5_000_000
    assert 110 <= len(paths) == manifest.images <= 130
    assert all(sum(path.startswith(split) for path in paths) >= 8 for split in SPLITS)
    formats = [Image.open(root / path).format for path in paths if is_readable(root / path)]
    assert formats.count("JPEG") > 0.9 * len(formats)
    assert f"# all = {len(paths)}\n" in (root / "holdfast.toml").read_text()


def test_manifest_file_says_what_is_returned(drawn):
    root, manifest = drawn
    written = json.loads((root / "faults.json").read_text())
    assert (written["seed"], written["images"]) == (manifest.seed, manifest.images)
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
    planted = {fault.path for fault in faults(manifest, "unreadable_image")}
    assert {path for path in images(root) if not is_readable(root / path)} == planted
    contents = sorted((root / path).read_bytes() for path in planted)
    assert (contents[0], contents[1][:15]) == (b"", b"<!DOCTYPE html>")
    assert contents[2].startswith(b"version https://git-lfs.github.com/spec/v1\noid sha256:")
    assert contents[3].startswith(b"\xff\xd8")


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
        first, second = ((root / label_of(path)).read_bytes() for path in (fault.path, fault.related[0]))
        assert (first == second) == (fault.path not in conflicts)


def test_conflicts_are_a_box_less_and_another_class(drawn):
    root, manifest = drawn
    fewer, renamed = faults(manifest, "conflicting_labels")
    for fault in (fewer, renamed):
        assert (root / fault.path).read_bytes() == (root / fault.related[0]).read_bytes()
    first, second = ((root / label_of(path)).read_text() for path in (fewer.path, fewer.related[0]))
    assert abs(first.count("\n") - second.count("\n")) == 1
    first, second = ((root / label_of(path)).read_text() for path in (renamed.path, renamed.related[0]))
    assert [first[0], second[0], first[1:]] in (["0", "1", second[1:]], ["1", "0", second[1:]])


def test_leaks_cross_the_splits_as_bytes_and_as_another_encoding(drawn):
    root, manifest = drawn
    pairs = [(root / fault.path, root / fault.related[0]) for fault in faults(manifest, "split_leakage")]
    assert all(a.parents[1].name != b.parents[1].name for a, b in pairs)
    assert sorted(a.read_bytes() == b.read_bytes() for a, b in pairs) == [False, True]
    assert any(a.parents[2] != b.parents[2] for a, b in pairs)


def test_pictures_are_alike_only_where_planned(drawn):
    root, manifest = drawn
    pairs = faults(manifest, "exact_duplicate", "near_duplicate", "split_leakage")
    planned = {(fault.path, fault.related[0]) for fault in pairs}
    readable = [path for path in sorted(files(root)) if "/images/" in path and is_readable(root / path)]
    hashes = {path: imagehash.phash(Image.open(root / path)) for path in readable}
    distances = {(a, b): hashes[a] - hashes[b] for a, b in combinations(readable, 2)}
    assert max(distances[pair] for pair in planned) <= 8
    assert min(distance for pair, distance in distances.items() if pair not in planned) > 10


def test_exports_of_one_source_differ_by_a_little(drawn):
    root, manifest = drawn
    ((first, second),) = ((f.path, f.related[0]) for f in manifest.faults if ".rf." in f.path)
    assert first.partition(".rf.")[0] == second.partition(".rf.")[0]
    distance = imagehash.phash(Image.open(root / first)) - imagehash.phash(Image.open(root / second))
    assert 1 <= distance <= 8


def test_labels_without_a_fault_are_clean(drawn):
    root, manifest = drawn
    broken = {fault.path for fault in manifest.faults}
    texts = [data for path, data in files(root).items() if "/labels/" in path and path not in broken]
    assert all(problems_of(text.decode().splitlines()) == [] for text in texts)
    assert texts.count(b"") == 2  # walls without holds


def test_images_and_labels_are_paired_but_for_two(drawn):
    root, manifest = drawn
    labels = {path for path in files(root) if "/labels/" in path and "/extra/" not in path}
    (missing,) = faults(manifest, "missing_label")
    (orphan,) = faults(manifest, "orphan_label")
    wanted = {label_of(path) for path in images(root)}
    assert wanted - labels == {label_of(missing.path)}
    assert labels - wanted == {orphan.path}


def test_mending_by_hand_gives_sound_files(drawn):
    root, manifest = drawn
    assert {fault.rule for fault in manifest.faults if fault.mend} == {*BY_HAND, "unreadable_image"}
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
    assert (Path(fault.path).suffix, Image.open(root / fault.path).format) == (".jpg", "PNG")


def test_unreferenced_images_lie_outside_the_splits(drawn):
    root, manifest = drawn
    planted = {fault.path for fault in faults(manifest, "unreferenced_image")}
    assert planted == {path for path in files(root) if path.startswith("mountain/extra/images/")}
    assert all((root / label_of(path)).is_file() for path in planted)


@pytest.mark.parametrize("occupant", ["data", "data/mine.txt"])
def test_refuses_a_target_that_is_not_an_empty_folder(tmp_path, occupant):
    target, file = tmp_path / "data", tmp_path / occupant
    file.parent.mkdir(exist_ok=True)
    file.write_text("mine")
    with pytest.raises(UsageError) as error:
        draw(target)
    assert str(error.value).startswith(f"{target}: not ")
    assert "\n" not in str(error.value)
    assert file.read_text() == "mine"
    assert len(list(file.parent.iterdir())) == 1
