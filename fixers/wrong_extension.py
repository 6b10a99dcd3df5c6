"""Give an image the suffix of the format that it holds.

## What it does
`wall.png` that holds a JPEG becomes `wall.jpg`, also where a list, a COCO file or VOC's XML names it. Its
label keeps its name, as the stem does not change.

## Fix safety
Safe: not a byte of it changes. Left to a person when the format has no usual suffix. Refused when the new
name is taken.
"""

from __future__ import annotations

from holdfast import Dataset, Finding
from holdfast.repair import Applicability, Fix, Move, Policy, find_image

SUFFIXES = {
    "AVIF": ".avif",
    "BMP": ".bmp",
    "DIB": ".bmp",
    "GIF": ".gif",
    "ICO": ".ico",
    "JPEG": ".jpg",
    "JPEG2000": ".jp2",
    "MPO": ".jpg",
    "PCX": ".pcx",
    "PNG": ".png",
    "PPM": ".ppm",
    "TGA": ".tga",
    "TIFF": ".tif",
    "WEBP": ".webp",
}
"""The usual suffix by Pillow's name of the format."""


def fix(finding: Finding, dataset: Dataset, policy: Policy) -> Fix | None:
    """Rename the image."""
    image = find_image(dataset, finding.path)
    if image is None or image.format is None:
        return None
    suffix = SUFFIXES.get(image.format)
    if suffix is None:
        return Fix(Applicability.DISPLAY, f"the format {image.format} has no usual suffix")
    new = image.path[: image.path.rindex(".")] + suffix
    return Fix(Applicability.SAFE, f"holds {image.format}, becomes *{suffix}", (Move(image.path, new),))
