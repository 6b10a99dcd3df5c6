"""Reading JSON in windows: whatever the window cuts, elements and places are those of the whole file."""

from __future__ import annotations

import json

import pytest

from holdfast.formats.coco.stream import LARGEST, Element, Stream
from holdfast.formats.coco.window import Fault, Window

WANTED = ("images", "annotations")
SOUND = {
    "info": {"year": -1.5e-07, "text": 'a "quoted" é\n\\', "none": None},
    "images": [{"id": 1, "file_name": "ä\U0001f600.jpg"}, {"id": 2.5e3}, -12.5e1, True, "x"],
    "n": 1.25e10,
    "annotations": [{"x": n / 7, "deep": [[n], {"y": [1.5e-7, -3]}]} for n in range(20)],
    "last": False,
}


def streamed(data: bytes, size: int = 1 << 20, last: str = "") -> tuple[list[Element], Stream, Window]:
    window = Window(data[at : at + size] for at in range(0, len(data), size))
    stream = Stream(window, WANTED, last)
    return list(stream.elements()), stream, window


def values(data: bytes, size: int = 1 << 20) -> list[object]:
    return [element.value for element in streamed(data, size)[0]]


def messages(data: bytes) -> list[str]:
    return [fault.message.removeprefix("not JSON: ") for fault in streamed(data)[1].faults]


@pytest.mark.parametrize("size", [1, 2, 3, 5, 7, 64, 1 << 20])
@pytest.mark.parametrize(("ascii", "indent"), [(True, None), (False, None), (False, 1)])
@pytest.mark.parametrize("end", ["", "\n", "\r\n \t"])
def test_windows_of_any_size(size: int, ascii: bool, indent: int | None, end: str) -> None:
    text = json.dumps(SOUND, ensure_ascii=ascii, indent=indent) + end
    elements, stream, window = streamed(text.encode(), size)
    assert stream.faults == []
    assert [element.value for element in elements] == [*SOUND["images"], *SOUND["annotations"]]
    assert [element.entry for element in elements] == [*range(5), *range(20)]
    assert window.done == len(text.encode())
    lines = text.split("\n")
    for element in elements:
        rest = "\n".join([lines[element.line - 1][element.column - 1 :], *lines[element.line :]])
        assert json.JSONDecoder().raw_decode(rest)[0] == element.value


def test_lines_end_with_line_feeds_whatever_stands_before_them() -> None:
    elements, *_ = streamed(b'{"images":\r\n[1,\r\n\r\n 2]}')
    assert [(element.line, element.column) for element in elements] == [(2, 2), (4, 2)]


@pytest.mark.parametrize(
    ("data", "kept", "fault"),
    [
        (b"", [], "is empty; the rest is not read"),
        (b"[1]", [], "is no JSON object; the rest is not read"),
        (b"null", [], "is no JSON object; the rest is not read"),
        (b'{"images":[1,2', [1, 2], "the file ends too early; the rest is not read"),
        (b'{"images":[1,-', [1], "the file ends inside a value; the rest is not read"),
        (b'{"images":[1,{"a":"b', [1], "the file ends inside a value; the rest is not read"),
        (b'{"images":[1]', [1], "the file ends too early; the rest is not read"),
        (b'{"images":[1],}', [1], "a key is missing; the rest is not read"),
        (b'{"images" [1]}', [], "':' is missing; the rest is not read"),
        (b'{"images":[1 2]}', [1], "',' is missing; the rest is not read"),
        (b'{"images":[1,]}', [1], "an element is missing after the last comma"),
        (b'{"images":[1,,2]}', [1], "a value is missing; the rest is not read"),
        (b'{"images":[1,tru,2]}', [1, 2], "expecting value"),
        (b'{"images":[1,{"a" 1},2]}', [1, 2], "expecting ':' delimiter"),
        (b'{"images":[1,{"a":"\n"},2]}', [1, 2], "invalid control character"),
        (b'{"images":[1,"\\x",2]}', [1, 2], "invalid \\escape"),
        (b'{"images":[1,' + b"9" * 5000 + b",2]}", [1, 2], "a number of too many digits"),
        (b'{"images":{"a":1},"annotations":[2]}', [2], "is no array"),
        (b'{"images":[1],"images":[2]}', [1], "the key is there twice; the second is not read"),
        (b'{"images":[1]}}', [1], "there is more after the end of its object; the rest is not read"),
        (b'{"images":[1,' + b"[" * 1_000_000, [1], "nested over 500 levels; the rest is not read"),
        (b'{"images":[1,' + b'{"a":' * 1_000_000, [1], "nested over 500 levels; the rest is not read"),
        (b'{"a":' + b"[" * 450 + b"]" * 450 + b',"images":[1]}', [1], ""),
        (b'{"images":[1],"annotations":["' + b"x" * 20_000_000, [1],
         "a value of over 8 MiB begins here; the rest is not read"),
    ],
    ids=lambda value: str(value)[:24],
)  # fmt: skip
def test_what_is_no_json_is_said_and_the_rest_is_read(data: bytes, kept: list[int], fault: str) -> None:
    assert values(data) == kept
    assert messages(data) == [fault] * bool(fault)


@pytest.mark.parametrize("size", [1, 3, 1 << 20])
def test_the_place_of_a_fault(size: int) -> None:
    _, stream, _ = streamed(b'{"images":\n[1,\n  {"a" 1}]}', size)
    assert stream.faults == [Fault("not JSON: expecting ':' delimiter", 3, 8, "/images/1")]


def test_a_file_of_faults_is_given_up() -> None:
    _, stream, _ = streamed(b'{"images":[' + b"x," * 100_000 + b"1]}")
    assert len(stream.faults) == 1001
    assert stream.faults[-1].message.endswith("1000 faults; the rest is not read")


def test_what_only_strict_readers_refuse_is_said_with_the_element() -> None:
    elements, stream, _ = streamed(b'{"images":[{"a":NaN,"a":{"b":-Infinity}}, 5], "x": {"c": 1, "c": 2}}')
    assert elements[0].odd == (
        "not JSON: NaN is no number of JSON; -Infinity is no number of JSON; "
        "key a is there twice in one object; the last counts"
    )
    assert elements[1].odd == ""
    assert [fault.pointer for fault in stream.faults] == ["/x"]


def test_an_object_of_very_many_keys_one_of_them_twice() -> None:
    keys = ",".join(f'"{number}":0' for number in range(200_000))
    elements, *_ = streamed(('{"images":[{' + keys + ',"199999":1}]}').encode())
    assert "key 199999 is there twice" in elements[0].odd


@pytest.mark.parametrize("size", [1, 2, 3, 1 << 20])
@pytest.mark.parametrize(
    ("codec", "said"),
    [
        ("utf-8-sig", "with a byte order mark"),
        ("utf-16", "in UTF-16"),
        ("utf-16-le", "in UTF-16-LE"),
        ("utf-16-be", "in UTF-16-BE"),
        ("utf-32", "in UTF-32"),
    ],
)
def test_other_encodings_are_read_and_said(codec: str, said: str, size: int) -> None:
    data = json.dumps(SOUND, ensure_ascii=False).encode(codec)
    elements = streamed(data, max(size, 4))[0]
    assert [element.value for element in elements[:5]] == SOUND["images"]
    oddities = streamed(data, 64)[2].oddities
    assert [said in fault.message for fault in oddities] == [True]


@pytest.mark.parametrize("size", [4, 64, 1 << 20])
def test_a_byte_that_is_not_utf_8_is_said_with_its_place(size: int) -> None:
    elements, _, window = streamed(b'{"images":[1,\n{"a": "\xe4"}, "\xff"]}', size)
    assert window.oddities == [Fault("byte 0xe4 is not UTF-8", 2, 8)]
    assert elements[1].value == {"a": "\udce4"}


def test_reading_stops_after_the_last_array_that_is_wanted() -> None:
    data = b'{"images":[1],' + b'"x":[' + b"0," * 1000 + b'0],"annotations":[2]}'
    elements, stream, window = streamed(data, 16, last="images")
    assert [element.value for element in elements] == [1]
    assert stream.faults == []
    assert window.done <= 32


def test_an_element_may_be_as_large_as_is_said() -> None:
    large = "x" * (LARGEST - 10)
    assert values(json.dumps({"images": [1, large, 2]}).encode(), 1 << 20) == [1, large, 2]
