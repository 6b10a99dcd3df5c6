"""`nc` becomes the number of `names`."""

from __future__ import annotations

import pytest

from tests.repair.tools import Data, refused, repaired

YAML = "train: train/images\r\nval: valid/images\nnc:  2  # two\nnames: [hold, volume, wall] # nc: 2\n"


def test_one_number_changes_and_nothing_else(data: Data) -> None:
    data.label("data.yaml", YAML)
    data.found("broken_config", "data.yaml", line=3)
    repaired(data, "--unsafe-fixes", "--rule=broken_config")
    assert data.text("data.yaml") == YAML.replace("nc:  2  #", "nc:  3  #")


@pytest.mark.parametrize(
    "text",
    [
        "train: train/images\nval: gone/images\nnames: [hold]\n",
        "train: train/images\nval: gone/images\nnc: 2\nnames: [hold]\n",
        "train: train/images\nval: valid/images\nnc: 2\nnames: {0: hold, 1: wall}\nx: 1\nx: 2\n",
    ],
)
def test_what_was_meant_is_for_a_person(data: Data, capsys: pytest.CaptureFixture[str], text: str) -> None:
    data.label("data.yaml", text)
    data.found("broken_config", "data.yaml", line=2)
    assert data.plan("--unsafe-fixes") in (0, 1)
    assert "nothing to apply" in capsys.readouterr().out


def test_by_default_it_stays(data: Data, capsys: pytest.CaptureFixture[str]) -> None:
    data.label("data.yaml", YAML)
    data.found("broken_config", "data.yaml", line=3)
    refused(data, capsys, "needs --unsafe-fixes: 1")
