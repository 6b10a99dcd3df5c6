"""WebDataset shards: every fault of the format, one to one, and none in their clean twin."""

from __future__ import annotations

import tarfile
from pathlib import Path

import pytest

from holdfast import Problem
from tests.checking import check
from tests.formats.reading import images, read_tree
from tests.formats.webdataset.packing import jpeg, tar

Sample = list[tuple[str, bytes]]
COUNTS = {"train-000000": 12, "train-000001": 12, "val-000000": 8}


def samples(folder: Path) -> dict[str, Sample]:
    """The files of three sound shards, 32 images with a class each."""
    found: dict[str, Sample] = {}
    for shard, (name, count) in enumerate(COUNTS.items()):
        keys = [f"{shard}{number:05d}" for number in range(count)]
        found[name] = [
            file
            for number, key in enumerate(keys)
            for file in ((f"{key}.jpg", jpeg(100 * shard + number)), (f"{key}.cls", b"%d\n" % (number % 3)))
        ]
    return found


def write(folder: Path, shards: dict[str, Sample]) -> Path:
    """The shards in a folder."""
    for name, files in shards.items():
        tar(folder / "data" / f"{name}.tar", files)
    return folder / "data"


def test_sound_shards(tmp_path: Path) -> None:
    run = check(write(tmp_path, samples(tmp_path)))
    assert [finding for finding in run.findings if str(finding.severity) == "error"] == []
    assert run.code == 0


def test_what_is_read(tmp_path: Path) -> None:
    dataset = read_tree(write(tmp_path, samples(tmp_path)))
    assert dataset.format == "webdataset"
    assert dataset.evidence == "3 tar shards in 2 splits, 32 .cls files"
    assert dataset.images.group_by("split").len().sort("split").rows() == [("train", 24), ("val", 8)]
    rows = dataset.annotations.select("label", "image", "kind", "class_id", "entry", "line").head(2).rows()
    assert rows == [
        ("train-000000.tar/000000.cls", "train-000000.tar/000000.jpg", "class", 0, 0, 1),
        ("train-000000.tar/000001.cls", "train-000000.tar/000001.jpg", "class", 1, 0, 1),
    ]


FAULTS = {
    "missing_label": [("train-000000.tar/000003.jpg", None)],
    "orphan_label": [("train-000001.tar/lost.cls", None)],
    "malformed_label": [("train-000000.tar/000005.cls", 1), ("val-000000.tar/200002.cls", 1)],
    "unreadable_image": [("train-000001.tar/100004.jpg", None)],
    "split_leakage": [("train-000000.tar/000001.jpg", None)],
    "exact_duplicate": [("train-000000.tar/000002.jpg", None)],
    "conflicting_labels": [("train-000000.tar/000002.jpg", None)],
    "unreferenced_image": [("beside.jpg", None)],
}


def faulty(folder: Path) -> Path:
    shards = samples(folder)
    first, second, last = (dict(files) for files in shards.values())
    del first["000003.cls"]
    first["000005.cls"] = b"cat"
    last["200002.cls"] = b"1.5"
    second["lost.cls"] = b"1"
    second["100004.jpg"] = second["100004.jpg"][:300]
    last["200007.jpg"], last["200007.cls"] = first["000001.jpg"], first["000001.cls"]
    first["000011.jpg"], first["000011.cls"] = first["000002.jpg"], b"0"
    root = write(folder, dict(zip(shards, (list(s.items()) for s in (first, second, last)), strict=True)))
    (root / "beside.jpg").write_bytes(jpeg(999))
    return root


def test_every_fault_is_found_and_no_other(tmp_path: Path) -> None:
    (tmp_path / "holdfast.toml").write_text('format = "webdataset"\n')
    root = faulty(tmp_path)
    run = check(root, arguments=(f"--config={tmp_path / 'holdfast.toml'}",))
    found = {rule: sorted(place for finding, place in zip(run.findings, run.places, strict=True)
             if finding.rule == rule) for rule in FAULTS}  # fmt: skip
    assert found == FAULTS
    said = [finding.message for finding in run.findings if finding.rule == "malformed_label"]
    assert sorted(said) == ["'1.5' is no class number", "'cat' is no class number"]
    errors = {finding.rule for finding in run.findings if str(finding.severity) == "error"}
    assert errors <= FAULTS.keys()


@pytest.mark.parametrize(("name", "split"), [
    ("train-0", "train"), ("imagenet-val-0001", "val"), ("valid/0000", "val"), ("0000", "train"),
    ("x_test_1", "test"),
])  # fmt: skip
def test_splits_by_name(tmp_path: Path, name: str, split: str) -> None:
    root = write(tmp_path, {name: [("a.jpg", jpeg(1)), ("a.cls", b"0")]})
    assert images(read_tree(root)) == {f"{name}.tar/a.jpg": split}


def test_captions_say_something_and_are_no_class(tmp_path: Path) -> None:
    root = write(
        tmp_path,
        {"train-0": [("a.jpg", jpeg(1)), ("a.txt", b"a wall"), ("b.jpg", jpeg(2)), ("b.json", b"{}")]},
    )
    dataset = read_tree(root)
    assert dataset.images["has_label"].to_list() == [True, True]
    assert dataset.annotations.is_empty()
    assert dataset.problems.filter(kind=Problem.MALFORMED).is_empty()


def test_a_damaged_shard_among_sound_ones(tmp_path: Path) -> None:
    root = write(tmp_path, samples(tmp_path))
    (root / "train-000002.tar").write_bytes(b"\0garbage" * 512)
    run = check(root)
    assert run.code == 1
    assert ("train-000002.tar", None) in run.places


def test_a_shard_that_ends_early_or_has_a_broken_header(tmp_path: Path) -> None:
    root = write(tmp_path, samples(tmp_path))
    whole = tar(tmp_path / "whole.tar", [(f"{n}.jpg", jpeg(n)) for n in range(3)]).read_bytes()
    second = whole.index(b"1.jpg")
    (root / "train-000002.tar").write_bytes(whole[:second])
    (root / "train-000003.tar").write_bytes(whole[: second + 20] + b"\xff" + whole[second + 21 :])
    found = check(root, "broken_config").findings
    damaged = "an archive that cannot be read: damaged or cut off"
    assert [(finding.path, finding.message.partition(": ")[2]) for finding in found] == [
        ("train-000002.tar", f"{damaged}: not the empty block that ends a tar file at byte {second}"),
        ("train-000003.tar", f"{damaged}: no header of a member at byte {second}"),
    ]


def test_links_in_a_shard(tmp_path: Path) -> None:
    root = write(tmp_path, samples(tmp_path))
    with tarfile.open(root / "train-000002.tar", "w") as archive:
        for name, kind in (("a.jpg", tarfile.SYMTYPE), ("b.jpg", tarfile.FIFOTYPE)):
            member = tarfile.TarInfo(name)
            member.type, member.linkname = kind, "0.jpg"
            archive.addfile(member)
    run = check(root, "broken_config", "unreadable_image")
    assert run.code == 1
    assert run.paths == ["train-000002.tar/a.jpg", "train-000002.tar/b.jpg"]
