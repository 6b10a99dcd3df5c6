"""Neighbours in two splits: by numbers, by times in names, by EXIF; numbers alone prove nothing."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.checking import Outcome, check
from tests.trees import Tree, tree

EXIF, ORIGINAL, DIGITISED, CHANGED, FRACTION = 0x8769, 0x9003, 0x9004, 0x0132, 0x9291
SPLITS = {"t": "train", "v": "valid", "e": "test"}


def scene(number: int, clip: int = 0, change: float = 0.1) -> Image.Image:
    """Frame `number` of a clip, which drifts from one scene to the next within ten frames."""
    at, part = divmod(number, 10)
    ends = [np.random.default_rng([clip, at + step]).uniform(0, 255, (8, 8, 3)) for step in (0, 1)]
    noise = np.random.default_rng([clip, number, 7]).uniform(0, 255, (8, 8, 3))
    mixed = (1 - change) * ((1 - part / 10) * ends[0] + part / 10 * ends[1]) + change * noise
    return Image.fromarray(mixed.astype(np.uint8)).resize((96, 96), Image.Resampling.BICUBIC)


def film(data: Tree, name: str, splits: str, change: float = 0.1, clip: int = 0, step: int = 1) -> Tree:
    """A clip: a letter a frame says its split; a dot is a frame that is missing."""
    for number, letter in enumerate(splits):
        if letter != ".":
            path = f"{SPLITS[letter]}/images/{name.format(number * step)}.jpg"
            data.draw(path, scene(number, clip, change))
    return data


def named(outcome: Outcome) -> dict[str, set[str]]:
    """Names of the evaluation images of each pair of splits, without folder and suffix."""
    found: dict[str, set[str]] = {}
    for finding in outcome.findings:
        folder = "valid" if finding.unit == "train-val" else "test"
        [path] = [path for path in (finding.path, *finding.related) if path.startswith(folder)]
        found.setdefault(finding.unit, set()).add(path.partition("/images/")[2].removesuffix(".jpg"))
    return found


def photo(data: Tree, path: str, drawn: Image.Image, **moments: str) -> Tree:
    """A JPEG with times in its EXIF, by the names of the tags."""
    exif = Image.Exif()
    tags = {"original": ORIGINAL, "digitised": DIGITISED, "fraction": FRACTION}
    inner = {tags[name]: value for name, value in moments.items() if name in tags}
    if inner:
        exif[EXIF] = inner
    if "changed" in moments:
        exif[CHANGED] = moments["changed"]
    return data.draw(path, drawn, exif=exif)


@pytest.mark.parametrize(
    "name",
    ["clip_{:04}", "frame_sec_{}", "x_mp4-{:04}_jpg.rf." + "0a" * 16, "{:06}", "f{}_left", "sub/clip ({})",
     "12 of 300 at {}", "20240501_120003_{:04}"],
)  # fmt: skip
def test_exactly_the_neighbours_are_named(tmp_path: Path, name: str) -> None:
    outcome = check(film(tree(tmp_path), name, "ttvtt..vvv..tttet..ttvet").root, "sequence_leakage")
    assert (outcome.code, outcome.severities) == (1, {"error"})
    wanted = {"train-val": (2, 21), "train-test": (15, 22), "val-test": (22,)}
    assert named(outcome) == {unit: {name.format(n) for n in numbers} for unit, numbers in wanted.items()}


def test_the_message_names_the_neighbour_and_the_share(tmp_path: Path) -> None:
    [finding] = check(film(tree(tmp_path), "clip_{:04}", "tttttvvv").root, "sequence_leakage").findings
    assert (finding.path, finding.related) == ("train/images/clip_0004.jpg", ("valid/images/clip_0005.jpg",))
    start = "next to valid/images/clip_0005.jpg: 1 frame apart by frame number in `clip_#`, distance "
    assert finding.message.startswith(start)
    assert finding.message.endswith("(leaked: 1 of 3 val images, 33.3 %)")


def test_the_gap_counts_in_usual_steps(tmp_path: Path) -> None:
    data = film(tree(tmp_path), "frame_sec_{}", "tttttt.vvv", step=10)
    assert check(data.root, "sequence_leakage").code == 0
    data.settings("[rules.sequence_leakage]\ngap = 2")
    assert named(check(data.root, "sequence_leakage")) == {"train-val": {"frame_sec_70"}}


@pytest.mark.parametrize(
    ("name", "splits", "change"),
    [("cat-{:03}", "tvtvtvtvtv", 1.0), ("clip_{}", "tv", 0.1)],
    ids=["pictures that are only numbered", "too few"],
)
def test_numbers_alone_prove_nothing(tmp_path: Path, name: str, splits: str, change: float) -> None:
    assert check(film(tree(tmp_path), name, splits, change).root, "sequence_leakage").findings == []


def test_numbers_tell_nothing_where_a_fixed_camera_makes_everything_alike(tmp_path: Path) -> None:
    data = tree(tmp_path)
    for number in range(12):
        split = ("train", "valid")[number % 2]
        for name in (f"IMG_{number:04}", f"{'qwertzuiopas'[number]}-shot"):
            noise = np.random.default_rng([number, len(name)]).uniform(0, 255, (8, 8, 3))
            still = 0.9 * np.random.default_rng(5).uniform(0, 255, (8, 8, 3)) + 0.1 * noise
            drawn = Image.fromarray(still.astype(np.uint8)).resize((96, 96), Image.Resampling.BICUBIC)
            data.draw(f"{split}/images/{name}.jpg", drawn)
    assert check(data.root, "sequence_leakage").findings == []


def test_every_clip_has_its_own_numbers(tmp_path: Path) -> None:
    data = film(tree(tmp_path), "a_{:02}", "ttttt")
    data = film(film(data, "b_{:02}", ".....vvvvv", clip=1), "walk/{:02}", "vvvvv", clip=2)
    assert check(data.root, "sequence_leakage").findings == []


def test_the_number_that_counts_need_not_be_the_last(tmp_path: Path) -> None:
    data = film(tree(tmp_path), "f_{:03}_of_300_cam2", "ttttvv")
    assert named(check(data.root, "sequence_leakage")) == {"train-val": {"f_004_of_300_cam2"}}


@pytest.mark.parametrize(
    ("first", "second", "seconds"),
    [
        ("20240501_120003", "20240501_120006", 3),
        ("PXL_20240501_120003100", "PXL_20240501_120004600", 1.5),
        ("2024-05-01T12-00-03", "2024-05-01T12-00-13", 10),
        ("trap 2024-02-28 23.59.59", "trap 2024-02-29 00.00.01", 2),
        ("cam1_20231231235959_jpg.rf." + "1" * 32, "cam1_20240101000000_jpg.rf." + "2" * 32, 1),
    ],
)
def test_times_in_names(tmp_path: Path, first: str, second: str, seconds: float) -> None:
    data = tree(tmp_path).draw(f"train/images/{first}.jpg", scene(0))
    [finding] = check(data.draw(f"test/images/{second}.jpg", scene(1)).root, "sequence_leakage").findings
    assert finding.unit == "train-test"
    assert f"{seconds:g} s apart by time in the name in `" in finding.message
    data.settings(f"[rules.sequence_leakage]\nseconds = {int(seconds) - (seconds == int(seconds))}")
    assert check(data.root, "sequence_leakage").findings == []


@pytest.mark.parametrize(
    ("first", "second", "number"),
    [
        ("20240501_120003", "20240501_120003", 25),  # another scene
        ("20240501_120003", "20240501_120103", 1),
        ("20240501_120003", "20240502_120003", 1),
        ("20240231_120003", "20240231_120004", 1),  # no day
        ("20241301_120003", "20241301_120004", 1),  # no month
        ("20240501_126003", "20240501_126004", 1),  # no minute
    ],
)
def test_times_that_are_apart_or_none(tmp_path: Path, first: str, second: str, number: int) -> None:
    data = tree(tmp_path).draw(f"train/images/{first}.jpg", scene(0))
    assert (
        check(data.draw(f"test/images/{second}.jpg", scene(number)).root, "sequence_leakage").findings == []
    )


def test_a_burst_by_the_time_of_capture(tmp_path: Path) -> None:
    data = tree(tmp_path)
    for number, (split, time) in enumerate(
        (("train", "12:00:03"), ("valid", "12:00:04"), ("train", "12:00:05"))
    ):
        name = ("aqua", "bole", "coal")[number]
        photo(data, f"{split}/images/{name}.jpg", scene(number), original=f"2024:05:01 {time}", fraction="50")
    photo(data, "valid/images/dune.jpg", scene(25), original="2024:05:01 12:00:04")
    photo(data, "valid/images/east.jpg", scene(1), original="2024:05:01 12:09:04")
    [finding] = check(data.root, "sequence_leakage").findings
    assert "1 s apart by time of capture" in finding.message
    assert "valid/images/bole.jpg" in (finding.path, *finding.related)
    assert finding.message.endswith("(leaked: 1 of 3 val images, 33.3 %)")


@pytest.mark.parametrize(
    ("moments", "leaks"),
    [
        ({"digitised": "2024:05:01 12:00:03"}, True),
        ({"changed": "2024:05:01 12:00:03"}, False),  # when an editor wrote the file
        ({"original": "0000:00:00 00:00:00"}, False),
        ({"original": "2024:02:31 12:00:03"}, False),
        ({"original": "today"}, False),
    ],
)
def test_which_times_of_exif_count(tmp_path: Path, moments: dict[str, str], leaks: bool) -> None:
    data = photo(tree(tmp_path), "train/images/aqua.jpg", scene(0), **moments)
    photo(data, "valid/images/bole.jpg", scene(1), **moments)
    assert bool(check(data.root, "sequence_leakage").findings) == leaks


def test_of_two_cameras_at_one_moment_the_picture_that_looks_alike_counts(tmp_path: Path) -> None:
    data = tree(tmp_path)
    photo(data, "train/images/aqua.jpg", scene(0), original="2024:05:01 12:00:01")
    photo(data, "train/images/bole.jpg", scene(0, clip=1), original="2024:05:01 12:00:04")
    photo(data, "valid/images/coal.jpg", scene(1), original="2024:05:01 12:00:03")
    [finding] = check(data.root, "sequence_leakage").findings
    assert (finding.path, finding.related) == ("train/images/aqua.jpg", ("valid/images/coal.jpg",))
    assert "2 s apart by time of capture" in finding.message


def test_of_several_exports_of_a_frame_those_that_fit_best_tell_the_clip(tmp_path: Path) -> None:
    data = tree(tmp_path)
    for number, letter in enumerate("tttttvvv"):
        for turn in (0, 1):
            path = f"{SPLITS[letter]}/images/a-{number:04}_jpg.rf.{number * 2 + turn:032x}.jpg"
            data.draw(path, scene(number).rotate(90 * turn * (number % 4)))
    outcome = check(data.root, "sequence_leakage")
    assert {name.partition("_")[0] for name in named(outcome)["train-val"]} == {"a-0005"}
