from __future__ import annotations

from pathlib import Path

from PIL import Image

from tests.checking import check
from tests.trees import sound_tree


def test_an_image_of_many_pixels(tmp_path: Path) -> None:
    data = sound_tree(tmp_path).draw("train/images/large.png", Image.new("1", (10_000, 5_001)))
    data.draw("train/images/enough.png", Image.new("1", (10_000, 5_000)))
    found = check(data.root, "oversized_image")
    assert (found.code, found.paths, found.severities) == (0, ["train/images/large.png"], {"warning"})
    assert found.findings[0].message == "10000 x 5001 px, 50.0 million pixels, above 50"


def test_the_bound_is_an_option(tmp_path: Path) -> None:
    data = sound_tree(tmp_path).draw("train/images/a.png", Image.new("1", (2_000, 1_000)))
    data.settings("[rules.oversized_image]\nmax_megapixels = 1.5\n")
    assert check(data.root, "oversized_image").paths == ["train/images/a.png"]
