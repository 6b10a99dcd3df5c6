from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from tests.checking import check
from tests.formats.masks.drawing import Masks, classes, coloured, indexed, masks_tree, usual_tree
from tests.trees import sound_tree

LABELMAP = "background:0,0,0::\ncat:250,50,83::\ndog:50,183,250::\n"


def with_dots(mask: NDArray[np.uint8], *values: int) -> NDArray[np.uint8]:
    """The mask with one more pixel of each value."""
    changed = mask.copy()
    changed[46, : len(values)] = values
    return changed


def test_values_that_no_list_names(tmp_path: Path) -> None:
    data = usual_tree(tmp_path)
    data.draw("train/masks/0.png", Image.fromarray(with_dots(classes(), 7, 9, 9, 200, 254, 255)))
    data.draw("val/masks/1.png", indexed(with_dots(classes(), 3)))
    found = check(data.root, "unknown_mask_value")
    assert found.code == 1
    assert [(finding.path, finding.message) for finding in found.findings] == [
        (
            "train/masks/0.png",
            "7 (1 px), 9 (2 px), 200 (1 px) and 1 more: no class; declared: 2",
        ),
        ("val/masks/1.png", "3 (1 px): no class; declared: 2"),
    ]
    assert found.severities == {"error"}
    assert not found.findings[0].fixable


def test_colours_that_no_list_names(tmp_path: Path) -> None:
    data = masks_tree(tmp_path).file("labelmap.txt", LABELMAP)
    for number in range(4):
        drawn = coloured(classes())
        drawn[46, 0] = (250, 50, 84) if number == 2 else 0
        data.pair(f"images/{number}.jpg", f"masks/{number}.png", drawn)
    [finding] = check(data.root, "unknown_mask_value").findings
    assert (finding.path, finding.message) == (
        "masks/2.png", "#fa3254 (1 px): no class; declared: 2"
    )  # fmt: skip


def test_masks_of_0_and_255_where_numbers_are_declared(tmp_path: Path) -> None:
    data = masks_tree(tmp_path).file("classes.txt", "background\ncrack\n")
    for number in range(3):
        data.pair(f"images/{number}.jpg", f"masks/{number}.png", (classes() > 0).astype(np.uint8) * 255)
    found = check(data.root, "unknown_mask_value")
    assert [finding.message for finding in found.findings] == ["255 (825 px): no class; declared: 1"] * 3


def plain(folder: Path, count: int = 8) -> Masks:
    """Masks of 0, 1, 2 and 255 with nothing that names them."""
    data = masks_tree(folder)
    drawn = with_dots(classes(), 255)
    for number in range(count):
        data.pair(f"images/{number}.png", f"masks/{number}.png", drawn)
    return data


def test_without_a_list_rare_values_are_a_warning(tmp_path: Path) -> None:
    data = plain(tmp_path)
    data.draw("masks/3.png", Image.fromarray(with_dots(classes(), 7, 7)))
    found = check(data.root, "unknown_mask_value")
    assert found.code == 0
    assert [(finding.path, finding.message) for finding in found.findings] == [
        ("masks/3.png", "7 (2 px): no class, as it seems; smoothed or compressed masks hold such values")
    ]
    assert found.severities == {"warning"}


@pytest.mark.parametrize("how", ["smoothed", "jpeg"])
def test_smoothed_and_compressed_masks(tmp_path: Path, how: str) -> None:
    data = masks_tree(tmp_path)
    drawn = Image.fromarray((classes() > 0).astype(np.uint8) * 255)
    for number in range(6):
        spoilt = number in (2, 4)
        name = f"masks/{number}.jpg" if spoilt and how == "jpeg" else f"masks/{number}.png"
        smooth = drawn.resize((61, 45)).resize((64, 48), Image.Resampling.BICUBIC)
        data.pair(f"images/{number}.png", name, smooth if spoilt and how == "smoothed" else drawn)
    found = check(data.root, "unknown_mask_value")
    assert [finding.path.rpartition(".")[0] for finding in found.findings] == ["masks/2", "masks/4"]


def test_a_class_that_is_small_but_once_large_is_none_of_these(tmp_path: Path) -> None:
    data = plain(tmp_path)
    data.draw("masks/3.png", Image.fromarray(with_dots(classes(), 7)))
    large = classes()
    large[:, 60:] = 7
    data.draw("masks/4.png", Image.fromarray(large))
    assert check(data.root, "unknown_mask_value").findings == []


def test_options(tmp_path: Path) -> None:
    data = plain(tmp_path)
    many = np.repeat(np.arange(48, dtype=np.uint8)[:, None], 64, axis=1)
    data.draw("masks/3.png", Image.fromarray(many))
    assert check(data.root, "unknown_mask_value").findings == []
    data.settings("[rules.unknown_mask_value]\nmax_values = 40\n")
    assert check(data.root, "unknown_mask_value").paths == ["masks/3.png"]
    data.settings("[rules.unknown_mask_value]\nmin_share = 0.5\n")
    assert len(check(data.root, "unknown_mask_value").findings) == 8


def test_a_dataset_without_masks(tmp_path: Path) -> None:
    assert check(sound_tree(tmp_path).root, "unknown_mask_value").code == 0
