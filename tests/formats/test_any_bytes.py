from __future__ import annotations

import contextlib
import math

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from holdfast.formats.safe_yaml import BadYaml, load_yaml
from holdfast.formats.yolo_labels import Annotation, Malformed, parse_labels

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
