from __future__ import annotations

import json
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from holdfast import Dataset
from tests.formats.imagefolder.writing import rows, table
from tests.formats.reading import read_tree
from tests.trees import tree

SCALARS = st.one_of(
    st.none(), st.booleans(), st.floats(), st.integers(), st.integers(-(10**400), 10**400),
    st.sampled_from(["a.jpg", "\ud800", "cat", ""]),
)  # fmt: skip
VALUES = st.recursive(SCALARS, lambda inner: st.lists(inner, max_size=5), max_leaves=12)
OBJECTS = st.one_of(VALUES, st.dictionaries(st.sampled_from(["bbox", "categories", "category"]), VALUES))
ROWS = st.fixed_dictionaries(
    {}, optional={"file_name": SCALARS, "label": VALUES, "labels": VALUES, "objects": OBJECTS,
                  "width": SCALARS, "height": SCALARS, "x_file_name": SCALARS}
)  # fmt: skip
LINES = st.lists(st.one_of(ROWS, VALUES), max_size=5).map(
    lambda found: "\n".join(map(json.dumps, found)).encode()
)


def read(folder: Path, name: str, data: bytes) -> Dataset:
    """A tree of two images and a file of these bytes beside one of them."""
    built = tree(folder).file("train/a.jpg", b"x").file("val/b.jpg", b"x").settings('format = "imagefolder"')
    return read_tree(built.file(f"train/{name}", data).root)


def require_sound(dataset: Dataset) -> None:
    for column in ("x_min", "y_min", "x_max", "y_max"):
        assert dataset.annotations[column].drop_nulls().is_finite().all()
    assert dataset.annotations["values"].list.len().is_in([0, 4]).all()
    assert dataset.images["path"].to_list() == ["train/a.jpg"]


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(["metadata.jsonl", "metadata.csv"]), st.one_of(st.binary(max_size=200), LINES))
def test_no_bytes_raise(name: str, data: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        require_sound(read(Path(folder), name, data))


PARQUET = table(rows("train"))


@settings(max_examples=12, deadline=None)
@given(st.integers(0, len(PARQUET) - 1), st.binary(min_size=1, max_size=8), st.booleans())
def test_no_parquet_raises(at: int, new: bytes, cut: bool) -> None:
    data = PARQUET[:at] + new + b"" * cut + (b"" if cut else PARQUET[at + len(new) :])
    with tempfile.TemporaryDirectory() as folder:
        require_sound(read(Path(folder), "metadata.parquet", data))


@pytest.mark.parametrize(
    "data",
    [
        b"[" * (100 << 20),
        b'{"file_name":' * 300_000,
        b'{"file_name": "a.jpg", "objects": ' + b"[" * 1_000_000 + b"]" * 1_000_000 + b"}",
        b'{"file_name": "a.jpg", "objects": {"bbox": [' + b"[]," * 1_000_000 + b"[]]}}",
        b'{"a": 1}\n' * 200_000,
    ],
    ids=["a line of 100 MB", "objects in objects", "a million levels", "a million boxes", "no names"],
)
def test_what_is_too_large_is_said(tmp_path: Path, data: bytes) -> None:
    dataset = read(tmp_path, "metadata.jsonl", data)
    require_sound(dataset)
    assert 1 <= dataset.problems.filter(kind="malformed").height <= 10_001
