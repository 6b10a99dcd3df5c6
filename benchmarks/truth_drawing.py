"""What the truth set is drawn with: colours, words, the noise of a camera, things to put on a picture.

A picture is an array of height x width x 3 floats from 0 to 1.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
from PIL import Image, ImageFont

from holdfast.demo.walls import Plane, noise

Place = tuple[float, float]
_LETTERS = "abcdefghiklmnoprstuvwxyz"


class Frame(NamedTuple):
    """One picture of a likeness, and what sets it apart: sizes in shares of the shorter side."""

    pixels: Plane
    parameters: Mapping[str, float | str]


def to_picture(pixels: Plane) -> Image.Image:
    """The array as a picture of 8 bits."""
    return Image.fromarray((np.clip(pixels, 0, 1) * 255).round().astype(np.uint8))


def to_pixels(picture: Image.Image) -> Plane:
    """The picture as an array of floats."""
    return np.asarray(picture.convert("RGB"), np.float32) / 255


def colour(rng: np.random.Generator, low: float = 0.05, high: float = 0.95) -> tuple[int, int, int]:
    """Any colour, as Pillow wants it."""
    red, green, blue = (int(value * 255) for value in rng.uniform(low, high, 3))
    return red, green, blue


def words(rng: np.random.Generator, count: int) -> str:
    """So many words of random letters, some of them numbers."""
    made = []
    for _ in range(count):
        length = int(rng.integers(2, 10))
        if rng.random() < 0.15:
            made.append(str(rng.integers(10 ** min(length, 6))))
        else:
            made.append("".join(_LETTERS[i] for i in rng.integers(len(_LETTERS), size=length)))
    return " ".join(made)


def font(size: float) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    """Pillow's own font at this size."""
    return ImageFont.load_default(size)


def sensor(rng: np.random.Generator, pixels: Plane, strength: float | None = None) -> Plane:
    """The picture with the noise of a camera: more in the light, and some of it colour."""
    strength = rng.uniform(0.004, 0.018) if strength is None else strength
    height, width, _ = pixels.shape
    grey = rng.standard_normal((height, width, 1), np.float32)
    colours = rng.standard_normal((height, width, 3), np.float32)
    return pixels + strength * np.sqrt(np.clip(pixels, 0.05, 1)) * (grey + 0.5 * colours)


class Sprite(NamedTuple):
    """A thing to be put on a picture: colours, and where it is opaque."""

    pixels: Plane
    alpha: Plane


def thing(rng: np.random.Generator, side: int, *levels: float) -> Sprite:
    """A thing with an outline, parts and light of its own, of a brightness that stands out from `levels`."""
    side = max(side, 5)
    own = rng.uniform(0.05, 0.95, 3)
    while any(abs(float(own.mean()) - level) < 0.3 / len(levels) for level in levels):
        own = rng.uniform(0, 1, 3)
    down, right = np.mgrid[-1 : 1 : complex(0, side), -1 : 1 : complex(0, side)].astype(np.float32)
    angle = np.arctan2(down, right)
    edge = 0.8 + sum(rng.uniform(0, 0.12) * np.cos(k * angle + rng.uniform(0, 6)) for k in (2, 3, 5))
    alpha = np.clip((edge - np.hypot(right, down)) * side / 2 + 0.5, 0, 1)[..., None]
    body = np.ones((side, side, 3), np.float32) * own.astype(np.float32)
    for _ in range(int(rng.integers(1, 5))):
        x, y, size = *rng.uniform(-0.6, 0.6, 2), rng.uniform(0.1, 0.4)
        body[np.hypot(right - x, down - y) < size] = np.clip(own + rng.uniform(-0.25, 0.25, 3), 0, 1)
    return Sprite(body * (1 - 0.15 * (right + down))[..., None], alpha)


def put(pixels: Plane, sprite: Sprite, x: float, y: float) -> None:
    """Set a thing into the picture, in place; x and y are its corner, in pixels, within the picture."""
    height, width, _ = sprite.pixels.shape
    rows = slice(max(0, round(y)), max(0, round(y)) + height)
    part = pixels[rows, max(0, round(x)) : max(0, round(x)) + width]
    tall, wide, _ = part.shape
    alpha = sprite.alpha[:tall, :wide]
    part += alpha * (sprite.pixels[:tall, :wide] - part)


def seen(rng: np.random.Generator, sprite: Sprite) -> tuple[Sprite, float]:
    """The thing from another viewpoint: turned, nearer or farther, and in perspective."""
    side, turn = len(sprite.pixels), math.radians(rng.uniform(-35, 35))
    scale = rng.uniform(1.0, 1.4)
    a, b = scale * math.cos(turn), scale * math.sin(turn)
    lean = rng.uniform(-0.4, 0.4, 2) / side
    half = side / 2
    data = (a, b, half - half * (a + b), -b, a, half - half * (a - b), *lean)
    rgba = np.concatenate([sprite.pixels, sprite.alpha], axis=2)
    picture = Image.fromarray((np.clip(rgba, 0, 1) * 255).astype(np.uint8))
    warped = picture.transform(picture.size, Image.Transform.PERSPECTIVE, data, Image.Resampling.BILINEAR)
    pixels = np.asarray(warped, np.float32) / 255
    return Sprite(pixels[..., :3], pixels[..., 3:]), round(math.degrees(turn), 1)


def spot_for(rng: np.random.Generator, width: float, height: float, size: float) -> tuple[float, float]:
    """A place anywhere for a thing of this size, in pixels."""
    return float(rng.uniform(0, width - size)), float(rng.uniform(0, height - size))


def visible_spots(rng: np.random.Generator, base: Plane, mover: Sprite, count: int) -> list[Place]:
    """Places apart from each other where the thing can be seen."""
    height, width, _ = base.shape
    side, spots = len(mover.pixels), list[Place]()
    least, own = 0.25, float((mover.pixels * mover.alpha).sum() / mover.alpha.sum() / 3)
    while len(spots) < count:
        x, y = spot_for(rng, width, height, side)
        ground = float(base[int(y) : int(y) + side, int(x) : int(x) + side].mean())
        least *= 0.995  # on a ground of all levels the best that there is will do
        if abs(ground - own) > least and all(math.dist((x, y), other) > 1.3 * side for other in spots):
            spots.append((x, y))
    return spots


def texture(rng: np.random.Generator, width: int, height: int, cell: float) -> Plane:
    """Fractal noise about 0, with detail down to two pixels."""
    total, size, weight = np.zeros((height, width), np.float32), cell, 1.0
    while size >= 2:
        total += weight * noise(rng, width, height, (size * rng.uniform(0.7, 1.4), size))
        size, weight = size / 2, weight * 0.62
    return total
