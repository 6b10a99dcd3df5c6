"""A copy told from another shot of the same thing by the noise of the camera."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.checking import check
from tests.trees import picture, tree


def shot(moment: int, noise: float = 2, brighter: int = 0, moved: int = 0) -> Image.Image:
    """What a fixed camera takes of a still thing: always the same, but for its noise, and for pixels by which
    it shook."""
    seen = picture(5, 490, 370).crop((moved, moved, moved + 480, moved + 360))
    thing = np.asarray(seen, np.float64)
    grain = np.random.default_rng(moment).normal(0, noise, thing.shape[:2])[..., None]
    return Image.fromarray(np.clip(thing + grain + brighter, 0, 255).astype(np.uint8))


def kinds(folder: Path, **files: tuple[Image.Image, int]) -> list[str | None]:
    """What the check calls two files, given by name with their JPEG quality."""
    data = tree(folder)
    for name, (image, quality) in files.items():
        data.draw(f"train/images/{name}.jpg", image, quality=quality)
    return [finding.kind for finding in check(data.root, "near_duplicate").findings]


@pytest.mark.parametrize("brighter", [0, 2, 12])
def test_two_shots_of_a_still_thing_are_a_scene(tmp_path: Path, brighter: int) -> None:
    assert kinds(tmp_path, a=(shot(1), 92), b=(shot(2, brighter=brighter), 88)) == ["same scene"]


@pytest.mark.parametrize("quality", [95, 88, 75, 40])
def test_another_coding_of_one_shot_is_a_copy(tmp_path: Path, quality: int) -> None:
    assert kinds(tmp_path, a=(shot(1), 92), b=(shot(1), quality)) == ["re-encoded"]


@pytest.mark.parametrize("moved", [1, 3])
@pytest.mark.parametrize("brighter", [0, 12])
def test_two_shots_of_a_camera_that_shook_are_a_scene(tmp_path: Path, moved: int, brighter: int) -> None:
    assert kinds(tmp_path, a=(shot(1), 92), b=(shot(2, brighter=brighter, moved=moved), 92)) == ["same scene"]


@pytest.mark.parametrize("degrees", [0.1, 0.4, 0.8])
def test_a_copy_rotated_a_little_has_the_noise_of_its_shot(tmp_path: Path, degrees: float) -> None:
    """Beside its place: it has to be brought there."""
    within = (10, 10, 470, 350)
    one = shot(1, noise=5).rotate(degrees / 2, Image.Resampling.BICUBIC).crop(within)
    other = shot(1, noise=5, brighter=20).rotate(-degrees / 2, Image.Resampling.BICUBIC).crop(within)
    assert kinds(tmp_path, a=(one, 92), b=(other, 92)) == ["recoloured"]


def test_noise_that_a_coding_did_not_keep_tells_nothing(tmp_path: Path) -> None:
    assert kinds(tmp_path, a=(shot(1), 92), b=(shot(2), 40)) == ["re-encoded"]


def test_noise_that_was_added_or_taken_away_tells_nothing(tmp_path: Path) -> None:
    assert kinds(tmp_path, a=(shot(1, noise=0.3), 92), b=(shot(2, noise=3), 92)) == ["re-encoded"]
