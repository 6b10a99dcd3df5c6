"""A polygon that encloses nothing goes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.repair.formats.test_moves import applied, beside, built, run  # noqa: F401
from tests.repair.formats.worlds import FORMATS, model
from tests.repair.tools import BOX, LABEL, Data, refused, repaired

LINE = "0 0.1 0.1 0.5 0.5 0.1 0.1 0.5 0.5\n"


def test_two_points_are_no_polygon(data: Data) -> None:
    data.label(LABEL, BOX + LINE + BOX)
    data.found("invalid_polygon", LABEL, line=2, entry=1)
    repaired(data, "--unsafe-fixes")
    assert data.text(LABEL) == BOX + BOX


def test_by_default_it_stays(data: Data, capsys: pytest.CaptureFixture[str]) -> None:
    data.label(LABEL, BOX + LINE)
    data.found("invalid_polygon", LABEL, line=2, entry=1)
    refused(data, capsys, "needs --unsafe-fixes: 1")


def test_a_crossed_one_is_for_a_person(data: Data, capsys: pytest.CaptureFixture[str]) -> None:
    data.label(LABEL, "0 0.1 0.1 0.5 0.5 0.5 0.1 0.1 0.5\n")
    data.found("invalid_polygon", LABEL, line=1, entry=0)
    refused(data, capsys, "only a person sees", "--unsafe-fixes")


def test_in_a_coco_file_the_annotation_goes(tmp_path: Path) -> None:
    world = built(FORMATS[0], tmp_path / "data", model(), {})
    file = "train/_annotations.coco.json"
    sound = json.loads(world.read(file))
    data = json.loads(world.read(file))
    broken = data["annotations"][0] | {
        "id": 99,
        "segmentation": [[5, 5, 20, 20, 5, 5]],
        "bbox": [5, 5, 15, 15],
    }
    data["annotations"].insert(2, broken)
    world.write(file, json.dumps(data, indent=1))
    applied(world, "plan", "--rule=invalid_polygon", "--unsafe-fixes")
    assert json.loads(world.read(file)) == sound
