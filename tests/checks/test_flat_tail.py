from __future__ import annotations

import io
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from tests.checking import check
from tests.trees import picture, sound_tree


def filled(seed: int, rows: int, width: int = 640, height: int = 480) -> Image.Image:
    """A picture whose last rows are what a decoder fills in."""
    drawn = picture(seed, width, height)
    drawn.paste((128, 128, 128), (0, height - rows, width, height))
    return drawn


@pytest.mark.parametrize("name", ["a.jpg", "a.png", "a.webp", "a.bmp"])
@pytest.mark.parametrize("rows", [64, 200])
def test_a_tail_without_data_was_saved(tmp_path: Path, name: str, rows: int) -> None:
    found = check(sound_tree(tmp_path).draw(f"train/images/{name}", filled(1, rows)).root, "flat_tail")
    assert (found.code, found.paths, found.severities) == (1, [f"train/images/{name}"], {"error"})
    count = int(found.findings[0].message.split()[2])
    assert rows - (24 if name.endswith("webp") else 8) <= count <= rows + 8


def test_what_a_lenient_loader_makes_of_half_a_download(tmp_path: Path) -> None:
    """Pillow itself, told to accept what is cut, and its result saved again."""
    whole = io.BytesIO()
    picture(1, 640, 480).save(whole, "JPEG")
    half = whole.getvalue()[: len(whole.getvalue()) // 2]
    code = (
        "import io, sys; from PIL import Image, ImageFile; ImageFile.LOAD_TRUNCATED_IMAGES = True; "
        "Image.open(io.BytesIO(sys.stdin.buffer.read())).save(sys.stdout.buffer, 'JPEG', quality=90)"
    )
    saved = subprocess.run([sys.executable, "-c", code], input=half, capture_output=True, check=True).stdout
    data = sound_tree(tmp_path).file("train/images/saved.jpg", saved).file("train/images/half.jpg", half)
    found = check(data.root, "flat_tail", "unreadable_image")
    assert {finding.path: finding.rule for finding in found.findings} == {
        "train/images/saved.jpg": "flat_tail",
        "train/images/half.jpg": "unreadable_image",
    }


def test_a_cut_that_was_closed_again_is_reported_once(tmp_path: Path) -> None:
    whole = io.BytesIO()
    picture(1, 640, 480).save(whole, "JPEG")
    closed = whole.getvalue()[: len(whole.getvalue()) // 2] + b"\xff\xd9"
    data = sound_tree(tmp_path).file("train/images/a.jpg", closed)
    found = check(data.root, "flat_tail", "unreadable_image")
    assert [finding.rule for finding in found.findings] == ["unreadable_image"]


def test_grey_that_is_no_missing_data(tmp_path: Path) -> None:
    framed = Image.new("RGB", (640, 640), (128, 128, 128))
    framed.paste(picture(1, 640, 480), (0, 80))
    padded = filled(2, 160)
    padded.paste((114, 114, 114), (0, 320, 640, 480))
    road = filled(3, 160)
    road.paste((120, 120, 120), (600, 320, 640, 480))
    data = sound_tree(tmp_path).draw("train/images/framed.jpg", framed)
    data.draw("train/images/padded.jpg", padded).draw("train/images/road.png", road)
    data.draw("train/images/grey.png", Image.new("L", (640, 480), 128))
    data.draw("train/images/thin.jpg", filled(4, 8))
    assert check(data.root, "flat_tail").findings == []


def test_the_rows_are_an_option(tmp_path: Path) -> None:
    data = sound_tree(tmp_path).draw("train/images/a.jpg", filled(1, 100))
    assert check(data.settings("[rules.flat_tail]\nmin_rows = 101\n").root, "flat_tail").findings == []
