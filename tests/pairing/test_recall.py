"""Pairs that a cheap stage could lose."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import scipy.fft
from PIL import Image

from tests.checking import check
from tests.trees import BOX, Tree, tree


def smooth(seed: int) -> Image.Image:
    """A gradient: nothing in it but the lowest frequencies."""
    x, y = np.meshgrid(np.linspace(0, 1, 640), np.linspace(0, 1, 640))
    slope = np.random.default_rng(seed).uniform(0.2, 1, 2)
    ramp = (slope[0] * x + slope[1] * y) / slope.sum() * 200 + 20
    return Image.fromarray(np.stack([ramp * 0.8, ramp * 0.9, ramp], axis=-1).astype(np.uint8))


@pytest.mark.parametrize(
    "selection", ["exact_duplicate", "split_leakage", "exact_duplicate or split_leakage"]
)
def test_smooth_pictures_are_compared_by_their_full_hash(tmp_path: Path, selection: str) -> None:
    data = tree(tmp_path)
    for seed in range(3):
        data.draw(f"train/images/{seed}.jpg", smooth(seed), quality=85)
        with Image.open(data.root / f"train/images/{seed}.jpg") as decoded:
            folder = "train" if seed == 0 else "valid"
            data.draw(f"{folder}/images/again{seed}.png", decoded.convert("RGB"))
    _label(data)
    found = {finding.kind for finding in check(data.root, arguments=("-k", selection)).findings}
    assert found == {"identical picture"}


def of_one_hash(seed: int) -> Image.Image:
    """Low frequencies as in all of these pictures, so that their hashes agree; detail of its own."""
    signs = np.random.default_rng(0).permutation(np.repeat([1.0, -1.0], 32)).reshape(8, 8)
    frequencies = np.random.default_rng(seed + 1).normal(0, 130, (32, 32))
    frequencies[16:], frequencies[:, 16:], frequencies[:9, :9] = 0, 0, 0
    frequencies[:8, :8] = 60 * signs
    pixels = scipy.fft.idctn(frequencies, norm="ortho") + 128
    return Image.fromarray(pixels.clip(0, 255).astype(np.uint8)).resize((128, 128), Image.Resampling.BICUBIC)


def test_copies_are_found_among_many_pictures_of_one_hash(tmp_path: Path) -> None:
    """Near is not transitive: no picture can stand for the others of its hash before they are compared."""
    data = tree(tmp_path)
    for number in range(50):
        data.draw(f"train/images/{number:02}.png", of_one_hash(number))
    for number in (20, 40):
        data.draw(f"train/images/{number:02}copy.jpg", of_one_hash(number), quality=90)
    _label(data)
    found = check(data.root, "near_duplicate").findings
    assert {(f.path[-6:], f.related[0][-10:]) for f in found} == {
        ("20.png", "20copy.jpg"),
        ("40.png", "40copy.jpg"),
    }


def _label(data: Tree) -> None:
    for image in data.root.glob("*/images/*"):
        data.file(f"{image.parent.parent.name}/labels/{image.stem}.txt", BOX)
