"""What a mask holds: the values of its pixels and how often each occurs. Decoded in a worker process only;
every input may be hostile."""

from __future__ import annotations

from typing import Any

import numpy as np
from PIL import Image

from holdfast.facts.faults import explain
from holdfast.facts.messages import LIMIT_VALUES, Mask
from holdfast.facts.opening import load, open_image, orientation_of
from holdfast.fault import Fault

_COLOUR = ("RGB", "RGBA", "RGBX")
_NUMBERS = ("1", "L", "P", "LA", "PA", "I;16", "I;16L", "I;16B", "I")


def measure_mask(data: bytes) -> Mask:
    """What a mask's bytes hold. Never raises for what they are."""
    image: Image.Image | None = None
    try:
        image = open_image(data)
        mode = image.mode
        load(image)
        width, height = image.size if orientation_of(image) < 5 else image.size[::-1]
        values = _values(image)
    except Exception as error:  # decoders raise nearly everything: one bad file is one finding
        return Mask(*explain(error, data), mode=image.mode if image else None)
    if values is None:
        what = "a mask holds class numbers, palette indices or RGB colours"
        return Mask(Fault.OTHER, f"{mode} pixels: {what}", mode, width, height)
    if not values:
        detail = f"more than {LIMIT_VALUES} distinct values: no mask of classes"
        return Mask(Fault.OTHER, detail, mode, width, height)
    found = np.array(sorted((value, count) for count, value in values), "<i8").T
    return Mask(None, None, mode, width, height, found.tobytes())


def _values(image: Image.Image) -> list[tuple[int, int]] | None:
    """Count and value of each; none where there are too many, None where pixels are no numbers or colours."""
    if image.mode in _COLOUR:
        counted = _counted(image if image.mode == "RGB" else image.convert("RGB"))  # a copy of 250 MB at most
        return [(count, (red << 16) + (green << 8) + blue) for count, (red, green, blue) in counted]
    if image.mode not in _NUMBERS:
        return None
    if image.mode in ("LA", "PA"):
        image = image.getchannel(0)
    elif image.mode.startswith("I;16"):
        image = image.convert("I")
    counted = _counted(image)
    return [(count, min(value, 1)) for count, value in counted] if image.mode == "1" else counted


def _counted(image: Image.Image) -> list[tuple[int, Any]]:
    return [(count, value) for count, value in image.getcolors(LIMIT_VALUES) or ()]
