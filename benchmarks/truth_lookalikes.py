"""Hard negatives: one backdrop, one pattern, one frame or one pose, or hardly anything to see."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from benchmarks.truth_drawing import (
    Frame,
    colour,
    font,
    put,
    sensor,
    spot_for,
    texture,
    thing,
    to_picture,
    to_pixels,
    words,
)
from benchmarks.truth_scenes import PLACES, SCENES, scene
from holdfast.demo.walls import noise

Rng = np.random.Generator


def _backdrop(rng: Rng, width: int, height: int, count: int) -> list[Frame]:
    """Products, each another, all before one textured backdrop."""
    ground = scene("leaves" if rng.random() < 0.5 else "crag", rng, width, height) * 0.5 + 0.25
    frames, side = [], min(width, height)
    for _ in range(count):
        pixels, size = ground * rng.uniform(0.97, 1.03), int(side * rng.uniform(0.3, 0.6))
        put(pixels, thing(rng, size), *spot_for(rng, width, height, size))
        frames.append(Frame(sensor(rng, pixels, 0.008), {"size": round(size / side, 3)}))
    return frames


def _blank(rng: Rng, width: int, height: int, count: int) -> list[Frame]:
    """Fields of nearly one colour: a covered lens, a wall, a sheet. The noise is all there is."""
    tone = rng.uniform(0.02, 0.98, 3)
    frames = []
    for _ in range(count):
        pixels = np.ones((height, width, 3), np.float32) * np.clip(tone + rng.uniform(-0.03, 0.03), 0, 1)
        frames.append(Frame(sensor(rng, pixels, 0.008), {}))
    return frames


def _slopes(rng: Rng, width: int, height: int, count: int) -> list[Frame]:
    """Skies: a slope from one colour to another, and faint clouds that differ."""
    low, high = rng.uniform(0.2, 1, (2, 3))
    frames = []
    for _ in range(count):
        turn = rng.uniform(0, 2 * np.pi)
        down, right = np.mgrid[-0.5 : 0.5 : complex(0, height), -0.5 : 0.5 : complex(0, width)].astype(
            np.float32
        )
        along = np.clip(0.5 + math.cos(turn) * right + math.sin(turn) * down, 0, 1)[..., None]
        clouds = noise(rng, width, height, (width / 4, height / 6))[..., None]
        pixels = low * (1 - along) + high * along + 0.03 * clouds
        frames.append(Frame(sensor(rng, pixels, 0.006), {"direction": round(math.degrees(turn))}))
    return frames


def _out_of_focus(rng: Rng, width: int, height: int, count: int) -> list[Frame]:
    """Different pictures, so far out of focus that only large spots are left."""
    names = rng.permutation(PLACES)[:count]
    radius = 0.06 * min(width, height)
    frames = []
    for name in names:
        picture = to_picture(scene(str(name), rng, width, height)).filter(ImageFilter.GaussianBlur(radius))
        frames.append(Frame(sensor(rng, to_pixels(picture), 0.006), {"radius": 0.06}))
    return frames


def _products(rng: Rng, width: int, height: int, count: int) -> list[Frame]:
    """Products, each another, all in the middle of a white ground, with a soft shadow."""
    frames, side = [], min(width, height)
    for _ in range(count):
        size = int(side * rng.uniform(0.55, 0.7))
        ground = Image.new("RGB", (width, height), (250, 250, 250))
        x, y = (width - size) / 2, (height - size) / 2
        ImageDraw.Draw(ground).ellipse((x, y + size * 0.7, x + size, y + size), fill=(190, 190, 190))
        pixels = to_pixels(ground.filter(ImageFilter.GaussianBlur(side * 0.03))).copy()
        put(pixels, thing(rng, size, 0.95), x, y)
        frames.append(Frame(sensor(rng, pixels, 0.005), {"size": round(size / side, 3)}))
    return frames


def _patterns(rng: Rng, width: int, height: int, count: int) -> list[Frame]:
    """Walls of one make of bricks: another part in each, no brick like the one at its place."""
    wide, gap = rng.uniform(0.06, 0.14) * width, rng.uniform(0.04, 0.1)
    tall, tones, mortar = wide * rng.uniform(0.3, 0.9), rng.uniform(0.3, 0.7, 3), rng.uniform(0.6, 0.9)
    spread, frames = rng.uniform(0.03, 0.1), []
    for _ in range(count):
        left, top = rng.uniform(0, wide), rng.uniform(0, tall)
        down, right = np.mgrid[0:height, 0:width].astype(np.float32) + np.array((top, left)).reshape(2, 1, 1)
        row = (down // tall).astype(int)
        along = right + (row % 2) * wide / 2
        column = (along // wide).astype(int)
        shade = rng.normal(0, spread, (row.max() + 1, column.max() + 1, 3))
        joint = (along % wide < gap * wide) | (down % tall < gap * wide)
        pixels = np.where(joint[..., None], mortar, tones + shade[row, column])
        frames.append(Frame(sensor(rng, pixels.astype(np.float32), 0.012), {"brick": round(wide / width, 3)}))
    return frames


def _framed(rng: Rng, width: int, height: int, count: int) -> list[Frame]:
    """Unlike pictures in one frame: black bars, the corners of one rotation, or the signs of one camera."""
    style, mark = ("bars", "corners", "signs")[rng.integers(3)], words(rng, 3)
    bar, turn, tone = rng.uniform(0.08, 0.16), rng.uniform(8, 15), colour(rng, 0.5, 1)
    frames = []
    for name in rng.permutation(list(SCENES))[:count]:
        picture = to_picture(sensor(rng, scene(str(name), rng, width, height)))
        pen = ImageDraw.Draw(picture)
        if style == "bars":
            pen.rectangle((0, 0, width, height * bar), fill=(0, 0, 0))
            pen.rectangle((0, height * (1 - bar), width, height), fill=(0, 0, 0))
        elif style == "corners":
            picture = picture.rotate(turn, Image.Resampling.BILINEAR)
        else:
            pen.text((width * 0.03, height * 0.02), mark, tone, font(height * bar))
            pen.rectangle((width * 0.1, height * 0.2, width * 0.9, height * 0.8), outline=tone, width=4)
            pen.line((width / 2, height * 0.4, width / 2, height * 0.6), fill=tone, width=4)
        frames.append(Frame(to_pixels(picture), {"frame": style}))
    return frames


def _bodies(rng: Rng, width: int, height: int, count: int) -> list[Frame]:
    """X-rays, as it were: each of another body, all in one pose."""
    ribs, frames = rng.uniform(20, 28), []
    for _ in range(count):
        down, right = np.mgrid[-1 : 1 : complex(0, height), -1 : 1 : complex(0, width)].astype(np.float32)
        down = down + 0.04 * noise(rng, width, height, (width / 3, height / 3)) + rng.uniform(-0.04, 0.04)
        right = right * rng.uniform(0.9, 1.1) + 0.04 * noise(rng, width, height, (width / 3, height / 3))
        chest = 1 / (1 + np.exp(12 * (np.hypot(right, 0.8 * down) - 0.85)))
        lungs = sum(np.exp(-((((right - x) / 0.26) ** 2 + (down / 0.55) ** 2) ** 2)) for x in (-0.42, 0.42))
        bones = 0.5 + 0.5 * np.sin(
            ribs * rng.uniform(0.93, 1.07) * (down - 0.5 * right**2) + rng.uniform(0, 1)
        )
        spine = np.exp(-((right / 0.08) ** 2))
        heart = np.exp(-(((right - 0.15) / 0.22) ** 2 + ((down - 0.25) / 0.3) ** 2)) * rng.uniform(0.1, 0.3)
        grey = 0.75 * chest - 0.4 * lungs + 0.13 * bones * chest + 0.25 * spine + heart
        grey = grey + 0.12 * lungs * texture(rng, width, height, width / 12)
        pixels = (np.clip(grey, 0, 1) ** rng.uniform(0.8, 1.2))[..., None] * np.ones(3, np.float32)
        frames.append(Frame(sensor(rng, pixels, 0.01), {}))
    return frames


LOOKALIKES: dict[str, Callable[[Rng, int, int, int], list[Frame]]] = {
    "backdrop": _backdrop, "products": _products, "patterns": _patterns, "framed": _framed, "bodies": _bodies,
    "blank": _blank, "slopes": _slopes, "out of focus": _out_of_focus,
}  # fmt: skip
