"""What the judge makes of errors in a split that nothing read before a repair."""

from __future__ import annotations

from pathlib import Path

from holdfast import Finding, Severity
from holdfast.config import load_settings
from holdfast.dataset import Dataset
from holdfast.formats import read, recognise
from holdfast.repair.judging.examine import Examined
from holdfast.repair.judging.worse import worse
from holdfast.repair.plans.plan import Act, Choices, Group, Op, Plan, Reason, Root
from holdfast.repair.policy import Policy
from tests.trees import Tree, sound_tree

BEFORE, AFTER = (f"train: train/images\nval: {name}/images\nnames: [hold]\n" for name in ("gone", "valid"))


def dataset(tree: Tree, config: str) -> Dataset:
    return read(recognise(tree.config(config).root, load_settings(tree.root)))


def judged(
    tmp_path: Path, path: str, *related: str, touched: str = "data.yaml", missing: bool = True
) -> bool:
    """Whether an error in these files counts against a repair of `data.yaml` and of `touched`."""
    tree = sound_tree(tmp_path)
    before = dataset(tree, BEFORE if missing else AFTER)
    after = dataset(tree, AFTER)
    reason = Reason("broken_config", "data.yaml", 2, "unsafe", "", None)
    ops = tuple(Op(Act.REPLACE, name) for name in sorted({"data.yaml", touched}))
    plan = Plan("", "", Root("", 0, 0), Choices(Policy(), unsafe=True), (Group((reason,), ops),))
    error = Finding(path, "", rule="r", severity=Severity.ERROR, related=related)
    return worse(plan, (), Examined(before, ()), Examined(after, (error,))) is not None


def test_files_that_nothing_read(tmp_path: Path) -> None:
    assert not judged(tmp_path / "a", "valid/images/valid.jpg")
    assert not judged(tmp_path / "b", "valid/labels/valid.txt")
    assert not judged(tmp_path / "c", "train/images/train.jpg", "valid/images/valid.jpg")


def test_files_that_were_read(tmp_path: Path) -> None:
    assert judged(tmp_path / "a", "train/images/train.jpg")
    assert judged(tmp_path / "b", "valid/images/valid.jpg", missing=False)


def test_what_the_repair_touched(tmp_path: Path) -> None:
    assert judged(tmp_path / "a", "data.yaml")
    assert judged(tmp_path / "b", "valid/labels/valid.txt", touched="valid/labels/valid.txt")


def test_folders_and_the_whole(tmp_path: Path) -> None:
    assert judged(tmp_path / "a", "valid/images")
    assert judged(tmp_path / "b", ".")
