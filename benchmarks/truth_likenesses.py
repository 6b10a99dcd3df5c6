"""The hard negatives of the truth set: pictures that look alike and are not copies of each other.

A likeness gives so many frames; any two of them are `scene` (a fixed camera saw another state of one
scene) or `unlike`.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from PIL import Image, ImageDraw

from benchmarks.truth_drawing import (
    Frame,
    Sprite,
    colour,
    font,
    put,
    seen,
    sensor,
    spot_for,
    thing,
    to_picture,
    to_pixels,
    visible_spots,
    words,
)
from benchmarks.truth_lookalikes import LOOKALIKES
from benchmarks.truth_scenes import PLACES, aerial, page, room, scene

Rng = np.random.Generator


def _moved(rng: Rng, size: tuple[int, int], count: int, shares: tuple[float, float]) -> list[Frame]:
    """A fixed camera: one thing stands elsewhere in each frame; the rest differs in noise and light only."""
    width, height = size
    base = scene(PLACES[rng.integers(len(PLACES))], rng, width, height)
    for _ in range(int(rng.integers(0, 4))):
        side = int(min(width, height) * rng.uniform(0.04, 0.12))
        put(base, thing(rng, side), *spot_for(rng, width, height, side))
    share = rng.uniform(*shares)
    side = max(8, round(share * min(width, height)))
    mover = thing(rng, side, float(base.mean()))
    frames = []
    for x, y in visible_spots(rng, base, mover, count):
        pixels = base * rng.uniform(0.98, 1.02)
        put(pixels, mover, x, y)
        frames.append(Frame(sensor(rng, pixels, 0.008), {"size": round(share, 3)}))
    return frames


def _moved_little(rng: Rng, width: int, height: int, count: int) -> list[Frame]:
    return _moved(rng, (width, height), count, (0.02, 0.05))


def _moved_large(rng: Rng, width: int, height: int, count: int) -> list[Frame]:
    return _moved(rng, (width, height), count, (0.05, 0.15))


def _chess(rng: Rng, width: int, height: int, count: int) -> list[Frame]:
    """A board; each frame is a move of one piece after the one before."""
    side = min(width, height)
    light, dark = rng.uniform(0.6, 0.9, 3), rng.uniform(0.15, 0.45, 3)
    table = (
        room(rng, width, height) if rng.random() < 0.5 else np.full((height, width, 3), rng.uniform(0.2, 0.8))
    )
    cell = int(side * rng.uniform(0.09, 0.115))
    left, top = (width - 8 * cell) // 2, (height - 8 * cell) // 2
    for number in range(64):
        row, column = divmod(number, 8)
        box = table[
            top + row * cell : top + (row + 1) * cell, left + column * cell : left + (column + 1) * cell
        ]
        box[:] = light if (row + column) % 2 else dark
    levels = float(light.mean()), float(dark.mean())
    pieces = [thing(rng, int(cell * 0.75), *levels) for _ in range(6)]
    squares = [int(number) for number in rng.permutation(64)]
    taken = {square: pieces[rng.integers(6)] for square in squares[: int(rng.integers(6, 30))]}
    frames = []
    for number in range(count):
        if number:
            taken[squares[-number]] = taken.pop(squares[number])
        pixels = table.astype(np.float32) * rng.uniform(0.98, 1.02)
        for square, piece in taken.items():
            put(pixels, piece, left + (square % 8 + 0.12) * cell, top + (square // 8 + 0.12) * cell)
        frames.append(Frame(sensor(rng, pixels, 0.008), {"size": round(cell * 0.75 / side, 3)}))
    return frames


def _passing(rng: Rng, width: int, height: int, count: int) -> list[Frame]:
    """A camera that moves: the ground shifts, what stands nearer shifts more, and some of it moves itself."""
    world = (aerial if rng.random() < 0.6 else room)(rng, round(width * 1.4), round(height * 1.4))
    side, step = min(width, height), rng.uniform(0.02, 0.08, 2) * min(width, height)
    near = [
        (thing(rng, int(side * rng.uniform(0.05, 0.14))), rng.uniform(0, 1, 2))
        for _ in range(int(rng.integers(4, 9)))
    ]
    movers = [(thing(rng, int(side * rng.uniform(0.04, 0.12))), *rng.uniform(0, 1, (2, 2))) for _ in range(3)]
    frames = []
    for number in range(count):
        x, y = (step * number).astype(int)
        pixels = world[y : y + height, x : x + width].copy()
        for sprite, place in near:
            put(pixels, sprite, *(place * (width, height) * 1.2 - 1.6 * step * number).tolist())
        for sprite, place, speed in movers:
            spot = (place + number * (speed - 0.5) * 0.4) % 0.9 * (width, height)
            put(pixels, sprite, *spot.tolist())
        frames.append(Frame(sensor(rng, pixels), {"step": round(float(np.hypot(*step)) / side, 3)}))
    return frames


def _same_thing(rng: Rng, width: int, height: int, count: int) -> list[Frame]:
    """Photos of one thing: other viewpoints, other places before other parts of the backdrop, other light."""
    side = int(min(width, height) * rng.uniform(0.4, 0.65))
    sprite = thing(rng, side)
    detail = scene("leaves", rng, side, side)
    sprite = Sprite(0.5 * sprite.pixels + 0.5 * detail, sprite.alpha)
    backdrop = scene(PLACES[rng.integers(len(PLACES))], rng, width * 2, height * 2)
    frames = []
    for _ in range(count):
        x, y = (int(value) for value in rng.uniform(0, (width, height)))
        pixels = backdrop[y : y + height, x : x + width] * rng.uniform(0.6, 1.2)
        view, turn = seen(rng, sprite)
        put(
            pixels,
            Sprite(view.pixels * rng.uniform(0.7, 1.2), view.alpha),
            *spot_for(rng, width, height, side),
        )
        frames.append(Frame(sensor(rng, pixels), {"turned": turn}))
    return frames


def _forms(rng: Rng, width: int, height: int, count: int) -> list[Frame]:
    """Scans of one printed form, each filled in by another hand and laid on the glass a little askew."""
    blank, fields = _form(rng, width, height)
    frames = []
    for _ in range(count):
        sheet = blank.copy()
        pen, ink = ImageDraw.Draw(sheet), colour(rng, 0, 0.4)
        for x, y, w, h in fields:
            if rng.random() < 0.85:
                xs = np.linspace(x + 4, x + w * rng.uniform(0.4, 0.95), int(w / h * 6) + 6)
                ys = y + h * (0.5 + 0.35 * np.cumsum(rng.normal(0, 0.6, len(xs))).clip(-1, 1))
                pen.line(
                    list(zip(xs.tolist(), ys.tolist(), strict=True)), fill=ink, width=max(1, int(h / 12))
                )
        turned = sheet.rotate(rng.uniform(-0.8, 0.8), Image.Resampling.BILINEAR, fillcolor=(235, 235, 235))
        frames.append(
            Frame(sensor(rng, to_pixels(turned) * rng.uniform(0.93, 1.0), 0.008), {"fields": len(fields)})
        )
    return frames


def _form(rng: Rng, width: int, height: int) -> tuple[Image.Image, list[tuple[float, float, float, float]]]:
    sheet, fields = Image.new("RGB", (width, height), (248, 248, 246)), []
    pen, size = ImageDraw.Draw(sheet), height * rng.uniform(0.02, 0.03)
    pen.text((width * 0.08, height * 0.03), words(rng, 3), (20, 20, 20), font(size * 1.8))
    y = height * 0.12
    while y < height * 0.92:
        columns, tall = int(rng.integers(1, 4)), size * rng.uniform(1.8, 3)
        for column in range(columns):
            x, wide = width * (0.06 + 0.88 * column / columns), width * 0.84 / columns
            pen.text((x, y), words(rng, 2), (40, 40, 40), font(size * 0.8))
            pen.rectangle((x, y + size, x + wide, y + size + tall), outline=(60, 60, 60))
            fields.append((x, y + size, wide, tall))
        y += tall + size * 1.8
    return sheet, fields


def _letters(rng: Rng, width: int, height: int, count: int) -> list[Frame]:
    """Pages of one letterhead: the same head and foot, other lines between them."""
    head, ink = page(rng, width, height), colour(rng, 0, 0.3)
    size, frames = height * 0.024, []
    for _ in range(count):
        sheet = to_picture(head)
        pen = ImageDraw.Draw(sheet)
        pen.rectangle((0, height * 0.2, width, height * 0.92), fill=(250, 250, 248))
        for y in np.arange(height * 0.24, height * 0.88, size * 1.4):
            pen.text((width * 0.08, y), words(rng, int(rng.integers(1, 11))), ink, font(size))
        frames.append(Frame(sensor(rng, to_pixels(sheet), 0.006), {}))
    return frames


def _camera_trap(rng: Rng, width: int, height: int, count: int) -> list[Frame]:
    """Grey pictures of a camera in the woods: an animal walks by; the bar below says another time in each."""
    base = scene(("leaves", "landscape", "crag")[rng.integers(3)], rng, width, height).mean(
        axis=2, keepdims=True
    )
    away = np.hypot(np.linspace(-1, 1, width)[None], np.linspace(-1, 1, height)[:, None])[..., None]
    base = (base * np.ones(3) * (1 - 0.4 * away)).astype(np.float32)
    share, bar = rng.uniform(0.08, 0.2), round(height * 0.06)
    animal = thing(rng, round(share * min(width, height)), float(base.mean()))
    animal = Sprite(animal.pixels.mean(axis=2, keepdims=True) * np.ones(3), animal.alpha)
    day, frames = words(rng, 2), []
    for x, y in visible_spots(rng, base[: height - bar], animal, count):
        pixels = base.copy()
        put(pixels, animal, x, y)
        picture = to_picture(sensor(rng, pixels, 0.012).mean(axis=2, keepdims=True) * np.ones(3))
        pen, time = (
            ImageDraw.Draw(picture),
            f"{rng.integers(24):02}:{rng.integers(60):02}:{rng.integers(60):02}",
        )
        pen.rectangle((0, height - bar, width, height), fill=(0, 0, 0))
        pen.text((bar / 2, height - bar), f"{day}   {time}", (255, 255, 255), font(bar * 0.7))
        frames.append(Frame(to_pixels(picture), {"size": round(share, 3)}))
    return frames


SCENE = ("moved little", "moved", "chess", "camera trap")
"""Likenesses of a fixed camera."""

LIKENESSES: dict[str, Callable[[Rng, int, int, int], list[Frame]]] = {
    "moved little": _moved_little, "moved": _moved_large, "chess": _chess, "camera trap": _camera_trap,
    "moving camera": _passing, "same thing": _same_thing, "forms": _forms, "letters": _letters, **LOOKALIKES,
}  # fmt: skip
