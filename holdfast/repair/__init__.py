"""Repair: fixes as data, plans, and a journal that can take everything back. What fixers use is here."""

from __future__ import annotations

from holdfast.repair.annotating import Sides, clipped, drop, write
from holdfast.repair.configs.mend import mend_config
from holdfast.repair.copies.duplicates import remove_copy
from holdfast.repair.copies.leaks import settle_leak
from holdfast.repair.copies.sources import settle_source
from holdfast.repair.fix import (
    AppendLines,
    Applicability,
    DropName,
    EditAnnotation,
    EditFile,
    EditLine,
    EditPixels,
    EditSize,
    Fix,
    Move,
    Pixels,
    Remove,
)
from holdfast.repair.frames import Frame, frame_of
from holdfast.repair.lookup import (
    Annotation,
    Image,
    annotations_in,
    annotations_of,
    find_annotation,
    find_image,
    is_orphan,
    is_read_whole,
)
from holdfast.repair.policy import Policy
from holdfast.repair.references.places import also_in, named_at, of_that_name

__all__ = [
    "Annotation",
    "AppendLines",
    "Applicability",
    "DropName",
    "EditAnnotation",
    "EditFile",
    "EditLine",
    "EditPixels",
    "EditSize",
    "Fix",
    "Frame",
    "Image",
    "Move",
    "Pixels",
    "Policy",
    "Remove",
    "Sides",
    "also_in",
    "annotations_in",
    "annotations_of",
    "clipped",
    "drop",
    "find_annotation",
    "find_image",
    "frame_of",
    "is_orphan",
    "is_read_whole",
    "mend_config",
    "named_at",
    "of_that_name",
    "remove_copy",
    "settle_leak",
    "settle_source",
    "write",
]
