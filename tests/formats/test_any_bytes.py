from __future__ import annotations

import contextlib
import math

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from holdfast.formats.safe_yaml import BadYaml, load_yaml
from holdfast.formats.yolo.boxes import plain, read_boxes
from holdfast.formats.yolo.labels import Annotation, Malformed, parse_labels

FIELDS = st.one_of(
    st.integers(-3, 99).map(str),
    st.floats().map(repr),
    st.sampled_from(["nan", "inf", "1e999", "1e308", "-1e308", "0x1", "1_0", "+.5", "5.", "9" * 30]),
    st.sampled_from(["\u0663", "\x00", "\r", "\x0c", "\x1c", "\ufeff"]),
    st.text(max_size=6),
)  # fmt: skip
LINES = st.lists(st.lists(FIELDS, max_size=12).map(" ".join), max_size=6).map("\n".join)
LABELS = st.one_of(st.binary(max_size=300), LINES.map(lambda text: text.encode("utf-8", "surrogatepass")))
YAML = st.one_of(
    st.text(max_size=200),
    st.text("[]{}:,-?!&*'\"|>#%@` \n\tab0", max_size=120),
)


@settings(max_examples=600, deadline=None)
@given(LABELS)
@example(b"\x1c")
def test_labels_never_raise_and_hold_finite_numbers(data: bytes) -> None:
    for row in parse_labels(data):
        assert 1 <= row.line <= data.count(b"\n") + 1
        if isinstance(row, Annotation):
            assert all(map(math.isfinite, row.values))
            assert row.kind in ("box", "polygon")
            assert len(row.values) == 4 if row.kind == "box" else len(row.values) >= 6
            assert row.x_min <= row.x_max or row.kind == "box"
        else:
            assert row.column >= 1
            assert row.message.isascii()


@settings(max_examples=600, deadline=None)
@given(YAML)
def test_yaml_is_read_or_refused(text: str) -> None:
    with contextlib.suppress(BadYaml):
        load_yaml(text)


@pytest.mark.parametrize(
    "text", ["\x00", "\ud800", "a: \ud800", "%TAG ! x\n--- !a b", "- " * 50_000, "? " * 50_000]
)
def test_awkward_yaml_is_refused(text: str) -> None:
    with pytest.raises(BadYaml):
        load_yaml(text)


def test_a_label_of_too_many_lines_is_cut() -> None:
    *rows, last = parse_labels(b"0 .5 .5 .1 .1\n" * 100_002)
    assert len(rows) == 100_000
    assert isinstance(last, Malformed)
    assert "more than 100000 lines" in last.message


NUMBERS = st.one_of(
    st.floats(0, 1).map(repr),
    st.integers(-9, 10**20).map(str),
    st.sampled_from(["1e-05", "1E5", "1e400", "-0.0", "+.5", "5.", "1_0", "-", ".", "1e", "nan", "\u0663"]),
)
BOX_LINES = st.tuples(
    st.one_of(
        st.integers(0, 9).map(str),
        NUMBERS,
        st.sampled_from(["3.0", "+1", "9" * 18, "9" * 19, "0" * 25 + "1", "-" + "0" * 19 + "1"]),
    ),
    *[NUMBERS] * 4,
).map(" ".join)
NEARLY_BOXES = st.tuples(
    st.lists(BOX_LINES, max_size=4),
    st.sampled_from(["\n", "\r\n", "\r", "\n\n", " \n", "\t\n"]),
    st.sampled_from(["", "\n", "\r\n", "\r", " ", "\n\n"]),
).map(lambda parts: (parts[1].join(parts[0]) + parts[2]).encode())
PIECES = st.sampled_from([b" ", b"\n", b"\r", b"", b"9", b"e", b"\x0b"])
CHANGES = st.lists(st.tuples(st.integers(0, 200), PIECES), max_size=2)


def changed(data: bytes, changes: list[tuple[int, bytes]]) -> bytes:
    for place, new in changes:
        data = data[:place] + new + data[place + 1 :]
    return data


@settings(max_examples=1500, deadline=None)
@given(st.one_of(st.builds(changed, NEARLY_BOXES, CHANGES), LABELS))
@example(b"0 0.1 0.2 0.3 0.4\n1 1 1 1 1\n")
@example(b"0 0.1 0.2 0.3\n0 0.1 0.2 0.3 0.4 0.5\n")
@example(b"0 0.1 0.2 0.3 0.4\r\r\n")
@example(b" 0.1 0.2 0.3 0.4\n")
@example(b"0 1.7e308 1.7e308 1 1\n")
def test_plain_boxes_are_read_as_any_line_is(data: bytes) -> None:
    boxes = read_boxes([data])
    assert boxes is None or plain(data)
    if boxes is not None:
        rows = list(parse_labels(data))
        assert [row.line for row in rows] == list(range(1, len(boxes.classes) + 1))
        assert [row.kind for row in rows if isinstance(row, Annotation)] == ["box"] * len(rows)
        assert [row.class_id for row in rows] == boxes.classes.tolist()
        assert [list(map(repr, row.values)) for row in rows] == [
            list(map(repr, row)) for row in boxes.values.tolist()
        ]


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("last", [True, False])
def test_plain_boxes_are_not_left_to_the_slow_reader(end: str, last: bool) -> None:
    lines = ["0 0.5 0.5 0.1 0.1", "17 1 1 1e-05 0.12345678901234567"]
    text = end.join(lines) + end * last
    boxes = read_boxes([text.encode()])
    assert boxes is not None
    assert boxes.classes.tolist() == [0, 17]
    assert boxes.values.tolist() == [[0.5, 0.5, 0.1, 0.1], [1, 1, 1e-05, 0.12345678901234567]]
