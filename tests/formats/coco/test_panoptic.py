"""The pictures of panoptic annotations, against their images and the segments that are declared."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from tests.checking import check
from tests.formats.coco.writing import Document, document, draw, put

FILE = "annotations/panoptic_val2017.json"
MASK = "annotations/panoptic_val2017/b.png"
IDS = [5, 70_000]
"""Segments of each image; the second needs two bytes of a colour."""


def panoptic(root: Path) -> Document:
    """Two images and their sound pictures, void in one corner."""
    data = document(["a.png", "b.png"])
    segments = [{"id": id, "category_id": 1, "bbox": [0, 0, 8, 9], "area": 72, "iscrowd": 0} for id in IDS]
    data["annotations"] = [
        {"image_id": number, "file_name": name, "segments_info": segments}
        for number, name in enumerate(("a.png", "b.png"), 1)
    ]
    draw(root, "val2017/a.png", "val2017/b.png")
    put(root, FILE, data)
    for name in ("a.png", "b.png"):
        file = root / "annotations/panoptic_val2017" / name
        file.parent.mkdir(exist_ok=True)
        picture(IDS).save(file)
    return data


def picture(ids: list[int], size: tuple[int, int] = (32, 24)) -> Image.Image:
    """Segments as colours, a column of pixels each."""
    image = Image.new("RGB", size)
    for number, id in enumerate(ids):
        image.paste((id % 256, id // 256 % 256, id // 65_536), (number, 1, number + 1, size[1]))
    return image


def messages(root: Path, rule: str) -> list[tuple[str, str]]:
    found = check(root, rule).findings
    return [(finding.path, finding.message) for finding in found]


def test_sound_pictures_are_silent(tmp_path: Path) -> None:
    panoptic(tmp_path)
    for rule in ("malformed_label", "mask_size_mismatch", "unknown_mask_value"):
        assert messages(tmp_path, rule) == []


def test_a_picture_of_another_size(tmp_path: Path) -> None:
    panoptic(tmp_path)
    picture(IDS, (16, 12)).save(tmp_path / MASK)
    [(path, message)] = messages(tmp_path, "mask_size_mismatch")
    assert (path, message) == (MASK, "16 x 12 px, its image val2017/b.png 32 x 24 px")
    assert messages(tmp_path, "malformed_label") == []


def test_what_is_no_picture(tmp_path: Path) -> None:
    panoptic(tmp_path)
    (tmp_path / MASK).write_bytes(b"not a png")
    [(path, message)] = messages(tmp_path, "malformed_label")
    assert (path, message) == (MASK, "damaged: no picture format that Pillow decodes")


@pytest.mark.parametrize(
    ("ids", "said"),
    [
        ([5], ["lacks segment 70000, declared in segments_info"]),
        ([5, 70_000, 9, 8], ["holds segments 8, 9, which segments_info does not declare"]),
        (
            [*range(6, 80)],
            [
                "lacks segments 5, 70000, declared in segments_info",
                "holds segments 6, 7, 8 and 71 more, which segments_info does not declare",
            ],
        ),
    ],
)
def test_other_segments_than_are_declared(tmp_path: Path, ids: list[int], said: list[str]) -> None:
    panoptic(tmp_path)
    picture(ids, (80, 24)).save(tmp_path / MASK)
    assert messages(tmp_path, "malformed_label") == [(MASK, message) for message in said]


def test_segments_that_cannot_be_read_are_not_compared(tmp_path: Path) -> None:
    data = panoptic(tmp_path)
    data["annotations"][1]["segments_info"] = [{"category_id": 1}, data["annotations"][1]["segments_info"][0]]
    put(tmp_path, FILE, data)
    assert messages(tmp_path, "malformed_label") == [(FILE, "segment 0 has no id")]


def test_an_image_that_is_not_there_is_one_finding_with_its_pointer(tmp_path: Path) -> None:
    data = panoptic(tmp_path)
    data["annotations"][1]["image_id"] = 777
    put(tmp_path, FILE, data)
    [finding] = check(tmp_path, "dangling_reference").findings
    assert finding.message == "annotation image_id 777 is that of no image"
    assert finding.pointer == "/annotations/1"
