"""Files of one coded picture: never called so where a decoder would show two."""

from __future__ import annotations

import io
from functools import cache

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from PIL import Image

from holdfast.facts.jpeg import coded_picture
from holdfast.facts.looks import shown_code
from tests.trees import picture

Segments = list[tuple[int, bytes]]

KINDS = st.sampled_from([0xE0, 0xE1, 0xE2, 0xED, 0xEE, 0xEF, 0xFE, 0xD0, 0xD8, 0xDD, 0x01])
CONTENTS = st.binary(max_size=14) | st.sampled_from(
    [
        b"Adobe\0\x64\0\0\0\0\0",
        b"Adobe\0\x64\0\0\0\0\1",
        b"Adobe\0\x64\0\0\0\0\2",
        b"JFIF\0\1\1\0\0\1\0\1\0\0",
    ]
)
SEGMENTS = st.lists(st.tuples(KINDS, CONTENTS), max_size=3)


@cache
def encoded(seed: int, mode: str = "RGB", format: str = "JPEG") -> bytes:
    file = io.BytesIO()
    picture(seed, 32, 24).convert(mode).save(file, format)
    return file.getvalue()


def segment(kind: int, content: bytes) -> bytes:
    return bytes([0xFF, kind]) + (len(content) + 2).to_bytes(2, "big") + content


def with_segments(jpeg: bytes, segments: Segments) -> bytes:
    """A JPEG with more segments at its start."""
    return jpeg[:2] + b"".join(segment(*one) for one in segments) + jpeg[2:]


def pixels(jpeg: bytes) -> tuple[str, tuple[int, int], bytes] | None:
    """What Pillow decodes; None where it does not."""
    try:
        image = Image.open(io.BytesIO(jpeg), formats=("JPEG",))
        return image.mode, image.size, image.tobytes()
    except Exception:
        return None


@settings(max_examples=300, deadline=None)
@given(SEGMENTS, SEGMENTS, st.sampled_from(["RGB", "CMYK", "L"]))
@example([(0xEE, b"Adobe\0\x64\0\0\0\0\0")], [(0xEE, b"Adobe\0\x64\0\0\0\0\1")], "RGB")
def test_equal_codes_are_equal_pictures(ours: Segments, theirs: Segments, mode: str) -> None:
    one, other = (with_segments(encoded(1, mode), segments) for segments in (ours, theirs))
    if coded_picture(one) is not None and coded_picture(one) == coded_picture(other):
        assert pixels(one) == pixels(other)


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_a_changed_bit_outside_metadata_is_another_code(data: st.DataObject) -> None:
    whole = encoded(1)
    place = data.draw(st.integers(0, len(whole) * 8 - 1))
    changed = bytearray(whole)
    changed[place // 8] ^= 1 << place % 8
    code = coded_picture(bytes(changed))
    assert code is None or code != coded_picture(whole)


METADATA = st.binary(max_size=40).filter(lambda content: not content.startswith(b"MPF\0"))
"""What says where further views are is no metadata."""


@given(st.lists(st.tuples(st.sampled_from([0xE1, 0xED, 0xEF, 0xFE]), METADATA), max_size=3))
def test_metadata_is_no_difference(segments: Segments) -> None:
    assert coded_picture(with_segments(encoded(1), segments)) == coded_picture(encoded(1)) is not None


def test_the_transform_of_colours_is_a_difference() -> None:
    bare = encoded(1)[:2] + encoded(1)[20:]  # without the JFIF segment, which says it before
    marks = [with_segments(bare, [(0xEE, b"Adobe\0\x64\0\0\0\0" + bytes([way]))]) for way in (0, 1)]
    assert pixels(marks[0]) != pixels(marks[1])
    assert coded_picture(marks[0]) != coded_picture(marks[1])


def test_how_it_is_turned_is_a_difference() -> None:
    def turned(orientation: int) -> bytes:
        exif = Image.Exif()
        exif[0x0112] = orientation
        return with_segments(encoded(1), [(0xE1, exif.tobytes())])

    assert coded_picture(turned(6)) == coded_picture(turned(3))
    assert len({shown_code(turned(way)) for way in range(1, 9)}) == 8
    assert shown_code(turned(1)) == shown_code(encoded(1))


def hidden(real: bytes) -> bytes:
    """A JPEG that a reader who takes the bytes after a bare marker for a length reads out of step.

    To that reader the picture lies in a segment of metadata, before a scan that is always the same.
    """
    start = b"\xff\xd8\xff\xd0" + segment(0xFE, bytes(19_998)) * 3
    until = 4 + 0xFFFE  # where the reader is after the "segment" FF D0, whose length reads FF FE
    content = bytes(until - len(start) - 4) + b"\xff\xe1" + (len(real)).to_bytes(2, "big")
    return start + segment(0xFE, content) + real[2:] + b"\xff\xda\0\2same"


def test_no_picture_hides_in_metadata() -> None:
    one, other = hidden(encoded(1)), hidden(encoded(2))
    assert pixels(one) is not None
    assert pixels(one) != pixels(other)
    assert coded_picture(one) is None or coded_picture(one) != coded_picture(other)


def test_a_list_of_views_is_a_difference() -> None:
    file = io.BytesIO()
    picture(1).save(file, "MPO", save_all=True, append_images=[picture(2)])
    several = file.getvalue()
    place = several.index(b"MPF\0") - 4
    length = int.from_bytes(several[place + 2 : place + 4], "big")
    one = several[:place] + several[place + 2 + length :]
    assert coded_picture(several) not in (None, coded_picture(one))


@pytest.mark.parametrize(
    "data", [b"", b"\xff\xd8", b"\xff\xd8\xff", b"\xff\xd8\xff\xe1\0", b"\x89PNG", b"\xff\xd8\xff\xda"]
)
def test_what_is_no_whole_jpeg_has_no_code(data: bytes) -> None:
    assert coded_picture(data) is None
    assert shown_code(data) is None


def test_other_formats_have_no_code() -> None:
    assert shown_code(encoded(1, format="PNG")) is None
