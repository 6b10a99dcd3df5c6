"""Rules about annotations on rows that no reader should make: absent, infinite and contradictory values."""

from __future__ import annotations

import importlib
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from holdfast import Dataset, Finding, Split
from holdfast.dataset import ANNOTATIONS, CLASSES, FACTS, IMAGES, schema

RULES = [
    "box_out_of_image", "class_missing_in_split", "conflicting_class_ids", "conflicting_labels",
    "degenerate_box", "duplicate_box", "full_image_box", "inconsistent_class_names", "invalid_polygon",
    "keypoint_out_of_image",
    "missing_label", "mixed_annotation_kinds", "orphan_label", "overlapping_classes", "tiny_box",
    "unknown_class", "unused_class", "wrong_image_size",
]  # fmt: skip

number = st.sampled_from(
    [None, float("nan"), float("inf"), -float("inf"), 1e308, -1e308, 5e-324, -1.0, 0.0, 0.5, 2.0]
)
numbers = st.one_of(st.none(), st.lists(number, max_size=9))
name = st.sampled_from([None, "", "a", "A", "b a", "\x1b[31m", "\U0010fe80"])
file = st.sampled_from([None, "a.txt", "b.json", "x.jpg"])
kind = st.sampled_from([None, "box", "polygon", "oriented box", "pose", "mask", "class"])
place = {"unit": st.just("train"), "collection": st.just(""), "split": st.sampled_from(["train", "val"])}
annotation = st.fixed_dictionaries(
    place
    | {"label": st.sampled_from(["a.txt", "b.json"]), "line": st.sampled_from([None, 1, 2]), "image": file}
    | {"entry": st.sampled_from([None, 0, 1]), "column": st.none(), "kind": kind, "class_name": name}
    | {"class_id": st.sampled_from([None, -1, 0, 2**62]), "pixels": st.sampled_from([None, True, False])}
    | {"crowd": st.sampled_from([None, True, False]), "values": numbers, "keypoints": numbers}
    | {"rings": st.one_of(st.none(), st.lists(st.sampled_from([None, -2, 0, 2, 6]), max_size=3))}
    | dict.fromkeys(("x_min", "y_min", "x_max", "y_max"), number)
)
side = st.sampled_from([None, 0, 1, 100])
image = st.fixed_dictionaries(
    place
    | {
        "path": st.sampled_from(["x.jpg", "y.jpg"]),
        "label": file,
        "has_label": st.booleans(),
        "declared_in": file,
    }
    | dict.fromkeys(("declared_width", "declared_height", "width", "height", "orientation"), side)
)
declared = st.fixed_dictionaries(
    place
    | {"class_id": st.integers(0, 2), "class_name": name, "path": st.sampled_from(["data.yaml", "b.json"])}
    | {"line": st.none(), "entry": st.sampled_from([None, 0])}
)


@pytest.mark.parametrize("rule", RULES)
@settings(max_examples=60, deadline=None)
@given(
    annotations=st.lists(annotation, max_size=6),
    images=st.lists(image, max_size=2, unique_by=lambda row: str(row["path"])),
    classes=st.lists(declared, max_size=4),
    pointer=st.sampled_from([None, "/annotations/{}"]),
)
def test_no_row_makes_a_rule_raise(
    rule: str,
    annotations: list[dict[str, object]],
    images: list[dict[str, object]],
    classes: list[dict[str, object]],
    pointer: str | None,
) -> None:
    dataset = Dataset(
        Path(),
        "any",
        (Split("", "train"), Split("", "val")),
        declared=frozenset({""}) if classes else frozenset(),
        pointer=pointer,
        annotations=pl.DataFrame(annotations, schema=schema(ANNOTATIONS)),
        images=pl.DataFrame(images, schema=schema(IMAGES) | schema(FACTS)),
        classes=pl.DataFrame(classes, schema=schema(CLASSES)),
    )
    check = getattr(importlib.import_module(f"checks.{rule}"), rule)
    tables = {name: getattr(dataset, name, dataset) for name in check.rule.tables}
    for finding in check.__wrapped__(**tables):
        assert isinstance(finding, Finding)
        assert finding.message.isprintable()
        assert finding.path
