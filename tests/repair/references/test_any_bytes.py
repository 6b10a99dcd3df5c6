"""Whatever bytes a file of annotations holds: it is changed as asked, or refused."""

from __future__ import annotations

import csv
import io
import json
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from holdfast.formats.lists.table import Row as Read
from holdfast.formats.lists.table import read_rows
from holdfast.repair.references.changes import Added, Changes, Numbers, Size
from holdfast.repair.references.csv_text import sound_rows
from holdfast.repair.references.kinds import Kind, changed, taken, texts_of
from holdfast.repair.runs.places import Refused

SAMPLES = {
    "a.json": json.dumps(
        {
            "images": [{"id": n, "file_name": f"{n}.png", "width": 9, "height": 9} for n in range(3)],
            "categories": [{"id": 1, "name": "cat"}],
            "annotations": [
                {
                    "id": n,
                    "image_id": n,
                    "category_id": 1,
                    "bbox": [1, 2, 3, 4.5],
                    "segmentation": [[1, 2, 3, 4, 5, 6]],
                }
                for n in range(3)
            ],
        },
        indent=1,
    ).encode(),
    "a.xml": b"<annotation>\n<filename>0.png</filename><size><width>9</width><height>9</height></size>\n"
    + b"".join(
        b" <object><name>cat</name><bndbox><xmin>1</xmin><ymin>2</ymin>"
        b"<xmax>3</xmax><ymax>4.5</ymax></bndbox></object>\n"
        for _ in range(3)
    )
    + b"</annotation>\n",
    "a.csv": b"filename,width,height,class,xmin,ymin,xmax,ymax\r\n"
    + b"".join(b'%d.png,9,9,"a ""cat"", black",1,2,3,4.5\r\n' % n for n in range(3)),
    "a.jsonl": b"".join(
        b'{"file_name": "%d.png", "objects": {"bbox": [[1, 2, 3, 4.5]], "categories": ["cat"]}}\n' % n
        for n in range(3)
    ),
    "a.txt": b"0.png\n1.png\r\n2.png",
    "ImageSets/Main/a.txt": b"0 1\n1 -1\n2  0\n",
}
BOX = (1.0, 2.0, 3.0, 4.5)


def damaged(data: st.DataObject, sample: bytes) -> bytes:
    """The sample with a few bytes changed, cut out or put in."""
    found = bytearray(sample)
    for _ in range(data.draw(st.integers(0, 4))):
        at = data.draw(st.integers(0, len(found)))
        found[at : at + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=4))
    return bytes(found)


@pytest.mark.parametrize("path", SAMPLES)
@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_it_is_changed_or_refused(path: str, data: st.DataObject) -> None:
    bytes_in = damaged(data, SAMPLES[path])
    name = "0" if path.startswith("Image") else "0.png"
    changes = data.draw(
        st.sampled_from(
            [
                Changes({name: None}),
                Changes({name: "b/new.png"}),
                Changes(numbers=[Numbers(0, 2 if path.endswith("csv") else 1, BOX, None)]),
                Changes(numbers=[Numbers(0, 2 if path.endswith("csv") else 1, BOX, (1.0, 2.0, 2.5, 4.0))]),
                Changes(sizes={name: Size(5, 6)}),
                Changes(added=[Added("new.png")]),
            ]
        )
    )
    with suppress(Refused):
        changed(path, bytes_in, changes)
    with suppress(Refused):
        list(texts_of(Kind.VOC if path.endswith("xml") else kind(path), bytes_in))
        taken(path, bytes_in, frozenset({name}))


def kind(path: str) -> Kind:
    kinds = {"json": Kind.COCO, "csv": Kind.TABLE, "jsonl": Kind.JSON_LINES, "xml": Kind.VOC}
    return kinds.get(path.rpartition(".")[2], Kind.LIST)


@pytest.mark.parametrize("path", SAMPLES)
@settings(max_examples=100, deadline=None)
@given(raw=st.binary(max_size=200))
def test_no_bytes_raise(path: str, raw: bytes) -> None:
    with suppress(Refused):
        changed(path, raw, Changes({"a.png": None}))


CELL = st.text(st.characters(codec="utf-8", exclude_categories=("Cs",), exclude_characters="\0"), max_size=8)


@settings(max_examples=150, deadline=None)
@given(
    rows=st.lists(st.tuples(CELL, CELL), min_size=1, max_size=6),
    end=st.sampled_from(["\n", "\r\n"]),
    data=st.data(),
)
def test_a_csv_reads_as_pythons_csv_reads_it(
    rows: list[tuple[str, str]], end: str, data: st.DataObject
) -> None:
    """One name is replaced; every other cell is what it was, however it is quoted."""
    text = io.StringIO(newline="")
    # old writers leave a lone carriage return bare, and the reader takes it for the end of the row
    minimal = not any("\r" in cell for row in rows for cell in row)
    quoting = data.draw(st.sampled_from([csv.QUOTE_ALL] + [csv.QUOTE_MINIMAL] * minimal))
    writer = csv.writer(text, lineterminator=end, quoting=quoting)
    table = [
        ["filename", "note"],
        *([f"{number}.png", one + other] for number, (one, other) in enumerate(rows)),
    ]
    writer.writerows(table)
    after = changed("a.csv", text.getvalue().encode(), Changes({"0.png": 'b "new", c.png'})).decode()
    table[1][0] = 'b "new", c.png'
    assert list(csv.reader(io.StringIO(after, newline=""))) == table


@settings(max_examples=500, deadline=None)
@given(text=st.text(st.sampled_from(' ab",\r\n'), max_size=60))
def test_rows_beside_malformed_ones_are_those_that_the_checks_read(text: str) -> None:
    read = [(row.line, row.fields) for row in read_rows(text.encode()) if isinstance(row, Read)]
    edited = [(row.line, [cell.text for cell in row.cells]) for row in sound_rows(text)]
    assert [row for row in edited if any(map(str.strip, row[1])) or len(row[1]) > 1] == read


def test_a_row_taken_over_keeps_its_cells_by_name() -> None:
    said = taken("a.csv", b'filename,class,xmin\n1.png,"a, b",7\n', frozenset({"1.png"}))
    other = b"xmin,class,filename\r\n1,cat,2.png"
    after = changed("b.csv", other, Changes(added=[Added("x/1.png", said["1.png"])]))
    assert after == b'xmin,class,filename\r\n1,cat,2.png\r\n7,"a, b",x/1.png\r\n'


def test_a_category_that_is_missing_refuses() -> None:
    said = taken("a.json", SAMPLES["a.json"], frozenset({"1.png"}))
    other = b'{"images": [], "annotations": [], "categories": [{"id": 5, "name": "dog"}]}'
    with pytest.raises(Refused, match="has no category cat: add it to `categories` first"):
        changed("b.json", other, Changes(added=[Added("1.png", said["1.png"])]))


def test_ids_that_are_taken_are_numbered_anew_and_categories_go_by_name() -> None:
    said = taken("a.json", SAMPLES["a.json"], frozenset({"1.png"}))
    image, box = (
        {"id": 1, "file_name": "x.png"},
        {"id": 1, "image_id": 1, "category_id": 5, "bbox": [1, 1, 1, 1]},
    )
    other = {"images": [image], "annotations": [box], "categories": [{"id": 5, "name": "cat"}]}
    after = json.loads(
        changed("b.json", json.dumps(other).encode(), Changes(added=[Added("d/1.png", said["1.png"])]))
    )
    assert after["images"] == [image, {"id": 2, "file_name": "d/1.png", "width": 9, "height": 9}]
    added = {"id": 2, "image_id": 2, "category_id": 5, "bbox": [1, 2, 3, 4.5]}
    assert after["annotations"] == [box, added | {"segmentation": [[1, 2, 3, 4, 5, 6]]}]


def test_an_annotation_that_is_another_now_refuses() -> None:
    for path, line in (("a.json", 1), ("a.xml", 1), ("a.csv", 3), ("a.jsonl", 1)):
        with pytest.raises(Refused, match="than was checked"):
            changed(path, SAMPLES[path], Changes(numbers=[Numbers(0, line, (9.0, 2.0, 3.0, 4.5), None)]))
