"""Give an image a name that every system can hold.

## What it does
Of two names that clash the later one gets a number. In a name that is not portable each character that some
system refuses becomes `_`, and `_` is added to a reserved name and to one that begins with a dash. Its label,
its masks and all that names it follow.

## Fix safety
Safe: not a byte of the image changes. Refused when the new name is taken. Left to a person for names of more
than 255 bytes, for folders, and for files that are no image: a label goes with its image.
"""

from __future__ import annotations

import re

from holdfast import Dataset, Finding
from holdfast.repair import Applicability, Fix, Image, Move, Policy, find_image

_WRONG = re.compile('[<>:"|?*\\\\\x00-\x1f\x7f-\x9f\U0010fe80-\U0010feff]')
_RESERVED = re.compile(r"(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$) *", re.IGNORECASE)


def fix(finding: Finding, dataset: Dataset, policy: Policy) -> Fix | None:
    """Rename the image."""
    if finding.kind == "clash":
        return _apart(finding, dataset)
    image = find_image(dataset, finding.path)
    if image is None:
        return Fix(Applicability.DISPLAY, "is no image: rename it by hand, or the image that it belongs to")
    folder, slash, name = image.path.rpartition("/")
    stem, dot, suffix = name.rpartition(".")
    portable = _portable(stem) + dot + _WRONG.sub("_", suffix).rstrip(". ")
    if portable == name:
        return Fix(Applicability.DISPLAY, "has a name of more than 255 bytes: shorten it by hand")
    return _renamed(image, folder + slash + portable)


def _apart(finding: Finding, dataset: Dataset) -> Fix | None:
    """Of the names that clash the last image gets a number."""
    names = (finding.path, *finding.related)
    images = [image for image in (find_image(dataset, path) for path in names) if image is not None]
    if not images:
        return Fix(Applicability.DISPLAY, "is no image: rename it by hand, or the image that it belongs to")
    last = max(images, key=lambda image: image.path)
    stem, dot, suffix = last.path.rpartition(".")
    return _renamed(last, f"{stem}_{len(names)}{dot}{suffix}")


def _renamed(image: Image, to: str) -> Fix:
    name = to.rpartition("/")[2]
    return Fix(
        Applicability.SAFE, f"becomes {name}, with its label and all that names it", (Move(image.path, to),)
    )


def _portable(stem: str) -> str:
    clean = _WRONG.sub("_", stem)
    first = clean.partition(".")[0]
    if _RESERVED.fullmatch(first):
        clean = f"{first.rstrip()}_{clean[len(first) :]}"
    return "_" + clean if clean.startswith("-") else clean
