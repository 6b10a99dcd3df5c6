from __future__ import annotations

import io
from pathlib import Path

import pytest
from PIL import Image

from tests.checking import check
from tests.trees import picture, sound_tree

FRAMES = [picture(seed) for seed in range(4)]


def stack(pages: list[Image.Image], **options: str) -> bytes:
    file = io.BytesIO()
    pages[0].save(file, "TIFF", save_all=True, append_images=pages[1:], **options)
    return file.getvalue()


@pytest.mark.parametrize(("name", "what"), [("a.gif", "GIF"), ("a.png", "PNG"), ("a.webp", "WEBP")])
def test_an_animation(tmp_path: Path, name: str, what: str) -> None:
    data = sound_tree(tmp_path)
    data.draw(f"train/images/{name}", FRAMES[0], save_all=True, append_images=FRAMES[1:])
    data.draw(f"train/images/still_{name}", FRAMES[0])
    found = check(data.root, "animated_image")
    assert (found.code, found.paths, found.severities) == (0, [f"train/images/{name}"], {"warning"})
    assert found.findings[0].message == f"4 frames in this {what}: most loaders take the first only"


@pytest.mark.parametrize("options", [{}, {"compression": "tiff_lzw"}, {"compression": "jpeg"}])
def test_the_pages_of_a_tiff(tmp_path: Path, options: dict[str, str]) -> None:
    data = sound_tree(tmp_path)
    data.file("train/images/a.tif", stack(FRAMES, **options)).file("train/images/b.tif", stack(FRAMES[:1]))
    [finding] = check(data.root, "animated_image").findings
    assert finding.path == "train/images/a.tif"
    assert finding.message == "4 pages in this TIFF: most loaders take the first only"


def test_the_second_view_of_a_phone_is_none(tmp_path: Path) -> None:
    data = sound_tree(tmp_path)
    data.draw("train/images/a.jpg", FRAMES[0], "MPO", save_all=True, append_images=FRAMES[1:])
    assert check(data.root, "animated_image").findings == []


def test_a_set_of_stacks_is_said_once(tmp_path: Path) -> None:
    data = sound_tree(tmp_path)
    for number in range(3):
        data.file(f"train/images/{number}.tif", stack([picture(number), picture(9)]))
    found = check(data.root, "animated_image")
    assert (found.paths, found.severities) == (["train/images/0.tif"], {"info"})
