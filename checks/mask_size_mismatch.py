"""Mask whose size is not that of its image.

## What it does
Compares width and height of each mask with those of its image, both as displayed (EXIF orientation applied).
Where the sides are swapped, the message says so, and whether it is an EXIF tag that turns the image.

## Why is this bad?
Each pixel of a mask says what the pixel of the image at its place is. A trainer that does not stop at the
difference scales or crops one of them, and labels end up on other pixels.

## Fix safety
No fixer: whether the mask was scaled, cropped or belongs to another image can only be seen.
"""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from holdfast import Finding, check, display


@check(per="split", needs=("width", "height", "orientation"))
def mask_size_mismatch(masks: pl.DataFrame, images: pl.DataFrame) -> Iterator[Finding]:
    """Masks of another size than their images."""
    sizes = images.select("path", "width", "height", "orientation")
    both = masks.join(sizes, left_on="image", right_on="path", suffix="_image", maintain_order="left")
    other = (pl.col("width") != pl.col("width_image")) | (pl.col("height") != pl.col("height_image"))
    columns = ("path", "image", "orientation", "width", "height", "width_image", "height_image")
    for path, image, orientation, *size in both.filter(other).select(columns).rows():
        message = f"{size[0]} x {size[1]} px, its image {display(image)} {size[2]} x {size[3]} px"
        if size[:2] == size[:1:-1]:
            tagged = f"its EXIF orientation {orientation} turns the image, not the mask"
            message += f"; {tagged if orientation >= 5 else 'turned by 90 degrees'}"
        yield Finding(path, message, related=(image,))
