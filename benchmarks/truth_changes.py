"""The hard positives of the truth set: what may happen to a picture between two copies of it.

The operations and their strengths are those of Roboflow's augmentations where it has them. Each takes a
random generator and a picture, and gives the changed one with its parameters: degrees, shares, pixels.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

import numpy as np
from PIL import Image, ImageDraw, ImageEnhance, ImageFilter, ImageOps

from benchmarks.truth_drawing import colour, font, to_picture, to_pixels, words

Rng = np.random.Generator
_LEAST = 96
"""No copy is made smaller than this by resizing, in pixels of the shorter side."""


class Change(NamedTuple):
    """The changed picture, and by how much."""

    picture: Image.Image
    parameters: Mapping[str, float | str]


def _resized(rng: Rng, picture: Image.Image) -> Change:
    least = max(0.3, _LEAST / min(picture.size))
    factor = math.exp(rng.uniform(math.log(min(least, 0.9)), math.log(2)))
    size = tuple(max(1, round(side * factor)) for side in picture.size)
    filters = (Image.Resampling.LANCZOS, Image.Resampling.BICUBIC, Image.Resampling.BILINEAR)
    return Change(picture.resize((size[0], size[1]), filters[rng.integers(3)]), {"factor": round(factor, 3)})


def _stretched(rng: Rng, picture: Image.Image) -> Change:
    side = int(rng.choice((320, 416, 512, 640)))
    return Change(picture.resize((side, side), Image.Resampling.BILINEAR), {"side": side})


def _padded(rng: Rng, picture: Image.Image) -> Change:
    """Fitted into a square, with black or white edges."""
    side, tone = int(rng.choice((416, 512, 640))), int(rng.choice((0, 255)))
    factor = side / max(picture.size)
    fitted = picture.resize((round(picture.width * factor), round(picture.height * factor)))
    square = Image.new("RGB", (side, side), (tone, tone, tone))
    square.paste(fitted, ((side - fitted.width) // 2, (side - fitted.height) // 2))
    return Change(square, {"side": side, "edges": tone})


def _thumbnail(rng: Rng, picture: Image.Image) -> Change:
    """Made small, and enlarged again."""
    factor = rng.uniform(80, 160) / max(picture.size)
    small = picture.resize((round(picture.width * factor), round(picture.height * factor)))
    return Change(small.resize(picture.size, Image.Resampling.BICUBIC), {"factor": round(factor, 3)})


def _stretched_levels(rng: Rng, picture: Image.Image) -> Change:
    """Levels stretched or evened out, each channel for itself."""
    if rng.random() < 0.5:
        return Change(ImageOps.autocontrast(picture, cutoff=2), {"cutoff": 2})
    return Change(Image.blend(picture, ImageOps.equalize(picture), 0.5), {"evened": 0.5})


def _brightness(rng: Rng, picture: Image.Image) -> Change:
    share = _either(rng, 0.08, 0.25)
    return Change(ImageEnhance.Brightness(picture).enhance(1 + share), {"brightness": share})


def _exposure(rng: Rng, picture: Image.Image) -> Change:
    gamma = 1 + _either(rng, 0.1, 0.3)
    return Change(to_picture(to_pixels(picture) ** gamma), {"gamma": round(gamma, 3)})


def _contrast(rng: Rng, picture: Image.Image) -> Change:
    share = _either(rng, 0.1, 0.3)
    return Change(ImageEnhance.Contrast(picture).enhance(1 + share), {"contrast": share})


def _grayscale(rng: Rng, picture: Image.Image) -> Change:
    return Change(picture.convert("L").convert("RGB"), {})


def _hue(rng: Rng, picture: Image.Image) -> Change:
    degrees = _either(rng, 8, 60)
    hue, saturation, value = picture.convert("HSV").split()
    shift = round(degrees / 360 * 255)
    turned = hue.point([(level + shift) % 256 for level in range(256)])
    return Change(Image.merge("HSV", (turned, saturation, value)).convert("RGB"), {"degrees": degrees})


def _saturation(rng: Rng, picture: Image.Image) -> Change:
    share = _either(rng, 0.2, 0.6)
    return Change(ImageEnhance.Color(picture).enhance(1 + share), {"saturation": share})


def _channels(rng: Rng, picture: Image.Image) -> Change:
    order = ((2, 1, 0), (1, 2, 0), (2, 0, 1), (1, 0, 2), (0, 2, 1))[
        rng.choice(5, p=(0.6, 0.1, 0.1, 0.1, 0.1))
    ]
    bands = picture.split()
    return Change(
        Image.merge("RGB", [bands[band] for band in order]), {"order": "".join("RGB"[i] for i in order)}
    )


def _turned(rng: Rng, picture: Image.Image) -> Change:
    degrees = int(rng.choice((90, 180, 270)))
    return Change(picture.rotate(degrees, expand=True), {"degrees": degrees})


def _flipped(rng: Rng, picture: Image.Image) -> Change:
    name = str(
        rng.choice(("FLIP_LEFT_RIGHT", "FLIP_TOP_BOTTOM", "TRANSPOSE", "TRANSVERSE"), p=(0.5, 0.3, 0.1, 0.1))
    )
    return Change(picture.transpose(Image.Transpose[name]), {"flip": name.lower()})


def _rotation(rng: Rng, picture: Image.Image) -> Change:
    degrees = _either(rng, 2, 15)
    return Change(picture.rotate(degrees, Image.Resampling.BILINEAR), {"degrees": degrees})


def _shear(rng: Rng, picture: Image.Image) -> Change:
    across, along = (round(float(value), 2) for value in rng.uniform(-15, 15, 2))
    if max(abs(across), abs(along)) < 4:
        across = math.copysign(10.0, across)
    x, y = math.tan(math.radians(across)), math.tan(math.radians(along))
    width, height = picture.size
    matrix = (1, x, -x * height / 2, y, 1, -y * width / 2)
    sheared = picture.transform(picture.size, Image.Transform.AFFINE, matrix, Image.Resampling.BILINEAR)
    return Change(sheared, {"across": across, "along": along})


def _crop(rng: Rng, picture: Image.Image) -> Change:
    """Zoom by up to 20 %, into a window anywhere, back at the size that it had."""
    share = round(float(rng.uniform(0.03, 0.2)), 3)
    wide, tall = (side * (1 - share) for side in picture.size)
    left, top = rng.uniform(0, picture.width - wide), rng.uniform(0, picture.height - tall)
    box = (left, top, left + wide, top + tall)
    return Change(picture.resize(picture.size, Image.Resampling.BILINEAR, box=box), {"share": share})


def _cut_to(rng: Rng, picture: Image.Image) -> Change:
    """Crop to a window of another shape, not enlarged again."""
    wide, tall = (float(side) for side in 1 - rng.uniform(0.02, 0.2, 2))
    left, top = rng.uniform(0, 1 - wide), rng.uniform(0, 1 - tall)
    box = [
        round(part * side)
        for part, side in zip((left, top, left + wide, top + tall), picture.size * 2, strict=True)
    ]
    return Change(
        picture.crop((box[0], box[1], box[2], box[3])), {"wide": round(wide, 3), "tall": round(tall, 3)}
    )


def _blur(rng: Rng, picture: Image.Image) -> Change:
    radius = round(float(rng.uniform(0.7, 2.5)), 2)
    return Change(picture.filter(ImageFilter.GaussianBlur(radius)), {"radius": radius})


def _noise(rng: Rng, picture: Image.Image) -> Change:
    """Salt and pepper on up to 5 % of the pixels."""
    share, pixels = round(float(rng.uniform(0.01, 0.05)), 3), np.array(picture)
    hit = rng.random(pixels.shape[:2]) < share
    pixels[hit] = rng.choice(np.array((0, 255), np.uint8), (int(hit.sum()), 1))
    return Change(Image.fromarray(pixels), {"share": share})


def _cutout(rng: Rng, picture: Image.Image) -> Change:
    """Three boxes, a tenth of each side, in black."""
    changed, side = picture.copy(), 0.1
    for _ in range(3):
        x, y = rng.uniform(0, 1 - side, 2)
        box = (x * picture.width, y * picture.height, (x + side) * picture.width, (y + side) * picture.height)
        ImageDraw.Draw(changed).rectangle(box, fill=(0, 0, 0))
    return Change(changed, {"boxes": 3, "side": side})


def _watermark(rng: Rng, picture: Image.Image) -> Change:
    """Text in a corner or over all of the picture, half transparent."""
    layer = Image.new("RGBA", picture.size)
    pen, opacity = ImageDraw.Draw(layer), int(rng.integers(70, 160))
    tone = 255 if rng.random() < 0.7 else 0
    everywhere = rng.random() < 0.4
    size = picture.height * (0.05 if everywhere else rng.uniform(0.05, 0.1))
    text, width = words(rng, 2), picture.width
    spots = [(x * width / 2, y * picture.height / 5) for x in range(2) for y in range(5)]
    for spot in spots if everywhere else [(width * 0.05, picture.height * rng.choice((0.03, 0.85)))]:
        pen.text(spot, text, (tone, tone, tone, opacity), font(size))
    marked = Image.alpha_composite(picture.convert("RGBA"), layer).convert("RGB")
    return Change(marked, {"opacity": opacity, "everywhere": float(everywhere)})


def _screenshot(rng: Rng, picture: Image.Image) -> Change:
    """The picture on a screen: bars of one colour about it, a title above."""
    left, top, right, bottom = (rng.uniform(0, 0.12) for _ in range(4))
    width, height = picture.size
    size = round(width * (1 + left + right)), round(height * (1.04 + top + bottom))
    ground = colour(rng, 0, 0.2) if rng.random() < 0.6 else colour(rng, 0.85, 1)
    screen, bar = Image.new("RGB", size, ground), round(height * 0.04)
    pen = ImageDraw.Draw(screen)
    pen.rectangle((0, 0, size[0], bar), fill=colour(rng))
    pen.text((4, 0), words(rng, 5), (255, 255, 255), font(max(8, bar * 0.8)))
    screen.paste(picture, (round(width * left), bar + round(height * top)))
    shown = width * height / (size[0] * size[1])
    factor = rng.uniform(0.6, 1.0)
    return Change(
        screen.resize((round(size[0] * factor), round(size[1] * factor))), {"shown": round(shown, 3)}
    )


def mosaic(rng: Rng, pictures: Sequence[Image.Image]) -> Change:
    """Four pictures in one, each whole in its quarter; the quarters meet near the middle."""
    width, height = pictures[0].size
    x, y = (round(side * rng.uniform(0.4, 0.6)) for side in (width, height))
    made = Image.new("RGB", (width, height))
    boxes = ((0, 0, x, y), (x, 0, width, y), (0, y, x, height), (x, y, width, height))
    for picture, box in zip(pictures, [boxes[i] for i in rng.permutation(4)], strict=True):
        made.paste(picture.resize((box[2] - box[0], box[3] - box[1]), Image.Resampling.BICUBIC), box[:2])
    return Change(made, {"x": round(x / width, 3), "y": round(y / height, 3)})


def _combined(rng: Rng, picture: Image.Image) -> Change:
    """Two or three in a row, at most one of a sort, as an export with augmentations makes them."""
    sorts = [_FIRST, _GEOMETRY, _COLOURS, _DAMAGE]
    chosen = sorted(rng.choice(4, int(rng.integers(2, 4)), replace=False))
    parameters: dict[str, float | str] = {}
    for index in chosen:
        names = sorts[index]
        name = names[rng.integers(len(names))]
        picture, more = CHANGES[name](rng, picture)
        parameters |= {f"{name} {key}": value for key, value in more.items()} or {name: 1.0}
    return Change(picture, parameters)


def _either(rng: Rng, low: float, high: float) -> float:
    """A number between the two, or its negative."""
    return round(float(rng.uniform(low, high)) * (1 if rng.random() < 0.5 else -1), 3)


CHANGES: dict[str, Callable[[Rng, Image.Image], Change]] = {
    "resized": _resized, "stretched": _stretched, "thumbnail": _thumbnail, "padded": _padded,
    "brightness": _brightness, "exposure": _exposure, "contrast": _contrast, "grayscale": _grayscale,
    "hue": _hue, "saturation": _saturation, "channels": _channels, "levels": _stretched_levels,
    "turned": _turned, "flipped": _flipped, "rotation": _rotation, "shear": _shear, "crop": _crop,
    "cut to": _cut_to, "blur": _blur, "noise": _noise, "cutout": _cutout, "watermark": _watermark,
    "screenshot": _screenshot, "combined": _combined,
}  # fmt: skip
_FIRST = ("stretched", "turned", "flipped")
_GEOMETRY = ("rotation", "shear", "crop")
_COLOURS = ("brightness", "exposure", "hue", "saturation", "grayscale")
_DAMAGE = ("blur", "noise", "cutout")
