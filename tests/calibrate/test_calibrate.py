"""`holdfast calibrate DIR` over a small tree."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PIL import Image

from holdfast.cli import main
from tests.trees import Tree, picture, tree


@pytest.fixture
def data(tmp_path: Path) -> Tree:
    """Six pictures; two are saved again, one is turned."""
    built = tree(tmp_path)
    for seed in range(1, 7):
        built.draw(f"train/images/{seed}.png", picture(seed, 320, 240))
        built.label("train", str(seed))
    for seed in (1, 2):
        built.draw(f"train/images/again{seed}.jpg", picture(seed, 320, 240), quality=50).label(
            "train", f"again{seed}"
        )
    turned = picture(3, 320, 240).transpose(Image.Transpose.ROTATE_90)
    return built.draw("train/images/turned.png", turned).label("train", "turned")


def calibrate(data: Tree, *options: str) -> int:
    return main(["calibrate", str(data.root), f"--cache={data.root.parent / 'cache'}", *options])


def test_what_is_found_at_which_distance(data: Tree, capsys: pytest.CaptureFixture[str]) -> None:
    file = data.root.parent / "figures.json"
    assert calibrate(data, f"--json={file}") == 0
    text = capsys.readouterr().out
    assert "[rules.near_duplicate]\ndistance = " in text
    assert "proposal: distance " in text
    figures = json.loads(file.read_text(encoding="ascii"))
    assert figures["images"] == 9
    hashed = [row for row in figures["rows"] if row["signal"] == "phash"]
    assert [row["distance"] for row in hashed] == list(range(17))
    assert sum(row["copies"] for row in hashed) == 2
    assert sum(row["copies"] for row in figures["rows"]) == 3
    assert all(row["sampled"] == row["candidates"] for row in figures["rows"])
    assert figures["kinds"]["rotated/flipped"] == 1
    assert figures["proposal"]["distance"] == max(row["distance"] for row in hashed if row["copies"])


def test_the_proposal_is_what_a_check_takes(data: Tree, capsys: pytest.CaptureFixture[str]) -> None:
    calibrate(data)
    lines = capsys.readouterr().out.splitlines()
    data.settings("\n".join(lines[lines.index("[rules.near_duplicate]") :]) + "\n")
    assert calibrate(data) == 0


def test_wrong_use_is_one_line(data: Tree, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["calibrate", str(data.root / "nothing")]) == 4
    assert "no such folder" in capsys.readouterr().err
    assert calibrate(data, f"--json={data.root / 'figures.json'}") == 4
    assert "lies inside the dataset" in capsys.readouterr().err


def test_pictures_that_do_not_decode_are_left_out(data: Tree, capsys: pytest.CaptureFixture[str]) -> None:
    data.file("train/images/broken.jpg", b"nothing").file("train/images/empty.png", b"")
    data.draw("train/images/flat.png", Image.new("RGB", (64, 64), (3, 3, 3)))
    assert calibrate(data) == 0
    assert "kinds: " in capsys.readouterr().out


def test_one_picture_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    built = tree(tmp_path).image("train", "a").label("train", "a")
    assert calibrate(built) == 0
    assert "distance = 0" in capsys.readouterr().out
