"""The figures on the page, from datasets made by hand, and in a page of a real run."""

from __future__ import annotations

import re
from pathlib import Path

import polars as pl

from holdfast.dataset import ANNOTATIONS, IMAGES, Dataset, Split, filled
from holdfast.report.figures import MAX_CLASSES, figures_section
from holdfast.report.matrix import pair_rules
from holdfast.report.run import Run
from tests.checking import REPOSITORY, start_process
from tests.trees import sound_tree

HOSTILE = "<img src=x onerror=alert(1)>"


def run_of(dataset: Dataset, **more: object) -> Run:
    times = "2026-01-02T10:00:00+00:00"
    return Run(dataset, (), (("a", "train-val"), ("b", "train-val")), 0, times, times, **more)


def walls(boxes: list[tuple[str, str, float]], measured: bool = True) -> Dataset:
    """One image in train and one in val, both of 200 x 100 px; boxes of a class in an image with its side."""
    places = {"unit": ["train", "val"], "collection": ["", ""], "split": ["train", "val"]}
    images = filled(IMAGES, {"path": ["train/a", "val/b"], "has_label": [True, True], **places}, 2)
    if measured:
        images = images.with_columns(width=200, height=100, format=pl.lit("JPEG"))
    columns = {
        "image": [image for image, _, _ in boxes],
        "unit": [image.partition("/")[0] for image, _, _ in boxes],
        "collection": ["" for _ in boxes],
        "class_id": [0 for _ in boxes],
        "class_name": [name for _, name, _ in boxes],
        "pixels": [True for _ in boxes],
        "x_min": [0.0 for _ in boxes],
        "y_min": [0.0 for _ in boxes],
        "x_max": [side for _, _, side in boxes],
        "y_max": [side for _, _, side in boxes],
    }
    annotations = filled(ANNOTATIONS, columns, len(boxes))
    splits = (Split("", "train"), Split("", "val"))
    return Dataset(Path("/data/walls"), "voc", splits, images=images, annotations=annotations)


def words(markup: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", markup))


def test_classes_boxes_and_images() -> None:
    boxes = [("train/a", "hold", 20.0), ("train/a", "hold", 50.0), ("val/b", "volume", 98.0)]
    shown = words(figures_section(run_of(walls(boxes))))
    assert (
        "Annotations Images with any Backgrounds Unlabelled Median an image Most train 2 1 0 0 2 2" in shown
    )
    assert "hold 2 1 2 0 volume 1 1 0 1" in shown
    assert "train 1 1 0 35 px" in shown
    assert "val 0 0 1 98 px 98 to 98 px" in shown
    assert "train 200 x 100: 1 wide: 1 JPEG: 1" in shown


def test_the_heat_map_has_a_square_for_each_cell_with_a_box() -> None:
    boxes = [("train/a", "hold", 20.0)] * 3 + [("val/b", "hold", 98.0)]
    markup = figures_section(run_of(walls(boxes)))
    assert "heat map: the centres of 4 boxes over the image" in markup
    assert re.findall(r'd="([^"]*)" fill-opacity="([^"]*)"', markup) == [
        ("M7 15h1v1h-1z", "0.375"),
        ("M1 3h1v1h-1z", "1"),
    ]


def test_names_from_the_data_are_text() -> None:
    markup = figures_section(run_of(walls([("train/a", HOSTILE, 20.0)])))
    assert "<img" not in markup
    assert "&lt;img src=x onerror=alert(1)&gt;" in markup


def test_many_classes_are_cut() -> None:
    boxes = [("train/a", f"kind {number:03}", 20.0) for number in range(MAX_CLASSES + 7)]
    markup = figures_section(run_of(walls(boxes)))
    assert "kind 029" in markup
    assert "kind 030" not in markup
    assert "and 7 smaller" in markup


def test_what_was_not_measured_is_not_shown() -> None:
    """Pixels need no size of the image for an area; where the boxes lie in it is not known."""
    markup = figures_section(run_of(walls([("train/a", "hold", 20.0)], measured=False)))
    assert "<svg" not in markup
    assert "Classes" in markup
    assert figures_section(run_of(walls([]))).count("<svg") == 0
    assert figures_section(run_of(Dataset(Path("/data"), "yolo", ()))) == ""


def test_only_rules_about_pairs_of_images_show_leaks() -> None:
    run = run_of(walls([]), without_pairs=frozenset({"a"}))
    assert pair_rules(run) == ("b",)


def test_a_page_of_a_run(tmp_path: Path) -> None:
    data = sound_tree(tmp_path, "boulder")
    start_process(str(REPOSITORY / "checks"), f"--data={data.root}", f"--rootdir={REPOSITORY}",
                  f"-c={REPOSITORY / 'pytest.ini'}", "--cache=cache", cwd=tmp_path)  # fmt: skip
    shown = (tmp_path / "reports" / "report.html").read_text(encoding="utf-8")
    assert "Classes in boulder" in shown
    assert "heat map: the centres of 3 boxes" in shown
    assert "<code>box_size_drift</code>: proved pairs" not in shown
    assert "<code>split_leakage</code>: proved pairs" in shown
