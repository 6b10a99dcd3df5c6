from __future__ import annotations

from pathlib import Path

from PIL import Image

from tests.checking import check
from tests.trees import Tree, tree


def drawn(folder: Path, sizes: list[tuple[int, int]]) -> Tree:
    data = tree(folder)
    for number, (width, height) in enumerate(sizes):
        data.draw(f"{('train', 'valid')[number % 2]}/images/{number:02}.png", Image.new("L", (width, height)))
    return data


def test_one_that_is_far_from_the_others(tmp_path: Path) -> None:
    found = check(drawn(tmp_path, [(320, 320)] * 12 + [(1280, 1280), (60, 60), (160, 160)]).root, "odd_size")
    assert found.paths == ["train/images/12.png", "valid/images/13.png"]
    assert found.severities == {"warning"}
    assert [finding.message for finding in found.findings] == [
        "1280 x 1280 px, 4.0 times the usual side of 320 px",
        "60 x 60 px, 1/5.3 of the usual side of 320 px",
    ]


def test_nothing_is_odd_where_all_sizes_vary(tmp_path: Path) -> None:
    sizes = [(side, side) for side in (20, 40, 70, 110, 160, 230, 330, 470, 660, 900, 1200, 1500)]
    assert check(drawn(tmp_path, sizes).root, "odd_size").findings == []


def test_a_handful_has_no_usual_size(tmp_path: Path) -> None:
    assert check(drawn(tmp_path, [(320, 320)] * 8 + [(20, 20)]).root, "odd_size").findings == []


def test_both_bounds_are_options(tmp_path: Path) -> None:
    data = drawn(tmp_path, [(320, 320)] * 12 + [(160, 160)])
    data.settings("[rules.odd_size]\nfactor = 2\nspread = 1.5\n")
    assert check(data.root, "odd_size").paths == ["train/images/12.png"]
