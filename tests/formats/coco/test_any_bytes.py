"""No content of a JSON file makes the reader raise, whatever it reads of it."""

from __future__ import annotations

import contextlib
import json
import math
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from holdfast import Dataset
from holdfast.formats.coco.rle import BadRuns, covered
from holdfast.formats.coco.values import clean
from tests.checking import REPOSITORY
from tests.formats.coco.writing import document, draw, packed, put
from tests.formats.reading import read_tree

SOME = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
NUMBERS = st.one_of(
    st.integers(-5, 40),
    st.floats(),
    st.sampled_from([10**18, 10**19, -(10**40), 1.7e308, -0.0, 1e-320, True, None]),
)
NAMES = st.sampled_from(
    ["a.png", "../a.png", "", "/", "\ud800.png", "\udc80", "\U0010fe80", "\x00", "x" * 5000]
)
VALUES = st.recursive(
    NUMBERS | NAMES | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)
RUNS = st.fixed_dictionaries({"size": st.lists(NUMBERS, max_size=3), "counts": st.text("05`ao", max_size=9)})
ELEMENT = st.fixed_dictionaries(
    {},
    optional={
        "id": VALUES, "image_id": st.sampled_from([1, 2, 1.0, "1"]) | VALUES, "file_name": NAMES | VALUES,
        "category_id": st.integers(-1, 3) | VALUES, "bbox": st.lists(NUMBERS, max_size=5) | VALUES,
        "segmentation": st.lists(st.lists(NUMBERS, max_size=8), max_size=3) | RUNS | VALUES,
        "keypoints": st.lists(NUMBERS, max_size=9) | VALUES, "num_keypoints": VALUES, "name": VALUES,
        "iscrowd": VALUES, "width": NUMBERS | VALUES, "height": NUMBERS, "segments_info": VALUES,
        "caption": VALUES,
    },
)  # fmt: skip
LISTS = st.lists(ELEMENT | VALUES, max_size=5) | VALUES
DOCUMENTS = st.fixed_dictionaries({"images": LISTS, "annotations": LISTS, "categories": LISTS})
SOUND = json.dumps(document(["a.png", "b.png"])).encode()
PIECES = st.sampled_from(
    [b"{", b"]", b'"', b",", b"\\", b"\xff", b"\x00", b"1e999", b"[[", b"", b"NaN", b"\r\n"]
)
CHANGES = st.lists(st.tuples(st.integers(0, len(SOUND)), st.integers(0, 5), PIECES), max_size=4)


def read_with(root: Path, data: bytes) -> Dataset:
    """A dataset whose train is sound and whose val is this."""
    if not (root / "train").exists():
        draw(root, "train/a.png", "train/b.png", "valid/a.png", "valid/b.png")
        put(root, "train/_annotations.coco.json", SOUND)
    put(root, "valid/_annotations.coco.json", data)
    dataset = read_tree(root)
    table = dataset.annotations
    assert table.filter(unit="train").height == 2
    assert [s.unit for s in dataset.splits] == ["train", "val"]
    edges = table.select("x_min", "y_min", "x_max", "y_max").drop_nulls()
    assert all(map(math.isfinite, edges.to_numpy().ravel()))
    assert table.select("label", "entry").drop_nulls().is_unique().all()
    dataset.problems.write_ndjson(root.parent / "problems.jsonl")
    table.write_ndjson(root.parent / "annotations.jsonl")
    return dataset


def changed(changes: list[tuple[int, int, bytes]]) -> bytes:
    data = SOUND
    for place, gone, new in changes:
        data = data[:place] + new + data[place + gone :]
    return data


@SOME
@given(data=st.binary(max_size=300))
@example(data=b"\xff\xfe")
@example(data=b"\xef\xbb")
def test_any_bytes(tmp_path: Path, data: bytes) -> None:
    read_with(tmp_path / "data", data)


@SOME
@given(changes=CHANGES)
def test_any_change_of_a_sound_file(tmp_path: Path, changes: list[tuple[int, int, bytes]]) -> None:
    read_with(tmp_path / "data", changed(changes))


@SOME
@given(content=DOCUMENTS)
def test_any_values(tmp_path: Path, content: dict[str, Any]) -> None:
    read_with(tmp_path / "data", json.dumps(content).encode())


@settings(max_examples=500, deadline=None)
@given(
    counts=st.text(max_size=30)
    | st.lists(NUMBERS, max_size=6)
    | st.text("0123?@O_`ano", max_size=40)
    | VALUES
)
@example(counts="o" * 100_000)
@example(counts="_" * 100_000)
@example(counts="ooooooO" * 1000)
def test_any_runs(counts: object) -> None:
    with contextlib.suppress(BadRuns):
        assert covered(counts) >= 0


@settings(max_examples=300, deadline=None)
@given(runs=st.lists(st.integers(0, 2**31 - 1), max_size=60))
def test_packed_runs_cover_what_they_say(runs: list[int]) -> None:
    assert covered(packed(runs)) == covered(runs) == sum(runs)


@given(text=st.text(st.characters()))
def test_names_can_be_held(text: str) -> None:
    clean(text).encode()


HEAD = b'{"images":[{"id":1,"file_name":"a.png"}],'
READ = """
import sys
from pathlib import Path
from holdfast.config import Settings
from holdfast.formats import read, recognise
dataset = read(recognise(Path(sys.argv[1]), Settings()))
peak = next(line for line in open("/proc/self/status") if line.startswith("VmHWM:"))
print(dataset.problems.height, int(peak.split()[1]) >> 10)
"""


def peak(root: Path, data: bytes) -> int:
    """MB that a process of its own takes to read this."""
    read_with(root, SOUND)
    put(root, "valid/_annotations.coco.json", data)
    argv = [sys.executable, "-c", READ, str(root)]
    done = subprocess.run(argv, cwd=REPOSITORY, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    problems, most = map(int, done.stdout.split())
    assert problems > 0
    return most


@pytest.mark.skipif(sys.platform != "linux", reason="/proc tells the peak of a process")
@pytest.mark.parametrize(
    "data",
    [
        HEAD + b'"info":"' + b"x" * 100_000_000,
        HEAD + b'"annotations":[' + b"9" * 100_000_000,
        HEAD + b'"annotations":[' + b" " * 100_000_000,
        HEAD + b'"annotations":[' + b"[" * 100_000_000,
        HEAD + b'"annotations":[[' + b"[]," * 9_000_000,
        HEAD + b'"annotations":[' + b"{}," * 1_000_000 + b"0]}",
        HEAD + b'"categories":[' + b'{"id":1},' * 500_000 + b"0]}",
        HEAD + b'"x":[' + b"NaN," * 1_000_000 + b"0]}",
        b'{"images":[' + b'{"id":1,"file_name":"a.png"},' * 200_000 + b"0]}",
    ],
    ids=["text", "digits", "blanks", "levels", "lists", "objects", "categories", "NaN", "images"],
)
def test_memory_is_bounded(tmp_path: Path, data: bytes) -> None:
    """Beyond the tables: the text of a window, an element of 8 MiB as objects, 10,000 problems of a kind."""
    sound = peak(tmp_path / "sound", b"{}")
    assert peak(tmp_path / "data", data) - sound < 600
