from __future__ import annotations

import io
import os
from pathlib import Path

import pytest

from holdfast.images import heic_version
from tests.checking import check
from tests.trees import picture, sound_tree


def encoded(format: str) -> bytes:
    file = io.BytesIO()
    picture(1).save(file, format)
    return file.getvalue()


FAULTS = {
    "half.jpg": (encoded("JPEG")[:-900], "truncated"),
    "half.png": (encoded("PNG")[:-900], "truncated"),
    "zero.jpg": (b"", "zero bytes"),
    "zeros.jpg": (bytes(5000), "damaged"),
    "lfs.jpg": (b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 9\n", "Git LFS pointer"),
    "page.png": (b"<!DOCTYPE html><html>404", "HTML page"),
    "doc.jpg": (b"%PDF-1.4", "another format"),
    "notes.jpg": (b'{"error": 404}', "another format"),
    "photo.heic": (b"\0\0\0\x18ftypheic" + bytes(40), "damaged" if heic_version() else "another format"),
    "junk.gif": (b"junk", "damaged"),
}


def test_each_fault_is_named(tmp_path: Path) -> None:
    data = sound_tree(tmp_path)
    for name, (content, _) in FAULTS.items():
        data.file(f"train/images/{name}", content)
    found = check(data.root, "unreadable_image")
    assert found.code == 1
    named = {finding.path.rpartition("/")[2]: finding.kind for finding in found.findings}
    assert named == {name: fault for name, (_, fault) in FAULTS.items()}
    assert all(finding.message.startswith(str(finding.kind)) for finding in found.findings)
    assert found.severities == {"error"}
    assert all(finding.sha256 for finding in found.findings)


def test_images_that_decode(tmp_path: Path) -> None:
    data = sound_tree(tmp_path)
    for suffix in (".png", ".bmp", ".gif", ".webp", ".tif", ".JPEG", ".ppm"):
        data.image("train", "b", suffix=suffix)
    assert check(data.root, "unreadable_image").code == 0


@pytest.mark.parametrize("kind", ["link", "pipe", "folder link"])
def test_what_is_not_read_is_not_checked(tmp_path: Path, kind: str) -> None:
    data = sound_tree(tmp_path)
    place = data.root / "train/images/b.jpg"
    if kind == "pipe":
        os.mkfifo(place)
    else:
        place.symlink_to(data.root / ("valid/images" if kind == "folder link" else "valid/images/valid.jpg"))
    [finding] = check(data.root, "unreadable_image").findings
    assert (finding.path, finding.kind, finding.unit) == ("train/images/b.jpg", "not checked", "train")
    assert finding.message.startswith("not read: ")


@pytest.mark.skipif(bool(heic_version()), reason="the extra is installed")
def test_a_photo_of_an_iphone_names_the_package_that_helps(tmp_path: Path) -> None:
    data = sound_tree(tmp_path).file("train/images/photo.HEIC", b"\0\0\0\x18ftypheic" + bytes(40))
    [finding] = check(data.root, "unreadable_image").findings
    assert finding.message.endswith('HEIC, which Pillow does not decode; run `pip install "holdfast[heic]"`')


@pytest.mark.skipif(not heic_version(), reason="the extra is not installed")
def test_a_photo_of_an_iphone_is_decoded_where_the_extra_is_installed(tmp_path: Path) -> None:
    data = sound_tree(tmp_path).draw("train/images/photo.heic", picture(1, 320, 240), "HEIF")
    whole = data.path("train/images/photo.heic").read_bytes()
    data.file("train/images/half.heic", whole[: len(whole) // 2])
    found = check(
        data.draw("train/images/a.jpg", picture(2), "HEIF").root, "unreadable_image", "wrong_extension"
    )
    assert {finding.path: finding.rule for finding in found.findings} == {
        "train/images/half.heic": "unreadable_image",
        "train/images/a.jpg": "wrong_extension",
    }
