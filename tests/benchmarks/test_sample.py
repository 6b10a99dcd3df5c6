from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from benchmarks import checking, recall, sample
from benchmarks.pictures import Kind

IMAGES = 40


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("drawn") / "data"
    sample.write(root, IMAGES, False, 1)
    return root


def contents(root: Path) -> dict[str, bytes]:
    return {str(file.relative_to(root)): file.read_bytes() for file in root.rglob("*") if file.is_file()}


def pixels(file: Path) -> np.ndarray:
    return np.asarray(Image.open(file))


def label(root: Path, path: str) -> bytes:
    return (root / path.replace("/images/", "/labels/").replace(".jpg", ".txt")).read_bytes()


def test_the_bytes_are_the_same_for_any_number_of_processes(data: Path, tmp_path: Path) -> None:
    again = tmp_path / "data"
    truth = sample.write(again, IMAGES, False, 2)
    assert contents(again) == contents(data)
    assert truth.read_bytes() == sample.truth_file(data).read_bytes()
    assert not truth.is_relative_to(again)


def test_every_copy_is_what_the_truth_says(data: Path) -> None:
    truth = json.loads(sample.truth_file(data).read_text())
    for path, original, kind, labels in truth["list"]:
        copy, source = data / path, data / original
        same_size = Image.open(copy).size == Image.open(source).size == (640, 640)
        assert (copy.read_bytes() == source.read_bytes()) == (kind == "bytes")
        assert same_size == (kind != "resized")
        same_pixels = same_size and np.array_equal(pixels(copy), pixels(source))
        assert same_pixels == (kind in ("bytes", "metadata"))
        assert (label(data, path) == label(data, original)) == (labels == "same label")
    images = list(data.glob("*/*/images/*.jpg"))
    folders = Counter(file.parent.parent.relative_to(data).as_posix() for file in images)
    assert folders == truth["units"]
    assert len(images) == truth["images"] == IMAGES == truth["originals"] + len(truth["list"])


def test_copies_come_in_the_promised_shares() -> None:
    truth = sample.truth(sample.plan(9427, small=False))
    assert (truth["images"], truth["originals"]) == (9427, 7730)
    assert truth["copies"] == {
        Kind.BYTES.value: 679, Kind.METADATA.value: 254, Kind.ENCODED.value: 425,
        Kind.RESIZED.value: 169, Kind.BRIGHTNESS.value: 170,
    }  # fmt: skip
    small = sample.truth(sample.plan(60_000, small=True))
    assert (small["images"], small["originals"]) == (60_000, 57_000)


def test_small_images_are_32_by_32_with_one_box_each(tmp_path: Path) -> None:
    sample.write(tmp_path / "data", 60, True, 1)
    images = list((tmp_path / "data").glob("*/*/images/wall-*.jpg"))
    assert len(images) == 57
    assert len({file.read_bytes() for file in images}) == 57
    assert {Image.open(file).size for file in images} == {(32, 32)}
    labels = list((tmp_path / "data").glob("*/*/labels/*.txt"))
    assert [len(file.read_text().splitlines()) for file in labels] == [1] * 60


def test_a_folder_that_holds_something_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "kept.txt").write_text("mine")
    with pytest.raises(SystemExit, match="not empty"):
        sample.write(tmp_path, 5, False, 1)
    assert contents(tmp_path) == {"kept.txt": b"mine"}


def test_the_cheap_stage_finds_the_pairs_of_the_full_decode(data: Path, tmp_path: Path) -> None:
    """As benchmarks/recall.py measures it; both find every copy that was made."""
    draft, full = (recall.pairs_by(decode, data, tmp_path) for decode in ("draft", "full"))
    found = recall.compare(draft, full)
    assert (found.only_full, found.only_draft, found.other_evidence) == (0, 0, 0)
    assert found.recall == 1
    assert found.kept
    assert full.keys() == checking.true_pairs(data)


def test_recall_counts_what_is_missed_and_what_is_invented() -> None:
    near = checking.Evidence("near", 2, 0.99)
    full = {("a", "b"): near, ("a", "c"): near, ("a", "d"): near}
    draft = {("a", "b"): near, ("a", "c"): checking.Evidence("near", 3, 0.99), ("b", "d"): near}
    found = recall.compare(draft, full)
    assert found == recall.Recall(both=2, only_full=1, only_draft=1, other_evidence=1)
    assert not found.kept
    assert recall.compare({}, {}).recall == 1


def test_drift_is_counted_in_bits(data: Path) -> None:
    files = sorted(data.glob("*/*/images/*.jpg"))[:10]
    bits = recall.drift(files)
    assert bits.total() == 10
    assert max(bits) <= 4
