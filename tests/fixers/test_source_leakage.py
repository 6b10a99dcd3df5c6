"""The images of a source go where the first of them stays; what is not confirmed is left to a person."""

from __future__ import annotations

import pytest

from tests.repair.tools import BOX, Data, refused, repaired
from tests.trees import picture

STEMS = {split: f"wall12_png.rf.{digit * 32}" for split, digit in
         {"train": "1", "valid": "2", "test": "3"}.items()}  # fmt: skip
IMAGE = {split: f"{split}/images/{stem}.png" for split, stem in STEMS.items()}
LABEL = {split: f"{split}/labels/{stem}.txt" for split, stem in STEMS.items()}


@pytest.fixture
def source(data: Data) -> Data:
    """A dataset with a version of one source in train and in test, as the check finds it."""
    whole = picture(1, 160, 160)
    whole.save(data.path(IMAGE["train"]))
    whole.rotate(5).crop((8, 8, 152, 152)).resize((160, 160)).save(data.path(IMAGE["test"]))
    for split in ("train", "test"):
        data.label(LABEL[split], BOX)
    data.found("source_leakage", IMAGE["test"], IMAGE["train"])
    return data


@pytest.mark.parametrize(("keep", "goes"), [("evaluation", "train"), ("training", "test")])
def test_source_leakage_moves_all_to_where_the_first_stays(source: Data, keep: str, goes: str) -> None:
    arguments = ("--rule=source_leakage", "--unsafe-fixes", "--on-leak=move", f"--keep={keep}")
    assert repaired(source, *arguments) == {IMAGE[goes], LABEL[goes]}
    other = "test" if goes == "train" else "train"
    assert source.text(f"{other}/labels/{STEMS[goes]}.txt") == BOX


def test_by_default_a_person_decides(source: Data, capsys: pytest.CaptureFixture[str]) -> None:
    refused(source, capsys, "`resplit` deals whole sources out to the splits", "--unsafe-fixes")
