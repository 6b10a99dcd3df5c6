from __future__ import annotations

from pathlib import Path

from tests.checking import check
from tests.trees import picture, sound_tree


def test_the_rarer_formats_are_said_once_each(tmp_path: Path) -> None:
    data = sound_tree(tmp_path)
    for name in ("b.png", "a.png", "c.bmp"):
        data.draw(f"train/images/{name}", picture(ord(name[0])))
    found = check(data.root, "mixed_formats")
    assert (found.code, found.severities) == (0, {"info"})
    assert [(finding.path, finding.message) for finding in found.findings] == [
        ("train/images/a.png", "2 of 6 images are PNG, 3 are JPEG"),
        ("train/images/c.bmp", "1 of 6 images are BMP, 3 are JPEG"),
    ]


def test_content_counts_and_not_the_name(tmp_path: Path) -> None:
    data = sound_tree(tmp_path).draw("train/images/a.png", picture(1), "JPEG")
    data.draw("train/images/b.jpg", picture(2), "MPO", save_all=True, append_images=[picture(3)])
    data.file("train/images/junk.gif", "junk")
    assert check(data.root, "mixed_formats").findings == []


def test_each_collection_is_looked_at_alone(tmp_path: Path) -> None:
    data = sound_tree(tmp_path, "boulder", "mountain")
    for file in sorted(data.root.glob("mountain/*/images/*.jpg")):
        name = file.relative_to(data.root).with_suffix(".png").as_posix()
        file.unlink()
        data.draw(name, picture(1))
    assert check(data.root, "mixed_formats").findings == []
