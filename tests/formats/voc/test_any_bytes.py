"""No bytes make the VOC reader raise, hang, or keep more than it should."""

from __future__ import annotations

import math
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from holdfast import Problem
from holdfast.formats.voc.document import Document, read_document
from tests.formats.reading import notes, read_tree
from tests.formats.voc.writing import box, draw, put, xml

SOUND = xml("a.jpg", box(), box("dog", (1.5, "+2", "3e1", ".5e2"))).encode()
NAMES = ("annotation", "object", "name", "bndbox", "xmin", "ymin", "polygon", "pt", "x", "x1", "y1", "size")
TAGS = st.sampled_from([f"<{name}>" for name in NAMES] + [f"</{name}>" for name in NAMES])
TEXTS = st.one_of(
    st.sampled_from(["1", "-1", "nan", "inf", "1e999", "9" * 400, "&amp;", "&b;", "]]>", "<![CDATA[1]]>"]),
    st.sampled_from(["<!-- -->", "<?pi?>", "<a b='c'/>", "<!DOCTYPE a>", "\x00", "\ufeff", "\u0663"]),
    st.text(max_size=8),
)
SOUP = st.lists(st.one_of(TAGS, TEXTS), max_size=30).map("".join)
ENCODINGS = st.sampled_from(["utf-8", "utf-16", "utf-16-le", "latin-1", "utf-8-sig", "utf-7"])
CHANGES = st.lists(
    st.tuples(st.integers(0, len(SOUND)), st.integers(0, 4), st.binary(max_size=6)), max_size=3
)


def changed(changes: list[tuple[int, int, bytes]]) -> bytes:
    data = SOUND
    for place, length, new in changes:
        data = data[:place] + new + data[place + length :]
    return data


def judge(document: Document, data: bytes) -> None:
    """Whatever was read is finite and has a place in the file; whatever was not has a message."""
    for shape in document.shapes:
        assert all(map(math.isfinite, (*shape.values, *shape.edges)))
        assert shape.name
        assert 1 <= shape.line <= data.count(b"\n") + data.count(b"\r") + 1
        assert len(shape.values) == 4 if shape.kind == "box" else len(shape.values) >= 2
    for fault in document.faults:
        assert fault.message.isprintable()
    entries = [shape.entry for shape in document.shapes]
    assert entries == sorted(set(entries))


@settings(max_examples=800, deadline=None)
@given(st.one_of(st.binary(max_size=400), st.builds(changed, CHANGES)))
@example(b"")
@example(b"\xff\xfe")
@example(SOUND.replace(b"\n", b"\r\n"))
@example(SOUND.decode().encode("utf-16"))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    judge(read_document(data), data)


@settings(max_examples=800, deadline=None)
@given(SOUP, ENCODINGS)
def test_any_elements_are_read_or_refused(soup: str, encoding: str) -> None:
    text = f"<annotation><object><name>a</name>{soup}</object></annotation>"
    data = text.encode(encoding, "replace" if encoding == "latin-1" else "surrogatepass")
    judge(read_document(data), data)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_encodings_and_line_ends_say_the_same(encoding: str, end: str) -> None:
    text = "\ufeff" * (encoding in ("utf-16-le", "utf-16-be")) + SOUND.decode().replace("\n", end)
    document = read_document(text.encode(encoding))
    assert document.faults == []
    assert [(shape.line, shape.name, shape.values) for shape in document.shapes] == [
        (8, "cat", (11, 12, 60, 70)), (17, "dog", (1.5, 2, 30, 50)),
    ]  # fmt: skip


LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10 if n else "ha"}">' for n in range(9))
BOMBS = {
    "laughs": f"<?xml version='1.0'?>\n<!DOCTYPE l [{LAUGHS}]>\n<annotation>&l8;</annotation>",
    "external": "<!DOCTYPE l [<!ENTITY a SYSTEM 'file:///etc/hostname'>]>\n<annotation>&a;</annotation>",
    "outer": "<!DOCTYPE l SYSTEM 'http://127.0.0.1:1/a.dtd'>\n<annotation/>",
    "parameter": "<!DOCTYPE l [<!ENTITY % a SYSTEM 'file:///etc/hostname'> %a;]>\n<annotation/>",
}


@pytest.mark.parametrize("bomb", BOMBS.values(), ids=BOMBS)
def test_entities_and_links_are_refused_where_they_are_declared(bomb: str) -> None:
    document = read_document(bomb.encode())
    assert [fault.message for fault in document.faults] == [
        "declares a document type (DTD), which is not read"
    ]
    assert document.faults[0].line == bomb[: bomb.index("<!DOCTYPE")].count("\n") + 1


HUGE = {
    "nested": b"<annotation>" + b"<a>" * 1_000_000,
    "flat": b"<annotation><object>" + b"<a/>" * 3_000_000,
    "objects": b"<annotation>" + b"<object/>" * 1_500_000,
    "text": b"<annotation><filename>" + b"a" * (12 << 20) + b"</filename></annotation>",
    "attributes": b"<annotation><a " + b"".join(b"a%d='1' " % n for n in range(200_000)) + b"/></annotation>",
    "name": b"<annotation><" + b"a" * (8 << 20) + b"/></annotation>",
    "comment": b"<annotation><!--" + b"a" * (8 << 20) + b"--></annotation>",
    "number": xml("a.jpg", box(place=("9" * 1_000_000, 1, 2, 3))).encode(),
}


@pytest.mark.parametrize("data", HUGE.values(), ids=HUGE)
def test_huge_files_need_memory_within_a_bound(data: bytes) -> None:
    tracemalloc.start()
    document = read_document(data)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 200 << 20
    assert len(document.faults) <= 100_001
    assert all(len(fault.message) < 200 for fault in document.faults)


def test_a_file_over_the_limit_is_not_read(tmp_path: Path) -> None:
    for stem in "ab":
        draw(tmp_path, f"train/{stem}.jpg")
        put(tmp_path, f"train/{stem}.xml", xml(f"{stem}.jpg", box()))
    with (tmp_path / "train/b.xml").open("ab") as file:
        file.truncate(100 << 20)
    dataset = read_tree(tmp_path)
    message = "cannot be read: 104857600 bytes, over the limit of 16777216"
    assert notes(dataset, Problem.MALFORMED) == [f"train/b.xml: {message}"]
    assert dataset.annotations.height == 1


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=200))
def test_any_image_set_is_read(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    root = tmp_path_factory.mktemp("data")
    draw(root, "JPEGImages/a.jpg")
    put(root, "Annotations/a.xml", xml("a.jpg", box()))
    put(root, "ImageSets/Main/train.txt", b"a\n" + data)
    dataset = read_tree(root)
    assert dataset.images.height == 1
    assert all(map(str.isprintable, dataset.problems["message"]))
