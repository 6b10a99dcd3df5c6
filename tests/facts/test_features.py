"""Local features through the workers and the cache: measured once, the same however the picture is stored."""

from __future__ import annotations

import io
import sqlite3
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw

from holdfast.dataset import Dataset
from holdfast.facts.levels import Level
from holdfast.facts.scan import open_scanner
from holdfast.features import similar
from tests.formats.reading import read_tree

SIDE = 320
TURNED = 6
"""The EXIF orientation of a picture that is stored turned by 90 degrees."""


def picture(seed: int) -> Image.Image:
    random = np.random.default_rng(seed)
    image = Image.new("RGB", (SIDE, SIDE), tuple(int(value) for value in random.integers(60, 200, 3)))
    draw = ImageDraw.Draw(image)
    for _ in range(50):
        x, y, size = (int(value) for value in (*random.integers(0, SIDE, 2), random.integers(10, 60)))
        draw.ellipse(
            (x, y, x + size, y + size // 2), fill=tuple(int(value) for value in random.integers(0, 256, 3))
        )
    return image


def written(root: Path, images: dict[str, bytes]) -> Dataset:
    for name, data in images.items():
        image, label = root / "train/images" / name, root / "train/labels" / f"{name[:-4]}.txt"
        for file, content in ((image, data), (label, b"0 0.5 0.5 0.2 0.2\n")):
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content)
    return read_tree(root)


def encoded(image: Image.Image, form: str, **options: object) -> bytes:
    data = io.BytesIO()
    image.save(data, form, **options)
    return data.getvalue()


def features_of(dataset: Dataset, cache: Path, level: Level = Level.SKETCH) -> tuple[dict[str, bytes], int]:
    """The features by file name, and how many pictures were decoded for them."""
    with open_scanner(dataset.root, cache) as scanner:
        measured = scanner.measure(dataset, level)
        before = scanner.counts.decoded
        hashed = measured.images.filter(measured.images["fault"].is_null())
        paths = dict(hashed.select("sha256", "path").iter_rows())
        found = scanner.features(paths)
        return {
            paths[digest].rpartition("/")[2]: blob for digest, blob in found.items()
        }, scanner.counts.decoded - before


def test_they_are_measured_with_the_rest_and_kept(tmp_path: Path) -> None:
    images = {f"{seed}.jpg": encoded(picture(seed), "JPEG") for seed in range(3)}
    dataset = written(tmp_path / "data", images)
    with open_scanner(dataset.root, tmp_path / "cache") as scanner:
        scanner.finish(dataset, scanner.start(dataset, Level.SKETCH, features=True))
        assert scanner.counts.decoded == 3
    found, decoded = features_of(dataset, tmp_path / "cache")
    assert decoded == 0
    assert set(found) == set(images)
    assert all(found.values())


def test_what_is_not_kept_is_measured(tmp_path: Path) -> None:
    dataset = written(tmp_path / "data", {"a.jpg": encoded(picture(0), "JPEG")})
    first, decoded = features_of(dataset, tmp_path / "cache")
    assert decoded == 1
    assert features_of(dataset, tmp_path / "cache") == (first, 0)


@pytest.mark.parametrize("value", [b"", b"rotten", b"\xff" * 5_000])
def test_a_rotten_row_is_measured_again(tmp_path: Path, value: bytes) -> None:
    dataset = written(tmp_path / "data", {"a.jpg": encoded(picture(0), "JPEG")})
    first, _ = features_of(dataset, tmp_path / "cache")
    [file] = (tmp_path / "cache").glob("*.sqlite")
    with closing(sqlite3.connect(file)) as base, base:
        base.execute("UPDATE features SET packed = ?", (value,))
    assert features_of(dataset, tmp_path / "cache") == (first, 1)


def test_they_do_not_depend_on_the_level(tmp_path: Path) -> None:
    dataset = written(tmp_path / "data", {"a.jpg": encoded(picture(0), "JPEG", quality=95)})
    found = []
    for level in (Level.SKETCH, Level.EXACT):
        with open_scanner(dataset.root, tmp_path / level.name) as scanner:
            measured = scanner.finish(dataset, scanner.start(dataset, level, features=True))
            found.append(scanner.cache.features(measured.images["sha256"]))
    assert found[0] == found[1]
    assert len(found[0]) == 1


def test_the_displayed_picture_counts_whatever_holds_it(tmp_path: Path) -> None:
    shown = picture(0)
    exif = Image.Exif()
    exif[0x0112] = TURNED
    clear = shown.convert("RGBA")
    clear.putalpha(255)
    grey = np.asarray(shown).max(axis=2).astype(np.uint16)  # the brightest channel is what counts
    images = {
        "plain.jpg": encoded(shown, "JPEG", quality=92),
        "turned.jpg": encoded(shown.transpose(Image.Transpose.ROTATE_90), "JPEG", quality=92, exif=exif),
        "clear.png": encoded(clear, "PNG"),
        "palette.png": encoded(shown.quantize(200), "PNG"),
        "deep.png": encoded(Image.fromarray(grey * 100 + 5_000), "PNG"),
        "stretched.png": encoded(shown.resize((SIDE * 2, SIDE)), "PNG"),
        "other.jpg": encoded(picture(1), "JPEG"),
    }
    found, _ = features_of(written(tmp_path / "data", images), tmp_path / "cache")
    names = sorted(found)
    pairs = similar([found[name] for name in names])
    same = [name for name in names if name != "other.jpg"]
    met = {(names[a], names[b]) for a, b in zip(pairs.first.tolist(), pairs.second.tolist(), strict=True)}
    assert met == {(a, b) for a in same for b in same if a < b}
    moved = pairs.transforms - np.array([[1, 0, 0], [0, 1, 0]])
    assert np.abs(moved).max() < 0.15


def test_what_is_hidden_by_transparency_does_not_count(tmp_path: Path) -> None:
    hidden = picture(0).convert("RGBA")
    hidden.putalpha(0)
    found, _ = features_of(
        written(tmp_path / "data", {"hidden.png": encoded(hidden, "PNG")}), tmp_path / "cache"
    )
    assert found == {"hidden.png": b""}


def test_what_does_not_decode_has_none(tmp_path: Path) -> None:
    data = encoded(picture(0), "JPEG")
    dataset = written(tmp_path / "data", {"cut.jpg": data[: len(data) // 2], "text.png": b"no picture"})
    with open_scanner(dataset.root, tmp_path / "cache") as scanner:
        measured = scanner.finish(dataset, scanner.start(dataset, Level.SKETCH, features=True))
        assert scanner.features(dict(measured.images.select("sha256", "path").iter_rows())) == {}
