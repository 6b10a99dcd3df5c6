"""Climbing holds: shapes with a height at each point, lit from above and set on a wall.

Every hold is star-shaped: in its own axes its edge is a radius as a function of the angle. So a point
has a depth t, 0 in the middle and 1 on the edge, and the profile of the hold is a function of t.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from enum import Enum

import numpy as np

from holdfast.demo.walls import Colour, Plane, Wall, noise

_LIGHT = (-0.42, -0.62, 0.66)
"""Where the light comes from: right, down, towards the camera."""

_SHADOW = 0.16
"""How far a shadow falls, in radii of the hold."""

_COLOURS: tuple[Colour, ...] = (
    (0.95, 0.79, 0.12), (0.86, 0.17, 0.17), (0.13, 0.41, 0.80), (0.18, 0.62, 0.29), (0.93, 0.36, 0.62),
    (0.95, 0.50, 0.10), (0.50, 0.25, 0.66), (0.13, 0.13, 0.14), (0.93, 0.93, 0.91), (0.14, 0.68, 0.71),
    (0.62, 0.80, 0.20),
)  # fmt: skip


class Kind(Enum):
    """What a hold is, which decides its outline and its profile."""

    BLOB = "blob"
    CRIMP = "crimp"
    JUG = "jug"
    SLOPER = "sloper"
    VOLUME = "volume"


@dataclass(frozen=True, slots=True)
class Hold:
    """One hold. Place and radius in pixels, angle in radians; `waves` are its edge's harmonics.

    `aspect` is the shorter radius in parts of the longer. `waves` holds pairs of amplitude and phase,
    from the second harmonic up; a volume has `corners` instead.
    """

    kind: Kind
    x: float
    y: float
    radius: float
    aspect: float
    angle: float
    colour: Colour
    waves: tuple[tuple[float, float], ...] = ()
    corners: int = 0


@dataclass(frozen=True, slots=True)
class Box:
    """A hold's box in pixels: edges, not indexes."""

    left: int
    top: int
    right: int
    bottom: int
    is_volume: bool


def choose(rng: np.random.Generator, wall: Wall) -> list[Hold]:
    """Holds for a wall, volumes first, none over another of its sort and all inside the picture."""
    volumes = [_volume(rng) for _ in range(rng.integers(0, 4))]
    colours = [_COLOURS[index] for index in rng.permutation(len(_COLOURS))[: rng.integers(3, 6)]]
    holds = [_small(rng, colours) for _ in range(rng.integers(11, 24))]
    return _place(rng, volumes, wall) + _place(rng, holds, wall)


def paint(rng: np.random.Generator, pixels: Plane, hold: Hold) -> Box:
    """Set a hold on the wall, in place, and return its box."""
    reach = int(hold.radius * 1.7) + 4
    rows = slice(max(0, int(hold.y) - reach), int(hold.y) + reach)
    columns = slice(max(0, int(hold.x) - reach), int(hold.x) + reach)
    patch = pixels[rows, columns]
    y, x = np.mgrid[rows.start : rows.start + patch.shape[0], columns.start : columns.start + patch.shape[1]]
    right, down = (x - hold.x).astype(np.float32), (y - hold.y).astype(np.float32)
    fall = _SHADOW * hold.radius + 1
    shade = np.clip(1.15 - _depth(hold, right - fall * 0.7, down - fall), 0, 0.3) / 0.3
    patch *= 1 - 0.55 * shade[..., None]
    depth = _depth(hold, right, down)
    inside = np.clip((1 - depth) * hold.radius * math.sqrt(hold.aspect) + 0.5, 0, 1)
    patch += inside[..., None] * (_surface(rng, hold, depth, right, down) - patch)
    return _box(hold, inside > 0.5, rows.start, columns.start)


def _box(hold: Hold, inside: np.ndarray, top: int, left: int) -> Box:
    rows, columns = np.flatnonzero(inside.any(axis=1)), np.flatnonzero(inside.any(axis=0))
    return Box(
        left + int(columns[0]),
        top + int(rows[0]),
        left + int(columns[-1]) + 1,
        top + int(rows[-1]) + 1,
        hold.kind is Kind.VOLUME,
    )


def _volume(rng: np.random.Generator) -> Hold:
    tone = rng.uniform(0.16, 0.85)
    plain = (tone, tone, tone * 0.97)
    colour = plain if rng.random() < 0.5 else _COLOURS[rng.integers(len(_COLOURS))]
    radius, aspect = rng.uniform(38, 78), rng.uniform(0.6, 1)
    corners = int(rng.integers(3, 7))
    return Hold(Kind.VOLUME, 0, 0, radius, aspect, rng.uniform(0, 6.3), colour, corners=corners)


def _small(rng: np.random.Generator, colours: list[Colour]) -> Hold:
    kind = (Kind.BLOB, Kind.BLOB, Kind.CRIMP, Kind.JUG, Kind.SLOPER)[rng.integers(5)]
    low, high = {Kind.CRIMP: (10, 19), Kind.SLOPER: (18, 30)}.get(kind, (9, 22))
    aspect = rng.uniform(0.3, 0.45) if kind is Kind.CRIMP else rng.uniform(0.6, 1)
    bend = 0.05 if kind is Kind.SLOPER else 0.12
    waves = tuple((rng.uniform(0, bend), rng.uniform(0, 6.3)) for _ in range(3))
    tilt = rng.uniform(-0.6, 0.6)
    return Hold(kind, 0, 0, rng.uniform(low, high), aspect, tilt, colours[rng.integers(len(colours))], waves)


def _place(rng: np.random.Generator, holds: list[Hold], wall: Wall) -> list[Hold]:
    """The holds that found a free place in 30 throws, at it."""
    width = wall.pixels.shape[1]
    placed: list[Hold] = []
    for hold in holds:
        reach = hold.radius * 1.3 + 2
        if 2 * reach >= min(width, wall.bottom - wall.top):
            continue
        for _ in range(30):
            x, y = rng.uniform(reach, width - reach), rng.uniform(wall.top + reach, wall.bottom - reach)
            if all(math.hypot(x - o.x, y - o.y) > 1.1 * (hold.radius + o.radius) for o in placed):
                placed.append(replace(hold, x=x, y=y))
                break
    return placed


def _depth(hold: Hold, right: Plane, down: Plane) -> Plane:
    """How far towards the edge each point is: 0 in the middle, 1 on it, more outside."""
    cosine, sine = math.cos(hold.angle), math.sin(hold.angle)
    u = (right * cosine + down * sine) / hold.radius
    v = (down * cosine - right * sine) / (hold.radius * hold.aspect)
    angle = np.arctan2(v, u)
    if hold.corners:
        sector = 2 * np.pi / hold.corners
        edge = math.cos(sector / 2) / np.cos(angle % sector - sector / 2)
    else:
        edge = np.ones_like(angle)
        for count, (size, phase) in enumerate(hold.waves, start=2):
            edge += size * np.cos(count * angle + phase)
    depth: Plane = np.hypot(u, v) / edge
    return depth


def _height(hold: Hold, depth: Plane, right: Plane, down: Plane) -> Plane:
    """The profile of the hold in pixels above the wall."""
    thickness = hold.radius * hold.aspect
    if hold.kind is Kind.VOLUME:
        return np.clip(1 - depth, 0, 0.72) * thickness * 0.9
    dome: Plane = np.sqrt(np.clip(1 - depth**2, 0, 1))
    if hold.kind is Kind.SLOPER:
        dome = dome * 0.6
    elif hold.kind is Kind.CRIMP:
        dome = np.clip(dome * 1.6, 0, 1) * (0.8 - 0.5 * down / hold.radius)
    elif hold.kind is Kind.JUG:
        lip = np.hypot(right * 0.8, down + 0.35 * thickness) / (0.5 * hold.radius)
        dome = dome - 0.75 * np.exp(-(lip**2))
    return dome * thickness


def _surface(rng: np.random.Generator, hold: Hold, depth: Plane, right: Plane, down: Plane) -> Plane:
    """The lit surface: diffuse and shiny light, the bolt, and some chalk."""
    slope_down, slope_right = np.gradient(_height(hold, depth, right, down))
    length = np.sqrt(slope_right**2 + slope_down**2 + 1)
    facing = (_LIGHT[2] - _LIGHT[0] * slope_right - _LIGHT[1] * slope_down) / length
    light = 0.42 + 0.78 * np.clip(facing, 0, 1)
    lit: Plane = light[..., None] * np.array(hold.colour, np.float32)
    lit += 0.28 * (np.clip(facing, 0, 1) ** 18)[..., None]
    rows, columns = depth.shape
    if rng.random() < 0.6:
        chalk = np.clip(noise(rng, columns, rows, (hold.radius, hold.radius)) * 0.8 - 0.1, 0, 0.4)
        lit += chalk[..., None] * (0.95 - lit)
    bolt = np.hypot(right, down)
    lit *= (1 - 0.75 * np.clip(min(hold.radius * 0.13, 2.4) + 0.6 - bolt, 0, 1))[..., None]
    return lit
