"""Store a picture plainly: 8 bits of red, green and blue.

## What it does
A PNG with a palette, or with a transparency that shows nothing, is written anew as RGB, with its colour
profile. Every pixel stays what it was.

## Fix safety
Unsafe, as a new file takes the place of the old one. Left to a person for all that would change: transparent
places, CMYK, 16 bits, other colour spaces, other file formats.
"""

from __future__ import annotations

from holdfast import Dataset, Finding
from holdfast.repair import Applicability, EditPixels, Fix, Pixels, Policy, find_image

_MODES = ("P", "RGBA", "LA", "PA")


def fix(finding: Finding, dataset: Dataset, policy: Policy) -> Fix | None:
    """Convert it."""
    image = find_image(dataset, finding.path)
    if image is None:
        return None
    if image.mode not in _MODES or image.format != "PNG":
        return Fix(
            Applicability.DISPLAY, f"is {image.format} of mode {image.mode}: converting it changes pixels"
        )
    return Fix(
        Applicability.UNSAFE, f"becomes RGB from {image.mode}", (EditPixels(image.path, Pixels.PLAIN),)
    )
