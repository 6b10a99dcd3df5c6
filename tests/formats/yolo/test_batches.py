"""Label files are read many at once: whatever lies between them, each says what it says alone."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from holdfast.dataset import CLASSES, empty
from holdfast.formats.yolo import rows as yolo_rows
from holdfast.formats.yolo.labels import Annotation, parse_labels
from holdfast.formats.yolo.rows import Rows

BOX = "3 0.5 0.5 0.25 0.125"
PLAIN = [BOX, f"{BOX}\n{BOX}\n", f"{BOX}\r\n{BOX}\r\n", "+1 -0 +.5 5. 1E-5\n", "0 0.1 0.1 0.9 0.1 0.5 0.8\n"]
ODD = ["", "\n", f"{BOX}\r", f"{BOX}\n\n{BOX}", f"{BOX} \n", f"{BOX}\t0.5", "\ufeff0 1 1 1 1", "1.0 1 1 1 1"]
WRONG = [
    "0 1-2 0.5 0.5 0.5\n",
    "0 1e999 1 1 1\n",
    "9999999999999999999 1 1 1 1",
    "0.5 1 1 1 1",
    "x",
    "0 . 1 1 1",
]
MORE = ['0 "1" 1 1 1', "0 1 1 1 1\n# comment", "0 1 1 1 1 0.9\n", "0 1_0 1 1 1"]
FILES = st.sampled_from([text.encode() for text in (*PLAIN, *ODD, *WRONG, *MORE)])


def labels_of(count: int) -> pl.DataFrame:
    columns = {"label": [f"{number}.txt" for number in range(count)], "unit": "train", "collection": ""}
    shared = dict.fromkeys(("unit", "collection", "split"), pl.Categorical())
    table = pl.DataFrame(columns).with_columns(split=pl.lit("train"), image=pl.lit(None, pl.String))
    return table.cast(pl.Schema({"label": pl.String, **shared, "image": pl.String}), strict=True)


@pytest.mark.parametrize("at_once", [1, 16, 1 << 19])
def test_files_say_together_what_each_says_alone(monkeypatch: pytest.MonkeyPatch, at_once: int) -> None:
    monkeypatch.setattr(yolo_rows, "_AT_ONCE", at_once)

    @settings(max_examples=150, deadline=None)
    @given(st.lists(FILES, max_size=12))
    def run(files: list[bytes]) -> None:
        rows = Rows(labels_of(len(files)), empty(CLASSES))
        for number, data in enumerate(files):
            rows.add(number, data)
        table = rows.table()
        wanted = [(f"{number}.txt", row) for number, data in enumerate(files) for row in parse_labels(data)]
        read = [(label, row) for label, row in wanted if isinstance(row, Annotation)]
        assert table.select("label", "line", "class_id", "kind").rows() == [
            (label, row.line, row.class_id, row.kind) for label, row in read
        ]
        assert table["values"].to_list() == [list(row.values) for _, row in read]
        assert table["entry"].to_list() == [row.line - 1 for _, row in read]
        malformed = [(label, row) for label, row in wanted if not isinstance(row, Annotation)]
        assert [(f"{file}.txt", row) for file, row in rows.malformed] == malformed

    run()
