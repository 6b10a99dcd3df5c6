"""Two stages find what one full decode of everything finds."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from PIL import Image, ImageEnhance

from holdfast import Dataset, Fault, Problem
from holdfast.facts.levels import Level
from holdfast.facts.scan import Scanner, open_scanner
from holdfast.pairing import candidates, find, find_pairs
from holdfast.pairs import Signals
from tests.checking import check
from tests.formats.reading import read_tree
from tests.trees import Tree, picture, tree

RULES = ("exact_duplicate", "near_duplicate", "split_leakage", "conflicting_labels", "unreadable_image")


def jpeg(drawn: Image.Image, **options: object) -> bytes:
    file = io.BytesIO()
    drawn.save(file, "JPEG", **options)
    return file.getvalue()


def opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data))


def noise(seed: int, spread: float, level: float = 100) -> Image.Image:
    values = np.random.default_rng(seed).normal(level, spread, (300, 400))
    return Image.fromarray(np.clip(values, 0, 255).astype(np.uint8))


def pictures(data: Tree) -> None:
    """Photographs with copies of every kind, and what looks alike without being so."""
    exif = Image.Exif()
    exif[0x0112] = 6
    for seed in range(8):
        whole = jpeg(picture(seed, 400, 300), quality=90)
        drawn = opened(whole)
        data.file(f"train/images/{seed}.jpg", whole)
        data.file(f"train/images/said{seed}.jpg", whole[:2] + b"\xff\xfe\0\6copy" + whole[2:])
        data.draw(f"valid/images/exact{seed}.png", drawn)
        data.draw(f"valid/images/again{seed}.jpg", drawn, quality=55)
        data.draw(f"valid/images/tiny{seed}.jpg", drawn.resize((100, 75)))
        data.draw(f"test/images/small{seed}.jpg", drawn.resize((260, 195)), progressive=True)
        data.draw(f"test/images/bright{seed}.jpg", ImageEnhance.Brightness(drawn).enhance(1.15))
        data.draw(f"test/images/turned{seed}.jpg", drawn.transpose(Image.Transpose.ROTATE_90), exif=exif)


def oddities(data: Tree) -> None:
    """Flat pictures, noise, transparency, deep and printed ones, and two views in one file."""
    for number, colour in enumerate(["white", "white", "blue", "grey", "grey"]):
        data.draw(
            f"train/images/flat{number}.jpg", Image.new("RGB", (400, 300), colour), quality=80 + number // 4
        )
        data.draw(
            f"valid/images/flat{number}.png", Image.new("RGB", (400, 300), colour), compress_level=number
        )
    for number, spread in enumerate((2, 6, 9, 30)):
        whole = jpeg(noise(number, spread), quality=95)
        data.file(f"train/images/noise{number}.jpg", whole)
        data.draw(f"valid/images/noise{number}.png", opened(whole))
        data.draw(f"test/images/noise{number}.jpg", noise(number + 9, spread))
    drawn = picture(40, 400, 300)
    alpha = Image.linear_gradient("L").resize(drawn.size)
    data.draw("train/images/clear.png", Image.merge("RGBA", (*drawn.split(), alpha)))
    data.draw("valid/images/opaque.png", drawn).draw("test/images/clear.webp", drawn, lossless=True)
    deep = np.asarray(drawn.convert("L"), dtype=np.uint16)
    data.draw("train/images/deep.png", Image.fromarray(deep * 100)).draw(
        "test/images/deep.tif", Image.fromarray(deep * 100)
    )
    data.draw("valid/images/deeper.png", Image.fromarray(deep * 100 + 1))
    printed = jpeg(drawn.convert("CMYK"))
    data.file("train/images/cmyk.jpg", printed).draw("valid/images/cmyk.tif", opened(printed))
    views = io.BytesIO()
    drawn.save(views, "MPO", save_all=True, append_images=[picture(41, 400, 300)])
    data.file("train/images/views.jpg", views.getvalue()).draw("valid/images/view.jpg", drawn)


@pytest.mark.parametrize("draw", [pictures, oddities])
def test_both_ways_find_the_same(tmp_path: Path, draw: Callable[[Tree], None]) -> None:
    found = {}
    for way in ("draft", "full"):
        data = tree(tmp_path / way)
        draw(data)
        outcome = check(data.settings(f'decode = "{way}"').root, *RULES)
        found[way] = outcome.findings
        assert outcome.code == 1
    assert found["draft"] == found["full"]
    assert len(found["full"]) > 20


_FAIL = """
from PIL import ImageFile
load = ImageFile.ImageFile.load
def fail(image):
    if image.size == (400, 300) and image.info.get("comment") == b"bad":
        raise OSError("broken data stream")
    return load(image)
ImageFile.ImageFile.load = fail
"""


@dataclass(frozen=True, slots=True)
class Paired:
    """A dataset with its pairs, and the scanner that made them."""

    dataset: Dataset
    scanner: Scanner

    @property
    def kinds(self) -> dict[str, str]:
        """The kind of each pair, by the stems of its two images."""
        rows = self.dataset.pairs.select("path", "other", "kind").rows()
        return {Path(path).stem + Path(other).stem: kind for path, other, kind in rows}

    @property
    def faults(self) -> dict[str, tuple[str, str]]:
        """Fault and detail of each image that has one, by its stem."""
        rows = (
            self.dataset.images.filter(pl.col("fault").is_not_null()).select("path", "fault", "detail").rows()
        )
        return {Path(path).stem: (fault, detail) for path, fault, detail in rows}


def paired(data: Tree, distance: int | None = 8, between: Callable[[], object] | None = None) -> Paired:
    """The pairs of a tree; `between` is done after measuring and before comparing."""
    with open_scanner(data.root, data.root.parent / "cache") as scanner:
        dataset = scanner.measure(read_tree(data.root), Level.SKETCH)
        if between is not None:
            between()
        return Paired(find_pairs(dataset, Signals(distance), scanner), scanner)


def test_copies_that_differ_in_metadata_are_proved_without_a_decode(tmp_path: Path) -> None:
    data = tree(tmp_path)
    whole = jpeg(picture(1, 400, 300))
    for number in range(6):
        data.file(f"train/images/{number}.jpg", whole[:2] + b"\xff\xfe\0\3" + bytes([number]) + whole[2:])
    found = paired(data)
    assert set(found.kinds.values()) == {"identical picture"}
    assert len(found.kinds) == 15
    assert (found.scanner.counts.decoded, found.scanner.counts.full) == (6, 0)


def test_a_changed_file_is_not_checked(tmp_path: Path) -> None:
    data = tree(tmp_path).draw("train/images/a.jpg", picture(1, 400, 300))
    data.draw("train/images/b.jpg", picture(1, 400, 300), quality=60)
    found = paired(data, between=lambda: data.draw("train/images/b.jpg", picture(2, 400, 300)))
    assert found.faults == {"b": (Fault.NOT_CHECKED, "it changed while it was checked")}
    assert found.kinds == {}


def test_a_file_that_is_gone_is_not_checked(tmp_path: Path) -> None:
    data = tree(tmp_path).draw("train/images/a.jpg", picture(1, 400, 300))
    data.draw("train/images/b.jpg", picture(1, 400, 300), quality=60)
    found = paired(data, between=data.path("train/images/b.jpg").unlink)
    assert found.faults == {"b": (Fault.NOT_CHECKED, "no such file or directory")}


def test_what_decodes_at_a_cheap_scale_only_is_at_fault(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "fails"
    folder.mkdir()
    (folder / "sitecustomize.py").write_text(_FAIL)
    monkeypatch.setenv("PYTHONPATH", str(folder))
    data = tree(tmp_path).draw("train/images/a.jpg", picture(1, 400, 300))
    data.draw("train/images/b.jpg", picture(1, 400, 300), quality=60, comment=b"bad")
    for _ in range(2):  # a fault is found again, not forgotten
        found = paired(data)
        assert found.faults == {"b": (Fault.DAMAGED, "OSError: broken data stream")}
        assert found.kinds == {}


def test_more_candidates_than_are_compared_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(candidates, "LIMIT", 5)
    monkeypatch.setattr(find, "LIMIT", 5)
    data = tree(tmp_path)
    for number in range(6):
        data.draw(f"train/images/{number}.png", picture(1), compress_level=number)
        data.copy(f"train/images/{number}.png", f"valid/images/{number}.png")
    problems = paired(data).dataset.problems.filter(kind=Problem.NOT_COMPARED)["message"].to_list()
    assert len(problems) == 1
    assert problems[0].startswith("more than 5 pairs of pictures are near enough to be compared")


def test_very_many_equal_pictures_become_a_star_in_each_split(tmp_path: Path) -> None:
    data = tree(tmp_path)
    whole = jpeg(picture(1, 160, 130))
    for number in range(60):
        comment = number.to_bytes(1, "big")
        data.file(
            f"{'train' if number % 2 else 'valid'}/images/{number:02}.jpg",
            whole[:2] + b"\xff\xfe\0\3" + comment + whole[2:],
        )
    found = paired(data)
    pairs = found.dataset.pairs
    assert set(pairs["kind"]) == {"identical picture"}
    assert pairs.height <= 2 * 60
    assert set(pairs["path"]) | set(pairs["other"]) == set(found.dataset.images["path"])
    assert pairs.filter(pl.col("split") != pl.col("other_split")).height >= 59


def test_new_images_are_compared_and_known_ones_are_not(tmp_path: Path) -> None:
    data = tree(tmp_path)
    for number in range(60):
        data.image("train", f"{number}", seed=number)
    first = paired(data)
    assert 60 * 59 // 2 <= first.scanner.counts.compared <= 60 * 60
    data.draw("valid/images/new.jpg", picture(7), quality=60).draw("valid/images/other.jpg", picture(99))
    again = paired(data)
    assert 60 <= again.scanner.counts.compared <= 2 * 62
    assert again.kinds == {"7new": "re-encoded"}
    data.path("train/images/9.jpg").unlink()
    least = paired(data)
    assert (least.scanner.counts.compared, least.kinds) == (0, {"7new": "re-encoded"})


def test_equal_pictures_are_found_without_a_distance(tmp_path: Path) -> None:
    whole = jpeg(picture(1, 400, 300))
    data = tree(tmp_path).file("train/images/a.jpg", whole).draw("train/images/b.png", opened(whole))
    data.draw("train/images/c.jpg", picture(1, 400, 300), quality=50)
    assert paired(data, distance=None).kinds == {"ab": "identical picture"}
