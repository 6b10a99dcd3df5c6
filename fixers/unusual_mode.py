"""Store a picture plainly: 8 bits of red, green and blue.

## What it does
A PNG with a palette, or with a transparency that shows nothing, is written anew as RGB, with its colour
profile. Every pixel stays what it was. A JPEG stored as CMYK is encoded anew as RGB (quality 95,
4:4:4), in the colours that Pillow makes of it; its name stays.

## Fix safety
Unsafe, as a new file takes the place of the old one. Left to a person where more than one result could be
meant: transparent places, CMYK with a colour profile, 16 bits, other colour spaces; and other file formats,
as a GIF cannot hold RGB and a PNG would need another name.
"""

from __future__ import annotations

from holdfast import Dataset, Finding
from holdfast.repair import Applicability, EditPixels, Fix, Pixels, Policy, find_image

_MODES = ("P", "RGBA", "LA", "PA")
_ANEW = "becomes RGB from CMYK, encoded anew as JPEG (quality 95, 4:4:4): pixels change by a few levels"


def fix(finding: Finding, dataset: Dataset, policy: Policy) -> Fix | None:
    """Convert it."""
    image = find_image(dataset, finding.path)
    if image is None:
        return None
    stored = f"is {image.format} of mode {image.mode}"
    if (image.mode, image.format) == ("CMYK", "JPEG"):
        return Fix(Applicability.UNSAFE, _ANEW, (EditPixels(image.path, Pixels.RGB),))
    if image.mode in _MODES and image.format != "PNG":
        return Fix(Applicability.DISPLAY, f"{stored}: only a PNG becomes RGB without loss, under its name")
    if image.mode not in _MODES:
        return Fix(Applicability.DISPLAY, f"{stored}: converting it changes pixels")
    return Fix(
        Applicability.UNSAFE, f"becomes RGB from {image.mode}", (EditPixels(image.path, Pixels.PLAIN),)
    )
