from __future__ import annotations

from pathlib import Path

from tests.checking import check
from tests.trees import Tree, tree


def labelled(folder: Path, **classes: str) -> Tree:
    """A split each whose images have one box of each class of a pattern, the patterns repeated 40 times."""
    data = tree(folder).config(
        "names: [ant, bee]\ntrain: train/images\nval: valid/images\ntest: test/images\n"
    )
    for split, pattern in classes.items():
        for number in range(40):
            lines = [
                f"{name} 0.5 0.5 0.1 0.1" for name in pattern.split("|")[number % len(pattern.split("|"))]
            ]
            data.file(f"{split}/images/{number}.jpg").label(split, str(number), *lines)
    return data


def test_other_shares(tmp_path: Path) -> None:
    data = labelled(tmp_path, train="0|0|0|1", valid="0|0|0|1", test="1|1|1|0")
    found = check(data.root, "class_share_drift")
    assert found.code == 0
    assert [(finding.unit, finding.path) for finding in found.findings] == [
        ("train-test", "test/images"),
        ("val-test", "test/images"),
    ]
    finding = found.findings[0]
    assert finding.severity == "warning"
    assert finding.message.startswith("classes differ from train: Cramér's V 0.4")
    assert finding.message.endswith(
        "most: ant 75.0 % of train, 25.0 % of test; bee 25.0 % of train, 75.0 % of test"
    )


def test_the_same_shares(tmp_path: Path) -> None:
    data = labelled(tmp_path, train="0|1|0|1|1", valid="1|0|1|1|0", test="1|1|1|0|0")
    assert check(data.root, "class_share_drift").findings == []


def test_one_picture_with_many_boxes_is_no_evidence(tmp_path: Path) -> None:
    data = labelled(tmp_path, train="0", valid="0", test="0")
    data.label("test", "7", *["1 0.5 0.5 0.1 0.1"] * 200)
    assert check(data.root, "class_share_drift").findings == []


def test_few_images_are_not_compared(tmp_path: Path) -> None:
    data = labelled(tmp_path, train="0", valid="1").settings("[rules.class_share_drift]\nmin_images = 41\n")
    assert check(data.root, "class_share_drift").findings == []


def test_the_limit_is_an_option(tmp_path: Path) -> None:
    data = labelled(tmp_path, train="0|0|0|1", valid="1|1|1|0")
    data.settings("[rules.class_share_drift]\nmax_v = 0.6\n")
    assert check(data.root, "class_share_drift").findings == []


def test_a_class_that_is_not_declared_is_left_to_its_own_rule(tmp_path: Path) -> None:
    data = labelled(tmp_path, train="0", valid="0|7")
    assert check(data.root, "class_share_drift").findings == []


def test_where_nothing_is_declared_classes_have_numbers(tmp_path: Path) -> None:
    data = labelled(tmp_path, train="0", valid="7")
    (data.root / "data.yaml").unlink()
    [finding] = check(data.root, "class_share_drift").findings
    assert "class 7 0.0 % of train, 100.0 % of val" in finding.message
