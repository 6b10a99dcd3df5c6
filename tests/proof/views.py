"""Drawn pictures as proofs see them, and what may be done to pictures: by Pillow alone."""

from __future__ import annotations

import io
import math

import numpy as np
from PIL import Image, ImageDraw

from holdfast.proof import SIDE, View

WIDTH, HEIGHT = 480, 360


def drawn(seed: int, width: int = WIDTH, height: int = HEIGHT) -> Image.Image:
    """A picture like a photo: soft colours, fine texture, and things with hard edges of all sizes."""
    random = np.random.default_rng(seed)
    soft = Image.fromarray(random.integers(40, 216, (5, 7, 3), dtype=np.uint8))
    base = np.asarray(soft.resize((width, height), Image.Resampling.BICUBIC), np.float64)
    grain = Image.fromarray(random.integers(0, 256, (height // 4, width // 4), dtype=np.uint8))
    texture = np.asarray(grain.resize((width, height), Image.Resampling.BICUBIC), np.float64)[..., None] - 128
    image = Image.fromarray(np.clip(base + 0.15 * texture, 0, 255).astype(np.uint8))
    draw = ImageDraw.Draw(image)
    for _ in range(30):
        x, y = int(random.integers(0, width)), int(random.integers(0, height))
        wide, high = random.integers(8, 70, 2).tolist()
        shape = draw.ellipse if random.random() < 0.5 else draw.rectangle
        shape((x, y, x + wide, y + high), fill=tuple(random.integers(20, 236, 3).tolist()))
    return image


def view(image: Image.Image) -> View:
    """The picture as a proof sees it."""
    small = image.convert("RGB").resize((SIDE, SIDE), Image.Resampling.BOX)
    return View(np.asarray(small), image.width, image.height)


def saved(image: Image.Image, quality: int) -> Image.Image:
    """What a JPEG of this quality shows."""
    file = io.BytesIO()
    image.save(file, "JPEG", quality=quality)
    return Image.open(file).convert("RGB")


def rotated(image: Image.Image, degrees: float, fill: tuple[int, int, int] = (0, 0, 0)) -> Image.Image:
    """Rotated clockwise around its centre; the corners are filled."""
    return image.rotate(-degrees, Image.Resampling.BICUBIC, fillcolor=fill)


def rotation(degrees: float, aspect: float) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    """The map of a rotation clockwise around the centre, in fractions of the sides."""
    cos, sin = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    linear = np.array([[cos, -sin / aspect], [sin * aspect, cos]])
    return np.column_stack([linear, 0.5 - linear @ (0.5, 0.5)])
