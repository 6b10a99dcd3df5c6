"""Whatever a file of predictions holds: it is read, or refused in one line."""

from __future__ import annotations

import json
import math
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from holdfast.errors import UsageError
from holdfast.impact.predictions import Predictions, read_predictions

SOME = settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
NUMBERS = st.one_of(st.integers(-3, 9), st.floats(), st.sampled_from([10**40, 1.7e308, True, None]))
NAMES = st.sampled_from(["a.png", "", "\ud800.png", "\x00", "x" * 5000, "\x1b[2J"])
VALUES = NUMBERS | NAMES | st.lists(NUMBERS, max_size=5) | st.dictionaries(NAMES, NUMBERS, max_size=2)
ENTRY = st.fixed_dictionaries(
    {},
    optional={
        "image_id": VALUES, "file_name": NAMES, "path": VALUES, "score": NUMBERS | VALUES,
        "category_id": st.integers(0, 2) | VALUES, "bbox": st.lists(NUMBERS, min_size=3, max_size=5) | VALUES,
        "segmentation": st.lists(st.lists(NUMBERS, max_size=8), max_size=2) | VALUES,
    },
)  # fmt: skip


def read(suffix: str, data: bytes) -> Predictions | None:
    """What is read of these bytes; None where they are refused as they should be."""
    refusal = ""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / f"said{suffix}").write_bytes(data)
        try:
            return read_predictions(f"said{suffix}", Path(folder))
        except UsageError as error:
            refusal = str(error)
    assert refusal.isprintable()
    return None


@SOME
@given(st.sampled_from([".csv", ".json"]), st.binary(max_size=200))
@example(".json", b"\xef\xbb\xbf[]")
@example(".json", b"[\xff\xfe]")
@example(".json", b'[{"a":' * 2000)
@example(".csv", b"\xff\xfep\0a\0")
@example(".csv", b"path,label,score\n" + b"a" * 200_000 + b",b,1")
def test_any_bytes(suffix: str, data: bytes) -> None:
    assert_sound(read(suffix, data))


@SOME
@given(st.lists(ENTRY, max_size=3) | VALUES)
def test_any_results(entries: Any) -> None:
    assert_sound(read(".json", json.dumps(entries).encode("ascii")))


@SOME
@given(st.lists(st.tuples(NAMES, VALUES, NUMBERS, NUMBERS, NUMBERS, NUMBERS, NUMBERS), max_size=3))
def test_any_rows(rows: list[tuple[object, ...]]) -> None:
    text = "path,label,score,x_min,y_min,x_max,y_max\n" + "\n".join(",".join(map(str, row)) for row in rows)
    assert_sound(read(".csv", text.encode("utf-8", "surrogatepass")))


def assert_sound(found: Predictions | None) -> None:
    if found is not None:
        assert len(found.image) == len(found.label) == len(found.score)
        assert len(found.box) in (0, 4 * len(found.score))
        assert all(map(math.isfinite, (*found.score, *found.box)))


def test_the_number_of_predictions_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("holdfast.impact.predictions.MOST", 3)
    (tmp_path / "said.csv").write_text("path,label,score\n" + "a,b,1\n" * 4)
    with pytest.raises(UsageError, match="has more than 3 predictions"):
        read_predictions("said.csv", tmp_path)


def test_the_size_of_a_file_is_bounded(tmp_path: Path) -> None:
    for name in ("said.csv", "said.json"):
        with (tmp_path / name).open("wb") as file:
            file.truncate((2 << 30) + 1)  # a hole: it takes no room
        with pytest.raises(UsageError, match="over the limit of"):
            read_predictions(name, tmp_path)
