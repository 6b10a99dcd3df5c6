"""One picture for people: two images, the second laid onto the first, and where they differ."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from holdfast.explain.regions import Box
from holdfast.names import display

SIDE = 480
"""Pixels of a panel's longer side, at most and, for tiny pictures, at least half of it."""
_MARGIN = 12
_LINE = 18
_FONT = 13
_PAPER, _INK, _FAINT, _MARK = (250, 250, 250), (20, 20, 20), (110, 110, 110), (220, 0, 90)
_OUTSIDE = (128, 128, 128)

Font = ImageFont.ImageFont | ImageFont.FreeTypeFont


class Panel(NamedTuple):
    """A picture with lines of text below it; `boxes` are outlined, in fractions of its sides."""

    image: Image.Image
    lines: Sequence[str]
    boxes: Sequence[Box] = ()


def fitted(image: Image.Image) -> Image.Image:
    """The picture at a panel's size, its shape kept; a tiny one is enlarged without smoothing."""
    longest = max(image.size)
    if longest * 2 <= SIDE:
        image = image.resize((image.width * (SIDE // longest), image.height * (SIDE // longest)), 0)
    elif longest > SIDE:
        scale = SIDE / longest
        size = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
        image = image.resize(size, Image.Resampling.BOX)
    return image


def aligned(second: Image.Image, size: tuple[int, int], affine: NDArray[np.float64]) -> Image.Image:
    """The second picture as it lies on the first, at the first's size in pixels; `affine` leads from
    fractions of the first's sides to those of the second. What it does not cover is grey."""
    scale = np.diag([second.width, second.height]) @ affine @ np.diag([1 / size[0], 1 / size[1], 1.0])
    covered = Image.new("RGB", (second.width + 2, second.height + 2), _OUTSIDE)
    covered.paste(second, (1, 1))
    scale[:, 2] += 1.0  # a rim of the outside: its corners are not smeared over the rest
    coefficients = tuple(float(value) for value in scale.ravel())
    return covered.transform(
        size, Image.Transform.AFFINE, coefficients, Image.Resampling.BILINEAR, fillcolor=_OUTSIDE
    )


def heat(differences: NDArray[np.floating], common: NDArray[np.bool_], size: tuple[int, int]) -> Image.Image:
    """Differences (0 to 1, a row and column each) as black to red, yellow, white; grey where there is nothing
    in common."""
    ramp = np.clip(np.stack([3 * differences, 3 * differences - 1, 3 * differences - 2], axis=2), 0, 1)
    colours = np.where(common[:, :, None], 255 * ramp, _OUTSIDE[0]).astype(np.uint8)
    return Image.fromarray(colours).resize(size, Image.Resampling.NEAREST)


def sheet(panels: Sequence[Panel], footer: Iterable[str]) -> Image.Image:
    """The panels, two in a row, and lines of text below all of them."""
    cell = SIDE + _MARGIN
    font = ImageFont.load_default(_FONT)
    wide = cell + SIDE
    rows = [panels[start : start + 2] for start in range(0, len(panels), 2)]
    heights = [_height(row) for row in rows]
    lines = [part for line in footer for part in _wrapped(_shown(line), font, wide)]
    size = (2 * cell + _MARGIN, sum(heights) + _LINE * len(lines) + 2 * _MARGIN)
    drawn = Image.new("RGB", size, _PAPER)
    pen = ImageDraw.Draw(drawn)
    top = _MARGIN
    for row, height in zip(rows, heights, strict=True):
        for column, panel in enumerate(row):
            _draw(drawn, pen, panel, (_MARGIN + column * cell, top))
        top += height
    for number, line in enumerate(lines):
        pen.text((_MARGIN, top + number * _LINE), line, _INK, font)
    return drawn


def _height(row: Sequence[Panel]) -> int:
    return max(panel.image.height for panel in row) + _LINE * max(len(panel.lines) for panel in row) + _MARGIN


def _draw(drawn: Image.Image, pen: ImageDraw.ImageDraw, panel: Panel, corner: tuple[int, int]) -> None:
    left, top = corner
    drawn.paste(panel.image, corner)
    width, height = panel.image.size
    for box in panel.boxes:
        edges = (left + box.x_min * width, top + box.y_min * height)
        ends = (left + box.x_max * width - 1, top + box.y_max * height - 1)
        pen.rectangle((*edges, max(edges[0], ends[0]), max(edges[1], ends[1])), outline=_MARK, width=2)
    font = ImageFont.load_default(_FONT)
    for number, line in enumerate(panel.lines):
        text = next(iter(_wrapped(_shown(line), font, SIDE)))
        pen.text((left, top + height + 2 + number * _LINE), text, _FAINT if number else _INK, font)


def _shown(line: str) -> str:
    """What the font has: other scripts than Latin become escapes."""
    return display(line).encode("latin-1", "backslashreplace").decode("latin-1")


def _wrapped(text: str, font: Font, room: int) -> Iterator[str]:
    """The text in lines of so many pixels at most, broken anywhere: paths have no spaces."""
    start = 0
    while start < len(text) or start == 0:
        end = min(len(text), start + room // 4)
        while end > start + 1 and font.getlength(text[start:end]) > room:
            end -= 1
        yield text[start:end]
        start = max(end, start + 1)
