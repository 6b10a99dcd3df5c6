"""Every fault that a tree of masks can have: found one to one, and none on the clean twin."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image

from tests.checking import check
from tests.formats.masks.drawing import SIZE, Masks, classes, usual_tree

RULES = (
    "broken_config", "empty_split", "malformed_label", "mask_size_mismatch", "missing_label", "orphan_label",
    "unknown_class", "unknown_mask_value", "unreadable_image", "unreferenced_image", "wrong_extension",
)  # fmt: skip


def planted(data: Masks) -> dict[tuple[str, str], str]:
    """Plant faults in a tree of 2 x 18 images; what each says, by rule and file."""
    masks, images = data.root / "train/masks", data.root / "train/images"
    stray = classes()
    stray[45, 60:63] = 7
    Image.fromarray(stray).save(masks / "0.png")
    Image.open(masks / "1.png").resize((32, 24), Image.Resampling.NEAREST).save(masks / "1.png")
    Image.open(masks / "2.png").transpose(Image.Transpose.ROTATE_90).save(masks / "2.png")
    (masks / "3.png").unlink()
    (images / "4.jpg").unlink()
    (masks / "5.png").write_bytes((masks / "5.png").read_bytes()[:60])
    (masks / "6.png").write_bytes(b"")
    Image.new("CMYK", SIZE).save(masks / "7.tif")
    (masks / "7.png").unlink()
    noise = np.random.default_rng(1).integers(0, 255, (48, 64, 3), dtype=np.uint8)
    Image.fromarray(noise).save(masks / "8.png")
    data.copy("train/masks/9.png", "train/masks/9.bmp")
    data.copy("val/images/0.jpg", "elsewhere/a.jpg")
    data.file("val/masks/1.png", "version https://git-lfs.github.com/spec/v1\n")
    data.file("classes.txt", "background\ncat\ndog\n\ncat\n")
    return {
        ("broken_config", "classes.txt"): "the name 'cat' stands on line 2 as well",
        ("malformed_label", "train/masks/5.png"): "truncated: ",
        ("malformed_label", "train/masks/6.png"): "zero bytes",
        ("malformed_label", "train/masks/7.tif"): "another format: CMYK pixels: ",
        ("malformed_label", "train/masks/8.png"): "another format: more than 256 distinct values",
        ("malformed_label", "train/masks/9.bmp"): "not read: 9.png is the mask of the same image",
        ("malformed_label", "val/masks/1.png"): "Git LFS pointer: run `git lfs pull`",
        ("mask_size_mismatch", "train/masks/1.png"): "32 x 24 px, its image train/images/1.jpg 64 x 48 px",
        ("mask_size_mismatch", "train/masks/2.png"): "48 x 64 px, its image train/images/2.jpg 64 x 48 px; t",
        ("missing_label", "train/images/3.jpg"): "no label file train/masks/3.png",
        ("orphan_label", "train/masks/4.png"): "no image belongs to it; it holds 2 annotations",
        ("unknown_mask_value", "train/masks/0.png"): "7 (3 px): no class; declared: 3",
        ("unreferenced_image", "elsewhere/a.jpg"): "no split refers to it",
    }  # fmt: skip


def test_every_fault_is_found_once(tmp_path: Path) -> None:
    data = usual_tree(tmp_path, 18)
    expected = planted(data)
    found = check(data.root, *RULES)
    assert sorted((finding.rule, finding.path) for finding in found.findings) == sorted(expected)
    for finding in found.findings:
        assert finding.message.startswith(expected[finding.rule, finding.path])
    assert found.code == 1


def test_the_clean_twin_has_none(tmp_path: Path) -> None:
    found = check(usual_tree(tmp_path, 18).root, *RULES)
    assert (found.code, found.findings) == (0, [])


def test_a_second_run_decodes_no_mask_and_finds_the_same(tmp_path: Path) -> None:
    data = usual_tree(tmp_path, 18)
    planted(data)
    first, second = check(data.root, *RULES), check(data.root, *RULES)
    assert [finding.to_json() for finding in second.findings] == [item.to_json() for item in first.findings]
    assert "1 pictures decoded" not in first.text
    assert "0 pictures decoded" in second.text or "decoded" not in second.text
