from __future__ import annotations

import io
import os
import struct
import zlib
from pathlib import Path

import pytest
from PIL import Image

from holdfast import Fault
from tests.facts.measuring import facts
from tests.trees import Tree, picture, tree


def encoded(format: str, **options: object) -> bytes:
    file = io.BytesIO()
    picture(1).save(file, format, **options)
    return file.getvalue()


def header_only_png(width: int, height: int) -> bytes:
    def chunk(kind: bytes, content: bytes) -> bytes:
        crc = zlib.crc32(kind + content)
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", crc)

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", b"x") + chunk(b"IEND", b"")


@pytest.mark.parametrize("options", [{}, {"progressive": True}], ids=["baseline", "progressive"])
def test_a_jpeg_cut_anywhere_is_at_fault(tmp_path: Path, options: dict[str, object]) -> None:
    whole, data = encoded("JPEG", **options), tree(tmp_path)
    for cut in (1, 2, 3, 20, 160, 400, 623, *range(700, len(whole) - 2, 211), len(whole) - 3):
        data.file(f"train/images/{cut}.jpg", whole[:cut])
    data.file("train/images/whole.jpg", whole)
    measured = facts(data, "fault", "detail")
    assert measured.pop("whole.jpg")["fault"] is None
    assert {name for name, row in measured.items() if row["fault"] is None} == set()
    assert {row["fault"] for row in measured.values()} <= {Fault.TRUNCATED, Fault.DAMAGED}


def test_other_formats_cut_in_half_are_at_fault(tmp_path: Path) -> None:
    data = tree(tmp_path)
    for format in ("PNG", "GIF", "BMP", "TIFF", "WEBP", "PPM", "TGA"):
        whole = encoded(format)
        data.file(f"train/images/{format}.{format.lower()}", whole[: len(whole) // 2])
    assert {name for name, row in facts(data, "fault").items() if row["fault"] is None} == set()


def test_a_changed_byte_of_a_png_is_found(tmp_path: Path) -> None:
    whole = bytearray(encoded("PNG"))
    whole[len(whole) // 2] ^= 1
    row = facts(tree(tmp_path).file("train/images/a.png", bytes(whole)), "fault")["a.png"]
    assert row["fault"] is not None
    assert row["phash"] is None


def test_an_animation_broken_in_a_later_frame(tmp_path: Path) -> None:
    file = io.BytesIO()
    frames = [picture(seed) for seed in range(4)]
    frames[0].save(file, "GIF", save_all=True, append_images=frames[1:])
    data = tree(tmp_path).file("train/images/whole.gif", file.getvalue())
    data.file("train/images/half.gif", file.getvalue()[: len(file.getvalue()) * 3 // 4])
    measured = facts(data, "fault", "detail")
    assert measured["whole.gif"]["fault"] is None
    assert measured["half.gif"]["fault"] == Fault.TRUNCATED


def test_bombs_are_not_checked(tmp_path: Path) -> None:
    data = tree(tmp_path).image("train", "a")
    data.file("train/images/area.png", header_only_png(20_000, 20_000))
    data.file("train/images/side.png", header_only_png(40_000, 1))
    progressive = encoded("JPEG", progressive=True)
    data.file("train/images/scans.jpg", progressive[:-2] + b"\xff\xda" * 101 + progressive[-2:])
    measured = facts(data, "fault", "detail")
    assert measured.pop("a.jpg")["fault"] is None
    assert {row["fault"] for row in measured.values()} == {Fault.NOT_CHECKED}
    assert measured["area.png"]["detail"] == "over the limit of 64 million pixels"
    assert measured["side.png"]["detail"] == "40000 x 1 px, over the limit of 32768 a side"


@pytest.mark.parametrize("name", ["a.jpg", "a.eps", "a.ps"])
def test_postscript_never_starts_ghostscript(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    for program in ("gs", "gswin64c", "gswin32c"):
        fake = Tree(tmp_path / "bin").file(program, f"#!/bin/sh\ntouch {tmp_path}/canary\n").root / program
        fake.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}/bin{os.pathsep}{os.environ['PATH']}")
    data = tree(tmp_path).image("train", "b").file(f"train/images/{name}", encoded("EPS"))
    measured = facts(data)
    assert not (tmp_path / "canary").exists()
    if name != "a.ps":
        assert measured[name]["fault"] == Fault.OTHER
        assert "PostScript" in measured[name]["detail"]


def test_a_fault_says_what_the_file_is_instead(tmp_path: Path) -> None:
    data = tree(tmp_path)
    data.file("train/images/lfs.jpg", "version https://git-lfs.github.com/spec/v1\noid sha256:1\nsize 1\n")
    data.file("train/images/annex.jpg", "/annex/objects/SHA256E-s1--0.jpg\n")
    data.file("train/images/page.jpg", "\n <!doctype HTML><title>Not found</title>")
    data.file("train/images/svg.png", "<svg xmlns='http://www.w3.org/2000/svg'/>")
    measured = facts(data, "fault", "detail")
    assert {name: (row["fault"], row["detail"]) for name, row in measured.items()} == {
        "lfs.jpg": (Fault.LFS_POINTER, "run `git lfs pull`"),
        "annex.jpg": (Fault.OTHER, "a git-annex pointer; run `git annex get`"),
        "page.jpg": (Fault.HTML, "a web page was saved in its place"),
        "svg.png": (Fault.OTHER, "an SVG drawing"),
    }


def test_a_failure_has_no_hash(tmp_path: Path) -> None:
    data = (
        tree(tmp_path).file("train/images/a.jpg", encoded("JPEG")[:-600]).file("train/images/b.jpg", "junk")
    )
    for row in facts(data).values():
        assert (row["fault"] is None, row["phash"]) == (False, None)
        assert row["sha256"] is not None


def test_a_broken_exif_block_turns_nothing(tmp_path: Path) -> None:
    block = b"Exif\0\0II*\0\x08\0\0\0\xff\xff" + b"\x12\x01\x03\0\xff\xff\xff\xff" * 8
    data = tree(tmp_path).file("train/images/a.jpg", encoded("JPEG", exif=block))
    row = facts(data)["a.jpg"]
    assert (row["fault"], row["width"]) == (None, 128)


def test_a_name_and_its_content_may_disagree(tmp_path: Path) -> None:
    data = tree(tmp_path).draw("train/images/a.jpg", Image.new("RGB", (20, 10), "red"), "PNG")
    row = facts(data, "format", "width")["a.jpg"]
    assert (row["format"], row["width"], row["height"]) == ("PNG", 20, 10)


@pytest.mark.parametrize("options", [{}, {"progressive": True}, {"subsampling": 0}, {"optimize": True}])
def test_a_jpeg_cut_and_closed_again_is_at_fault(tmp_path: Path, options: dict[str, object]) -> None:
    data, whole = tree(tmp_path), encoded("JPEG", quality=90, **options)
    data.file("train/images/whole.jpg", whole).file("train/images/more.jpg", whole + b"\0" * 300)
    for percent in (35, 50, 65, 75):
        data.file(f"train/images/{percent}.jpg", whole[: len(whole) * percent // 100] + b"\xff\xd9")
    found = {name: row["fault"] for name, row in facts(data, "fault").items()}
    assert found.pop("whole.jpg") is None
    assert found.pop("more.jpg") is None
    assert set(found.values()) == {Fault.TRUNCATED}


def test_a_jpeg_that_ends_in_real_grey_is_whole(tmp_path: Path) -> None:
    drawn = picture(1)
    drawn.paste((128, 128, 128), (0, 64, drawn.width, drawn.height))
    data = (
        tree(tmp_path).draw("train/images/a.jpg", drawn).draw("train/images/b.jpg", drawn, progressive=True)
    )
    assert [row["fault"] for row in facts(data, "fault").values()] == [None, None]
