"""Empty climbing walls: painted plywood, concrete and rock, with their seams, bolt holes and light.

A picture is an array of height x width x 3 floats from 0 to 1; lengths are in pixels, y goes down.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Plane = NDArray[np.floating[Any]]
Colour = tuple[float, float, float]

_PANELS = (
    (0.80, 0.65, 0.45), (0.73, 0.56, 0.37), (0.86, 0.84, 0.79), (0.56, 0.60, 0.64), (0.31, 0.35, 0.41),
    (0.44, 0.56, 0.63), (0.70, 0.71, 0.69), (0.83, 0.74, 0.58), (0.36, 0.48, 0.47),
)  # fmt: skip
_CONCRETES = ((0.66, 0.65, 0.62), (0.57, 0.57, 0.57), (0.74, 0.71, 0.66), (0.50, 0.52, 0.54))
_ROCKS = (
    (0.62, 0.56, 0.48), (0.55, 0.54, 0.53), (0.70, 0.52, 0.38), (0.47, 0.47, 0.49), (0.74, 0.67, 0.55),
    (0.58, 0.44, 0.36),
)  # fmt: skip
_MATS = ((0.16, 0.20, 0.30), (0.20, 0.20, 0.21), (0.36, 0.13, 0.14), (0.17, 0.29, 0.26))
_SKY_LOW = np.array((0.80, 0.87, 0.93), np.float32)
_SKY_HIGH = np.array((0.42, 0.62, 0.84), np.float32)


@dataclass(frozen=True, slots=True)
class Wall:
    """A wall without holds; holds fit between the rows `top` and `bottom`."""

    pixels: Plane
    top: float
    bottom: float


def boulder_wall(rng: np.random.Generator, width: int, height: int) -> Wall:
    """A wall of a hall: panels or concrete, often with a mat in front."""
    material = _plywood if rng.random() < 0.75 else _concrete
    pixels = material(rng, width, height) * _facets(rng, width, height)[..., None]
    pixels *= _lamp(rng, width, height)[..., None]
    if rng.random() < 0.6:
        return Wall(pixels, 0, height)
    return _with_mat(rng, pixels)


def mountain_wall(rng: np.random.Generator, width: int, height: int) -> Wall:
    """A wall outdoors: rock, sometimes with sky above, or a concrete tower."""
    if rng.random() < 0.2:
        pixels = _concrete(rng, width, height) * _facets(rng, width, height)[..., None]
        return Wall(pixels * _lamp(rng, width, height)[..., None], 0, height)
    pixels = _rock(rng, width, height) * _lamp(rng, width, height)[..., None]
    if rng.random() < 0.6:
        return Wall(pixels, 0, height)
    return _with_sky(rng, pixels)


def noise(rng: np.random.Generator, width: int, height: int, cell: tuple[float, float]) -> Plane:
    """Smooth noise, mostly between -1 and 1: random values every `cell` pixels (x, y), interpolated."""
    columns, rows = max(2, round(width / cell[0])), max(2, round(height / cell[1]))
    grid = rng.uniform(-1, 1, (rows, columns)).astype(np.float32)
    return np.asarray(Image.fromarray(grid).resize((width, height), Image.Resampling.BICUBIC))


def _pick(rng: np.random.Generator, colours: tuple[Colour, ...]) -> Plane:
    return np.array(colours[rng.integers(len(colours))], np.float32)


def _fractal(rng: np.random.Generator, width: int, height: int, cell: float, octaves: int) -> Plane:
    total = np.zeros((height, width), np.float32)
    for octave in range(octaves):
        size = cell / 2**octave
        total += noise(rng, width, height, (size, size)) / 2**octave
    return total


def _axes(rng: np.random.Generator, width: int, height: int, tilt: float) -> tuple[Plane, Plane]:
    """Pixel coordinates, turned by up to `tilt` radians and shifted: no camera is level."""
    y, x = np.mgrid[0:height, 0:width].astype(np.float32) + rng.uniform(0, 100)
    angle = rng.uniform(-tilt, tilt)
    turned_x = math.cos(angle) * x + math.sin(angle) * y
    turned_y = math.cos(angle) * y - math.sin(angle) * x
    return turned_x, turned_y


def _lines(coordinate: Plane, spacing: float, thickness: float) -> Plane:
    """1 on lines every `spacing` pixels, 0 between them."""
    away = np.abs((coordinate + spacing / 2) % spacing - spacing / 2)
    line: Plane = np.clip(thickness / 2 + 0.5 - away, 0, 1)
    return line


def _dots(x: Plane, y: Plane, spacing: float, radius: float) -> Plane:
    """1 inside discs on a square grid, 0 between them."""
    away = np.hypot(x % spacing - spacing / 2, y % spacing - spacing / 2)
    disc: Plane = np.clip(radius + 0.5 - away, 0, 1)
    return disc


def _plywood(rng: np.random.Generator, width: int, height: int) -> Plane:
    """Panels with grain, seams and a grid of bolt holes."""
    x, y = _axes(rng, width, height, 0.06)
    spacing = rng.uniform(17, 26)
    panel = spacing * int(rng.integers(5, 8))
    grain = noise(rng, width, height, (2.5, 90)) * 0.03 + noise(rng, width, height, (12, 160)) * 0.04
    tone: Plane = 1 + grain + 0.03 * noise(rng, width, height, (panel, panel))
    tone *= 1 - 0.45 * np.maximum(_lines(x, panel, 1.2), _lines(y, panel * 1.6, 1.2))
    tone *= 1 + 0.12 * _dots(x - 1, y - 1, spacing, 1.8)
    tone *= 1 - 0.60 * _dots(x, y, spacing, 1.4)
    return tone[..., None] * _pick(rng, _PANELS)


def _concrete(rng: np.random.Generator, width: int, height: int) -> Plane:
    """Cast concrete: stains, pores, the joints and tie holes of the formwork."""
    x, y = _axes(rng, width, height, 0.05)
    panel = rng.uniform(120, 190)
    stains = _fractal(rng, width, height, 110, 4)
    tone = 1 + 0.09 * stains + 0.05 * noise(rng, width, height, (14, 240))
    tone *= 1 - 0.22 * np.clip(noise(rng, width, height, (3, 3)) * 4 - 2.6, 0, 1)
    tone *= 1 - 0.28 * np.maximum(_lines(x, panel, 1.5), _lines(y, panel * 0.7, 1.5))
    tone *= 1 - 0.50 * _dots(x + panel / 4, y, panel / 2, 2.6)
    return tone[..., None] * _pick(rng, _CONCRETES)


def _rock(rng: np.random.Generator, width: int, height: int) -> Plane:
    """Rock: a fractal relief lit from one side, with strata and cracks."""
    stretch = rng.uniform(0.35, 1.0)
    relief = (
        noise(rng, width, height, (150, 150 * stretch)) * 30
        + noise(rng, width, height, (60, 60 * stretch)) * 13
    )
    relief += _fractal(rng, width, height, 26, 3) * 4
    down, right = np.gradient(relief)
    tone: Plane = 1 + 0.30 * np.tanh(right * (-1, 1)[rng.integers(2)] + down * 0.8)
    for size in (150, 80):
        bends = noise(rng, width, height, (size, size * 1.7)) + 0.06 * noise(rng, width, height, (11, 11))
        # a crack runs where the bends change sign, and closes where the relief is high
        tone *= 1 - 0.55 * np.clip(1 - np.abs(bends) * size / 1.8, 0, 1) * np.clip(0.8 - relief / 30, 0, 1)
    warmth: Plane = (noise(rng, width, height, (90, 40)) * 0.035)[..., None] * np.array(
        (1, 0.2, -1), np.float32
    )
    return tone[..., None] * (_pick(rng, _ROCKS) + warmth)


def _facets(rng: np.random.Generator, width: int, height: int) -> Plane:
    """Brightness of a wall that is folded along one to three straight edges."""
    x, y = _axes(rng, width, height, 0)
    x, y = x - x.mean(), y - y.mean()
    light = np.ones((height, width), np.float32)
    for _ in range(rng.integers(1, 4)):
        angle = rng.uniform(0, 2 * np.pi)
        side = math.cos(angle) * x + math.sin(angle) * y - rng.uniform(-0.35, 0.35) * min(width, height)
        light *= 1 + rng.uniform(0.10, 0.26) * np.clip(side, -0.7, 0.7)
        light *= 1 - 0.25 * np.clip(1.5 - np.abs(side), 0, 1)
    return np.minimum(light, 1.15)


def _lamp(rng: np.random.Generator, width: int, height: int) -> Plane:
    """Light that falls off from a random point, with a soft large shadow."""
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    away = np.hypot(x - rng.uniform(0, width), y - rng.uniform(-0.2, 0.7) * height) / math.hypot(
        width, height
    )
    shadow = noise(rng, width, height, (170, 170))
    light: Plane = 1.16 - 0.55 * away + 0.13 * shadow
    return light


def _with_mat(rng: np.random.Generator, pixels: Plane) -> Wall:
    height, width, _ = pixels.shape
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    edge = height * rng.uniform(0.84, 0.92)
    depth = y - edge - rng.uniform(-0.04, 0.04) * (x - width / 2)
    mat = _pick(rng, _MATS) * (1 + 0.5 * np.clip(1 - depth / 8, 0, 1))[..., None]
    pixels = pixels * (1 - 0.45 * np.clip(1 + depth / 14, 0, 1))[..., None]
    inside = np.clip(depth + 0.5, 0, 1)[..., None]
    return Wall(pixels * (1 - inside) + mat * inside, 0, edge - 0.02 * width)


def _with_sky(rng: np.random.Generator, pixels: Plane) -> Wall:
    height, width, _ = pixels.shape
    y = np.arange(height, dtype=np.float32)[:, None]
    crest = (
        height * 0.16 + 0.07 * height * noise(rng, width, 2, (90, 1))[0] + 3 * noise(rng, width, 2, (9, 1))[0]
    )
    crest += rng.uniform(-0.14, 0.14) * (np.arange(width) - width / 2)
    fade = np.clip(y / (0.3 * height), 0, 1)[..., None]
    sky = _SKY_HIGH * (1 - fade) + _SKY_LOW * fade
    above = np.clip(crest[None, :] - y + 0.5, 0, 1)[..., None]
    rim = (1 + 0.25 * np.clip(1 - np.abs(y - crest[None, :] - 3) / 4, 0, 1))[..., None]
    return Wall(pixels * rim * (1 - above) + sky * above, float(crest.max()), height)
