from __future__ import annotations

from pathlib import Path

from tests.checking import check
from tests.trees import Tree, picture, sound_tree, tree
from tests.written import Coco


def test_numbers_that_mean_two_things(tmp_path: Path) -> None:
    data = tree(tmp_path)
    Coco(data, "train", ("rook", "king", "queen")).image("a.jpg").write()
    Coco(data, "valid", ("rook", "queen", "king")).image("b.jpg").write()
    found = check(data.root, "conflicting_class_ids")
    assert found.code == 1
    assert set(found.paths) == {"valid/_annotations.coco.json"}
    assert [(finding.pointer, finding.message) for finding in found.findings] == [
        ("/categories/1", "class 1 is 'queen' here, and 'king' in train/_annotations.coco.json"),
        ("/categories/2", "class 2 is 'king' here, and 'queen' in train/_annotations.coco.json"),
    ]
    assert found.severities == {"error"}


def test_names_with_another_number(tmp_path: Path) -> None:
    data = tree(tmp_path)
    Coco(data, "train", ("rook",), first=0).image("a.jpg").write()
    Coco(data, "valid", ("rook",), first=1).image("b.jpg").write()
    [finding] = check(data.root, "conflicting_class_ids").findings
    assert finding.message == "'rook' is class 1 here, and class 0 in train/_annotations.coco.json"


def test_equal_and_differently_spelt_ones(tmp_path: Path) -> None:
    data = tree(tmp_path)
    Coco(data, "train", ("rook", "king")).image("a.jpg").write()
    Coco(data, "valid", ("rook", "King")).image("b.jpg").write()
    assert check(data.root, "conflicting_class_ids").findings == []
    [finding] = check(data.root, "inconsistent_class_names").findings
    assert finding.path == "valid/_annotations.coco.json"


def test_collections_have_numbers_of_their_own(tmp_path: Path) -> None:
    data = sound_tree(tmp_path, "boulder", "mountain")
    data.file("boulder/data.yaml", "train: train/images\nval: valid/images\nnames: [a, b]")
    data.file("mountain/data.yaml", "train: train/images\nval: valid/images\nnames: [b, a]")
    assert check(data.root, "conflicting_class_ids").findings == []


def folders(root: Path, *names: str) -> Tree:
    data = tree(root)
    for number, name in enumerate(names):
        data.draw(f"{name}/{number}.jpg", picture(number))
    return data


def test_a_folder_of_a_class_that_one_split_lacks(tmp_path: Path) -> None:
    data = folders(
        tmp_path, "train/cat", "train/dog", "train/owl", "val/dog", "val/owl", "test/cat", "test/dog"
    )
    found = check(data.root, "conflicting_class_ids", "broken_config")
    assert (found.code, found.paths, found.severities) == (1, ["val"], {"error"})
    assert found.findings[0].message == ("dog is class 0 in val and 1 in train, as cat has no folder in val")


def test_folders_that_are_empty_or_shared_by_no_split(tmp_path: Path) -> None:
    data = folders(tmp_path / "a", "train/cat", "train/dog", "val/dog")
    (data.root / "val/cat").mkdir()
    (data.root / "val/ant").mkdir()
    assert check(data.root, "conflicting_class_ids").findings == []
    assert check(data.root, "broken_config").paths == ["val/ant", "val/cat"]
    data = folders(tmp_path / "b", "train/cat", "train/dog", "test/ant", "test/bee")
    assert check(data.root, "conflicting_class_ids").findings == []


def test_one_name_twice_in_one_json(tmp_path: Path) -> None:
    data = Coco(tree(tmp_path), "train", ("person", "dog", "person")).image("a.jpg").write()
    found = check(data.root, "conflicting_class_ids")
    assert found.code == 0
    [finding] = found.findings
    assert (finding.pointer, finding.message) == ("/categories/2", "'person' is class 0 as well")
    assert found.severities == {"warning"}
