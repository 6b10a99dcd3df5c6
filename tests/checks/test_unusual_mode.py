from __future__ import annotations

import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.checking import check
from tests.trees import Tree, picture, sound_tree, tree


def drawn(folder: Path) -> Tree:
    data = sound_tree(folder)
    for number in range(12):
        data.image("train", f"plain{number:02}", suffix=".png")
    return data.draw("train/images/grey.png", picture(50).convert("L"))


def alpha(seed: int) -> Image.Image:
    return Image.merge("RGBA", (*picture(seed).split(), picture(seed + 1).convert("L")))


def deep_colour() -> bytes:
    """A PNG of 16 bits a sample in three channels, which Pillow reads as 8."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        crc = zlib.crc32(kind + content)
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", crc)

    header = struct.pack(">IIBBBBB", 40, 30, 16, 2, 0, 0, 0)
    rows = b"".join(b"\0" + bytes((x * y) % 251 for x in range(240)) for y in range(30))
    parts = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + parts


DEEP = Image.fromarray(np.asarray(picture(60).convert("L")).astype(np.uint16) * 200)


@pytest.mark.parametrize(
    ("name", "image", "mode", "how"),
    [
        ("a.png", alpha(1), "RGBA", "with transparency"),
        ("a.png", picture(1).quantize(16), "P", "with a palette"),
        ("a.jpg", picture(1).convert("CMYK"), "CMYK", "as CMYK"),
        ("a.png", DEEP, "I;16", "with 16 bits or more"),
        ("a.tif", DEEP, "I;16", "with 16 bits or more"),
        ("a.tif", Image.fromarray(np.ones((40, 40), np.float32)), "F", "with 16 bits or more"),
        ("a.tif", picture(1).convert("LAB"), "LAB", "in another colour space"),
    ],
)
def test_one_that_is_stored_otherwise(
    tmp_path: Path, name: str, image: Image.Image, mode: str, how: str
) -> None:
    found = check(drawn(tmp_path).draw(f"train/images/{name}", image).root, "unusual_mode")
    assert (found.code, found.paths, found.severities) == (0, [f"train/images/{name}"], {"warning"})
    assert found.findings[0].message == f"{mode}: stored {how}, most others plainly"
    assert found.header["measured"]["decoded"] == 0


def test_colours_of_16_bits(tmp_path: Path) -> None:
    data = drawn(tmp_path).file("train/images/a.png", deep_colour())
    [finding] = check(data.root, "unusual_mode").findings
    assert finding.message == "RGB;16: stored with 16 bits or more, most others plainly"


def test_what_most_are_is_usual(tmp_path: Path) -> None:
    data = tree(tmp_path)
    for number in range(12):
        data.draw(f"train/images/{number:02}.png", DEEP)
    data.draw("train/images/plain.png", picture(1))
    assert check(data.root, "unusual_mode").paths == ["train/images/plain.png"]


def test_what_many_are_is_said_once(tmp_path: Path) -> None:
    data = drawn(tmp_path)
    for number in range(5):
        data.draw(f"train/images/alpha{number}.png", alpha(number))
    found = check(data.draw("train/images/cmyk.jpg", picture(1).convert("CMYK")).root, "unusual_mode")
    assert [(finding.path, str(finding.severity)) for finding in found.findings] == [
        ("train/images/alpha0.png", "info"),
        ("train/images/cmyk.jpg", "warning"),
    ]
    data.settings("[rules.unusual_mode]\nmax_share = 0.5\n")
    assert len(check(data.root, "unusual_mode").findings) == 6
