"""Class names of a dataset card, as `datasets` writes them into README.md."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from holdfast.formats.imagefolder.card import find_classes
from holdfast.formats.tree import walk
from tests.checking import check
from tests.formats.reading import read_tree
from tests.trees import Tree, picture, tree

CARD = """---
license: mit
dataset_info:
  features:
  - name: image
    dtype: image
  - name: label
    dtype:
      class_label:
        names:
          '0': cat
          '1': dog
  splits:
  - name: train
---
# Cats and dogs
"""
OBJECTS = """---\r
dataset_info:\r
- config_name: default\r
  features:\r
  - name: objects\r
    sequence:\r
    - name: bbox\r
      sequence: float32\r
    - name: categories\r
      dtype:\r
        class_label:\r
          names: [cat, dog]\r
---\r
"""


def labelled(folder: Path, card: str, *labels: object) -> Tree:
    """An imagefolder with this card and an image for each label."""
    data = tree(folder).file("README.md", card)
    rows = ["file_name,label\n", *(f"{number}.png,{label}\n" for number, label in enumerate(labels))]
    for number in range(len(labels)):
        data.draw(f"train/{number}.png", picture(number))
    return data.file("train/metadata.csv", "".join(rows))


@pytest.mark.parametrize(("card", "lines"), [(CARD, [11, 12]), (OBJECTS, [12, 12])])
def test_names_are_declared(tmp_path: Path, card: str, lines: list[int]) -> None:
    dataset = read_tree(labelled(tmp_path, card, 1, 0, 1).root)
    assert dataset.declared == {""}
    columns = ("class_id", "class_name", "path", "line")
    assert dataset.classes.select(columns).rows() == [
        (0, "cat", "README.md", lines[0]), (1, "dog", "README.md", lines[1]),
    ]  # fmt: skip
    assert dataset.annotations["class_name"].to_list() == ["dog", "cat", "dog"]
    assert dataset.problems.is_empty()


def test_a_number_and_a_name_that_are_none_of_them(tmp_path: Path) -> None:
    found = check(labelled(tmp_path, CARD, "dog", 2, "cow").root, "unknown_class", "dangling_reference")
    assert found.code == 1
    assert sorted((f.rule, f.line) for f in found.findings) == [
        ("dangling_reference", 4),
        ("unknown_class", 3),
    ]


@pytest.mark.parametrize(
    "card",
    [
        "# Cats\n",
        CARD.replace("---\n# Cats", "# Cats"),
        CARD.replace("name: label", "name: colour"),
        CARD.replace("class_label", "int64"),
        CARD.replace("license: mit", "license: &a mit"),
        CARD.replace(
            "  splits", "  - name: labels\n    dtype:\n      class_label:\n        names: [a]\n  splits"
        ),
        "---\ndataset_info: [1, {features: [2, {name: label, dtype: {class_label: {names: x}}}]}]\n---\n",
        "",
    ],
)
def test_cards_that_declare_none(tmp_path: Path, card: str) -> None:
    dataset = read_tree(labelled(tmp_path, card, 1, 0).root)
    assert dataset.declared == frozenset()
    assert dataset.classes.is_empty()
    assert dataset.problems.is_empty()


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=200) | st.text("-:[]{} \nab'0", max_size=120).map(str.encode))
def test_no_bytes_make_it_raise(tmp_path: Path, data: bytes) -> None:
    built = tree(tmp_path)
    for text in (data, b"---\n" + data + b"\n---\n", b"---\ndataset_info:\n " + data + b"\n---\n"):
        built.file("README.md", text)
        find_classes(built.root, walk(built.root), "")
