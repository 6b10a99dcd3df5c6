"""What the truth set shows: walls, landscapes, leaves, streets, rooms, pages, screens, cells, boards, nights.

Each scene is drawn from a random generator alone, so that no two are alike unless they are meant to be. A
picture is an array of height x width x 3 floats from 0 to 1. Leaves are a "dead leaves" picture, whose
statistics are those of natural photographs (Lee, Mumford and Huang, 2001).
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from benchmarks.truth_drawing import colour, font, texture, to_picture, to_pixels, words
from holdfast.demo import holds
from holdfast.demo.walls import Plane, boulder_wall, mountain_wall, noise

_WALL_SIDE = 400  # walls are drawn for about this side; their holds are so many pixels


def scene(name: str, rng: np.random.Generator, width: int, height: int) -> Plane:
    """The scene of this name, one of SCENES, at this size."""
    return np.clip(SCENES[name](rng, width, height), 0, 1)


def _wall(rng: np.random.Generator, width: int, height: int, *, indoors: bool) -> Plane:
    zoom = _WALL_SIDE / max(width, height)
    small = max(240, round(width * zoom)), max(240, round(height * zoom))
    wall = (boulder_wall if indoors else mountain_wall)(rng, *small)
    for hold in holds.choose(rng, wall):
        holds.paint(rng, wall.pixels, hold)
    return to_pixels(to_picture(wall.pixels).resize((width, height), Image.Resampling.BICUBIC))


def _hall(rng: np.random.Generator, width: int, height: int) -> Plane:
    return _wall(rng, width, height, indoors=True)


def _crag(rng: np.random.Generator, width: int, height: int) -> Plane:
    return _wall(rng, width, height, indoors=False)


def landscape(rng: np.random.Generator, width: int, height: int) -> Plane:
    """Sky with clouds, three to five ridges one before the other, trees on the nearest."""
    down = np.linspace(0, 1, height, dtype=np.float32)[:, None, None]
    high, low = rng.uniform(0.2, 0.8, 3), rng.uniform(0.6, 1, 3)
    pixels = (high * (1 - down) + low * down) * np.ones((1, width, 1))
    clouds = np.clip(texture(rng, width, height, width / 3) + rng.uniform(-0.5, 0.3), 0, 1)[..., None]
    pixels = pixels * (1 - 0.7 * clouds) + 0.7 * clouds * rng.uniform(0.7, 1)
    ridges, y = int(rng.integers(3, 6)), np.arange(height)[:, None]
    for ridge in range(ridges):
        level = height * (0.3 + 0.6 * ridge / ridges + rng.uniform(-0.07, 0.07))
        crest = level + sum(
            noise(rng, width, 2, (width / 2**k, 1))[0] * height * 0.16 / 2**k for k in (1, 2, 3, 5)
        )
        tone = rng.uniform(0.1, 0.7, 3) * (1 + 0.5 * texture(rng, width, height, 60))[..., None]
        pixels = np.where((y > crest[None, :])[..., None], tone, pixels)
    return _trees(rng, pixels.astype(np.float32))


def _trees(rng: np.random.Generator, pixels: Plane) -> Plane:
    height, width, _ = pixels.shape
    picture = to_picture(pixels)
    pen = ImageDraw.Draw(picture)
    for _ in range(int(rng.integers(3, 25))):
        x, y = rng.uniform(0, width), rng.uniform(0.55, 1) * height
        size, dark = height * rng.uniform(0.03, 0.14), colour(rng, 0.05, 0.4)
        pen.rectangle((x - size / 12, y - size, x + size / 12, y), fill=colour(rng, 0.1, 0.35))
        for _ in range(12):
            a, b, r = (
                x + rng.normal(0, size / 4),
                y - size + rng.normal(0, size / 4),
                size * rng.uniform(0.1, 0.3),
            )
            shade = tuple(int(value * rng.uniform(0.7, 1.3)) for value in dark)
            pen.ellipse((a - r, b - r, a + r, b + r), fill=shade)
    return to_pixels(picture)


def _leaves(rng: np.random.Generator, width: int, height: int) -> Plane:
    """Things over things over things, from large ones down to small."""
    picture = Image.new("RGB", (width, height), colour(rng))
    pen, side = ImageDraw.Draw(picture), min(width, height)
    palette = rng.uniform(0, 1, (6, 3))
    count = int(rng.integers(150, 700))
    for radius in np.sort(side * 0.012 * (1 - rng.uniform(0, 0.999, count)) ** -0.5)[::-1]:
        radius = min(radius, side * 0.3)
        x, y = rng.uniform(0, width), rng.uniform(0, height)
        own = np.clip(palette[rng.integers(6)] + rng.normal(0, 0.1, 3), 0, 1) * 255
        angles = np.sort(rng.uniform(0, 2 * np.pi, int(rng.integers(3, 9))))
        corners = [(x + radius * math.cos(a), y + radius * math.sin(a)) for a in angles]
        fill = tuple(int(value) for value in own)
        if rng.random() < 0.5:
            pen.ellipse((x - radius, y - radius * 0.7, x + radius, y + radius * 0.7), fill=fill)
        else:
            pen.polygon(corners, fill=fill)
    light = 1 + 0.25 * texture(rng, width, height, side / 3)
    return to_pixels(picture) * light[..., None]


def aerial(rng: np.random.Generator, width: int, height: int) -> Plane:
    """Ground from above: fields, roads, roofs with shadows, round trees."""
    ground = rng.uniform(0.25, 0.6, 3) * (1 + 0.3 * texture(rng, width, height, width / 4))[..., None]
    picture = to_picture(ground)
    pen, side = ImageDraw.Draw(picture), min(width, height)
    for _ in range(int(rng.integers(2, 6))):
        ends = [(rng.uniform(-0.2, 1.2) * width, rng.uniform(-0.2, 1.2) * height) for _ in range(3)]
        pen.line(ends, fill=colour(rng, 0.3, 0.7), width=max(3, int(side * rng.uniform(0.02, 0.06))))
    for _ in range(int(rng.integers(8, 40))):
        x, y, size = rng.uniform(0, width), rng.uniform(0, height), side * rng.uniform(0.02, 0.1)
        if rng.random() < 0.4:
            pen.ellipse((x - size / 2, y - size / 2, x + size / 2, y + size / 2), fill=colour(rng, 0.1, 0.4))
            continue
        turn, wide = rng.uniform(0, np.pi), size * rng.uniform(0.5, 1)
        corners = np.array([(-size, -wide), (size, -wide), (size, wide), (-size, wide)])
        rotation = np.array([(math.cos(turn), math.sin(turn)), (-math.sin(turn), math.cos(turn))])
        spots = corners @ rotation + (x, y)
        pen.polygon([tuple(spot) for spot in spots + size * 0.2], fill=(30, 30, 30))
        pen.polygon([tuple(spot) for spot in spots], fill=colour(rng, 0.3))
        pen.line([tuple((spots[0] + spots[3]) / 2), tuple((spots[1] + spots[2]) / 2)], fill=colour(rng))
    return to_pixels(picture.filter(ImageFilter.GaussianBlur(0.7)))


def room(rng: np.random.Generator, width: int, height: int) -> Plane:
    """A wall, a floor in boards, furniture, pictures on the wall, a lamp."""
    horizon = int(height * rng.uniform(0.45, 0.75))
    picture = Image.new("RGB", (width, height), colour(rng, 0.4))
    pen, floor = ImageDraw.Draw(picture), colour(rng, 0.2, 0.7)
    pen.rectangle((0, horizon, width, height), fill=floor)
    vanish = rng.uniform(0.2, 0.8) * width
    for x in np.linspace(-2 * width, 3 * width, int(rng.integers(20, 60))):
        pen.line((vanish, horizon - height * 0.2, x, height), fill=tuple(int(v * 0.8) for v in floor))
    pen.rectangle((0, horizon // 8, width, horizon), fill=colour(rng, 0.4))
    for _ in range(int(rng.integers(5, 16))):
        x, w = rng.uniform(-0.1, 0.95) * width, width * rng.uniform(0.05, 0.35)
        h = height * rng.uniform(0.05, 0.35)
        y = (
            horizon + height * rng.uniform(0, 0.25) - h
            if rng.random() < 0.6
            else rng.uniform(0.05, 0.35) * horizon
        )
        pen.rectangle((x, y, x + w, y + h), fill=colour(rng), outline=colour(rng), width=2)
        for part in range(int(rng.integers(0, 5))):
            line = y + h * (part + 1) / 6
            pen.line((x, line, x + w, line), fill=colour(rng), width=2)
    lamp = 1.15 - 0.6 * np.hypot(
        np.linspace(-1, 1, width)[None] - rng.uniform(-1, 1), np.linspace(0, 1, height)[:, None]
    )
    light = lamp * (1 + 0.1 * texture(rng, width, height, 40))
    return to_pixels(picture) * np.clip(light + 0.3, 0, 1.3)[..., None]


def page(rng: np.random.Generator, width: int, height: int) -> Plane:
    """A printed page: a heading, lines of text, at times a table or a figure."""
    paper = int(rng.integers(225, 256))
    picture = Image.new("RGB", (width, height), (paper, paper, paper - int(rng.integers(0, 15))))
    pen, size = ImageDraw.Draw(picture), height * rng.uniform(0.018, 0.035)
    left, y, ink = width * rng.uniform(0.05, 0.12), height * rng.uniform(0.03, 0.1), colour(rng, 0, 0.3)
    pen.text((left, y), words(rng, 4), ink, font(size * 2))
    y += size * 3.5
    while y < height * 0.94:
        chance = rng.random()
        if chance < 0.06:
            tall = height * rng.uniform(0.08, 0.25)
            piece = _leaves(rng, max(8, int(width * rng.uniform(0.3, 0.8))), max(8, int(tall)))
            picture.paste(to_picture(piece), (int(left), int(y)))
            y += tall + size
        elif chance < 0.12:
            for _ in range(int(rng.integers(2, 6))):
                pen.rectangle((left, y, width - left, y + size * 1.5), outline=ink)
                pen.text((left + 3, y), words(rng, 3), ink, font(size))
                y += size * 1.5
        else:
            pen.text((left, y), words(rng, int(rng.integers(2, 12))), ink, font(size))
            y += size * rng.choice((1.4, 1.4, 1.4, 2.6))
    pen.rectangle((width - left * 0.8, 0, width, height), fill=(paper, paper, paper))
    return to_pixels(picture)


def _screen(rng: np.random.Generator, width: int, height: int) -> Plane:
    """A screen with windows, buttons, and text in them."""
    picture = Image.new("RGB", (width, height), colour(rng))
    pen = ImageDraw.Draw(picture)
    for _ in range(int(rng.integers(2, 6))):
        x, y = rng.uniform(0, 0.6) * width, rng.uniform(0, 0.6) * height
        w, h = width * rng.uniform(0.25, 0.7), height * rng.uniform(0.25, 0.7)
        light, size = colour(rng, 0.75, 1), max(9.0, height * 0.022)
        pen.rectangle((x, y, x + w, y + h), fill=light, outline=(90, 90, 90))
        pen.rectangle((x, y, x + w, y + size * 1.6), fill=colour(rng))
        for line in np.arange(y + size * 2, y + h - size * 1.5, size * 1.5):
            if rng.random() < 0.15:
                pen.rectangle((x + size, line, x + w * rng.uniform(0.2, 0.5), line + size), fill=colour(rng))
            else:
                pen.text((x + size, line), words(rng, 1 + int(w / size / 9)), colour(rng, 0, 0.4), font(size))
    return to_pixels(picture)


def _cells(rng: np.random.Generator, width: int, height: int) -> Plane:
    """Cells under a microscope, much like those of every other such picture."""
    picture = to_picture(rng.uniform(0.75, 0.95, 3) * (1 + 0.06 * texture(rng, width, height, 90))[..., None])
    pen, side = ImageDraw.Draw(picture, "RGBA"), min(width, height)
    base, size = rng.uniform(80, 200, 3), side * rng.uniform(0.03, 0.06)
    for _ in range(int(rng.integers(30, 140))):
        x, y, r = rng.uniform(0, width), rng.uniform(0, height), size * rng.uniform(0.8, 1.25)
        tone = tuple(int(value) for value in np.clip(base + rng.normal(0, 12, 3), 0, 255))
        pen.ellipse(
            (x - r, y - r * rng.uniform(0.8, 1), x + r, y + r), fill=(*tone, 190), outline=(90, 50, 70)
        )
        pen.ellipse((x - r / 3, y - r / 3, x + r / 3, y + r / 3), fill=(*(value // 2 for value in tone), 200))
    return to_pixels(picture.filter(ImageFilter.GaussianBlur(side / 500)))


def _soft(rng: np.random.Generator, width: int, height: int) -> Plane:
    """Hardly any texture: a few large blurred shapes on a slope of colour."""
    down, right = np.mgrid[0 : 1 : complex(0, height), 0 : 1 : complex(0, width)].astype(np.float32)
    turn = rng.uniform(0, 2 * np.pi)
    pixels = rng.uniform(0.2, 0.8, 3) + 0.25 * (math.cos(turn) * right + math.sin(turn) * down)[..., None]
    for _ in range(int(rng.integers(3, 8))):
        x, y, wide, tall = *rng.uniform(0, 1, 2), *rng.uniform(0.05, 0.3, 2)
        away = np.hypot((right - x) / wide, (down - y) / tall)
        pixels += rng.uniform(-0.4, 0.4, 3) * np.exp(-(away**3))[..., None]
    soft: Plane = pixels.astype(np.float32)
    return soft


def _night(rng: np.random.Generator, width: int, height: int) -> Plane:
    """Darkness with lights, and a little of what they fall on."""
    pixels = landscape(rng, width, height) * rng.uniform(0.06, 0.2)
    picture, glow = to_picture(pixels), Image.new("RGB", (width, height))
    for layer, big in ((glow, 3.0), (picture, 1.0)):
        pen, own = ImageDraw.Draw(layer), np.random.default_rng(int(rng.integers(2**32)))
        for _ in range(int(own.integers(15, 50))):
            x, y = own.uniform(0, width), own.uniform(0.2, 1) * height
            r = big * min(width, height) * own.uniform(0.004, 0.02)
            pen.ellipse((x - r, y - r, x + r, y + r), fill=colour(own, 0.5, 1))
    blurred = glow.filter(ImageFilter.GaussianBlur(min(width, height) * 0.04))
    return to_pixels(picture) + to_pixels(blurred)


SCENES: dict[str, Callable[[np.random.Generator, int, int], Plane]] = {
    "hall": _hall, "crag": _crag, "landscape": landscape, "leaves": _leaves, "aerial": aerial, "room": room,
    "page": page, "screen": _screen, "cells": _cells, "soft": _soft, "night": _night,
}  # fmt: skip

PLACES = ("aerial", "room", "landscape", "hall", "crag", "leaves", "night")
"""Scenes that a camera may stand before."""
