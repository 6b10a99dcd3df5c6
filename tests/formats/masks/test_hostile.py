"""Masks and lists of classes from strangers: nothing raises, hangs or takes the machine's memory."""

from __future__ import annotations

import os
import struct
import zlib
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from holdfast import Problem
from holdfast.facts.masks import measure_mask
from holdfast.formats.masks.classes import read_classes
from tests.formats.masks.drawing import problems, read_measured, usual_tree

FILES = ("labelmap.txt", "_classes.csv", "class_dict.csv", "classes.txt", "label_colors.txt")


def png(width: int, height: int, data: bytes, depth: int = 8, colour: int = 0) -> bytes:
    """A PNG of these sides that holds this data."""
    parts = [
        (b"IHDR", struct.pack(">2I5B", width, height, depth, colour, 0, 0, 0)),
        (b"IDAT", data),
        (b"IEND", b""),
    ]
    chunks = (struct.pack(">I", len(part)) + name + part + struct.pack(">I", zlib.crc32(name + part))
              for name, part in parts)  # fmt: skip
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


HOSTILE = {
    "bomb": (png(30_000, 30_000, zlib.compress(bytes(1 << 20))), "not checked: over the limit of 64 million"),
    "wide": (
        png(100_000, 2, zlib.compress(b"")),
        "not checked: 100000 x 2 px, over the limit of 32768 a side",
    ),
    "short": (png(64, 48, zlib.compress(bytes(500))), "truncated: "),
    "html": (b"<!DOCTYPE html><p>404", "HTML page: "),
    "text": (b"0 0.5 0.5 0.1 0.1\n", "damaged: "),
    "nothing": (b"", "zero bytes"),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_hostile_mask_costs_a_finding_of_its_own(tmp_path: Path, kind: str) -> None:
    data = usual_tree(tmp_path)
    data.file("train/masks/2.png", HOSTILE[kind][0])
    dataset = read_measured(data)
    [(path, message)] = problems(dataset, Problem.MALFORMED)
    assert path == "train/masks/2.png"
    assert message.startswith(HOSTILE[kind][1])
    assert dataset.masks.filter(path=path).select("values", "counts").row(0) == (None, None)
    assert len(dataset.annotations) == 2 * 7


@pytest.mark.skipif(os.name != "posix", reason="has no pipes that are files")
def test_a_pipe_among_the_masks_blocks_nobody(tmp_path: Path) -> None:
    data = usual_tree(tmp_path)
    (data.root / "train/masks/0.png").unlink()
    os.mkfifo(data.root / "train/masks/0.png")
    dataset = read_measured(data)
    assert problems(dataset, Problem.NOT_READ) == [("train/masks/0.png", "not read: not a regular file")]


@given(st.binary(max_size=200), st.booleans())
@settings(max_examples=200, deadline=None)
def test_no_bytes_make_a_mask_raise(noise: bytes, framed: bool) -> None:
    mask = measure_mask(png(8, 8, noise, colour=3) if framed else noise)
    assert mask.fault is not None or mask.found is not None


@given(st.one_of(st.binary(max_size=300), st.text("0123456789,:; \n\r\t\"'#ab\0\ufeff", max_size=200)),
       st.sampled_from(FILES))  # fmt: skip
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_bytes_make_a_list_of_classes_raise(tmp_path: Path, noise: bytes | str, name: str) -> None:
    (tmp_path / name).write_bytes(noise if isinstance(noise, bytes) else noise.encode())
    found = read_classes(tmp_path, name)
    assert all(0 <= entry.number < 10**9 and len(entry.name) <= 200 for entry in found.classes)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"\xff\xfec\0a\0t\0", "not UTF-8 at byte 0"),
        (b"a" * (2 << 20), "cannot be read: 2097152 bytes, over the limit of 1048576"),
        (b"x" * 500, "not a class: " + "x" * 60),
        (b"cat\ndog\ncat\n", "the name 'cat' stands on line 1 as well"),
    ],
)
def test_a_list_that_cannot_be_read_is_a_problem(tmp_path: Path, content: bytes, message: str) -> None:
    data = usual_tree(tmp_path).file("classes.txt", content)
    assert problems(read_measured(data), Problem.CONFIG) == [("classes.txt", message)]


def test_names_that_are_no_utf8(tmp_path: Path) -> None:
    data = usual_tree(tmp_path, 1)
    try:
        for place, suffix in (("train/images", "jpg"), ("train/masks", "png")):
            os.rename(
                data.root / place / f"0.{suffix}",
                os.fsencode(data.root / place) + b"/\xff." + suffix.encode(),
            )
    except OSError:
        pytest.skip("the file system takes UTF-8 only")
    dataset = read_measured(data)
    assert dataset.images["has_label"].all()
    assert dataset.masks["values"].null_count() == 0
