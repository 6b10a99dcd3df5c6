from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from holdfast import Dataset
from tests.formats.reading import read_tree
from tests.trees import tree

PIECES = st.sampled_from(
    ["a.jpg", "b.jpg", "../a.jpg", "hold", "1", "-1", "nan", "1e999", '"', '""', ",", ",", ",", "\n", "\r\n",
     "\r", " ", "\x00", "\ufeff", "\u0663", "\udc80", "0.5", "9" * 30]
)  # fmt: skip
TEXTS = st.lists(PIECES, max_size=60).map("".join)
HEADERS = st.sampled_from(
    [
        "filename,width,height,class,xmin,ymin,xmax,ymax\n",
        "filename, cat, dog\n",
        "image,label\n",
        "",
        "a.jpg,1,2,3,4,x\n",
    ]
)
FILES = st.one_of(
    st.binary(max_size=200),
    st.tuples(HEADERS, TEXTS).map(lambda parts: "".join(parts).encode("utf-8", "surrogateescape")),
)


def read(folder: Path, name: str, data: bytes) -> Dataset:
    """A tree of two images and a file of these bytes beside them, beside a list that is sound."""
    built = tree(folder).file("train/a.jpg", b"x").file("val/b.jpg", b"x").settings('format = "csv_list"')
    built.file("val/_annotations.csv", "filename,class,xmin,ymin,xmax,ymax\nb.jpg,hold,1,2,3,4\n")
    return read_tree(built.file(f"train/{name}", data).root)


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(["_annotations.csv", "_classes.csv", "x.csv", "classes.csv"]), FILES)
def test_no_bytes_raise_and_all_numbers_are_finite(name: str, data: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        dataset = read(Path(folder), name, data)
    assert {"train/a.jpg", "val/b.jpg"} & set(dataset.images["path"])
    for column in ("x_min", "y_min", "x_max", "y_max"):
        assert dataset.annotations[column].is_finite().all()
    assert dataset.annotations.filter(dataset.annotations.select("label", "entry").is_duplicated()).is_empty()
    assert dataset.problems["line"].drop_nulls().min() in (None, *range(1, 400))


@pytest.mark.parametrize(
    "data",
    [
        b"filename,class\n" + b"a" * (100 << 20),
        b"filename,class\n" + b'"' + b"a" * (20 << 20),
        b"filename,class\n" + b'a.jpg,"x\n' * 50_000,
        b"filename,class\n" + b'"' + b'""\n' * 500_000,
        b"filename,class\n" + b"," * (3 << 20),
        b"filename" + b",c" * 500_000 + b"\n" + b"a.jpg" + b",1" * 500_000,
    ],
    ids=["a line of 100 MB", "an open quote", "quotes that open one another", "quotes", "commas", "columns"],
)
def test_what_is_too_large_is_said(tmp_path: Path, data: bytes) -> None:
    dataset = read(tmp_path, "_classes.csv", data)
    assert dataset.annotations.height <= 500_001
    assert dataset.problems.height <= 10_010


def test_problems_of_a_file_are_bounded(tmp_path: Path) -> None:
    dataset = read(tmp_path, "x.csv", b"image,label\na.jpg,cat\n" + b"x\n" * 30_000)
    assert dataset.problems.height == 10_001
    assert dataset.problems["message"][-1] == "20000 more problems of this file are not listed one by one"
