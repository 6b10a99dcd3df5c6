"""Which pictures are called the same: the ways to destroy good data, and those to miss a copy."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from tests.checking import check
from tests.trees import Tree, picture, tree

PAIRS = ("exact_duplicate", "near_duplicate")


def found(data: Tree) -> dict[str, str]:
    """The kind of each pair that is found, by the stems of its two images."""
    return {
        Path(finding.path).stem + Path(finding.related[0]).stem: str(finding.kind)
        for finding in check(data.root, *PAIRS).findings
    }


@pytest.mark.parametrize("other", ["bmp", "tif", "webp", "gif", "tga"])
def test_one_picture_in_two_containers(tmp_path: Path, other: str) -> None:
    drawn = picture(1).quantize(40).convert("RGB")
    options: dict[str, Any] = {"lossless": True} if other == "webp" else {}
    data = tree(tmp_path).draw("train/images/a.png", drawn).draw(f"train/images/b.{other}", drawn, **options)
    assert found(data) == {"ab": "identical picture"}


def test_metadata_is_no_difference(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x010E] = "a wall"
    data = (
        tree(tmp_path)
        .draw("train/images/a.jpg", picture(1))
        .draw("train/images/b.jpg", picture(1), exif=exif)
    )
    assert found(data) == {"ab": "identical picture"}


def test_eight_orientations_of_one_picture(tmp_path: Path) -> None:
    turns = (None, 0, 3, 1, 5, 2, 6, 4)  # Image.Transpose whose EXIF orientation shows the original again
    data = tree(tmp_path)
    for orientation, turn in enumerate(turns, 1):
        stored = picture(3) if turn is None else picture(3).transpose(Image.Transpose(turn))
        exif = Image.Exif()
        exif[0x0112] = orientation
        data.draw(f"train/images/{orientation}.png", stored, exif=exif)
    assert found(data) == {a + b: "identical picture" for a, b in combinations("12345678", 2)}


def test_orientations_as_a_camera_writes_them_are_near(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    data = tree(tmp_path).draw("train/images/a.jpg", picture(3))
    data.draw("train/images/b.jpg", picture(3).transpose(Image.Transpose.ROTATE_90), exif=exif, quality=80)
    assert found(data) == {"ab": "re-encoded"}


def test_equal_bits_of_another_shape_or_mode_are_other_pictures(tmp_path: Path) -> None:
    data = tree(tmp_path).draw("train/images/a.png", Image.new("L", (10, 20)))
    data.draw("train/images/b.png", Image.new("L", (20, 10)))
    data.draw("train/images/c.png", Image.new("I;16", (10, 20)))
    assert found(data) == {}


def test_sixteen_bits_that_clip_to_white(tmp_path: Path) -> None:
    data = tree(tmp_path)
    for name, seed in (("a", 1), ("b", 2)):
        grey = np.asarray(picture(seed).convert("L"), dtype=np.uint16)
        data.draw(f"train/images/{name}.png", Image.fromarray(grey * 100 + 5000))
    assert found(data) == {}


def test_sixteen_bits_that_differ_below_eight(tmp_path: Path) -> None:
    deep = np.asarray(picture(1).convert("L"), dtype=np.uint16) * 256
    data = tree(tmp_path).draw("train/images/a.png", Image.fromarray(deep))
    data.draw("train/images/b.png", Image.fromarray(deep + np.uint16(1)))
    assert found(data).get("ab") != "identical picture"


def test_white_and_blue(tmp_path: Path) -> None:
    data = tree(tmp_path).draw("train/images/a.png", Image.new("RGB", (64, 64), "white"))
    data.draw("train/images/b.png", Image.new("RGB", (64, 64), "blue"))
    data.draw("train/images/c.png", Image.new("RGB", (64, 64), (255, 255, 254)))
    assert found(data) == {}


def test_colours_of_one_grey(tmp_path: Path) -> None:
    green, red = Image.new("RGB", (64, 64), (0, 100, 0)), Image.new("RGB", (64, 64), (196, 0, 1))
    assert green.convert("L").tobytes() == red.convert("L").tobytes()
    assert found(tree(tmp_path).draw("train/images/a.png", green).draw("train/images/b.png", red)) == {}


def test_shapes_drawn_in_alpha_only(tmp_path: Path) -> None:
    data = tree(tmp_path)
    for name, seed in (("a", 1), ("b", 2)):
        drawn = Image.new("RGBA", (128, 96), "black")
        drawn.putalpha(picture(seed).convert("L"))
        data.draw(f"train/images/{name}.png", drawn)
    assert found(data) == {}


def test_animations_with_one_first_frame(tmp_path: Path) -> None:
    data = tree(tmp_path)
    for name, seed in (("a", 2), ("b", 3)):
        data.draw(f"train/images/{name}.gif", picture(1), save_all=True, append_images=[picture(seed)])
    assert found(data).get("ab") != "identical picture"


def test_empty_and_broken_files_are_not_one_picture(tmp_path: Path) -> None:
    data = (
        tree(tmp_path).image("train", "ok").file("train/images/a.jpg", "junk").file("train/images/b.jpg", "x")
    )
    data.file("train/images/c.png", "")
    assert found(data) == {}


def test_empty_files_are_no_copies(tmp_path: Path) -> None:
    data = tree(tmp_path).file("train/images/a.jpg").file("train/images/b.jpg").image("train", "c")
    assert found(data) == {}


def test_pages_of_a_tiff_belong_to_the_picture(tmp_path: Path) -> None:
    data = tree(tmp_path)
    for name, page in (("a", 2), ("b", 3)):
        picture(1).save(data.path(f"train/images/{name}.tif"), save_all=True, append_images=[picture(page)])
    assert found(data) == {"ab": "re-encoded"}


def test_many_copies_keep_an_edge_in_each_split_and_between_splits(tmp_path: Path) -> None:
    data = tree(tmp_path).image("test", "one", seed=1)
    for number in range(70):
        data.copy("test/images/one.jpg", f"train/images/{number:02}.jpg")
    for number in range(3):
        data.copy("test/images/one.jpg", f"valid/images/{number}.jpg")
    findings = check(data.root, "exact_duplicate", "near_duplicate", "split_leakage").findings
    assert {finding.kind for finding in findings} == {"identical bytes"}
    concerned: dict[str, set[str]] = {}
    for finding in findings:
        concerned.setdefault(f"{finding.rule} {finding.unit}", set()).update((finding.path, *finding.related))
    sizes = {name: len(paths) for name, paths in concerned.items()}
    assert sizes == {
        "exact_duplicate train": 70,
        "exact_duplicate val": 3,
        "split_leakage train-val": 73,
        "split_leakage train-test": 71,
        "split_leakage val-test": 4,
    }


def test_many_flat_pictures_are_nothing_to_compare(tmp_path: Path) -> None:
    data = tree(tmp_path)
    for number in range(300):
        data.draw(f"train/images/{number:03}.png", Image.new("RGB", (8, 8), (number % 256, number // 256, 7)))
    outcome = check(data.root, "near_duplicate")
    assert outcome.code == 0
    assert outcome.header["measured"]["decoded"] <= 600  # each once, and once more where the greys are equal


def test_equal_histograms_are_compared_among_each_other(tmp_path: Path) -> None:
    """The first of a class of equal histograms is another picture: the rest are still each other's copies."""
    data, drawn = tree(tmp_path), picture(1)
    data.draw("test/images/first.png", drawn.transpose(Image.Transpose.FLIP_LEFT_RIGHT))
    for number in range(40):
        info = PngInfo()
        info.add_text("number", str(number))
        split = "train" if number % 2 else "valid"
        data.draw(f"{split}/images/{number:02}.png", drawn, pnginfo=info)
    findings = check(data.root, "exact_duplicate", "split_leakage").findings
    concerned: dict[tuple[str, str | None], set[str]] = {}
    for finding in findings:
        concerned.setdefault((finding.unit, finding.kind), set()).update((finding.path, *finding.related))
    assert {key: len(paths) for key, paths in concerned.items()} == {
        ("train", "identical picture"): 20,
        ("val", "identical picture"): 20,
        ("train-val", "identical picture"): 40,
        ("train-test", "rotated/flipped"): 21,
        ("val-test", "rotated/flipped"): 21,
    }
