from __future__ import annotations

import io
from pathlib import Path

import pytest

from tests.checking import check
from tests.trees import picture, sound_tree


@pytest.mark.parametrize(("name", "format"), [
    ("b.jpg", "PNG"), ("b.PNG", "JPEG"), ("b.webp", "GIF"), ("b.bmp", "WEBP"), ("b.heic", "JPEG"),
    ("b.eps", "PNG"),
])  # fmt: skip
def test_content_of_another_format(tmp_path: Path, name: str, format: str) -> None:
    data = sound_tree(tmp_path).draw(f"train/images/{name}", picture(1), format)
    found = check(data.root, "wrong_extension")
    assert found.code == 0
    [finding] = found.findings
    assert (finding.path, finding.kind) == (f"train/images/{name}", format)
    assert finding.message == f"holds {format}, named .{name[2:]}"
    assert (finding.severity, finding.fixable) == ("warning", True)


@pytest.mark.parametrize("name", ["b.JPG", "b.jpeg", "b.jfif", "b.tiff", "b.TIF", "b.dib"])
def test_every_suffix_of_a_format_fits(tmp_path: Path, name: str) -> None:
    data = sound_tree(tmp_path).image("train", "b", suffix=name[1:])
    assert check(data.root, "wrong_extension").findings == []


@pytest.mark.parametrize("name", ["phone.jpg", "phone.mpo"])
def test_two_jpegs_in_one_file_have_two_names(tmp_path: Path, name: str) -> None:
    both = io.BytesIO()
    picture(1).save(both, "MPO", save_all=True, append_images=[picture(2)])
    data = sound_tree(tmp_path).file(f"train/images/{name}", both.getvalue())
    assert check(data.root, "wrong_extension").findings == []


def test_what_is_no_image_has_no_format(tmp_path: Path) -> None:
    assert (
        check(sound_tree(tmp_path).file("train/images/b.jpg", "junk").root, "wrong_extension").findings == []
    )
