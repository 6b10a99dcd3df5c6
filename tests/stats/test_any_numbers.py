"""Whatever numbers, names and gaps the tables hold, figures and rules come to an end."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from holdfast.config import Settings
from holdfast.dataset import ANNOTATIONS, IMAGES, Dataset, Split, filled
from holdfast.names import display
from holdfast.report.figures import figures_section
from holdfast.report.run import Run
from holdfast.rules import checks_folder, load_rules
from holdfast.running import all_findings
from holdfast.stats.summary import summary_of
from holdfast.stats.text import as_json, as_text

RULES = load_rules(checks_folder())
NAMES = (
    "class_imbalance", "split_ratio", "class_share_drift", "box_size_drift", "label_shortcut",
    "unsafe_file_name", "stray_file", "too_few_backgrounds",
)  # fmt: skip
EAGER = {
    "class_share_drift": {"min_images": 0}, "box_size_drift": {"min_images": 0},
    "label_shortcut": {"min_images": 1, "accuracy": 0.0}, "too_few_backgrounds": {"min_images": 0},
}  # fmt: skip
SPLITS = (Split("", "train", ("train",)), Split("a", "val", ("a/val",)), Split("", "test"))
UNITS = ("train", "a/val", "test")
NUMBER = st.one_of(st.none(), st.floats(), st.sampled_from([0.0, 0.5, 1.0, -1e308, 1e308]))
SIZE = st.one_of(st.none(), st.integers(0, 2**31 - 1))
NAME = st.text(st.characters(exclude_characters="\0/", exclude_categories=["Cs"]), max_size=6)
IMAGE = st.tuples(NAME, st.integers(0, 2), st.booleans(), SIZE, SIZE, NUMBER)
BOX = st.tuples(
    st.one_of(st.none(), st.integers(0, 9)), st.integers(0, 2), st.one_of(st.none(), st.integers()),
    st.one_of(st.none(), st.text(max_size=4)), st.booleans(), NUMBER, NUMBER, NUMBER, NUMBER,
)  # fmt: skip


def dataset(images: list[tuple], boxes: list[tuple]) -> Dataset:
    """The tables of these rows; a box belongs to the image of its number, or to none."""
    paths = [f"{number}/{image[0]}" for number, image in enumerate(images)]
    columns = {"path": paths, "has_label": [image[2] for image in images], **places([i[1] for i in images])}
    table = filled(IMAGES, columns, len(images)).with_columns(
        pl.Series("width", [image[3] for image in images], pl.Int32),
        pl.Series("height", [image[4] for image in images], pl.Int32),
        pl.Series("size", [image[3] for image in images], pl.Int64),
        *(
            pl.Series(name, [image[5] for image in images], pl.Float32)
            for name in ("brightness", "sharpness")
        ),
        *(pl.Series(name, [i[0] or None for i in images], pl.String) for name in ("format", "mode")),
    )
    names = ("image", "split", "class_id", "class_name", "pixels", "x_min", "y_min", "x_max", "y_max")
    named = {name: [box[place] for box in boxes] for place, name in enumerate(names)}
    named["image"] = [paths[n] if n is not None and n < len(paths) else None for n in named["image"]]
    named["class_id"] = [None if n is None else n % 5 for n in named["class_id"]]
    named |= places(named["split"])
    annotations = filled(ANNOTATIONS, named, len(boxes))
    return Dataset(Path("/data"), "yolo", SPLITS, images=table, annotations=annotations)


def places(numbers: list[int]) -> dict[str, list[str]]:
    units = [UNITS[number] for number in numbers]
    return {
        "unit": units,
        "collection": [unit.rpartition("/")[0] for unit in units],
        "split": [unit.rpartition("/")[2] for unit in units],
    }


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(IMAGE, max_size=6), st.lists(BOX, max_size=8))
def test_figures_of_anything(images: list[tuple], boxes: list[tuple]) -> None:
    data = dataset(images, boxes)
    summary = summary_of(data)
    assert [line for line in as_text(summary) if display(line) != line] == []
    figures = json.loads(as_json(summary))
    assert sum(row["images"] for row in figures["splits"]) == len(images)
    times = "2026-01-02T10:00:00+00:00"
    assert "<script" not in figures_section(Run(data, (), (), 0, times, times))


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(IMAGE, max_size=6), st.lists(BOX, max_size=8))
def test_rules_over_anything(images: list[tuple], boxes: list[tuple]) -> None:
    given = Settings(rules=EAGER)
    for finding in all_findings([RULES[name] for name in NAMES], dataset(images, boxes), given):
        assert display(finding.message) == finding.message
