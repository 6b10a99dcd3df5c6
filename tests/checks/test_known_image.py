from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from tests.checking import REPOSITORY, Outcome, check, start_process
from tests.trees import Tree, picture


def two(folder: Path) -> tuple[Tree, Tree]:
    """A batch and the dataset that it is to be added to, side by side."""
    return Tree(folder / "batch"), Tree(folder / "old")


def against(batch: Tree, other: Path, *rules: str) -> Outcome:
    return check(batch.root, *(rules or ("known_image",)), arguments=(f"--against={other}",))


def test_copies_of_the_other_dataset_are_found_and_named_as_seen_from_here(tmp_path: Path) -> None:
    batch, old = two(tmp_path)
    batch.image("train", "same", seed=1).image("train", "fresh", seed=2)
    batch.draw("train/images/again.jpg", picture(3), quality=40)
    old.image("test", "a", seed=1).image("train", "b", seed=3).image("train", "c", seed=4)
    found = against(batch, old.root)
    assert found.code == 1
    assert [(f.path, f.related, f.kind, f.unit, f.severity) for f in found.findings] == [
        ("train/images/again.jpg", ("../old/train/images/b.jpg",), "re-encoded", "train", "error"),
        ("train/images/same.jpg", ("../old/test/images/a.jpg",), "identical bytes", "train", "error"),
    ]
    again, same = found.findings
    assert "../old/test/images/a.jpg" in same.message
    assert "(in test there)" in same.message
    assert same.sha256 is not None
    assert same.sha256 == same.related_sha256[0]
    assert again.distance is not None
    assert again.correlation is not None
    assert not again.fixable
    assert found.header["against"] == str(old.root)
    assert f"against: {old.root} (yolo)" in found.text


def test_nothing_within_the_other_dataset_is_reported_and_the_batch_is_checked_as_usual(
    tmp_path: Path,
) -> None:
    batch, old = two(tmp_path)
    batch.image("train", "one", seed=1).copy("train/images/one.jpg", "train/images/two.jpg")
    old.image("train", "a", seed=5).copy("train/images/a.jpg", "test/images/b.jpg")
    old.file("train/images/broken.jpg", b"no picture")
    found = against(batch, old.root, "known_image", "exact_duplicate", "split_leakage", "unreadable_image")
    assert [(f.rule, f.path, f.related) for f in found.findings] == [
        ("exact_duplicate", "train/images/one.jpg", ("train/images/two.jpg",))
    ]
    assert found.header["images"] == {"train": 2}
    assert found.header["measured"]["images"] == 2


def test_a_rule_about_pairs_sees_those_of_the_batch_only(tmp_path: Path) -> None:
    batch, old = two(tmp_path)
    batch.image("train", "one", seed=1).image("test", "two", seed=2)
    old.image("train", "a", seed=1).image("train", "b", seed=2)
    found = against(batch, old.root, "exact_duplicate", "near_duplicate", "split_leakage")
    assert (found.code, found.findings) == (0, [])


def test_without_the_option_it_is_not_collected_and_not_missing(tmp_path: Path) -> None:
    batch, _ = two(tmp_path)
    batch.image("train", "one", seed=1).settings("[rules.known_image]\ndistance = 4\n")
    found = check(batch.root, "known_image", "blank_image")
    assert found.code == 0
    assert "known_image" not in {rule for rule, _ in found.header["not_run"]}
    assert [rule for rule, _, _ in found.header["ran"]] == ["blank_image"]
    alone = check(batch.root, "known_image")
    assert alone.code == 4
    assert "known_image runs with --against=DIR only" in alone.errors[0]


def test_many_copies_on_both_sides(tmp_path: Path) -> None:
    """A star in each split where pairs are very many: each image of the batch keeps a pair."""
    batch, old = two(tmp_path)
    batch.image("train", "0", seed=1)
    old.image("train", "0", seed=1)
    for number in range(1, 50):
        batch.copy("train/images/0.jpg", f"train/images/{number}.jpg")
        old.copy("train/images/0.jpg", f"train/images/{number}.jpg")
    found = against(batch, old.root)
    assert {f.path for f in found.findings} == {f"train/images/{number}.jpg" for number in range(50)}
    assert all(other.startswith("../old/") for f in found.findings for other in f.related)


@pytest.mark.parametrize("bits", [0, 5, 6])
def test_distance(tmp_path: Path, bits: int) -> None:
    """`tests/checks/test_near_duplicate.py` says that these two are six bits apart."""
    batch, old = two(tmp_path)
    batch.image("train", "a", seed=7)
    cropped = picture(7).crop((3, 2, 125, 93)).resize((128, 96))
    old.draw("train/images/b.jpg", cropped)
    options = f"distance = {bits}\norientations = false\nfeatures = false"
    batch.settings(f"[rules.known_image]\n{options}\n")
    assert [f.distance for f in against(batch, old.root).findings] == [6] * (bits >= 6)


def test_a_batch_reached_through_a_link_an_archive_and_names_that_are_no_utf_8(tmp_path: Path) -> None:
    batch, old = two(tmp_path)
    batch.image("train", "one", seed=1)
    old.image("train", "a", seed=1)
    os.rename(old.root / "train/images/a.jpg", os.fsencode(old.root / "train/images") + b"/\xff.jpg")
    (tmp_path / "links").mkdir()
    (tmp_path / "links" / "batch").symlink_to(batch.root)
    [finding] = check(
        tmp_path / "links" / "batch", "known_image", arguments=(f"--against={old.root}",)
    ).findings
    assert finding.related_sha256[0] == finding.sha256
    assert finding.related[0].startswith("../old/train/images/")


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("", "--against is empty"),
        ("missing", "no such folder"),
        ("dataset.lock", "no lock file yet"),
        ("batch", "is the dataset that is checked"),
        ("batch/train", "lies inside the other"),
        (".", "lies inside the other"),
        ("nothing", "no dataset recognised"),
    ],
)
def test_wrong_use(tmp_path: Path, given: str, said: str) -> None:
    batch, _ = two(tmp_path)
    batch.image("train", "one", seed=1)
    (tmp_path / "dataset.lock").write_text("{}")
    (tmp_path / "nothing").mkdir()
    found = check(batch.root, "known_image", arguments=(f"--against={tmp_path / given if given else ''}",))
    assert found.code == 4
    assert said in found.errors[0]
    assert "--against" in found.errors[0]


def test_known_facts_are_measured_once(tmp_path: Path) -> None:
    batch, old = two(tmp_path)
    batch.image("train", "one", seed=1)
    old.image("train", "a", seed=2).image("train", "b", seed=3)
    for tree in (batch, old):
        for file in tree.root.rglob("*.jpg"):
            os.utime(file, (1, 1))
    assert against(batch, old.root).header["measured"]["decoded"] == 3
    assert against(batch, old.root).header["measured"]["decoded"] == 0


def test_through_the_command_with_a_space_as_well(tmp_path: Path) -> None:
    batch, old = two(tmp_path)
    batch.image("train", "one", seed=1)
    old.image("train", "a", seed=1)
    command = [sys.executable, "-m", "holdfast", "check", "batch", "--against", "old", "-k", "known_image"]
    environment = os.environ | {"PYTHONPATH": str(REPOSITORY), "XDG_CACHE_HOME": str(tmp_path / "own")}
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "same bytes as ../old/train/images/a.jpg" in done.stdout


def test_with_xdist(tmp_path: Path) -> None:
    batch, old = two(tmp_path)
    batch.image("train", "one", seed=1)
    old.draw("train/images/a.png", Image.open(batch.root / "train/images/one.jpg"))
    found = check(batch.root, "known_image", arguments=(f"--against={old.root}", "-n1"))
    assert found.code == 1
    assert [f.kind for f in found.findings] == ["identical picture"]


def test_the_report_shows_pictures_of_both(tmp_path: Path) -> None:
    batch, old = two(tmp_path)
    batch.image("train", "one", seed=1)
    old.draw("test/images/a.png", Image.open(batch.root / "train/images/one.jpg"))
    page = tmp_path / "report.html"
    check_file = f"{REPOSITORY}/checks/known_image.py"
    options = (f"--against={old.root}", f"--html={page}", "--self-contained-html")
    start_process(check_file, f"--data={batch.root}", f"--cache={tmp_path / 'cache'}", *options, cwd=tmp_path)
    text = page.read_text(encoding="utf-8")
    assert text.count("data:image/jpeg;base64,") == 2
    assert "preview of ../old/test/images/a.png" in text


def test_turned_and_cut_copies_are_found_between_the_two_only(tmp_path: Path) -> None:
    batch, old = two(tmp_path)
    plain = picture(31, 480, 360)
    batch.draw("train/images/turned.png", plain.transpose(Image.Transpose.ROTATE_90))
    old.draw("train/images/a.png", plain).draw("train/images/b.png", plain.resize((240, 180)))
    found = against(batch, old.root).findings
    assert {(f.path, f.related[0], f.transform) for f in found} == {
        ("train/images/turned.png", "../old/train/images/a.png", "turned 90°"),
        ("train/images/turned.png", "../old/train/images/b.png", "turned 90°"),
    }
