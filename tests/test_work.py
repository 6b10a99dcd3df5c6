"""How much work a run does, counted and not timed: one decode more for each picture fails here."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from holdfast.facts import pool, states
from holdfast.facts.decode import measure_image
from holdfast.facts.levels import Level
from holdfast.facts.looks import look_at, shown_code
from holdfast.facts.opening import DECODES
from holdfast.facts.scan import Counts
from tests.checking import check
from tests.facts.measuring import facts
from tests.trees import Tree, picture, tree

LARGE, COPIES, PLAIN = range(12), range(3), range(9)
"""How many JPEGs large enough for a cheap scale, copies of each kind, PNGs and small JPEGs."""
IMAGES = 12 + 5 * 3 + 2 * 9 + 1
HASHES = "".join(
    f"[rules.{rule}]\norientations = false\nfeatures = false\n"
    for rule in ("near_duplicate", "split_leakage", "source_leakage")
)
"""What turned or by its features looks like another is decoded, too: here the hashes alone decide."""


@pytest.fixture(autouse=True)
def same_everywhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """A file just written is at rest, and a message has room for paths of any length."""
    monkeypatch.setattr(states, "_GRAIN", 0)
    monkeypatch.setattr(pool, "_BATCH_NAMES", 1 << 15)


@pytest.fixture
def data(tmp_path: Path) -> Tree:
    """Pictures of all kinds with copies of all kinds, and one that is broken."""
    built = tree(tmp_path)
    for number in LARGE:
        built.draw(f"train/images/{number}.jpg", picture(number, 320, 240))
    for number in COPIES:
        whole = built.path(f"train/images/{number}.jpg").read_bytes()
        drawn = Image.open(io.BytesIO(whole))
        built.file(f"valid/images/bytes{number}.jpg", whole)
        built.file(f"valid/images/said{number}.jpg", whole[:2] + b"\xff\xfe\x00\x06copy" + whole[2:])
        built.draw(f"test/images/again{number}.jpg", drawn, quality=60)
        built.draw(f"test/images/smaller{number}.jpg", drawn.resize((240, 180)))
        built.draw(f"test/images/exact{number}.png", drawn)
    for number in PLAIN:
        built.draw(f"train/images/plain{number}.png", picture(100 + number))
        built.draw(f"train/images/small{number}.jpg", picture(200 + number, 96, 72))
    built.settings(HASHES)
    return built.file("train/images/broken.jpg", whole[: len(whole) // 2])


def work(data: Tree, *rules: str, arguments: tuple[str, ...] = ()) -> Counts:
    """The counts in the header of a run's findings."""
    return Counts(**check(data.root, *rules, arguments=arguments).header["measured"])


def size(data: Tree, *patterns: str) -> int:
    """Bytes of the images whose names match."""
    return sum(file.stat().st_size for pattern in patterns for file in data.root.glob(f"*/images/{pattern}"))


NOTHING = Counts(images=IMAGES)
ORIGINALS = "[012].jpg"


def test_a_cold_run(data: Tree) -> None:
    looked_at = (ORIGINALS, "again*", "smaller*", "exact*")
    assert work(data) == Counts(
        images=IMAGES,
        read=IMAGES
        + 6
        + 12
        + 6,  # all; what said copies and originals are coded as; candidates; equal ones again
        bytes=size(data, "*", ORIGINALS, "said*", *looked_at, ORIGINALS, "exact*"),
        decoded=24 + 21 + 2 + 12 + 6,  # cheaply; at once in full; the broken one; candidates; equal ones
        full=21 + 1 + 12 + 6,
        round_trips=5,  # the candidates in two
        compared=930,
    )


def test_a_warm_run_does_nothing(data: Tree) -> None:
    work(data)
    assert work(data) == NOTHING


def test_a_run_that_decodes_in_full(data: Tree) -> None:
    data.settings('decode = "full"\n' + HASHES)
    found = work(data)
    cheaply = 24 + 1  # JPEGs with a cheap scale, for the figures of how they look; the broken one
    assert (found.decoded, found.full) == (IMAGES + 12 + 3 + cheaply, IMAGES + 12 + 3)
    assert (found.read, found.round_trips) == (IMAGES + 9 + 12 + 3, 6)
    assert work(data) == NOTHING


def test_the_cheap_stage_is_not_repeated_where_the_full_one_was_run(data: Tree) -> None:
    data.settings('decode = "full"\n' + HASHES)
    work(data)
    data.settings(HASHES)
    assert work(data, "unreadable_image") == NOTHING


@pytest.mark.parametrize(
    ("rule", "decoded", "full"),
    [("unreadable_image", 47, 22), ("box_out_of_image", 0, 0), ("wrong_extension", 0, 0)],
)
def test_what_a_rule_needs(data: Tree, rule: str, decoded: int, full: int) -> None:
    expected = Counts(IMAGES, IMAGES, size(data, "*"), decoded, full, round_trips=1)
    assert work(data, arguments=("-k", rule)) == expected
    assert work(data, rule) == NOTHING


def test_a_rule_about_labels_reads_no_image(data: Tree) -> None:
    assert work(data, "missing_label", "degenerate_box") == Counts()


def test_only_what_changed_is_read_again(data: Tree) -> None:
    work(data)
    data.draw("train/images/plain3.png", picture(999))
    data.draw("train/images/new.jpg", picture(998, 320, 240))
    found = work(data)
    expected = Counts(IMAGES + 1, 2, size(data, "plain3.png", "new.jpg"), decoded=2, full=1, round_trips=1)
    assert replace(found, compared=0) == expected
    assert found.compared < 2 * IMAGES


def test_sides_are_those_shown_though_nothing_is_decoded(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    data = tree(tmp_path)
    for suffix in ("jpg", "png", "webp", "tif"):
        data.draw(f"train/images/turned.{suffix}", picture(1), exif=exif)
        data.draw(f"train/images/upright.{suffix}", picture(1))
    sides = {name: (row["width"], row["height"]) for name, row in facts(data, "width", "height").items()}
    assert {name: size[0] < size[1] for name, size in sides.items()} == {
        name: name.startswith("turned") for name in sides
    }


@pytest.fixture
def decoders(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the decoders that Pillow makes."""
    made: list[str] = []
    make = Image._getdecoder

    def noted(mode: str, name: str, *arguments: Any) -> Any:
        made.append(name)
        return make(mode, name, *arguments)

    monkeypatch.setattr(Image, "_getdecoder", noted)
    return made


def encoded(format: str, drawn: Image.Image, **options: Any) -> bytes:
    file = io.BytesIO()
    drawn.save(file, format, **options)
    return file.getvalue()


@pytest.mark.parametrize(
    ("data", "draft"),
    [
        (encoded("JPEG", picture(1, 320, 240)), True),
        (encoded("JPEG", picture(1, 320, 240), progressive=True), True),
        (encoded("JPEG", picture(1, 320, 240).convert("L")), True),
        (encoded("JPEG", picture(1, 320, 240).convert("CMYK")), True),
        (encoded("JPEG", picture(1, 96, 72)), False),
        (encoded("PNG", picture(1, 320, 240)), False),
        (encoded("PNG", picture(1, 96, 72).quantize(16)), False),
    ],
    ids=["jpeg", "progressive", "grey", "cmyk", "small", "png", "palette"],
)
def test_each_picture_is_decoded_once_and_that_is_counted(
    data: bytes, draft: bool, decoders: list[str]
) -> None:
    works = [
        (lambda: measure_image(data, Level.HEADER), 0, 0),
        (lambda: measure_image(data, Level.SKETCH), 1, 0 if draft else 1),
        (lambda: measure_image(data, Level.EXACT), 2 if draft else 1, 1),  # figures: of the draft
        (lambda: look_at(data, digest=False), 1, 1),
        (lambda: look_at(data, digest=True), 1, 1),
        (lambda: shown_code(data), 0, 0),
    ]
    for work_of, expected, full in works:
        before = (DECODES.all, DECODES.full)
        decoders.clear()
        work_of()
        assert len(decoders) == expected
        assert (DECODES.all - before[0], DECODES.full - before[1]) == (expected, full)
