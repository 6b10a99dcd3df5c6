"""`holdfast stats` as people run it, over small sets whose figures are known."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PIL import Image

from holdfast.cli import main
from tests.trees import Tree, tree

BACKGROUND: tuple[str, ...] = ()


def four_images(folder: Path) -> Tree:
    """Two splits of two images each; sizes of boxes 20, 64 and 160 px, centres in three corners."""
    data = tree(folder).config("names: [cat, dog]\ntrain: train/images\nval: valid/images\n")
    small, medium, large = "0 0.02 0.04 0.03125 0.0625", "1 0.9 0.04 0.1 0.2", "1 0.95 0.95 0.25 0.5"
    for name, size, lines in (
        ("train/images/a.png", (640, 320), (small, medium)),
        ("train/images/b.png", (640, 320), BACKGROUND),
        ("valid/images/c.jpg", (640, 320), (large,)),
    ):
        data.draw(name, Image.new("RGB", size))
        data.label(name.partition("/")[0], Path(name).stem, *lines)
    return data.draw("valid/images/d.png", Image.new("RGB", (100, 300)))


def stats(data: Path, capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    code = main(["stats", str(data), f"--cache={data.parent / 'cache'}", *arguments])
    output = capsys.readouterr()
    return code, output.out + output.err


def test_the_text(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, text = stats(four_images(tmp_path).root, capsys)
    assert code == 0
    lines = [line.split() for line in text.splitlines()]
    assert ["train", "2", "1", "1", "0", "2", "2", "2"] in lines
    assert ["val", "2", "1", "0", "1", "1", "1", "1"] in lines
    assert ["all", "4", "2", "1", "1", "3"] in lines
    assert ["class", "annotations", "images", "train", "val"] in lines
    assert ["dog", "2", "2", "1", "1"] in lines
    assert ["cat", "1", "1", "1", "0"] in lines
    assert ["val", "1", "0", "0", "1", *["160"] * 5] in lines
    assert "val    100 x 300: 1, 640 x 320: 1" in text
    assert "val    taller than 1:2: 1, wide: 1" in text
    assert "val    JPEG: 1, PNG: 1" in text
    assert "3 boxes; darkest: 1 in a cell" in text


def test_the_heat_map_shows_where_boxes_are(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _, text = stats(four_images(tmp_path).root, capsys)
    rows = [line for line in text.splitlines() if line.startswith("|")]
    assert len(rows) == 16
    marked = [(x, y) for y, row in enumerate(rows) for x, shade in enumerate(row[1:-1]) if shade != " "]
    assert marked == [(0, 0), (28, 0), (30, 15)]


def test_all_figures_as_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "figures.json"
    code, _ = stats(four_images(tmp_path).root, capsys, f"--json={file}")
    assert code == 0
    figures = json.loads(file.read_text(encoding="ascii"))
    assert figures["units"] == ["train", "val"]
    assert figures["splits"][1] == {
        "unit": "val", "images": 2, "annotated": 1, "backgrounds": 0, "unlabelled": 1, "annotations": 1,
        "median": 1.0, "most": 1,
    }  # fmt: skip
    train, val = figures["boxes"]
    assert [train[key] for key in ("boxes", "small", "medium", "large")] == [2, 1, 1, 0]
    assert [val[key] for key in ("boxes", "small", "medium", "large", "q50")] == [1, 0, 0, 1, 160.0]
    assert figures["classes"][0] == {
        "collection": "", "class": "dog", "annotations": 2, "images": 2, "by_unit": [1, 1],
        "images_by_unit": [1, 1],
    }  # fmt: skip
    assert {(row["unit"], row["format"], row["images"]) for row in figures["formats"]} == {
        ("train", "PNG", 2), ("val", "PNG", 1), ("val", "JPEG", 1)
    }  # fmt: skip
    assert sum(map(sum, figures["centres"])) == 3
    assert figures["centres"][30][30] == 1


def test_pixels_and_class_folders(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data = tree(tmp_path)
    for split in ("train", "val"):
        for name, number in (("ant", 2), ("bee", 1)):
            for count in range(number):
                data.draw(f"{split}/{name}/{count}.png", Image.new("L", (30, 30)))
    code, text = stats(data.root, capsys)
    assert code == 0
    assert ["ant", "4", "4", "2", "2"] in [line.split() for line in text.splitlines()]
    assert "box centres" not in text
    assert "small" not in text


def test_a_hostile_class_name_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data = four_images(tmp_path).config(
        'names: ["a\\nb\\e[31m", d]\ntrain: train/images\nval: valid/images\n'
    )
    code, text = stats(data.root, capsys)
    assert code == 0
    assert "\x1b" not in text
    assert "a\\x0ab\\x1b[31m" in text


def test_collections_have_their_own_classes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data = tree(tmp_path)
    for collection, number in (("boulder", 1), ("mountain", 3)):
        for split in ("train", "valid"):
            data.image(f"{collection}/{split}", split)
            data.label(f"{collection}/{split}", split, *["0 0.5 0.5 0.1 0.1"] * number)
    _, text = stats(data.root, capsys)
    assert "class in boulder" in text
    lines = [line.split() for line in text.splitlines()]
    assert ["class", "0", "2", "2", "1", "1"] in lines
    assert ["class", "0", "6", "2", "3", "3"] in lines


def test_an_image_that_cannot_be_read_is_counted_and_not_measured(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = four_images(tmp_path).file("train/images/b.png", "no picture")
    code, text = stats(data.root, capsys)
    assert code == 0
    assert "train  640 x 320: 1\n" in text


@pytest.mark.parametrize(
    ("arguments", "message"),
    [(["nowhere"], "no such folder"), (["data", "--json=data/figures.json"], "lies inside the dataset"),
     (["data", "--json=no/folder/x.json"], "no such file"), (["data", "--wrong"], "--wrong"),
     (["data", "--cache=data/cache"], "inside the data"), ([], "required")],
)  # fmt: skip
def test_wrong_usage(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch,
    arguments: list[str], message: str,
) -> None:  # fmt: skip
    data = four_images(tmp_path)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    before = data.state()
    try:
        code = main(["stats", *arguments])
    except SystemExit as error:
        code = int(str(error.code))
    assert code == 4
    assert message in capsys.readouterr().err.lower()
    assert data.state() == before


def test_nothing_is_written_into_the_data(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data = four_images(tmp_path)
    before = data.state()
    stats(data.root, capsys)
    assert data.state() == before
